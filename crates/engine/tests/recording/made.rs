//! Files made by hand, and all that is read of one.

use sockscope::recording::{Index, Progress, Recording, Walk};
use sockscope::view::recording::{Item, Packet};

/// The packets of a recording with their bytes, and its notes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct All {
    pub(crate) packets: Vec<(Packet, Vec<u8>)>,
    pub(crate) notes: Vec<String>,
}

/// Goes through a recording once.
pub(crate) fn walk(recording: Recording) -> All {
    let mut all = All::default();
    let mut walk = Walk::new(recording);
    while let Some(piece) = walk.next().unwrap() {
        match piece.item {
            Item::Packet(packet) => {
                let data = packet.data(piece.bytes).to_vec();
                all.packets.push((packet, data));
            }
            Item::Note(note) => all.notes.push(note.to_string()),
            _ => {}
        }
    }
    all
}

/// Reads every packet by its number, from the last on, once the index was made in steps of `budget`.
pub(crate) fn index(recording: Recording, budget: u64) -> All {
    let mut index = Index::new(recording);
    while index.advance(budget).unwrap() == Progress::More {}
    index.finish().unwrap();
    let mut all = All { notes: index.notes().iter().map(ToString::to_string).collect(), ..All::default() };
    for number in (0..index.len()).rev() {
        let time = index.time(number);
        let taken = index.packet(number).unwrap().unwrap();
        assert_eq!(taken.packet.time, time);
        all.packets.push((taken.packet.clone(), taken.data().to_vec()));
    }
    all.packets.reverse();
    all
}

/// A little-endian block of pcapng.
pub(crate) fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let len = (body.len().next_multiple_of(4) as u32 + 12).to_le_bytes();
    let mut block = [&kind.to_le_bytes()[..], &len, body].concat();
    block.resize(block.len().next_multiple_of(4), 0);
    block.extend(len);
    block
}

/// A section and an interface of Ethernet.
pub(crate) fn head() -> Vec<u8> {
    let section = block(0x0a0d_0d0a, &[&[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0][..], &[0xff; 8]].concat());
    [section, block(1, &[1, 0, 0, 0, 0, 0, 0, 0])].concat()
}

/// A packet of the first interface, `micros` microseconds after 1970.
pub(crate) fn packet(micros: u32, data: &[u8]) -> Vec<u8> {
    let len = data.len() as u32;
    let numbers = [0, 0, micros, len, len].map(u32::to_le_bytes).concat();
    block(6, &[&numbers, data].concat())
}

/// A file with so many packets, of 0 to 999 bytes.
pub(crate) fn file(packets: u32) -> Vec<u8> {
    let packets = (0..packets).flat_map(|n| packet(n, &vec![n as u8; (n as usize * 7919) % 1000]));
    head().into_iter().chain(packets).collect()
}
