//! Headers of IP, UDP and TCP made from what is known of a message.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::flow::Flags;

/// The longest payload of a TCP segment with these headers, over IPv4 and IPv6 alike, in bytes.
pub(super) const SEGMENT: usize = 65_535 - 20 - 20;
/// The longest UDP payload that a length of 16 bits can tell, in bytes.
const DATAGRAM: usize = 65_535 - 8;
/// The most that headers take: a loopback's, IPv6, TCP and its options.
const MOST: usize = 4 + 40 + 20 + 8;

const TCP: u8 = 6;
const UDP: u8 = 17;

/// Who sends to whom, and what IP says besides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    /// Time to live or hop limit.
    pub(super) ttl: u8,
    /// Type of service or traffic class.
    pub(super) tclass: u8,
    /// The header of a BSD loopback comes before it.
    pub(super) null: bool,
}

/// What a TCP header says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tcp {
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) flags: Flags,
}

/// Headers, to be written before the payload.
#[derive(Debug)]
pub(super) struct Headers {
    bytes: [u8; MOST],
    len: usize,
}

/// The headers of a datagram that had `wire` bytes of payload, of which `payload` is known.
pub(super) fn udp(path: &Path, payload: &[u8], wire: usize) -> Headers {
    let mut headers = Headers { bytes: [0; MOST], len: 0 };
    headers.ip(path, UDP, 8 + wire);
    // A jumbogram says no length here (RFC 2675 section 4).
    let length = if wire > DATAGRAM { 0 } else { (8 + wire) as u16 };
    let start = headers.len;
    headers.push(&path.from.port().to_be_bytes());
    headers.push(&path.to.port().to_be_bytes());
    headers.push(&length.to_be_bytes());
    headers.push(&[0, 0]);
    let sum = sum(path, UDP, 8 + wire, &headers.bytes[start..headers.len], payload);
    // Zero would say that there is none (RFC 768).
    headers.put(start + 6, if sum == 0 { 0xffff } else { sum });
    headers
}

/// The headers of a segment. One with SYN tells that its windows are to be shifted by 14 and its segments long
/// (RFC 9293 section 3.2, RFC 7323 section 2), so that no reader finds more under way than there was room for.
pub(super) fn tcp(path: &Path, head: Tcp, payload: &[u8]) -> Headers {
    const OPTIONS: [u8; 8] = [2, 4, 0xff, 0xd7, 1, 3, 3, 14];
    let options: &[u8] = if head.flags.has(Flags::SYN) { &OPTIONS } else { &[] };
    let mut headers = Headers { bytes: [0; MOST], len: 0 };
    let length = 20 + options.len() + payload.len();
    headers.ip(path, TCP, length);
    let start = headers.len;
    headers.push(&path.from.port().to_be_bytes());
    headers.push(&path.to.port().to_be_bytes());
    headers.push(&head.seq.to_be_bytes());
    headers.push(&head.ack.to_be_bytes());
    headers.push(&[((20 + options.len()) as u8 / 4) << 4, head.flags.0 as u8, 0xff, 0xff, 0, 0, 0, 0]);
    headers.push(options);
    let sum = sum(path, TCP, length, &headers.bytes[start..headers.len], payload);
    headers.put(start + 16, sum);
    headers
}

impl Headers {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn put(&mut self, at: usize, value: u16) {
        self.bytes[at..at + 2].copy_from_slice(&value.to_be_bytes());
    }

    /// The header of IP for `length` bytes of `protocol`.
    fn ip(&mut self, path: &Path, protocol: u8, length: usize) {
        if path.null {
            // AF_INET, and AF_INET6 as macOS has it.
            let family: u32 = if path.from.is_ipv4() && path.to.is_ipv4() { 2 } else { 30 };
            self.push(&family.to_le_bytes());
        }
        match (path.from.ip(), path.to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => self.ipv4(path, protocol, length, from, to),
            (from, to) => self.ipv6(path, protocol, length, v6(from), v6(to)),
        }
    }

    /// RFC 791 section 3.1.
    fn ipv4(&mut self, path: &Path, protocol: u8, length: usize, from: Ipv4Addr, to: Ipv4Addr) {
        let start = self.len;
        let total = (20 + length).min(65_535) as u16;
        self.push(&[0x45, path.tclass]);
        self.push(&total.to_be_bytes());
        self.push(&[0, 0, 0x40, 0, path.ttl, protocol, 0, 0]);
        self.push(&from.octets());
        self.push(&to.octets());
        let sum = !fold(add(0, &self.bytes[start..start + 20]));
        self.put(start + 10, sum);
    }

    /// RFC 8200 section 3; what is too long for a length of 16 bits is a jumbogram (RFC 2675).
    fn ipv6(&mut self, path: &Path, protocol: u8, length: usize, from: Ipv6Addr, to: Ipv6Addr) {
        let jumbo = length > 65_535;
        self.push(&[0x60 | path.tclass >> 4, path.tclass << 4, 0, 0]);
        self.push(&(if jumbo { 0 } else { length as u16 }).to_be_bytes());
        self.push(&[if jumbo { 0 } else { protocol }, path.ttl]);
        self.push(&from.octets());
        self.push(&to.octets());
        if jumbo {
            self.push(&[protocol, 0, 0xc2, 4]);
            self.push(&(length as u32 + 8).to_be_bytes());
        }
    }
}

fn v6(ip: IpAddr) -> Ipv6Addr {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    }
}

/// The checksum of UDP or TCP over `length` bytes, of which these are known (RFC 768, RFC 9293 section 3.1,
/// RFC 8200 section 8.1).
fn sum(path: &Path, protocol: u8, length: usize, header: &[u8], payload: &[u8]) -> u16 {
    let mut sum = u64::from(protocol) + (length as u64 >> 16) + (length as u64 & 0xffff);
    sum = match (path.from.ip(), path.to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => add(add(sum, &from.octets()), &to.octets()),
        (from, to) => add(add(sum, &v6(from).octets()), &v6(to).octets()),
    };
    !fold(add(add(sum, header), payload))
}

/// Adds bytes as big-endian words of 16 bits (RFC 1071), to a sum of fewer than 2^48.
fn add(mut sum: u64, bytes: &[u8]) -> u64 {
    // Four words at once: 2^16 ones and more can be carried before they are folded.
    let (eights, rest) = bytes.as_chunks::<8>();
    for chunk in eights.chunks(1 << 14) {
        let both: u64 = chunk
            .iter()
            .map(|&eight| {
                let eight = u64::from_be_bytes(eight);
                (eight >> 32) + (eight & 0xffff_ffff)
            })
            .sum();
        sum += u64::from(fold(both));
    }
    let (words, rest) = rest.as_chunks::<2>();
    sum += words.iter().map(|&word| u64::from(u16::from_be_bytes(word))).sum::<u64>();
    sum + rest.first().map_or(0, |&byte| u64::from(byte) << 8)
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sockscope_core::checksum::Algorithm;

    use super::*;

    proptest! {
        #[test]
        fn the_quick_sum_is_the_sum(bytes in prop::collection::vec(any::<u8>(), 0..70)) {
            let slow = Algorithm::find("inet").unwrap();
            prop_assert_eq!(u128::from(!fold(add(0, &bytes))), slow.compute(&bytes));
        }
    }

    #[test]
    fn long_payloads_do_not_overflow_the_sum() {
        let ones = vec![0xff; 300_001];
        // Words of all ones are zeros in one's complement, and an odd byte counts as a high one.
        assert_eq!(fold(add(0, &ones)), 0xff00);
    }
}
