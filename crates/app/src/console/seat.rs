//! A keyboard and a screen, or what stands in their place.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use super::editor::{Editor, Look};
use super::lines::{self, Lines};
use super::screen::{self, Screen};

/// A keyboard and a screen, or what stands in their place.
pub(crate) struct Console {
    /// What is shown.
    pub(crate) screen: Screen,
    editor: Option<Editor>,
}

impl Console {
    /// Takes the terminal if a person sits at both ends of it; else lines are read from standard input as
    /// they come, and rows go straight to standard output. What is typed is given beside. Signals that are to
    /// end the program in order must be registered before.
    ///
    /// # Errors
    ///
    /// The terminal, a standard stream or a thread is not to be had.
    pub(crate) fn open(look: Look) -> io::Result<(Self, Lines)> {
        if Self::is_at_hand() {
            let (editor, lines) = Editor::start(look)?;
            return Ok((Self { screen: editor.screen().clone(), editor: Some(editor) }, lines));
        }
        Ok((Self { screen: Screen::straight(screen::file()?), editor: None }, Self::piped()?))
    }

    /// Lines of standard input as they come, with nothing drawn.
    ///
    /// # Errors
    ///
    /// Standard input or a thread is not to be had.
    pub(crate) fn piped() -> io::Result<Lines> {
        lines::read(File::from(io::stdin().as_fd().try_clone_to_owned()?), "standard input")
    }

    /// Whether a person sits at both ends of the terminal.
    pub(crate) fn is_at_hand() -> bool {
        io::stdin().is_terminal() && screen::is_terminal()
    }

    /// Asks with these words from now on, in the middle of a line too.
    pub(crate) fn prompt(&self, words: &str) {
        if let Some(editor) = &self.editor {
            editor.prompt(words);
        }
    }

    /// Shows what waits, and puts the terminal back. The lines must have been dropped before: whoever waits
    /// to be heard would be waited for.
    ///
    /// # Errors
    ///
    /// Rows could not be shown.
    pub(crate) fn end(self) -> io::Result<()> {
        if let Some(editor) = &self.editor {
            editor.end();
        }
        let shown = self.screen.end();
        drop(self.editor);
        shown
    }
}
