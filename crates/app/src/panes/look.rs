//! What somebody wants to see, and how.

use sockscope::core::capture_filter::Filter;
use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::facts::Stamp;
use sockscope::view::list::Clock;
use sockscope::view::time::Local;

/// How a recording is shown at first.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// What payload is shown in; UTF-8 where nothing is asked for.
    pub(crate) charset: Option<Viewing>,
    /// How times are told.
    pub(crate) clock: Clock,
    /// Local time less UTC, in seconds.
    pub(crate) offset: i32,
    /// Whether there are colours.
    pub(crate) colour: bool,
    /// Where the person is at home, for guesses of a charset: `zh_CN.UTF-8`.
    pub(crate) locale: String,
    /// Only these packets.
    pub(crate) filter: Option<Filter>,
}

/// The charsets that come one after the other.
const COMMON: [&str; 5] = ["utf-8", "gbk", "big5", "shift_jis", "windows-1252"];

impl Look {
    /// Goes to the next way to tell times; gives it in words.
    pub(super) fn next_clock(&mut self) -> &'static str {
        let (clock, words) = match self.clock {
            Clock::Relative => (Clock::OfDay(self.offset), "times of the day"),
            Clock::OfDay(_) => (Clock::Delta, "times since the packet before"),
            Clock::Delta => (Clock::Relative, "times since the first packet"),
        };
        self.clock = clock;
        words
    }

    /// Goes to the next of the common charsets.
    pub(super) fn next_charset(&mut self) {
        let now = COMMON.iter().position(|name| *name == self.charset_name());
        let next = COMMON[now.map_or(0, |now| (now + 1) % COMMON.len())];
        self.charset = Charset::find(next).ok().map(Viewing::Chosen);
    }

    /// The charset for some bytes.
    pub(super) fn charset_of(&self, bytes: &[u8]) -> Charset {
        self.charset.map_or(Charset::UTF_8, |viewing| viewing.resolve(bytes).0)
    }

    /// The name of the charset, or `auto`.
    pub(super) fn charset_name(&self) -> &'static str {
        match self.charset {
            None => Charset::UTF_8.name(),
            Some(Viewing::Chosen(charset)) => charset.name(),
            Some(Viewing::Auto(_)) => "auto",
        }
    }

    /// A time, as it is told between these two others.
    pub(super) fn time(&self, time: Option<Stamp>, first: Option<Stamp>, before: Option<Stamp>) -> String {
        let Some(time) = time else { return "-".to_owned() };
        match self.clock {
            Clock::Relative => seconds(time, first.unwrap_or(time)),
            Clock::Delta => seconds(time, before.unwrap_or(time)),
            Clock::OfDay(offset) => {
                let mut out = Vec::new();
                Local::new(offset).time_of_day(time, &mut out);
                String::from_utf8_lossy(&out).into_owned()
            }
        }
    }
}

/// Seconds from one time to another with six decimals.
pub(super) fn seconds(time: Stamp, from: Stamp) -> String {
    let (sign, nanos) = match time.0.checked_sub(from.0) {
        Some(nanos) => ("", nanos),
        None => ("-", from.0 - time.0),
    };
    format!("{sign}{}.{:06}", nanos / 1_000_000_000, nanos % 1_000_000_000 / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> Look {
        let locale = String::new();
        Look { charset: None, clock: Clock::Relative, offset: 3600, colour: false, locale, filter: None }
    }

    #[test]
    fn times_are_told_in_three_ways_one_after_the_other() {
        let mut look = look();
        let at =
            |look: &Look| look.time(Some(Stamp(5_000_000_000)), Some(Stamp(1)), Some(Stamp(6_500_000_000)));
        assert_eq!(at(&look), "4.999999");
        look.next_clock();
        assert_eq!(at(&look), "01:00:05.000000");
        look.next_clock();
        assert_eq!(at(&look), "-1.500000");
        look.next_clock();
        assert_eq!((at(&look), look.time(None, None, None)), ("4.999999".to_owned(), "-".to_owned()));
    }

    #[test]
    fn charsets_come_round() {
        let mut look = look();
        let names = COMMON.map(|_| {
            look.next_charset();
            look.charset_name()
        });
        assert_eq!(names, ["gbk", "big5", "shift_jis", "windows-1252", "utf-8"]);
    }
}
