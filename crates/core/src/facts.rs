//! What the kernel said about a message. Each fact is optional: unknown is never zero.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use crate::connection::Credentials;
use crate::framing::Frame;
pub use crate::unix_name::UnixName;

/// A point in time by the wall clock: nanoseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub u64);

/// Whose clock a time was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clock {
    /// The kernel's, when the packet arrived (`SO_TIMESTAMPNS`, socket(7)).
    Kernel,
    /// This program's, when it saw the message.
    User,
}

impl Clock {
    /// The word for it in JSON lines: `kernel` or `user`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::User => "user",
        }
    }
}

/// The other side of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Peer {
    /// An address and port of IPv4 or IPv6. IPv4 is never written as a mapped IPv6 address.
    Inet(SocketAddr),
    /// A Unix-domain socket.
    Unix(UnixName),
}

impl Peer {
    /// The address and port, where the peer has them.
    pub fn inet(self) -> Option<SocketAddr> {
        match self {
            Self::Inet(address) => Some(address),
            Self::Unix(_) => None,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(address) => address.fmt(f),
            Self::Unix(name) => name.fmt(f),
        }
    }
}

/// What bytes were received or sent as. A stream has no messages: what one read gave is a chunk, what a
/// framing cut out of it a frame, and neither is ever called the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A packet with bounds of its own (UDP, Unix-domain datagrams).
    Datagram,
    /// What one read of a stream gave, or what was written to it at once.
    Chunk,
    /// What a framing cut out of a stream, or made for it.
    Frame,
    /// A packet with bounds on a connection (`SOCK_SEQPACKET`, unix(7)).
    Packet,
    /// What a protocol above the stream calls a message (WebSocket, RFC 6455).
    Message,
    /// A packet as it was on a link, with all its headers (packet(7)). The number is that of the link type, as
    /// tcpdump.org keeps them.
    Wire(u16),
}

impl Unit {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Datagram => "datagram",
            Self::Chunk => "chunk",
            Self::Frame => "frame",
            Self::Packet | Self::Wire(_) => "packet",
            Self::Message => "message",
        }
    }

    /// Whether the kernel drops some where it has no room for them.
    pub fn is_droppable(self) -> bool {
        matches!(self, Self::Datagram | Self::Wire(_))
    }

    /// Whether its bounds mean something to both sides, rather than being where a read happened to end.
    pub fn is_bounded(self) -> bool {
        self != Self::Chunk
    }
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Received.
    Rx,
    /// Sent.
    Tx,
}

impl Direction {
    /// The word for it in JSON lines: `rx` or `tx`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rx => "rx",
            Self::Tx => "tx",
        }
    }
}

/// Everything known about one message besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Facts {
    /// When the packet arrived or the message was handed to the kernel, and by whose clock.
    pub time: Option<(Stamp, Clock)>,
    /// Who sent it, or whom it was sent to.
    pub peer: Option<Peer>,
    /// Received: the address the packet was sent to (`IP_PKTINFO`, ip(7); `IPV6_RECVPKTINFO`, RFC 3542
    /// section 6.1). Sent: the address it left from. Linux.
    pub local: Option<IpAddr>,
    /// The interface it came in by or left by (the same control messages). Linux.
    pub interface: Option<NonZeroU32>,
    /// Time to live or hop limit of the received packet (`IP_RECVTTL`, ip(7); RFC 3542 section 6.3). Linux.
    pub ttl: Option<u8>,
    /// Type of service or traffic class of the received packet, 8 bits with the two ECN bits
    /// (`IP_RECVTOS`, ip(7); RFC 3542 section 6.5). Linux.
    pub tclass: Option<u8>,
    /// Length on the wire in bytes when the message was cut to fit the buffer (`MSG_TRUNC`, recv(2)).
    pub cut_from: Option<u32>,
    /// The socket's count of datagrams dropped for want of room, as of this message (`SO_RXQ_OVFL`,
    /// socket(7)). Absent until the kernel has dropped one. Linux.
    pub drops: Option<u32>,
    /// How many messages came, or left, as one train with it (`UDP_GRO`, `UDP_SEGMENT`, udp(7)): they share one time, and
    /// received ones all other facts as well. Absent where it went alone. Linux.
    pub train: Option<NonZeroU16>,
    /// The process that sent it, on a Unix-domain socket (`SCM_CREDENTIALS`, unix(7)). Linux.
    pub credentials: Option<Credentials>,
    /// The peer's number in this run, where peers are numbered.
    pub number: Option<NonZeroU32>,
    /// Time since the message that this one answers was sent.
    pub answer_after: Option<Duration>,
    /// What the framing found out about it: only for a frame that was cut out of a stream.
    pub frame: Option<Frame>,
    /// Whether a captured packet has left this machine, rather than come to it or passed by (`sll_pkttype`,
    /// packet(7)). Linux.
    pub outgoing: Option<bool>,
    /// Whether a WebSocket message is text rather than binary (RFC 6455 section 5.6). To be sent: `None` lets
    /// what it holds decide.
    pub text: Option<bool>,
}

impl Facts {
    /// The facts of an answer to the message with these facts: to its peer, from the address and by the
    /// interface it came to, and in its kind.
    #[inline]
    pub fn answered(&self) -> Self {
        Self {
            peer: self.peer,
            local: self.local,
            interface: self.interface,
            number: self.number,
            text: self.text,
            ..Self::default()
        }
    }
}
