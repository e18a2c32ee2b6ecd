//! Counts the messages in what a receiver wrote.

use std::fs::File;
use std::io::Read;

use memchr::memmem;

use crate::mark::{self, Seen};
use crate::{Result, Words};

pub fn run(words: &Words) -> Result<()> {
    let (limit, size) = (words.get::<u64>("bytes")?, words.get::<usize>("size")?);
    let mut bytes = Vec::new();
    File::open(words.text("file")?)?.take(limit).read_to_end(&mut bytes)?;
    let whole = mark::blank(size);
    let rest = &whole[mark::HEAD..];
    let (mut seen, mut messages, mut cut) = (Seen::default(), 0_u64, 0_u64);
    match words.text("kind")? {
        "json" => {
            let want = size.div_ceil(3) * 4;
            for at in memmem::find_iter(&bytes, b"\"data\":\"") {
                let text = &bytes[at + 8..];
                let len = memchr::memchr(b'"', text).unwrap_or(0);
                let head: Vec<u8> = text.chunks(4).take(mark::HEAD / 3).flat_map(base64).collect();
                if let Some(number) = mark::read(&head) {
                    messages += 1;
                    seen.add(number);
                    cut += u64::from(len != want);
                }
            }
        }
        // A row folds what is long, and says so: only whole files of payloads can be looked at for cuts.
        kind => {
            for at in memmem::find_iter(&bytes, mark::MAGIC) {
                let Some(number) = mark::read(&bytes[at..]) else { continue };
                messages += 1;
                seen.add(number);
                cut += u64::from(kind == "raw" && !bytes[at + mark::HEAD..].starts_with(rest));
            }
        }
    }
    let distinct = seen.distinct;
    println!("{{\"messages\":{messages},\"distinct\":{distinct},\"cut\":{cut}}}");
    Ok(())
}

/// Three bytes out of four letters (RFC 4648 section 4); letters that are none count as zero.
fn base64(four: &[u8]) -> [u8; 3] {
    let bits = four.iter().fold(0_u32, |bits, letter| {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => 0,
        };
        bits << 6 | u32::from(six)
    });
    [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]
}
