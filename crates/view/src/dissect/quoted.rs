//! The packet that an error of ICMP is about.

use std::net::Ipv4Addr;

use super::bytes::take;
use super::decoded::Decoded;
use super::link::Link;
use super::walk::Walk;

/// Takes the beginning of a packet apart that an error of ICMP carries. Its offsets are those of the outer packet.
pub(super) fn decode<'a>(outer: &Decoded<'a>) -> Decoded<'a> {
    let at = outer.payload_at as usize;
    let mut found = Decoded::new(Link::Raw, outer.bytes, 0);
    found.wire_len = at as u32 + outer.payload_len;
    let mut walk = Walk::quoted(&mut found, at);
    walk.raw();
    walk.done();
    found
}

/// The IPv4 address at `at`, where it is there.
pub(super) fn v4(bytes: &[u8], at: usize) -> Option<Ipv4Addr> {
    take::<4>(bytes, at).map(|octets| Ipv4Addr::from(*octets))
}
