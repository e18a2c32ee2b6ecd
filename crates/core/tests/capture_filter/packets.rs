//! Packets of all kinds that filters look at, many of them cut short.

use sockscope_core::capture_filter::LinkType;

use crate::given::Given;

/// A packet as a file has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Packet {
    pub(crate) bytes: Vec<u8>,
    pub(crate) wire_len: u32,
}

/// Addresses that expressions ask for too, and others near them.
pub(crate) const V4: &[[u8; 4]] =
    &[[10, 0, 0, 1], [10, 0, 0, 2], [10, 1, 2, 3], [192, 168, 1, 1], [224, 0, 0, 251], [255, 255, 255, 255]];
pub(crate) const V6: &[&str] =
    &["fe80::1", "2001:db8::1", "2001:db8::2", "ff02::fb", "::1", "::ffff:10.0.0.1"];
pub(crate) const MACS: &[[u8; 6]] =
    &[[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2], [255; 6], [1, 0, 0x5e, 0, 0, 0xfb], [2, 0, 0, 0, 1, 1]];
pub(crate) const PORTS: &[u16] = &[22, 53, 80, 443, 8080, 6000, 65535];
const PROTOS: &[u8] = &[6, 6, 6, 17, 17, 17, 132, 1, 2, 9, 47, 50, 51, 58, 103, 112];

/// Packets for a link.
pub(crate) fn corpus(link: LinkType, seed: u64, number: usize) -> Vec<Packet> {
    let mut given = Given::new(seed);
    (0..number).map(|_| packet(link, &mut given)).collect()
}

fn packet(link: LinkType, given: &mut Given) -> Packet {
    let (kind, payload) = payload(given);
    let mut bytes = header(link, kind, given);
    bytes.extend(payload);
    let wire_len = u32::try_from(bytes.len()).expect("a short packet");
    if given.chance(30) {
        bytes.truncate(given.below(wire_len + 1) as usize);
    }
    Packet { bytes, wire_len }
}

/// What says `kind`, a type of Ethernet or, up to 1500, the length of a frame of 802.3.
fn header(link: LinkType, kind: u16, given: &mut Given) -> Vec<u8> {
    let family: u32 = match kind {
        0x0800 => 2,
        0x86dd => given.pick(&[24, 28, 30]),
        _ => given.pick(&[0, 1, 7, 40]),
    };
    match link {
        LinkType::Ethernet => {
            let mut bytes = [given.pick(MACS), given.pick(MACS)].concat();
            while given.chance(25) {
                bytes.extend(given.pick(&[0x8100_u16, 0x88a8, 0x9100]).to_be_bytes());
                bytes.extend(given.pick(&[1_u16, 5, 100, 0x2005, 0xffff]).to_be_bytes());
            }
            bytes.extend(kind.to_be_bytes());
            bytes
        }
        LinkType::Null => family.to_le_bytes().to_vec(),
        LinkType::Loop => family.to_be_bytes().to_vec(),
        LinkType::Raw => Vec::new(),
        LinkType::LinuxSll => {
            let kind = if kind <= 1500 { given.pick(&[1, 4]) } else { kind };
            let mut bytes = vec![0, given.pick(&[0, 1, 2, 4]), 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
            bytes.extend(kind.to_be_bytes());
            bytes
        }
        LinkType::LinuxSll2 => {
            let mut bytes = kind.to_be_bytes().to_vec();
            bytes.extend([0, 0, 0, 0, 0, given.pick(&[1, 2, 3]), 0, 1, given.pick(&[0, 1, 2, 4]), 6]);
            bytes.extend([2, 0, 0, 0, 0, 1, 0, 0]);
            bytes
        }
    }
}

fn payload(given: &mut Given) -> (u16, Vec<u8>) {
    match given.below(20) {
        0..10 => (0x0800, v4(given)),
        10..16 => (0x86dd, v6(given)),
        16 => (given.pick(&[0x0806, 0x8035]), arp(given)),
        17 => llc(given),
        18 => (given.pick(&[0x88cc, 0x809b, 0x80f3, 0x6003, 0x8137, 0x9000]), given.bytes(40)),
        _ => {
            let len = given.below(60) as usize;
            (given.pick(&[0x0800, 0x86dd, 0x1234]), given.bytes(len))
        }
    }
}

fn v4(given: &mut Given) -> Vec<u8> {
    let proto = given.pick(PROTOS);
    let words = if given.chance(75) { 5 } else { given.below(11) + 5 };
    let inside = inside(proto, given);
    let len = 4 * words + u32::try_from(inside.len()).expect("a short packet");
    let fragment = given.pick(&[0_u16, 0, 0, 0x4000, 0x2000, 0x2010, 0x0005]);
    let mut bytes = vec![0x40 | words as u8, given.pick(&[0, 0x10])];
    bytes.extend((len as u16).to_be_bytes());
    bytes.extend(given.bytes(2));
    bytes.extend(fragment.to_be_bytes());
    bytes.extend([given.pick(&[1, 64, 255]), proto, 0, 0]);
    bytes.extend(given.pick(V4));
    bytes.extend(given.pick(V4));
    bytes.extend(given.bytes(4 * (words as usize - 5)));
    bytes.extend(inside);
    bytes
}

fn v6(given: &mut Given) -> Vec<u8> {
    let proto = given.pick(PROTOS);
    let behind = inside(proto, given);
    let (next, extension) = match given.below(10) {
        0 => (44, vec![proto, 0, 0, given.pick(&[0, 1, 0x59]), 1, 2, 3, 4]),
        1 => (0, vec![proto, 0, 5, 2, 0, 0, 1, 0]),
        _ => (proto, Vec::new()),
    };
    let len = u16::try_from(extension.len() + behind.len()).expect("a short packet");
    let mut bytes = vec![0x60, 0, 0, 0];
    bytes.extend(len.to_be_bytes());
    bytes.extend([next, given.pick(&[1, 64, 255])]);
    for _ in 0..2 {
        let address: std::net::Ipv6Addr = given.pick(V6).parse().expect("an address");
        bytes.extend(address.octets());
    }
    bytes.extend(extension);
    bytes.extend(behind);
    bytes
}

/// What IP carries: ports or a type at its start, the flags of TCP where they stand.
fn inside(proto: u8, given: &mut Given) -> Vec<u8> {
    let mut bytes = match proto {
        1 => vec![given.pick(&[0, 3, 8, 11]), given.pick(&[0, 1]), 0, 0],
        58 => vec![given.pick(&[1, 128, 129, 135]), given.pick(&[0, 1]), 0, 0],
        _ => [given.pick(PORTS).to_be_bytes(), given.pick(PORTS).to_be_bytes()].concat(),
    };
    bytes.extend(given.bytes(8));
    if proto == 6 {
        bytes.extend([
            given.pick(&[0x50, 0x80]),
            given.pick(&[0x02, 0x12, 0x10, 0x18, 0x11, 0x04]),
            1,
            0,
            0,
            0,
            0,
            0,
        ]);
    }
    let more = given.pick(&[0, 0, 1, 30, 200]);
    bytes.extend(given.bytes(more));
    bytes
}

fn arp(given: &mut Given) -> Vec<u8> {
    let mut bytes = vec![0, 1, 8, 0, 6, 4, 0, given.pick(&[1, 2])];
    bytes.extend(given.pick(MACS));
    bytes.extend(given.pick(V4));
    bytes.extend(given.pick(MACS));
    bytes.extend(given.pick(V4));
    bytes
}

/// A frame of 802.3: OSI, spanning tree, IPX, NetBEUI, SNAP.
fn llc(given: &mut Given) -> (u16, Vec<u8>) {
    let mut bytes = given
        .pick::<&[u8]>(&[
            &[0xfe, 0xfe, 3, 0x83],
            &[0x42, 0x42, 3],
            &[0xe0, 0xe0, 3],
            &[0xf0, 0xf0, 3],
            &[0xff, 0xff, 0],
            &[0xaa, 0xaa, 3, 0, 0, 0, 0x81, 0x37],
            &[0xaa, 0xaa, 3, 8, 0, 7, 0x80, 0x9b],
            &[0xaa, 0xaa, 3, 0, 0, 0, 0x80, 0xf3],
            &[6, 6, 3, 0x45],
        ])
        .to_vec();
    bytes.extend(given.bytes(40));
    (u16::try_from(bytes.len()).expect("a short frame"), bytes)
}
