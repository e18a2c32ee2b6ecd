//! Where rows and words go: onto the console's screen, or to the standard streams.

use std::io;

use crate::console::Console;
use crate::out::{self, Rows as Stdout};

/// Something to show rows and words on.
pub(crate) trait Paper {
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

    /// Shows these rows, and keeps them, above all others; none to have the room back. Whether there is room.
    fn panel(&mut self, _rows: &[String]) -> io::Result<bool> {
        Ok(false)
    }

    /// Nothing more comes just now.
    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal of a person.
pub(crate) struct Desktop(std::rc::Rc<Console>, usize);

impl Desktop {
    pub(crate) fn new(console: std::rc::Rc<Console>) -> Self {
        Self(console, 0)
    }
}

/// Lines that have to be left below a panel.
const BELOW: usize = 8;

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

    fn panel(&mut self, rows: &[String]) -> io::Result<bool> {
        let lines = out::lines().unwrap_or(0);
        if lines < rows.len() + BELOW {
            return Ok(false);
        }
        let mut text = String::new();
        if rows.len() > self.1 {
            // What stands there scrolls up, and the line that is typed goes below.
            text += &"\n".repeat(rows.len());
        }
        self.1 = rows.len();
        text += "\x1b7";
        for (number, row) in (1..).zip(rows) {
            text += &format!("\x1b[{number};1H\x1b[2K{row}");
        }
        let rest =
            if rows.is_empty() { "\x1b[r".to_owned() } else { format!("\x1b[{};{lines}r", rows.len() + 1) };
        // The end of a row is taken back.
        text += &format!("{rest}\x1b8\x1b[A\n");
        self.0.screen.say(text.as_bytes())?;
        Ok(true)
    }
}

/// The standard streams: rows are results, words are talk.
pub(crate) struct Streams(pub(crate) Stdout);

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
