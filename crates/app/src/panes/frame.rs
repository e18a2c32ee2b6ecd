//! A whole screen, and the bytes that put it in the place of the one before.

use sockscope::view::palette::{Ink, Palette};

use super::line::{Line, Paint};

/// A whole screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its rows from top to bottom, none wider than the screen.
    pub(super) lines: Vec<Line>,
    /// Where something is typed: column and row.
    pub(super) cursor: Option<(usize, usize)>,
}

/// Writes screens, each as what is other than on the one before.
#[derive(Debug, Default)]
pub(super) struct Painter {
    palette: Palette,
    shown: Vec<Vec<u8>>,
}

/// Around a change of the screen, so that no half of it is seen (DEC private mode 2026), and the cursor hidden.
const BEGIN: &[u8] = b"\x1b[?2026h\x1b[?25l";
const END: &[u8] = b"\x1b[?2026l";

impl Painter {
    pub(super) fn new(colour: bool) -> Self {
        let palette = if colour { Palette::colour() } else { Palette::bare() };
        Self { palette, shown: Vec::new() }
    }

    /// Nothing is known of what the screen shows.
    pub(super) fn forget(&mut self) {
        self.shown.clear();
    }

    /// Appends what brings the screen to this.
    pub(super) fn paint(&mut self, frame: &Frame, out: &mut Vec<u8>) {
        out.extend_from_slice(BEGIN);
        if self.shown.len() != frame.lines.len() {
            self.shown = vec![Vec::new(); frame.lines.len()];
            out.extend_from_slice(b"\x1b[0m\x1b[2J");
        }
        for (number, line) in frame.lines.iter().enumerate() {
            let row = self.row(line);
            if row != self.shown[number] {
                // Erased first: behind a full row the cursor stays on its last column, which would go too.
                out.extend_from_slice(format!("\x1b[{};1H\x1b[K", number + 1).as_bytes());
                out.extend_from_slice(&row);
                self.shown[number] = row;
            }
        }
        if let Some((column, row)) = frame.cursor {
            out.extend_from_slice(format!("\x1b[{};{}H\x1b[?25h", row + 1, column + 1).as_bytes());
        }
        out.extend_from_slice(END);
    }

    fn row(&self, line: &Line) -> Vec<u8> {
        let mut row = Vec::new();
        for (paint, text) in line.spans() {
            self.ink(paint).paint(&mut row, |row| row.extend_from_slice(text.as_bytes()));
        }
        row
    }

    fn ink(&self, paint: Paint) -> &Ink {
        let palette = &self.palette;
        match paint {
            Paint::Plain => &palette.text,
            Paint::Time => &palette.time,
            Paint::Peer => &palette.peer,
            Paint::Length => &palette.length,
            Paint::Note => &palette.note,
            Paint::Warning => &palette.warning,
            Paint::Error => &palette.error,
            Paint::Hex => &palette.hex,
            Paint::Rx => &palette.rx,
            Paint::Tx => &palette.tx,
            Paint::Title => &palette.title,
            Paint::Chosen => &palette.chosen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(painter: &mut Painter, lines: &[&str]) -> String {
        let lines = lines.iter().map(|text| Line::of(Paint::Error, text)).collect();
        let mut out = Vec::new();
        painter.paint(&Frame { lines, cursor: Some((2, 1)) }, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_rows_that_changed_are_written() {
        let mut painter = Painter::new(false);
        let cursor = "\x1b[2;3H\x1b[?25h\x1b[?2026l";
        let begin = "\x1b[?2026h\x1b[?25l";
        let all = "\x1b[0m\x1b[2J\x1b[1;1H\x1b[Ka\x1b[2;1H\x1b[Kb";
        assert_eq!(painted(&mut painter, &["a", "b"]), format!("{begin}{all}{cursor}"));
        assert_eq!(painted(&mut painter, &["a", "c"]), format!("{begin}\x1b[2;1H\x1b[Kc{cursor}"));
        assert_eq!(painted(&mut painter, &["a", "c"]), format!("{begin}{cursor}"));
        painter.forget();
        assert_eq!(painted(&mut painter, &["a", "b"]), format!("{begin}{all}{cursor}"));
    }

    #[test]
    fn without_colours_only_what_is_chosen_is_not_plain() {
        let row = |colour, paint| String::from_utf8(Painter::new(colour).row(&Line::of(paint, "x"))).unwrap();
        assert_eq!(row(true, Paint::Error), "\x1b[1m\x1b[31mx\x1b[0m");
        assert_eq!(row(false, Paint::Error), "x");
        assert_eq!(row(false, Paint::Chosen), "\x1b[7mx\x1b[0m");
    }
}
