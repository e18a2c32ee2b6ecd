//! What became of all messages.

use std::time::Duration;

use crate::facts::{Clock, Stamp};
use crate::measure::tally::{Counts, Sent};
use crate::measure::times::Times;

/// What happened in one second.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which second, from 1.
    pub second: u64,
    /// Messages sent in it.
    pub sent: u64,
    /// Answers that came in it.
    pub answered: u64,
    /// Their times, each from when its message was due.
    pub times: Times,
}

/// What became of all messages so far.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many.
    pub counts: Counts,
    /// From when a message was due to its answer.
    pub due: Times,
    /// From when it was sent to its answer.
    pub sent: Times,
    /// The same less the time that the other side had it, where that tells its times.
    pub network: Times,
    /// Most that a message was sent after it was due.
    pub latest: Duration,
    /// Answers whose time is the kernel's.
    pub by_kernel: u64,
    /// Answers before they were asked for: the wall clock was set back meanwhile. Their time counts as zero.
    pub backward: u64,
    first: Option<Stamp>,
    last: Option<Stamp>,
}

impl Report {
    pub(super) fn sent(&mut self, sent: Sent, late: Duration) {
        self.latest = self.latest.max(late);
        self.first.get_or_insert(sent.at);
        self.last = Some(sent.at);
    }

    /// Returns the time since the message was due.
    pub(super) fn answered(
        &mut self,
        sent: Sent,
        at: Stamp,
        clock: Clock,
        theirs: Option<Duration>,
    ) -> Duration {
        let since = |from: Stamp| Duration::from_nanos(at.0.saturating_sub(from.0));
        self.by_kernel += u64::from(clock == Clock::Kernel);
        self.backward += u64::from(at < sent.at);
        self.due.add(since(sent.due));
        self.sent.add(since(sent.at));
        if let Some(theirs) = theirs {
            self.network.add(since(sent.at).saturating_sub(theirs));
        }
        since(sent.due)
    }

    /// Mean time from one message to the next as it was kept; `None` before the second.
    pub fn kept(&self) -> Option<Duration> {
        let gaps = self.counts.sent.checked_sub(1).filter(|gaps| *gaps > 0)?;
        let (first, last) = self.first.zip(self.last)?;
        Some(Duration::from_nanos(last.0.saturating_sub(first.0) / gaps))
    }
}
