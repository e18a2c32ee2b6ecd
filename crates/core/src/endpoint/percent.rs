//! Percent-encoding (RFC 3986 section 2.1), lenient in reading: a `%` that two hexadecimal digits do not
//! follow stands for itself.

use std::ops::Range;

use crate::problem::Problem;

/// A part of an endpoint as it was written, and what it stands for.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    raw: &'a str,
    /// What it stands for.
    pub(crate) text: String,
    escaped: bool,
}

impl<'a> Decoded<'a> {
    /// Text that stands for itself.
    pub(crate) fn literal(raw: &'a str) -> Self {
        Self { raw, text: raw.to_owned(), escaped: false }
    }

    /// Text in which `%26` stands for `&`. An escape that does not give printable UTF-8, or gives what needs
    /// no escape, is an error: most likely the `%` was meant to begin a zone, and `239.1.2.3%30` must not
    /// become the group 239.1.2.30.
    pub(crate) fn read(raw: &'a str) -> Result<Self, Problem> {
        let mut bytes = Vec::with_capacity(raw.len());
        let mut rest = raw.as_bytes();
        while let Some((byte, len)) = unit(rest) {
            if len > 1 && (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
                let at = raw.len() - rest.len();
                let what = format!("is an escape for {:?}, which needs none", char::from(byte).to_string());
                return Err(odd_escape(raw, at..at + len, &what));
            }
            bytes.push(byte);
            rest = &rest[len..];
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            odd_escape(raw, spot(raw, &(at..at + 1)), "is not UTF-8 text")
        })?;
        if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(odd_escape(raw, spot(raw, &(at..at + c.len_utf8())), "is a control character"));
        }
        Ok(Self { raw, text, escaped: true })
    }

    /// A problem with the text, shown in the endpoint that has the part `at` bytes from its start.
    pub(crate) fn problem(&self, mut problem: Problem, endpoint: &str, at: usize) -> Problem {
        if self.escaped {
            problem.span = spot(self.raw, &problem.span);
        }
        problem.inside(endpoint, at)
    }
}

/// Writes `text` so that [`Decoded::read`] gives it again, also as a host, a zone or an option.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || c.is_whitespace() || matches!(c, '%' | '&' | '#' | '?' | '"' | '<' | '>') {
            let mut utf8 = [0; 4];
            c.encode_utf8(&mut utf8).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// The first byte that `rest` stands for, and how many bytes are written for it.
fn unit(rest: &[u8]) -> Option<(u8, usize)> {
    match rest {
        [] => None,
        [b'%', high, low, ..] => Some(match (hex(*high), hex(*low)) {
            (Some(high), Some(low)) => (high << 4 | low, 3),
            _ => (b'%', 1),
        }),
        [byte, ..] => Some((*byte, 1)),
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

/// Where in `raw` the bytes `span` of what it stands for were written.
fn spot(raw: &str, span: &Range<usize>) -> Range<usize> {
    let mut starts = Vec::with_capacity(raw.len() + 1);
    let mut at = 0;
    while let Some((_, len)) = unit(&raw.as_bytes()[at..]) {
        starts.push(at);
        at += len;
    }
    starts.push(at);
    let last = starts.len() - 1;
    starts[span.start.min(last)]..starts[span.end.min(last)]
}

fn odd_escape(raw: &str, span: Range<usize>, what: &str) -> Problem {
    let written = &raw[span.clone()];
    let remedy = if written.starts_with('%') { "write %25 for a percent sign" } else { "leave it out" };
    Problem::new(raw, span.clone(), format!("{written:?} {what}"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &str) -> String {
        Decoded::read(raw).unwrap().text
    }

    #[test]
    fn escapes_are_read_and_a_lone_percent_sign_stays() {
        assert_eq!(decoded("a%20b%26%25"), "a b&%");
        assert_eq!(decoded("239.1.2.3%eth0"), "239.1.2.3%eth0");
        assert_eq!(decoded("%e4%bd%A0%"), "你%");
        assert_eq!(decoded("100%2"), "100%2");
        assert_eq!(encode("a b&%你"), "a%20b%26%25你");
    }

    #[test]
    fn an_escape_that_is_no_text_is_told() {
        let problem = Decoded::read("ff02::1%ab0").unwrap_err();
        assert_eq!(problem.to_string(), "\"%ab\" is not UTF-8 text; write %25 for a percent sign");
        assert_eq!(problem.place().unwrap(), "  ff02::1%ab0\n         ^^^");
        let problem = Decoded::read("ff02::1%12").unwrap_err();
        assert_eq!(problem.to_string(), "\"%12\" is a control character; write %25 for a percent sign");
    }

    #[test]
    fn a_zone_of_two_digits_does_not_run_into_the_address() {
        let problem = Decoded::read("239.1.2.3%30").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "\"%30\" is an escape for \"0\", which needs none; write %25 for a percent sign"
        );
        assert_eq!(problem.place().unwrap(), "  239.1.2.3%30\n           ^^^");
        assert_eq!(decoded("239.1.2.3%2530"), "239.1.2.3%30");
    }

    #[test]
    fn a_spot_is_found_where_it_was_written() {
        let part = Decoded::read("%26%2bx").unwrap();
        let problem = part.problem(Problem::new("&+x", 1..2, "odd", ""), "?n=%26%2bx", 3);
        assert_eq!(problem.place().unwrap(), "  ?n=%26%2bx\n        ^^^");
    }
}
