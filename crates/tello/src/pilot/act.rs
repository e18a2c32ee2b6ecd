//! What a pilot does and tells.

use std::time::Duration;

use crate::reply::Reply;

/// A command that was given to a pilot, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub u64);

/// What a pilot does or tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Send this.
    Send {
        /// What it is sent for.
        id: Id,
        /// The payload of the datagram.
        line: String,
        /// How often it was sent before.
        again: u32,
    },
    /// A command is done with.
    Done {
        /// Which.
        id: Id,
        /// What it was.
        line: String,
        /// What came of it.
        verdict: Verdict,
        /// From when it was sent first.
        took: Duration,
        /// The pilot gave it by itself, to keep the drone in the air.
        own: bool,
    },
    /// Something came that is the answer to no command that waits.
    Stray(Reply, Stray),
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered as it should.
    Done(Reply),
    /// It was refused.
    Refused(Reply),
    /// It was sent, and is never answered.
    Sent,
    /// Of `land`: nobody can tell whose answer came, but the state says that its motors have stopped.
    Landed,
    /// It was never sent: `land`, `stop` or `emergency` came before.
    Dropped,
    /// No answer came in time.
    NoAnswer,
    /// This came, which may be its answer or that of another command.
    Unsure(Reply),
}

impl Verdict {
    /// Whether all went well, as far as anybody can tell.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Sent | Self::Landed)
    }
}

/// What an answer is that nobody waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stray {
    /// The answer to this command, which was given up.
    Late(String),
    /// The answer to this command once more.
    Again(String),
    /// The answer to one of these, nobody can tell which.
    Either(Vec<String>),
    /// A packet of the app's binary protocol.
    Binary,
    /// No text at all.
    Rubbish,
    /// Nobody asked for it.
    Unasked,
}
