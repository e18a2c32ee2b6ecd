//! Which conversation a packet belongs to, and what it means there.

mod half;
mod look;
mod seen;
mod talk;
mod unacked;

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub use seen::{Duplicate, Earlier, Seen, SeenTcp, Side, Step, Transport};
pub use unacked::UNACKED;

use super::{Flags, Head, Segment, Tcp};
use talk::Talk;

/// Tells for every packet, given in order, which conversation it belongs to and what it means there.
///
/// A conversation takes a few hundred bytes, and 24 more for each segment that is not acknowledged, up to [`UNACKED`]
/// of each side. Segments beyond that are not remembered: nothing tells then what acknowledges them, and bytes
/// in flight do not count them; the numbers and all marks stay right.
#[derive(Debug, Clone, Default)]
pub struct Tracker {
    udp: HashMap<Key, Opened>,
    tcp: HashMap<Key, Box<Talk>>,
    /// Conversations of TCP so far; there are more than entries in the map where ports were used again.
    talks: u32,
}

/// The two ends, the smaller first, in few and short numbers: a hash is made for every packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    V4(u128),
    V6(u128, u128, u32),
}

/// Address and port; flow label and zone of an IPv6 address make no other conversation.
type End = (IpAddr, u16);

/// A conversation of UDP.
#[derive(Debug, Clone)]
struct Opened {
    number: u32,
    client: End,
}

impl Tracker {
    /// Takes the next packet.
    pub fn take(&mut self, segment: &Segment<'_>) -> Seen {
        let (source, destination) = (end(segment.source), end(segment.destination));
        let key = Key::of(source, destination);
        match &segment.head {
            Head::Udp => self.udp(key, source),
            Head::Tcp(tcp) => self.tcp(key, source, destination, segment, tcp),
        }
    }

    /// How many segments that were not acknowledged are remembered.
    pub fn held(&self) -> usize {
        self.tcp.values().map(|talk| talk.held()).sum()
    }

    fn udp(&mut self, key: Key, source: End) -> Seen {
        let number = self.udp.len() as u32;
        let opened = self.udp.entry(key).or_insert(Opened { number, client: source });
        Seen {
            transport: Transport::Udp,
            stream: opened.number,
            first: opened.number == number,
            from: side(opened.client, source),
            tcp: None,
        }
    }

    fn tcp(&mut self, key: Key, source: End, destination: End, segment: &Segment<'_>, tcp: &Tcp) -> Seen {
        let answers = tcp.flags.has(Flags::SYN.and(Flags::ACK));
        let client = if answers { destination } else { source };
        let number = self.talks;
        let mut first = false;
        let mut begin = |reused| {
            first = true;
            Box::new(Talk::new(number, client, reused))
        };
        let talk = self.tcp.entry(key).or_insert_with(|| begin(false));
        if talk.ended_by(side(talk.client, source), tcp) {
            *talk = begin(true);
        }
        self.talks += u32::from(first);
        let from = side(talk.client, source);
        let seen = talk.take(from, segment, tcp);
        Seen { transport: Transport::Tcp, stream: talk.number, first, from, tcp: Some(seen) }
    }
}

impl Key {
    #[inline]
    fn of((one, from): End, (other, to): End) -> Self {
        if let (IpAddr::V4(one), IpAddr::V4(other)) = (one, other) {
            let number = |ip: Ipv4Addr, port| u64::from(ip.to_bits()) << 16 | u64::from(port);
            let (one, other) = (number(one, from), number(other, to));
            return Self::V4(u128::from(one.min(other)) << 64 | u128::from(one.max(other)));
        }
        // No packet has addresses of both kinds.
        let number = |ip| match ip {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
            IpAddr::V6(ip) => ip.to_bits(),
        };
        let (one, other) = ((number(one), from), (number(other), to));
        let ((low, from), (high, to)) = (one.min(other), one.max(other));
        Self::V6(low, high, u32::from(from) << 16 | u32::from(to))
    }
}

impl Hash for Key {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::V4(ends) => state.write_u128(*ends),
            Self::V6(low, high, ports) => {
                state.write_u128(*low);
                state.write_u128(*high);
                state.write_u32(*ports);
            }
        }
    }
}

fn end(address: SocketAddr) -> End {
    (address.ip(), address.port())
}

fn side(client: End, source: End) -> Side {
    if source == client { Side::Client } else { Side::Server }
}
