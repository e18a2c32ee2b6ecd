//! The two-byte codes of GBK and GB 18030 as a table, for long streams.
//!
//! encoding_rs finds the codes beyond GB 2312 by searching through ranges, to be small. The table is filled by it
//! once, when the first long stream comes, so there is still one source of what a code means.

use std::sync::LazyLock;

use encoding_rs::DecoderResult;

/// Columns of the table: trail bytes, and one for ASCII, which has none.
const TRAILS: usize = 257;

/// Lead bytes, and ASCII, without the highest bit.
const LEADS: usize = 128;

/// What is written at once: a character and what is to be overwritten by the next.
const CELL: usize = 4;

/// Bytes that are read at once.
const STEP: usize = 8;

/// Characters that are sure to be whole in them.
const SURE: usize = STEP / 2;

/// The most bytes that are decoded between two looks at how much room there is.
const BLOCK: usize = 8192;

static TABLE: LazyLock<Box<[u32]>> = LazyLock::new(fill);

/// Appends the text of `bytes` as UTF-8 up to a code that the table lacks: of four bytes, beyond U+FFFF, none at
/// all; the last few bytes are left alone too. Returns how many bytes it took, of whole characters only.
pub(super) fn append(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let table: &[u32] = &TABLE;
    let mut done = 0;
    loop {
        let block = &bytes[done..bytes.len().min(done + BLOCK)];
        let start = out.len();
        // Each two bytes give three at most; more than one step is never written beyond what it is to be.
        out.resize(start + block.len() / 2 * 3 + STEP + CELL, 0);
        let (taken, written) = decode(table, block, &mut out[start..]);
        out.truncate(start + written);
        done += taken;
        if taken + STEP <= block.len() || block.len() < BLOCK {
            return done;
        }
    }
}

/// Decodes step by step; returns the bytes taken and written. One way for ASCII and for all others: in Chinese text
/// nothing tells a processor beforehand which comes next.
fn decode(table: &[u32], bytes: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (mut at, mut to) = (0, 0);
    while let Some(step) = bytes[at..].first_chunk::<STEP>() {
        let mut word = u64::from_le_bytes(*step);
        if word & 0x8080_8080_8080_8080 == 0 {
            out[to..to + STEP].copy_from_slice(step);
            (at, to) = (at + STEP, to + STEP);
            continue;
        }
        for _ in 0..SURE {
            let is_pair = (word >> 7 & 1) as usize;
            let cell = table[place(word as u8, (word >> 8) as u8)];
            if cell == 0 {
                return (at, to);
            }
            out[to..to + CELL].copy_from_slice(&cell.to_le_bytes());
            at += 1 + is_pair;
            to += (cell >> 24) as usize;
            word >>= 8 << is_pair;
        }
    }
    (at, to)
}

/// Where in the table a character begins that has `first` as its first byte and `next` behind it.
#[inline]
fn place(first: u8, next: u8) -> usize {
    let column = if first.is_ascii() { TRAILS - 1 } else { next.into() };
    column * LEADS + usize::from(first & 0x7f)
}

/// Cells of three bytes of UTF-8, low byte first, and above them how many there are; 0 where there is none.
fn fill() -> Box<[u32]> {
    let mut table = vec![0; TRAILS * LEADS];
    for ascii in 0..0x80_u8 {
        table[place(ascii, 0)] = u32::from(ascii) | 1 << 24;
    }
    for lead in 0x81..=0xFE {
        for trail in (0x40..=0x7E).chain(0x80..=0xFE) {
            table[place(lead, trail)] = cell([lead, trail]);
        }
    }
    table.into_boxed_slice()
}

/// The cell of a code, as encoding_rs decodes it.
fn cell(code: [u8; 2]) -> u32 {
    let mut text = [0; 8];
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let (result, _, len) = decoder.decode_to_utf8_without_replacement(&code, &mut text, true);
    match (result, len) {
        (DecoderResult::InputEmpty, 1..=3) => u32::from_le_bytes([text[0], text[1], text[2], len as u8]),
        _ => 0,
    }
}
