//! One line of a dump: offset, bytes, text column.

use std::ops::Range;

use super::pairs;
use crate::problem::Problem;

/// A line that is not blank, cut behind its offset.
pub(super) struct Line<'a> {
    /// The digits of the offset, without `0x`; empty if the line does not begin with hex digits.
    pub(super) digits: &'a str,
    /// What follows the offset: a colon, or spaces and bytes.
    pub(super) gap: Gap,
    /// What stands behind the offset and its colon.
    pub(super) rest: &'a str,
    /// Where the offset stands in the whole input, or the whole line if it has none.
    pub(super) span: Range<usize>,
    /// Where `rest` begins in the whole input.
    rest_at: usize,
}

/// What parts an offset from the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// A colon and a space: xxd, tcpdump.
    Colon,
    /// Two spaces or more, or a tab: hexdump -C, tshark.
    Wide,
    /// One space: od.
    Narrow,
    /// Nothing follows, or what cannot follow an offset.
    Bare,
}

impl<'a> Line<'a> {
    /// The lines of `input` that are not blank.
    pub(super) fn all(input: &'a str) -> impl Iterator<Item = Self> {
        let mut at = 0;
        input.split_inclusive('\n').filter_map(move |line| {
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            let line = line.trim();
            (!line.is_empty()).then(|| Self::new(line, start))
        })
    }

    fn new(line: &'a str, at: usize) -> Self {
        let prefix = if line.starts_with("0x") && line.contains(": ") { 2 } else { 0 };
        let length = line[prefix..].bytes().take_while(u8::is_ascii_hexdigit).count();
        let end = prefix + length;
        let (gap, skip) = match line.as_bytes()[end..] {
            _ if !(4..=16).contains(&length) => (Gap::Bare, 0),
            [] => (Gap::Bare, 0),
            [b':', b' ' | b'\t', ..] => (Gap::Colon, 1),
            [b'\t', ..] | [b' ', b' ' | b'\t', ..] => (Gap::Wide, 0),
            [b' ', ..] => (Gap::Narrow, 0),
            _ => (Gap::Bare, 0),
        };
        let digits = if gap == Gap::Bare && end < line.len() { "" } else { &line[prefix..end] };
        let cut = if digits.is_empty() { 0 } else { end + skip };
        let span = at..at + if digits.is_empty() { line.len() } else { end };
        Self { digits, gap, rest: &line[cut..], span, rest_at: at + cut }
    }

    pub(super) fn offset(&self, radix: u32) -> Option<u64> {
        // So low that no sum with the length of a dump overflows.
        u64::from_str_radix(self.digits, radix).ok().filter(|&offset| offset < 1 << 62)
    }

    /// How many hex digits the first group of bytes has.
    pub(super) fn group(&self) -> usize {
        self.rest.trim_start().bytes().take_while(u8::is_ascii_hexdigit).count()
    }

    /// Appends the bytes of the line to `bytes`. Returns `true` if a text column spells them.
    pub(super) fn read(&self, input: &str, bytes: &mut Vec<u8>) -> Result<bool, Problem> {
        let start = bytes.len();
        let mut at = 0;
        loop {
            let rest = &self.rest[at..];
            let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            if space == rest.len() {
                return Ok(false);
            }
            if spells(rest, space, &bytes[start..]) {
                return Ok(true);
            }
            let token = at + space;
            let length = self.rest[token..].bytes().take_while(u8::is_ascii_hexdigit).count();
            let alone = self.rest[token + length..].chars().next().is_none_or(|c| c == ' ' || c == '\t');
            if !alone || length == 0 || space > self.widest(at == 0) {
                return Err(self.strange(input, token));
            }
            bytes.extend(pairs(input, self.rest_at + token, length)?);
            at = token + length;
        }
    }

    /// The widest gap before a byte; behind a wider one is text.
    fn widest(&self, first: bool) -> usize {
        match self.gap {
            // tcpdump puts two spaces behind the offset; xxd -e, whose words are turned round, many.
            Gap::Colon if first => 2,
            _ if first => usize::MAX,
            // hexdump -C parts a row in the middle.
            Gap::Wide => 2,
            _ => 1,
        }
    }

    fn strange(&self, input: &str, at: usize) -> Problem {
        let what = "this is neither a byte nor the text of the bytes before it";
        let remedy = "paste the dump as the tool printed it, or leave its text column out";
        Problem::new(input, self.rest_at + at..self.rest_at + self.rest.len(), what, remedy)
    }
}

/// `true` if `rest`, which begins with `space` spaces, is the text column of `bytes`.
fn spells(rest: &str, space: usize, bytes: &[u8]) -> bool {
    let text = &rest[space..];
    for (open, close) in [('|', '|'), ('>', '<')] {
        let inside = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
        if inside.is_some_and(|inside| inside.chars().count() == bytes.len() && shows(inside, bytes)) {
            return true;
        }
    }
    // The column may begin with spaces of its own.
    let own = bytes.iter().take_while(|&&b| b == b' ').count();
    space >= own + 2 && shows(&rest[space - own..], bytes)
}

/// `true` if `text` shows `bytes`, each by one character; spaces at its end may have got lost.
fn shows(text: &str, bytes: &[u8]) -> bool {
    let mut chars = text.chars();
    let shown = bytes.iter().all(|&byte| match (byte, chars.next()) {
        (b' '..=b'~', Some(c)) => c == char::from(byte),
        (_, Some(c)) => c == '.' || c == '·',
        (b' ', None) => true,
        (_, None) => false,
    });
    shown && chars.next().is_none() && !bytes.is_empty()
}
