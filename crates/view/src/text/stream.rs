//! Text of a stream, whose chunks may end inside a character.

use std::borrow::Cow;

use sockscope_core::charset::{Charset, Decoder, Piece};

use super::{Column, folded, show, surely_enough};
use crate::number::decimal;
use crate::palette::Palette;

/// What the chunks so far leave for the next one: the beginning of a character, and in a charset with shift
/// states how to read on. A few bytes, so that thousands of streams cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Begun {
    bytes: [u8; LONGEST],
    len: usize,
    shift: Option<[u8; 3]>,
}

/// Bytes of a character that may have come before its last one; no charset has more than three.
const LONGEST: usize = 4;

impl Begun {
    /// The bytes that wait for the rest of their character.
    pub(crate) fn waiting(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn decoder(&self, charset: Charset) -> Decoder {
        let mut decoder = Decoder::new(charset);
        let shift = self.shift.as_ref().map_or(&[][..], <[u8; 3]>::as_slice);
        for before in [shift, self.waiting()].into_iter().filter(|before| !before.is_empty()) {
            decoder.feed(before, false, |_| {});
        }
        decoder
    }

    /// What waited before, and the chunk.
    fn joined<'a>(&self, chunk: &'a [u8]) -> Cow<'a, [u8]> {
        if self.len == 0 { chunk.into() } else { [self.waiting(), chunk].concat().into() }
    }

    /// After a chunk: the last `len` bytes wait now.
    fn after(&self, charset: Charset, chunk: &[u8], len: usize) -> Self {
        let mut after = Self::default();
        if len > 0 {
            let end = &chunk[chunk.len().saturating_sub(LONGEST)..];
            let joined = self.joined(end);
            after.len = len.min(LONGEST).min(joined.len());
            after.bytes[..after.len].copy_from_slice(&joined[joined.len() - after.len..]);
        }
        if has_shifts(charset) {
            let seam = self.joined(&chunk[..chunk.len().min(2)]);
            after.shift = last_shift(chunk).or_else(|| last_shift(&seam)).or(self.shift);
        }
        after
    }
}

/// Appends a chunk as text on one line and returns its display columns, as [`show`] does, but
/// for characters that were begun in the chunk before or end in the next one: those are shown where they
/// are complete, and `…+1 B of a character` tells how many bytes wait.
pub(crate) fn show_chunk(
    charset: Charset,
    begun: &mut Begun,
    chunk: &[u8],
    fold: Option<usize>,
    palette: &Palette,
    out: &mut Vec<u8>,
) -> usize {
    if charset == Charset::UTF_8 && begun.len == 0 && !ends_inside(chunk) {
        // Most chunks: a large one need not be decoded to its end.
        return show(charset, chunk, fold, palette, out);
    }
    let room = fold.unwrap_or(usize::MAX);
    let (first, rest) = chunk.split_at(surely_enough(room).min(chunk.len()));
    let mut decoder = begun.decoder(charset);
    let mut column = Column::new(palette, room, out);
    palette.text.begin(column.out);
    decoder.feed(first, false, |piece| column.piece(piece));
    let seen = if column.full { first } else { chunk };
    // However little is shown, where the last character ends is known only at the end.
    decoder.feed(rest, false, |piece| column.piece(piece));
    column.mark(false);
    palette.text.end(column.out);
    let Column { width, shown, full, .. } = column;
    let before = std::mem::replace(begun, begun.after(charset, chunk, unfinished(&mut decoder)));
    if full {
        let shown = shown.source_len(charset, &before.joined(seen), out);
        let shown = shown.filter(|_| !has_shifts(charset)).map(|shown| shown.saturating_sub(before.len));
        return width + folded(shown, chunk.len(), palette, out);
    }
    width + waits(begun.len, palette, out)
}

/// Whether UTF-8 ends with the beginning of a character. Where a character begins can be seen in any byte.
fn ends_inside(utf8: &[u8]) -> bool {
    let from = |len: usize| utf8.len().checked_sub(len).and_then(|at| utf8.get(at..));
    let is_begun = |end| str::from_utf8(end).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none());
    (1..=3).filter_map(from).any(is_begun)
}

/// How many bytes wait in a decoder.
fn unfinished(decoder: &mut Decoder) -> usize {
    let mut len = 0;
    decoder.feed(&[], true, |piece| {
        len += match piece {
            Piece::Text(text) => text.len(),
            Piece::Invalid(bytes) => bytes.len(),
        };
    });
    len
}

fn waits(len: usize, palette: &Palette, out: &mut Vec<u8>) -> usize {
    if len == 0 {
        return 0;
    }
    palette.note.paint(out, |out| {
        let start = out.len();
        out.extend_from_slice("…+".as_bytes());
        decimal(len as u64, out);
        out.extend_from_slice(b" B of a character");
        out.len() - start - ("…".len() - 1)
    })
}

/// Whether what bytes mean depends on a sequence long before them (ISO-2022-JP, RFC 1468).
fn has_shifts(charset: Charset) -> bool {
    charset.name() == "iso-2022-jp"
}

/// The last sequence that says how to read on.
fn last_shift(bytes: &[u8]) -> Option<[u8; 3]> {
    let is_shift =
        |three: &&[u8]| matches!(three, [0x1b, b'(', b'B' | b'I' | b'J'] | [0x1b, b'$', b'@' | b'B']);
    bytes.windows(3).rev().find(is_shift).and_then(|three| three.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sockscope_core::charset::Unmappable;

    fn shown(charset: Charset, chunks: &[&[u8]], fold: Option<usize>) -> Vec<String> {
        let mut begun = Begun::default();
        let show = |chunk: &&[u8]| {
            let mut out = Vec::new();
            show_chunk(charset, &mut begun, chunk, fold, &Palette::plain(), &mut out);
            String::from_utf8(out).unwrap()
        };
        chunks.iter().map(show).collect()
    }

    #[test]
    fn a_character_is_shown_where_it_is_complete() {
        let chunks: [&[u8]; 4] = [b"a\xc4", b"\xe3\xba", b"\xc3", b"b\xff"];
        let want = ["a…+1 B of a character", "你…+1 B of a character", "好", "b\\xff"];
        assert_eq!(shown(Charset::GBK, &chunks, None), want);
        let chunks: [&[u8]; 3] = [b"\xe4", b"\xbd", b"\xa0\xe4x"];
        let want = ["…+1 B of a character", "…+2 B of a character", "你\\xe4x"];
        assert_eq!(shown(Charset::UTF_8, &chunks, None), want);
    }

    #[test]
    fn folding_counts_the_bytes_of_its_own_chunk() {
        let chunks: [&[u8]; 2] = [b"\xc4", b"\xe3\xba\xc3\xba\xc3\xba\xc3\xba"];
        let want = ["…+1 B of a character", "你好…(+5 B)"];
        assert_eq!(shown(Charset::GBK, &chunks, Some(5)), want.map(str::to_owned)[..].to_vec());
        let long = [b"\xa0".as_slice(), &[b'x'; 60_000], b"\xe4"].concat();
        let got = shown(Charset::UTF_8, &[b"\xe4\xbd", &long, b"\xbd\xa0"], Some(4));
        assert_eq!(got, ["…+2 B of a character", "你xx…(+59999 B)", "你"]);
    }

    #[test]
    fn shift_states_go_on() {
        let charset = Charset::find("iso-2022-jp").unwrap();
        let chunks: [&[u8]; 5] = [b"\x1b$", b"B\x24\x22\x24", b"\x22\x24\x22", b"\x1b(", b"Ba"];
        let want = ["…+2 B of a character", "あ…+1 B of a character", "ああ", "…+2 B of a character", "a"];
        assert_eq!(shown(charset, &chunks, None), want);
    }

    proptest! {
        #[test]
        fn where_utf8_ends_inside_a_character_is_seen_at_its_end(
            chunk in prop::collection::vec(prop_oneof![any::<u8>(), 0x80..=0xff_u8], 0..8),
        ) {
            let mut decoder = Decoder::new(Charset::UTF_8);
            decoder.feed(&chunk, false, |_| {});
            prop_assert_eq!(ends_inside(&chunk), unfinished(&mut decoder) > 0);
        }

        #[test]
        fn however_it_is_cut_the_text_is_the_same(
            charset in prop::sample::select(Charset::all().collect::<Vec<_>>()),
            text in "[a-z你好あéя🦀]{0,40}",
            cuts in prop::collection::vec(0..200_usize, 0..8),
        ) {
            let mut bytes = Vec::new();
            charset.encode(&text, &Unmappable::Skip, &mut bytes).unwrap();
            let mut whole = String::new();
            charset.decode(&bytes, |piece| if let Piece::Text(text) = piece { whole += text });
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<_> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
            let rows = shown(charset, &chunks, None);
            let joined: String =
                rows.iter().map(|row| row.split_once('…').map_or(row.as_str(), |(text, _)| text)).collect();
            prop_assert_eq!(joined, whole);
        }
    }
}
