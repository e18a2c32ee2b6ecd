//! Words that fit a terminal: broken between words, and what follows stands below where the text began.

use std::borrow::Cow;

/// The least that is left for words beside their indent, in columns.
const LEAST: usize = 24;

/// A line in pieces of at most `most` columns, where its words allow that. What follows the first piece is
/// indented as far as the text behind the last gap of two blanks at its start: a column of a table.
pub(super) fn line(text: &str, most: usize) -> Vec<Cow<'_, str>> {
    if width(text) < most {
        return vec![text.into()];
    }
    let indent = Some(indent(text)).filter(|indent| indent + LEAST < most).unwrap_or(2);
    let (mut pieces, mut rest, mut room) = (Vec::new(), text, most.saturating_sub(1).max(1));
    while width(rest) > room {
        let Some(at) = cut(rest, room).filter(|_| pieces.len() < text.len()) else { break };
        pieces.push(padded(rest[..at].trim_end(), if pieces.is_empty() { 0 } else { indent }));
        rest = rest[at..].trim_start();
        room = most.saturating_sub(1 + indent).max(LEAST);
    }
    pieces.push(padded(rest, if pieces.is_empty() { 0 } else { indent }));
    pieces
}

fn padded(text: &str, indent: usize) -> Cow<'_, str> {
    if indent == 0 { text.into() } else { (" ".repeat(indent) + text).into() }
}

/// Where the text of a table begins: behind a word and a gap.
fn indent(text: &str) -> usize {
    let lead = text.len() - text.trim_start().len();
    match text[lead..].find("  ") {
        Some(gap) => {
            let behind = &text[lead + gap..];
            width(&text[..lead + gap]) + (behind.len() - behind.trim_start().len())
        }
        None => lead,
    }
}

/// The last place at which the first piece can end, between two words; never inside the blanks it begins with.
fn cut(text: &str, room: usize) -> Option<usize> {
    let lead = text.len() - text.trim_start().len();
    let (mut columns, mut last) = (0, None);
    for (at, c) in text.char_indices() {
        if columns > room {
            break;
        }
        if c == ' ' && at > lead {
            last = Some(at);
        }
        columns += wide(c);
    }
    last
}

/// Display columns.
fn width(text: &str) -> usize {
    text.chars().map(wide).sum()
}

/// Columns of a character: from Hangul Jamo on East Asian ones are wide (UAX 11, roughly: a break may come too
/// early, never too late).
fn wide(c: char) -> usize {
    1 + usize::from(c >= '\u{1100}' && !('\u{2000}'..'\u{2e80}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_keep_their_column() {
        let text = "/use NAME   let lines go to this session from now on";
        assert_eq!(line(text, 44), ["/use NAME   let lines go to this session", "            from now on"]);
        assert_eq!(line(text, 80), [text]);
        let long = "nothing here to align with so that it is indented a little";
        assert_eq!(line(long, 30), ["nothing here to align with so", "that it is indented a little"]);
    }

    #[test]
    fn what_has_no_blank_is_left_whole() {
        let word = "x".repeat(100);
        assert_eq!(line(&word, 40), [word.as_str()]);
        let chinese = "你好 ".repeat(12);
        for piece in line(chinese.trim_end(), 40) {
            assert!(width(&piece) < 40, "{piece}");
        }
        assert_eq!(line("", 40), [""]);
    }
}
