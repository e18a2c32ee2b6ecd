//! How the time of a send is written.

use std::fmt;

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::Offset;

use super::number::Shape;

/// What a `{time}` field writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clock {
    /// RFC 3339 with milliseconds and the offset from UTC.
    Rfc3339,
    /// By a strftime format.
    Format(String),
    /// Time since 1970-01-01 00:00 UTC.
    Unix(Unit, Shape),
}

/// The unit that Unix time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    /// Every unit with its word.
    pub(super) const ALL: [(&'static str, Self); 4] = [
        ("unix", Self::Seconds),
        ("unix-ms", Self::Millis),
        ("unix-us", Self::Micros),
        ("unix-ns", Self::Nanos),
    ];

    pub(super) fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == word).map(|&(_, unit)| unit)
    }

    /// Whole units in `ns` nanoseconds.
    pub(super) fn count(self, ns: u64) -> u64 {
        match self {
            Self::Seconds => ns / 1_000_000_000,
            Self::Millis => ns / 1_000_000,
            Self::Micros => ns / 1_000,
            Self::Nanos => ns,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::ALL.iter().find(|(_, unit)| unit == self).map_or("", |(word, _)| word);
        f.write_str(word)
    }
}

const RFC_3339: &str = "%Y-%m-%dT%H:%M:%S%.3f%:z";

/// Writes `ns` nanoseconds since the epoch, seen `offset_s` seconds east of UTC. `format` is of strftime,
/// or `None` for RFC 3339.
pub(super) fn civil(format: Option<&str>, ns: u64, offset_s: i32) -> Result<String, jiff::Error> {
    let offset = Offset::from_seconds(offset_s)?;
    let time = Timestamp::from_nanosecond(i128::from(ns))?.to_zoned(offset.to_time_zone());
    strtime::format(format.unwrap_or(RFC_3339), &time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NS: u64 = 1_234_567_890_987_654_321;

    #[test]
    fn civil_time_has_its_offset() {
        assert_eq!(civil(None, NS, 0).unwrap(), "2009-02-13T23:31:30.987+00:00");
        assert_eq!(civil(None, NS, 8 * 3600).unwrap(), "2009-02-14T07:31:30.987+08:00");
        assert_eq!(civil(Some("%H:%M, %d"), NS, -3600).unwrap(), "22:31, 13");
        assert!(civil(Some("%!"), NS, 0).is_err());
        assert!(civil(None, NS, i32::MAX).is_err());
        assert!(civil(None, u64::MAX, 0).is_ok());
    }

    #[test]
    fn units() {
        let counts = Unit::ALL.map(|(_, unit)| unit.count(NS));
        assert_eq!(counts, [1_234_567_890, 1_234_567_890_987, 1_234_567_890_987_654, NS]);
    }
}
