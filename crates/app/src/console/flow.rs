//! Which rows are shown when more come than eyes can follow. Knows no terminal and no clock.

use std::collections::VecDeque;
use std::time::Duration;

use sockscope::core::moment::Moment;

/// Rows a second that are shown however long it goes on.
const RATE: u64 = 200;

/// Rows that are shown at once after a rest; as many wait at most.
const BURST: u64 = 1_000;

/// Bytes that wait at most, one row aside.
const BYTES: usize = 4 << 20;

/// Under a flood, rows are shown in turns of this length: fewer words about what is not shown.
const TURN: Duration = Duration::from_millis(500);

/// Nanoseconds that pay for one row.
const PRICE: u64 = 1_000_000_000 / RATE;

/// Rows on their way to the screen.
#[derive(Debug)]
pub(super) struct Flow {
    rows: VecDeque<Row>,
    /// How many of them may be skipped.
    skippable: u64,
    bytes: usize,
    /// Skipped since the last word about it.
    skipped: u64,
    /// Nanoseconds saved up to pay for rows.
    saved: u64,
    /// When something was last saved.
    paid: Moment,
    /// When rows were last shown under a flood.
    turn: Option<Moment>,
    /// Skippable rows shown, and skipped and told of, so far.
    counts: (u64, u64),
}

#[derive(Debug)]
struct Row {
    text: String,
    skippable: bool,
}

/// What to do about the rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Show this text, whole rows.
    Show(String),
    /// Wait for rows.
    Rest,
    /// Wait for rows, but not beyond this moment.
    Until(Moment),
}

impl Flow {
    /// No rows, and none owed.
    pub(super) fn new(now: Moment) -> Self {
        Self {
            rows: VecDeque::new(),
            skippable: 0,
            bytes: 0,
            skipped: 0,
            saved: BURST * PRICE,
            paid: now,
            turn: None,
            counts: (0, 0),
        }
    }

    /// Takes one row, with its line end. When too much waits, the oldest that may be is skipped.
    pub(super) fn push(&mut self, text: &str, skippable: bool) {
        self.bytes += text.len();
        self.skippable += u64::from(skippable);
        self.rows.push_back(Row { text: text.to_owned(), skippable });
        while self.skippable > 1 && (self.skippable > BURST || self.bytes > BYTES) {
            self.skip(1);
        }
    }

    /// What to do at this moment. `words` tell how many rows are not shown, with a line end.
    pub(super) fn next(&mut self, now: Moment, words: impl Fn(u64) -> String) -> Next {
        self.saved = BURST.saturating_mul(PRICE).min(self.saved + (now - self.paid).as_nanos() as u64);
        self.paid = now;
        if self.rows.is_empty() {
            return Next::Rest;
        }
        let afford = self.saved / PRICE;
        // What must be shown does not wait; what may be skipped waits for its turn.
        let due = self.turn.map(|turn| turn + TURN).filter(|due| *due > now);
        let flood = self.skippable > afford || self.skipped > 0;
        let urgent = self.rows.iter().any(|row| !row.skippable);
        match due {
            Some(due) if flood && !urgent => return Next::Until(due),
            _ if flood => self.turn = Some(now),
            _ => self.turn = None,
        }
        let excess = self.skippable.saturating_sub(afford.max(1));
        // The word about a single row takes as much room as the row.
        if excess > 1 || self.skipped > 0 {
            self.skip(excess);
        }
        self.saved = self.saved.saturating_sub(self.skippable * PRICE);
        Next::Show(self.take(words))
    }

    /// All that waits, at once: nothing comes behind it.
    pub(super) fn last(&mut self, words: impl Fn(u64) -> String) -> Option<String> {
        (!self.rows.is_empty()).then(|| self.take(words))
    }

    /// Skippable rows shown, and skipped and told of, so far.
    #[cfg(test)]
    pub(super) fn counts(&self) -> (u64, u64) {
        self.counts
    }

    /// Skips the oldest `count` rows that may be.
    fn skip(&mut self, count: u64) {
        let mut left = count;
        if left == 0 {
            return;
        }
        let bytes = &mut self.bytes;
        self.rows.retain(|row| {
            let gone = row.skippable && left > 0;
            left -= u64::from(gone);
            *bytes -= if gone { row.text.len() } else { 0 };
            !gone
        });
        self.skippable -= count - left;
        self.skipped += count - left;
    }

    /// All rows, with the word about skipped ones where they were missing: before the first row that may
    /// be skipped and was not.
    fn take(&mut self, words: impl Fn(u64) -> String) -> String {
        let mut text = String::with_capacity(self.bytes + 80);
        self.counts.0 += self.skippable;
        for row in self.rows.drain(..) {
            if row.skippable && self.skipped > 0 {
                text.push_str(&words(self.skipped));
                self.counts.1 += std::mem::take(&mut self.skipped);
            }
            text.push_str(&row.text);
        }
        (self.skippable, self.bytes) = (0, 0);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Moment {
        Moment(ms * 1_000_000)
    }

    fn words(count: u64) -> String {
        format!("… {count}\n")
    }

    /// Rows at these milliseconds, `from..to`, shown as a printer would: what is shown, by time.
    fn shown(rows: impl Iterator<Item = u64>, end: u64, printer_takes: u64) -> (Flow, Vec<(u64, String)>) {
        let mut flow = Flow::new(at(0));
        let (mut rows, mut got, mut free, mut n) = (rows.peekable(), Vec::new(), 0, 0);
        for ms in 0..end {
            while rows.next_if(|row| *row <= ms).is_some() {
                flow.push(&format!("{n}\n"), true);
                n += 1;
            }
            if ms >= free
                && let Next::Show(text) = flow.next(at(ms), words)
            {
                got.push((ms, text));
                free = ms + printer_takes;
            }
        }
        (flow, got)
    }

    fn rows(got: &[(u64, String)]) -> Vec<String> {
        got.iter().flat_map(|(_, text)| text.lines().map(str::to_owned)).collect()
    }

    #[test]
    fn a_few_rows_are_shown_at_once() {
        let (flow, got) = shown([3, 5, 5].into_iter(), 20, 0);
        assert_eq!(got, [(3, "0\n".into()), (5, "1\n2\n".into())]);
        assert_eq!(flow.counts(), (3, 0));
    }

    #[test]
    fn a_burst_is_shown_whole_and_a_rest_pays_for_the_next() {
        let burst = |from: u64| std::iter::repeat_n(from, 900);
        let (flow, got) = shown(burst(1).chain(burst(6_000)), 8_000, 0);
        assert_eq!(rows(&got).len(), 1_800);
        assert_eq!(flow.counts(), (1_800, 0));
    }

    #[test]
    fn of_a_flood_some_are_shown_and_the_others_counted_exactly() {
        let (flow, got) = shown(0..10_000, 12_000, 3);
        let (seen, skipped) = flow.counts();
        assert_eq!(seen + skipped, 10_000);
        let rows = rows(&got);
        let told: u64 = rows.iter().filter_map(|row| row.strip_prefix("… ")?.parse::<u64>().ok()).sum();
        let numbers: Vec<u64> = rows.iter().filter_map(|row| row.parse().ok()).collect();
        assert_eq!((told, numbers.len() as u64), (skipped, seen));
        assert!(numbers.is_sorted());
        // A burst and then 200 a second, in two turns a second.
        assert!((2_500..3_500).contains(&seen), "{seen}");
        assert!(rows.len() - numbers.len() < 25, "{} words about it", rows.len() - numbers.len());
        assert_eq!(numbers.last(), Some(&9_999), "the last row is shown");
    }

    #[test]
    fn a_gap_is_told_where_it_is() {
        let (_, got) = shown(0..10_000, 12_000, 3);
        let mut next = 0;
        for row in rows(&got) {
            match row.strip_prefix("… ") {
                Some(count) => next += count.parse::<u64>().unwrap(),
                None => {
                    assert_eq!(row, next.to_string());
                    next += 1;
                }
            }
        }
        assert_eq!(next, 10_000);
    }

    #[test]
    fn what_waits_is_bounded_and_still_counted() {
        let mut flow = Flow::new(at(0));
        for n in 0..5_000 {
            flow.push(&format!("{n}\n"), true);
        }
        let Next::Show(text) = flow.next(at(1), words) else { panic!("rows are shown") };
        assert!(text.starts_with("… 4000\n4000\n") && text.ends_with("\n4999\n"), "{}", &text[..20]);
        let long = "x".repeat(BYTES) + "\n";
        (0..3).for_each(|_| flow.push(&long, true));
        assert_eq!(flow.last(words).unwrap().len(), "… 2\n".len() + long.len());
        assert_eq!(flow.counts(), (1_001, 4_002));
    }

    #[test]
    fn warnings_are_never_skipped_and_do_not_wait() {
        let mut flow = Flow::new(at(0));
        for n in 0..3_000 {
            flow.push(&format!("{n}\n"), true);
        }
        assert!(matches!(flow.next(at(0), words), Next::Show(_)));
        for n in 0..3_000 {
            flow.push(&format!("{n}\n"), true);
            if n == 10 {
                flow.push("warning\n", false);
            }
        }
        let Next::Show(text) = flow.next(at(10), words) else { panic!("a warning waits") };
        assert!(text.starts_with("warning\n… ") && text.ends_with("2999\n"), "{text}");
        flow.push("5\n", true);
        assert_eq!(flow.next(at(20), words), Next::Show("5\n".into()));
    }
}
