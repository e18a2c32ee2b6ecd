//! A question on the last line, and what is typed there.

use super::key::Key;
use super::line::{Line, Paint, columns};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    Search,
    GoTo,
    Filter,
    Charset,
}

impl Ask {
    /// What stands in front of what is typed.
    fn words(self) -> &'static str {
        match self {
            Self::Search => "/",
            Self::GoTo => "packet: ",
            Self::Filter => "filter: ",
            Self::Charset => "charset: ",
        }
    }
}

/// A question, and what is typed there so far.
#[derive(Debug)]
pub(super) struct Prompt {
    pub(super) ask: Ask,
    text: Vec<char>,
    /// Where the next character goes.
    at: usize,
}

/// What a key did to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// It goes on.
    More,
    /// This is the answer.
    Answer(String),
    /// There is none.
    No,
}

impl Prompt {
    /// Asks; `text` is there already.
    pub(super) fn new(ask: Ask, text: &str) -> Self {
        let text: Vec<char> = text.chars().collect();
        Self { ask, at: text.len(), text }
    }

    /// Goes to a place in the text, in bytes.
    pub(super) fn go_to(&mut self, byte: usize) {
        let mut bytes = 0;
        let before = |c: &&char| {
            bytes += c.len_utf8();
            bytes <= byte
        };
        self.at = self.text.iter().take_while(before).count();
    }

    pub(super) fn press(&mut self, key: Key) -> Typed {
        match key {
            Key::Enter => return Typed::Answer(self.text.iter().collect()),
            Key::Esc => return Typed::No,
            // What is asked goes away with its last character, as in less.
            Key::Backspace if self.text.is_empty() => return Typed::No,
            Key::Backspace if self.at > 0 => {
                self.at -= 1;
                self.text.remove(self.at);
            }
            Key::Delete if self.at < self.text.len() => {
                self.text.remove(self.at);
            }
            Key::Left => self.at = self.at.saturating_sub(1),
            Key::Right => self.at = (self.at + 1).min(self.text.len()),
            Key::Home | Key::Ctrl('a') => self.at = 0,
            Key::End | Key::Ctrl('e') => self.at = self.text.len(),
            Key::Ctrl('u') => {
                self.text.drain(..self.at);
                self.at = 0;
            }
            Key::Ctrl('w') => self.rub_word(),
            Key::Char(c) => {
                self.text.insert(self.at, c);
                self.at += 1;
            }
            _ => {}
        }
        Typed::More
    }

    fn rub_word(&mut self) {
        let before = &self.text[..self.at];
        let blanks = before.iter().rev().take_while(|c| c.is_whitespace()).count();
        let word = before.iter().rev().skip(blanks).take_while(|c| !c.is_whitespace()).count();
        let from = self.at - blanks - word;
        self.text.drain(from..self.at);
        self.at = from;
    }

    /// The line, and the column of its cursor. What does not fit is left out at the front.
    pub(super) fn draw(&self, width: usize) -> (Line, usize) {
        let mut line = Line::of(Paint::Title, self.ask.words());
        let room = width.saturating_sub(line.columns() + 1);
        let mut from = 0;
        while columns(&self.part(from, self.at)) > room {
            from += 1;
        }
        let cursor = line.columns() + columns(&self.part(from, self.at));
        line.put(Paint::Plain, &self.part(from, self.text.len()));
        (line.cut(width), cursor)
    }

    fn part(&self, from: usize, to: usize) -> String {
        self.text[from..to].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(prompt: &mut Prompt, keys: &[Key]) -> String {
        for key in keys {
            assert_eq!(prompt.press(*key), Typed::More);
        }
        prompt.draw(40).0.text()
    }

    #[test]
    fn a_line_is_edited() {
        let mut prompt = Prompt::new(Ask::Filter, "udp 端口");
        assert_eq!(typed(&mut prompt, &[Key::Left, Key::Backspace, Key::Char('x')]), "filter: udp x口");
        assert_eq!(prompt.draw(40).1, 13);
        assert_eq!(typed(&mut prompt, &[Key::End, Key::Ctrl('w'), Key::Char('5')]), "filter: udp 5");
        assert_eq!(typed(&mut prompt, &[Key::Home, Key::Delete, Key::Right]), "filter: dp 5");
        assert_eq!(typed(&mut prompt, &[Key::Ctrl('u')]), "filter: p 5");
        assert_eq!(prompt.press(Key::Enter), Typed::Answer("p 5".into()));
        assert_eq!(prompt.press(Key::Esc), Typed::No);
        assert_eq!(Prompt::new(Ask::GoTo, "").press(Key::Backspace), Typed::No);
    }

    #[test]
    fn a_long_line_shows_where_it_is_typed() {
        let mut prompt = Prompt::new(Ask::Search, "0123456789");
        assert_eq!((prompt.draw(6).0.text(), prompt.draw(6).1), ("/6789".to_owned(), 5));
        prompt.go_to(3);
        assert_eq!(prompt.draw(6).0.text(), "/0123…");
        assert_eq!(prompt.draw(6).1, 4);
    }
}
