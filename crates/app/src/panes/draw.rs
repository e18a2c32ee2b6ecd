//! The screen as it is drawn.

use super::frame::Frame;
use super::line::{Line, Paint, columns};
use super::nodes;
use super::rows;
use super::view::{Pane, View};

/// The smallest screen.
const LEAST: (usize, usize) = (40, 12);

/// A line with a title; stronger where keys move.
pub(super) fn ruler(title: &str, width: usize, focused: bool) -> Line {
    let dash = if focused { "━" } else { "─" };
    let paint = if focused { Paint::Title } else { Paint::Note };
    let mut line = Line::of(paint, &dash.repeat(2));
    if !title.is_empty() {
        line.put(paint, &format!(" {title} "));
    }
    let mut line = line.cut(width);
    line.put(paint, &dash.repeat(width.saturating_sub(line.columns())));
    line
}

impl View {
    /// Rows of list, layers and bytes, without what stands above them.
    pub(super) fn heights(&self) -> [usize; 3] {
        let rows = self.size.1.saturating_sub(1);
        if self.zoomed {
            let mut heights = [0; 3];
            heights[self.pane as usize] = rows.saturating_sub(1);
            return heights;
        }
        let rows = rows.saturating_sub(3);
        let list = rows * 2 / 5;
        let layers = (rows - list) * 3 / 5;
        [list, layers, rows - list - layers]
    }

    /// The whole screen.
    pub(super) fn draw(&mut self) -> Frame {
        let (width, height) = self.size;
        if width < LEAST.0 || height < LEAST.1 {
            let words = format!("{}x{} is needed, not {width}x{height}", LEAST.0, LEAST.1);
            let mut lines = vec![Line::default(); height];
            lines.iter_mut().take(1).for_each(|line| *line = Line::of(Paint::Error, &words).cut(width));
            return Frame { lines, cursor: None };
        }
        self.settle();
        let mut frame = Frame { lines: self.body(), cursor: None };
        frame.lines.resize(height - 1, Line::default());
        if let Some(prompt) = &self.prompt {
            let (line, column) = prompt.draw(width);
            if let (Some((paint, words)), Some(last)) = (&self.said, frame.lines.last_mut()) {
                *last = Line::of(*paint, words).cut(width);
            }
            frame.lines.push(line);
            frame.cursor = Some((column, height - 1));
        } else {
            frame.lines.push(self.status());
        }
        frame
    }

    fn body(&mut self) -> Vec<Line> {
        let (width, height) = self.size;
        if let Some(page) = &mut self.page {
            return page.draw(width, height - 1);
        }
        let mut lines = Vec::new();
        for (pane, height) in [Pane::List, Pane::Layers, Pane::Bytes].into_iter().zip(self.heights()) {
            if self.zoomed && self.pane != pane {
                continue;
            }
            let focused = self.pane == pane;
            let end = lines.len() + 1 + height;
            match pane {
                Pane::List => lines.extend(self.draw_list(height, focused)),
                Pane::Layers => {
                    lines.push(ruler(&self.layers_title(), width, focused));
                    lines.extend(self.layers.draw(width, height, focused));
                }
                Pane::Bytes => {
                    lines.push(ruler(&self.bytes_title(), width, focused));
                    lines.extend(self.dump.draw(width, height, focused));
                }
            }
            lines.resize(end, Line::default());
        }
        lines
    }

    fn draw_list(&mut self, height: usize, focused: bool) -> Vec<Line> {
        let (rows, width, high) = (self.rows(), self.size.0, height as u64);
        let list = &mut self.list;
        list.top = list.top.clamp((list.row + 1).saturating_sub(high), list.row);
        list.top = list.top.min(rows.saturating_sub(high));
        let (top, slide) = (list.top, list.slide);
        let mut said = Vec::new();
        let mut before = top.checked_sub(1).and_then(|row| self.packet_in(row));
        for row in top..rows.min(top + high) {
            let Some(packet) = self.packet_in(row) else { break };
            let since = before.and_then(|before| self.packets.index().time(before));
            said.push(rows::said(&mut self.packets, &self.look, packet, slide + width, since));
            before = Some(packet);
        }
        let columns = self.list.columns.fit(&said, width, self.packets.len());
        self.list.columns = columns;
        let mut head = columns.head(slide).cut(width);
        if focused {
            head = head.bar(Paint::Title, width);
        }
        let mut lines = vec![head];
        for (row, said) in (top..).zip(&said) {
            let chosen = row == self.list.row;
            let line = columns.row(said, chosen, &self.marked, slide);
            lines.push(match (chosen, focused) {
                (true, true) => line.bar(Paint::Chosen, width),
                (true, false) => line.bar(Paint::Title, width),
                (false, _) => line,
            });
        }
        if said.is_empty() {
            let words = if self.is_looking() { "no packet so far" } else { "no packet" };
            lines.push(Line::of(Paint::Note, words));
        }
        lines
    }

    fn layers_title(&self) -> String {
        self.packet().map_or_else(String::new, |packet| format!("Packet {}", packet + 1))
    }

    fn bytes_title(&self) -> String {
        let Some(opened) = &self.opened else { return String::new() };
        let len = opened.buffers.get(opened.buffer).map_or(0, |(bytes, _)| bytes.len());
        let whose = if opened.buffer > 0 { "the datagram put together, " } else { "" };
        let field = match self.dump.range() {
            range if range.is_empty() => String::new(),
            range => format!(", {} at {} ({:#x}) chosen", range.len(), range.start, range.start),
        };
        let at = self.dump.chosen();
        let byte = if self.pane == Pane::Bytes { format!(", byte {at} ({at:#x})") } else { String::new() };
        format!("Bytes: {whose}{len}{field}{byte}; text in {}", self.look.charset_name())
    }

    /// The last line: what was said, or where one is.
    fn status(&self) -> Line {
        let width = self.size.0;
        let hint = if self.page.is_some() { "q goes back" } else { "? help" };
        let room = width.saturating_sub(columns(hint) + 2);
        let mut line = Line::default();
        match (&self.said, self.count) {
            (_, Some(count)) => line.put(Paint::Plain, &format!("{count}: G goes to that packet")),
            (Some((paint, words)), _) => line.put(*paint, words),
            _ => self.place(&mut line),
        }
        let mut line = line.cut(room);
        line.pad(Paint::Plain, room + 2);
        line.put(Paint::Note, hint);
        line
    }

    fn place(&self, line: &mut Line) {
        if let Some(doing) = self.doing() {
            line.put(Paint::Warning, &format!("{doing}  "));
        }
        let all = self.packets.len();
        let number = self.packet().map_or(0, |packet| packet + 1);
        line.put(Paint::Plain, &format!("packet {number} of {all}"));
        if let Some(sieve) = &self.sieve {
            let (text, found) = (sieve.text(), sieve.set.len());
            line.put(Paint::Warning, &format!("  filter: {} ({found})", nodes::line(text.as_bytes())));
        }
        if !self.marked.is_empty() {
            line.put(Paint::Plain, &format!("  {} marked", self.marked.len()));
        }
        if self.list.tail {
            line.put(Paint::Plain, "  at the end");
        }
        let noted = self.packets.index().noted();
        if noted > 0 || self.packets.broken().is_some() {
            let flaws = if noted == 1 { "1 flaw".to_owned() } else { format!("{noted} flaws") };
            line.put(Paint::Error, &format!("  {flaws} in the file (i)"));
        }
        let name = nodes::line(self.packets.index().recording().name().as_bytes());
        line.put(Paint::Note, &format!("  {name}"));
    }
}
