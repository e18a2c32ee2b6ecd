//! `sockscope text`: turn text into bytes of a charset and back, and show bytes.

mod stream;

use std::io::{Cursor, Read, Write};

use anyhow::bail;
use sockscope::core::charset::{Charset, Decoder, Piece, Unmappable};
use sockscope::core::payload::{Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::core::rng::Rng;
use sockscope::core::{facts::Stamp, payload};
use sockscope::error::Error;
use sockscope::view::hex;

use super::{args, send};
use crate::exit::Verdict;
use crate::out;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The text (or, with --from, the bytes); standard input when absent
    #[arg(value_name = "TEXT", allow_negative_numbers = true)]
    text: Option<String>,
    /// Take it from a file
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<String>,
    /// Charset to turn the text into
    #[arg(long, value_name = "CHARSET")]
    to: Option<String>,
    /// Charset that the bytes are in
    #[arg(long, value_name = "CHARSET")]
    from: Option<String>,
    /// Bytes are written, and read, in hex
    #[arg(long)]
    hex: bool,
    /// Show the bytes (with --to, those of its charset) with offsets and as ASCII, as `hexdump -v -C` does
    #[arg(long, conflicts_with = "hex")]
    dump: bool,
    /// Characters the charset lacks: refuse, skip, or replace=TEXT
    #[arg(long, value_name = "HOW", default_value = "refuse", value_parser = args::unmappable)]
    unmappable: Unmappable,
    /// List every charset with its labels
    #[arg(long, conflicts_with_all = ["text", "file", "to", "from", "hex", "dump"])]
    list: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    if args.list {
        out::result(list().as_bytes())?;
        return Ok(Verdict::Done);
    }
    let invalid = match (&args.from, &args.to) {
        (None, None) if args.dump => stream::dump(source(args)?).map(|()| 0)?,
        (None, None) => bail!(
            "nothing to convert; say --to CHARSET for bytes, --from CHARSET for text, --dump to see the bytes"
        ),
        (Some(_), None) if args.dump => {
            bail!("--dump shows bytes, and --from gives text; say as well which bytes, such as --to utf-8")
        }
        (Some(from), None) => stream::decode(Charset::find(from)?, source(args)?)?,
        (from, Some(to)) => recode(from.as_deref(), to, args).map(|()| 0)?,
    };
    if invalid == 0 {
        return Ok(Verdict::Done);
    }
    let (bytes, are) = if invalid == 1 { ("byte", "is") } else { ("bytes", "are") };
    let label = args.from.as_deref().unwrap_or_default();
    out::talk(&format!("sockscope: {invalid} {bytes} {are} not {label}, shown as \\xHH\n"));
    Ok(Verdict::No)
}

/// Where the text or the bytes come from.
struct Source {
    bytes: Box<dyn Read>,
    name: String,
}

impl Source {
    fn read_to_end(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        match self.bytes.read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Error::Read { what: self.name, error }),
        }
    }
}

/// The argument as it was typed, a file or standard input; what hex stands for, where bytes are written in it.
fn source(args: &Args) -> anyhow::Result<Source> {
    let source = match &args.text {
        Some(text) => typed(text.clone().into_bytes()),
        None => {
            let (file, name) = send::input(args.file.as_deref())?;
            Source { bytes: Box::new(file), name }
        }
    };
    if args.from.is_none() || !args.hex {
        return Ok(source);
    }
    let name = source.name.clone();
    Ok(typed(from_hex(&as_text(source.read_to_end()?, &name)?)?))
}

fn typed(bytes: Vec<u8>) -> Source {
    Source { bytes: Box::new(Cursor::new(bytes)), name: "the argument".to_owned() }
}

/// From text, or the bytes of a charset, to the bytes of another.
fn recode(from: Option<&str>, to: &str, args: &Args) -> anyhow::Result<()> {
    let source = source(args)?;
    let name = source.name.clone();
    let input = source.read_to_end()?;
    let text = match from {
        Some(label) => decoded(Charset::find(label)?, &input)?,
        None => as_text(input, &name)?,
    };
    write_bytes(Charset::find(to)?, &text, args)
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

fn as_text(bytes: Vec<u8>, name: &str) -> anyhow::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[at];
        anyhow::anyhow!("{name} is no UTF-8 text: byte 0x{byte:02x} at offset {at}; say --from CHARSET")
    })
}

/// The text of bytes, all of which must decode.
fn decoded(charset: Charset, bytes: &[u8]) -> anyhow::Result<String> {
    let (mut text, mut invalid) = (String::new(), 0);
    Decoder::new(charset).feed(bytes, true, |piece| match piece {
        Piece::Text(good) => text.push_str(good),
        Piece::Invalid(bad) => invalid += bad.len(),
    });
    if invalid > 0 {
        let (bytes, are, they) = if invalid == 1 { ("byte", "is", "it") } else { ("bytes", "are", "they") };
        bail!("{invalid} {bytes} {are} not {}; {they} cannot be converted", charset.name());
    }
    Ok(text)
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
    let mut shown = Vec::new();
    if args.dump {
        let mut dump = hex::Canonical::default();
        dump.append(&bytes, &mut shown);
        dump.end(&mut shown);
    } else if args.hex {
        hex::spaced(&bytes, &mut shown);
        writeln!(shown)?;
    } else {
        shown = bytes;
    }
    Ok(out::result(&shown)?)
}

fn list() -> String {
    Charset::all().fold(String::new(), |mut list, charset| {
        let labels = charset.labels().join(" ");
        list += &format!("{:<16} {}\n{:<16} {labels}\n", charset.name(), charset.about(), "");
        list
    })
}
