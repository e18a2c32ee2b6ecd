//! Everything that can happen, for whoever takes it: screen rows, JSON lines, recordings, statistics.
//!
//! The enum is exhaustive on purpose: adding an event makes every renderer fail to build until it says
//! what it does with it.

mod closed;
mod fault;
mod trouble;

use std::num::NonZeroU32;
use std::ops::Range;

pub use closed::{Closed, End, Pace, Totals};
pub use fault::Fault;
pub use trouble::{Break, Trouble, Warning};

use crate::batch::{Batch, Message};
use crate::connection::{Connection, Inside};
use crate::facts::{Direction, Peer, Stamp, Unit};

/// Number of a socket within one run, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u32);

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A socket is open and bound or connected.
    Opened(Opened<'a>),
    /// Messages went one way through one socket. Each has a number of its own in the run.
    Messages(Messages<'a>),
    /// One direction of a connection has ended in order; the other goes on by itself.
    Ended(Ended),
    /// How a connection stands, because somebody asked.
    State(State<'a>),
    /// Something a person should know about, with its number.
    Warning(Warning),
    /// A line that a person put between what happens.
    Mark(Mark<'a>),
    /// A socket is closed.
    Closed(Closed),
}

/// A socket is open.
#[derive(Debug)]
pub struct Opened<'a> {
    /// Which socket.
    pub socket: SocketId,
    /// When, by this program's clock.
    pub time: Stamp,
    /// What the socket is for.
    pub purpose: Purpose,
    /// The endpoint as it was asked for, canonical form.
    pub endpoint: &'a str,
    /// The address it is bound to.
    pub local: Option<Peer>,
    /// The address it sends to.
    pub remote: Option<Peer>,
    /// Options where the kernel gave something other than was asked for.
    pub granted: &'a [Granted],
    /// The listening socket that accepted it.
    pub parent: Option<SocketId>,
    /// The peer's number in this run, where peers are numbered.
    pub number: Option<NonZeroU32>,
    /// What a person calls it, where there are several.
    pub name: Option<&'a str>,
    /// What will be received and sent through it, or through those it accepts.
    pub unit: Unit,
    /// How the connection came about, for those that are one.
    pub connection: Option<&'a Connection>,
}

/// One direction of a connection has ended in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Which socket.
    pub socket: SocketId,
    /// When, by this program's clock.
    pub time: Stamp,
    /// The direction that has ended: received when the peer will send no more, sent when this side will not.
    pub direction: Direction,
    /// The other side.
    pub peer: Option<Peer>,
    /// The peer's number in this run, where peers are numbered.
    pub number: Option<NonZeroU32>,
}

/// How a connection stands at one moment.
#[derive(Debug)]
pub struct State<'a> {
    /// Which socket.
    pub socket: SocketId,
    /// When, by this program's clock.
    pub time: Stamp,
    /// The other side.
    pub peer: Option<Peer>,
    /// How it came about.
    pub connection: &'a Connection,
    /// What the kernel tells.
    pub inside: Inside,
    /// What went through so far.
    pub totals: Totals,
    /// Bytes that this program holds because the peer does not read.
    pub queued: u64,
}

/// A line that a person put between what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// When, by this program's clock.
    pub time: Stamp,
    /// What it says; may be empty.
    pub text: &'a str,
}

/// What a socket was opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To hear whoever sends.
    Listen,
    /// To send.
    Send,
    /// To answer every message with itself.
    Echo,
    /// To talk both ways with one peer.
    Talk,
    /// A peer that came to a listening socket.
    Accept,
    /// A command that was started for a peer, through a socket of its own.
    Run,
    /// To see the packets of an interface.
    Capture,
}

impl Purpose {
    /// The word for it in JSON lines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Listen => "listen",
            Self::Send => "send",
            Self::Echo => "echo",
            Self::Talk => "talk",
            Self::Accept => "accept",
            Self::Run => "run",
            Self::Capture => "capture",
        }
    }
}

/// An option for which the kernel gave something other than was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The option's name, as in an endpoint: `rcvbuf`.
    pub option: &'static str,
    /// What was asked for.
    pub asked: String,
    /// What the kernel says it gave.
    pub got: String,
    /// Why they differ, in a few words.
    pub why: &'static str,
}

/// Messages that went one way through one socket.
#[derive(Debug)]
pub struct Messages<'a> {
    /// Which socket.
    pub socket: SocketId,
    /// Which way.
    pub direction: Direction,
    /// What they are: datagrams, chunks, frames.
    pub unit: Unit,
    /// The batch they are in.
    pub batch: &'a Batch,
    /// Which messages of the batch.
    pub range: Range<usize>,
    /// The socket's own address and port. [`Facts::local`](crate::facts::Facts) has the address of the
    /// single message when the socket listens on all.
    pub local: Option<Peer>,
    /// Names of the interfaces that the facts speak of.
    pub interfaces: &'a Interfaces,
}

impl Messages<'_> {
    /// The messages in order.
    pub fn iter(&self) -> impl Iterator<Item = Message<'_>> {
        self.batch.range(self.range.clone())
    }
}

/// Interface names by the kernel's index.
#[derive(Debug, Clone, Default)]
pub struct Interfaces(pub Vec<(u32, String)>);

impl Interfaces {
    /// The name of an interface, where it is known.
    #[inline]
    pub fn name(&self, index: u32) -> Option<&str> {
        self.0.iter().find(|(i, _)| *i == index).map(|(_, name)| name.as_str())
    }
}
