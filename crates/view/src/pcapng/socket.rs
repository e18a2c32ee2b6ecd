//! Who is at the ends of a socket, as addresses that a packet can have.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use sockscope_core::event::SocketId;
use sockscope_core::facts::{Direction, Facts, Peer};

use super::headers::Path;
use super::names::{End, Names};
use super::stream::Stream;

/// What IP says where nothing else is known.
const TTL: u8 = 64;

/// A socket, and who is at its ends.
#[derive(Debug, Clone)]
pub(super) struct Socket {
    pub(super) id: SocketId,
    /// Number of its endpoint.
    pub(super) place: usize,
    /// Where it is bound.
    pub(super) local: Option<Peer>,
    /// Whom it is connected with.
    pub(super) remote: Option<Peer>,
    /// Its sequence numbers, if it is a connection without bounds.
    pub(super) stream: Option<Stream>,
    /// The kernel's count of drops as of the packet before.
    pub(super) drops: u32,
}

impl Socket {
    /// From where to where a message went.
    pub(super) fn path(
        &self,
        null: bool,
        direction: Direction,
        facts: &Facts,
        names: &mut Names,
        out: &mut Vec<u8>,
    ) -> Path {
        let (id, remote) = (self.id, facts.peer.or(self.remote));
        let mut place = |peer: Option<Peer>, end| match peer {
            Some(Peer::Inet(address)) => Some(address),
            Some(Peer::Unix(name)) => Some(names.address(name, id, end, out)),
            _ => None,
        };
        let there = place(remote, End::Remote).unwrap_or_else(nowhere);
        let here = place(self.local, End::Local).unwrap_or_else(nowhere);
        let ip = facts.local.unwrap_or_else(|| here.ip());
        let here = SocketAddr::new(of_kind(ip, there.ip()), here.port());
        let (from, to) = if direction == Direction::Rx { (there, here) } else { (here, there) };
        Path { from, to, ttl: facts.ttl.unwrap_or(TTL), tclass: facts.tclass.unwrap_or(0), null }
    }
}

fn nowhere() -> SocketAddr {
    (Ipv4Addr::UNSPECIFIED, 0).into()
}

/// A socket bound to all addresses of IPv6 hears IPv4 too.
fn of_kind(ip: IpAddr, other: IpAddr) -> IpAddr {
    match (ip, other) {
        (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V4(_)) => Ipv4Addr::UNSPECIFIED.into(),
        (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(_)) => Ipv6Addr::UNSPECIFIED.into(),
        (ip, _) => ip,
    }
}
