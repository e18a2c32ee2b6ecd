//! What received bytes are compared with.
//!
//! A [`Pattern`] is read from words such as `text "OK\r\n"`, `hex 00 01 ?? 05` or `re /^\+CSQ: (\d+)/`; see
//! [`PATTERNS`]. [`Pattern::test`] compares: with all bytes of a message, or with what has come of a stream so
//! far. On a stream the outcome does not depend on how the stream was cut into chunks: a pattern that more
//! bytes could change waits for them.
//!
//! ```
//! use sockscope_core::charset::Charset;
//! use sockscope_core::pattern::{Pattern, Verdict};
//!
//! let pattern = Pattern::parse(r#"text "OK\r\n""#, Charset::UTF_8)?;
//! assert_eq!(pattern.test(b"OK", false), Verdict::Partial);
//! assert_eq!(pattern.test(b"ERROR", false), Verdict::Mismatch { at: 0 });
//! assert!(matches!(pattern.test(b"OK\r\nmore", false), Verdict::Match { used, .. } if used == (0..4)));
//! assert_eq!(pattern.test(b"OK\r\nmore", true), Verdict::Mismatch { at: 4 });
//! # Ok::<(), sockscope_core::problem::Problem>(())
//! ```

mod bytes;
mod cursor;
mod expression;
mod hex;
mod read;
mod table;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use bytes::Cell;
pub(crate) use cursor::Cursor;
pub(crate) use read::{pattern, template};
pub use table::{PATTERNS, PatternSpec};

use crate::charset::Charset;
use crate::payload::{GroupKey, Groups};
use crate::problem::Problem;
use bytes::Bytes;
use expression::Expression;

/// What received bytes are compared with.
#[derive(Debug, Clone)]
pub struct Pattern {
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Bytes, some of which may be left open.
    Bytes(Bytes),
    /// A regular expression.
    Expression(Box<Expression>),
}

/// How a comparison came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It fits.
    Match {
        /// The bytes that were matched. Those before them were passed over, those behind were not looked at.
        used: Range<usize>,
        /// What was captured; group 0 is `used`.
        groups: Groups,
    },
    /// It may fit yet: more bytes are needed to tell.
    Partial,
    /// It does not fit, whatever may follow.
    Mismatch {
        /// The first byte that differs; the number of bytes where they end too soon.
        at: usize,
    },
}

impl Pattern {
    /// Reads a pattern in the words of [`PATTERNS`]. Text becomes bytes through `charset`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, pointing at the spot.
    pub fn parse(text: &str, charset: Charset) -> Result<Self, Problem> {
        let mut cursor = Cursor::new(text);
        let read = pattern(&mut cursor, charset, &[])?;
        cursor.end()?;
        Ok(read)
    }

    /// Compares `got`: with `complete`, all bytes that there will be, and exact patterns must use every one;
    /// else what has come of a stream so far.
    pub fn test(&self, got: &[u8], complete: bool) -> Verdict {
        match &self.kind {
            Kind::Bytes(bytes) => bytes.test(got, complete),
            Kind::Expression(expression) => expression.test(got, complete),
        }
    }

    /// Whether a match has this group.
    pub fn has(&self, key: &GroupKey) -> bool {
        match (&self.kind, key) {
            (Kind::Bytes(_), key) => *key == GroupKey::Number(0),
            (Kind::Expression(expression), key) => expression.has(key),
        }
    }

    /// Whether it is a regular expression: the only kind that captures more than the whole.
    pub fn captures(&self) -> bool {
        matches!(self.kind, Kind::Expression(_))
    }

    /// The bytes it wants from the first one on, where it wants definite ones at definite places.
    pub fn cells(&self) -> Option<&[Cell]> {
        match &self.kind {
            Kind::Bytes(bytes) => bytes.exact(),
            Kind::Expression(_) => None,
        }
    }
}
