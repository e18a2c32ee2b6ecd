//! How a field's number is written: as bytes or as digits.

use crate::checksum::ByteOrder;

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// As this many bytes.
    Binary { bytes: usize, order: ByteOrder },
    /// As two hex digits for each of this many bytes.
    HexBytes { bytes: usize, order: ByteOrder, upper: bool },
    /// As the digits it needs, filled up with zeros to at least this many.
    Digits { radix: Radix, least: usize },
}

/// What digits a number is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Radix {
    Dec,
    Hex { upper: bool },
}

/// The most digits that a number can be filled up to.
pub(super) const MOST_DIGITS: usize = 32;

/// A number as it goes out.
pub(super) struct Written {
    buffer: [u8; 40],
    start: usize,
}

impl Shape {
    /// `true` if the number is text, so that the charset has a say in its bytes.
    pub(super) fn is_text(self) -> bool {
        !matches!(self, Self::Binary { .. })
    }

    /// How many bytes or digits it takes, whatever the number; `None` if that depends on the number.
    pub(super) fn fixed(self) -> Option<usize> {
        match self {
            Self::Binary { bytes, .. } => Some(bytes),
            Self::HexBytes { bytes, .. } => Some(2 * bytes),
            Self::Digits { .. } => None,
        }
    }

    /// How many bytes hold its numbers; `None` if any number will do.
    pub(super) fn width(self) -> Option<usize> {
        match self {
            Self::Binary { bytes, .. } | Self::HexBytes { bytes, .. } => Some(bytes),
            Self::Digits { .. } => None,
        }
    }

    /// `true` if the number can be written so.
    pub(super) fn holds(self, value: u128) -> bool {
        self.width().is_none_or(|bytes| value >> (8 * bytes) == 0)
    }

    /// Writes `value`; of one that does not fit, the low bytes.
    pub(super) fn write(self, value: u128) -> Written {
        let mut written = Written { buffer: [b'0'; 40], start: 40 };
        match self {
            Self::Binary { bytes, order } => each_byte(value, bytes, order, |b| written.push(b)),
            Self::HexBytes { bytes, order, upper } => each_byte(value, bytes, order, |b| {
                written.push(digit(b & 15, upper));
                written.push(digit(b >> 4, upper));
            }),
            Self::Digits { radix, least } => written.digits(value, radix, least),
        }
        written
    }
}

impl Written {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// The digits; only for shapes that are text.
    pub(super) fn as_text(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Numbers are written from their end.
    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.buffer[self.start] = byte;
    }

    fn digits(&mut self, mut value: u128, radix: Radix, least: usize) {
        let (base, upper): (u64, bool) = match radix {
            Radix::Dec => (10, false),
            Radix::Hex { upper } => (16, upper),
        };
        while value > u128::from(u64::MAX) {
            self.push(digit((value % u128::from(base)) as u8, upper));
            value /= u128::from(base);
        }
        // Division of 128 bits is many times slower, and only checksums of 82 bits need it.
        let mut value = value as u64;
        while value > 0 {
            self.push(digit((value % base) as u8, upper));
            value /= base;
        }
        self.start = self.start.min(self.buffer.len() - least.max(1));
    }
}

/// How many decimal digits the largest number of this many bytes has.
pub(super) fn decimal_digits(bytes: usize) -> usize {
    (u128::MAX >> (128 - 8 * bytes)).ilog10() as usize + 1
}

/// The bytes of a number from the last on the wire to the first.
fn each_byte(value: u128, bytes: usize, order: ByteOrder, mut take: impl FnMut(u8)) {
    let low_first = value.to_le_bytes();
    match order {
        ByteOrder::Big => low_first[..bytes].iter().for_each(|&b| take(b)),
        ByteOrder::Little => low_first[..bytes].iter().rev().for_each(|&b| take(b)),
    }
}

fn digit(value: u8, upper: bool) -> u8 {
    let digits = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    digits[usize::from(value)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECIMAL: Shape = Shape::Digits { radix: Radix::Dec, least: 1 };

    #[test]
    fn shapes() {
        use ByteOrder::{Big, Little};
        let written = |shape: Shape, value| shape.write(value).as_bytes().to_vec();
        assert_eq!(written(Shape::Binary { bytes: 2, order: Big }, 0x1234), [0x12, 0x34]);
        assert_eq!(written(Shape::Binary { bytes: 4, order: Little }, 0x1234), [0x34, 0x12, 0, 0]);
        assert_eq!(written(Shape::HexBytes { bytes: 2, order: Big, upper: true }, 0xab), b"00AB");
        assert_eq!(written(Shape::HexBytes { bytes: 2, order: Little, upper: false }, 0xab), b"ab00");
        assert_eq!(written(DECIMAL, 0), b"0");
        assert_eq!(written(DECIMAL, u128::MAX), u128::MAX.to_string().as_bytes());
        assert_eq!(written(Shape::Digits { radix: Radix::Dec, least: 5 }, 42), b"00042");
        assert_eq!(written(Shape::Digits { radix: Radix::Hex { upper: false }, least: 1 }, 255), b"ff");
    }

    #[test]
    fn limits() {
        let two = Shape::Binary { bytes: 2, order: ByteOrder::Big };
        assert!(two.holds(65535) && !two.holds(65536));
        assert!(DECIMAL.holds(u128::MAX));
        assert_eq!([1, 2, 3, 4, 8, 11].map(decimal_digits), [3, 5, 8, 10, 20, 27]);
    }
}
