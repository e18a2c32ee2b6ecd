//! The words, told.

use super::desk::Desk;
use crate::console::{WORDS, Word};

impl Desk {
    /// Tells all words, or all about one.
    pub(super) fn help(&self, word: Option<&Word>) {
        let words = match word {
            Some(word) => one(word),
            None => all(),
        };
        self.board.borrow_mut().say(&words);
    }
}

fn one(word: &Word) -> String {
    let mut words = format!("{}\n  {}\n  such as {}\n", shape(word), word.help, word.example);
    if !word.also.is_empty() {
        let also: Vec<String> = word.also.iter().map(|also| format!("/{also}")).collect();
        words += &format!("  also {}\n", also.join(" "));
    }
    words
}

fn all() -> String {
    let mut words = String::from(
        "a line is sent as text, with \\r \\n \\x1b escapes and {fields}; //x sends /x; behind it goes a line end\n\
         (/eol) on a stream, nothing on datagrams\n",
    );
    for word in WORDS {
        let shape = shape(word);
        // One that is long stands above its words.
        let (shape, pad) = match shape.chars().count() {
            long if long > SHAPE => (format!("{shape}\n"), SHAPE),
            short => (shape, SHAPE - short),
        };
        words += &format!("{shape}{}  {}\n", " ".repeat(pad), word.help);
    }
    words
        + "Tab completes, Ctrl-R searches what was typed before, Ctrl-D ends our direction, then everything\n"
}

/// Columns of a word with its arguments.
const SHAPE: usize = 24;

fn shape(word: &Word) -> String {
    let blank = if word.arguments.is_empty() { "" } else { " " };
    format!("/{}{blank}{}", word.name, word.arguments)
}
