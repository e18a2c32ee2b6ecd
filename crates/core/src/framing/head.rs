//! What stands before the content of a frame and tells its length.

use super::kind::Kind;
use crate::checksum::ByteOrder;
use crate::problem::Problem;

/// What the first bytes of a frame say.
pub(super) enum Head {
    /// At least so many more bytes are needed to know.
    More(usize),
    /// So many bytes cannot be what they should be.
    Bad(usize),
    Is(Span),
}

/// How a frame lies in the stream.
pub(super) struct Span {
    /// Bytes up to the end of the length.
    pub(super) header: usize,
    /// Whether those are part of the content.
    pub(super) keep: bool,
    /// Bytes of content and check behind the header.
    pub(super) body: u64,
    /// The byte that must follow.
    pub(super) end: Option<u8>,
}

/// A length at a fixed place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Bytes before the field.
    pub(super) offset: usize,
    /// Its own bytes: 1, 2, 3, 4 or 8.
    pub(super) width: usize,
    pub(super) order: ByteOrder,
    /// Added to its value, this gives the bytes that follow it.
    pub(super) adjust: i64,
    /// Whether the header is part of the content.
    pub(super) keep: bool,
}

impl Kind {
    /// Reads the head of a frame; only for kinds that have one.
    #[inline]
    pub(super) fn head(&self, bytes: &[u8]) -> Head {
        match self {
            Self::Fixed(len) => Head::Is(Span { header: 0, keep: false, body: *len as u64, end: None }),
            Self::Length(field) => field.head(bytes),
            Self::Varint => varint(bytes),
            Self::Netstring => netstring(bytes),
            _ => Head::More(1),
        }
    }

    /// The most bytes of a head and of what must follow a content.
    pub(super) fn longest_head(&self) -> usize {
        match self {
            Self::Length(field) => field.header(),
            Self::Varint => VARINT,
            Self::Netstring => 22,
            _ => 0,
        }
    }
}

impl Field {
    pub(super) fn header(&self) -> usize {
        self.offset + self.width
    }

    /// The adjustment of a length that counts the header as well.
    pub(super) fn including(&self) -> i64 {
        -(self.header() as i64)
    }

    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend((self.offset > 0).then(|| format!("offset={}", self.offset)));
        words.push(format!("width={}", self.width));
        words.extend((self.order == ByteOrder::Little).then(|| "little".to_owned()));
        words.extend(match self.adjust {
            0 => None,
            adjust if adjust == self.including() => Some("including".to_owned()),
            adjust => Some(format!("adjust={adjust}")),
        });
        words.extend((self.keep && self.offset == 0).then(|| "keep".to_owned()));
        words
    }

    fn head(&self, bytes: &[u8]) -> Head {
        let header = self.header();
        let Some(field) = bytes.get(self.offset..header) else { return Head::More(header - bytes.len()) };
        let body = i128::from(self.value(field)) + i128::from(self.adjust);
        match u64::try_from(body) {
            Ok(body) => Head::Is(Span { header, keep: self.keep, body, end: None }),
            // Past 64 bits it is too long whatever the maximum, and as good as without end.
            Err(_) if body > 0 => Head::Is(Span { header, keep: self.keep, body: u64::MAX, end: None }),
            Err(_) => Head::Bad(header),
        }
    }

    pub(super) fn value(&self, field: &[u8]) -> u64 {
        let add = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        match self.order {
            ByteOrder::Big => field.iter().fold(0, add),
            ByteOrder::Little => field.iter().rev().fold(0, add),
        }
    }

    /// Writes into `field` that `body` bytes follow it.
    pub(super) fn write(&self, body: usize, field: &mut [u8]) -> Result<(), Problem> {
        let value = body as i128 - i128::from(self.adjust);
        let largest = u64::MAX >> (64 - 8 * self.width);
        let value = u64::try_from(value).ok().filter(|value| *value <= largest).ok_or_else(|| {
            let what = format!("the length would be {value}");
            let bytes = if self.width == 1 {
                "1 byte holds".to_owned()
            } else {
                format!("{} bytes hold", self.width)
            };
            Problem::whole("", what, format!("{bytes} 0 to {largest}"))
        })?;
        match self.order {
            ByteOrder::Big => field.copy_from_slice(&value.to_be_bytes()[8 - self.width..]),
            ByteOrder::Little => field.copy_from_slice(&value.to_le_bytes()[..self.width]),
        }
        Ok(())
    }
}

/// Bytes of the longest varint, of 64 bits.
const VARINT: usize = 10;

/// Unsigned LEB128 as protobuf has it: seven bits a byte, lowest first, the eighth says that more follow.
fn varint(bytes: &[u8]) -> Head {
    let mut value = 0;
    for (i, &byte) in bytes.iter().take(VARINT).enumerate() {
        // The tenth byte has room for the 64th bit, and none may follow it.
        if i == VARINT - 1 && byte > 1 {
            return Head::Bad(VARINT);
        }
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            return Head::Is(Span { header: i + 1, keep: false, body: value, end: None });
        }
    }
    Head::More(1)
}

pub(super) fn write_varint(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Decimal digits without leading zeros, and a colon.
fn netstring(bytes: &[u8]) -> Head {
    let mut value: u64 = 0;
    for (i, &byte) in bytes.iter().enumerate() {
        if byte == b':' && i > 0 {
            return Head::Is(Span { header: i + 1, keep: false, body: value, end: Some(b',') });
        }
        let more =
            value.checked_mul(10).and_then(|value| value.checked_add(u64::from(byte.wrapping_sub(b'0'))));
        match more {
            Some(more) if byte.is_ascii_digit() && !(i > 0 && value == 0) => value = more,
            _ => return Head::Bad(i + 1),
        }
    }
    Head::More(1)
}
