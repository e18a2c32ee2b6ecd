//! Bytes from the wire as text that is safe to show: what does not print stands escaped.
//!
//! `\r`, `\n`, `\t` and `\\` for these four, `\xHH` for other ASCII controls and for bytes that did not
//! decode, `\u{…}` for everything else that does not print or steers the direction of writing.

mod escape;
mod stream;
mod tally;

use sockscope_core::charset::{Charset, Piece, Viewing};

use crate::number;
use crate::palette::Palette;
use escape::{UNDECODED, columns, escape, escape_columns, prints, push, undecoded};
use tally::Tally;

pub(crate) use stream::{Begun, show_chunk};

/// The charset to show `bytes` in, and whether it was guessed from them. Without one being asked for,
/// bytes are shown as UTF-8.
#[inline]
pub(crate) fn charset_for(asked: Option<&Viewing>, bytes: &[u8]) -> (Charset, bool) {
    asked.map_or((Charset::UTF_8, false), |viewing| viewing.resolve(bytes))
}

/// Appends `bytes` as text on one line and returns its display columns. With `fold`, at most that many
/// columns of text are shown, and `…(+N B)` behind them tells how many bytes are not.
#[inline]
pub fn show(
    charset: Charset,
    bytes: &[u8],
    fold: Option<usize>,
    palette: &Palette,
    out: &mut Vec<u8>,
) -> usize {
    let room = fold.unwrap_or(usize::MAX);
    let mut window = surely_enough(room).min(bytes.len());
    loop {
        let start = out.len();
        let seen = &bytes[..window];
        let mut column = Column::new(palette, room, out);
        column.whole(charset, seen);
        let Column { width, shown, full, .. } = column;
        if full {
            let shown = shown.source_len(charset, seen, out);
            return width + folded(shown, bytes.len(), palette, out);
        }
        if window == bytes.len() {
            return width;
        }
        // Only shift sequences of a charset with states are that long without showing anything.
        out.truncate(start);
        window = (window * 2).min(bytes.len());
    }
}

/// Appends words that came from elsewhere, on one line: what does not print stands escaped.
pub fn line(words: &str, out: &mut Vec<u8>) {
    for character in words.chars() {
        if character == '\\' || prints(character) {
            push(character, out);
        } else {
            escape(character, out);
        }
    }
}

/// How many bytes hold more than `room` columns of text: no charset needs more than eight bytes for a
/// character, and each character takes a column of room.
fn surely_enough(room: usize) -> usize {
    room.saturating_add(2).saturating_mul(8)
}

/// How much ASCII that shows as itself `bytes` begin with.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    /// So many at once, without a branch in between.
    const STEP: usize = 16;
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'\\';
    let all = |step: &&[u8; STEP]| step.iter().fold(true, |all, byte| all & is_plain(byte));
    let (steps, _) = bytes.as_chunks::<STEP>();
    let sure = steps.iter().take_while(all).count() * STEP;
    let rest = &bytes[sure..];
    sure + rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len())
}

/// A column of text that is being written.
struct Column<'a> {
    palette: &'a Palette,
    out: &'a mut Vec<u8>,
    /// Columns left. A character without width takes one too, or it would be a way around folding.
    room: usize,
    width: usize,
    shown: Tally,
    escaping: bool,
    full: bool,
}

impl<'a> Column<'a> {
    #[inline]
    fn new(palette: &'a Palette, room: usize, out: &'a mut Vec<u8>) -> Self {
        Self { palette, out, room, width: 0, shown: Tally::default(), escaping: false, full: false }
    }

    #[inline]
    fn whole(&mut self, charset: Charset, bytes: &[u8]) {
        self.palette.text.begin(self.out);
        if charset == Charset::UTF_8 {
            self.utf8(bytes);
        } else {
            charset.decode(bytes, |piece| self.piece(piece));
        }
        self.mark(false);
        self.palette.text.end(self.out);
    }

    /// Decodes no more than there is room for, and not the ASCII that it begins with: most of what is on the wire.
    #[inline]
    fn utf8(&mut self, mut bytes: &[u8]) {
        loop {
            bytes = &bytes[self.plain(bytes)..];
            match bytes.split_first() {
                Some((byte, rest)) if byte.is_ascii() => {
                    if !self.character(char::from(*byte)) {
                        return;
                    }
                    bytes = rest;
                }
                _ => break,
            }
        }
        let enough = surely_enough(self.room).min(bytes.len());
        Charset::UTF_8.decode(&bytes[..enough], |piece| self.piece(piece));
    }

    #[inline]
    fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Invalid(bytes) => self.invalid(bytes),
        }
    }

    fn text(&mut self, text: &str) {
        let rest = &text[self.plain(text.as_bytes())..];
        for character in rest.chars() {
            if !self.character(character) {
                return;
            }
        }
    }

    /// Appends a character, or what stands for it; whether there was room.
    #[inline]
    fn character(&mut self, character: char) -> bool {
        let prints = prints(character);
        let columns = if prints { columns(character) } else { escape_columns(character) };
        if !self.take(columns) {
            return false;
        }
        self.shown.character(character);
        self.mark(!prints);
        if prints {
            push(character, self.out);
        } else {
            escape(character, self.out);
        }
        true
    }

    /// Appends the ASCII that text begins with and that shows as itself, as far as there is room, in one
    /// go: most of what is on the wire. Returns its length.
    #[inline]
    fn plain(&mut self, text: &[u8]) -> usize {
        if self.full {
            return 0;
        }
        let len = plain(&text[..text.len().min(self.room)]);
        if len > 0 {
            self.mark(false);
            self.out.extend_from_slice(&text[..len]);
            self.room -= len;
            self.width += len;
            self.shown.ascii(len);
        }
        len
    }

    fn invalid(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if !self.take(UNDECODED) {
                return;
            }
            self.shown.undecoded(1);
            self.mark(true);
            undecoded(*byte, self.out);
        }
    }

    /// Takes room for something of so many columns, if there is and nothing has been left out before.
    #[inline]
    fn take(&mut self, columns: usize) -> bool {
        self.full |= self.room < columns.max(1);
        if !self.full {
            self.room -= columns.max(1);
            self.width += columns;
        }
        !self.full
    }

    /// Changes the colour where escapes begin and end.
    #[inline]
    fn mark(&mut self, escaping: bool) {
        if self.escaping != escaping {
            self.escaping = escaping;
            let (text, escaped) = (&self.palette.text, &self.palette.escaped);
            let (from, to) = if escaping { (text, escaped) } else { (escaped, text) };
            from.end(self.out);
            to.begin(self.out);
        }
    }
}

/// Appends how many of `len` bytes are not shown, or of how many some are not where that is unknown.
/// Returns the columns.
fn folded(shown: Option<usize>, len: usize, palette: &Palette, out: &mut Vec<u8>) -> usize {
    palette.note.paint(out, |out| {
        let start = out.len();
        out.extend_from_slice("…(".as_bytes());
        match shown {
            Some(shown) => {
                out.push(b'+');
                number::decimal((len - shown) as u64, out);
            }
            None => {
                out.extend_from_slice(b"of ");
                number::decimal(len as u64, out);
            }
        }
        out.extend_from_slice(b" B)");
        out.len() - start - ("…".len() - 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::charset::Unmappable;

    fn shown(bytes: &[u8], fold: Option<usize>) -> (String, usize) {
        let mut out = Vec::new();
        let width = show(Charset::UTF_8, bytes, fold, &Palette::plain(), &mut out);
        (String::from_utf8(out).unwrap(), width)
    }

    #[test]
    fn what_does_not_print_is_escaped() {
        let bytes = "a\r\n\t\\\0\x1b[2J\u{9b}\u{202e}\u{feff}é你".as_bytes();
        let text = "a\\r\\n\\t\\\\\\x00\\x1b[2J\\u{9b}\\u{202e}\\u{feff}é你";
        assert_eq!(shown(bytes, None), (text.to_owned(), text.chars().count() + 1));
        assert_eq!(shown(b"\xff1\xe4\xbd", None).0, "\\xff1\\xe4\\xbd");
    }

    #[test]
    fn folding_counts_bytes_exactly() {
        assert_eq!(shown(b"12345678", Some(8)), ("12345678".to_owned(), 8));
        assert_eq!(shown(b"123456789", Some(8)), ("12345678…(+1 B)".to_owned(), 15));
        assert_eq!(shown("你好你好".as_bytes(), Some(5)).0, "你好…(+6 B)");
        assert_eq!(shown(b"ab\xff\xffcd", Some(7)).0, "ab\\xff…(+3 B)");
        assert_eq!(shown(&[b'x'; 60_000], Some(4)).0, "xxxx…(+59996 B)");
        assert_eq!(shown(b"ab\n", Some(3)).0, "ab…(+1 B)");
        assert_eq!(shown("e\u{301}\u{301}\u{301}".as_bytes(), Some(2)), ("e\u{301}…(+4 B)".to_owned(), 8));
    }

    #[test]
    fn folding_counts_bytes_of_every_charset() {
        // The one with shift sequences has a test of its own.
        for charset in Charset::all().filter(|charset| charset.name() != "iso-2022-jp") {
            let mut bytes = Vec::new();
            if charset.encode(&"éя你".repeat(50), &Unmappable::Skip, &mut bytes) == Ok(150) {
                continue;
            }
            let mut out = Vec::new();
            show(charset, &bytes, Some(7), &Palette::plain(), &mut out);
            let text = String::from_utf8(out).unwrap();
            let (shown, hidden) = text.split_once("…(").unwrap_or_else(|| panic!("{charset}: {text}"));
            let mut again = Vec::new();
            charset.encode(shown, &Unmappable::Refuse, &mut again).unwrap();
            assert_eq!(hidden, format!("+{} B)", bytes.len() - again.len()), "{charset}");
        }
    }

    #[test]
    fn a_shift_sequence_that_is_not_over_is_not_counted_wrongly() {
        let charset = Charset::find("iso-2022-jp").unwrap();
        let bytes = [b"\x1b$B".as_slice(), &b"\x24\x22".repeat(50), b"\x1b(B"].concat();
        let mut out = Vec::new();
        show(charset, &bytes, Some(7), &Palette::plain(), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "あああ…(of 106 B)");
    }

    #[test]
    fn escapes_are_painted_as_one_run() {
        let mut out = Vec::new();
        show(Charset::UTF_8, b"a\r\n\xffb", None, &Palette::colour(), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "a\x1b[31m\\r\\n\\xff\x1b[0mb");
    }

    #[test]
    fn a_line_keeps_backslashes() {
        let mut out = Vec::new();
        line("C:\\dir\x1b[31m\n", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "C:\\dir\\x1b[31m\\n");
    }
}
