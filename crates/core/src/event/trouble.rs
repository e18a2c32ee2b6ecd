//! What a person should know about.

use crate::event::{Fault, SocketId};
use crate::facts::{Peer, Stamp};

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
        /// Whether both counts are lower bounds: the kernel counts a whole train (`UDP_GRO`) as one.
        at_least: bool,
    },
    /// The kernel dropped captured packets since the last such warning, since the memory for them was full.
    CaptureDrop {
        /// How many since the last warning.
        count: u64,
        /// How many since the capture began.
        total: u64,
        /// That memory in bytes.
        buffer: Option<u64>,
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
        /// Nobody listens there (`ECONNREFUSED`).
        refused: bool,
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
            Self::CaptureDrop { .. } => "capture_drop",
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
