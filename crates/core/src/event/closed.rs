//! The last word on a socket.

use std::time::Duration;

use crate::connection::Inside;
use crate::event::{Break, SocketId};
use crate::facts::Stamp;

/// A socket is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Which socket.
    pub socket: SocketId,
    /// When, by this program's clock.
    pub time: Stamp,
    /// Why.
    pub why: End,
    /// What went through it.
    pub totals: Totals,
    /// Asked and measured interval, where messages were sent on a schedule.
    pub pace: Option<Pace>,
    /// How the connection stood at its end.
    pub inside: Inside,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As many messages as were asked for.
    Count,
    /// Nothing happened for as long as was asked for.
    Idle,
    /// The time asked for is over.
    TimeUp,
    /// All was sent (and, with answers wanted, the wait is over or they came).
    Done,
    /// Answers were wanted and none came.
    NoAnswer,
    /// Nothing of what was sent got through, or a message could not be sent.
    Failed,
    /// Ctrl-C or a termination signal.
    Stopped,
    /// Both directions of the connection ended in order.
    Ended,
    /// Somebody asked for it: a word of the console, a line of a script.
    Asked,
    /// The connection ended out of order.
    Broken(Break),
    /// It was never open.
    NotOpened,
    /// The peer was turned away.
    TurnedAway,
    /// The peer did nothing for too long.
    IdlePeer,
    /// An expectation was not met.
    Unmet,
}

impl End {
    /// The word for it in JSON lines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Idle => "idle",
            Self::TimeUp => "time_up",
            Self::Done => "done",
            Self::NoAnswer => "no_answer",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Ended => "ended",
            Self::Asked => "asked",
            Self::Broken(how) => how.code(),
            Self::NotOpened => "not_opened",
            Self::TurnedAway => "turned_away",
            Self::IdlePeer => "idle_peer",
            Self::Unmet => "unmet",
        }
    }
}

/// What went through a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Messages received.
    pub rx_messages: u64,
    /// Payload bytes received.
    pub rx_bytes: u64,
    /// Messages sent.
    pub tx_messages: u64,
    /// Payload bytes sent.
    pub tx_bytes: u64,
    /// Received messages that were cut to fit the buffer.
    pub cut: u64,
    /// Datagrams that the kernel dropped before they could be received.
    pub dropped: u64,
    /// Whether `dropped` is only a lower bound: the kernel counts a whole train (`UDP_GRO`) as one.
    pub dropped_at_least: bool,
    /// Messages, received or sent, that went in trains and share their times (`UDP_GRO`, `UDP_SEGMENT`).
    pub in_trains: u64,
    /// Messages left out because they came from another peer than the one asked for.
    pub ignored: u64,
    /// ICMP errors that came back.
    pub faults: u64,
    /// Messages that could not be sent.
    pub not_sent: u64,
    /// Frames that were not as they should be.
    pub flawed: u64,
    /// Peers that came.
    pub peers: u64,
}

impl Totals {
    /// Adds what went through another socket.
    pub fn add(&mut self, other: &Self) {
        self.rx_messages += other.rx_messages;
        self.rx_bytes += other.rx_bytes;
        self.tx_messages += other.tx_messages;
        self.tx_bytes += other.tx_bytes;
        self.cut += other.cut;
        self.dropped += other.dropped;
        self.dropped_at_least |= other.dropped_at_least;
        self.in_trains += other.in_trains;
        self.ignored += other.ignored;
        self.faults += other.faults;
        self.not_sent += other.not_sent;
        self.flawed += other.flawed;
        self.peers += other.peers;
    }
}

/// Asked and measured time between messages sent on a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The interval asked for.
    pub asked: Duration,
    /// The shortest measured.
    pub min: Duration,
    /// The mean.
    pub mean: Duration,
    /// The longest measured.
    pub max: Duration,
    /// Turns that were skipped because their time had passed.
    pub missed: u64,
}
