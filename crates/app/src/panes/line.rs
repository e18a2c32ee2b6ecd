//! One line of a screen: text in colours, fitted to columns.

use unicode_width::UnicodeWidthChar;

/// What a piece of text is, by which it gets its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Paint {
    #[default]
    Plain,
    Time,
    Peer,
    Length,
    Note,
    Warning,
    Error,
    Hex,
    Rx,
    Tx,
    Title,
    Chosen,
}

/// Text in colours. What it is given is safe to show: nothing from the wire that is not escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    spans: Vec<(Paint, String)>,
    columns: usize,
}

/// Columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

fn width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// How much of a text fits into so many columns: its bytes, and their columns.
fn fitting(text: &str, room: usize) -> (usize, usize) {
    let mut taken = 0;
    for (at, c) in text.char_indices() {
        if taken + width(c) > room {
            return (at, taken);
        }
        taken += width(c);
    }
    (text.len(), taken)
}

impl Line {
    /// A line of one text.
    pub(super) fn of(paint: Paint, text: &str) -> Self {
        let mut line = Self::default();
        line.put(paint, text);
        line
    }

    /// Columns that it takes.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Appends a text.
    pub(super) fn put(&mut self, paint: Paint, text: &str) {
        self.columns += columns(text);
        match self.spans.last_mut() {
            Some((last, there)) if *last == paint => there.push_str(text),
            _ if text.is_empty() => {}
            _ => self.spans.push((paint, text.to_owned())),
        }
    }

    /// Appends a text in exactly so many columns; where it is cut its last one is `…`.
    pub(super) fn cell(&mut self, paint: Paint, text: &str, room: usize) {
        let end = self.columns + room;
        let (whole, _) = fitting(text, room);
        if whole == text.len() {
            self.put(paint, text);
        } else if room > 0 {
            self.put(paint, &text[..fitting(text, room - 1).0]);
            self.pad(paint, end - 1);
            self.put(paint, "…");
        }
        self.pad(paint, end);
    }

    /// The same at the right end of its columns.
    pub(super) fn right(&mut self, paint: Paint, text: &str, room: usize) {
        self.pad(paint, self.columns + room.saturating_sub(columns(text)));
        self.cell(paint, text, room.min(columns(text)));
    }

    /// Appends spaces up to a column.
    pub(super) fn pad(&mut self, paint: Paint, to: usize) {
        if to > self.columns {
            self.put(paint, &" ".repeat(to - self.columns));
        }
    }

    /// No more than so many columns of it; where it is cut its last one is `…`.
    pub(super) fn cut(self, room: usize) -> Self {
        if self.columns <= room {
            return self;
        }
        let mut line = Self::default();
        for (paint, text) in self.spans {
            if line.columns + columns(&text) < room {
                line.put(paint, &text);
            } else {
                let rest = room - line.columns;
                // What is cut behind this text makes it end in a mark too.
                line.cell(paint, &format!("{text}…"), rest);
                break;
            }
        }
        line
    }

    /// All of it in one colour, as wide as that.
    pub(super) fn bar(self, paint: Paint, room: usize) -> Self {
        let mut line = Self::of(paint, &self.text());
        line.pad(paint, room);
        line
    }

    /// Its text alone.
    pub(super) fn text(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Its pieces.
    pub(super) fn spans(&self) -> impl Iterator<Item = (Paint, &str)> {
        self.spans.iter().map(|(paint, text)| (*paint, text.as_str()))
    }
}

/// A text without its first columns; half of a wide character is a space.
pub(super) fn behind(text: &str, skip: usize) -> String {
    let (at, taken) = fitting(text, skip);
    let mut rest = text[at..].chars();
    match rest.clone().next() {
        Some(c) if taken < skip => {
            rest.next();
            " ".repeat(width(c) - (skip - taken)) + rest.as_str()
        }
        _ => rest.as_str().to_owned(),
    }
}

/// A text in pieces of no more than so many columns, all but the first with `hang` spaces in front, and cut between
/// words where these are not too long.
pub(super) fn wrapped(text: &str, room: usize, hang: usize) -> Vec<String> {
    let hang = if hang + 8 > room { 0 } else { hang };
    let (mut pieces, mut rest, mut before) = (Vec::new(), text, 0);
    loop {
        let (at, _) = fitting(rest, (room - before).max(2));
        let mut piece = " ".repeat(before);
        if at == rest.len() {
            piece.push_str(rest);
            pieces.push(piece);
            return pieces;
        }
        let word = rest[..at].rfind(' ').map(|space| space + 1).filter(|word| *word > at / 2);
        let (line, more) = rest.split_at(word.unwrap_or(at));
        piece.push_str(line);
        pieces.push(piece);
        (rest, before) = (more, hang);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, room: usize) -> String {
        let mut line = Line::default();
        line.cell(Paint::Plain, text, room);
        assert_eq!(line.columns(), room);
        line.text()
    }

    #[test]
    fn a_cell_has_its_columns_whatever_is_in_it() {
        for (text, room, want) in [
            ("abc", 5, "abc  "),
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("你好", 4, "你好"),
            ("你好", 3, "你…"),
            ("你好吗", 4, "你 …"),
            ("ab", 0, ""),
            ("你", 1, "…"),
        ] {
            assert_eq!(cell(text, room), want, "{text} {room}");
        }
        let mut line = Line::default();
        line.right(Paint::Plain, "42", 4);
        line.right(Paint::Plain, "12345", 4);
        assert_eq!(line.text(), "  42123…");
    }

    #[test]
    fn a_cut_line_says_so_and_keeps_its_colours() {
        let mut line = Line::of(Paint::Time, "ab");
        line.put(Paint::Peer, "你好");
        assert_eq!(line.clone().cut(6), line);
        assert_eq!(line.clone().cut(5).text(), "ab你…");
        assert_eq!(line.clone().cut(2).text(), "a…");
        assert_eq!(line.clone().cut(3).spans().last(), Some((Paint::Peer, "…")));
        assert_eq!(line.bar(Paint::Chosen, 8).text(), "ab你好  ");
    }

    #[test]
    fn text_is_slid_and_wrapped_by_columns() {
        assert_eq!(behind("ab你好", 2), "你好");
        assert_eq!(behind("ab你好", 3), " 好");
        assert_eq!(behind("ab", 7), "");
        assert_eq!(wrapped("ab你好c", 4, 0), ["ab你", "好c"]);
        assert_eq!(wrapped("", 4, 2), [""]);
        assert_eq!(wrapped("你好", 1, 2), ["你", "好"]);
        assert_eq!(wrapped("a    two words more", 14, 5), ["a    two ", "     words ", "     more"]);
    }
}
