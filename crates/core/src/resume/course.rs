//! What both ends keep of their way to the end.

use std::collections::VecDeque;

use super::{Act, Collector, Done, Failure, PATIENCE};
use crate::moment::Moment;

/// What both ends keep of their way to the end.
#[derive(Debug, Default)]
pub(super) struct Course {
    pub(super) collector: Collector,
    acts: VecDeque<Act>,
    /// When to be asked again at the latest.
    pub(super) wakeup: Option<Moment>,
    pub(super) result: Option<Result<Done, Failure>>,
    over: bool,
}

impl Course {
    pub(super) fn next(&mut self) -> Option<Act> {
        self.acts.pop_front()
    }

    pub(super) fn act(&mut self, act: Act) {
        self.acts.push_back(act);
    }

    /// Whether that time has come.
    pub(super) fn is_due(&self, now: Moment) -> bool {
        self.wakeup.is_some_and(|at| at <= now)
    }

    /// All is said: the peer has some time to close.
    pub(super) fn leave(&mut self, now: Moment, result: Result<Done, Failure>) {
        self.result = Some(result);
        self.wakeup = Some(now + PATIENCE);
        self.act(Act::End);
    }

    /// There is nothing more to say.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.result.get_or_insert(Err(failure));
        self.finish();
    }

    pub(super) fn finish(&mut self) {
        self.wakeup = None;
        if !std::mem::replace(&mut self.over, true) {
            self.act(Act::Finish);
        }
    }
}
