//! Whether a drone flies.

use std::time::Duration;

use sockscope::core::moment::Moment;

/// Whether a drone flies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flying {
    /// Its motors run.
    Yes,
    /// They do not.
    No,
    /// Nothing tells.
    Unknown,
}

/// Motors that run count a second of time each second; a state that is older than this, or a count that stood so long, tells.
const STILL: Duration = Duration::from_millis(2500);

/// What is known of the motors: by their time in the state, which is never reset, rather than by the height, which may be 0
/// or less in the air; without a state by what was ordered.
#[derive(Debug, Clone, Default)]
pub(super) struct Motors {
    ordered: Option<bool>,
    /// When the first of the states came that had the count that it has now, whether it was seen to grow to that, and the
    /// count.
    since: Option<(Moment, bool, i32)>,
    /// When the last state came.
    last: Moment,
}

impl Motors {
    /// It was told to fly or to stand, and said that it does. What was seen of its motors before counts no more.
    pub(super) fn ordered(&mut self, flies: bool) {
        self.ordered = Some(flies);
        if let Some((_, grown, _)) = &mut self.since {
            *grown &= flies;
        }
    }

    /// Whether the state says that they do not run: fresh states, and a count that stands still.
    pub(super) fn stand(&self, now: Moment) -> bool {
        self.since.is_some_and(|(since, ..)| now - self.last <= STILL && now - since > STILL)
    }

    /// What a state said.
    pub(super) fn told(&mut self, now: Moment, time: Option<i32>) {
        let Some(time) = time else { return };
        // After a gap nobody knows how it came to its count.
        let fresh = now - self.last > STILL;
        self.last = now;
        match self.since {
            Some((.., count)) if count == time && !fresh => {}
            Some((.., count)) if !fresh => self.since = Some((now, time > count, time)),
            _ => self.since = Some((now, false, time)),
        }
    }

    pub(super) fn flying(&self, now: Moment) -> Flying {
        let by_order = match self.ordered {
            Some(true) => Flying::Yes,
            Some(false) => Flying::No,
            None => Flying::Unknown,
        };
        match self.since {
            _ if self.stand(now) => Flying::No,
            Some((_, true, _)) if now - self.last <= STILL => Flying::Yes,
            _ => by_order,
        }
    }

    /// Whether it was told to fly, or is seen to.
    pub(super) fn may_fly(&self) -> bool {
        self.ordered == Some(true) || matches!(self.since, Some((_, true, _)))
    }
}
