//! How many bytes the text that was shown was made of.

use sockscope_core::charset::{Charset, Piece, Unmappable};

/// Bytes of an ASCII character and of any other, in most charsets.
const WIDTHS: [(usize, usize); 4] = [(1, 2), (1, 1), (2, 2), (4, 4)];

/// What was shown, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    ascii: usize,
    others: usize,
    undecoded: usize,
    utf8: usize,
}

impl Tally {
    /// Counts a character.
    #[inline]
    pub(super) fn character(&mut self, character: char) {
        self.utf8 += character.len_utf8();
        if character.is_ascii() {
            self.ascii += 1;
        } else {
            self.others += 1;
        }
    }

    /// Counts ASCII characters.
    #[inline]
    pub(super) fn ascii(&mut self, count: usize) {
        self.utf8 += count;
        self.ascii += count;
    }

    /// Counts bytes that did not decode.
    #[inline]
    pub(super) fn undecoded(&mut self, count: usize) {
        self.utf8 += count;
        self.undecoded += count;
    }

    /// How many of the bytes `seen` were shown, if that can be told; `out` is left as it was.
    pub(super) fn source_len(self, charset: Charset, seen: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        if charset == Charset::UTF_8 {
            return Some(self.utf8);
        }
        self.by_widths(charset, seen).or_else(|| self.by_encoding(charset, seen, out))
    }

    /// Tries the usual widths. The first bytes decode the same with or without what follows, but for a
    /// character cut at the end, which would be counted as undecoded: so equal counts are proof.
    fn by_widths(self, charset: Charset, seen: &[u8]) -> Option<usize> {
        WIDTHS
            .iter()
            .map(|(ascii, other)| self.ascii * ascii + self.others * other + self.undecoded)
            .find(|len| seen.get(..*len).is_some_and(|first| Self::of(charset, first) == self))
    }

    /// Encodes the text again, slower. A charset with states need not give the same bytes; then nothing is
    /// told.
    fn by_encoding(self, charset: Charset, seen: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        let mut left = self.ascii + self.others + self.undecoded;
        let mut len = Some(0);
        charset.decode(seen, |piece| {
            let Some(at) = len else { return };
            let again = out.len();
            let encoded = match piece {
                Piece::Text(text) => {
                    let end = text.char_indices().nth(left).map_or(text.len(), |(end, _)| end);
                    left -= text[..end].chars().count();
                    charset.encode(&text[..end], &Unmappable::Refuse, out).is_ok()
                }
                Piece::Invalid(bytes) => {
                    let taken = bytes.len().min(left);
                    left -= taken;
                    out.extend_from_slice(&bytes[..taken]);
                    true
                }
            };
            let same = encoded && seen[at..].starts_with(&out[again..]);
            len = same.then(|| at + out.len() - again);
            out.truncate(again);
        });
        len
    }

    fn of(charset: Charset, bytes: &[u8]) -> Self {
        let mut tally = Self::default();
        charset.decode(bytes, |piece| match piece {
            Piece::Text(text) => text.chars().for_each(|character| tally.character(character)),
            Piece::Invalid(bytes) => tally.undecoded(bytes.len()),
        });
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told after each character and each undecoded byte.
    fn told(charset: Charset, bytes: &[u8]) -> Vec<Option<usize>> {
        let mut tally = Tally::default();
        let mut told = Vec::new();
        let mut tell = |tally: Tally| told.push(tally.source_len(charset, bytes, &mut b"row".to_vec()));
        charset.decode(bytes, |piece| match piece {
            Piece::Text(text) => text.chars().for_each(|character| {
                tally.character(character);
                tell(tally);
            }),
            Piece::Invalid(bytes) => bytes.iter().for_each(|_| {
                tally.undecoded(1);
                tell(tally);
            }),
        });
        told
    }

    #[test]
    fn widths_may_be_mixed() {
        for (label, text, want) in [
            ("shift_jis", "aあｱbい", [1, 3, 4, 5, 7]),
            ("gb18030", "a你🦀é.", [1, 3, 7, 9, 10]),
            ("utf-16le", "a你🦀é.", [2, 4, 8, 10, 12]),
            ("utf-8", "a你🦀é.", [1, 4, 8, 10, 11]),
        ] {
            let charset = Charset::find(label).unwrap();
            let mut bytes = Vec::new();
            charset.encode(text, &Unmappable::Refuse, &mut bytes).unwrap();
            assert_eq!(told(charset, &bytes), want.map(Some), "{label}");
        }
    }

    #[test]
    fn undecoded_bytes_are_counted_where_they_stand() {
        let bytes = b"\xff\xc4\xe3\xffa\xba\xc3\xff";
        assert_eq!(told(Charset::GBK, bytes), [1, 3, 4, 5, 7, 8].map(Some));
        assert_eq!(told(Charset::UTF_8, bytes), [1, 2, 3, 4, 5, 6, 7, 8].map(Some));
    }
}
