//! One packet of a conversation, as whoever follows conversations takes it: link and network layers are off,
//! fragments are put together.

use std::net::SocketAddr;

use sockscope_core::facts::Stamp;

/// What one packet of UDP or TCP says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// The packet's number in its recording, from 1. Of a datagram made of fragments: that of the last one.
    pub number: u64,
    /// When.
    pub time: Stamp,
    /// Who sent it.
    pub source: SocketAddr,
    /// To whom.
    pub destination: SocketAddr,
    /// What its header says.
    pub head: Head,
    /// The payload, as far as it was recorded.
    pub payload: &'a [u8],
    /// Length of the payload on the wire in bytes.
    pub len: u32,
}

/// What the header of the transport says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// UDP (RFC 768).
    Udp,
    /// TCP (RFC 9293).
    Tcp(Tcp),
}

/// What a TCP header says (RFC 9293 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tcp {
    /// Sequence number of the first byte, or of the SYN.
    pub seq: u32,
    /// Acknowledgment number, where the ACK flag is set.
    pub ack: Option<u32>,
    /// The flags.
    pub flags: Flags,
    /// Window as it stands in the header, not scaled.
    pub window: u16,
    /// Largest segment (option 2, RFC 9293 section 3.2).
    pub mss: Option<u16>,
    /// Shift of the window (option 3, RFC 7323 section 2).
    pub scale: Option<u8>,
    /// Selective acknowledgment may be used (option 4, RFC 2018 section 2).
    pub sack_permitted: bool,
    /// Blocks received beyond the acknowledgment (option 5, RFC 2018 section 3); those not there are absent.
    pub sack: [Option<(u32, u32)>; 4],
    /// Time stamp and its echo (option 8, RFC 7323 section 3).
    pub timestamps: Option<(u32, u32)>,
}

/// Flags of a TCP header, as the 12 bits that they are (RFC 9293 section 3.1, RFC 3168 section 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub u16);

impl Flags {
    /// No more data from the sender.
    pub const FIN: Self = Self(0x01);
    /// Sequence numbers begin here.
    pub const SYN: Self = Self(0x02);
    /// The connection is reset.
    pub const RST: Self = Self(0x04);
    /// What is held back should be handed over.
    pub const PSH: Self = Self(0x08);
    /// The acknowledgment number counts.
    pub const ACK: Self = Self(0x10);
    /// The urgent pointer counts.
    pub const URG: Self = Self(0x20);
    /// Congestion was met on the way (RFC 3168 section 6.1.2).
    pub const ECE: Self = Self(0x40);
    /// The congestion window was reduced (RFC 3168 section 6.1.2).
    pub const CWR: Self = Self(0x80);

    /// Whether all of `other` are set.
    #[inline]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[inline]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
