//! Fields: parts of a payload that each send fills in.
//!
//! One table feeds parsing, help and tests.

mod show;

use std::ops::Range;

use super::capture::{self, GroupKey};
use super::clock::{Clock, Unit, civil};
use super::cover::Cover;
use super::number::{Radix, Shape, decimal_digits};
use super::options::{Arguments, Kind, number};
use crate::checksum::{Algorithm, ByteOrder};
use crate::near::nearest;
use crate::problem::Problem;

/// A part of a payload that each send fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Counter { from: u64, step: u64, shape: Shape },
    Time(Clock),
    Random(usize),
    Group(GroupKey),
    Computed(Computed),
}

/// A number that depends on the other bytes of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Computed {
    pub(super) of: Of,
    pub(super) cover: Cover,
    pub(super) shape: Shape,
}

/// What is computed of the covered bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Length,
    Checksum(Algorithm),
}

/// What a person should know of a field; see [`field_help`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldHelp {
    /// The field's name; `CHECKSUM` stands for the name of any [`Algorithm`].
    pub name: &'static str,
    /// What may follow the name and a colon, separated by commas.
    pub options: &'static str,
    /// What it puts into the message.
    pub meaning: &'static str,
    /// A field as it is written.
    pub example: &'static str,
}

/// Every field of the payload notation, for help and documents.
pub fn field_help() -> impl Iterator<Item = &'static FieldHelp> {
    TABLE.iter().map(|row| &row.help)
}

/// A random field fills at most one UDP datagram over IPv4 (65535 less 8 and 20 bytes of headers).
const MOST_RANDOM: u64 = 65507;

/// The options that every field with a number has.
macro_rules! number_options {
    () => {
        "u8, u16, u32 or u64 with be (default) or le: bytes; hex or HEX: hex digits; 05: decimal digits filled up with zeros"
    };
}

type Build = fn(&str, Arguments<'_>) -> Result<Field, Problem>;

struct Row {
    help: FieldHelp,
    build: Build,
}

static TABLE: [Row; 6] = [
    Row {
        help: FieldHelp {
            name: "counter",
            options: concat!("from=N (default 1); step=N (default 1); ", number_options!()),
            meaning: "the number of the send, decimal; in bytes it starts again at 0 after the width's largest number",
            example: "{counter:u16be,from=10}",
        },
        build: counter,
    },
    Row {
        help: FieldHelp {
            name: "time",
            options: concat!(
                "a strftime format such as %H:%M:%S, up to the closing brace; or unix, unix-ms, unix-us, unix-ns, and then ",
                number_options!()
            ),
            meaning: "the time of the send; RFC 3339 with milliseconds and offset unless told otherwise",
            example: "{time:%H:%M:%S}",
        },
        build: time,
    },
    Row {
        help: FieldHelp {
            name: "random",
            options: "N: how many bytes, 1 to 65507",
            meaning: "random bytes, new for each send",
            example: "{random:16}",
        },
        build: random,
    },
    Row {
        help: FieldHelp {
            name: "len",
            options: concat!(
                "after (default), before, all (with itself), or byte offsets A..B, A.., ..B; ",
                number_options!()
            ),
            meaning: "how many bytes it covers, decimal",
            example: "{len:u16be}",
        },
        build: length,
    },
    Row {
        help: FieldHelp {
            name: "group",
            options: "N or NAME: which group of the pattern; 0 is all that was matched",
            meaning: "what a pattern captured, byte by byte as it came; for answers to a pattern, in rules and scripts",
            example: "{group:1}",
        },
        build: group,
    },
    Row {
        help: FieldHelp {
            name: "CHECKSUM",
            options: "before (default), after, all (its own bytes count as zeros), or byte offsets A..B, A.., ..B; \
                      be or le: byte order; hex, HEX, dec: digits of full width",
            meaning: "a checksum or CRC, by its name, of the bytes it covers",
            example: "{crc16-modbus}",
        },
        build: checksum,
    },
];

/// Reads the field whose brace stands at byte `open` of `input`. Returns it and where it ends.
/// `brace` is how a plain brace is written, to follow a remedy; empty where there is none.
pub(super) fn parse(input: &str, open: usize, brace: &str) -> Result<(Field, Range<usize>), Problem> {
    let Some(close) = input[open..].find('}').map(|length| open + length) else {
        let what = format!("the field {:?} does not end", head(&input[open..]));
        return Err(Problem::new(input, open..input.len(), what, format!("close it with }}{brace}")));
    };
    let inside = &input[open + 1..close];
    let name = inside.split(':').next().unwrap_or_default();
    let at = (open + 1 + name.len() + 1).min(close);
    let arguments = Arguments { input, text: &input[at..close], at, open };
    let build = find(name).ok_or_else(|| unknown(input, open + 1, name, brace))?;
    Ok((build(name, arguments)?, open..close + 1))
}

/// `true` if a field may begin at byte `at`: a brace directly followed by a letter.
pub(super) fn begins(input: &str, at: usize) -> bool {
    let bytes = input.as_bytes();
    bytes[at] == b'{' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
}

fn find(name: &str) -> Option<Build> {
    let row = TABLE.iter().find(|row| row.help.name == name && row.help.name != "CHECKSUM");
    row.map(|row| row.build).or_else(|| Algorithm::find(name).map(|_| checksum as Build))
}

fn unknown(input: &str, at: usize, name: &str, brace: &str) -> Problem {
    let checksums =
        Algorithm::all().flat_map(|a| std::iter::once(a.name()).chain(a.aliases().iter().copied()));
    let fields = TABLE.iter().map(|row| row.help.name).filter(|name| *name != "CHECKSUM");
    let remedy = match nearest(name, fields.chain(checksums)) {
        Some(known) => format!("did you mean {known}{brace}?"),
        None => format!("there are counter, time, random, len, group and the checksums{brace}"),
    };
    Problem::new(input, at..at + name.len(), format!("unknown field {:?}", head(name)), remedy)
}

/// The first characters of a text that may be long.
fn head(text: &str) -> &str {
    &text[..text.char_indices().nth(24).map_or(text.len(), |(at, _)| at)]
}

fn counter(_name: &str, arguments: Arguments<'_>) -> Result<Field, Problem> {
    let kinds = [Kind::From, Kind::Step, Kind::Width, Kind::Order, Kind::Radix, Kind::Pad];
    let options = arguments.options(&kinds)?;
    let shape = options.shape(arguments)?;
    let from = options.from.unwrap_or(1);
    if !shape.holds(from.into()) {
        let what = format!("the first number {from} does not fit into its width");
        return Err(arguments.problem(what, "choose a wider one, up to u64"));
    }
    Ok(Field::Counter { from, step: options.step.unwrap_or(1), shape })
}

fn time(_name: &str, arguments: Arguments<'_>) -> Result<Field, Problem> {
    let (first, rest) = arguments.split();
    if let Some(unit) = Unit::find(first.trim()) {
        let kinds = [Kind::Width, Kind::Order, Kind::Radix, Kind::Pad];
        let shape = rest.options(&kinds)?.shape(rest)?;
        return Ok(Field::Time(Clock::Unix(unit, shape)));
    }
    match arguments.text {
        "" => Ok(Field::Time(Clock::Rfc3339)),
        format if format.contains('%') => match civil(Some(format), 0, 0) {
            Ok(_) => Ok(Field::Time(Clock::Format(format.to_owned()))),
            Err(error) => Err(arguments.problem(
                format!("bad time format {format:?}: {error}"),
                "write %% for a percent sign; strftime's letters are known, such as %Y-%m-%d %H:%M:%S",
            )),
        },
        other => Err(arguments.problem(
            format!("unknown time form {other:?}"),
            "choose unix, unix-ms, unix-us or unix-ns, or give a format such as %H:%M:%S",
        )),
    }
}

fn random(_name: &str, arguments: Arguments<'_>) -> Result<Field, Problem> {
    let remedy = "say how many random bytes, 1 to 65507, as in {random:16}";
    if arguments.text.is_empty() {
        return Err(arguments.problem("a random field needs a length", remedy));
    }
    match number(arguments.text.trim()) {
        Ok(length @ 1..=MOST_RANDOM) => Ok(Field::Random(length as usize)),
        Ok(length) => Err(arguments.problem(format!("{length} random bytes are out of range"), remedy)),
        Err(what) => Err(arguments.problem(what, remedy)),
    }
}

fn group(_name: &str, arguments: Arguments<'_>) -> Result<Field, Problem> {
    capture::key(arguments).map(Field::Group)
}

fn length(_name: &str, arguments: Arguments<'_>) -> Result<Field, Problem> {
    let options = arguments.options(&[Kind::Cover, Kind::Width, Kind::Order, Kind::Radix, Kind::Pad])?;
    let shape = options.shape(arguments)?;
    let cover = options.cover.unwrap_or(Cover::After);
    Ok(Field::Computed(Computed { of: Of::Length, cover, shape }))
}

fn checksum(name: &str, arguments: Arguments<'_>) -> Result<Field, Problem> {
    let Some(algorithm) = Algorithm::find(name) else {
        return Err(arguments.problem(format!("unknown checksum {name:?}"), ""));
    };
    let options = arguments.options(&[Kind::Cover, Kind::Order, Kind::Radix])?;
    let bytes = algorithm.width_bytes();
    let shape = match options.radix {
        None => Shape::Binary { bytes, order: options.order.unwrap_or(algorithm.byte_order()) },
        // Digits are for people, who write the high one first, whatever order the bytes have on the wire.
        Some(Radix::Hex { upper }) => {
            Shape::HexBytes { bytes, order: options.order.unwrap_or(ByteOrder::Big), upper }
        }
        Some(Radix::Dec) if options.order.is_some() => {
            return Err(arguments.problem("decimal digits have no byte order", "leave out be or le"));
        }
        Some(Radix::Dec) => Shape::Digits { radix: Radix::Dec, least: decimal_digits(bytes) },
    };
    let cover = options.cover.unwrap_or(Cover::Before);
    Ok(Field::Computed(Computed { of: Of::Checksum(algorithm), cover, shape }))
}
