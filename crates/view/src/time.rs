//! Points in time as text. The last second is remembered, since messages come thousands to the second.

use jiff::Timestamp;
use jiff::tz::Offset;
use sockscope_core::facts::Stamp;

use crate::number::digits;

const SECOND: u64 = 1_000_000_000;
const DAY: i64 = 86_400;

/// Writes stamps as RFC 3339 in UTC with nine decimals: `2026-01-02T03:04:05.123456789Z`.
#[derive(Debug, Clone, Default)]
pub struct Utc {
    second: Option<u64>,
    text: Vec<u8>,
}

impl Utc {
    /// Appends a stamp.
    #[inline]
    pub fn rfc3339_nanos(&mut self, stamp: Stamp, out: &mut Vec<u8>) {
        let second = stamp.0 / SECOND;
        if self.second != Some(second) {
            self.remember(second);
        }
        out.extend_from_slice(&self.text);
        digits::<9>((stamp.0 % SECOND) as u32, out);
        out.push(b'Z');
    }

    fn remember(&mut self, second: u64) {
        // 2^64 nanoseconds end in the year 2554, well inside what a timestamp holds.
        let timestamp = Timestamp::from_second(second as i64).unwrap_or(Timestamp::MAX);
        let civil = Offset::UTC.to_datetime(timestamp);
        self.text.clear();
        digits::<4>(civil.year() as u32, &mut self.text);
        for (mark, part) in [
            (b'-', civil.month()),
            (b'-', civil.day()),
            (b'T', civil.hour()),
            (b':', civil.minute()),
            (b':', civil.second()),
        ] {
            self.text.push(mark);
            digits::<2>(part as u32, &mut self.text);
        }
        self.text.push(b'.');
        self.second = Some(second);
    }
}

/// Appends the day of a stamp in UTC: `2026-01-02`.
pub(crate) fn day(stamp: Stamp, out: &mut Vec<u8>) {
    let start = out.len();
    Utc::default().rfc3339_nanos(stamp, out);
    out.truncate(start + "2026-01-02".len());
}

/// Writes stamps as the time of day by a wall clock with six decimals: `12:00:01.123456`.
#[derive(Debug, Clone, Default)]
pub struct Local {
    offset: i32,
    second: Option<u64>,
    text: Vec<u8>,
}

impl Local {
    /// Display columns of a time of day.
    pub const WIDTH: usize = 15;

    /// The wall clock of a place `offset` seconds east of UTC.
    pub fn new(offset: i32) -> Self {
        Self { offset, ..Self::default() }
    }

    /// Appends a stamp.
    #[inline]
    pub fn time_of_day(&mut self, stamp: Stamp, out: &mut Vec<u8>) {
        let second = stamp.0 / SECOND;
        if self.second != Some(second) {
            self.remember(second);
        }
        out.extend_from_slice(&self.text);
        digits::<6>((stamp.0 % SECOND / 1000) as u32, out);
    }

    fn remember(&mut self, second: u64) {
        let of_day = (second as i64 + i64::from(self.offset)).rem_euclid(DAY) as u32;
        self.text.clear();
        for (part, mark) in [(of_day / 3600, b':'), (of_day / 60 % 60, b':'), (of_day % 60, b'.')] {
            digits::<2>(part, &mut self.text);
            self.text.push(mark);
        }
        self.second = Some(second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(clock: &mut Utc, nanos: u64) -> String {
        let mut out = Vec::new();
        clock.rfc3339_nanos(Stamp(nanos), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn utc_keeps_every_nanosecond() {
        let mut clock = Utc::default();
        assert_eq!(utc(&mut clock, 0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(utc(&mut clock, 1_767_323_045_123_456_789), "2026-01-02T03:04:05.123456789Z");
        assert_eq!(utc(&mut clock, 1_767_323_045_000_000_001), "2026-01-02T03:04:05.000000001Z");
        assert_eq!(utc(&mut clock, 1_709_164_800_000_000_000), "2024-02-29T00:00:00.000000000Z");
        assert_eq!(utc(&mut clock, u64::MAX), "2554-07-21T23:34:33.709551615Z");
    }

    #[test]
    fn local_time_crosses_midnight_both_ways() {
        let day = |offset, nanos| {
            let mut out = Vec::new();
            Local::new(offset).time_of_day(Stamp(nanos), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(day(0, 1_767_323_045_123_456_789), "03:04:05.123456");
        assert_eq!(day(8 * 3600, 1_767_323_045_123_456_789), "11:04:05.123456");
        assert_eq!(day(-5 * 3600, 1_767_323_045_123_456_789), "22:04:05.123456");
        assert_eq!(day(-3600, 0), "23:00:00.000000");
        assert_eq!(day(20_700, 0).len(), Local::WIDTH);
    }
}
