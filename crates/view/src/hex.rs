//! Bytes as hexadecimal digits.

use crate::number::spaces;

/// Bytes on one line of a [`dump`].
pub const LINE: usize = 16;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The two digits of each byte.
static PAIRS: [[u8; 2]; 256] = {
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < pairs.len() {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

/// Appends the two digits of a byte.
#[inline]
pub fn byte(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&pair(byte));
}

/// Appends bytes with a space between each two: `c4 e3 ba c3`.
#[inline]
pub fn spaced(bytes: &[u8], out: &mut Vec<u8>) {
    let Some((last, rest)) = bytes.split_last() else { return };
    out.reserve(bytes.len() * 3);
    for b in rest {
        let [high, low] = pair(*b);
        out.extend_from_slice(&[high, low, b' ']);
    }
    byte(*last, out);
}

/// Appends a canonical dump, [`LINE`] bytes a line, each line indented by `indent` spaces:
/// offset, hex in two groups of eight, and the bytes as ASCII with `·` for what does not print.
pub fn dump(bytes: &[u8], indent: usize, out: &mut Vec<u8>) {
    for (number, line) in bytes.chunks(LINE).enumerate() {
        spaces(indent, out);
        for shift in [24, 16, 8, 0] {
            byte(((number * LINE) >> shift) as u8, out);
        }
        groups(line, out);
        out.extend_from_slice(b"  |");
        for b in line {
            match b {
                b' '..=b'~' => out.push(*b),
                _ => out.extend_from_slice("·".as_bytes()),
            }
        }
        out.extend_from_slice(b"|\n");
    }
}

/// A dump of a file that comes in chunks, as `hexdump -v -C` writes it (hexdump(1)): offset, hex in two groups of
/// eight, the bytes as ASCII with `.` for what does not print; at last the length.
///
/// ```
/// let mut dump = sockscope_view::hex::Canonical::default();
/// let mut out = Vec::new();
/// dump.append(b"GET / HTTP", &mut out);
/// dump.append(b"/1.1\r\n", &mut out);
/// dump.end(&mut out);
/// let want = "00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n00000010\n";
/// assert_eq!(out, want.as_bytes());
/// ```
#[derive(Debug, Default)]
pub struct Canonical {
    /// Bytes of all whole lines.
    offset: u64,
    /// The beginning of a line.
    rest: Vec<u8>,
}

impl Canonical {
    /// Columns of a whole line with its end, but for an offset of more than eight digits.
    const WIDTH: usize = 79;
    /// Where hex begins in it, and what shows the bytes as ASCII.
    const HEX: usize = 10;
    const ASCII: usize = 61;

    /// Appends the lines that `bytes` complete.
    pub fn append(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let missing = (LINE - self.rest.len()) % LINE;
        let (first, bytes) = bytes.split_at(missing.min(bytes.len()));
        self.rest.extend_from_slice(first);
        if let Ok(whole) = <[u8; LINE]>::try_from(self.rest.as_slice()) {
            self.rest.clear();
            self.lines(&[whole], out);
        }
        let (lines, rest) = bytes.as_chunks();
        self.lines(lines, out);
        self.rest.extend_from_slice(rest);
    }

    /// Appends the line that was begun, and the length; nothing where there were no bytes.
    pub fn end(&self, out: &mut Vec<u8>) {
        let len = self.offset + self.rest.len() as u64;
        if !self.rest.is_empty() {
            let mut whole = [0; LINE];
            whole[..self.rest.len()].copy_from_slice(&self.rest);
            let mut line = Self::line(&whole);
            line[Self::place(self.rest.len())..Self::ASCII - 1].fill(b' ');
            Self::offset(self.offset, out);
            out.extend_from_slice(&line[8..Self::ASCII + self.rest.len()]);
            out.extend_from_slice(b"|\n");
        }
        if len > 0 {
            Self::offset(len, out);
            out.push(b'\n');
        }
    }

    fn lines(&mut self, lines: &[[u8; LINE]], out: &mut Vec<u8>) {
        out.reserve(lines.len() * Self::WIDTH);
        for bytes in lines {
            let mut line = Self::line(bytes);
            if let Ok(offset) = u32::try_from(self.offset) {
                for (to, byte) in line.as_chunks_mut().0.iter_mut().zip(offset.to_be_bytes()) {
                    *to = pair(byte);
                }
                out.extend_from_slice(&line);
            } else {
                Self::offset(self.offset, out);
                out.extend_from_slice(&line[8..]);
            }
            self.offset += LINE as u64;
        }
    }

    /// A whole line without its offset.
    #[inline]
    fn line(bytes: &[u8; LINE]) -> [u8; Self::WIDTH] {
        let mut line = [b' '; Self::WIDTH];
        for (number, byte) in bytes.iter().enumerate() {
            let at = Self::place(number);
            line[at..at + 2].copy_from_slice(&pair(*byte));
            line[Self::ASCII + number] = if matches!(byte, b' '..=b'~') { *byte } else { b'.' };
        }
        line[Self::ASCII - 1] = b'|';
        line[Self::WIDTH - 2] = b'|';
        line[Self::WIDTH - 1] = b'\n';
        line
    }

    /// Where the byte of that number stands in hex: there is one more space between the groups.
    const fn place(number: usize) -> usize {
        Self::HEX + number * 3 + number / (LINE / 2)
    }

    /// Appends an offset in eight digits, or more where it needs them.
    fn offset(offset: u64, out: &mut Vec<u8>) {
        let places = (u64::BITS - offset.leading_zeros()).div_ceil(4).max(8);
        out.extend((0..places).rev().map(|place| DIGITS[(offset >> (4 * place) & 15) as usize]));
    }
}

#[inline]
fn pair(byte: u8) -> [u8; 2] {
    PAIRS[usize::from(byte)]
}

/// Two groups of eight, as wide as if the line were full.
fn groups(line: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let (left, right) = line.split_at(line.len().min(LINE / 2));
    for group in [left, right] {
        out.extend_from_slice(b"  ");
        spaced(group, out);
    }
    spaces(start + 2 * (2 + LINE / 2 * 3 - 1) - out.len(), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn spaced_hex_of_all_bytes() {
        let all: Vec<u8> = (0..=255).collect();
        let want: Vec<_> = all.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(text(|out| spaced(&all, out)), want.join(" "));
        assert_eq!(text(|out| spaced(b"", out)), "");
        assert_eq!(text(|out| spaced(&[0xc4, 0xe3, 0xba, 0xc3], out)), "c4 e3 ba c3");
    }

    #[test]
    fn a_canonical_dump_is_the_same_however_it_is_cut() {
        let bytes: Vec<u8> = (0..=255).chain(b"half a line".iter().copied()).collect();
        let dump = |chunks: &[&[u8]]| {
            let mut dump = Canonical::default();
            text(|out| {
                chunks.iter().for_each(|chunk| dump.append(chunk, out));
                dump.end(out);
            })
        };
        let whole = dump(&[&bytes]);
        assert!(
            whole.ends_with(
                "\n00000100  68 61 6c 66 20 61 20 6c  69 6e 65                 |half a line|\n0000010b\n"
            ),
            "{whole}"
        );
        for cut in 0..bytes.len() {
            let (left, right) = bytes.split_at(cut);
            assert_eq!(dump(&[left, right]), whole, "{cut}");
        }
        assert_eq!(dump(&bytes.chunks(1).collect::<Vec<_>>()), whole);
        assert_eq!(dump(&[b""]), "");
    }

    #[test]
    fn an_offset_takes_the_digits_it_needs() {
        let mut dump = Canonical { offset: u64::from(u32::MAX) - 15, rest: Vec::new() };
        let shown = text(|out| {
            dump.append(&[0; 32], out);
            dump.end(out);
        });
        let offsets: Vec<&str> = shown.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(offsets, ["fffffff0", "100000000", "100000010"]);
    }

    #[test]
    fn a_dump_lines_up_at_every_length() {
        let want = "  00000000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  |0123456789:;<=>?|\n\
                    \x20 00000010  e4 bd a0 1b                                       |····|\n";
        let bytes = b"0123456789:;<=>?\xe4\xbd\xa0\x1b";
        assert_eq!(text(|out| dump(bytes, 2, out)), want);
        for len in 1..=16 {
            let line = text(|out| dump(&bytes[..len], 0, out));
            assert_eq!(line.find('|'), Some(60), "{line}");
        }
        assert_eq!(text(|out| dump(b"", 0, out)), "");
    }
}
