//! Times as they are written, in whatever unit.

use sockscope_core::facts::Stamp;

/// The unit of an interface's times (pcapng, option `if_tsresol`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// 10 to the minus n seconds: 6 are microseconds, 9 nanoseconds.
    Ten(u8),
    /// 2 to the minus n seconds.
    Two(u8),
}

const SECOND: u128 = 1_000_000_000;

impl Resolution {
    /// What holds where no option says otherwise.
    pub const MICROSECONDS: Self = Self::Ten(6);

    /// From the byte of the option: its highest bit says that the base is 2.
    pub fn from_byte(byte: u8) -> Self {
        if byte & 0x80 == 0 { Self::Ten(byte) } else { Self::Two(byte & 0x7f) }
    }

    /// A count of units in nanoseconds. Finer units are rounded down.
    fn nanoseconds(self, ticks: u64) -> u128 {
        let ticks = u128::from(ticks);
        match self {
            Self::Ten(n @ ..=9) => ticks * 10_u128.pow(u32::from(9 - n)),
            // From 10^20 units a nanosecond on, 64 bits of them make none.
            Self::Ten(n @ 10..=28) => ticks / 10_u128.pow(u32::from(n - 9)),
            Self::Ten(_) => 0,
            Self::Two(n) => (ticks * SECOND) >> n.min(127),
        }
    }

    /// The time that a count of units since 1970 and an offset in seconds make; `None` where it lies before 1970
    /// or after 2554.
    #[inline]
    pub(super) fn stamp(self, ticks: u64, offset: i64) -> Option<Stamp> {
        if self == Self::Ten(9) && offset == 0 {
            return Some(Stamp(ticks));
        }
        let since = i128::try_from(self.nanoseconds(ticks)).ok()?;
        let time = since + i128::from(offset) * SECOND as i128;
        u64::try_from(time).ok().map(Stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_gives_nanoseconds() {
        for (byte, ticks, offset, want) in [
            (9, 1_700_000_000_123_456_789, 0, Some(1_700_000_000_123_456_789)),
            (6, 1_700_000_000_123_456, 0, Some(1_700_000_000_123_456_000)),
            (3, 5, 0, Some(5_000_000)),
            (0, 5, 0, Some(5_000_000_000)),
            (12, 1_999, 0, Some(1)),
            (28, u64::MAX, 0, Some(1)),
            (29, u64::MAX, 0, Some(0)),
            (127, u64::MAX, 0, Some(0)),
            (0x80 | 10, 1_025, 0, Some(1_000_976_562)),
            (0x80, 7, 0, Some(7_000_000_000)),
            (0xff, u64::MAX, 0, Some(0)),
            (9, 1, 10, Some(10_000_000_001)),
            (6, 10_000_000, -10, Some(0)),
            (6, 10_000_000, -11, None),
            (0, u64::MAX, 0, None),
            (9, u64::MAX, 1, None),
            (6, 0, i64::MIN, None),
        ] {
            let resolution = Resolution::from_byte(byte);
            assert_eq!(resolution.stamp(ticks, offset), want.map(Stamp), "{resolution:?} {ticks} {offset}");
        }
    }
}
