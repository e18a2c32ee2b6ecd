//! Messages of DNS (RFC 1035 section 4), as far as row and tree both need them.

use super::bytes::be16;
use crate::palette::Palette;
use crate::text;
use sockscope_core::charset::Charset;

/// A name is at most this long on the wire (RFC 1035 section 2.3.4).
const LONGEST: usize = 255;

/// No name that fits needs more pointers: each has a label of its own before or behind it.
const JUMPS: usize = 128;

/// The header of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) id: u16,
    pub(super) flags: u16,
    /// Questions, answers, authorities, additional records.
    pub(super) counts: [u16; 4],
}

impl Header {
    pub(super) fn read(message: &[u8]) -> Option<Self> {
        let word = |at| be16(message, at);
        Some(Self { id: word(0)?, flags: word(2)?, counts: [word(4)?, word(6)?, word(8)?, word(10)?] })
    }

    pub(super) fn is_reply(self) -> bool {
        self.flags & 0x8000 != 0
    }

    pub(super) fn opcode(self) -> u16 {
        self.flags >> 11 & 15
    }

    pub(super) fn rcode(self) -> u16 {
        self.flags & 15
    }
}

/// What a record has in front of its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    /// Where its type stands, behind its name.
    pub(super) at: usize,
    pub(super) kind: u16,
    pub(super) class: u16,
    pub(super) ttl: u32,
    /// Where its data begins.
    pub(super) data: usize,
    pub(super) len: usize,
}

impl Record {
    /// Reads what follows a name that ended at `at`.
    pub(super) fn read(message: &[u8], at: usize) -> Option<Self> {
        let [kind, class] = [be16(message, at)?, be16(message, at + 2)?];
        let ttl = super::bytes::be32(message, at + 4)?;
        Some(Self { at, kind, class, ttl, data: at + 10, len: be16(message, at + 8)?.into() })
    }
}

/// Appends the name at `at`, safe to show, and returns where it ends. `None`, with what was read so far appended,
/// where it leaves the message, is longer than a name can be, or points at anything but an earlier place.
pub(super) fn name(message: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let (mut here, mut least, mut after, mut total, mut jumps) = (at, at, None, 0, 0);
    loop {
        let len = usize::from(*message.get(here)?);
        match len >> 6 {
            0 if len == 0 => {
                if total == 0 {
                    out.push(b'.');
                }
                return Some(after.unwrap_or(here + 1));
            }
            0 => {
                let bytes = message.get(here + 1..here + 1 + len)?;
                total += len + 1;
                if total >= LONGEST {
                    return None;
                }
                if total > len + 1 {
                    out.push(b'.');
                }
                label(bytes, out);
                here += len + 1;
            }
            3 => {
                let target = usize::from(be16(message, here)? & 0x3fff);
                after = after.or(Some(here + 2));
                // Only backwards: so it comes to an end.
                if target >= least || jumps == JUMPS {
                    return None;
                }
                (here, least, jumps) = (target, target, jumps + 1);
            }
            _ => return None,
        }
    }
}

/// Appends a label; a dot within it is no end of it.
fn label(bytes: &[u8], out: &mut Vec<u8>) {
    for (index, part) in bytes.split(|byte| *byte == b'.').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\\.");
        }
        text::show(Charset::UTF_8, part, None, &Palette::plain(), out);
    }
}

/// Which of the protocols of this form a port stands for.
pub(super) fn flavour(ports: (u16, u16)) -> &'static str {
    let either = |port| ports.0 == port || ports.1 == port;
    match () {
        () if either(5353) => "mDNS",
        () if either(5355) => "LLMNR",
        () => "DNS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &[u8], at: usize) -> (Option<usize>, String) {
        let mut out = Vec::new();
        let end = name(message, at, &mut out);
        (end, String::from_utf8(out).unwrap())
    }

    #[test]
    fn names_are_followed_backwards_only() {
        let message = b"\x03www\x07example\x03com\0\x04mail\xc0\x04\xc0\x16\xc0\x00";
        assert_eq!(read(message, 0), (Some(17), "www.example.com".to_owned()));
        assert_eq!(read(message, 17), (Some(24), "mail.example.com".to_owned()));
        assert_eq!(read(message, 26), (Some(28), "www.example.com".to_owned()));
        assert_eq!(read(b"\0", 0), (Some(1), ".".to_owned()));
        for broken in [&b"\xc0\x00"[..], b"\x01a\xc0\x00", b"\x03ab", b"\x40a\0", b"", b"\xc0", b"\x01a"] {
            assert_eq!(read(broken, 0).0, None, "{broken:?}");
        }
    }

    #[test]
    fn labels_show_safely() {
        assert_eq!(
            read(b"\x03a.b\x02\x1b[\x06\xe4\xbd\xa0\xe5\xa5\xbd\x01\xff\0", 0).1,
            "a\\.b.\\x1b[.你好.\\xff"
        );
        let long = [&[63u8; 64][..]; 4].concat();
        assert_eq!(read(&[&long[..], &[0]].concat(), 0).0, None);
    }
}
