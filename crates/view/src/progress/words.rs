//! Sizes, rates and times as people read them: rounded, three digits.

use std::time::Duration;

const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// A size with three digits: `12 B`, `1.00 GiB`, `487 MiB`. Rounded down: all is said only when all is done.
pub fn size(bytes: u64) -> String {
    let mut power = 0;
    // 1000 KiB would have four digits.
    while u128::from(bytes) >= 1000 << (10 * power) && power + 1 < UNITS.len() {
        power += 1;
    }
    if power == 0 {
        return format!("{bytes} B");
    }
    let hundredths = (u128::from(bytes) * 100) >> (10 * power);
    format!("{} {}", three(hundredths), UNITS[power])
}

/// A rate in bytes a second: `487 MiB/s`.
pub fn rate(bytes_per_second: u64) -> String {
    format!("{}/s", size(bytes_per_second))
}

/// A time: `12 ms`, `2.1 s`, `1:02:03`.
pub fn duration(time: Duration) -> String {
    match time.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        ms @ 1000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => clock(time),
    }
}

/// A time as a clock shows it: `0:07`, `12:34`, `1:02:03`.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Hundredths with three digits, or as many as stand before the point.
fn three(hundredths: u128) -> String {
    let whole = hundredths / 100;
    match whole {
        0..10 => format!("{whole}.{:02}", hundredths % 100),
        10..100 => format!("{whole}.{}", hundredths % 100 / 10),
        _ => whole.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits() {
        for (bytes, want) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "0.97 KiB"),
            (1024, "1.00 KiB"),
            (10_239, "9.99 KiB"),
            (10_240, "10.0 KiB"),
            (1_023_999, "999 KiB"),
            (1_024_000, "0.97 MiB"),
            (1 << 30, "1.00 GiB"),
            ((1 << 30) - 1, "0.99 GiB"),
            (487 << 20, "487 MiB"),
            (u64::MAX, "15.9 EiB"),
        ] {
            assert_eq!(size(bytes), want);
        }
    }

    #[test]
    fn times_are_short() {
        for (ms, time, on_clock) in [
            (0, "0 ms", "0:00"),
            (999, "999 ms", "0:00"),
            (2199, "2.1 s", "0:02"),
            (59_999, "59.9 s", "0:59"),
            (60_000, "1:00", "1:00"),
            (3_723_000, "1:02:03", "1:02:03"),
        ] {
            let given = Duration::from_millis(ms);
            assert_eq!((duration(given).as_str(), clock(given).as_str()), (time, on_clock));
        }
    }
}
