//! Which conversation a packet belongs to, and what it means there.

mod half;
mod look;
mod seen;
mod talk;
mod unacked;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

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

/// The two ends, the smaller first, in one piece: a hash is made for every packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key([u8; 38]);

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
        let key = Key::of([source.min(destination), source.max(destination)]);
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
    fn of(ends: [End; 2]) -> Self {
        let mut key = [0; 38];
        for (half, (ip, port)) in key.chunks_exact_mut(19).zip(ends) {
            match ip {
                IpAddr::V4(ip) => half[..4].copy_from_slice(&ip.octets()),
                IpAddr::V6(ip) => half[..16].copy_from_slice(&ip.octets()),
            }
            half[16..18].copy_from_slice(&port.to_be_bytes());
            half[18] = ip.is_ipv6().into();
        }
        Self(key)
    }
}

fn end(address: SocketAddr) -> End {
    (address.ip(), address.port())
}

fn side(client: End, source: End) -> Side {
    if source == client { Side::Client } else { Side::Server }
}
