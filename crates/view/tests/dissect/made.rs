//! Packets made by hand, from the inside out, with the right lengths and checksums.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The checksum of the Internet (RFC 1071) of some parts, each of even length but the last.
pub(crate) fn sum(parts: &[&[u8]]) -> u16 {
    let bytes = parts.concat();
    let words =
        bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |b| u32::from(*b)));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// The bytes of an address.
pub(crate) fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// The checksum of what `protocol` carries between two addresses.
pub(crate) fn pseudo(from: IpAddr, to: IpAddr, protocol: u8, bytes: &[u8]) -> u16 {
    let len = (bytes.len() as u32).to_be_bytes();
    sum(&[&octets(from), &octets(to), &len, &[0, 0, 0, protocol], bytes])
}

pub(crate) fn patch(bytes: &mut [u8], at: usize, value: u16) {
    bytes[at..at + 2].copy_from_slice(&value.to_be_bytes());
}

/// Two ends of a packet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) from: IpAddr,
    pub(crate) to: IpAddr,
}

pub(crate) const FOUR: Ends =
    Ends { from: IpAddr::V4(Ipv4Addr::new(192, 168, 10, 2)), to: IpAddr::V4(Ipv4Addr::new(192, 168, 10, 1)) };
pub(crate) const SIX: Ends = Ends {
    from: IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1)),
    to: IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 2)),
};

/// A datagram of UDP. A checksum of 0 is sent as its complement (RFC 768).
pub(crate) fn udp(ends: Ends, from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = [from, to, 8 + payload.len() as u16, 0].map(u16::to_be_bytes).concat();
    out.extend_from_slice(payload);
    let checksum = pseudo(ends.from, ends.to, 17, &out);
    patch(&mut out, 6, if checksum == 0 { 0xffff } else { checksum });
    out
}

/// A segment of TCP from port 54321 to `to`, its options padded to words.
pub(crate) fn tcp(ends: Ends, to: u16, flags: u16, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut options = options.to_vec();
    options.resize(options.len().next_multiple_of(4), 0);
    let words = (20 + options.len() as u16) / 4;
    let mut out = [54321, to].map(u16::to_be_bytes).concat();
    out.extend_from_slice(&[0x1234_5678u32, 0x9abc_def0].map(u32::to_be_bytes).concat());
    out.extend_from_slice(&[words << 12 | flags, 64240, 0, 0].map(u16::to_be_bytes).concat());
    out.extend_from_slice(&options);
    out.extend_from_slice(payload);
    let checksum = pseudo(ends.from, ends.to, 6, &out);
    patch(&mut out, 16, checksum);
    out
}

/// ICMP or ICMPv6, by the addresses.
pub(crate) fn icmp(ends: Ends, kind: u8, code: u8, body: &[u8]) -> Vec<u8> {
    let mut out = [&[kind, code, 0, 0], body].concat();
    let checksum = if ends.from.is_ipv4() { sum(&[&out]) } else { pseudo(ends.from, ends.to, 58, &out) };
    patch(&mut out, 2, checksum);
    out
}

/// What a packet of IPv4 has besides what it carries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Four {
    pub(crate) options: Vec<u8>,
    pub(crate) id: u16,
    /// Offset in units of eight bytes.
    pub(crate) offset: u16,
    pub(crate) more: bool,
    pub(crate) tos: u8,
}

pub(crate) fn ipv4(ends: Ends, protocol: u8, four: &Four, carried: &[u8]) -> Vec<u8> {
    let mut options = four.options.clone();
    options.resize(options.len().next_multiple_of(4), 0);
    let len = 20 + options.len();
    let mut out = vec![0x40 | (len / 4) as u8, four.tos];
    let place = u16::from(four.more) << 13 | four.offset;
    out.extend_from_slice(&[(len + carried.len()) as u16, four.id, place].map(u16::to_be_bytes).concat());
    out.extend_from_slice(&[64, protocol, 0, 0]);
    out.extend_from_slice(&[octets(ends.from), octets(ends.to), options].concat());
    let checksum = sum(&[&out]);
    patch(&mut out, 10, checksum);
    out.extend_from_slice(carried);
    out
}

pub(crate) fn ipv6(ends: Ends, next: u8, carried: &[u8]) -> Vec<u8> {
    let mut out = vec![0x6b, 0x81, 0x23, 0x45];
    out.extend_from_slice(&(carried.len() as u16).to_be_bytes());
    out.extend_from_slice(&[next, 63]);
    out.extend_from_slice(&[octets(ends.from), octets(ends.to), carried.to_vec()].concat());
    out
}

/// IP of either version, by the addresses.
pub(crate) fn ip(ends: Ends, protocol: u8, carried: &[u8]) -> Vec<u8> {
    if ends.from.is_ipv4() {
        ipv4(ends, protocol, &Four::default(), carried)
    } else {
        ipv6(ends, protocol, carried)
    }
}

/// An extension header with its successor, filled up to eight bytes.
pub(crate) fn extension(next: u8, body: &[u8], carried: &[u8]) -> Vec<u8> {
    let len = (2 + body.len()).next_multiple_of(8);
    let mut out = vec![next, (len / 8 - 1) as u8];
    out.extend_from_slice(body);
    // PadN, or Pad1 where one byte is missing.
    match len - out.len() {
        0 => {}
        1 => out.push(0),
        missing => {
            out.extend_from_slice(&[1, missing as u8 - 2]);
            out.resize(len, 0);
        }
    }
    out.extend_from_slice(carried);
    out
}

/// A frame of Ethernet, padded to the 60 bytes that the least one has.
pub(crate) fn ethernet(kind: u16, carried: &[u8]) -> Vec<u8> {
    let mut out = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(carried);
    out.resize(out.len().max(60), 0);
    out
}

/// What IP of this version is in a frame of Ethernet.
pub(crate) fn ethertype(ends: Ends) -> u16 {
    if ends.from.is_ipv4() { 0x0800 } else { 0x86dd }
}
