//! A keyboard and a screen, or what stands in their place.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use super::editor::{Editor, Look};
use super::lines::{self, Lines};
use super::screen::{self, Screen};

/// A keyboard and a screen, or what stands in their place.
pub(crate) struct Console {
    /// What is typed.
    pub(crate) lines: Lines,
    /// What is shown.
    pub(crate) screen: Screen,
    editor: Option<Editor>,
}

impl Console {
    /// Takes the terminal if a person sits at both ends of it; else lines are read from standard input as
    /// they come, and rows go straight to standard output. Signals that are to end the program in order
    /// must be registered before.
    ///
    /// # Errors
    ///
    /// The terminal, a standard stream or a thread is not to be had.
    pub(crate) fn open(look: Look) -> io::Result<Self> {
        if io::stdin().is_terminal() && screen::is_terminal() {
            let (editor, lines) = Editor::start(look)?;
            return Ok(Self { lines, screen: editor.screen().clone(), editor: Some(editor) });
        }
        let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let lines = lines::read(input, "standard input")?;
        Ok(Self { lines, screen: Screen::straight(screen::file()?), editor: None })
    }

    /// Whether a person sits there.
    pub(crate) fn is_terminal(&self) -> bool {
        self.editor.is_some()
    }

    /// Asks with these words from now on, in the middle of a line too.
    pub(crate) fn prompt(&self, words: &str) {
        if let Some(editor) = &self.editor {
            editor.prompt(words);
        }
    }

    /// Shows what waits, and puts the terminal back.
    ///
    /// # Errors
    ///
    /// Rows could not be shown.
    pub(crate) fn end(self) -> io::Result<()> {
        // Whoever waits to be heard must not be waited for.
        drop(self.lines);
        let shown = self.screen.end();
        drop(self.editor);
        shown
    }
}
