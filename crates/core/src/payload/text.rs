//! Text notation, read and printed.

use std::fmt::{self, Write};
use std::ops::Range;

use super::{Content, Notation, Payload, field};
use crate::problem::Problem;

/// What one unit of text notation stands for.
enum Unit {
    Char(char),
    Byte(u8),
}

pub(super) fn read(input: &str) -> Result<Payload, Problem> {
    let mut payload = Payload::new(input, Notation::Text);
    let mut at = 0;
    while at < input.len() {
        if field::begins(input, at) {
            let (field, span) = field::parse(input, at, ", or \\{ for a brace")?;
            at = span.end;
            payload.push(Content::Field(field), span);
            continue;
        }
        let (unit, length) = unit(input, at)?;
        let content = match unit {
            Unit::Char(c) => Content::Text(c.into()),
            Unit::Byte(b) => Content::Raw(vec![b]),
        };
        payload.push(content, at..at + length);
        at += length;
    }
    Ok(payload)
}

/// Where the character that lies `offset` bytes into a text piece was written. The piece lies at `span`
/// of `input`.
pub(super) fn spot(input: &str, span: &Range<usize>, offset: usize) -> Option<Range<usize>> {
    let (mut at, mut passed) = (span.start, 0);
    while at < span.end {
        let (Unit::Char(c), length) = unit(input, at).ok()? else { return None };
        if passed == offset {
            return Some(at..at + length);
        }
        passed += c.len_utf8();
        at += length;
    }
    None
}

/// Reads the unit at byte `at`. Returns it and its length in bytes.
fn unit(input: &str, at: usize) -> Result<(Unit, usize), Problem> {
    let mut chars = input[at..].chars();
    match chars.next() {
        Some('\\') => escape(input, at, chars.next()),
        Some(c) => Ok((Unit::Char(c), c.len_utf8())),
        None => Err(Problem::new(input, at..at, "the text ends here", "")),
    }
}

fn escape(input: &str, at: usize, letter: Option<char>) -> Result<(Unit, usize), Problem> {
    let unit = match letter {
        Some('r') => Unit::Char('\r'),
        Some('n') => Unit::Char('\n'),
        Some('t') => Unit::Char('\t'),
        Some(c @ ('\\' | '{' | '}')) => Unit::Char(c),
        Some('0') => Unit::Byte(0),
        Some('x') => return byte(input, at),
        Some('u') => return code_point(input, at),
        Some(other) => {
            let what = format!("unknown escape \\{}", other.escape_debug());
            return Err(Problem::new(input, at..at + 1 + other.len_utf8(), what, KNOWN));
        }
        None => return Err(Problem::new(input, at..at + 1, "a backslash at the end", KNOWN)),
    };
    Ok((unit, 2))
}

const KNOWN: &str = "there are \\r \\n \\t \\0 \\xHH \\u{4f60} \\{ \\}, and \\\\ for a backslash";

/// `\xHH`.
fn byte(input: &str, at: usize) -> Result<(Unit, usize), Problem> {
    let digits: &str = take(&input[at + 2..], 2, |c| c.is_ascii_hexdigit());
    match u8::from_str_radix(digits, 16) {
        Ok(byte) if digits.len() == 2 => Ok((Unit::Byte(byte), 4)),
        _ => {
            let end = at + 2 + digits.len();
            let what = format!("half a hex byte \"{}\"", &input[at..end]);
            Err(Problem::new(input, at..end, what, "\\x takes two hex digits, like \\x0c"))
        }
    }
}

/// `\u{4f60}`.
fn code_point(input: &str, at: usize) -> Result<(Unit, usize), Problem> {
    const REMEDY: &str = "write the code point in hex between braces, like \\u{4f60}";
    let Some(inside) = input[at + 2..].strip_prefix('{') else {
        return Err(Problem::new(input, at..at + 2, "\\u without braces", REMEDY));
    };
    let digits = take(inside, usize::MAX, |c| c.is_ascii_hexdigit());
    let end = at + 3 + digits.len();
    if !inside[digits.len()..].starts_with('}') || digits.is_empty() {
        let what = format!("bad code point {:?}", &input[at..end]);
        return Err(Problem::new(input, at..end, what, REMEDY));
    }
    match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
        Some(c) => Ok((Unit::Char(c), end + 1 - at)),
        None => {
            let what = format!("there is no character {digits}");
            let remedy = "code points go up to 10ffff, without d800 to dfff";
            Err(Problem::new(input, at..end + 1, what, remedy))
        }
    }
}

/// The leading characters that `wanted` takes, at most `most`.
fn take(text: &str, most: usize, wanted: impl Fn(char) -> bool) -> &str {
    let length = text.chars().take(most).take_while(|&c| wanted(c)).map(char::len_utf8).sum();
    &text[..length]
}

/// Prints characters so that they read back as themselves and can be seen.
pub(super) fn show(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => f.write_str("\\r")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\\' => f.write_str("\\\\")?,
            '{' if chars.peek().is_none_or(char::is_ascii_alphabetic) => f.write_str("\\{")?,
            _ if is_hidden(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
            _ => f.write_char(c)?,
        }
    }
    Ok(())
}

pub(super) fn show_raw(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|&byte| match byte {
        0 => f.write_str("\\0"),
        _ => write!(f, "\\x{byte:02x}"),
    })
}

/// Controls, and what changes the look of its neighbours: bidirectional marks, joiners, variation
/// selectors, tags.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
