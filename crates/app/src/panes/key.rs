//! Keys, and what they do: one table for doing, help and documents.

use std::fmt::{self, Display, Formatter};

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// One that writes this.
    Char(char),
    /// One that writes this, with Ctrl.
    Ctrl(char),
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    Tab,
    BackTab,
    Enter,
    Esc,
    Backspace,
    Delete,
}

impl Display for Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Char(' ') => "Space",
            Self::Char(c) => return write!(f, "{c}"),
            Self::Ctrl(c) => return write!(f, "Ctrl-{}", c.to_ascii_uppercase()),
            Self::Up => "Up",
            Self::Down => "Down",
            Self::Left => "Left",
            Self::Right => "Right",
            Self::PageUp => "PgUp",
            Self::PageDown => "PgDn",
            Self::Home => "Home",
            Self::End => "End",
            Self::Tab => "Tab",
            Self::BackTab => "Shift-Tab",
            Self::Enter => "Enter",
            Self::Esc => "Esc",
            Self::Backspace => "Backspace",
            Self::Delete => "Del",
        })
    }
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    NextPane,
    PaneBefore,
    Zoom,
    Open,
    Close,
    OpenAll,
    CloseAll,
    Left,
    Right,
    Search,
    Next,
    Before,
    GoTo,
    Filter,
    Clear,
    Mark,
    NextMark,
    Follow,
    Clock,
    Charset,
    AskCharset,
    Hex,
    About,
    Help,
    Redraw,
    Suspend,
    Leave,
    Quit,
}

/// A row of the table: keys that do the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// The keys.
    pub(crate) keys: &'static [Key],
    /// What they do.
    pub(crate) act: Act,
    /// The same in words.
    pub(crate) help: &'static str,
}

const fn row(keys: &'static [Key], act: Act, help: &'static str) -> Spec {
    Spec { keys, act, help }
}

use Key::{Char, Ctrl};

/// All keys.
pub(crate) const KEYS: &[Spec] = &[
    row(&[Key::Up, Char('k')], Act::Up, "one up"),
    row(&[Key::Down, Char('j')], Act::Down, "one down"),
    row(&[Key::PageUp, Char('b'), Ctrl('b')], Act::PageUp, "a page up"),
    row(&[Key::PageDown, Char(' '), Ctrl('f')], Act::PageDown, "a page down"),
    row(&[Key::Home, Char('g')], Act::First, "to the first; 42g goes to packet 42"),
    row(
        &[Key::End, Char('G')],
        Act::Last,
        "to the last, and on with it while the file grows; 42G goes to packet 42",
    ),
    row(&[Char(':')], Act::GoTo, "ask for the number of a packet, and go there"),
    row(&[Key::Tab], Act::NextPane, "to the next pane: list, layers, bytes"),
    row(&[Key::BackTab], Act::PaneBefore, "to the pane before"),
    row(&[Char('z')], Act::Zoom, "this pane alone, or all three again"),
    row(&[Key::Enter], Act::Open, "list: go to its layers; layers: open or close; bytes: go to their layer"),
    row(
        &[Key::Right, Char('l')],
        Act::Right,
        "list: what is cut off on the right; layers: open; bytes: the next one",
    ),
    row(
        &[Key::Left],
        Act::Left,
        "list: back; layers: close, or go to what it is part of; bytes: the one before",
    ),
    row(&[Char('+')], Act::OpenAll, "open all layers"),
    row(&[Char('-')], Act::CloseAll, "close all layers"),
    row(&[Key::Backspace], Act::Close, "layers: close what this is part of"),
    row(&[Char('/')], Act::Search, "search: text in the charset, a part of a row, or hex: and bytes"),
    row(&[Char('n')], Act::Next, "search on"),
    row(&[Char('N')], Act::Before, "search back"),
    row(&[Char('f')], Act::Filter, "only packets that a capture filter admits: udp port 53 or host 10.0.0.1"),
    row(&[Char('x')], Act::Clear, "all packets again"),
    row(&[Char('m')], Act::Mark, "mark a packet, or no more"),
    row(&[Char('\'')], Act::NextMark, "to the next mark"),
    row(&[Char('F')], Act::Follow, "what the conversation of this packet said, put together"),
    row(&[Char('t')], Act::Clock, "times: since the first packet, of the day, since the packet before"),
    row(&[Char('e')], Act::Charset, "the next of the common charsets"),
    row(&[Char('E')], Act::AskCharset, "ask for a charset"),
    row(&[Char('y')], Act::Hex, "the chosen bytes as hex, to be copied"),
    row(&[Char('i')], Act::About, "about the file: its interfaces, and what is wrong with it"),
    row(&[Char('?'), Char('h')], Act::Help, "this help"),
    row(&[Ctrl('l')], Act::Redraw, "draw the screen anew"),
    row(&[Ctrl('z')], Act::Suspend, "stop until the shell's fg"),
    row(&[Key::Esc], Act::Leave, "end what is asked for, goes on or is shown on top; else leave"),
    row(&[Char('q')], Act::Quit, "close what is shown on top; else leave"),
];

/// What a key does, if it does something. Ctrl-C leaves, whatever goes on.
pub(crate) fn act(key: Key) -> Option<Act> {
    KEYS.iter().find(|spec| spec.keys.contains(&key)).map(|spec| spec.act)
}

impl Spec {
    /// Its keys in words.
    pub(crate) fn keys(&self) -> String {
        self.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_one_thing() {
        let all: Vec<Key> = KEYS.iter().flat_map(|spec| spec.keys).copied().collect();
        for (at, key) in all.iter().enumerate() {
            assert_eq!(all.iter().position(|other| other == key), Some(at), "{key}");
            assert!(!matches!(key, Char('0'..='9') | Ctrl('c')), "{key} means a number, or leaves");
        }
        assert_eq!(act(Char('G')), Some(Act::Last));
        assert_eq!(act(Char('Q')), None);
    }
}
