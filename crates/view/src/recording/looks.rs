//! What a file that is no recording looks like.

use sockscope_core::problem::Problem;

/// First bytes of what people take for a recording, what that is, and what makes a recording of it.
const KINDS: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "gzip", "unpack it with gunzip"),
    (b"\x28\xb5\x2f\xfd", "zstd", "unpack it with unzstd"),
    (b"\x04\x22\x4d\x18", "lz4", "unpack it with unlz4"),
    (b"\xfd7zXZ\0", "xz", "unpack it with unxz"),
    (b"BZh", "bzip2", "unpack it with bunzip2"),
    (b"PK\x03\x04", "zip", "unpack it with unzip"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip", "unpack it"),
    (b"snoop\0\0\0", "snoop", CONVERT),
    (b"btsnoop\0", "a Bluetooth log (btsnoop)", CONVERT),
    (b"GMBU", "Microsoft Network Monitor", CONVERT),
    (b"RTSS", "Microsoft Network Monitor 1", CONVERT),
    (b"XCP\0", "NetXRay", CONVERT),
    (b"TRSNIFF data    \x1a", "Sniffer", CONVERT),
    (b"\x1c\x00\x01\xac", "pcap as Ixia writes it", CONVERT),
    (b"\xac\x01\x00\x1c", "pcap as Ixia writes it", CONVERT),
    (b"\x1c\x00\x01\xab", "pcap as Ixia writes it", CONVERT),
    (b"\xab\x01\x00\x1c", "pcap as Ixia writes it", CONVERT),
    (b"\x7fELF", "a program", WANTED),
    (b"%PDF", "PDF", WANTED),
    (b"\x89PNG", "a PNG picture", WANTED),
    (b"<?xml", "XML", WANTED),
    (b"{", "JSON", WANTED),
];

const CONVERT: &str = "make pcapng of it: editcap -F pcapng";

const WANTED: &str = "give a file of pcap or pcapng";

/// How many of the first bytes are enough to tell.
pub(super) const ENOUGH: usize = 64;

/// Why a file that begins with these bytes cannot be read.
pub(super) fn problem(first: &[u8]) -> Problem {
    let first = &first[..first.len().min(ENOUGH)];
    let told = |what: String, remedy: &str| {
        let remedy = if remedy == WANTED { WANTED.to_owned() } else { format!("{remedy}, or {WANTED}") };
        Problem::whole("", what, remedy)
    };
    if first.is_empty() {
        return told("it is empty".to_owned(), WANTED);
    }
    if let Some((_, kind, remedy)) = KINDS.iter().find(|(magic, ..)| first.starts_with(magic)) {
        return told(format!("it is neither pcap nor pcapng, but looks like {kind}"), remedy);
    }
    if is_text(first) {
        let remedy = "make a recording of a hex dump with text2pcap";
        return told("it is neither pcap nor pcapng, but looks like text".to_owned(), remedy);
    }
    let start: Vec<String> = first.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    told(format!("it is neither pcap nor pcapng: it begins with {}", start.join(" ")), WANTED)
}

/// Whether these bytes, perhaps cut within a character, are text of UTF-8.
fn is_text(bytes: &[u8]) -> bool {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !whole.is_empty() && whole.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_looks_like_is_told_with_a_remedy() {
        for (first, want) in [
            (&b""[..], "it is empty; give a file of pcap or pcapng"),
            (
                b"PK\x03\x04....",
                "it is neither pcap nor pcapng, but looks like zip; unpack it with unzip, or give a file of pcap \
                 or pcapng",
            ),
            (
                b"snoop\0\0\0\0\0\0\x02",
                "it is neither pcap nor pcapng, but looks like snoop; make pcapng of it: editcap -F pcapng, or \
                 give a file of pcap or pcapng",
            ),
            (
                "0000  你好".as_bytes(),
                "it is neither pcap nor pcapng, but looks like text; make a recording of a hex dump with \
                 text2pcap, or give a file of pcap or pcapng",
            ),
            (
                b"\x00\x01\xfe\xff\x00",
                "it is neither pcap nor pcapng: it begins with 00 01 fe ff; give a file of pcap or pcapng",
            ),
        ] {
            assert_eq!(problem(first).to_string(), want);
        }
    }

    #[test]
    fn text_may_be_cut_within_a_character() {
        assert!(is_text(&"a你".as_bytes()[..3]));
        assert!(!is_text(b"a\xff\xff\xff"));
        assert!(!is_text(b"a\0"));
    }
}
