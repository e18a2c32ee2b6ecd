//! Peers that do nothing for too long.

use std::collections::VecDeque;
use std::time::Duration;

use sockscope_core::event::SocketId;
use sockscope_core::moment::Moment;

/// Every peer once, in the order in which they may be due. A peer that did something meanwhile is put
/// behind again when its turn comes, so that its doings cost nothing.
#[derive(Debug)]
pub(crate) struct Idle {
    after: Option<Duration>,
    queue: VecDeque<(Moment, usize, SocketId)>,
}

impl Idle {
    /// Peers are idle after this long; never for `None`.
    pub(crate) fn new(after: Option<Duration>) -> Self {
        Self { after, queue: VecDeque::new() }
    }

    /// Watches a peer that did something just now.
    pub(crate) fn watch(&mut self, now: Moment, key: usize, id: SocketId) {
        if let Some(after) = self.after {
            self.queue.push_back((now + after, key, id));
        }
    }

    /// When the next peer may be due.
    pub(crate) fn wakeup(&self) -> Option<Moment> {
        self.queue.front().map(|(at, ..)| *at)
    }

    /// The next peer that is idle. `last` tells when a peer last did something, or that it has left.
    pub(crate) fn due(
        &mut self,
        now: Moment,
        mut last: impl FnMut(usize, SocketId) -> Option<Moment>,
    ) -> Option<usize> {
        let after = self.after?;
        while self.queue.front().is_some_and(|(at, ..)| *at <= now) {
            let (_, key, id) = self.queue.pop_front()?;
            match last(key, id) {
                None => {}
                Some(last) if last + after <= now => return Some(key),
                Some(last) => self.queue.push_back((last + after, key, id)),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_did_nothing_for_long_is_due() {
        let at = |s: u64| Moment(s * 1_000_000_000);
        let mut idle = Idle::new(Some(Duration::from_secs(10)));
        for key in 0..3 {
            idle.watch(at(0), key, SocketId(key as u32));
        }
        assert_eq!(idle.wakeup(), Some(at(10)));
        assert_eq!(idle.due(at(9), |_, _| unreachable!()), None);
        // The first has left, the second was busy at 4 s, the third did nothing.
        let last = |key, _| [None, Some(at(4)), Some(at(0))][key];
        assert_eq!(idle.due(at(10), last), Some(2));
        assert_eq!(idle.due(at(10), last), None);
        assert_eq!(idle.wakeup(), Some(at(14)));
        assert_eq!(idle.due(at(14), last), Some(1));
        assert_eq!(Idle::new(None).wakeup(), None);
    }
}
