//! Everything that can happen, for whoever takes it: screen rows, JSON lines, recordings, statistics.
//!
//! The enum is exhaustive on purpose: adding an event makes every renderer fail to build until it says
//! what it does with it.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::Range;
use std::time::Duration;

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

/// Something a person should know about, at a time, on a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which socket.
    pub socket: SocketId,
    /// When it was noticed, by this program's clock.
    pub time: Stamp,
    /// What happened.
    pub what: Trouble,
}

/// What a warning is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The kernel dropped received datagrams since the last such warning, most often because the receive
    /// buffer was full.
    KernelDrop {
        /// How many since the last warning.
        count: u64,
        /// How many since the socket was opened.
        total: u64,
        /// The receive buffer in bytes as the kernel accounts it.
        rcvbuf: Option<u64>,
    },
    /// An ICMP error came back for something that was sent.
    Fault {
        /// Where the message had been sent.
        peer: Option<Peer>,
        /// What the error says.
        fault: Fault,
        /// Who reported it, when that is not the peer.
        reporter: Option<Peer>,
    },
    /// A message could not be sent.
    NotSent {
        /// Where it should have gone.
        peer: Option<Peer>,
        /// Its length in bytes.
        len: u64,
        /// Why not, in words.
        why: String,
    },
    /// Characters that the charset lacks were skipped or replaced in what was sent.
    Unmappable {
        /// How many.
        count: u64,
        /// The charset.
        charset: &'static str,
    },
    /// One address of a name did not work out, and the next one is tried.
    NextAddress {
        /// The address that failed.
        failed: Peer,
        /// Why.
        why: String,
        /// The address tried now.
        next: Peer,
    },
    /// All addresses of both families were asked for, but this machine has no IPv6.
    NoIpv6,
    /// A connection ended out of order.
    Broken {
        /// The other side.
        peer: Option<Peer>,
        /// How.
        how: Break,
        /// More words, such as what a TLS peer complained of; may be empty.
        why: String,
        /// Bytes that had been taken for sending and were not sent.
        unsent: u64,
    },
    /// A connection could not be opened, or its handshake failed.
    NotOpened {
        /// Where to, or with whom.
        what: String,
        /// Why not, with what would help.
        why: String,
    },
    /// A peer was turned away.
    TurnedAway {
        /// Who.
        peer: Option<Peer>,
        /// Why, in words.
        why: String,
    },
    /// No file descriptors are left: who comes now waits until one is free.
    NoDescriptors {
        /// How many sockets are open here.
        open: u64,
    },
    /// A peer does not read: what it missed.
    Missed {
        /// Who.
        peer: Option<Peer>,
        /// Messages left out since the last such warning.
        messages: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// A connection was closed before the peer had acknowledged all, so that whether it got them is not known.
    Unacknowledged {
        /// The other side.
        peer: Option<Peer>,
        /// How many bytes.
        bytes: u64,
    },
    /// A connection was closed with bytes in it that nobody read, which resets it (RFC 9293 section 3.10.4).
    Unread {
        /// The other side.
        peer: Option<Peer>,
        /// How many bytes.
        bytes: u64,
    },
}

/// How a connection ended out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Break {
    /// The peer reset it (`ECONNRESET`).
    Reset,
    /// The peer no longer reads, and this side wrote (`EPIPE`).
    BrokenPipe,
    /// Nothing came back for too long (`ETIMEDOUT`).
    TimedOut,
    /// No way to the host any more (`EHOSTUNREACH`, `ENETUNREACH`).
    Unreachable,
    /// What came does not follow the protocol above it: TLS, WebSocket.
    Protocol,
    /// Anything else.
    Other,
}

impl Break {
    /// The word for it in JSON lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::BrokenPipe => "broken_pipe",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Protocol => "protocol",
            Self::Other => "broken",
        }
    }
}

impl Trouble {
    /// The word for it in JSON lines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KernelDrop { .. } => "kernel_drop",
            Self::Fault { fault, .. } => fault.code(),
            Self::NotSent { .. } => "not_sent",
            Self::Unmappable { .. } => "unmappable",
            Self::NextAddress { .. } => "next_address",
            Self::NoIpv6 => "no_ipv6",
            Self::Broken { how, .. } => how.code(),
            Self::NotOpened { .. } => "not_opened",
            Self::TurnedAway { .. } => "turned_away",
            Self::NoDescriptors { .. } => "no_descriptors",
            Self::Missed { .. } => "missed",
            Self::Unacknowledged { .. } => "unacknowledged",
            Self::Unread { .. } => "unread",
        }
    }
}

/// What an ICMP error says (RFC 792, RFC 1191, RFC 4443).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens on that port (ICMP type 3 code 3, ICMPv6 type 1 code 4).
    Refused,
    /// No way to the host (ICMP type 3 code 1, ICMPv6 type 1 code 3).
    HostUnreachable,
    /// No way to the network (ICMP type 3 code 0, ICMPv6 type 1 code 0).
    NetUnreachable,
    /// A router or host forbids it (ICMP type 3 codes 9, 10, 13, ICMPv6 type 1 code 1).
    Prohibited,
    /// Too long for the path (ICMP type 3 code 4, ICMPv6 type 2).
    TooLong {
        /// Largest packet the path takes, in bytes with headers.
        mtu: u32,
    },
    /// Time to live or hop limit ran out on the way (ICMP type 11, ICMPv6 type 3).
    TimeExceeded,
    /// Anything else.
    Other {
        /// ICMP type.
        kind: u8,
        /// ICMP code.
        code: u8,
    },
}

impl Fault {
    /// The word for it in JSON lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::HostUnreachable => "host_unreachable",
            Self::NetUnreachable => "net_unreachable",
            Self::Prohibited => "prohibited",
            Self::TooLong { .. } => "too_long",
            Self::TimeExceeded => "time_exceeded",
            Self::Other { .. } => "icmp",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("refused: nobody listens on that port (ICMP port unreachable)"),
            Self::HostUnreachable => f.write_str("host unreachable (ICMP)"),
            Self::NetUnreachable => f.write_str("network unreachable (ICMP)"),
            Self::Prohibited => f.write_str("forbidden on the way (ICMP administratively prohibited)"),
            Self::TooLong { mtu } => write!(f, "too long for the path: its MTU is {mtu} bytes (ICMP)"),
            Self::TimeExceeded => f.write_str("time to live ran out on the way (ICMP time exceeded)"),
            Self::Other { kind, code } => write!(f, "ICMP error type {kind} code {code}"),
        }
    }
}

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
