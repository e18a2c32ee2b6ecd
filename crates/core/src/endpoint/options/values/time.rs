//! Options that are times, each in what the kernel counts it in.

use std::time::Duration;

use crate::problem::Problem;
use crate::quantity::duration;

/// `MAX_TCP_KEEPIDLE` of Linux (include/net/tcp.h), in seconds.
const LONGEST_IDLE: u64 = 32_767;
/// The kernel takes an `int`.
const LONGEST: u64 = 0x7fff_ffff;

/// Whole seconds, as `TCP_KEEPIDLE` takes them (tcp(7)).
pub(in super::super) fn keepalive(text: &str) -> Result<Duration, Problem> {
    whole("keepalive", text, SECOND, 1..=LONGEST_IDLE)
}

/// Whole seconds, as `SO_LINGER` takes them (socket(7)).
pub(in super::super) fn linger(text: &str) -> Result<Duration, Problem> {
    whole("linger", text, SECOND, 0..=LONGEST)
}

/// Whole milliseconds, as `TCP_USER_TIMEOUT` takes them (tcp(7)); 0 would be the system's own.
pub(in super::super) fn user_timeout(text: &str) -> Result<Duration, Problem> {
    whole("user-timeout", text, MILLISECOND, 1..=LONGEST)
}

/// Any time but none.
pub(in super::super) fn connect_timeout(text: &str) -> Result<Duration, Problem> {
    let time = duration(text)?;
    if time.is_zero() {
        let remedy = "write a time like 3s, or leave it out";
        return Err(Problem::whole(text, "connect-timeout is no time at all", remedy));
    }
    Ok(time)
}

/// A unit: how many nanoseconds, what many of them are called, and what is written behind a number.
type Unit = (u128, &'static str, &'static str);

const SECOND: Unit = (1_000_000_000, "seconds", "s");
const MILLISECOND: Unit = (1_000_000, "milliseconds", "ms");

fn whole(
    name: &str,
    text: &str,
    (unit, units, short): Unit,
    range: std::ops::RangeInclusive<u64>,
) -> Result<Duration, Problem> {
    let time = duration(text)?;
    let remedy = format!("{name} goes from {}{short} to {}{short}", range.start(), range.end());
    if !time.as_nanos().is_multiple_of(unit) {
        return Err(Problem::whole(text, format!("{name} {text} is not a whole number of {units}"), remedy));
    }
    match u64::try_from(time.as_nanos() / unit) {
        Ok(count) if range.contains(&count) => Ok(time),
        _ => Err(Problem::whole(text, format!("{name} {text} is out of range"), remedy)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(result: Result<Duration, Problem>, what: &str) {
        assert_eq!(result.unwrap_err().to_string(), what);
    }

    #[test]
    fn times_are_those_that_the_kernel_can_keep() {
        assert_eq!(keepalive("60"), Ok(Duration::from_secs(60)));
        assert_eq!(keepalive("32767s"), Ok(Duration::from_secs(32_767)));
        assert_eq!(linger("0"), Ok(Duration::ZERO));
        assert_eq!(user_timeout("1.5s"), Ok(Duration::from_millis(1_500)));
        assert_eq!(connect_timeout("1ns"), Ok(Duration::from_nanos(1)));
        told(keepalive("0s"), "keepalive 0s is out of range; keepalive goes from 1s to 32767s");
        told(keepalive("10h"), "keepalive 10h is out of range; keepalive goes from 1s to 32767s");
        told(
            keepalive("1.5s"),
            "keepalive 1.5s is not a whole number of seconds; keepalive goes from 1s to 32767s",
        );
        told(
            user_timeout("1us"),
            "user-timeout 1us is not a whole number of milliseconds; user-timeout goes from 1ms to 2147483647ms",
        );
        told(user_timeout("0"), "user-timeout 0 is out of range; user-timeout goes from 1ms to 2147483647ms");
        told(
            connect_timeout("0s"),
            "connect-timeout is no time at all; write a time like 3s, or leave it out",
        );
        told(linger("soon"), "\"soon\" is not a duration; write a number and a unit, like 500ms or 1.5s");
    }
}
