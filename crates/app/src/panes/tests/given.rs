//! Packets made by hand, and a small recording of them.

use std::io::Cursor;
use std::net::IpAddr;

use sockscope::core::charset::{Charset, Viewing};
use sockscope::recording::{Index, Recording};
use sockscope::view::list::Clock;

use crate::panes::key::Key;
use crate::panes::look::Look;
use crate::panes::view::View;

const A: &str = "10.0.0.1";
const B: &str = "10.0.0.2";

/// The checksum of the Internet (RFC 1071).
fn sum(bytes: &[u8]) -> [u8; 2] {
    let words =
        bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |low| u32::from(*low)));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}

fn octets(address: &str) -> Vec<u8> {
    match address.parse().unwrap() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// What IP carries, its checksum at `at` filled in.
fn carried((from, to): (&str, &str), protocol: u8, mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    let len = bytes.len() as u32;
    let all = [&octets(from), &octets(to), &len.to_be_bytes()[..], &[0, 0, 0, protocol], &bytes].concat();
    bytes[at..at + 2].copy_from_slice(&sum(&all));
    bytes
}

fn udp(ends: (&str, &str), ports: (u16, u16), payload: &[u8]) -> Vec<u8> {
    let head = [ports.0, ports.1, 8 + payload.len() as u16, 0].map(u16::to_be_bytes).concat();
    carried(ends, 17, [&head, payload].concat(), 6)
}

fn tcp(ends: (&str, &str), ports: (u16, u16), (seq, ack): (u32, u32), flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = [ports.0.to_be_bytes(), ports.1.to_be_bytes()].concat();
    bytes.extend([seq.to_be_bytes(), ack.to_be_bytes()].concat());
    bytes.extend([0x50, flags, 1, 0xf6, 0, 0, 0, 0]);
    bytes.extend_from_slice(payload);
    carried(ends, 6, bytes, 16)
}

fn four((from, to): (&str, &str), protocol: u8, fragment: u16, bytes: &[u8]) -> Vec<u8> {
    let len = (20 + bytes.len() as u16).to_be_bytes();
    let [high, low] = fragment.to_be_bytes();
    let mut head = vec![0x45, 0, len[0], len[1], 0, 9, high, low, 64, protocol, 0, 0];
    head.extend([octets(from), octets(to)].concat());
    let check = sum(&head);
    head[10..12].copy_from_slice(&check);
    [&head, bytes].concat()
}

fn six((from, to): (&str, &str), protocol: u8, bytes: &[u8]) -> Vec<u8> {
    let len = (bytes.len() as u16).to_be_bytes();
    [&[0x60, 0, 0, 0, len[0], len[1], protocol, 64][..], &octets(from), &octets(to), bytes].concat()
}

fn ethernet(kind: &[u8], bytes: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1][..], kind, bytes].concat()
}

fn gbk(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    Charset::GBK.encode(text, &Default::default(), &mut out).unwrap();
    out
}

/// UDP in GBK, DNS over IPv6 and with a VLAN tag, a conversation of TCP with a retransmission, and fragments.
pub(super) fn packets() -> Vec<Vec<u8>> {
    let (there, back) = ((A, B), (B, A));
    let query = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x1c\0\x01";
    let answer = [b"HTTP/1.1 200 OK\r\n\r\n", &gbk("你好，世界！")[..]].concat();
    let get = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let web = |way, ports, numbers, flags, payload: &[u8]| {
        ethernet(&[8, 0], &four(way, 6, 0, &tcp(way, ports, numbers, flags, payload)))
    };
    let (up, down) = ((50000, 80), (80, 50000));
    let long = udp(there, (7, 8), &b"0123456789".repeat(200));
    let v6 = ("fd00::1", "fd00::2");
    vec![
        ethernet(&[8, 0], &four(there, 17, 0, &udp(there, (54321, 8080), &gbk("你好")))),
        ethernet(&[8, 0], &four(back, 17, 0, &udp(back, (8080, 54321), &gbk("你好，世界！温度 25 度\r\n")))),
        ethernet(&[0x86, 0xdd], &six(v6, 17, &udp(v6, (5000, 53), query))),
        ethernet(&[0x81, 0, 0, 42, 8, 0], &four(there, 17, 0, &udp(there, (40000, 53), query))),
        web(there, up, (1000, 0), 2, b""),
        web(back, down, (5000, 1001), 0x12, b""),
        web(there, up, (1001, 5001), 0x10, b""),
        web(there, up, (1001, 5001), 0x18, get),
        web(there, up, (1001, 5001), 0x18, get),
        web(back, down, (5001, 1028), 0x18, &answer),
        web(there, up, (1028, 5001 + answer.len() as u32), 0x11, b""),
        ethernet(&[8, 0], &four(there, 17, 0x2000, &long[..1480])),
        ethernet(&[8, 0], &four(there, 17, 185, &long[1480..])),
        ethernet(&[8, 6], b"\0\x01\x08\0\x06\x04\0\x01\x02\0\0\0\0\x01\x0a\0\0\x01\0\0\0\0\0\0\x0a\0\0\x02"),
    ]
}

/// The header of a file of pcap with Ethernet.
pub(super) const HEAD: &[u8] = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0";

/// A packet in a file of pcap, so many times 1234 microseconds after 2026-01-02 03:04:05 UTC.
pub(super) fn record(number: usize, bytes: &[u8]) -> Vec<u8> {
    let micros = number as u32 * 1234;
    let len = bytes.len() as u32;
    let head = [1_767_323_045 + micros / 1_000_000, micros % 1_000_000, len, len].map(u32::to_le_bytes);
    [&head.concat(), bytes].concat()
}

/// A file with the packets so many times over.
pub(super) fn file(times: usize) -> Vec<u8> {
    let packets = packets();
    let all = packets.iter().cycle().take(times * packets.len()).enumerate();
    HEAD.iter().copied().chain(all.flat_map(|(number, packet)| record(number, packet))).collect()
}

pub(super) fn look() -> Look {
    let charset = Some(Viewing::Chosen(Charset::GBK));
    let locale = "zh_CN.UTF-8".to_owned();
    Look { charset, clock: Clock::Relative, offset: 8 * 3600, colour: false, locale, filter: None }
}

/// A view of these bytes that has begun; 80 columns, 24 rows.
pub(super) fn view(bytes: Vec<u8>) -> View {
    let recording = Recording::from_reader(Cursor::new(bytes), "small.pcap").unwrap();
    let mut view = View::new(Index::new(recording), look());
    view.begin().unwrap();
    view
}

/// The same, and all work is done.
pub(super) fn small() -> View {
    let mut view = view(file(1));
    while view.work() {}
    view
}

/// The key of a character: `\t` and `\n` are Tab and Enter, `↓` and the other arrows are those.
pub(super) fn key(c: char) -> Key {
    match c {
        '\t' => Key::Tab,
        '\n' => Key::Enter,
        '↓' => Key::Down,
        '↑' => Key::Up,
        '→' => Key::Right,
        '←' => Key::Left,
        '⎋' => Key::Esc,
        c => Key::Char(c),
    }
}

/// Presses keys; what they begin is done.
pub(super) fn press(view: &mut View, keys: &str) {
    for c in keys.chars() {
        view.press(key(c));
        while view.work() {}
    }
}

/// The screen as text.
pub(super) fn screen(view: &mut View) -> String {
    let frame = view.draw();
    let lines: Vec<_> = frame.lines.iter().map(|line| line.text().trim_end().to_owned()).collect();
    lines.join("\n")
}

/// The last line.
pub(super) fn status(view: &mut View) -> String {
    screen(view).lines().last().unwrap().to_owned()
}
