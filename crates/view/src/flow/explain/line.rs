//! An arrow with sentences below it, no wider than a page.

use std::net::SocketAddr;

use sockscope_core::facts::Stamp;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Lang, WIDTH};
use crate::flow::{Flags, SeenTcp, Segment, Side, Tcp};

/// How far sentences stand in below their arrow.
const INDENT: usize = 6;

/// Columns of an arrow.
const ARROW: usize = 58;

/// One packet on its way to text.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) lang: Lang,
    from: Side,
    /// Number and time.
    head: String,
    sentences: Vec<String>,
    arrow: String,
}

impl Line {
    pub(super) fn new(lang: Lang, segment: &Segment<'_>, from: Side, start: Stamp) -> Self {
        let after = i128::from(segment.time.0) - i128::from(start.0);
        let (sign, micros) = (if after < 0 { "-" } else { "" }, after.unsigned_abs() / 1000);
        let time = format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        let head = format!("{:>6}  {time:>12}  ", segment.number);
        Self { lang, from, head, sentences: Vec::new(), arrow: String::new() }
    }

    /// Draws the arrow with what stands on it.
    pub(super) fn arrow(&mut self, label: &str) {
        let line = "─".repeat(ARROW.saturating_sub(label.width() + 5).max(1));
        self.arrow = match self.from {
            Side::Client => format!("── {label} {line}▶"),
            Side::Server => format!("◀{line} {label} ──"),
        };
    }

    /// Adds a sentence.
    pub(super) fn say(&mut self, sentence: impl FnOnce(Lang) -> String) {
        self.sentences.push(sentence(self.lang));
    }

    /// The arrow with its sentences, as lines.
    pub(super) fn end(self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(self.head.as_bytes());
        out.extend_from_slice(self.arrow.as_bytes());
        out.push(b'\n');
        let between = self.lang.pick(" ", "");
        wrapped(&self.sentences.join(between), INDENT, &mut out);
        out
    }
}

/// The two ends above their arrows.
pub(super) fn head(lang: Lang, client: SocketAddr, server: SocketAddr, out: &mut Vec<u8>) {
    let (left, right) = (lang.pick("client", "客户端"), lang.pick("server", "服务器"));
    let (left, right) = (format!("{left} {client}"), format!("{right} {server}"));
    let space = (ARROW + 22).saturating_sub(left.width() + right.width() + 2).max(2);
    // Two addresses of IPv6 may not fit beside each other.
    let between =
        if left.width() + right.width() + space + 2 > WIDTH { "\n  ".to_owned() } else { " ".repeat(space) };
    out.extend_from_slice(format!("  {left}{between}{right}\n").as_bytes());
}

/// What stands on the arrow of a segment.
pub(super) fn label(head: &Tcp, seen: &SeenTcp, len: u32) -> String {
    let flags = [
        (Flags::SYN, "SYN"),
        (Flags::FIN, "FIN"),
        (Flags::RST, "RST"),
        (Flags::PSH, "PSH"),
        (Flags::ACK, "ACK"),
    ];
    let mut words: Vec<_> =
        flags.iter().filter(|(flag, _)| head.flags.has(*flag)).map(|(_, word)| (*word).to_owned()).collect();
    words.push(format!("seq {}", seen.seq));
    words.extend(seen.ack.map(|ack| format!("ack {ack}")));
    words.extend((len > 0).then(|| format!("len {len}")));
    words.join(" ")
}

/// Appends text in lines that stand in so far; nothing for no text.
pub(super) fn wrapped(text: &str, indent: usize, out: &mut Vec<u8>) {
    let mut column = 0;
    for unit in units(text) {
        let word = unit.trim_start();
        if column > 0 && column + unit.trim_end().width() > WIDTH {
            out.push(b'\n');
            column = 0;
        }
        let part = if column == 0 { word } else { unit };
        if part.is_empty() {
            continue;
        }
        if column == 0 {
            crate::number::spaces(indent, out);
            column = indent;
        }
        out.extend_from_slice(part.as_bytes());
        column += part.width();
    }
    if column > 0 {
        out.push(b'\n');
    }
}

/// Text in parts between which a line may end: words with the space before them, wide characters with the marks
/// that may not begin a line.
fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let wide = |c: char| c.width() == Some(2);
        let sticks = "，。；：、）！？」”".contains(c);
        let breaks = c == ' ' && before != ' '
            || (wide(c) || wide(before)) && !sticks && before != '（' && before != ' ';
        if breaks && at > start {
            units.push(&text[start..at]);
            start = at;
        }
        before = c;
    }
    units.push(&text[start..]);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_wider_than_the_page_and_loses_nothing() {
        for text in [
            "A word and another, again and again. ".repeat(20),
            "客户端确认了第 1 到 500 字节（共 500 字节），用时很短。".repeat(9),
        ] {
            let mut out = Vec::new();
            wrapped(&text, 6, &mut out);
            let lines = String::from_utf8(out).unwrap();
            assert!(lines.lines().count() > 3);
            for line in lines.lines() {
                assert!(line.width() <= WIDTH && line.starts_with("      "), "{line}");
                assert!(!line.trim_start().starts_with(['，', '。', '）']), "{line}");
            }
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(bare(&lines), bare(&text));
        }
    }
}
