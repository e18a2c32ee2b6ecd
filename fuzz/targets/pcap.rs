//! Whatever is in a file that begins like one of pcap: no panic, an end, the same however its bytes come, every packet
//! found again at its place, and a cut costs only what it cuts.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod recording;

/// Every magic in both orders.
const MAGICS: [[u8; 4]; 6] = [
    [0xa1, 0xb2, 0xc3, 0xd4],
    [0xd4, 0xc3, 0xb2, 0xa1],
    [0xa1, 0xb2, 0x3c, 0x4d],
    [0x4d, 0x3c, 0xb2, 0xa1],
    [0xa1, 0xb2, 0xcd, 0x34],
    [0x34, 0xcd, 0xb2, 0xa1],
];

// The input: which magic, the lengths of three pieces, what stands behind the magic.
fuzz_target!(|input: &[u8]| {
    let Some(([which, sizes @ ..], rest)) = input.split_first_chunk::<4>() else { return };
    let magic = MAGICS[usize::from(*which) % MAGICS.len()];
    recording::check(&[&magic, rest].concat(), sizes);
});
