//! How a person writes bytes.
//!
//! A [`Payload`] is read from *text notation* ([`Payload::text`]), from hex or a hex dump
//! ([`Payload::hex`]), or is taken as it stands. [`Payload::compile`] makes a [`Template`] of it, which
//! renders one message for each send.
//!
//! Text notation: everything is itself, except
//!
//! | written | means |
//! | --- | --- |
//! | `\r` `\n` `\t` `\\` `\{` `\}` | that character |
//! | `\u{4f60}` | the character of this code point |
//! | `\xHH` `\0` | this one byte, whatever the charset |
//! | `{` and a letter, up to `}` | a field: see [`field_help`] |
//!
//! What a field writes in digits and words is text, so that the charset makes its bytes; what it writes in
//! bytes is left alone.
//!
//! ```
//! use sockscope_core::charset::{Charset, Unmappable};
//! use sockscope_core::facts::Stamp;
//! use sockscope_core::payload::{Eol, Context, Payload};
//! use sockscope_core::rng::Rng;
//!
//! let payload = Payload::text(r#"{"n":{counter}}\x00"#).unwrap();
//! let template = payload.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::Lf).unwrap();
//! let mut message = Vec::new();
//! let mut rng = Rng::new(42);
//! let mut context = Context { counter: 0, time: Stamp(0), utc_offset_s: 0, rng: &mut rng, groups: None };
//! template.render(&mut context, &mut message).unwrap();
//! assert_eq!(message, b"{\"n\":1}\0\n");
//! ```

mod capture;
mod clock;
mod compile;
mod cover;
mod dump;
mod eol;
mod field;
mod hex;
mod number;
mod options;
mod template;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;
use std::ops::Range;

pub use capture::{GroupKey, Groups};
pub use eol::Eol;
pub use field::{FieldHelp, field_help};
pub use template::{Context, Template};

use crate::charset::{Charset, Unmappable};
use crate::problem::Problem;
use field::Field;

/// Bytes to send, as a person wrote them: text, raw bytes and fields, in order.
///
/// Prints in text notation, whatever notation it was read from, and reads back as an equal payload.
#[derive(Debug, Clone)]
pub struct Payload {
    pieces: Vec<Piece>,
    /// What was written, for problems to point at; empty if the payload was not written by a person.
    input: String,
    notation: Notation,
}

/// A stretch of a payload and where it was written.
#[derive(Debug, Clone)]
struct Piece {
    content: Content,
    span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// Characters: a charset makes them bytes.
    Text(String),
    /// Bytes as they are.
    Raw(Vec<u8>),
    Field(Field),
}

/// How the input of a payload relates to its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    /// With escapes and fields.
    Text,
    /// Character by character.
    Plain,
    /// Not at all: there is no text.
    Hex,
}

impl Payload {
    /// Reads text notation. Fails, pointing at the spot, on an unknown or unfinished escape, an unknown
    /// or unfinished field, or a bad option of a field.
    pub fn text(input: &str) -> Result<Self, Problem> {
        text::read(input)
    }

    /// Takes text as it is: no escapes, no fields.
    pub fn plain(text: &str) -> Self {
        let mut payload = Self::new(text, Notation::Plain);
        if !text.is_empty() {
            payload.push(Content::Text(text.to_owned()), 0..text.len());
        }
        payload
    }

    /// Takes bytes as they are.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        let mut payload = Self::new("", Notation::Hex);
        if !bytes.is_empty() {
            payload.push(Content::Raw(bytes), 0..0);
        }
        payload
    }

    /// Reads hex in any spelling people paste: `c4 e3`, `c4:e3`, `c4-e3`, `c4,e3`, `c4e3`, `0xc4 0xe3`,
    /// `{0xC4, 0xE3}`, `\xc4\xe3`, with fields such as `{crc16-modbus}` between; or the output of `xxd`,
    /// `hexdump -C`, `od -A x -t x1z`, `tcpdump -X` or `tshark -x`, whose offsets and text column are
    /// checked and left out.
    ///
    /// Fails, pointing at the spot, on half a byte, on what is no hex digit, on a dump whose offsets or
    /// text do not fit its bytes, and where bytes cannot be told from offsets.
    pub fn hex(input: &str) -> Result<Self, Problem> {
        hex::read(input)
    }

    /// `true` if it stands for no bytes.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// `true` if it was not written as text: a line end has no place behind it.
    pub fn is_bytes(&self) -> bool {
        self.notation == Notation::Hex
    }

    /// Makes bytes of the text, finds out what can be known of the fields before a send, and puts `eol`
    /// behind.
    ///
    /// Fails on a character that `charset` lacks, if `unmappable` is to refuse it, and on a field that
    /// covers bytes outside of a message whose length does not vary.
    pub fn compile(&self, charset: Charset, unmappable: &Unmappable, eol: Eol) -> Result<Template, Problem> {
        compile::compile(self, charset, unmappable, eol)
    }

    fn new(input: &str, notation: Notation) -> Self {
        Self { pieces: Vec::new(), input: input.to_owned(), notation }
    }

    /// Puts `content` behind what is there; like joins like.
    fn push(&mut self, content: Content, span: Range<usize>) {
        match (self.pieces.last_mut(), &content) {
            (Some(Piece { content: Content::Text(text), span: whole }), Content::Text(more)) => {
                text.push_str(more);
                whole.end = span.end;
            }
            (Some(Piece { content: Content::Raw(bytes), span: whole }), Content::Raw(more)) => {
                bytes.extend_from_slice(more);
                whole.end = span.end;
            }
            _ => self.pieces.push(Piece { content, span }),
        }
    }

    fn contents(&self) -> impl Iterator<Item = &Content> {
        self.pieces.iter().map(|piece| &piece.content)
    }
}

/// Payloads are equal if they are made of the same text, bytes and fields, however they were written.
impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.contents().eq(other.contents())
    }
}

impl Eq for Payload {}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.contents().try_for_each(|content| match content {
            Content::Text(text) => text::show(text, f),
            Content::Raw(bytes) => text::show_raw(bytes, f),
            Content::Field(field) => field.fmt(f),
        })
    }
}
