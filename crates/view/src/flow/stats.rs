//! Conversations in numbers: who spoke with whom, how much, how fast, and how well it went.

mod histogram;
mod json;
mod rates;
mod table;
mod tcp;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use sockscope_core::facts::Stamp;

use super::{Head, Seen, Segment, Side, Transport};
pub use histogram::Histogram;
pub use json::lines;
pub use rates::{Interval, ROWS, Rates};
pub use table::table;
pub use tcp::{Closed, TcpSide, TcpStats};

/// The numbers of all conversations of a recording.
#[derive(Debug)]
pub struct Stats {
    conversations: Vec<Conversation>,
    places: HashMap<(Transport, u32), usize>,
    rates: Rates,
}

/// One conversation.
#[derive(Debug)]
pub struct Conversation {
    /// Which transport.
    pub transport: Transport,
    /// Its number among those of its transport, from 0.
    pub stream: u32,
    /// The client, as [`Side`] says.
    pub client: SocketAddr,
    /// The server.
    pub server: SocketAddr,
    /// Time of its first packet.
    pub start: Stamp,
    /// Time of its latest packet.
    pub end: Stamp,
    sides: [Amount; 2],
    /// What TCP tells besides.
    pub tcp: Option<Box<TcpStats>>,
}

/// So many packets, and bytes of payload in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    /// Packets.
    pub packets: u64,
    /// Bytes of payload as they were on the wire, those sent again included.
    pub bytes: u64,
}

impl Stats {
    /// No conversation yet. `interval`: how long each row of [`Stats::rates`] is at first.
    pub fn new(interval: Duration) -> Self {
        Self { conversations: Vec::new(), places: HashMap::new(), rates: Rates::new(interval) }
    }

    /// Counts a packet, and what a [`Tracker`](super::Tracker) saw in it.
    pub fn take(&mut self, segment: &Segment<'_>, seen: &Seen) {
        let all = &mut self.conversations;
        let place = *self.places.entry((seen.transport, seen.stream)).or_insert_with(|| {
            all.push(Conversation::new(segment, seen));
            all.len() - 1
        });
        all[place].take(segment, seen);
        self.rates.take(segment.time, seen.transport, segment.len.into());
    }

    /// Every conversation, in the order in which they began.
    pub fn conversations(&self) -> &[Conversation] {
        &self.conversations
    }

    /// What went through a transport in all.
    pub fn total(&self, transport: Transport) -> Amount {
        let of = self.conversations.iter().filter(|one| one.transport == transport);
        of.flat_map(|one| one.sides).fold(Amount::default(), |all, side| all.and(side))
    }

    /// What went through in each interval.
    pub fn rates(&self) -> &Rates {
        &self.rates
    }
}

impl Amount {
    fn and(self, other: Self) -> Self {
        Self { packets: self.packets + other.packets, bytes: self.bytes + other.bytes }
    }

    fn add(&mut self, bytes: u64) {
        *self = self.and(Self { packets: 1, bytes });
    }
}

impl Conversation {
    fn new(segment: &Segment<'_>, seen: &Seen) -> Self {
        let (client, server) = match seen.from {
            Side::Client => (segment.source, segment.destination),
            Side::Server => (segment.destination, segment.source),
        };
        Self {
            transport: seen.transport,
            stream: seen.stream,
            client,
            server,
            start: segment.time,
            end: segment.time,
            sides: [Amount::default(); 2],
            tcp: seen.tcp.map(|_| Box::default()),
        }
    }

    fn take(&mut self, segment: &Segment<'_>, seen: &Seen) {
        self.start = self.start.min(segment.time);
        self.end = self.end.max(segment.time);
        self.sides[seen.from as usize].add(segment.len.into());
        if let (Some(stats), Some(tcp), Head::Tcp(head)) = (&mut self.tcp, &seen.tcp, &segment.head) {
            stats.take(seen.from, segment, head, tcp);
        }
    }

    /// What one side sent.
    pub fn sent(&self, side: Side) -> Amount {
        self.sides[side as usize]
    }

    /// From the first packet to the last.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.end.0 - self.start.0)
    }

    /// Payload of one side in bytes a second; nothing where all came at one time.
    pub fn rate(&self, side: Side) -> Option<f64> {
        let seconds = self.duration().as_secs_f64();
        (seconds > 0.0).then(|| self.sent(side).bytes as f64 / seconds)
    }
}
