//! What went through in each interval.

use std::time::Duration;

use sockscope_core::facts::Stamp;

use super::Amount;
use crate::flow::Transport;

/// How many intervals there are at most. Where a recording is longer, all become twice as long.
pub const ROWS: usize = 4096;

/// Packets and bytes of each interval, from the first packet on.
#[derive(Debug)]
pub struct Rates {
    /// In nanoseconds.
    length: u64,
    start: Option<Stamp>,
    rows: Vec<[Amount; 2]>,
}

/// One interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// When it begins.
    pub start: Stamp,
    /// What went by UDP.
    pub udp: Amount,
    /// What went by TCP.
    pub tcp: Amount,
}

impl Rates {
    pub(super) fn new(interval: Duration) -> Self {
        let length = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX).max(1);
        Self { length, start: None, rows: Vec::new() }
    }

    /// How long each interval is: what was asked for, or that doubled until there were no more than [`ROWS`].
    pub fn length(&self) -> Duration {
        Duration::from_nanos(self.length)
    }

    /// Every interval, also those in which nothing went.
    pub fn iter(&self) -> impl Iterator<Item = Interval> {
        let start = self.start.unwrap_or(Stamp(0)).0;
        (0_u64..).zip(&self.rows).map(move |(number, [udp, tcp])| Interval {
            start: Stamp(start + number * self.length),
            udp: *udp,
            tcp: *tcp,
        })
    }

    /// Counts a packet; one from before the first counts as the first.
    pub(super) fn take(&mut self, time: Stamp, transport: Transport, bytes: u64) {
        let since = time.0.saturating_sub(self.start.get_or_insert(time).0);
        while since / self.length >= ROWS as u64 {
            self.double();
        }
        let row = (since / self.length) as usize;
        if row >= self.rows.len() {
            self.rows.resize(row + 1, Default::default());
        }
        self.rows[row][transport as usize].add(bytes);
    }

    fn double(&mut self) {
        self.length *= 2;
        let both = |two: &[[Amount; 2]]| {
            let other = two.get(1).copied().unwrap_or_default();
            [two[0][0].and(other[0]), two[0][1].and(other[1])]
        };
        self.rows = self.rows.chunks(2).map(both).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_recording_has_longer_intervals() {
        let mut rates = Rates::new(Duration::from_nanos(10));
        for time in 0..100_000 {
            rates.take(Stamp(1000 + time), Transport::Tcp, 2);
        }
        rates.take(Stamp(5), Transport::Udp, 7);
        assert_eq!(rates.length(), Duration::from_nanos(40));
        let rows: Vec<_> = rates.iter().collect();
        assert_eq!(rows.len(), 2500);
        assert_eq!(rows[1].start, Stamp(1040));
        assert_eq!(rows[0].udp, Amount { packets: 1, bytes: 7 });
        assert!(rows.iter().all(|row| row.tcp == Amount { packets: 40, bytes: 80 }));
    }
}
