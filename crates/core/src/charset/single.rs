//! Charsets of one byte a character whose lower half is ASCII.

use super::Piece;
use super::utf::Sheet;

/// The upper half of a charset: what bytes 0x80 to 0xFF mean.
#[derive(Debug, Clone, Copy)]
pub(super) enum Upper {
    /// Every byte means something.
    All(&'static [char; 128]),
    /// Some bytes mean nothing.
    Some(&'static [Option<char>; 128]),
}

/// ASCII: the upper half is empty.
pub(super) const NONE: Upper = Upper::Some(&[None; 128]);
/// ISO 8859-1: byte and code point are the same number, so 0x80 to 0x9F are control characters.
pub(super) const LATIN_1: Upper = Upper::All(&latin_1());
/// ISO 8859-9: ISO 8859-1 with Turkish for Icelandic letters.
pub(super) const LATIN_5: Upper = Upper::All(&latin_5());
/// ISO 8859-11: TIS-620 with a no-break space; its 0x80 to 0x9F are control characters.
pub(super) const THAI: Upper = Upper::Some(&thai());

impl Upper {
    fn char(self, byte: u8) -> Option<char> {
        let place = usize::from(byte & 0x7F);
        match self {
            Self::All(chars) => Some(chars[place]),
            Self::Some(chars) => chars[place],
        }
    }

    fn byte(self, c: char) -> Option<u8> {
        let place = match self {
            Self::All(chars) => chars.iter().position(|&x| x == c),
            Self::Some(chars) => chars.iter().position(|&x| x == Some(c)),
        };
        place.map(|at| 0x80 + u8::try_from(at).expect("128 places"))
    }

    /// Appends `c`, or says that it is lacking.
    pub(super) fn put(self, c: char, out: &mut Vec<u8>) -> bool {
        let byte = if c.is_ascii() { Some(c as u8) } else { self.byte(c) };
        out.extend(byte);
        byte.is_some()
    }

    pub(super) fn decode(self, bytes: &[u8], mut piece: impl FnMut(Piece<'_>)) {
        let mut sheet = Sheet::new();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            match if byte.is_ascii() { Some(char::from(byte)) } else { self.char(byte) } {
                Some(c) => {
                    sheet.push(c, &mut piece);
                    at += 1;
                }
                None => {
                    sheet.flush(&mut piece);
                    let bad = bytes[at..].iter().take_while(|&&b| !b.is_ascii() && self.char(b).is_none());
                    let end = at + bad.count();
                    piece(Piece::Invalid(&bytes[at..end]));
                    at = end;
                }
            }
        }
        sheet.flush(&mut piece);
    }
}

const fn latin_1() -> [char; 128] {
    let mut chars = ['\0'; 128];
    let mut at = 0;
    while at < 128 {
        chars[at] = (0x80 + at as u8) as char;
        at += 1;
    }
    chars
}

const fn latin_5() -> [char; 128] {
    let mut chars = latin_1();
    chars[0xD0 - 0x80] = 'Ğ';
    chars[0xDD - 0x80] = 'İ';
    chars[0xDE - 0x80] = 'Ş';
    chars[0xF0 - 0x80] = 'ğ';
    chars[0xFD - 0x80] = 'ı';
    chars[0xFE - 0x80] = 'ş';
    chars
}

const fn thai() -> [Option<char>; 128] {
    let mut chars = [None; 128];
    let mut byte = 0x80_u8;
    loop {
        chars[(byte - 0x80) as usize] = match byte {
            0x80..=0xA0 => Some(byte as char),
            0xA1..=0xDA | 0xDF..=0xFB => char::from_u32(0x0E00 + byte as u32 - 0xA0),
            _ => None,
        };
        if byte == 0xFF {
            return chars;
        }
        byte += 1;
    }
}
