//! What a framing finds out about a frame.

use std::fmt;

use super::check::Sum;

/// What is known about a frame besides its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Bytes that it took on the wire, with framing and check.
    pub wire: u32,
    /// What is wrong with it. The content is then what came on the wire, as it came; only with
    /// [`Flaw::BadCheck`] and [`Flaw::NoCheck`] the framing is undone all the same.
    pub flaw: Option<Flaw>,
    /// Whether it had a check, and the check was right.
    pub checked: bool,
}

/// What is wrong with a frame. Exhaustive on purpose: whoever shows frames says what each flaw means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The stream ended before the frame did.
    Unfinished,
    /// Its content is longer than the maximum. What is left of it follows as [`Flaw::Skipped`].
    TooLong,
    /// No frame: bytes left out to find the next one.
    Skipped,
    /// An escape that the framing does not have (RFC 1055).
    BadEscape,
    /// A length that no frame can have, or what should be a length and is none.
    BadLength,
    /// The length leads to another byte than the one which ends a frame.
    BadEnd,
    /// There is no check to compare: the content is too short for one, or its digits are none.
    NoCheck,
    /// The check of the content is another than the one behind it, which is left with the content.
    BadCheck {
        /// The check of the content as it came.
        expected: Sum,
        /// The check that came.
        got: Sum,
    },
}

impl Flaw {
    /// The word for it in JSON lines, such as `too_long`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unfinished => "unfinished",
            Self::TooLong => "too_long",
            Self::Skipped => "skipped",
            Self::BadEscape => "bad_escape",
            Self::BadLength => "bad_length",
            Self::BadEnd => "bad_end",
            Self::NoCheck => "no_check",
            Self::BadCheck { .. } => "bad_check",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfinished => "the stream ended inside this frame",
            Self::TooLong => "longer than the maximum",
            Self::Skipped => "left out to find the next frame",
            Self::BadEscape => "an escape that there is not",
            Self::BadLength => "a length that cannot be",
            Self::BadEnd => "the length does not lead to the end of a frame",
            Self::NoCheck => "no check behind the content",
            Self::BadCheck { expected, got } => {
                return write!(f, "check {got} is wrong, the content has {expected}");
            }
        })
    }
}
