//! A recorded conversation held again: what to send when, and whether the answers are those that were recorded.
//!
//! Whoever has the recording feeds a [`Player`] with its [`Entry`]s, one at a time and only as it asks for them, so
//! that none is held in whole; whoever has the socket carries out its [`Act`]s and tells what happened. It is given the
//! time, so that a recording of an hour is tested in no time.
//!
//! ```
//! use sockscope_core::facts::Stamp;
//! use sockscope_core::moment::Moment;
//! use sockscope_core::replay::{Act, Entry, Pace, Player, Recorded, Ways, What};
//!
//! let second = 1_000_000_000;
//! let mut player = Player::new(Ways { pace: Pace::default(), ..Ways::default() });
//! player.opened(Moment(0));
//! for (packet, bytes) in [(1, "one"), (2, "two")] {
//!     let time = Some(Stamp(packet * second));
//!     player.feed(Entry::Recorded(Recorded { packet, time, what: What::Message(bytes.into()) }));
//!     assert!(matches!(player.next(Moment((packet - 1) * second)), Some(Act::Send { .. })));
//!     player.gone(Moment((packet - 1) * second));
//! }
//! ```

mod answers;
mod difference;
mod pace;
mod player;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use difference::{Difference, Spot};
pub use pace::{Pace, Timing};
pub use player::Player;

use crate::facts::Stamp;

/// What a player is fed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The next thing in the recording.
    Recorded(Recorded),
    /// The recording begins anew.
    Again,
    /// There is nothing more.
    End,
}

/// Something in a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The number of its packet, from 1.
    pub packet: u64,
    /// When it was recorded; where that is not known, it comes right behind what was before it.
    pub time: Option<Stamp>,
    /// What it is.
    pub what: What,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A message of the side whose part is played.
    Message(Vec<u8>),
    /// What the other side said.
    Answer(Vec<u8>),
    /// That side ended its sending.
    End,
}

/// How it is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways {
    /// When to send.
    pub pace: Pace,
    /// The answers that were recorded are expected, no more than this later than they were recorded.
    pub expect: Option<Duration>,
    /// Both what was recorded and what comes has bounds of its own, so that answers are compared one by one; else as
    /// bytes in order, however they are cut.
    pub bounded: bool,
    /// Where nothing is expected: wait so long for answers behind the last message; none is a failure.
    pub wait: Option<Duration>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Send this message, and tell when it has gone.
    Send {
        /// Its number among those that are sent in one round, from 1.
        number: u64,
        /// What was recorded.
        bytes: Vec<u8>,
    },
    /// Say that nothing more will be sent, where that can be said.
    End,
    /// It is over.
    Finish(Verdict),
}

/// How it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All was sent, and the answers were as recorded where they were expected.
    Done,
    /// An answer was not as recorded.
    Unmet(Box<Difference>),
    /// An answer was waited for, and none came.
    NoAnswer,
    /// Not all could be sent, or not all of it got through.
    Failed,
}

/// What was done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Messages that went.
    pub sent: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Messages that could not be sent.
    pub unsent: u64,
    /// From the first to the last message.
    pub took: Duration,
    /// How much later than planned a message was sent, at most.
    pub late: Duration,
    /// Pauses that were shortened.
    pub shortened: u64,
    /// Answers that came as they were recorded.
    pub met: u64,
}
