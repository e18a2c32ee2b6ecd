//! What a message of the race looks like: `Rce` and nine digits, then letters up to its size.
//!
//! All of it prints, so that it is found again in rows; twelve bytes are sixteen of base64 with none left
//! over, so that it is found again in JSON.

use std::fs::File;
use std::io::{BufWriter, Write};

use crate::{Result, Words};

/// What every message begins with.
pub const MAGIC: &[u8; 3] = b"Rce";
/// Bytes of magic and number together.
pub const HEAD: usize = 12;

/// A message of `size` bytes without its number.
pub fn blank(size: usize) -> Vec<u8> {
    let mut bytes = b"Rce000000000".to_vec();
    bytes.extend((0..size.saturating_sub(HEAD)).map(|i| b'a' + (i % 26) as u8));
    bytes
}

/// Writes the number of a message.
#[inline]
pub fn number(message: &mut [u8], mut number: u64) {
    for at in (MAGIC.len()..HEAD).rev() {
        message[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// The number of the message that begins here, if one does.
#[inline]
pub fn read(bytes: &[u8]) -> Option<u64> {
    let digits = bytes.strip_prefix(MAGIC)?.get(..HEAD - MAGIC.len())?;
    digits.iter().try_fold(0, |n, d| d.is_ascii_digit().then(|| n * 10 + u64::from(d - b'0')))
}

/// Writes `count` lines of `size` bytes, line feed included.
pub fn lines(words: &Words) -> Result<()> {
    let (size, count) = (words.get::<usize>("size")?, words.get::<u64>("count")?);
    let mut out = BufWriter::new(File::create(words.text("file")?)?);
    let mut line = blank(size - 1);
    line.push(b'\n');
    for n in 0..count {
        number(&mut line, n);
        out.write_all(&line)?;
    }
    Ok(out.flush()?)
}

/// Numbers seen, each counted once.
#[derive(Default)]
pub struct Seen {
    bits: Vec<u64>,
    /// How many different numbers.
    pub distinct: u64,
}

impl Seen {
    pub fn add(&mut self, number: u64) {
        // A mangled number is no reason to fill the memory.
        if number >= 1 << 28 {
            return;
        }
        let (word, bit) = ((number / 64) as usize, 1 << (number % 64));
        if word >= self.bits.len() {
            self.bits.resize((word + 1).next_power_of_two(), 0);
        }
        self.distinct += u64::from(self.bits[word] & bit == 0);
        self.bits[word] |= bit;
    }
}
