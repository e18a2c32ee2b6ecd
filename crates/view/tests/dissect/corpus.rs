//! A few hundred packets of every kind, the same for the same seed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sockscope_core::rng::Rng;
use sockscope_view::dissect::Link;

use crate::made::{Ends, Four, ethernet, extension, icmp, ip, ipv4, ipv6, octets, patch, tcp, udp};

/// How many packets there are of each thing that IP carries.
const EACH: usize = 24;

/// Packets with the links that they are on.
pub(crate) fn packets(seed: u64) -> Vec<(Link, Vec<u8>)> {
    let mut dice = Dice(Rng::new(seed));
    let mut out = Vec::new();
    for carried in [datagram, segment, control, domain, drone, chain, unknown, broken] {
        for _ in 0..EACH {
            let ends = dice.ends();
            let packet = carried(&mut dice, ends);
            out.push(dice.linked(&packet));
        }
    }
    for _ in 0..EACH {
        out.push((Link::Ethernet, ethernet(0x0806, &dice.arp())));
    }
    out
}

pub(crate) struct Dice(pub(crate) Rng);

impl Dice {
    pub(crate) fn below(&mut self, most: usize) -> usize {
        (self.0.next_u64() % most as u64) as usize
    }

    fn word(&mut self) -> u16 {
        self.0.next_u64() as u16
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut out = vec![0; len];
        self.0.fill(&mut out);
        out
    }

    /// A port that stands for nothing here nor in tshark.
    fn port(&mut self) -> u16 {
        61_000 + self.below(99) as u16
    }

    pub(crate) fn ends(&mut self) -> Ends {
        let tail = self.word();
        if self.below(2) == 0 {
            let [high, low] = tail.to_be_bytes();
            let from = IpAddr::V4(Ipv4Addr::new(10, 0, high, low));
            return Ends { from, to: IpAddr::V4(Ipv4Addr::new(10, 9, low, 1)) };
        }
        let six = |last: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, tail, 0, 0, last));
        Ends { from: six(1), to: six(2) }
    }

    /// The packet on one of the links that can have it.
    fn linked(&mut self, packet: &[u8]) -> (Link, Vec<u8>) {
        let four = packet[0] >> 4 == 4;
        let number: u16 = if four { 0x0800 } else { 0x86dd };
        let kind = number.to_be_bytes();
        let family: u32 = if four { 2 } else { [24, 28, 30][self.below(3)] };
        let own = if four { Link::Ipv4 } else { Link::Ipv6 };
        let tagged = [&[0x20, 5], &kind[..], packet].concat();
        let stacked = [&[0xb0, 6, 0x81, 0], &tagged[..]].concat();
        let snap = [&[0xaa, 0xaa, 3, 0, 0, 0], &kind[..], packet].concat();
        match self.below(10) {
            0 => (Link::Raw, packet.to_vec()),
            1 => (own, packet.to_vec()),
            2 => (Link::Null, [&family.to_le_bytes()[..], packet].concat()),
            // OpenBSD has only one number for it.
            3 => (Link::Loop, [&(if four { 2u32 } else { 24 }).to_be_bytes()[..], packet].concat()),
            4 => {
                let head = [0, 4, 3, 4, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0];
                (Link::LinuxSll, [&head[..], &kind, packet].concat())
            }
            5 => {
                let head = [0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 1, 2, 3, 4, 5, 6, 0, 0];
                (Link::LinuxSll2, [&kind, &head[..], packet].concat())
            }
            6 => (Link::Ethernet, ethernet(0x8100, &tagged)),
            7 => (Link::Ethernet, ethernet(0x88a8, &stacked)),
            8 => (Link::Ethernet, ethernet(snap.len() as u16, &snap)),
            _ => (Link::Ethernet, ethernet(number, packet)),
        }
    }

    fn arp(&mut self) -> Vec<u8> {
        let (from, to) = (self.bytes(4), self.bytes(4));
        let to = if self.below(2) == 0 { to } else { from.clone() };
        let head = [0, 1, 8, 0, 6, 4, 0, 1 + self.below(2) as u8, 2, 0, 0, 0, 0, 7];
        [&head[..], &from, &[2, 0, 0, 0, 0, 8], &to].concat()
    }

    fn four(&mut self) -> Four {
        let options: [&[u8]; 6] =
            [&[], &[], &[148, 4, 0, 0], &[7, 7, 4, 0, 0, 0, 0], &[68, 8, 5, 0, 0, 0, 0, 0], &[1, 1, 1, 0]];
        let options = options[self.below(6)].to_vec();
        Four { options, id: self.word(), tos: self.word() as u8, ..Four::default() }
    }

    fn wrapped(&mut self, ends: Ends, protocol: u8, carried: &[u8]) -> Vec<u8> {
        if ends.from.is_ipv4() {
            ipv4(ends, protocol, &self.four(), carried)
        } else {
            ip(ends, protocol, carried)
        }
    }
}

fn datagram(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let len = dice.below(120);
    let payload = dice.bytes(len);
    let mut bytes = udp(ends, dice.port(), dice.port(), &payload);
    match dice.below(8) {
        // A checksum that is wrong, and none.
        0 => bytes[6] ^= 0x55,
        1 => patch(&mut bytes, 6, 0),
        _ => {}
    }
    dice.wrapped(ends, 17, &bytes)
}

fn segment(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let known: [&[u8]; 8] = [
        &[2, 4, 5, 0xb4],
        &[1, 3, 3, 9],
        &[4, 2, 1, 1],
        &[1, 1, 5, 10, 0, 0, 1, 0, 0, 0, 2, 0],
        &[1, 1, 8, 10, 1, 2, 3, 4, 0, 6, 7, 8],
        &[28, 4, 0x80, 9],
        &[34, 6, 1, 2, 3, 4, 1, 1],
        &[254, 4, 0xab, 0xcd],
    ];
    let options: Vec<u8> = (0..dice.below(4)).flat_map(|_| known[dice.below(8)].to_vec()).collect();
    let len = dice.below(90);
    let payload = dice.bytes(len);
    let flags = dice.word() & 0xff;
    let mut bytes = tcp(ends, dice.port(), flags, &options, &payload);
    if dice.below(8) == 0 {
        bytes[17] ^= 0x55;
    }
    dice.wrapped(ends, 6, &bytes)
}

fn control(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let inner = ip(ends, 17, &udp(ends, dice.port(), dice.port(), &[7; 30]));
    let quote = [&[0; 4], &inner[..inner.len() - 20]].concat();
    let target = octets(ends.to);
    let echo = [&[0, 7, 0, 9], &dice.bytes(20)[..]].concat();
    let (kind, code, body) = if ends.from.is_ipv4() {
        match dice.below(6) {
            0 => (8, 0, echo),
            1 => (0, 0, echo),
            2 => (3, dice.below(16) as u8, quote),
            3 => (11, dice.below(2) as u8, quote),
            4 => (13, 0, [&[0, 1, 0, 2], &[0; 12][..]].concat()),
            _ => (5, 1, quote),
        }
    } else {
        match dice.below(8) {
            0 => (128, 0, echo),
            1 => (129, 0, echo),
            2 => (1, dice.below(7) as u8, quote),
            3 => (2, 0, quote),
            4 => (135, 0, [&[0; 4], &target[..], &[1, 1, 2, 0, 0, 0, 0, 9]].concat()),
            5 => (136, 0, [&[0xe0, 0, 0, 0], &target[..], &[2, 1, 2, 0, 0, 0, 0, 9]].concat()),
            6 => {
                let head = [64, 0x40, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0, 0, 5, 0xdc];
                let prefix = [&[3, 4, 64, 0xc0, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 0], &target[..]].concat();
                (134, 0, [&head[..], &prefix].concat())
            }
            _ => (143, 0, [&[0, 0, 0, 1, 4, 0, 0, 0], &target[..]].concat()),
        }
    };
    let protocol = if ends.from.is_ipv4() { 1 } else { 58 };
    dice.wrapped(ends, protocol, &icmp(ends, kind, code, &body))
}

/// An answer with the records of which tshark and this tell the same names.
fn domain(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let mut message = dice.bytes(2);
    let records: [(u8, &[u8]); 8] = [
        (1, &[1, 2, 3, 4]),
        (28, &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]),
        (5, b"\x04mail\xc0\x0c"),
        (12, b"\x01h\xc0\x0c"),
        (15, b"\0\x0a\x02mx\xc0\x0c"),
        (16, b"\x05hello\x02hi"),
        (33, b"\0\x01\0\x02\x1f\x90\x01s\xc0\x0c"),
        (6, b"\xc0\x0c\x01m\xc0\x0c\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05"),
    ];
    let count = dice.below(5);
    let flags = if count == 0 { 0x0100 } else { 0x8180 };
    message.extend_from_slice(&[flags, 1, count as u16, 0, 0].map(u16::to_be_bytes).concat());
    message.extend_from_slice(b"\x07example\x03com\0\0\x01\0\x01");
    for _ in 0..count {
        let (kind, data) = records[dice.below(records.len())];
        message.extend_from_slice(&[0xc0, 0x0c, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8]);
        message.extend_from_slice(data);
    }
    match dice.below(4) {
        0 => {
            let framed = [&(message.len() as u16).to_be_bytes()[..], &message].concat();
            dice.wrapped(ends, 6, &tcp(ends, 53, 0x18, &[], &framed))
        }
        1 => dice.wrapped(ends, 17, &udp(ends, 5353, 5353, &message)),
        _ => {
            let port = dice.port();
            dice.wrapped(ends, 17, &udp(ends, 53, port, &message))
        }
    }
}

fn drone(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let said: [(u16, u16, &[u8]); 5] = [
        (61_000, 8889, b"takeoff"),
        (8889, 61_000, b"ok"),
        (8889, 8889, b"87\r\n"),
        (8889, 8890, b"mid:-1;pitch:0;bat:87;baro:-24.59;\r\n"),
        (8889, 61_000, b"\xcc\x18\x01\x02"),
    ];
    let (from, to, text) = said[dice.below(5)];
    dice.wrapped(ends, 17, &udp(ends, from, to, text))
}

/// A chain of extension headers, of IPv6 only.
fn chain(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let ends = Ends { from: six(ends.from), to: six(ends.to) };
    let carried = udp(ends, dice.port(), dice.port(), b"behind");
    match dice.below(5) {
        0 => ipv6(ends, 0, &extension(60, &[5, 2, 0, 0], &extension(17, &[], &carried))),
        1 => ipv6(ends, 43, &extension(17, &[0, 0, 0, 0, 0, 0], &carried)),
        2 => ipv6(ends, 44, &[&[17, 0, 0, 0, 0, 0, 0, 9], &carried[..]].concat()),
        3 => ipv6(ends, 51, &[&[17, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 7], &[5; 12][..], &carried].concat()),
        _ => ipv6(ends, 60, &extension(59, &[], b"")),
    }
}

/// The IPv6 address that stands for one of either version.
fn six(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8 << 96 | u128::from(address.to_bits())))
        }
        six => six,
    }
}

fn unknown(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let protocol = [253, 254, 132][dice.below(3)];
    let bytes = dice.bytes(40);
    dice.wrapped(ends, protocol, &bytes)
}

/// Packets whose lengths or versions cannot be.
fn broken(dice: &mut Dice, ends: Ends) -> Vec<u8> {
    let payload = dice.bytes(20);
    let mut datagram = udp(ends, dice.port(), dice.port(), &payload);
    let mut segment = tcp(ends, dice.port(), 0x10, &[1, 3, 3, 7], &payload);
    match dice.below(5) {
        0 => patch(&mut datagram, 4, 7),
        1 => patch(&mut datagram, 4, 60),
        2 => patch(&mut datagram, 4, 20),
        3 => segment[12] = 0x40,
        _ => segment[22] = 40,
    }
    let broken = if dice.below(2) == 0 { ip(ends, 17, &datagram) } else { ip(ends, 6, &segment) };
    if ends.from.is_ipv4() && dice.below(4) == 0 {
        let mut broken = broken;
        broken[10] ^= 0x80;
        return broken;
    }
    broken
}
