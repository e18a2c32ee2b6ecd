//! What the line editor asks while a line is edited.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;
use rustyline::{Context, Result};

use super::gate::Gate;
use super::names::{Candidate, Vocabulary};

/// What unwinds out of the editor so that the line goes on behind another prompt.
#[derive(Debug)]
pub(super) struct Anew;

/// What is wanted of the editor.
#[derive(Debug, Default)]
pub(super) struct Wish {
    state: Mutex<Wanted>,
}

#[derive(Debug, Default)]
struct Wanted {
    prompt: String,
    /// The prompt that is shown is another one, or none shall be shown any more.
    anew: bool,
    over: bool,
}

impl Wish {
    /// Wants this prompt; says whether it is another one.
    pub(super) fn prompt(&self, text: &str) -> bool {
        let mut wanted = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let other = wanted.prompt != text;
        text.clone_into(&mut wanted.prompt);
        wanted.anew |= other;
        other
    }

    /// Wants no more lines.
    pub(super) fn end(&self) {
        let mut wanted = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (wanted.over, wanted.anew) = (true, true);
    }

    /// The prompt of the next line; `None` if there shall be none, and the editor keeps no rows that it would have to
    /// be in a line to show.
    pub(super) fn begin(&self, keeps_none: bool) -> Option<String> {
        let mut wanted = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.anew = wanted.over;
        (!wanted.over || !keeps_none).then(|| wanted.prompt.clone())
    }

    fn anew(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).anew
    }
}

/// What the line editor asks.
pub(super) struct Asked {
    words: Box<dyn Vocabulary>,
    wish: Arc<Wish>,
    gate: Arc<Gate>,
    colour: bool,
    /// The line before and behind the cursor.
    line: RefCell<(String, String)>,
    /// The next drawing follows from a key, not from a row that was put above the line.
    keyed: Cell<bool>,
}

impl Asked {
    pub(super) fn new(words: Box<dyn Vocabulary>, wish: Arc<Wish>, gate: Arc<Gate>, colour: bool) -> Self {
        Self { words, wish, gate, colour, line: RefCell::default(), keyed: Cell::new(false) }
    }

    /// A line begins: what is drawn first is no row above it.
    pub(super) fn begin(&self) {
        self.keyed.set(true);
    }

    /// What was typed so far, before and behind the cursor; forgets it.
    pub(super) fn typed(&self) -> (String, String) {
        self.line.take()
    }

    fn remember(&self, line: &str, pos: usize) {
        let mut known = self.line.borrow_mut();
        line[..pos].clone_into(&mut known.0);
        line[pos..].clone_into(&mut known.1);
    }
}

/// Words behind the line that cannot be taken over.
pub(super) struct Told(String);

impl Hint for Told {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Asked {
    type Hint = Told;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Told> {
        // Asked for the first time when the terminal is set up and before the prompt is drawn: rows wait
        // in the editor's own queue from here on.
        self.gate.open();
        self.remember(line, pos);
        // Without colours a hint would look like something typed. The editor may leave out to draw the line anew where
        // there is no hint, and the prompt relies on knowing.
        let told = if self.colour { self.words.hint(line) } else { String::new() };
        Some(Told(if told.is_empty() { " ".to_owned() } else { told }))
    }
}

impl Highlighter for Asked {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        // The editor measures its prompt once, when a line begins: for another prompt the line must begin
        // anew. Unwinding is the only way out that keeps every key, and only here: when a row has just been
        // put above the line, no key waits in the editor's buffer, and the line is not drawn yet.
        if !self.keyed.replace(false) {
            self.gate.shown();
            if self.wish.anew() {
                self.remember(line, pos);
                resume_unwind(Box::new(Anew));
            }
        }
        Cow::Borrowed(line)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        match self.colour {
            true => Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m")),
            false => Cow::Borrowed(prompt),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        match self.colour {
            true => Cow::Owned(format!("\x1b[90m{hint}\x1b[0m")),
            false => Cow::Borrowed(hint),
        }
    }

    fn highlight_char(&self, line: &str, pos: usize, kind: CmdKind) -> bool {
        self.remember(line, pos);
        // A cursor that moves draws nothing.
        if kind != CmdKind::MoveCursor {
            self.keyed.set(true);
        }
        false
    }
}

impl Completer for Asked {
    type Candidate = Candidate;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Candidate>)> {
        Ok(self.words.complete(line, pos))
    }
}

impl rustyline::completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.display
    }

    fn replacement(&self) -> &str {
        &self.replacement
    }
}

impl Validator for Asked {}

impl rustyline::Helper for Asked {}
