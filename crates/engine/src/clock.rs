//! The only place that reads a clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sockscope_core::facts::Stamp;
use sockscope_core::moment::{Moment, Now};

/// Both clocks of one run.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock whose moments count from now.
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// The time by both clocks.
    pub fn now(&self) -> Now {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { moment: Moment(self.start.elapsed().as_nanos() as u64), stamp: Stamp(since.as_nanos() as u64) }
    }
}
