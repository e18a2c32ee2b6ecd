//! The lines that both ends say, and how one is got out of a stream.

use std::fmt;

use super::Sum;

/// What every line begins with, up to the version.
const NAME: &[u8] = b"sockscope-resume/";

/// The version that is spoken here.
const VERSION: &[u8] = b"1";

/// The longest line in bytes, its end included: three words with two numbers of 64 bits and a checksum.
pub const LONGEST: usize = 143;

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The receiver has so many bytes with this checksum.
    Have {
        /// Bytes.
        len: u64,
        /// Of them.
        sum: Sum,
    },
    /// The sender goes on behind them, and this is the whole.
    From {
        /// The first byte that is sent.
        from: u64,
        /// Bytes in all.
        size: u64,
        /// Of the whole.
        sum: Sum,
    },
    /// The sender's first bytes are others.
    Differs,
    /// All is there, and as it was sent.
    Whole,
    /// All is there, and its checksum is another.
    Damaged,
}

impl fmt::Display for Line {
    /// Without its end, a line feed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sockscope-resume/1 ")?;
        match self {
            Self::Have { len, sum } => write!(f, "have={len} sha256={sum}"),
            Self::From { from, size, sum } => write!(f, "from={from} size={size} sha256={sum}"),
            Self::Differs => f.write_str("differs"),
            Self::Whole => f.write_str("whole"),
            Self::Damaged => f.write_str("damaged"),
        }
    }
}

/// Why something is no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It does not begin like one.
    Stranger,
    /// It is a line of another version.
    Version,
    /// It begins like one, and does not go on like one.
    Malformed,
}

impl Line {
    /// Reads a line without its end. There is one way only to write each.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn parse(line: &[u8]) -> Result<Self, Flaw> {
        let rest = line.strip_prefix(NAME).ok_or(Flaw::Stranger)?;
        let space = rest.iter().position(|byte| *byte == b' ').ok_or(Flaw::Malformed)?;
        match &rest[..space] {
            VERSION => {}
            [b'1'..=b'9', more @ ..] if more.iter().all(u8::is_ascii_digit) => return Err(Flaw::Version),
            _ => return Err(Flaw::Malformed),
        }
        let words = std::str::from_utf8(&rest[space + 1..]).map_err(|_| Flaw::Malformed)?;
        let words: Vec<&str> = words.split(' ').collect();
        let read = match words[..] {
            ["differs"] => Some(Self::Differs),
            ["whole"] => Some(Self::Whole),
            ["damaged"] => Some(Self::Damaged),
            [have, sum] => have_line(have, sum),
            [from, size, sum] => from_line(from, size, sum),
            _ => None,
        };
        read.ok_or(Flaw::Malformed)
    }
}

fn have_line(have: &str, sum: &str) -> Option<Line> {
    Some(Line::Have { len: number("have=", have)?, sum: checksum(sum)? })
}

fn from_line(from: &str, size: &str, sum: &str) -> Option<Line> {
    Some(Line::From { from: number("from=", from)?, size: number("size=", size)?, sum: checksum(sum)? })
}

fn checksum(word: &str) -> Option<Sum> {
    Sum::parse(word.strip_prefix("sha256=")?)
}

/// Decimal digits without sign and without zeros before them.
fn number(name: &str, word: &str) -> Option<u64> {
    let digits = word.strip_prefix(name)?;
    let plain =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    plain.then(|| digits.parse().ok())?
}

/// Gathers a line out of what comes.
#[derive(Debug, Clone, Default)]
pub struct Collector(Vec<u8>);

impl Collector {
    /// Takes bytes as they come. Once a line is whole: the line, and how many of `bytes` belong to it, its end
    /// included; the next bytes begin another.
    ///
    /// # Errors
    ///
    /// It cannot become one any more, however it goes on.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Option<(Line, usize)>, Flaw> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        // What is too long is not kept.
        let room = LONGEST.saturating_sub(self.0.len());
        self.0.extend_from_slice(&part[..part.len().min(room)]);
        let known = self.0.len().min(NAME.len());
        if self.0[..known] != NAME[..known] {
            return Err(Flaw::Stranger);
        }
        let Some(end) = end else {
            return if self.0.len() < LONGEST { Ok(None) } else { Err(self.too_long()) };
        };
        let line = std::mem::take(&mut self.0);
        Line::parse(&line).map(|line| Some((line, end + 1)))
    }

    /// A later version may have longer lines.
    fn too_long(&self) -> Flaw {
        match Line::parse(&self.0) {
            Err(flaw) => flaw,
            Ok(_) => Flaw::Malformed,
        }
    }
}
