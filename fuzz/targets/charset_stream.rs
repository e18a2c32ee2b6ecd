//! However a stream is cut, the same bytes give the same text and the same invalid bytes; and text that
//! was decoded, where the charset can send it at all, comes back as itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::charset::{Charset, Decoder, Piece, Unmappable};

/// What one decoding gave: text, and each invalid byte behind so many characters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    text: String,
    invalid: Vec<(usize, u8)>,
}

impl Seen {
    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Text(text) => {
                assert!(!text.is_empty());
                self.text.push_str(text);
            }
            Piece::Invalid(bytes) => {
                assert!(!bytes.is_empty());
                let at = self.text.len();
                self.invalid.extend(bytes.iter().map(|&byte| (at, byte)));
            }
        }
    }
}

// The input: which charset, 8 bytes of cuts (a bit a byte of the stream, over and over), the stream.
fuzz_target!(|input: (u8, [u8; 8], &[u8])| {
    let (charset, cuts, bytes) = input;
    let all: Vec<Charset> = Charset::all().collect();
    let charset = all[usize::from(charset) % all.len()];

    let mut whole = Seen::default();
    charset.decode(bytes, |piece| whole.take(piece));

    let mut cut = Seen::default();
    let mut decoder = Decoder::new(charset);
    let mut from = 0;
    for at in 0..bytes.len() {
        if cuts[at / 8 % 8] >> (at % 8) & 1 == 1 {
            decoder.feed(&bytes[from..at], false, |piece| cut.take(piece));
            from = at;
        }
    }
    decoder.feed(&bytes[from..], true, |piece| cut.take(piece));
    assert_eq!(cut, whole, "{charset}");

    let mut sent = Vec::new();
    if charset.encode(&whole.text, &Unmappable::Refuse, &mut sent).is_ok() {
        let mut back = Seen::default();
        charset.decode(&sent, |piece| back.take(piece));
        assert_eq!((back.text, back.invalid), (whole.text, Vec::new()), "{charset}");
    }
});
