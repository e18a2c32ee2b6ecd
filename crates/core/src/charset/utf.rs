//! UTF-8, UTF-16 and UTF-32.

use super::Piece;

/// A form of Unicode.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

/// What some bytes begin with.
pub(super) enum Step {
    /// A character and how many bytes it takes.
    Char(char, usize),
    /// So many bytes that are no character.
    Bad(usize),
    /// A part of a character.
    Half,
}

impl Form {
    /// Appends `text`: each form has every character.
    pub(super) fn put(self, text: &str, out: &mut Vec<u8>) {
        match self {
            Self::Utf8 => out.extend_from_slice(text.as_bytes()),
            Self::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Self::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Self::Utf32Le => out.extend(text.chars().flat_map(|c| u32::from(c).to_le_bytes())),
            Self::Utf32Be => out.extend(text.chars().flat_map(|c| u32::from(c).to_be_bytes())),
        }
    }

    /// What `bytes` begin with. Any four bytes are enough to know.
    pub(super) fn step(self, bytes: &[u8]) -> Step {
        match self {
            Self::Utf8 => utf8(bytes),
            Self::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Self::Utf32Le => utf32(bytes, u32::from_le_bytes),
            Self::Utf32Be => utf32(bytes, u32::from_be_bytes),
        }
    }

    /// Hands out the pieces of `bytes` up to a half character at the end; returns where that begins.
    pub(super) fn decode(self, bytes: &[u8], mut piece: impl FnMut(Piece<'_>)) -> usize {
        if matches!(self, Self::Utf8) {
            return decode_utf8(bytes, piece);
        }
        let mut sheet = Sheet::new();
        let mut at = 0;
        while at < bytes.len() {
            match self.step(&bytes[at..]) {
                Step::Char(c, len) => {
                    sheet.push(c, &mut piece);
                    at += len;
                }
                Step::Bad(len) => {
                    sheet.flush(&mut piece);
                    piece(Piece::Invalid(&bytes[at..at + len]));
                    at += len;
                }
                Step::Half => break,
            }
        }
        sheet.flush(&mut piece);
        at
    }
}

/// Text stays where it is: nothing is copied.
fn decode_utf8(mut bytes: &[u8], mut piece: impl FnMut(Piece<'_>)) -> usize {
    let whole = bytes.len();
    loop {
        let (text, bad) = match str::from_utf8(bytes) {
            Ok(text) => (text, Some(0)),
            Err(e) => {
                let text = str::from_utf8(&bytes[..e.valid_up_to()]).expect("valid up to there");
                (text, e.error_len())
            }
        };
        if !text.is_empty() {
            piece(Piece::Text(text));
        }
        bytes = &bytes[text.len()..];
        match bad {
            None | Some(0) => return whole - bytes.len(),
            Some(len) => {
                piece(Piece::Invalid(&bytes[..len]));
                bytes = &bytes[len..];
            }
        }
    }
}

fn utf8(bytes: &[u8]) -> Step {
    let first = |text: &str| text.chars().next().map_or(Step::Half, |c| Step::Char(c, c.len_utf8()));
    let bytes = &bytes[..bytes.len().min(4)];
    match str::from_utf8(bytes) {
        Ok(text) => first(text),
        Err(e) if e.valid_up_to() > 0 => first(str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or("")),
        Err(e) => e.error_len().map_or(Step::Half, Step::Bad),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Step {
    let Some((&first, rest)) = bytes.split_first_chunk() else { return Step::Half };
    match unit(first) {
        0xDC00..=0xDFFF => Step::Bad(2),
        high @ 0xD800..=0xDBFF => {
            let Some(&second) = rest.first_chunk() else { return Step::Half };
            match char::decode_utf16([high, unit(second)]).next() {
                Some(Ok(c)) => Step::Char(c, 4),
                _ => Step::Bad(2),
            }
        }
        plain => char::from_u32(plain.into()).map_or(Step::Bad(2), |c| Step::Char(c, 2)),
    }
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Step {
    let Some(&first) = bytes.first_chunk() else { return Step::Half };
    char::from_u32(unit(first)).map_or(Step::Bad(4), |c| Step::Char(c, 4))
}

/// Decoded text on the way out, in a buffer on the stack.
pub(super) struct Sheet {
    bytes: [u8; 1024],
    len: usize,
}

impl Sheet {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; 1024], len: 0 }
    }

    pub(super) fn push(&mut self, c: char, piece: &mut impl FnMut(Piece<'_>)) {
        if self.len + c.len_utf8() > self.bytes.len() {
            self.flush(piece);
        }
        self.len += c.encode_utf8(&mut self.bytes[self.len..]).len();
    }

    pub(super) fn flush(&mut self, piece: &mut impl FnMut(Piece<'_>)) {
        if self.len > 0 {
            piece(Piece::Text(str::from_utf8(&self.bytes[..self.len]).expect("whole characters")));
            self.len = 0;
        }
    }
}
