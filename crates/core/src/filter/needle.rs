//! What is looked for in a message.

use std::fmt;

use crate::charset::{Charset, Piece};

/// Text or bytes to look for.
///
/// Prints as a filter has it: `text WORD` or `hex 0d0a`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needle {
    /// Characters, as they are written.
    Text(String),
    /// Bytes.
    Hex(Vec<u8>),
}

impl Needle {
    /// Whether `bytes` have it. Text is looked for in the characters that `charset` makes of them, so that
    /// half of one character and half of the next are never taken for a third.
    pub fn is_in(&self, bytes: &[u8], charset: Charset) -> bool {
        match self {
            Self::Hex(needle) => memchr::memmem::find(bytes, needle).is_some(),
            // No character of UTF-8 is part of another one.
            Self::Text(needle) if charset == Charset::UTF_8 => {
                memchr::memmem::find(bytes, needle.as_bytes()).is_some()
            }
            Self::Text(needle) => has_text(bytes, charset, needle),
        }
    }
}

fn has_text(bytes: &[u8], charset: Charset, needle: &str) -> bool {
    let (mut run, mut found) = (String::new(), false);
    charset.decode(bytes, |piece| match piece {
        Piece::Text(text) => run.push_str(text),
        // What stands before and behind an invalid byte does not touch.
        Piece::Invalid(_) => {
            found |= run.contains(needle);
            run.clear();
        }
    });
    found || run.contains(needle)
}

impl fmt::Display for Needle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                f.write_str("text ")?;
                show(text, f)
            }
            Self::Hex(bytes) => {
                f.write_str("hex ")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

/// Whether a character may stand in a word without quotes.
pub(super) fn is_bare(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !matches!(c, '(' | ')' | '"' | '\\')
}

/// Writes a word, in quotes where it needs them.
pub(super) fn show(word: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !word.is_empty() && word.chars().all(is_bare) {
        return f.write_str(word);
    }
    f.write_str("\"")?;
    for c in word.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\r' => f.write_str("\\r")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}
