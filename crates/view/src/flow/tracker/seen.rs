//! What a packet means in its conversation.

use std::time::Duration;

use crate::flow::Marks;

/// Which transport; each numbers its conversations from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
}

impl Transport {
    /// The word for it: `udp` or `tcp`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}

/// One of the two ends of a conversation.
///
/// The client is who sent the SYN, or whom a SYN with ACK was sent to; where neither was captured, and with UDP,
/// who sent the first packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Who opened it, as far as can be seen.
    Client,
    /// The other one.
    Server,
}

impl Side {
    /// The other side.
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// What a packet means in its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which transport.
    pub transport: Transport,
    /// The conversation's number among those of its transport, from 0, as Wireshark's `tcp.stream` and `udp.stream`.
    pub stream: u32,
    /// Whether it is the first packet of its conversation.
    pub first: bool,
    /// Who sent it.
    pub from: Side,
    /// What is known of a TCP segment besides.
    pub tcp: Option<SeenTcp>,
}

/// What a TCP segment means in its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeenTcp {
    /// Sequence number counted from the sender's SYN, which has 0; from 1 at its first segment where the SYN was not
    /// seen.
    pub seq: u32,
    /// Sequence number that follows: payload, SYN and FIN counted.
    pub next: u32,
    /// Acknowledgment number, counted in the same way; where there is one.
    pub ack: Option<u32>,
    /// Window in bytes, where it is known how it is scaled: of a SYN, and after both SYNs were seen.
    pub window: Option<u32>,
    /// Bytes sent and not yet acknowledged, this segment's included; of segments with payload only, and not after a
    /// hole, until the other side has acknowledged something.
    pub in_flight: Option<u32>,
    /// What is remarkable.
    pub marks: Marks,
    /// Of a duplicate acknowledgment, which one it is.
    pub duplicate: Option<Duplicate>,
    /// The segment whose end this one acknowledges.
    pub acks: Option<Earlier>,
    /// Of one sent again: the last one before that began with the same byte and was not acknowledged.
    pub again: Option<Earlier>,
    /// Its place in the three-way handshake (RFC 9293 section 3.5).
    pub step: Option<Step>,
    /// Whether it is the first FIN of its sender.
    pub fin: bool,
    /// Whether it resets the connection.
    pub rst: bool,
}

/// Which duplicate acknowledgment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// From 1.
    pub number: u32,
    /// Number of the packet that said the same first.
    pub of: u64,
}

/// An earlier segment, and how long ago it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Its packet's number.
    pub packet: u64,
    /// Time since; zero where the clock went back.
    pub after: Duration,
}

/// A step of the three-way handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The SYN.
    Syn,
    /// The answer, SYN with ACK.
    SynAck,
    /// The first ACK of that.
    Ack,
}
