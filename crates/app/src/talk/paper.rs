//! Where rows and words go: onto the console's screen, or to the standard streams.

use std::io;

use crate::console::Console;
use crate::out::{self, Rows as Stdout};

/// Something to show rows and words on.
pub(super) trait Paper {
    /// Rows of messages, which may be skipped where more come than eyes can follow, counted.
    fn rows(&mut self, rows: &[u8]) -> io::Result<()>;

    /// Rows that are never skipped.
    fn told(&mut self, rows: &[u8]) -> io::Result<()>;

    /// Words to the person: never among the rows where those are read by a program.
    fn say(&mut self, words: &[u8]) -> io::Result<()>;

    /// Columns to wrap words at, where there are any.
    fn columns(&self) -> Option<usize> {
        None
    }

    /// Asks for the next line with these words.
    fn prompt(&mut self, _words: &str) {}

    /// Says where rows are to be found that were skipped.
    fn elsewhere(&mut self, _words: &str) {}

    /// Clears what is shown.
    fn clear(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Nothing more comes just now.
    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal of a person.
pub(super) struct Desktop(pub(super) std::rc::Rc<Console>);

/// Clears the screen and what scrolled off it, and goes to its corner: `ED` 2 and 3, `CUP` (ECMA-48, xterm).
const CLEAR: &[u8] = b"\x1b[H\x1b[2J\x1b[3J\n";

impl Paper for Desktop {
    fn rows(&mut self, rows: &[u8]) -> io::Result<()> {
        self.0.screen.rows(rows)
    }

    fn told(&mut self, rows: &[u8]) -> io::Result<()> {
        self.0.screen.say(rows)
    }

    fn say(&mut self, words: &[u8]) -> io::Result<()> {
        self.0.screen.say(words)
    }

    fn columns(&self) -> Option<usize> {
        out::columns()
    }

    fn prompt(&mut self, words: &str) {
        self.0.prompt(words);
    }

    fn elsewhere(&mut self, words: &str) {
        self.0.screen.elsewhere(words);
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.screen.say(CLEAR)
    }
}

/// The standard streams: rows are results, words are talk.
pub(super) struct Streams(pub(super) Stdout);

impl Paper for Streams {
    fn rows(&mut self, rows: &[u8]) -> io::Result<()> {
        self.0.put(rows)
    }

    fn told(&mut self, rows: &[u8]) -> io::Result<()> {
        self.0.put(rows)
    }

    fn say(&mut self, words: &[u8]) -> io::Result<()> {
        out::talk(&String::from_utf8_lossy(words));
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
