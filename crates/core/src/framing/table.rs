//! The framings: one table for parsing, help, completion, documents and tests.

use super::Framing;
use super::head::Field;
use super::kind::{Kind, LineEnd};
use super::words::{Word, Words};
use crate::charset::{Charset, Unmappable};
use crate::checksum::ByteOrder;
use crate::facts::Stamp;
use crate::payload::{Context, Eol, Payload};
use crate::problem::Problem;
use crate::quantity;
use crate::rng::Rng;

/// One framing.
#[derive(Debug)]
pub struct FramingSpec {
    /// Its name, which begins what [`Framing::parse`] reads.
    pub name: &'static str,
    /// How it is written, options in brackets.
    pub syntax: &'static str,
    /// One sentence with its source, without a full stop.
    pub help: &'static str,
    /// One of its kind, in canonical form.
    pub example: &'static str,
    /// The content of a frame of the example.
    pub content: &'static [u8],
    /// That frame on the wire.
    pub wire: &'static [u8],
    /// Takes its options out of the words.
    pub(super) read: fn(&mut Words<'_>) -> Result<Kind, Problem>,
}

/// Options that go with every framing: how they are written, and what they do.
pub static COMMON: &[(&str, &str)] = &[
    (
        "max=SIZE",
        "the largest content in bytes, without its check, or with a unit such as 64KiB; 1MiB unless told otherwise, at most 1GiB",
    ),
    (
        "check=NAME[:be|le][:hex|HEX][:skip=N]",
        "a checksum by its name stands behind each content, in the byte order of the algorithm or in this one, \
         as bytes or as digits, over all of the content or without its first N bytes",
    ),
];

/// All framings.
pub static FRAMINGS: &[FramingSpec] = &[
    FramingSpec {
        name: "line",
        syntax: LINE,
        help: "lines of text: a line feed ends one, with a carriage return before it or without; lf: the \
               carriage return is content; crlf: only both end one (RFC 5234 B.1)",
        example: "line",
        content: b"hello",
        wire: b"hello\n",
        read: line,
    },
    FramingSpec {
        name: "delimiter",
        syntax: DELIMITER,
        help: "these bytes end a frame, 1 to 64 in hex, or in quotes in the notation of payloads",
        example: "delimiter:0d0a",
        content: b"hello",
        wire: b"hello\r\n",
        read: delimiter,
    },
    FramingSpec {
        name: "fixed",
        syntax: FIXED,
        help: "N bytes each, with the check",
        example: "fixed:4",
        content: b"\x01\x02\x03\x04",
        wire: b"\x01\x02\x03\x04",
        read: fixed,
    },
    FramingSpec {
        name: "length",
        syntax: LENGTH,
        help: "a length of W bytes (1, 2, 3, 4 or 8), N bytes after the beginning, says how many bytes follow \
               it; A is added to it first, including: it counts the header too (Netty \
               LengthFieldBasedFrameDecoder); with bytes before the length, or keep, the header is content",
        example: "length:offset=4,width=2",
        content: b"\x00\x01\x00\x00\x00\x02\x11\x07",
        wire: b"\x00\x01\x00\x00\x00\x02\x11\x07",
        read: length,
    },
    FramingSpec {
        name: "varint",
        syntax: "varint",
        help: "a length before each, in 1 to 10 bytes of 7 bits, lowest first (protobuf, writeDelimitedTo)",
        example: "varint",
        content: b"hello",
        wire: b"\x05hello",
        read: |_| Ok(Kind::Varint),
    },
    FramingSpec {
        name: "slip",
        syntax: "slip",
        help: "0xc0 ends a frame, and is sent before it too; escapes with 0xdb stand for both inside (RFC 1055)",
        example: "slip",
        content: b"a\xc0b",
        wire: b"\xc0a\xdb\xdcb\xc0",
        read: |_| Ok(Kind::Slip),
    },
    FramingSpec {
        name: "cobs",
        syntax: "cobs",
        help: "0x00 ends a frame; inside, zeros are replaced by the way to the next one (Cheshire and Baker, \
               Consistent Overhead Byte Stuffing)",
        example: "cobs",
        content: b"a\x00b",
        wire: b"\x02a\x02b\x00",
        read: |_| Ok(Kind::Cobs),
    },
    FramingSpec {
        name: "netstring",
        syntax: "netstring",
        help: "a length in decimal digits and a colon before, a comma behind \
               (D. J. Bernstein, cr.yp.to/proto/netstrings.txt)",
        example: "netstring",
        content: b"hello",
        wire: b"5:hello,",
        read: |_| Ok(Kind::Netstring),
    },
    FramingSpec {
        name: "quiet",
        syntax: QUIET,
        help: "what comes without a pause of this length is one; a guess, since networks join and part what \
               was sent (for serial lines: MODBUS over Serial Line V1.02, 2.5.1.1)",
        example: "quiet:20ms",
        content: b"hello",
        wire: b"hello",
        read: quiet,
    },
];

const LINE: &str = "line[:any|lf|crlf]";
const DELIMITER: &str = "delimiter:HEX or delimiter:'TEXT'";
const FIXED: &str = "fixed:N";
const LENGTH: &str = "length:[offset=N,]width=W[,big|little][,including][,adjust=±A][,keep]";
const QUIET: &str = "quiet:PAUSE";

fn line(words: &mut Words<'_>) -> Result<Kind, Problem> {
    let (lf, crlf) = (words.flag("lf")?, words.flag("crlf")?);
    match (lf, crlf) {
        (true, true) => Err(words.problem("a line has one line end, not two", LINE)),
        (true, false) => Ok(Kind::Line(LineEnd::Lf)),
        (false, true) => Ok(Kind::Line(LineEnd::CrLf)),
        (false, false) => {
            words.flag("any")?;
            Ok(Kind::Line(LineEnd::Any))
        }
    }
}

fn delimiter(words: &mut Words<'_>) -> Result<Kind, Problem> {
    let word =
        words.first().ok_or_else(|| words.problem("the bytes of the delimiter are missing", DELIMITER))?;
    let text = word.text();
    let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let mark = match quoted {
        Some(inner) => Payload::text(inner).and_then(|payload| bytes(&payload)).map_err(|problem| {
            // The quote before.
            let at = problem.span.start + 1..problem.span.end + 1;
            Problem { span: at, ..problem }
        }),
        None => Payload::hex(text).and_then(|payload| bytes(&payload)),
    };
    let mark = word.read(|_| mark)?;
    match mark.len() {
        1..=Kind::LONGEST_MARK => Ok(Kind::Delimiter(mark.into())),
        len => Err(word.problem(format!("a delimiter of {len} bytes cannot be"), "write 1 to 64 bytes")),
    }
}

/// The bytes of a payload that are always the same. Only ASCII: a framing has no charset.
fn bytes(payload: &Payload) -> Result<Vec<u8>, Problem> {
    let ascii = Charset::find("ascii").unwrap_or(Charset::UTF_8);
    let template = payload.compile(ascii, &Unmappable::Refuse, Eol::None)?;
    if !template.is_fixed() {
        let written = payload.to_string();
        return Err(Problem::new(&written, 0..0, "a delimiter has no fields", "write \\{ for a brace"));
    }
    let mut context =
        Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut Rng::new(0), groups: None };
    let mut bytes = Vec::new();
    template.render(&mut context, &mut bytes)?;
    Ok(bytes)
}

fn fixed(words: &mut Words<'_>) -> Result<Kind, Problem> {
    let word = words.first().ok_or_else(|| words.problem("the number of bytes is missing", FIXED))?;
    let bytes = word.number("a number of bytes", 1..Framing::MOST as i64 + 1)?;
    Ok(Kind::Fixed(bytes as usize))
}

fn length(words: &mut Words<'_>) -> Result<Kind, Problem> {
    let width =
        words.value("width")?.ok_or_else(|| words.problem("the width of the length is missing", LENGTH))?;
    let width = match width.text() {
        "1" | "2" | "3" | "4" | "8" => width.number("a width", 1..9)? as usize,
        text => return Err(width.problem(format!("no length has {text:?} bytes"), "write 1, 2, 3, 4 or 8")),
    };
    let offset = words.value("offset")?.map_or(Ok(0), |word| word.number("an offset", 0..1 << 16))? as usize;
    let order = match (words.flag("big")?, words.flag("little")?) {
        (true, true) => return Err(words.problem("a length has one byte order, not two", LENGTH)),
        (_, little) => {
            if little {
                ByteOrder::Little
            } else {
                ByteOrder::Big
            }
        }
    };
    let number = |word: Word<'_>| word.number("an adjustment", -ADJUST..ADJUST + 1);
    let adjust = words.value("adjust")?.map_or(Ok(0), number)?;
    let mut field = Field { offset, width, order, adjust, keep: offset > 0 };
    field.keep |= words.flag("keep")?;
    if words.flag("including")? {
        field.adjust += field.including();
    }
    if field.adjust < -ADJUST {
        return Err(words.problem("the adjustment and the header together are too much", LENGTH));
    }
    Ok(Kind::Length(field))
}

/// The most that can be added to a length or taken from it.
const ADJUST: i64 = 1 << 32;

fn quiet(words: &mut Words<'_>) -> Result<Kind, Problem> {
    let word = words.first().ok_or_else(|| words.problem("the length of the pause is missing", QUIET))?;
    let pause = word.read(quantity::duration)?;
    if pause.is_zero() {
        return Err(word.problem("a pause of no length parts nothing", "write one like 20ms"));
    }
    Ok(Kind::Quiet(pause))
}
