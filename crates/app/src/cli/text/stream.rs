//! What is shown while it is read, however long it is.

use std::io::Read;

use sockscope::core::charset::{Charset, Decoder};
use sockscope::error::Error;
use sockscope::view::hex;

use super::Source;
use crate::out;

/// Bytes that are read and shown at once.
const CHUNK: usize = 64 << 10;

/// Writes bytes of a charset as text, those that do not decode as `\xHH`, and a newline at the end if there is none.
/// Returns how many did not decode.
pub(super) fn decode(charset: Charset, source: Source) -> Result<u64, Error> {
    let mut decoder = Decoder::new(charset);
    let (mut invalid, mut newest) = (0, None);
    through(source, |bytes, last, text| {
        decoder.append(bytes, last, text, |bad, text| {
            invalid += bad.len() as u64;
            for byte in bad {
                text.extend_from_slice(b"\\x");
                hex::byte(*byte, text);
            }
        });
        newest = text.last().copied().or(newest);
        if last && newest != Some(b'\n') {
            text.push(b'\n');
        }
    })?;
    Ok(invalid)
}

/// Writes a canonical dump of bytes.
pub(super) fn dump(source: Source) -> Result<(), Error> {
    let mut dump = hex::Canonical::default();
    through(source, |bytes, last, lines| {
        dump.append(bytes, lines);
        if last {
            dump.end(lines);
        }
    })
}

/// Writes what `show` appends for each chunk as soon as it is there; the last one is empty.
fn through(mut source: Source, mut show: impl FnMut(&[u8], bool, &mut Vec<u8>)) -> Result<(), Error> {
    let mut stdout = out::Rows::open().map_err(Error::Output)?;
    let (mut chunk, mut shown) = (vec![0; CHUNK], Vec::new());
    loop {
        let len = read(&mut source, &mut chunk)?;
        show(&chunk[..len], len == 0, &mut shown);
        stdout.put(&shown).and_then(|()| stdout.flush()).map_err(Error::Output)?;
        shown.clear();
        if len == 0 {
            return Ok(());
        }
    }
}

fn read(source: &mut Source, chunk: &mut [u8]) -> Result<usize, Error> {
    loop {
        match source.bytes.read(chunk) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            result => return result.map_err(|error| Error::Read { what: source.name.clone(), error }),
        }
    }
}
