//! The bytes of a packet: offset, hex, and text in the charset.

use std::ops::Range;

use sockscope::core::charset::{Charset, Decoder, Piece};
use sockscope::view::{hex, text};

use super::line::{Line, Paint, columns};

/// Bytes that are shown, and which of them are marked.
#[derive(Debug, Default)]
pub(super) struct Dump {
    bytes: Vec<u8>,
    /// What stands for each byte: its character at its first byte, nothing at the others.
    text: Vec<String>,
    /// The one that keys move from.
    chosen: usize,
    /// The bytes of the field that is chosen.
    field: Range<usize>,
    /// The first row that is shown.
    top: usize,
}

/// What stands for a byte that is no text.
const DOT: &str = "·";

impl Dump {
    /// Shows bytes, those of `payload` in its charset, the others as ASCII.
    pub(super) fn show(&mut self, bytes: &[u8], payload: Range<usize>, charset: Charset) {
        bytes.clone_into(&mut self.bytes);
        let payload = payload.start.min(bytes.len())..payload.end.min(bytes.len());
        self.text.clear();
        self.text.extend(bytes[..payload.start].iter().map(|byte| ascii(*byte)));
        characters(&bytes[payload.clone()], charset, &mut self.text);
        self.text.extend(bytes[payload.end..].iter().map(|byte| ascii(*byte)));
        self.choose(0..0);
        self.top = 0;
    }

    /// Marks the bytes of a field.
    pub(super) fn choose(&mut self, field: Range<usize>) {
        if !field.contains(&self.chosen) {
            self.chosen = field.start.min(self.bytes.len().saturating_sub(1));
        }
        self.field = field;
    }

    /// The byte that keys move from.
    pub(super) fn chosen(&self) -> usize {
        self.chosen
    }

    /// Where the marked bytes are.
    pub(super) fn range(&self) -> Range<usize> {
        self.field.clone()
    }

    /// The marked bytes.
    pub(super) fn field(&self) -> &[u8] {
        self.bytes.get(self.field.clone()).unwrap_or_default()
    }

    /// Goes so many bytes on.
    pub(super) fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.bytes.len().saturating_sub(1));
    }

    /// Bytes of a row on a screen of that width.
    pub(super) fn per_row(width: usize) -> usize {
        if width >= 4 + 2 + 16 * 3 + 1 + 2 + 17 { 16 } else { 8 }
    }

    /// As many rows as there is room for, the chosen byte among them. `focused`: whether keys move here.
    pub(super) fn draw(&mut self, width: usize, height: usize, focused: bool) -> Vec<Line> {
        let per = Self::per_row(width);
        let row = self.chosen / per;
        self.top = self.top.clamp((row + 1).saturating_sub(height), row);
        self.top = self.top.min(self.bytes.len().div_ceil(per).saturating_sub(height));
        let rows = (self.top..self.bytes.len().div_ceil(per)).take(height);
        rows.map(|row| self.row(row * per, per, focused).cut(width)).collect()
    }

    fn row(&self, at: usize, per: usize, focused: bool) -> Line {
        let mut line = Line::default();
        line.put(Paint::Note, &format!("{at:04x}"));
        let wide = if per == 16 { "  " } else { " " };
        line.put(Paint::Plain, wide);
        for place in at..at + per {
            if place == at + 8 {
                line.put(Paint::Plain, " ");
            }
            self.digits(place, focused, &mut line);
            let between = self.paint(place, false, Paint::Plain) == Paint::Chosen;
            let between = between && self.field.contains(&(place + 1)) && place + 1 < at + per;
            line.put(if between { Paint::Chosen } else { Paint::Plain }, " ");
        }
        line.put(Paint::Plain, &wide[1..]);
        let start = line.columns();
        for (number, place) in (at..(at + per).min(self.bytes.len())).enumerate() {
            // A wide character may reach over the bytes that follow it, never back.
            if line.columns() <= start + number {
                line.pad(self.paint(place, false, Paint::Plain), start + number);
                line.put(self.paint(place, false, Paint::Plain), &self.text[place]);
            }
        }
        line
    }

    fn digits(&self, place: usize, focused: bool, line: &mut Line) {
        let Some(byte) = self.bytes.get(place) else { return line.put(Paint::Plain, "  ") };
        let mut out = Vec::new();
        hex::byte(*byte, &mut out);
        line.put(self.paint(place, focused, Paint::Hex), &String::from_utf8_lossy(&out));
    }

    /// The colour of a byte; the one that keys move from stands out of its field.
    fn paint(&self, place: usize, focused: bool, other: Paint) -> Paint {
        match self.field.contains(&place) {
            _ if focused && place == self.chosen => Paint::Warning,
            true => Paint::Chosen,
            false => other,
        }
    }
}

fn ascii(byte: u8) -> String {
    match byte {
        b' '..=b'~' => char::from(byte).to_string(),
        _ => DOT.to_owned(),
    }
}

/// Appends what stands for each byte of a text. It is fed byte by byte: a character belongs to the bytes since the
/// one before.
fn characters(bytes: &[u8], charset: Charset, out: &mut Vec<String>) {
    let mut decoder = Decoder::new(charset);
    let mut waiting = 0;
    for (at, byte) in bytes.iter().enumerate() {
        waiting += 1;
        let (mut shown, mut invalid) = (String::new(), 0);
        decoder.feed(&[*byte], at + 1 == bytes.len(), |piece| match piece {
            Piece::Text(text) => shown.push_str(text),
            Piece::Invalid(bytes) => invalid += bytes.len(),
        });
        if shown.is_empty() && invalid == 0 {
            continue;
        }
        // Bytes that did not decode come first, those of what did behind them.
        let invalid = invalid.min(waiting);
        out.extend((0..invalid).map(|_| DOT.to_owned()));
        waiting -= invalid;
        if waiting > 0 && !shown.is_empty() {
            out.push(printed(&shown, waiting));
            out.extend((1..waiting).map(|_| " ".to_owned()));
            waiting = 0;
        }
    }
    out.extend((0..waiting).map(|_| DOT.to_owned()));
}

/// A character as it shows, if it does in no more than a column for each of its bytes and one.
fn printed(shown: &str, bytes: usize) -> String {
    let mut line = Vec::new();
    text::line(shown, &mut line);
    if line == shown.as_bytes() && (1..=bytes.max(2)).contains(&columns(shown)) {
        shown.to_owned()
    } else {
        DOT.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(bytes: &[u8], payload: Range<usize>, charset: &str) -> Dump {
        let mut dump = Dump::default();
        dump.show(bytes, payload, Charset::find(charset).unwrap());
        dump
    }

    fn rows(dump: &mut Dump, width: usize) -> Vec<String> {
        dump.draw(width, 9, true).iter().map(|line| line.text().trim_end().to_owned()).collect()
    }

    #[test]
    fn text_stands_under_the_charset_and_lines_up() {
        let bytes = b"\x45\x00AB\xc4\xe3\xba\xc3!\xff\r\n";
        assert_eq!(
            rows(&mut dump(bytes, 4..12, "gbk"), 80),
            ["0000  45 00 41 42 c4 e3 ba c3  21 ff 0d 0a              E·AB你好!···"]
        );
        assert_eq!(
            rows(&mut dump(bytes, 4..12, "utf-8"), 40),
            ["0000 45 00 41 42 c4 e3 ba c3 E·AB····", "0008 21 ff 0d 0a             !···"]
        );
        let row = rows(&mut dump("你好a".as_bytes(), 0..7, "utf-8"), 80).remove(0);
        assert!(row.ends_with("  你 好 a"), "{row}");
    }

    #[test]
    fn a_character_across_rows_stands_in_the_first() {
        let bytes = b"0123456\xc4\xe3b";
        let want = ["0000 30 31 32 33 34 35 36 c4 0123456你", "0008 e3 62                    b"];
        assert_eq!(rows(&mut dump(bytes, 0..10, "gbk"), 40), want);
    }

    #[test]
    fn every_byte_has_its_place_in_every_charset() {
        let all: Vec<u8> = (0..=255).chain((0..=255).rev()).chain(*b"\xc4\xe3\xba").collect();
        for charset in Charset::all() {
            let mut out = Vec::new();
            characters(&all, charset, &mut out);
            assert_eq!(out.len(), all.len(), "{charset}");
        }
    }

    #[test]
    fn the_field_is_marked_and_the_chosen_byte_in_sight() {
        let mut dump = dump(&[7; 200], 0..0, "utf-8");
        dump.choose(100..104);
        let lines = dump.draw(80, 3, false);
        let marked: Vec<_> =
            lines.iter().flat_map(Line::spans).filter(|(paint, _)| *paint == Paint::Chosen).collect();
        assert_eq!(marked, [(Paint::Chosen, "07 07 07 07"), (Paint::Chosen, "····")]);
        assert_eq!((dump.chosen(), dump.field()), (100, &[7; 4][..]));
        dump.step(-1000);
        assert!(dump.draw(80, 3, true)[0].text().starts_with("0000"));
        dump.step(1000);
        assert_eq!(dump.chosen(), 199);
        let empty = &mut Dump::default();
        empty.step(1);
        assert_eq!((empty.chosen(), empty.draw(80, 3, true).len()), (0, 0));
    }
}
