//! Which packets of one recording carry what another one tells: the messages of a session, and a capture that ran
//! beside it.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;

use crate::flow::{Seen, Segment, Transport};

/// Where payload of one recording lies in its conversations.
///
/// Of TCP these are the places in the streams, which both recordings count from the SYN; of UDP the bytes, the first
/// of several equal ones being the first in the other recording too. A packet with payload takes some 40 bytes.
#[derive(Debug, Clone, Default)]
pub struct Ties {
    streams: HashMap<Way, Stream>,
    /// By what stands for the bytes of a datagram: the packets that have not been asked for yet.
    datagrams: HashMap<(Way, u64), VecDeque<u64>>,
}

/// A direction of a conversation.
type Way = (Transport, SocketAddr, SocketAddr);

/// Segments of a stream.
#[derive(Debug, Clone, Default)]
struct Stream {
    parts: Vec<Part>,
    /// They are in the order of their first bytes.
    sorted: bool,
    /// Bytes of the longest.
    longest: u64,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    packet: u64,
    /// Its bytes in the stream.
    start: u64,
    end: u64,
}

impl Ties {
    /// Takes a packet of the recording that is tied to.
    pub fn take(&mut self, segment: &Segment<'_>, seen: &Seen) {
        let way = way(segment, seen);
        if segment.len == 0 {
        } else if seen.transport == Transport::Tcp {
            self.streams.entry(way).or_default().push(part(segment, seen));
        } else {
            self.datagrams.entry((way, hash(segment))).or_default().push_back(segment.number);
        }
    }

    /// The packets that carry the payload of one of the other recording, whose packets are asked for in order. None
    /// where it has none, or nothing of it was there.
    pub fn of(&mut self, segment: &Segment<'_>, seen: &Seen) -> Vec<u64> {
        let way = way(segment, seen);
        if segment.len == 0 {
            return Vec::new();
        }
        if seen.transport == Transport::Tcp {
            let wanted = part(segment, seen);
            return self.streams.get_mut(&way).map_or_else(Vec::new, |stream| stream.sharing(wanted));
        }
        let same = self.datagrams.get_mut(&(way, hash(segment)));
        same.and_then(VecDeque::pop_front).into_iter().collect()
    }
}

impl Stream {
    fn push(&mut self, part: Part) {
        self.sorted = self.parts.is_empty()
            || self.sorted && self.parts.last().is_some_and(|last| last.start <= part.start);
        self.longest = self.longest.max(part.end - part.start);
        self.parts.push(part);
    }

    /// The packets that have bytes of this part, in their order.
    fn sharing(&mut self, wanted: Part) -> Vec<u64> {
        if !self.sorted {
            self.parts.sort_by_key(|part| part.start);
            self.sorted = true;
        }
        let first = self.parts.partition_point(|part| part.start + self.longest <= wanted.start);
        let near = self.parts[first..].iter().take_while(|part| part.start < wanted.end);
        let mut packets: Vec<_> =
            near.filter(|part| wanted.start < part.end).map(|part| part.packet).collect();
        packets.sort_unstable();
        packets
    }
}

fn way(segment: &Segment<'_>, seen: &Seen) -> Way {
    (seen.transport, segment.source, segment.destination)
}

fn part(segment: &Segment<'_>, seen: &Seen) -> Part {
    let start = seen.tcp.map_or(0, |tcp| tcp.seq.into());
    Part { packet: segment.number, start, end: start + u64::from(segment.len) }
}

/// What stands for the bytes of a datagram.
fn hash(segment: &Segment<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (segment.len, segment.payload).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use sockscope_core::facts::Stamp;

    use super::*;
    use crate::flow::{Flags, Head, Tcp, Tracker};

    fn segment(number: u64, head: Head, payload: &'static [u8]) -> Segment<'static> {
        let [source, destination] = ["10.0.0.1:5", "10.0.0.2:7"].map(|text| text.parse().unwrap());
        Segment { number, time: Stamp(number), source, destination, head, payload, len: payload.len() as u32 }
    }

    fn tcp(seq: u32, flags: Flags) -> Head {
        Head::Tcp(Tcp { seq, flags, ack: Some(1), ..Tcp::default() })
    }

    #[test]
    fn a_message_lies_in_the_segments_that_share_bytes_with_it() {
        let (mut capture, mut session) = (Tracker::default(), Tracker::default());
        let mut ties = Ties::default();
        // Captured: two sends in one segment, and one send in two.
        let captured = [
            segment(1, Head::Tcp(Tcp { seq: 900, flags: Flags::SYN, ..Tcp::default() }), b""),
            segment(4, tcp(901, Flags::PSH.and(Flags::ACK)), b"abcdef"),
            segment(6, tcp(907, Flags::PSH.and(Flags::ACK)), b"gh"),
        ];
        for segment in captured {
            ties.take(&segment, &capture.take(&segment));
        }
        let mut ask = |number, head, payload| {
            let segment = segment(number, head, payload);
            ties.of(&segment, &session.take(&segment))
        };
        assert!(ask(1, Head::Tcp(Tcp { flags: Flags::SYN, ..Tcp::default() }), b"").is_empty());
        assert_eq!(ask(2, tcp(1, Flags::ACK), b"abc"), [4]);
        assert_eq!(ask(3, tcp(4, Flags::ACK), b"defg"), [4, 6]);
        assert_eq!(ask(4, tcp(8, Flags::ACK), b"h"), [6]);
    }

    #[test]
    fn equal_datagrams_are_tied_in_their_order() {
        let mut tracker = Tracker::default();
        let mut ties = Ties::default();
        for (number, payload) in [(10, b"1"), (11, b"2"), (12, b"1")] {
            let segment = segment(number, Head::Udp, payload);
            ties.take(&segment, &tracker.take(&segment));
        }
        let mut ask = |payload: &'static [u8]| {
            let segment = segment(1, Head::Udp, payload);
            ties.of(&segment, &tracker.take(&segment))
        };
        assert_eq!(
            [ask(b"1"), ask(b"1"), ask(b"2"), ask(b"1"), ask(b"3")],
            [vec![10], vec![12], vec![11], vec![], vec![]]
        );
    }
}
