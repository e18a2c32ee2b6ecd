//! What is sent again and again.

use std::time::Duration;

use sockscope::core::moment::Moment;
use sockscope::core::payload::Template;
use sockscope::core::schedule::Schedule;

/// One payload on its schedule, to the peers that a session's lines go to at each turn.
#[derive(Debug)]
pub(super) struct Repeat {
    /// The session.
    pub(super) session: String,
    pub(super) template: Template,
    /// Turns taken.
    pub(super) sent: u64,
    /// Turns at which nobody could get it.
    pub(super) skipped: u64,
    every: Duration,
    schedule: Schedule,
}

impl Repeat {
    /// The first turn is now.
    pub(super) fn new(
        session: &str,
        template: Template,
        every: Duration,
        count: Option<u64>,
        now: Moment,
    ) -> Self {
        let schedule = Schedule::new(every, count, now);
        Self { session: session.to_owned(), template, sent: 0, skipped: 0, every, schedule }
    }

    /// When the next turn is; `None` after the last.
    pub(super) fn due(&self) -> Option<Moment> {
        self.schedule.due()
    }

    /// Takes the turn that is due.
    pub(super) fn turn(&mut self, now: Moment) {
        self.schedule.turn(now);
    }

    /// What became of it, in one line.
    pub(super) fn summary(&self) -> String {
        let times = if self.sent == 1 { "time" } else { "times" };
        let mut words = format!("{}: sent {} {times}, every {:?}", self.session, self.sent, self.every);
        if let Some(pace) = self.schedule.pace() {
            words += &format!(" (measured {:.1?} to {:.1?}, mean {:.1?}", pace.min, pace.max, pace.mean);
            if pace.missed > 0 {
                words += &format!("; {} turns missed", pace.missed);
            }
            words += ")";
        }
        if self.skipped > 0 {
            words += &format!("; {} turns nobody could get", self.skipped);
        }
        words
    }
}
