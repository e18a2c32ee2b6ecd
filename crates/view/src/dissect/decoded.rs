//! What a walk through a packet finds.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, SocketAddr};

use sockscope_core::facts::Stamp;

use super::layer::{Kind, Layer};
use super::link::Link;
use super::stop::Stop;
use crate::flow::{Head, Segment};

/// More layers than this have no sense; a walk that meets more stops and says so.
pub(super) const MOST: usize = 24;

/// A packet taken apart, without anything copied or allocated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'a> {
    /// The link it was recorded on; [`Link::Raw`] where it never was on one of its own.
    pub link: Link,
    /// All that was recorded of it.
    pub bytes: &'a [u8],
    /// Its length on the wire in bytes.
    pub wire_len: u32,
    /// Who sent it, as the header of IP says; the last one where there are several.
    pub source: Option<IpAddr>,
    /// To whom.
    pub destination: Option<IpAddr>,
    /// Where its route ends, if a source route has it at another place first.
    pub bound_for: Option<IpAddr>,
    /// The number of what IP carries, behind all extension headers: 6 is TCP, 17 is UDP.
    pub protocol: Option<u8>,
    /// Which part of a datagram it is, if it is not whole.
    pub fragment: Option<Fragment>,
    /// Source and destination port of UDP and TCP.
    pub ports: Option<(u16, u16)>,
    /// What the header of UDP or TCP says, where that could be read. Options that were cut are absent.
    pub head: Option<Head>,
    /// Where the payload begins.
    pub payload_at: u32,
    /// What the last header carries, as far as it was recorded; padding of the frame is no part of it.
    pub payload: &'a [u8],
    /// Length of the payload on the wire in bytes.
    pub payload_len: u32,
    /// Why it could not be followed to its end, if so.
    pub stop: Option<Stop>,
    pub(super) all: [Layer; MOST],
    pub(super) count: usize,
}

/// Which part of a datagram of IP a packet has. Of the first one the header of the transport is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// What all fragments of one datagram have in common: 16 bits of IPv4, 32 bits of IPv6.
    pub id: u32,
    /// Where in the datagram its bytes belong.
    pub offset: u32,
    /// Whether others come after it.
    pub more: bool,
    /// What the datagram carries.
    pub protocol: u8,
    /// Where its bytes begin in the packet.
    pub at: u32,
    /// How many they are on the wire.
    pub len: u32,
}

impl<'a> Decoded<'a> {
    /// Nothing found yet in a packet that is at least as long on the wire as what was recorded of it.
    pub(super) fn new(link: Link, bytes: &'a [u8], wire_len: u32) -> Self {
        Self {
            link,
            bytes,
            wire_len: wire_len.max(bytes.len() as u32),
            source: None,
            destination: None,
            bound_for: None,
            protocol: None,
            fragment: None,
            ports: None,
            head: None,
            payload_at: bytes.len() as u32,
            payload: &[],
            payload_len: 0,
            stop: None,
            all: [Layer::default(); MOST],
            count: 0,
        }
    }

    /// Its layers from the outside in.
    #[inline]
    pub fn layers(&self) -> &[Layer] {
        &self.all[..self.count]
    }

    /// The last layer that was read, [`Kind::Trailer`] aside.
    pub fn top(&self) -> Option<&Layer> {
        self.layers().iter().rev().find(|layer| layer.kind != Kind::Trailer)
    }

    /// The first layer of a kind.
    pub fn layer(&self, kind: Kind) -> Option<&Layer> {
        self.layers().iter().find(|layer| layer.kind == kind)
    }

    /// As a packet of a conversation, with its number in the recording and its time; `None` of what is no whole
    /// datagram of UDP or segment of TCP.
    pub fn segment(&self, number: u64, time: Stamp) -> Option<Segment<'a>> {
        if self.fragment.is_some() {
            return None;
        }
        let (from, to) = self.ports?;
        Some(Segment {
            number,
            time,
            source: SocketAddr::new(self.source?, from),
            destination: SocketAddr::new(self.destination?, to),
            head: self.head?,
            payload: self.payload,
            len: self.payload_len,
        })
    }

    /// Who sent it, by the innermost address that is known.
    pub fn from(&self) -> Place {
        self.source.map_or_else(|| self.station(6, 6), Place::Ip)
    }

    /// Who should get it, by the innermost address that is known.
    pub fn to(&self) -> Place {
        self.destination.map_or_else(|| self.station(0, usize::MAX), Place::Ip)
    }

    /// The address that Ethernet has at `ethernet` of its header, the cooked capture at `sll`.
    fn station(&self, ethernet: usize, sll: usize) -> Place {
        let place = self.layers().first().and_then(|layer| {
            let at = match layer.kind {
                Kind::Ethernet => ethernet,
                Kind::LinuxSll if super::bytes::be16(self.bytes, layer.at as usize + 4) == Some(6) => sll,
                Kind::LinuxSll2 if self.bytes.get(layer.at as usize + 11) == Some(&6) => {
                    sll.checked_add(6)?
                }
                _ => return None,
            };
            self.bytes.get(layer.range())?.get(at..)?.first_chunk::<6>()
        });
        place.map_or(Place::Unknown, |mac| Place::Station(*mac))
    }
}

/// One end of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// An address of IP.
    Ip(IpAddr),
    /// An address of a link, of six bytes.
    Station([u8; 6]),
    /// The packet does not say; shown as nothing.
    Unknown,
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Station([a, b, c, d, e, g]) => write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}"),
            Self::Unknown => Ok(()),
        }
    }
}
