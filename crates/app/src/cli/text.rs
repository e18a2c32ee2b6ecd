//! `sockscope text`: turn text into bytes of a charset and back.

use std::io::{self, Read, Write};

use anyhow::{Context, bail};
use sockscope::core::charset::{Charset, Decoder, Piece, Unmappable};
use sockscope::core::payload::{Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::core::rng::Rng;
use sockscope::core::{facts::Stamp, payload};
use sockscope::error::Error;
use sockscope::view::hex;

use super::args;
use crate::exit::Verdict;
use crate::out;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The text (or, with --from, the bytes); standard input when absent
    #[arg(value_name = "TEXT", allow_negative_numbers = true)]
    text: Option<String>,
    /// Charset to turn the text into
    #[arg(long, value_name = "CHARSET")]
    to: Option<String>,
    /// Charset that the bytes are in
    #[arg(long, value_name = "CHARSET")]
    from: Option<String>,
    /// Bytes are written, and read, in hex
    #[arg(long)]
    hex: bool,
    /// Characters the charset lacks: refuse, skip, or replace=TEXT
    #[arg(long, value_name = "HOW", default_value = "refuse", value_parser = args::unmappable)]
    unmappable: Unmappable,
    /// List every charset with its labels
    #[arg(long, conflicts_with_all = ["text", "to", "from", "hex"])]
    list: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    if args.list {
        out::result(list().as_bytes())?;
        return Ok(Verdict::Done);
    }
    if args.to.is_none() && args.from.is_none() {
        bail!("nothing to convert; say --to CHARSET for bytes, --from CHARSET for text");
    }
    let input = input(args)?;
    let (text, invalid) = match &args.from {
        Some(label) => decoded(Charset::find(label)?, &input, args)?,
        None => (as_text(input)?, 0),
    };
    match &args.to {
        Some(label) => write_bytes(Charset::find(label)?, &text, args)?,
        None => write_text(&text)?,
    }
    if invalid == 0 {
        return Ok(Verdict::Done);
    }
    let (bytes, are) = if invalid == 1 { ("byte", "is") } else { ("bytes", "are") };
    let label = args.from.as_deref().unwrap_or_default();
    out::talk(&format!("sockscope: {invalid} {bytes} {are} not {label}, shown as \\xHH\n"));
    Ok(Verdict::No)
}

/// The argument as it was typed, or all of standard input.
fn input(args: &Args) -> anyhow::Result<Vec<u8>> {
    let bytes = match &args.text {
        Some(text) => text.as_bytes().to_vec(),
        None => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
            bytes
        }
    };
    if args.from.is_none() || !args.hex { Ok(bytes) } else { from_hex(&as_text(bytes)?).map_err(Into::into) }
}

fn from_hex(text: &str) -> Result<Vec<u8>, Problem> {
    let template = Payload::hex(text)?.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None)?;
    let mut bytes = Vec::new();
    let mut rng = Rng::new(0);
    let mut context =
        payload::Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
    template.render(&mut context, &mut bytes)?;
    Ok(bytes)
}

fn as_text(bytes: Vec<u8>) -> anyhow::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[at];
        anyhow::anyhow!(
            "standard input is no UTF-8 text: byte 0x{byte:02x} at offset {at}; say --from CHARSET"
        )
    })
}

/// The text of bytes, with bytes that do not decode as `\xHH`, and how many those are.
fn decoded(charset: Charset, bytes: &[u8], args: &Args) -> anyhow::Result<(String, usize)> {
    let (mut text, mut invalid, mut at) = (String::new(), 0, None);
    let mut done = 0;
    Decoder::new(charset).feed(bytes, true, |piece| match piece {
        Piece::Text(good) => text.push_str(good),
        Piece::Invalid(bad) => {
            at.get_or_insert(done);
            invalid += bad.len();
            done += 1;
            text.extend(bad.iter().map(|byte| format!("\\x{byte:02x}")));
        }
    });
    if invalid > 0 && args.to.is_some() {
        let (bytes, are, they) = if invalid == 1 { ("byte", "is", "it") } else { ("bytes", "are", "they") };
        bail!("{invalid} {bytes} {are} not {}; {they} cannot be converted", charset.name());
    }
    Ok((text, invalid))
}

fn write_bytes(charset: Charset, text: &str, args: &Args) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    let lacking = charset.encode(text, &args.unmappable, &mut bytes).map_err(|lacks| {
        let span = lacks.at..lacks.at + lacks.character.len_utf8();
        Problem::new(
            text,
            span,
            lacks.to_string(),
            "choose another charset, or --unmappable skip or replace=?",
        )
    })?;
    if lacking > 0 {
        let (characters, were) = if lacking == 1 { ("character", "was") } else { ("characters", "were") };
        let lacks = charset.name();
        out::talk(&format!("{lacking} {characters} that {lacks} lacks {were} skipped or replaced\n"));
    }
    if !args.hex {
        return Ok(out::result(&bytes)?);
    }
    let mut line = Vec::new();
    hex::spaced(&bytes, &mut line);
    writeln!(line)?;
    Ok(out::result(&line)?)
}

fn write_text(text: &str) -> Result<(), Error> {
    let mut line = text.as_bytes().to_vec();
    if !line.ends_with(b"\n") {
        line.push(b'\n');
    }
    out::result(&line)
}

fn list() -> String {
    Charset::all().fold(String::new(), |mut list, charset| {
        let labels = charset.labels().join(" ");
        list += &format!("{:<16} {}\n{:<16} {labels}\n", charset.name(), charset.about(), "");
        list
    })
}
