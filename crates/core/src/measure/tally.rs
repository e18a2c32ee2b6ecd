//! What became of each message that wants an answer.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::facts::Stamp;

/// When a message was due, and when it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// When it should have left.
    pub due: Stamp,
    /// When it left.
    pub at: Stamp,
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The first one to this message.
    First(Sent),
    /// One more to a message that was answered before.
    Again,
    /// To a message that was never sent.
    Foreign,
}

/// Counts of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Messages sent.
    pub sent: u64,
    /// Messages with an answer.
    pub answered: u64,
    /// Of those, with an answer later than the wait after they were sent.
    pub late: u64,
    /// Of those, with an answer behind that to a later message.
    pub reordered: u64,
    /// Answers beyond the first.
    pub duplicates: u64,
    /// What came and answers nothing that was sent.
    pub foreign: u64,
}

impl Counts {
    /// Messages without an answer so far.
    pub fn unanswered(&self) -> u64 {
        self.sent - self.answered
    }
}

/// Knows which messages have no answer yet. Its memory grows with these, not with all that were sent.
#[derive(Debug)]
pub struct Tally {
    wait: Duration,
    /// Number of the first message in `window`.
    base: u64,
    /// Messages from `base` on; `None` once answered.
    window: VecDeque<Option<Sent>>,
    /// Messages before `base` that have no answer: lost, or late.
    overdue: BTreeMap<u64, Sent>,
    /// The highest number that was answered.
    highest: Option<u64>,
    counts: Counts,
}

impl Tally {
    /// Nothing sent yet. An answer that takes longer than `wait` is late.
    pub fn new(wait: Duration) -> Self {
        Self {
            wait,
            base: 0,
            window: VecDeque::new(),
            overdue: BTreeMap::new(),
            highest: None,
            counts: Counts::default(),
        }
    }

    /// The next message has left; their numbers count from 0.
    pub fn sent(&mut self, sent: Sent) {
        self.counts.sent += 1;
        self.window.push_back(Some(sent));
        while let Some(first) = self.window.front() {
            match first {
                Some(one) if sent.at.0.saturating_sub(one.at.0) <= nanos(self.wait) => break,
                Some(one) => drop(self.overdue.insert(self.base, *one)),
                None => {}
            }
            self.window.pop_front();
            self.base += 1;
        }
    }

    /// The answer to message `sequence` came `at` this time.
    pub fn answered(&mut self, sequence: u64, at: Stamp) -> Answer {
        if sequence >= self.counts.sent {
            self.counts.foreign += 1;
            return Answer::Foreign;
        }
        let open = match sequence.checked_sub(self.base) {
            Some(index) => usize::try_from(index).ok().and_then(|index| self.window[index].take()),
            None => self.overdue.remove(&sequence),
        };
        let Some(sent) = open else {
            self.counts.duplicates += 1;
            return Answer::Again;
        };
        self.counts.answered += 1;
        self.counts.late += u64::from(at.0.saturating_sub(sent.at.0) > nanos(self.wait));
        self.counts.reordered += u64::from(self.highest.is_some_and(|highest| sequence < highest));
        self.highest = self.highest.max(Some(sequence));
        Answer::First(sent)
    }

    /// Something came that is no answer of this flow.
    pub fn foreign(&mut self) {
        self.counts.foreign += 1;
    }

    /// The counts so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WAIT: Duration = Duration::from_nanos(10);

    fn sent(at: u64) -> Sent {
        Sent { due: Stamp(at), at: Stamp(at) }
    }

    #[test]
    fn a_late_answer_is_an_answer_and_no_duplicate() {
        let mut tally = Tally::new(WAIT);
        for at in [0, 50, 100] {
            tally.sent(sent(at));
        }
        assert_eq!(tally.answered(0, Stamp(110)), Answer::First(sent(0)));
        assert_eq!(tally.answered(0, Stamp(110)), Answer::Again);
        assert_eq!(tally.answered(2, Stamp(110)), Answer::First(sent(100)));
        assert_eq!(tally.answered(3, Stamp(110)), Answer::Foreign);
        let counts = tally.counts();
        assert_eq!((counts.late, counts.duplicates, counts.foreign, counts.reordered), (1, 1, 1, 0));
        assert_eq!(counts.unanswered(), 1);
    }

    #[test]
    fn an_answer_behind_that_to_a_later_message_is_out_of_order() {
        let mut tally = Tally::new(WAIT);
        for at in 0..3 {
            tally.sent(sent(at));
        }
        for sequence in [1, 0, 2] {
            tally.answered(sequence, Stamp(5));
        }
        assert_eq!(tally.counts().reordered, 1);
    }

    proptest! {
        #[test]
        fn each_answer_is_counted_once_as_a_plain_list_counts_it(
            steps in proptest::collection::vec((0_u64..40, any::<bool>()), 0..200),
        ) {
            let (mut tally, mut open, mut at) = (Tally::new(WAIT), Vec::new(), 0);
            let (mut answered, mut again, mut foreign) = (0, 0, 0);
            for (number, sends) in steps {
                at += 1;
                if sends {
                    open.push(true);
                    tally.sent(sent(at));
                } else {
                    tally.answered(number, Stamp(at));
                    match usize::try_from(number).ok().and_then(|number| open.get_mut(number)) {
                        Some(open) if *open => {
                            *open = false;
                            answered += 1;
                        }
                        Some(_) => again += 1,
                        None => foreign += 1,
                    }
                }
            }
            let counts = tally.counts();
            prop_assert_eq!((counts.answered, counts.duplicates, counts.foreign), (answered, again, foreign));
            prop_assert_eq!(counts.sent, open.len() as u64);
        }
    }
}
