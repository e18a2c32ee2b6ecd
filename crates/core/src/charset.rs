//! Text to bytes and back, without ever putting in a byte or a character that nobody wrote.
//!
//! Three rules hold for every charset, and tests hold them over the whole table:
//!
//! - [`Charset::encode`] gives bytes that decode to the same text, or refuses. The web's encoders turn
//!   `¥` into a backslash and `−` into its full-width twin where a charset lacks them; here such a
//!   character is lacking.
//! - [`Charset::decode`] gives text or the raw bytes, never a replacement character.
//! - A byte order mark is text (U+FEFF): none is looked for, taken away or added.

mod chinese_hk;
mod decoder;
mod encoder;
mod home;
mod label;
mod pairs;
mod single;
mod table;
mod utf;
mod viewing;
mod web;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::problem::Problem;

pub use decoder::Decoder;
pub use viewing::{Guess, Viewing};

/// A codec between text and bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Charset(u8);

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
#[error("{charset} has no {character:?} (U+{:04X})", u32::from(*.character))]
pub struct Lacks {
    /// The charset's name.
    pub charset: &'static str,
    /// The character: of the text, or of its replacement when it is the replacement that lacks.
    pub character: char,
    /// Where in the text it stands, or was to be put: bytes from the start of the text.
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

impl Piece<'_> {
    /// Appends text, or what `invalid` appends.
    fn append(self, out: &mut Vec<u8>, invalid: impl FnOnce(&[u8], &mut Vec<u8>)) {
        match self {
            Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
            Piece::Invalid(bytes) => invalid(bytes, out),
        }
    }
}

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = table::named("utf-8");
    /// ASCII, strictly: a byte from 0x80 up is invalid.
    pub const ASCII: Self = table::named("ascii");
    /// GBK, as code page 936. Sends one or two bytes a character; receives GB18030's four as well.
    pub const GBK: Self = table::named("gbk");

    /// The charset of a label such as `gbk`, `cp936`, `936` or `UTF_16LE`.
    ///
    /// Letters in any case; `-`, `_` and blanks do not count; a bare number is a code page. A label
    /// that leaves something open, such as `utf-16`, is refused, with what would be right.
    pub fn find(label: &str) -> Result<Self, Problem> {
        label::find(label)
    }

    /// Every charset, in the order of the table: the common ones first.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator {
        (0..u8::try_from(table::ROWS.len()).expect("the table is short")).map(Self)
    }

    /// The name people use for it, lower case: `gbk`, `utf-8`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Other labels that find it, without those that differ by letter case, `-` and `_` only.
    pub fn labels(self) -> &'static [&'static str] {
        self.row().labels
    }

    /// A few words on what it is for and where it is peculiar.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// Appends `text` to `out` in this charset. Returns how many characters were skipped or replaced.
    /// On an error nothing has been appended.
    ///
    /// ISO-2022-JP, the only charset with shift states, begins and ends in ASCII.
    pub fn encode(self, text: &str, unmappable: &Unmappable, out: &mut Vec<u8>) -> Result<u64, Lacks> {
        let start = out.len();
        let result = encoder::encode(self, text, unmappable, out);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    /// Hands out the pieces of `bytes` in order. The pieces cover every byte once; neither kind is empty.
    ///
    /// ISO-2022-JP's shift sequences are covered without being in a piece: they are not text, nor are
    /// they invalid.
    pub fn decode(self, bytes: &[u8], mut piece: impl FnMut(Piece<'_>)) {
        match self.row().coder {
            // Most of what is decoded at once: nothing is kept for a next chunk.
            table::Coder::Form(form) => {
                let done = form.decode(bytes, &mut piece);
                if done < bytes.len() {
                    piece(Piece::Invalid(&bytes[done..]));
                }
            }
            _ => Decoder::new(self).feed(bytes, true, piece),
        }
    }

    fn row(self) -> &'static table::Row {
        &table::ROWS[usize::from(self.0)]
    }
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Charset({})", self.name())
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
