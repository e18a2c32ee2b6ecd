//! When a run is over, and why.

use std::time::Duration;

use crate::event::End;
use crate::moment::Moment;

/// What ends a run, as a person asked for it. Nothing set: it goes on until it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// End after this many received messages; not before a file that is being sent has gone.
    pub count: Option<u64>,
    /// End when nothing was received or sent for this long.
    pub idle: Option<Duration>,
    /// End after this time in all.
    pub total: Option<Duration>,
    /// After the last message was sent: listen this long for answers. Having none is a failure.
    pub wait: Option<Duration>,
    /// End this long after the last message was sent, whatever comes meanwhile, where the run would stay.
    pub linger: Option<Duration>,
}

/// Watches a run and tells when it is over.
#[derive(Debug)]
pub struct Ending {
    limits: Limits,
    started: Moment,
    /// When something last went either way.
    last: Moment,
    heard: u64,
    sending: Sending,
    stays: bool,
    failed: bool,
    /// Nothing will be heard any more.
    deaf: bool,
    /// A file is on its way to somebody.
    owes: bool,
}

/// What a run has to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    /// Nothing of its own: it only listens.
    Never,
    /// Something, and it is over when that has gone.
    Ends,
    /// Something, and it stays when that has gone: it is over when the other side has ended too, or, with
    /// [`Limits::wait`], when nothing has come for so long.
    Stays,
}

/// How far the sending half of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    /// This run only listens.
    Never,
    /// There is more to send.
    More,
    /// All was sent; the last at this moment.
    All(Moment),
}

impl Ending {
    /// A run that starts now.
    pub fn new(limits: Limits, sends: Sends, now: Moment) -> Self {
        let sending = if sends == Sends::Never { Sending::Never } else { Sending::More };
        let stays = sends == Sends::Stays;
        let (failed, deaf, owes) = (false, false, false);
        Self { limits, started: now, last: now, heard: 0, sending, stays, failed, deaf, owes }
    }

    /// How many more messages are wanted.
    pub fn room(&self) -> usize {
        let left = self.limits.count.map_or(u64::MAX, |count| count - self.heard.min(count));
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// Messages were received.
    pub fn heard(&mut self, messages: usize, now: Moment) {
        if messages > 0 {
            self.heard += messages as u64;
            self.last = now;
        }
    }

    /// Something went either way at `last` in another part of the same run.
    pub fn met(&mut self, last: Moment) {
        self.last = self.last.max(last);
    }

    /// Messages were sent.
    pub fn sent(&mut self, now: Moment) {
        self.last = now;
    }

    /// Whether it matters for the end when all has been sent.
    pub fn minds(&self) -> bool {
        let Limits { count, wait, linger, .. } = self.limits;
        !self.stays || wait.or(linger).is_some() || count.is_some()
    }

    /// Whether it was said that something is still to come: so many messages, or what comes for so long.
    pub fn awaits(&self) -> bool {
        self.limits.count.is_some() || self.limits.wait.is_some()
    }

    /// Whether a file is on its way to somebody: then no count ends the run.
    pub fn owes(&mut self, owes: bool) {
        self.owes = owes;
    }

    /// There is nothing more to send.
    pub fn all_sent(&mut self, now: Moment) {
        if self.sending == Sending::More {
            self.sending = Sending::All(now);
        }
    }

    /// The peer will send no more, so that there is nothing to wait for.
    pub fn no_more_answers(&mut self) {
        self.deaf = true;
    }

    /// Whether answers were waited for and none has come.
    pub fn is_unanswered(&self) -> bool {
        self.limits.wait.is_some() && !self.stays && self.heard == 0
    }

    /// Something that was to be sent did not get through.
    pub fn failed(&mut self) {
        self.failed = true;
    }

    /// When to ask again at the latest.
    pub fn wakeup(&self) -> Option<Moment> {
        let idle = self.limits.idle.map(|idle| self.last + idle);
        let total = self.limits.total.map(|total| self.started + total);
        let wait = match (self.sending, self.limits.wait) {
            (Sending::All(_), Some(wait)) if self.stays => Some(self.last + wait),
            (Sending::All(since), Some(wait)) => Some(since + wait),
            _ => None,
        };
        let linger = match self.sending {
            Sending::All(since) if self.stays => self.limits.linger.map(|linger| since + linger),
            _ => None,
        };
        [idle, total, wait, linger].into_iter().flatten().min()
    }

    /// Whether the run is over, and why.
    pub fn over(&self, now: Moment) -> Option<End> {
        let reached = |since: Moment, limit: Option<Duration>| limit.is_some_and(|l| now >= since + l);
        if self.room() == 0 && !self.owes {
            return Some(End::Count);
        }
        if let (Sending::All(since), true) = (self.sending, self.stays) {
            if reached(self.last, self.limits.wait) || reached(since, self.limits.linger) {
                return Some(End::Done);
            }
        } else if let Sending::All(since) = self.sending {
            if self.failed {
                return Some(End::Failed);
            }
            match self.limits.wait {
                None => return Some(End::Done),
                Some(_) if !reached(since, self.limits.wait) && !self.deaf => {}
                Some(_) if self.is_unanswered() => return Some(End::NoAnswer),
                Some(_) => return Some(End::Done),
            }
        }
        if reached(self.started, self.limits.total) {
            return Some(End::TimeUp);
        }
        reached(self.last, self.limits.idle).then_some(End::Idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u64) -> Moment {
        Moment(0) + SECOND * seconds as u32
    }

    #[test]
    fn without_limits_it_goes_on() {
        let ending = Ending::new(Limits::default(), Sends::Never, at(0));
        assert_eq!((ending.wakeup(), ending.over(at(1_000_000))), (None, None));
        assert_eq!(ending.room(), usize::MAX);
    }

    #[test]
    fn count_leaves_room_for_just_so_many() {
        let mut ending = Ending::new(Limits { count: Some(3), ..Limits::default() }, Sends::Never, at(0));
        ending.heard(2, at(1));
        assert_eq!((ending.room(), ending.over(at(1))), (1, None));
        ending.heard(1, at(2));
        assert_eq!((ending.room(), ending.over(at(2))), (0, Some(End::Count)));
    }

    #[test]
    fn a_count_does_not_cut_off_a_file_and_the_total_does() {
        let limits = Limits { count: Some(1), total: Some(SECOND * 9), ..Limits::default() };
        let mut ending = Ending::new(limits, Sends::Stays, at(0));
        assert!(ending.awaits() && ending.minds());
        ending.heard(1, at(1));
        ending.owes(true);
        assert_eq!((ending.room(), ending.over(at(2)), ending.over(at(9))), (0, None, Some(End::TimeUp)));
        ending.owes(false);
        assert_eq!(ending.over(at(2)), Some(End::Count));
    }

    #[test]
    fn idle_starts_again_with_each_message_and_the_total_does_not() {
        let limits = Limits { idle: Some(SECOND * 2), total: Some(SECOND * 5), ..Limits::default() };
        let mut ending = Ending::new(limits, Sends::Never, at(0));
        assert_eq!(ending.wakeup(), Some(at(2)));
        ending.heard(1, at(1));
        assert_eq!((ending.over(at(2)), ending.wakeup()), (None, Some(at(3))));
        assert_eq!(ending.over(at(3)), Some(End::Idle));
        ending.heard(1, at(4));
        assert_eq!((ending.wakeup(), ending.over(at(5))), (Some(at(5)), Some(End::TimeUp)));
    }

    #[test]
    fn what_another_part_met_is_no_silence_and_never_goes_back() {
        let limits = Limits { idle: Some(SECOND * 2), ..Limits::default() };
        let mut ending = Ending::new(limits, Sends::Never, at(0));
        ending.met(at(3));
        ending.met(at(1));
        assert_eq!(
            (ending.wakeup(), ending.over(at(4)), ending.over(at(5))),
            (Some(at(5)), None, Some(End::Idle))
        );
    }

    #[test]
    fn sending_is_done_when_all_is_sent() {
        let mut ending = Ending::new(Limits::default(), Sends::Ends, at(0));
        assert_eq!(ending.over(at(9)), None);
        ending.all_sent(at(10));
        assert_eq!(ending.over(at(10)), Some(End::Done));
        ending.failed();
        assert_eq!(ending.over(at(10)), Some(End::Failed));
    }

    #[test]
    fn lingering_counts_from_the_end_of_sending_whatever_comes() {
        let limits = Limits { linger: Some(SECOND * 2), ..Limits::default() };
        let mut ending = Ending::new(limits, Sends::Stays, at(0));
        assert_eq!((ending.wakeup(), ending.over(at(9))), (None, None));
        ending.all_sent(at(10));
        ending.heard(1, at(11));
        assert_eq!((ending.wakeup(), ending.over(at(11))), (Some(at(12)), None));
        assert_eq!(ending.over(at(12)), Some(End::Done));
    }

    #[test]
    fn waiting_for_answers_counts_from_the_last_message() {
        let limits = Limits { wait: Some(SECOND * 2), ..Limits::default() };
        let mut ending = Ending::new(limits, Sends::Ends, at(0));
        assert_eq!(ending.wakeup(), None);
        ending.all_sent(at(5));
        assert_eq!((ending.wakeup(), ending.over(at(6))), (Some(at(7)), None));
        assert_eq!(ending.over(at(7)), Some(End::NoAnswer));
        ending.heard(1, at(6));
        assert_eq!(ending.over(at(7)), Some(End::Done));
    }
}
