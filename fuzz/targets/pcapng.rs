//! Whatever is in a file that begins like one of pcapng: no panic, an end, the same however its bytes come, every packet
//! found again at its place, and a cut costs only what it cuts.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod recording;

// The input: the lengths of three pieces, and the file.
fuzz_target!(|input: &[u8]| {
    let Some((sizes, file)) = input.split_first_chunk::<3>() else { return };
    recording::check(file, sizes);
});
