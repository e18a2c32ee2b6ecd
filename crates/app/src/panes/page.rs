//! A text over the whole screen: help, a conversation, what is known of the file.

use super::key::Act;
use super::line::{Line, Paint, wrapped};

/// A text that one moves about in.
#[derive(Debug, Default)]
pub(super) struct Page {
    title: String,
    text: Vec<(Paint, String)>,
    /// Spaces in front of what did not fit on a row.
    hang: usize,
    /// Its rows, and for which width they are.
    rows: Vec<(Paint, String)>,
    width: usize,
    top: usize,
    height: usize,
}

impl Page {
    pub(super) fn new(title: impl Into<String>, text: Vec<(Paint, String)>, hang: usize) -> Self {
        Self { title: title.into(), text, hang, ..Self::default() }
    }

    /// Moves; whether this key does that.
    pub(super) fn act(&mut self, act: Act) -> bool {
        let page = self.height.saturating_sub(1).max(1);
        self.top = match act {
            Act::Up => self.top.saturating_sub(1),
            Act::Down | Act::Open => self.top + 1,
            Act::PageUp => self.top.saturating_sub(page),
            Act::PageDown => self.top + page,
            Act::First => 0,
            Act::Last => usize::MAX,
            _ => return false,
        };
        self.top = self.top.min(self.rows.len().saturating_sub(self.height));
        true
    }

    /// Goes to the next line that has these words, from the first one shown on; whether there is one.
    pub(super) fn find(&mut self, words: &str, back: bool) -> bool {
        let has = |(_, row): &(Paint, String)| row.contains(words);
        let found = if back {
            self.rows[..self.top].iter().rposition(has)
        } else {
            self.rows.iter().skip(self.top + 1).position(has).map(|at| self.top + 1 + at)
        };
        self.top = found.unwrap_or(self.top);
        found.is_some()
    }

    pub(super) fn draw(&mut self, width: usize, height: usize) -> Vec<Line> {
        self.fit(width);
        self.height = height.saturating_sub(1);
        self.top = self.top.min(self.rows.len().saturating_sub(1));
        let mut lines = vec![super::draw::ruler(&self.title, width, true)];
        let rows = self.rows.iter().skip(self.top).take(self.height);
        lines.extend(rows.map(|(paint, text)| Line::of(*paint, text)));
        lines
    }

    fn fit(&mut self, width: usize) {
        if self.width != width {
            self.width = width;
            let pieces = |(paint, text): &(Paint, String)| {
                wrapped(text, width, self.hang).into_iter().map(|piece| (*paint, piece)).collect::<Vec<_>>()
            };
            self.rows = self.text.iter().flat_map(pieces).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: &mut Page, width: usize) -> Vec<String> {
        page.draw(width, 4).iter().skip(1).map(Line::text).collect()
    }

    #[test]
    fn a_page_is_wrapped_and_turned() {
        let text = (0..9).map(|n| (Paint::Plain, format!("line {n} 你好"))).collect();
        let mut page = Page::new("Title", text, 0);
        assert_eq!(shown(&mut page, 20), ["line 0 你好", "line 1 你好", "line 2 你好"]);
        assert!(page.act(Act::PageDown) && page.act(Act::Down));
        assert_eq!(shown(&mut page, 20)[0], "line 3 你好");
        assert!(page.act(Act::Last));
        assert_eq!(shown(&mut page, 20)[2], "line 8 你好");
        assert!(page.act(Act::First) && !page.act(Act::Mark));
        assert_eq!(shown(&mut page, 9), ["line 0 ", "你好", "line 1 "]);
        assert!(page.find("line 5", false) && !page.find("line 5", false) && !page.find("none", true));
        assert_eq!(shown(&mut page, 9)[0], "line 5 ");
        assert!(page.find("line 0", true));
    }
}
