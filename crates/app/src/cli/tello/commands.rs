//! `sockscope tello commands`: what a drone knows.

use sockscope::core::lang::Lang;
use sockscope_tello::sdk::Sdk;
use sockscope_tello::table::{self, Arg, Spec};

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
    let rows: Vec<_> = table::commands().filter(wanted).collect();
    let width = rows.iter().map(|spec| spec.syntax().len()).max().unwrap_or(0);
    let text: String = rows.iter().map(|spec| row(spec, width, lang)).collect();
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
    groups.iter().map(|(names, range)| format!("{names} {range}")).collect::<Vec<_>>().join(", ")
}

/// How it is written, which SDKs have it, what it does; below, what its arguments may be.
fn row(spec: &Spec, width: usize, lang: Lang) -> String {
    let sdks = match (spec.since, spec.until) {
        (Sdk::V1_3, Sdk::V3_0) => String::new(),
        (since, Sdk::V3_0) => format!("{since}+"),
        (since, until) if since == until => since.to_string(),
        (since, until) => format!("{since}-{until}"),
    };
    let row = format!("{:<width$}  {sdks:<7}  {}\n", spec.syntax(), lang.pick(spec.en, spec.zh));
    match ranges(spec.args) {
        ranges if ranges.is_empty() => row,
        ranges => row + "    " + &ranges + "\n",
    }
}
