//! Packets as a classic capture file, which tshark reads.

use std::net::SocketAddr;

use sockscope_view::flow::{Head, Tcp};

use super::given::Packet;

/// The bytes of a capture file: nanoseconds, packets that begin with their IPv4 header.
pub(crate) fn pcap(packets: &[Packet]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d_u32, 2 | 4 << 16, 0, 0, 0x40000, 101] {
        file.extend(word.to_le_bytes());
    }
    for packet in packets {
        let bytes = ip(packet);
        let whole = bytes.len() + packet.len as usize - packet.payload.len();
        let (seconds, nanos) = (packet.time / 1_000_000_000, packet.time % 1_000_000_000);
        for word in [seconds as u32, nanos as u32, bytes.len() as u32, whole as u32] {
            file.extend(word.to_le_bytes());
        }
        file.extend(bytes);
    }
    file
}

/// How many bytes the headers of a packet take.
pub(crate) fn headers(packet: &Packet) -> usize {
    ip(packet).len() - packet.payload.len()
}

fn ip(packet: &Packet) -> Vec<u8> {
    let (source, destination) = packet.ends();
    let transport = match &packet.head {
        Head::Udp => udp(packet, source, destination),
        Head::Tcp(tcp) => tcp_bytes(tcp, packet, source, destination),
    };
    let protocol = if packet.head == Head::Udp { 17 } else { 6 };
    let cut = packet.len as usize - packet.payload.len();
    let mut bytes = vec![0x45, 0];
    bytes.extend((20 + (transport.len() + cut) as u16).to_be_bytes());
    bytes.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
    bytes.extend(octets(source));
    bytes.extend(octets(destination));
    let sum = checksum(&bytes);
    bytes[10..12].copy_from_slice(&sum.to_be_bytes());
    bytes.extend(transport);
    bytes
}

fn udp(packet: &Packet, source: SocketAddr, destination: SocketAddr) -> Vec<u8> {
    let mut bytes = ports(source, destination);
    bytes.extend((8 + packet.len as u16).to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(&packet.payload);
    seal(bytes, 6, 17, source, destination)
}

fn tcp_bytes(tcp: &Tcp, packet: &Packet, source: SocketAddr, destination: SocketAddr) -> Vec<u8> {
    let options = options(tcp);
    let mut bytes = ports(source, destination);
    bytes.extend(tcp.seq.to_be_bytes());
    bytes.extend(tcp.ack.unwrap_or(0).to_be_bytes());
    let words = (5 + options.len() / 4) as u16;
    bytes.extend((words << 12 | tcp.flags.0).to_be_bytes());
    bytes.extend(tcp.window.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(options);
    bytes.extend(&packet.payload);
    seal(bytes, 16, 6, source, destination)
}

fn options(tcp: &Tcp) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mss) = tcp.mss {
        bytes.extend([2, 4]);
        bytes.extend(mss.to_be_bytes());
    }
    if tcp.sack_permitted {
        bytes.extend([4, 2]);
    }
    if let Some(scale) = tcp.scale {
        bytes.extend([3, 3, scale]);
    }
    let blocks: Vec<_> = tcp.sack.into_iter().flatten().collect();
    if !blocks.is_empty() {
        bytes.extend([5, 2 + 8 * blocks.len() as u8]);
        blocks.iter().for_each(|(l, r)| bytes.extend([l.to_be_bytes(), r.to_be_bytes()].concat()));
    }
    if let Some((value, echo)) = tcp.timestamps {
        bytes.extend([8, 10]);
        bytes.extend([value.to_be_bytes(), echo.to_be_bytes()].concat());
    }
    bytes.resize(bytes.len().next_multiple_of(4), 1);
    bytes
}

fn ports(source: SocketAddr, destination: SocketAddr) -> Vec<u8> {
    [source.port().to_be_bytes(), destination.port().to_be_bytes()].concat()
}

fn octets(address: SocketAddr) -> [u8; 4] {
    let SocketAddr::V4(address) = address else { panic!("IPv4 only") };
    address.ip().octets()
}

/// Puts the checksum of a transport to its place.
fn seal(mut bytes: Vec<u8>, at: usize, protocol: u8, source: SocketAddr, destination: SocketAddr) -> Vec<u8> {
    let mut pseudo = [octets(source), octets(destination)].concat();
    pseudo.extend([0, protocol]);
    pseudo.extend((bytes.len() as u16).to_be_bytes());
    pseudo.extend(&bytes);
    let sum = checksum(&pseudo);
    bytes[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
