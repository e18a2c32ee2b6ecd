//! Round trips: messages on a schedule that does not wait for answers, and what became of them.

mod report;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use report::{Report, Row};

use super::head::{Head, Kind, LEN};
use super::tally::{Answer, Sent, Tally};
use super::times::Times;
use crate::batch::Batch;
use crate::facts::{Clock, Facts, Stamp};
use crate::moment::{Moment, Now};

/// Most messages made at once.
const BATCH: usize = 256;
/// How long after the first hello each next one goes.
const HELLOS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(200), Duration::from_millis(600)];
/// How long an answer to them is waited for, where answers are not given longer.
const PATIENCE: Duration = Duration::from_secs(1);
/// Length of the least message: a header, and room for the other side's two times.
pub const SMALLEST: usize = LEN + 16;
const SECOND: Duration = Duration::from_secs(1);

/// How it is measured.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    /// Time from one message to the next; not kept where `closed`.
    pub every: Duration,
    /// Ends after so many messages.
    pub count: Option<u64>,
    /// Ends after this time.
    pub total: Option<Duration>,
    /// How long answers are waited for after the last message; an answer that takes longer is late.
    pub wait: Duration,
    /// The next message goes when the answer to the one before is there (or is late), not on a schedule.
    pub closed: bool,
    /// Length of each message in bytes, at least [`SMALLEST`].
    pub size: usize,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// Something that gives back what it gets.
    Echo,
    /// A side that measures too, and tells its own times.
    Measures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The socket is not open.
    Closed,
    /// Asking who is there: when the first hello went, and how many have gone.
    Hello {
        since: Moment,
        tries: usize,
    },
    /// Messages go: the next one is due at `due`, the next row at `row`.
    Running {
        due: Moment,
        row: Moment,
    },
    /// All messages went; answers are waited for until then.
    Draining {
        until: Moment,
        row: Moment,
    },
    Over,
}

/// Measures round trips.
#[derive(Debug)]
pub struct Rtt {
    ways: Ways,
    flow: u64,
    phase: Phase,
    begun: Option<Moment>,
    other: Option<Other>,
    next: u64,
    tally: Tally,
    report: Report,
    /// The last whole second, and the counts before it.
    second: Times,
    before: (u64, u64),
    rows: u64,
}

impl Rtt {
    /// Nothing has been sent yet. `flow`: a random number.
    pub fn new(ways: Ways, flow: u64) -> Self {
        Self {
            ways: Ways { size: ways.size.max(SMALLEST), ..ways },
            flow,
            phase: Phase::Closed,
            begun: None,
            other: None,
            next: 0,
            tally: Tally::new(ways.wait),
            report: Report::default(),
            second: Times::default(),
            before: (0, 0),
            rows: 0,
        }
    }

    /// The socket is open.
    pub fn opened(&mut self, now: Moment) {
        if self.phase == Phase::Closed {
            self.phase = Phase::Hello { since: now, tries: 0 };
        }
    }

    /// The connection is over.
    pub fn closed(&mut self) {
        self.phase = Phase::Over;
    }

    /// Puts into `out` what is due now.
    pub fn fill(&mut self, now: Now, out: &mut Batch) {
        match self.phase {
            Phase::Hello { since, tries } if now.moment >= since + self.patience() => {
                debug_assert!(tries > 0, "the first hello goes at once");
                self.phase = Phase::Over;
            }
            Phase::Hello { since, tries }
                if HELLOS.get(tries).is_some_and(|after| now.moment >= since + *after) =>
            {
                self.push(now.stamp, Kind::Hello, out);
                self.phase = Phase::Hello { since, tries: tries + 1 };
            }
            Phase::Running { due, row } => self.run(now, due, row, out),
            Phase::Draining { until, .. } if now.moment >= until || self.all_answered() => {
                self.phase = Phase::Over;
            }
            _ => {}
        }
    }

    fn run(&mut self, now: Now, mut due: Moment, row: Moment, out: &mut Batch) {
        let end = self.begun.zip(self.ways.total).map(|(begun, total)| begun + total);
        while due <= now.moment && out.len() < BATCH {
            if self.ways.count == Some(self.next) || end.is_some_and(|end| due >= end) {
                let until = now.moment + self.ways.wait;
                self.phase = if self.all_answered() { Phase::Over } else { Phase::Draining { until, row } };
                return;
            }
            let late = now.moment - due;
            let late = if self.ways.closed { Duration::ZERO } else { late };
            let late_nanos = u64::try_from(late.as_nanos()).unwrap_or(u64::MAX);
            let sent = Sent { due: Stamp(now.stamp.0.saturating_sub(late_nanos)), at: now.stamp };
            self.push(now.stamp, Kind::Ask, out);
            self.next += 1;
            self.tally.sent(sent);
            self.report.sent(sent, late);
            // Ping-pong: when the answer is late, it is not waited for any longer.
            due = if self.ways.closed { now.moment + self.ways.wait } else { due + self.ways.every };
        }
        self.phase = Phase::Running { due, row };
    }

    fn push(&self, time: Stamp, kind: Kind, out: &mut Batch) {
        let head = Head { kind, flow: self.flow, sequence: self.next, time };
        out.push_with(Facts::default(), |buffer| {
            let from = buffer.len();
            buffer.extend_from_slice(&head.bytes());
            buffer.resize(from + self.ways.size, 0);
        });
    }

    /// Something came: when, and by whose clock.
    pub fn heard(&mut self, now: Now, bytes: &[u8], facts: &Facts) {
        let (at, clock) = facts.time.unwrap_or((now.stamp, Clock::User));
        match Head::read(bytes).filter(|head| head.flow == self.flow) {
            Some(head) if head.kind == Kind::Ask => {
                self.answered(now.moment, head.sequence, at, clock, bytes)
            }
            Some(head) if head.kind == Kind::Hello => self.met(now.moment, Other::Echo),
            Some(head) if head.kind == Kind::Ready => self.met(now.moment, Other::Measures),
            _ => self.tally.foreign(),
        }
    }

    /// Somebody answered a hello.
    fn met(&mut self, now: Moment, other: Other) {
        if matches!(self.phase, Phase::Hello { .. }) {
            self.other = Some(other);
            self.begun = Some(now);
            self.phase = Phase::Running { due: now, row: now + SECOND };
        }
    }

    fn answered(&mut self, now: Moment, sequence: u64, at: Stamp, clock: Clock, bytes: &[u8]) {
        let newest = sequence + 1 == self.next;
        let Answer::First(sent) = self.tally.answered(sequence, at) else { return };
        let theirs = if self.other == Some(Other::Measures) { own_time(bytes) } else { None };
        self.second.add(self.report.answered(sent, at, clock, theirs));
        if let Phase::Running { due, .. } = &mut self.phase
            && self.ways.closed
            && newest
        {
            *due = now;
        }
    }

    /// What happened in the last second, once it is over.
    pub fn row(&mut self, now: Moment) -> Option<Row> {
        let (Phase::Running { row, .. } | Phase::Draining { row, .. }) = &mut self.phase else { return None };
        if now < *row {
            return None;
        }
        *row = *row + SECOND;
        self.rows += 1;
        let counts = self.tally.counts();
        let (sent, answered) = std::mem::replace(&mut self.before, (counts.sent, counts.answered));
        let told = Row {
            second: self.rows,
            sent: counts.sent - sent,
            answered: counts.answered - answered,
            times: self.second.clone(),
        };
        self.second.clear();
        Some(told)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Who answers, once it is known.
    pub fn other(&self) -> Option<Other> {
        self.other
    }

    /// What became of all so far.
    pub fn report(&self) -> Report {
        let mut report = self.report.clone();
        report.counts = self.tally.counts();
        report
    }

    /// When there is something to do next.
    pub fn wakeup(&self) -> Option<Moment> {
        match self.phase {
            Phase::Closed => None,
            // That it is over is to be heard at once.
            Phase::Over => Some(Moment::default()),
            Phase::Hello { since, tries } => {
                let next = HELLOS.get(tries).copied().unwrap_or_else(|| self.patience());
                Some(since + next)
            }
            Phase::Running { due, row } => Some(due.min(row)),
            Phase::Draining { until, row } => Some(until.min(row)),
        }
    }

    fn patience(&self) -> Duration {
        self.ways.wait.max(PATIENCE)
    }

    fn all_answered(&self) -> bool {
        self.tally.counts().unanswered() == 0
    }
}

/// How long the other side had the message, by its own clock.
fn own_time(bytes: &[u8]) -> Option<Duration> {
    let number = |at: usize| bytes.get(at..)?.first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
    let (came, went) = (number(LEN)?, number(LEN + 8)?);
    (came > 0).then(|| went.checked_sub(came)).flatten().map(Duration::from_nanos)
}
