//! Which bytes of a message a length or a checksum is taken over.

use std::fmt;
use std::ops::Range;

/// Which bytes of the finished message a field covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    /// All bytes before the field.
    Before,
    /// All bytes after it.
    After,
    /// The whole message.
    All,
    /// From one byte offset up to, not with, another.
    Slice { from: usize, to: Option<usize> },
}

/// Where a field lies in the finished message, bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) len: usize,
}

impl Cover {
    /// The covered bytes of a message of `total` bytes; they may lie outside of it.
    pub(super) fn range(self, place: Place, total: usize) -> Range<usize> {
        match self {
            Self::Before => 0..place.at,
            Self::After => place.at + place.len..total,
            Self::All => 0..total,
            Self::Slice { from, to: Some(to) } => from..to,
            Self::Slice { from, to: None } if place.at > from => from..place.at,
            Self::Slice { from, to: None } => from..total,
        }
    }

    /// Reads `before`, `after`, `all`, `A..B`, `A..` or `..B`.
    pub(super) fn find(word: &str) -> Option<Self> {
        match word {
            "before" => return Some(Self::Before),
            "after" => return Some(Self::After),
            "all" => return Some(Self::All),
            _ => {}
        }
        let (from, to) = word.split_once("..")?;
        if from.is_empty() && to.is_empty() {
            return None;
        }
        let from = if from.is_empty() { 0 } else { number(from)? };
        let to = if to.is_empty() { None } else { Some(number(to)?) };
        Some(Self::Slice { from, to })
    }
}

impl fmt::Display for Cover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before => f.write_str("before"),
            Self::After => f.write_str("after"),
            Self::All => f.write_str("all"),
            Self::Slice { from, to: Some(to) } => write!(f, "{from}..{to}"),
            Self::Slice { from, to: None } => write!(f, "{from}.."),
        }
    }
}

/// Digits only: `str::parse` would take a sign.
fn number(word: &str) -> Option<usize> {
    word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let place = Place { at: 4, len: 2 };
        let range = |word: &str| Cover::find(word).unwrap().range(place, 10);
        assert_eq!(range("before"), 0..4);
        assert_eq!(range("after"), 6..10);
        assert_eq!(range("all"), 0..10);
        assert_eq!(range("1..3"), 1..3);
        assert_eq!(range("..9"), 0..9);
        assert_eq!(range("1.."), 1..4, "up to the field");
        assert_eq!(range("4.."), 4..10, "the field does not lie after byte 4, so to the end");
    }

    #[test]
    fn words() {
        for word in ["before", "after", "all", "1..3", "7..", "0..2"] {
            assert_eq!(Cover::find(word).unwrap().to_string(), word);
        }
        for word in ["", "..", "1...3", "+1..3", "-1..", "a..b", "All", "99999999999999999999..", "1"] {
            assert_eq!(Cover::find(word), None, "{word}");
        }
    }
}
