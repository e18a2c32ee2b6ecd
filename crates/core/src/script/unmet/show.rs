//! Bytes side by side: hex and text of what was expected and of what came, with marks under what differs.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Tone, Unmet, Wanted};
use crate::charset::{Charset, Decoder, Piece};
use crate::pattern::Cell;

/// Bytes in a row, with two sides and with one.
const HALF: usize = 8;
const FULL: usize = 16;

/// Columns of a row's text: the last byte may begin a wide character.
const TEXT: usize = HALF + 1;

/// Rows of a long comparison: this many before the first difference, and so many in all.
const BEFORE: usize = 3;
const MOST: usize = 20;

/// Where text is painted to.
struct Pen<'a> {
    paint: &'a mut dyn FnMut(Tone, &str, &mut Vec<u8>),
    out: &'a mut Vec<u8>,
}

impl Pen<'_> {
    fn put(&mut self, tone: Tone, text: &str) {
        (self.paint)(tone, text, self.out);
    }

    fn blank(&mut self, columns: usize) {
        self.out.resize(self.out.len() + columns, b' ');
    }

    fn line(&mut self) {
        while self.out.last() == Some(&b' ') {
            self.out.pop();
        }
        self.out.push(b'\n');
    }
}

pub(super) fn write(unmet: &Unmet, paint: &mut dyn FnMut(Tone, &str, &mut Vec<u8>), out: &mut Vec<u8>) {
    let place = format!("{}:{}: {}", unmet.file, unmet.line, unmet.source);
    below(unmet, &place, paint, out);
}

/// The same below words of one's own.
pub(super) fn below(
    unmet: &Unmet,
    place: &str,
    paint: &mut dyn FnMut(Tone, &str, &mut Vec<u8>),
    out: &mut Vec<u8>,
) {
    let mut pen = Pen { paint, out };
    pen.put(Tone::Source, &visible(place));
    pen.line();
    pen.blank(2);
    pen.put(Tone::Fault, &visible(&unmet.headline()));
    pen.line();
    match &unmet.wanted {
        Wanted::Cells(cells) => both(unmet, cells, &mut pen),
        Wanted::Words if !unmet.got.is_empty() => one(unmet, &mut pen),
        Wanted::Words => {}
    }
}

/// Words of others, with nothing in them that a terminal would obey.
fn visible(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { '·' } else { c }).collect()
}

/// A byte in hex, as far as it is wanted: `5?`, `??`; `*` for a digit of which some bits count.
pub(super) fn hex(cell: Cell) -> String {
    let digit = |value: u8, mask: u8| match mask & 15 {
        15 => char::from_digit((value & 15).into(), 16).unwrap_or('*'),
        0 => '?',
        _ => '*',
    };
    [digit(cell.value >> 4, cell.mask >> 4), digit(cell.value, cell.mask)].iter().collect()
}

/// Both sides, row by row.
fn both(unmet: &Unmet, cells: &[Cell], pen: &mut Pen<'_>) {
    // What has come of a stream beyond what is compared is not looked at, so only its row is filled.
    let compared = cells.len().next_multiple_of(HALF).max(HALF);
    let length = if unmet.whole { unmet.got.len().max(cells.len()) } else { cells.len() };
    let got = if unmet.whole { &unmet.got[..] } else { &unmet.got[..unmet.got.len().min(compared)] };
    let values: Vec<u8> = cells.iter().map(|cell| cell.value).collect();
    let mut expected = glyphs(unmet.charset, &values);
    for (glyph, cell) in expected.iter_mut().zip(cells).filter(|(_, cell)| cell.mask != 0xff) {
        *glyph = if cell.mask == 0 { "?".to_owned() } else { "·".to_owned() };
    }
    let sides = Sides { cells, got, whole: unmet.whole, expected, came: glyphs(unmet.charset, got) };
    let rows = length.div_ceil(HALF).max(1);
    let first = (0..rows).find(|row| (row * HALF..(row + 1) * HALF).any(|at| sides.marked(at))).unwrap_or(0);
    let from = if rows > MOST { first.saturating_sub(BEFORE) } else { 0 };
    let to = rows.min(from + MOST);
    pen.line();
    pen.put(Tone::Frame, &format!("{:9}{:<37}got", "", "expected"));
    pen.line();
    more(from, "rows before, all alike", pen);
    (from..to).for_each(|row| sides.row(row * HALF, pen));
    more(rows - to, "rows more", pen);
}

/// Tells of rows that are left out.
fn more(rows: usize, words: &str, pen: &mut Pen<'_>) {
    if rows > 0 {
        pen.put(Tone::Frame, &format!("  …      {rows} {words}"));
        pen.line();
    }
}

/// What was expected and what came.
struct Sides<'a> {
    cells: &'a [Cell],
    got: &'a [u8],
    whole: bool,
    expected: Vec<String>,
    came: Vec<String>,
}

impl Sides<'_> {
    /// Whether the byte is marked: it differs, is missing, or is too much.
    fn marked(&self, at: usize) -> bool {
        match (self.cells.get(at), self.got.get(at)) {
            (Some(cell), Some(byte)) => !cell.admits(*byte),
            (Some(_), None) => true,
            (None, Some(_)) => self.whole,
            (None, None) => false,
        }
    }

    fn row(&self, from: usize, pen: &mut Pen<'_>) {
        let row = from..from + HALF;
        pen.put(Tone::Frame, &format!("  {from:04x}   "));
        let cells = row.clone().map(|at| self.cells.get(at).map(|cell| hex(*cell)));
        self.half(from, cells, &self.expected, pen);
        pen.put(Tone::Frame, "│ ");
        let missing = |at| (at < self.cells.len()).then(|| "--".to_owned());
        let bytes = row.clone().map(|at| self.got.get(at).map(|b| format!("{b:02x}")).or(missing(at)));
        self.half(from, bytes, &self.came, pen);
        pen.line();
        if row.clone().any(|at| self.marked(at) && at < self.got.len()) {
            self.marks(from, pen);
        }
    }

    /// Hex and text of one side.
    fn half(
        &self,
        from: usize,
        bytes: impl Iterator<Item = Option<String>>,
        text: &[String],
        pen: &mut Pen<'_>,
    ) {
        for (at, byte) in (from..).zip(bytes) {
            let tone = if self.marked(at) { Tone::Differs } else { Tone::Same };
            match byte {
                Some(byte) => pen.put(tone, &byte),
                None => pen.blank(2),
            }
            pen.blank(1);
        }
        pen.blank(1);
        let row = text.get(from..text.len().min(from + HALF)).unwrap_or_default();
        self.text(from, row, pen);
        pen.blank((TEXT + 1).saturating_sub(row.concat().width()));
    }

    /// The characters of a row; one that has a byte which is marked differs.
    fn text(&self, from: usize, row: &[String], pen: &mut Pen<'_>) {
        let begins: Vec<usize> = (0..row.len()).filter(|at| !row[*at].is_empty()).collect();
        for (index, at) in begins.iter().enumerate() {
            let next = begins.get(index + 1).copied().unwrap_or(row.len());
            let differs = (from + at..from + next).any(|at| self.marked(at));
            pen.put(if differs { Tone::Differs } else { Tone::Same }, &row[*at]);
        }
    }

    /// The line under a row: marks under what differs, on both sides.
    fn marks(&self, from: usize, pen: &mut Pen<'_>) {
        pen.blank(9);
        for side in [true, false] {
            for at in from..from + HALF {
                // What is missing shows as -- and needs no mark; what is too much has nothing beside it.
                let there = at < self.got.len() && (!side || at < self.cells.len());
                match self.marked(at) && there {
                    true => pen.put(Tone::Differs, "^^"),
                    false => pen.blank(2),
                }
                pen.blank(1);
            }
            pen.blank(TEXT + 2 + 2);
        }
        pen.line();
    }
}

/// What came, alone.
fn one(unmet: &Unmet, pen: &mut Pen<'_>) {
    let text = glyphs(unmet.charset, &unmet.got);
    let rows = unmet.got.len().div_ceil(FULL);
    pen.line();
    pen.put(Tone::Frame, &format!("{:9}got", ""));
    pen.line();
    for (row, bytes) in unmet.got.chunks(FULL).enumerate().take(MOST) {
        pen.put(Tone::Frame, &format!("  {:04x}   ", row * FULL));
        let hex = bytes.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
        pen.put(Tone::Same, &hex);
        pen.blank(FULL * 3 + 1 - hex.len());
        pen.put(Tone::Same, &text[row * FULL..row * FULL + bytes.len()].concat());
        pen.line();
    }
    more(rows.saturating_sub(MOST), "rows more", pen);
}

/// For each byte the character that begins there; nothing for those inside of one, `·` for what does not show.
fn glyphs(charset: Charset, bytes: &[u8]) -> Vec<String> {
    let mut glyphs = vec![String::new(); bytes.len()];
    let mut decoder = Decoder::new(charset);
    let mut begin = 0;
    for at in 0..bytes.len() {
        let last = at + 1 == bytes.len();
        decoder.feed(&bytes[at..=at], last, |piece| match piece {
            Piece::Text(text) => {
                for c in text.chars() {
                    let place = begin.min(at);
                    glyphs[place].push(glyph(c));
                    begin = at + 1;
                }
            }
            Piece::Invalid(invalid) => {
                for _ in invalid {
                    if let Some(glyph) = glyphs.get_mut(begin) {
                        glyph.push('·');
                    }
                    begin += 1;
                }
            }
        });
    }
    glyphs
}

fn glyph(c: char) -> char {
    let steers =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    match c.width() {
        Some(1 | 2) if !steers => c,
        _ => '·',
    }
}
