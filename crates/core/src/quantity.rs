//! Durations and sizes as people write them: `500ms`, `1.5s`, `64KiB`, `212992`.

use std::time::Duration;

use crate::problem::Problem;

/// Reads a duration: a number, with a decimal point if need be, and one of `ns us ms s m h`. A bare
/// number is seconds.
///
/// # Errors
///
/// Not a number, an unknown unit, finer than a nanosecond, or longer than 2^64 - 1 nanoseconds (584 years).
pub fn duration(text: &str) -> Result<Duration, Problem> {
    let nanos = DURATION.read(text)?;
    u64::try_from(nanos)
        .map(Duration::from_nanos)
        .map_err(|_| Problem::whole(text, format!("duration {text} is too long"), "the longest is 5124095h"))
}

/// Reads a size in bytes: a number, with a decimal point if need be, and a unit. `k K KiB M MiB G GiB` are
/// powers of 1024, `kB MB GB` powers of 1000 (IEC 80000-13). A bare number is bytes.
///
/// # Errors
///
/// Not a number, an unknown unit, not a whole number of bytes, or more than 2^64 - 1 bytes.
pub fn size(text: &str) -> Result<u64, Problem> {
    let bytes = SIZE.read(text)?;
    u64::try_from(bytes).map_err(|_| {
        Problem::whole(text, format!("size {text} is too large"), "the largest is 18446744073709551615")
    })
}

/// Writes a duration in the largest unit that divides it, so that [`duration`] reads the same again.
pub fn show_duration(value: Duration) -> String {
    DURATION.show(value.as_nanos(), &["h", "m", "s", "ms", "us", "ns"], "0s")
}

/// Writes a size in the largest binary unit that divides it, so that [`size`] reads the same again.
pub fn show_size(value: u64) -> String {
    SIZE.show(value.into(), &["GiB", "MiB", "KiB", ""], "0")
}

/// A kind of quantity: what it is called, its units in terms of the smallest, and examples.
struct Kind {
    name: &'static str,
    smallest: &'static str,
    example: &'static str,
    written: &'static str,
    units: &'static [(&'static str, u128)],
}

const DURATION: Kind = Kind {
    name: "duration",
    smallest: "nanosecond",
    example: "write a number and a unit, like 500ms or 1.5s",
    written: "write one of ns us ms s m h",
    units: &[
        ("", 1_000_000_000),
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ],
};

const SIZE: Kind = Kind {
    name: "size",
    smallest: "byte",
    example: "write a number of bytes, like 212992, 64KiB or 4MiB",
    written: "write one of B k KiB M MiB G GiB (powers of 1024) or kB MB GB (powers of 1000)",
    units: &[
        ("", 1),
        ("B", 1),
        ("k", 1 << 10),
        ("K", 1 << 10),
        ("KiB", 1 << 10),
        ("kB", 1_000),
        ("M", 1 << 20),
        ("MiB", 1 << 20),
        ("MB", 1_000_000),
        ("G", 1 << 30),
        ("GiB", 1 << 30),
        ("GB", 1_000_000_000),
    ],
};

impl Kind {
    fn read(&self, text: &str) -> Result<u128, Problem> {
        let whole_end = digits(text, 0);
        let fraction_end = match text[whole_end..].starts_with('.') {
            true => digits(text, whole_end + 1),
            false => whole_end,
        };
        let (whole, fraction) = (&text[..whole_end], &text[whole_end..fraction_end]);
        if whole.is_empty() || fraction == "." {
            return Err(Problem::whole(text, format!("{text:?} is not a {}", self.name), self.example));
        }
        let unit = &text[fraction_end..];
        let factor = self.units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
        let factor = factor.ok_or_else(|| {
            Problem::new(text, fraction_end..text.len(), format!("unknown unit {unit:?}"), self.written)
        })?;
        self.count(text, whole, fraction.trim_start_matches('.').trim_end_matches('0'), factor)
    }

    fn count(&self, text: &str, whole: &str, fraction: &str, factor: u128) -> Result<u128, Problem> {
        let too_large = || Problem::whole(text, format!("{text:?} is too large for a {}", self.name), "");
        let too_fine = || {
            let what = format!("{text} is not a whole number of {}s", self.smallest);
            Problem::whole(text, what, format!("a {} is as fine as it gets", self.smallest))
        };
        let whole = whole.parse::<u128>().ok().and_then(|n| n.checked_mul(factor)).ok_or_else(too_large)?;
        if fraction.is_empty() {
            return Ok(whole);
        }
        let scale = u32::try_from(fraction.len()).ok().and_then(|n| 10_u128.checked_pow(n));
        let scaled = fraction.parse::<u128>().ok().and_then(|n| n.checked_mul(factor));
        let (scale, scaled) = scale.zip(scaled).ok_or_else(too_fine)?;
        if !scaled.is_multiple_of(scale) {
            return Err(too_fine());
        }
        whole.checked_add(scaled / scale).ok_or_else(too_large)
    }

    fn show(&self, value: u128, units: &[&str], zero: &str) -> String {
        let fits = |name: &&&str| {
            let factor = self.units.iter().find(|(unit, _)| unit == *name).map_or(1, |(_, factor)| *factor);
            value.is_multiple_of(factor).then_some(factor)
        };
        match units.iter().find_map(|name| fits(&name).map(|factor| (name, factor))) {
            Some((name, factor)) if value > 0 => format!("{}{name}", value / factor),
            _ => zero.to_owned(),
        }
    }
}

fn digits(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
        let problem = result.unwrap_err();
        format!("{problem}\n{}", problem.place().unwrap_or_default())
    }

    #[test]
    fn durations_are_read() {
        for (text, nanos) in [
            ("500ms", 500_000_000),
            ("2s", 2_000_000_000),
            ("1.5s", 1_500_000_000),
            ("1m", 60_000_000_000),
            ("1h", 3_600_000_000_000),
            ("20us", 20_000),
            ("20µs", 20_000),
            ("100ns", 100),
            ("3", 3_000_000_000),
            ("0.25", 250_000_000),
            ("0", 0),
            ("1.0ns", 1),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in [
            ("212992", 212_992),
            ("64k", 65_536),
            ("64K", 65_536),
            ("64KiB", 65_536),
            ("4MiB", 4 << 20),
            ("4M", 4 << 20),
            ("1GiB", 1 << 30),
            ("1G", 1 << 30),
            ("1kB", 1_000),
            ("1MB", 1_000_000),
            ("1GB", 1_000_000_000),
            ("1.5k", 1_536),
            ("7B", 7),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn errors_point_at_the_spot() {
        assert_eq!(
            told(duration("500mx")),
            "unknown unit \"mx\"; write one of ns us ms s m h\n  500mx\n     ^^"
        );
        assert_eq!(
            told(duration("-1s")),
            "\"-1s\" is not a duration; write a number and a unit, like 500ms or 1.5s\n  -1s\n  ^^^"
        );
        assert_eq!(
            told(duration("")),
            "\"\" is not a duration; write a number and a unit, like 500ms or 1.5s\n"
        );
        assert_eq!(
            told(duration("1.5ns")),
            "1.5ns is not a whole number of nanoseconds; a nanosecond is as fine as it gets\n  1.5ns\n  ^^^^^"
        );
        assert_eq!(
            told(duration("5124096h")),
            "duration 5124096h is too long; the longest is 5124095h\n  5124096h\n  ^^^^^^^^"
        );
        assert_eq!(
            told(size("4KB")),
            "unknown unit \"KB\"; write one of B k KiB M MiB G GiB (powers of 1024) or kB MB GB (powers of \
             1000)\n  4KB\n   ^^"
        );
        assert_eq!(
            told(size("much")),
            "\"much\" is not a size; write a number of bytes, like 212992, 64KiB or 4MiB\n  much\n  ^^^^"
        );
        assert!(told(size("0.3k")).starts_with("0.3k is not a whole number of bytes"));
        assert!(told(size("99999999999G")).starts_with("size 99999999999G is too large"));
        assert!(told(size(&"9".repeat(60))).contains("is too large for a size"));
        assert!(told(duration("1.")).starts_with("\"1.\" is not a duration"));
    }

    #[test]
    fn shown_in_the_largest_unit_that_divides() {
        let shown = |nanos| show_duration(Duration::from_nanos(nanos));
        assert_eq!(shown(0), "0s");
        assert_eq!(shown(1_500_000_000), "1500ms");
        assert_eq!(shown(90_000_000_000), "90s");
        assert_eq!(shown(7_200_000_000_000), "2h");
        assert_eq!(show_size(212_992), "208KiB");
        assert_eq!(show_size(4 << 20), "4MiB");
        assert_eq!(show_size(1500), "1500");
        assert_eq!(show_size(0), "0");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(number: u64) {
            prop_assert_eq!(size(&show_size(number)), Ok(number));
            let time = Duration::from_nanos(number);
            prop_assert_eq!(duration(&show_duration(time)), Ok(time));
        }

        #[test]
        fn nothing_panics(text in any::<String>(), odd in "[0-9.]{0,50}[a-zA-Zµ]{0,3}") {
            for text in [text, odd] {
                let _ = (duration(&text), size(&text));
            }
        }
    }
}
