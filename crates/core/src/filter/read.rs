//! From text to tests.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use super::{Needle, Order, Test, Who, needle};
use crate::facts::Direction;
use crate::near::nearest;
use crate::problem::Problem;
use crate::quantity;

/// Words that begin a test.
const TESTS: [&str; 9] = ["rx", "tx", "warning", "bad", "peer", "socket", "text", "hex", "len"];

/// Parentheses and `not` in each other; nobody writes that many, and the stack has an end.
const DEEPEST: usize = 64;

pub(super) fn read(text: &str) -> Result<Test, Problem> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let test = reader.any()?;
    match reader.rest() {
        "" => Ok(test),
        rest if rest.starts_with(')') => {
            Err(reader.problem(reader.at..reader.at + 1, "\")\" closes nothing", "leave it out"))
        }
        rest => {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let what = format!("{:?} follows without a word between", &rest[..end]);
            Err(reader.problem(reader.at..reader.at + end, what, "write and or or before it"))
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Result<Test, Problem> {
        let mut tests = vec![self.all()?];
        while self.takes("or") || self.takes("||") {
            tests.push(self.all()?);
        }
        Ok(Test::any(tests))
    }

    fn all(&mut self) -> Result<Test, Problem> {
        let mut tests = vec![self.one()?];
        while self.takes("and") || self.takes("&&") {
            tests.push(self.one()?);
        }
        Ok(Test::all(tests))
    }

    fn one(&mut self) -> Result<Test, Problem> {
        self.rest();
        let from = self.at;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.problem(from..from + 1, "this is nested too deep", "write it flatter"));
        }
        let test = if self.takes("not") || self.takes("!") {
            Test::Not(Box::new(self.one()?))
        } else if self.takes("(") {
            let test = self.any()?;
            if !self.takes(")") {
                return Err(self.problem(from..from + 1, "\"(\" is not closed", "add a \")\""));
            }
            test
        } else {
            self.plain()?
        };
        self.depth -= 1;
        Ok(test)
    }

    fn plain(&mut self) -> Result<Test, Problem> {
        let from = self.at;
        if let Some(digits) = self.rest().strip_prefix('#') {
            let len = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            self.at += 1 + len;
            let number = digits[..len].parse().ok().filter(|number| *number > 0);
            return number.map(Test::Number).ok_or_else(|| {
                let what = format!("{:?} is no number of a peer", &self.text[from..self.at]);
                self.problem(from..self.at, what, "write #1, #2 and so on")
            });
        }
        let word = self.letters();
        match word {
            "rx" => Ok(Test::Direction(Direction::Rx)),
            "tx" => Ok(Test::Direction(Direction::Tx)),
            "warning" => Ok(Test::Warning),
            "bad" => Ok(Test::Bad),
            "peer" => self.peer(),
            "socket" => self.word("a session's name", "socket plc").map(Test::Socket),
            "text" => self.word("text to look for", "text OK").map(|text| Test::Has(Needle::Text(text))),
            "hex" => self.hex().map(|bytes| Test::Has(Needle::Hex(bytes))),
            "len" => self.len(),
            _ => Err(self.unknown(from)),
        }
    }

    fn unknown(&self, from: usize) -> Problem {
        let rest = &self.text[from..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).unwrap_or(rest.len());
        let known = TESTS.join(" ");
        match &rest[..end] {
            "" if rest.is_empty() => {
                self.problem(from..from, "something to test is missing", format!("write one of {known} #N"))
            }
            "" => self.problem(from..from + 1, "nothing stands before \")\"", "write a test, such as rx"),
            word => {
                let hint = nearest(word, TESTS.into_iter()).map(|near| format!("did you mean {near}? "));
                let remedy = format!("{}tests are {known} #N", hint.unwrap_or_default());
                self.problem(from..from + end, format!("unknown test {word:?}"), remedy)
            }
        }
    }

    fn peer(&mut self) -> Result<Test, Problem> {
        let (from, text) = (self.start(), self.word("an address", "peer 127.0.0.1:7000")?);
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&text);
        if let Ok(ip) = inner.parse::<IpAddr>() {
            return Ok(Test::Peer(Who::At(ip.to_canonical(), None)));
        }
        if let Ok(place) = text.parse::<SocketAddr>() {
            return Ok(Test::Peer(Who::At(place.ip().to_canonical(), Some(place.port()))));
        }
        if text.starts_with(['/', '@']) {
            return Ok(Test::Peer(Who::Shown(text)));
        }
        let what = format!("{text:?} is no peer's address");
        Err(self.problem(from..self.at, what, "write it like 10.0.0.1, 10.0.0.1:7000, [::1]:7000 or @name"))
    }

    /// Bytes, with or without blanks or colons between; ends before what is no byte.
    fn hex(&mut self) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        loop {
            let rest = self.rest();
            let end = rest.find(|c: char| !needle::is_bare(c)).unwrap_or(rest.len());
            let digits: Vec<u8> = rest[..end].bytes().filter(|byte| *byte != b':').collect();
            let nibbles: Option<Vec<u8>> = digits.iter().map(|digit| nibble(*digit)).collect();
            let pairs = nibbles.filter(|nibbles| !nibbles.is_empty() && nibbles.len() % 2 == 0);
            let Some(pairs) = pairs else {
                if bytes.is_empty() {
                    let what = if end == 0 {
                        "bytes to look for are missing".to_owned()
                    } else {
                        format!("{:?} is no byte in hex", &rest[..end])
                    };
                    let span = self.at..self.at + end;
                    return Err(self.problem(span, what, "write two digits a byte, like hex 0d0a"));
                }
                return Ok(bytes);
            };
            bytes.extend(pairs.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
            self.at += end;
        }
    }

    fn len(&mut self) -> Result<Test, Problem> {
        let rest = self.rest();
        let Some((sign, order)) = Order::ALL.iter().find(|(sign, _)| rest.starts_with(sign)) else {
            let span = self.at..self.at + rest.chars().next().map_or(0, char::len_utf8);
            return Err(self.problem(span, "len stands without a comparison", "write it like len > 100"));
        };
        self.at += sign.len();
        // Twice the sign is what programmers write.
        if *order == Order::Is && self.text[self.at..].starts_with('=') {
            self.at += 1;
        }
        let (from, size) = (self.start(), self.word("a number of bytes", "len > 100")?);
        let size = quantity::size(&size).map_err(|problem| problem.inside(self.text, from))?;
        Ok(Test::Len(*order, size))
    }

    /// The next word, bare or in quotes.
    fn word(&mut self, what: &str, example: &str) -> Result<String, Problem> {
        let rest = self.rest();
        if rest.starts_with('"') {
            return self.quoted();
        }
        let end = rest.find(|c| !needle::is_bare(c)).unwrap_or(rest.len());
        let from = self.at;
        self.at += end;
        if end == 0 {
            let what = format!("{what} is missing");
            return Err(self.problem(from..from, what, format!("write it like {example}")));
        }
        Ok(rest[..end].to_owned())
    }

    fn quoted(&mut self) -> Result<String, Problem> {
        let open = self.at;
        let mut word = String::new();
        let mut chars = self.text[open + 1..].char_indices();
        while let Some((i, c)) = chars.next() {
            let at = open + 1 + i;
            match c {
                '"' => {
                    self.at = at + 1;
                    return Ok(word);
                }
                '\\' => {
                    let (meant, len) = escape(&self.text[at..])
                        .map_err(|span| self.problem(span.start + at..span.end + at, BAD_ESCAPE, ESCAPES))?;
                    word.push(meant);
                    let end = i + len;
                    chars = self.text[open + 1..].char_indices();
                    while chars.clone().next().is_some_and(|(at, _)| at < end) {
                        chars.next();
                    }
                }
                c => word.push(c),
            }
        }
        Err(self.problem(open..open + 1, "the quote is not closed", "add a \""))
    }

    /// Where the next word begins.
    fn start(&mut self) -> usize {
        self.rest();
        self.at
    }

    /// What is left, blanks skipped.
    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    /// Takes a sign, or a word that does not go on.
    fn takes(&mut self, word: &str) -> bool {
        let after = self.rest().strip_prefix(word);
        let goes_on = |after: &str| word.starts_with(char::is_alphabetic) && after.starts_with(is_letter);
        let taken = after.is_some_and(|after| !goes_on(after));
        if taken {
            self.at += word.len();
        }
        taken
    }

    /// The letters that come next; none if a longer word stands there.
    fn letters(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn problem(&self, span: Range<usize>, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        let end = self.text.len();
        Problem::new(self.text, span.start.min(end)..span.end.min(end), what, remedy)
    }
}

const BAD_ESCAPE: &str = "unknown escape";
const ESCAPES: &str = "in quotes there are \\\" \\\\ \\r \\n \\t and \\u{4f60}";

/// What the escape at the start of `text` means and how long it is; or where it is wrong.
fn escape(text: &str) -> Result<(char, usize), Range<usize>> {
    let next = text[1..].chars().next();
    let meant = match next {
        Some(c @ ('"' | '\\')) => c,
        Some('r') => '\r',
        Some('n') => '\n',
        Some('t') => '\t',
        Some('u') => {
            let end = text.find('}').ok_or(0..2)?;
            let digits = text.get(3..end).filter(|_| text[2..].starts_with('{'));
            let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
            return number.and_then(char::from_u32).map(|c| (c, end + 1)).ok_or(0..end + 1);
        }
        other => return Err(0..1 + other.map_or(0, char::len_utf8)),
    };
    Ok((meant, 2))
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|nibble| u8::try_from(nibble).ok())
}
