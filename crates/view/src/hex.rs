//! Bytes as hexadecimal digits.

use crate::number::spaces;

/// Bytes on one line of a [`dump`].
pub const LINE: usize = 16;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

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

#[inline]
fn pair(byte: u8) -> [u8; 2] {
    [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
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
