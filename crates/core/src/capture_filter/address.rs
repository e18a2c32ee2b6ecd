//! Addresses and ports in packets.

use std::net::Ipv6Addr;

use super::branch::Branch;
use super::code::*;
use super::link::{From, IPV4, IPV6, Places};
use super::table::{Layer, Proto};
use super::tree::Dir;

impl Dir {
    /// The test of the first address or port (`true`), of the second, of either or of both.
    pub(super) fn of(self, test: impl Fn(bool) -> Branch) -> Branch {
        match self {
            Self::Src => test(true),
            Self::Dst => test(false),
            Self::Either => Branch::any(vec![test(true), test(false)]),
            Self::Both => Branch::all(vec![test(true), test(false)]),
        }
    }
}

impl Places {
    /// Six bytes of the header of Ethernet; the last four first, as libpcap looks.
    pub(super) fn mac(&self, at: u32, [a, b, c, d, e, f]: [u8; 6]) -> Branch {
        Branch::all(vec![
            self.equal(From::Link, at + 2, W, u32::from_be_bytes([c, d, e, f])),
            self.equal(From::Link, at, H, u32::from(u16::from_be_bytes([a, b]))),
        ])
    }

    pub(super) fn v4(&self, proto: Option<Proto>, dir: Dir, address: u32, mask: u32) -> Branch {
        let kinds = [("ip", IPV4, 12, 16), ("arp", 0x0806, 14, 24), ("rarp", 0x8035, 14, 24)];
        let wanted = kinds.into_iter().filter(|(word, ..)| proto.is_none_or(|proto| proto.word == *word));
        let tests = wanted.map(|(_, kind, src, dst)| {
            dir.of(|first| {
                let at = if first { src } else { dst };
                Branch::all(vec![self.carries(kind), self.masked(From::Payload, at, W, mask, address)])
            })
        });
        Branch::any(tests.collect())
    }

    pub(super) fn v6(&self, dir: Dir, address: Ipv6Addr, mask: u128) -> Branch {
        let word = |of: u128, at: u32| (of >> (96 - 8 * at)) as u32;
        dir.of(|first| {
            let start = if first { 8 } else { 24 };
            let mut tests = vec![self.carries(IPV6)];
            for at in [0, 4, 8, 12] {
                let (mask, is) = (word(mask, at), word(address.into(), at));
                tests.push(self.masked(From::Payload, start + at, W, mask, is));
            }
            Branch::all(tests)
        })
    }

    /// Ports from `low` to `high`; in IPv4 of packets that are no later fragments, in IPv6 of those without
    /// further headers.
    pub(super) fn ports(&self, proto: Option<Proto>, dir: Dir, low: u16, high: u16) -> Branch {
        let numbers: Vec<u32> = match proto.map(|proto| proto.layer) {
            Some(Layer::Inside { number, .. }) => vec![u32::from(number)],
            _ => vec![132, 6, 17],
        };
        let ports = |from| dir.of(|first| self.port(from, if first { 0 } else { 2 }, low, high));
        let v6 = numbers
            .iter()
            .map(|number| Branch::all(vec![self.equal(From::Payload, 6, B, *number), ports(From::Inside6)]));
        let v4 = numbers.iter().map(|number| {
            Branch::all(vec![self.equal(From::Payload, 9, B, *number), self.whole(), ports(From::Inside4)])
        });
        Branch::any(vec![
            Branch::all(vec![self.carries(IPV6), Branch::any(v6.collect())]),
            Branch::all(vec![self.carries(IPV4), Branch::any(v4.collect())]),
        ])
    }

    fn port(&self, from: From, at: u32, low: u16, high: u16) -> Branch {
        let (low, high) = (u32::from(low), u32::from(high));
        if low == high {
            return self.equal(from, at, H, low);
        }
        let above = self.compare(from, at, H, JGE, low);
        Branch::all(vec![above, self.compare(from, at, H, JGT, high).not()])
    }
}
