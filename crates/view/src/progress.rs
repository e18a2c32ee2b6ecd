//! How far a transfer is, on one line.
//!
//! ```text
//! ━━━━━━━━━━━━━━━━━━━━━──────────────────  54%  553 MiB of 1.00 GiB  487 MiB/s  0:01 left
//! ```

mod words;

use std::collections::VecDeque;
use std::time::Duration;

pub use words::{duration, rate, size};

/// The rate is that of this time at the end; a shorter one would make the time left jump.
const SMOOTH: Duration = Duration::from_secs(5);

/// Between two samples that are kept, at the least.
const APART: Duration = Duration::from_millis(100);

/// Columns of the bar: fewer say nothing, more say no more.
const BAR: std::ops::RangeInclusive<usize> = 8..=40;

/// A transfer whose rate is that of its last seconds.
#[derive(Debug, Clone)]
pub struct Progress {
    total: Option<u64>,
    samples: VecDeque<(Duration, u64)>,
}

impl Progress {
    /// A transfer that begins; `total`: the bytes it will have, where that is known.
    pub fn new(total: Option<u64>) -> Self {
        Self { total, samples: VecDeque::from([(Duration::ZERO, 0)]) }
    }

    /// A transfer that goes on where `done` bytes of `total` are over: they do not count for the rate.
    pub fn resumed(done: u64, total: u64) -> Self {
        Self { total: Some(total), samples: VecDeque::from([(Duration::ZERO, done)]) }
    }

    /// Appends the line, without its end, in at most `width` columns: `done` bytes are over after `elapsed`.
    /// To be called again and again with times that do not go back, as often as one likes.
    pub fn line(&mut self, done: u64, elapsed: Duration, width: usize, out: &mut Vec<u8>) {
        let (since, before) = self.earlier(elapsed);
        let speed = per_second(done.saturating_sub(before), elapsed.saturating_sub(since));
        self.keep(done, elapsed);
        show(&State { done, total: self.total, elapsed, speed }, width, out);
    }

    /// The sample that the rate is counted from: the latest that is [`SMOOTH`] old, or the first.
    fn earlier(&mut self, now: Duration) -> (Duration, u64) {
        let old = |(time, _): &(Duration, u64)| now.saturating_sub(*time) >= SMOOTH;
        while self.samples.get(1).is_some_and(old) {
            self.samples.pop_front();
        }
        self.samples.front().copied().unwrap_or_default()
    }

    fn keep(&mut self, done: u64, now: Duration) {
        if self.samples.back().is_none_or(|(time, _)| now.saturating_sub(*time) >= APART) {
            self.samples.push_back((now, done));
        }
    }
}

/// Appends the line of a transfer whose rate is that of the whole time: as [`Progress::line`] without a state.
pub fn line(done: u64, total: Option<u64>, elapsed: Duration, width: usize, out: &mut Vec<u8>) {
    show(&State { done, total, elapsed, speed: per_second(done, elapsed) }, width, out);
}

/// Appends the last word on a transfer, without the line's end:
/// `sent 1.00 GiB in 2.1 s (487 MiB/s), sha256 …`. `verb`: `sent`, `received`; `sha256`: of the bytes, in hex.
pub fn sum_line(verb: &str, bytes: u64, elapsed: Duration, sha256: Option<&str>, out: &mut Vec<u8>) {
    let mut text = format!("{verb} {} in {}", size(bytes), duration(elapsed));
    if let Some(speed) = per_second(bytes, elapsed) {
        text += &format!(" ({})", rate(speed));
    }
    if let Some(hash) = sha256 {
        text += &format!(", sha256 {hash}");
    }
    crate::text::line(&text, out);
}

/// Where a transfer is.
struct State {
    done: u64,
    total: Option<u64>,
    elapsed: Duration,
    /// Bytes a second, where any time is over.
    speed: Option<u64>,
}

/// Puts the parts side by side. Where there is no room for all, those leave that tell the least.
fn show(state: &State, width: usize, out: &mut Vec<u8>) {
    let mut parts = parts(state);
    let columns = |parts: &[Part]| parts.iter().map(|part| part.text.chars().count() + 2).sum::<usize>();
    // The part that says least has the highest rank; each is followed by a gap but for the last.
    while columns(&parts) > width + 2 {
        let Some(least) = (0..parts.len()).max_by_key(|at| parts[*at].rank) else { break };
        parts.remove(least);
    }
    let room = (width + 2).saturating_sub(columns(&parts) + 2);
    if let (Some(share), true) = (state.share(), room >= *BAR.start()) {
        bar(share, room.min(*BAR.end()), out);
        out.extend_from_slice(if parts.is_empty() { b"" } else { b"  " });
    }
    let words: Vec<_> = parts.iter().map(|part| part.text.as_str()).collect();
    out.extend_from_slice(words.join("  ").as_bytes());
}

/// Words of the line.
struct Part {
    /// The higher, the sooner it is left out.
    rank: u8,
    text: String,
}

fn parts(state: &State) -> Vec<Part> {
    let part = |rank, text| Part { rank, text };
    let mut parts = Vec::new();
    if let Some(share) = state.share() {
        parts.push(part(0, format!("{:>3}%", share / 10)));
    }
    parts.push(match state.total {
        Some(total) => part(4, format!("{:>8} of {}", size(state.done), size(total))),
        None => part(1, format!("{:>8}", size(state.done))),
    });
    parts.push(part(2, format!("{:>10}", state.speed.map_or("- B/s".to_owned(), rate))));
    match state.left() {
        Some(left) => parts.push(part(3, format!("{} left", words::clock(left)))),
        None if state.total.is_none() => parts.push(part(3, words::clock(state.elapsed))),
        None => parts.push(part(3, "-:-- left".to_owned())),
    }
    parts
}

impl State {
    /// Thousandths that are done; never more than all, however wrong the total was.
    fn share(&self) -> Option<u64> {
        let total = self.total?;
        let share = (u128::from(self.done) * 1000).checked_div(total.into()).unwrap_or(1000);
        Some(u64::try_from(share.min(1000)).unwrap_or(1000))
    }

    /// The time that the rest will take at this rate.
    fn left(&self) -> Option<Duration> {
        let rest = self.total?.saturating_sub(self.done);
        if rest == 0 {
            return Some(Duration::ZERO);
        }
        let speed = self.speed.filter(|speed| *speed > 0)?;
        Some(Duration::from_secs(rest.div_ceil(speed)))
    }
}

fn bar(share: u64, width: usize, out: &mut Vec<u8>) {
    let full = usize::try_from(share).unwrap_or(0) * width / 1000;
    out.extend_from_slice("━".repeat(full).as_bytes());
    out.extend_from_slice("─".repeat(width - full).as_bytes());
}

fn per_second(bytes: u64, time: Duration) -> Option<u64> {
    let speed = (u128::from(bytes) * 1_000_000_000).checked_div(time.as_nanos())?;
    Some(u64::try_from(speed).unwrap_or(u64::MAX))
}
