//! Hex in the spellings people paste.

use super::{Content, Notation, Payload, dump, field};
use crate::problem::Problem;

pub(super) fn read(input: &str) -> Result<Payload, Problem> {
    let mut payload = Payload::new(input, Notation::Hex);
    if let Some(bytes) = dump::read(input)? {
        payload.push(Content::Raw(bytes), 0..input.len());
        return Ok(payload);
    }
    let mut reader = Reader { input, at: 0, braces: Vec::new(), comma: false, payload };
    while reader.at < input.len() {
        reader.step()?;
    }
    match reader.braces.pop() {
        Some(open) => Err(Problem::new(input, open..open + 1, "this brace is not closed", "close it with }")),
        None => Ok(reader.payload),
    }
}

struct Reader<'a> {
    input: &'a str,
    at: usize,
    /// Where the braces of C arrays that are open stand.
    braces: Vec<usize>,
    /// `true` if a comma was the last thing but for space.
    comma: bool,
    payload: Payload,
}

impl Reader<'_> {
    fn step(&mut self) -> Result<(), Problem> {
        let rest = &self.input[self.at..];
        let Some(c) = rest.chars().next() else { return Ok(()) };
        match c {
            ',' => self.comma()?,
            c if is_separator(c) => self.at += c.len_utf8(),
            '{' if field::begins(self.input, self.at) && !is_array(rest) => {
                let (field, span) = field::parse(self.input, self.at, "")?;
                self.at = span.end;
                self.comma = false;
                self.payload.push(Content::Field(field), span);
            }
            '{' => {
                self.braces.push(self.at);
                self.at += 1;
            }
            '}' if self.braces.pop().is_some() => self.at += 1,
            '}' => return Err(self.wrong(1, "this brace closes nothing", "leave it out, or open it with {")),
            _ if has_prefix(rest) => self.digits(2)?,
            c if c.is_ascii_hexdigit() => self.digits(0)?,
            c => {
                let what = format!("{c:?} is no hex digit");
                return Err(self.wrong(c.len_utf8(), what, "a byte is two digits of 0-9 and a-f, like 0c"));
            }
        }
        Ok(())
    }

    fn comma(&mut self) -> Result<(), Problem> {
        if self.comma {
            return Err(self.wrong(1, "no byte between two commas", "leave one out, or write the byte"));
        }
        self.comma = true;
        self.at += 1;
        Ok(())
    }

    /// Reads the hex digits that stand `prefix` bytes further on.
    fn digits(&mut self, prefix: usize) -> Result<(), Problem> {
        let start = self.at + prefix;
        let length = self.input[start..].bytes().take_while(u8::is_ascii_hexdigit).count();
        if length == 0 {
            let what = format!("{} without digits", &self.input[self.at..start]);
            return Err(self.wrong(prefix, what, "write two hex digits behind it, like 0x0c"));
        }
        let bytes = pairs(self.input, start, length)?;
        self.payload.push(Content::Raw(bytes), self.at..start + length);
        self.at = start + length;
        self.comma = false;
        Ok(())
    }

    fn wrong(&self, length: usize, what: impl Into<String>, remedy: &str) -> Problem {
        Problem::new(self.input, self.at..self.at + length, what, remedy)
    }
}

/// The bytes of `length` hex digits at byte `start` of `input`.
pub(super) fn pairs(input: &str, start: usize, length: usize) -> Result<Vec<u8>, Problem> {
    let digits = &input.as_bytes()[start..start + length];
    let (pairs, half) = digits.as_chunks::<2>();
    if let &[half] = half {
        if let Some(odd) = input[start + length..].chars().next().filter(|c| c.is_alphabetic()) {
            let at = start + length;
            let remedy = "a byte is two digits of 0-9 and a-f, like 0c";
            return Err(Problem::new(
                input,
                at..at + odd.len_utf8(),
                format!("no hex digit: {odd:?}"),
                remedy,
            ));
        }
        let half = char::from(half);
        let remedy = format!("each byte needs two digits, like 0{half}");
        let at = start + length - 1;
        return Err(Problem::new(input, at..at + 1, format!("half a hex byte \"{half}\""), remedy));
    }
    Ok(pairs.iter().map(|&[high, low]| value(high) << 4 | value(low)).collect())
}

/// The value of a hex digit.
fn value(digit: u8) -> u8 {
    char::from(digit).to_digit(16).unwrap_or(0) as u8
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ':' | '-' | ';')
}

fn has_prefix(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0', b'x' | b'X', ..] | [b'\\', b'x', ..])
}

/// `true` if the braces hold hex only, so that they are of a C array such as `{c4, e3}`.
fn is_array(text: &str) -> bool {
    let inside = text[1..].split('}').next().unwrap_or_default();
    inside.chars().all(|c| c.is_ascii_hexdigit() || is_separator(c) || matches!(c, 'x' | 'X'))
}
