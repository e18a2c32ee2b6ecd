//! `sockscope tello commands`: what a drone knows.

use sockscope::core::lang::Lang;
use sockscope_tello::sdk::Sdk;
use sockscope_tello::table::{self, Arg, Spec};
use unicode_width::UnicodeWidthStr;

use super::sdk;
use crate::cli::{args, look};
use crate::exit::Verdict;
use crate::out;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only those of this SDK: 1.3, 2.0 or 3.0
    #[arg(long, value_name = "SDK", value_parser = sdk)]
    sdk: Option<Sdk>,
    /// Language; that of the locale when absent
    #[arg(long, value_name = "LANG", value_parser = args::lang())]
    lang: Option<Lang>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let lang = args.lang.unwrap_or_else(look::lang);
    let wanted = |spec: &&Spec| args.sdk.is_none_or(|sdk| spec.is_in(sdk));
    let rows: Vec<_> = table::commands().filter(wanted).map(|spec| row(spec, lang)).collect();
    let widths: Vec<_> = (0..3).map(|at| rows.iter().map(|row| row[at].width()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        for (cell, width) in row.iter().zip(&widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        text.push_str(&row[3]);
        text.push('\n');
    }
    out::result(text.as_bytes())?;
    Ok(Verdict::Done)
}

/// What arguments may be, those that may be the same together: `x y z -500..500 cm, speed 10..100 cm/s`.
fn ranges(args: &[Arg]) -> String {
    let mut groups: Vec<(String, String)> = Vec::new();
    for arg in args {
        let Some(range) = arg.range() else { continue };
        match groups.last_mut() {
            Some((names, last)) if *last == range => *names += &format!(" {}", arg.name),
            _ => groups.push((arg.name.to_owned(), range)),
        }
    }
    let told = groups.iter().map(|(names, range)| if args.len() == 1 { range.clone() } else { format!("{names} {range}") });
    told.collect::<Vec<_>>().join(", ")
}

/// How it is written, what its arguments are, which SDKs have it, what it does.
fn row(spec: &Spec, lang: Lang) -> [String; 4] {
    let sdks = match (spec.since, spec.until) {
        (Sdk::V1_3, Sdk::V3_0) => String::new(),
        (since, Sdk::V3_0) => format!("{since}+"),
        (since, until) if since == until => since.to_string(),
        (since, until) => format!("{since}-{until}"),
    };
    [spec.syntax(), ranges(spec.args), sdks, lang.pick(spec.en, spec.zh).to_owned()]
}
