//! Segments made by hand, and a seeded source of chance.

use sockscope_core::facts::Stamp;
use sockscope_view::flow::{Flags, Head, Segment, Side, Tcp};

/// A packet that owns its payload.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    /// In nanoseconds.
    pub(crate) time: u64,
    pub(crate) from: Side,
    /// Ports of client and server.
    pub(crate) ports: (u16, u16),
    pub(crate) head: Head,
    pub(crate) payload: Vec<u8>,
    /// Length on the wire.
    pub(crate) len: u32,
}

pub(crate) const SYN: Flags = Flags::SYN;
pub(crate) const ACK: Flags = Flags::ACK;
pub(crate) const FIN: Flags = Flags::FIN;
pub(crate) const RST: Flags = Flags::RST;
pub(crate) const PSH: Flags = Flags::PSH;

impl Packet {
    pub(crate) fn new(time: u64, from: Side, ports: (u16, u16), head: Head, payload: &[u8]) -> Self {
        Self { time, from, ports, head, payload: payload.to_vec(), len: payload.len() as u32 }
    }

    /// The addresses of source and destination: client 10.0.0.1, server 10.0.0.2.
    pub(crate) fn ends(&self) -> (std::net::SocketAddr, std::net::SocketAddr) {
        let client = ([10, 0, 0, 1], self.ports.0).into();
        let server = ([10, 0, 0, 2], self.ports.1).into();
        if self.from == Side::Client { (client, server) } else { (server, client) }
    }

    pub(crate) fn segment(&self, number: u64) -> Segment<'_> {
        let (source, destination) = self.ends();
        let time = Stamp(self.time);
        Segment { number, time, source, destination, head: self.head, payload: &self.payload, len: self.len }
    }

    pub(crate) fn tcp(&self) -> Option<&Tcp> {
        match &self.head {
            Head::Tcp(tcp) => Some(tcp),
            Head::Udp => None,
        }
    }
}

/// Chance from a seed (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Chance(pub u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    pub(crate) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}
