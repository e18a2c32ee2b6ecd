//! Text to bytes and back.

use crate::problem::Problem;

/// A codec between text and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset;

/// What to do with a character that the charset lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Unmappable {
    /// Refuse the text and point at the character.
    #[default]
    Refuse,
    /// Leave the character out, counted.
    Skip,
    /// Put this text (which the charset must have) in its place, counted.
    Replace(String),
}

/// A character that a charset lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{charset} has no {character:?}")]
pub struct Lacks {
    /// The charset's name.
    pub charset: &'static str,
    /// The character.
    pub character: char,
    /// Where it stands: bytes from the start of the text.
    pub at: usize,
}

/// One stretch of decoded bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes that decoded, as text.
    Text(&'a str),
    /// Bytes that are not of this charset, as they came.
    Invalid(&'a [u8]),
}

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = Self;

    /// The charset of a label such as `gbk`, `cp936` or `UTF-16LE`; letters in any case.
    pub fn find(label: &str) -> Result<Self, Problem> {
        match label {
            "utf-8" => Ok(Self),
            _ => Err(Problem::whole(label, format!("unknown charset {label:?}"), "see --help")),
        }
    }

    /// The name people use for it, lower case: `gbk`, `utf-8`.
    pub fn name(self) -> &'static str {
        "utf-8"
    }

    /// Appends `text` to `out` in this charset. Returns how many characters were skipped or replaced.
    /// On an error nothing has been appended.
    pub fn encode(self, text: &str, _unmappable: &Unmappable, out: &mut Vec<u8>) -> Result<u64, Lacks> {
        out.extend_from_slice(text.as_bytes());
        Ok(0)
    }

    /// Hands out the pieces of `bytes` in order. The pieces cover every byte once; neither kind is empty.
    pub fn decode(self, bytes: &[u8], mut piece: impl FnMut(Piece<'_>)) {
        for chunk in bytes.utf8_chunks() {
            if !chunk.valid().is_empty() {
                piece(Piece::Text(chunk.valid()));
            }
            if !chunk.invalid().is_empty() {
                piece(Piece::Invalid(chunk.invalid()));
            }
        }
    }
}
