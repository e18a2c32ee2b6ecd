//! Whatever fragments come: no more is held than the limits say, and each is told of exactly once: in a datagram that
//! is whole, or as lost. What is whole has the bytes of its fragments.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use sockscope_core::facts::Stamp;
use sockscope_view::dissect::{Limits, Link, Reassembled, Reassembler, decode};

#[derive(Arbitrary, Debug)]
struct Part {
    six: bool,
    id: u8,
    /// In units of eight bytes.
    offset: u8,
    len: u8,
    more: bool,
    /// Bytes of the recording that are missing.
    cut: u8,
    /// Seconds since the one before.
    after: u8,
}

const LIMITS: Limits = Limits { datagrams: 4, bytes: 3000 };

fuzz_target!(|parts: Vec<Part>| {
    let mut line = Reassembler::new(LIMITS);
    let mut told = vec![0; parts.len()];
    let mut time = 0;
    let packets: Vec<Vec<u8>> = parts.iter().map(packet).collect();
    for (index, (part, packet)) in parts.iter().zip(&packets).enumerate() {
        time += u64::from(part.after) * 1_000_000_000;
        // One in four is cut.
        let cut = if part.cut % 4 == 0 { usize::from(part.cut / 4) } else { 0 };
        let there = &packet[..packet.len() - cut.min(usize::from(part.len))];
        let decoded = decode(Link::Raw, there, packet.len() as u32);
        let fragment = decoded.fragment;
        let Reassembled { whole, lost } = line.push(index as u64, Stamp(time), &decoded);
        assert!(line.held() <= LIMITS.bytes, "{} held", line.held());
        told[index] += usize::from(fragment.is_none());
        for number in lost.iter().flat_map(|lost| &lost.packets) {
            told[*number as usize] += 1;
        }
        let Some(whole) = whole else { continue };
        for number in &whole.packets {
            told[*number as usize] += 1;
            let part = decode(Link::Raw, &packets[*number as usize], packets[*number as usize].len() as u32);
            let part = part.fragment.expect("a fragment");
            let bytes = &packets[*number as usize][part.at as usize..];
            assert_eq!(&whole.bytes[part.offset as usize..][..part.len as usize], bytes);
        }
        let _ = whole.decode();
    }
    for number in line.finish().iter().flat_map(|lost| &lost.packets) {
        told[*number as usize] += 1;
    }
    assert!(told.iter().all(|times| *times == 1), "{told:?}");
});

fn packet(part: &Part) -> Vec<u8> {
    let len = usize::from(part.len);
    let place = u16::from(part.offset);
    let body: Vec<u8> = (0..len).map(|at| (usize::from(part.offset) * 8 + at) as u8).collect();
    let head = if part.six {
        let words = [0x6000, 0, (8 + len) as u16, 0x2c40].map(u16::to_be_bytes).concat();
        let place = place << 3 | u16::from(part.more);
        let header = [&[17, 0][..], &place.to_be_bytes(), &[0, 0, 0, part.id]].concat();
        [words, vec![7; 32], header].concat()
    } else {
        let place = place | u16::from(part.more) << 13;
        let words =
            [0x4500, (20 + len) as u16, part.id.into(), place, 0x4011, 0].map(u16::to_be_bytes).concat();
        [words, vec![7; 8]].concat()
    };
    [head, body].concat()
}
