//! The line that is being typed: an editor in a thread of its own.

use std::fs::File;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use rustyline::config::{BellStyle, ColorMode, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, ExternalPrinter};

use sockscope::core::payload::Eol;

use super::gate::Gate;
use super::helper::{Anew, Asked, Wish};
use super::history;
use super::lines::{self, Deaf, Lines, Typed, Typist};
use super::names::Vocabulary;
use super::screen::{self, Print, Screen};
use super::terminal::Kept;

/// How long the thread gets to leave the line. A search or a list that is open leaves only with a key.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shows nothing: up a row, and down again. What the editor is given it ends with a new line.
const NOTHING: &str = "\x1b[A\n";

/// The line that is being typed. When it is dropped, the terminal is as it was.
pub(crate) struct Editor {
    wish: Arc<Wish>,
    gate: Arc<Gate>,
    screen: Screen,
    kept: Arc<Kept>,
    done: Receiver<()>,
}

/// How the editor looks, and what it knows.
pub(crate) struct Look {
    /// What may be typed.
    pub(crate) words: Box<dyn Vocabulary>,
    /// The file in the folder for state where lines are kept.
    pub(crate) history: &'static str,
    /// Whether colours are wanted; without them there are no hints.
    pub(crate) colour: bool,
    /// Whether Ctrl-C asks to end in the middle of a line too; else it clears the line first.
    pub(crate) urgent: bool,
    /// What asks for the first line.
    pub(crate) prompt: String,
}

type Rustyline = rustyline::Editor<Asked, FileHistory>;

impl Editor {
    /// Begins to edit lines at the terminal, which standard input and output must be. Signals that are to
    /// end the program in order must be registered before.
    ///
    /// # Errors
    ///
    /// The terminal, or a thread, is not to be had.
    pub(crate) fn start(look: Look) -> io::Result<(Self, Lines)> {
        let (typist, lines) = lines::queue()?;
        let (wish, gate) = (Arc::new(Wish::default()), Arc::new(Gate::default()));
        wish.prompt(&look.prompt);
        let asked = Asked::new(look.words, Arc::clone(&wish), Arc::clone(&gate), look.colour);
        let kept = Arc::new(Kept::take(screen::file()?)?);
        let mut editor = Rustyline::with_config(config().map_err(told)?).map_err(told)?;
        editor.set_helper(Some(asked));
        let printer = editor.create_external_printer().map_err(told)?;
        let screen = Screen::queued(Above { gate: Arc::clone(&gate), printer, after: screen::file()? })?;
        let (tell, done) = channel();
        let typing = Typing {
            editor,
            typist,
            keeps: look.history,
            urgent: look.urgent,
            history: None,
            wish: Arc::clone(&wish),
            gate: Arc::clone(&gate),
            kept: Arc::clone(&kept),
        };
        thread::Builder::new().name("editor".into()).spawn(move || typing.run(&tell))?;
        Ok((Self { wish, gate, screen, kept, done }, lines))
    }

    /// The screen above the line.
    pub(crate) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Asks with these words from now on, in the middle of a line too.
    pub(crate) fn prompt(&self, words: &str) {
        if self.wish.prompt(words) {
            self.screen.touch();
        }
    }
}

impl Editor {
    /// Wants no more lines. It leaves when it has shown the rows that it was handed; the last one makes it look.
    pub(crate) fn end(&self) {
        self.wish.end();
        self.screen.touch();
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.end();
        // Whether it ends in time or not: the terminal is put back.
        let _ = self.done.recv_timeout(PATIENCE);
        self.gate.end();
        self.kept.restore();
    }
}

fn config() -> rustyline::Result<Config> {
    let config = Config::builder()
        .max_history_size(history::LINES)?
        .history_ignore_dups(true)?
        .completion_type(CompletionType::List)
        // While a key is awaited no row could be shown.
        .completion_show_all_if_ambiguous(true)
        .bell_style(BellStyle::None)
        // Whether there are colours is for the helper to say; it is asked only if there may be some.
        .color_mode(ColorMode::Forced);
    Ok(config.build())
}

/// The thread's side.
struct Typing {
    editor: Rustyline,
    typist: Typist,
    keeps: &'static str,
    urgent: bool,
    /// Where lines are kept; none if that cannot be.
    history: Option<PathBuf>,
    wish: Arc<Wish>,
    gate: Arc<Gate>,
    kept: Arc<Kept>,
}

/// Whether there is another line, and what stands in it already, before and behind the cursor.
enum Go {
    On(String, String),
    Over,
}

impl Typing {
    fn run(mut self, done: &Sender<()>) {
        let mut go = self.remember().map_or(Go::Over, |()| Go::On(String::new(), String::new()));
        while let Go::On(before, behind) = go {
            go = self.line(&before, &behind).unwrap_or(Go::Over);
        }
        self.gate.end();
        self.kept.restore();
        // Nobody may wait.
        let _ = done.send(());
    }

    /// Has one line edited, and tells what became of it.
    fn line(&mut self, before: &str, behind: &str) -> Result<Go, Deaf> {
        let Some(prompt) = self.wish.begin(self.gate.is_empty()) else { return Ok(Go::Over) };
        let editor = &mut self.editor;
        if let Some(asked) = editor.helper() {
            asked.begin();
        }
        let read = catch_unwind(AssertUnwindSafe(|| editor.readline_with_initial(&prompt, (before, behind))));
        self.gate.close();
        let (left, right) = self.editor.helper().map(Asked::typed).unwrap_or_default();
        let empty = Go::On(String::new(), String::new());
        match read {
            Ok(Ok(text)) => {
                // What is pasted may be many lines.
                for line in text.split('\n') {
                    self.keep(line)?;
                    self.typist.say(Typed::Line(line.to_owned(), Eol::Lf))?;
                }
                Ok(empty)
            }
            // Keys read together with Ctrl-C are gone with the line, as at any terminal (termios(3), ISIG).
            Ok(Err(ReadlineError::Interrupted)) => {
                if self.urgent || left.is_empty() && right.is_empty() {
                    self.typist.say(Typed::Interrupt)?;
                }
                Ok(empty)
            }
            Ok(Err(ReadlineError::Eof)) => self.typist.say(Typed::End).map(|()| empty),
            Ok(Err(ReadlineError::Io(error))) if error.kind() == io::ErrorKind::InvalidData => {
                self.typist.say(Typed::Note("a key that is no UTF-8 was left out".into()))?;
                Ok(Go::On(left, right))
            }
            Ok(Err(error)) => {
                let why = format!("cannot read the terminal: {}", told(error));
                self.typist.say(Typed::Broken(why)).map(|()| Go::Over)
            }
            Err(payload) if payload.is::<Anew>() => Ok(Go::On(left, right)),
            Err(_) => self.typist.say(Typed::Broken("the line editor panicked".into())).map(|()| Go::Over),
        }
    }

    /// Finds the lines of earlier days; tells once if they cannot be kept.
    fn remember(&mut self) -> Result<(), Deaf> {
        let Some(path) = history::path(self.keeps, |name| std::env::var_os(name)) else {
            let note = "lines are not kept: neither XDG_STATE_HOME nor HOME is an absolute path";
            return self.typist.say(Typed::Note(note.into()));
        };
        let mut load = |path| self.editor.load_history(path).map_err(told);
        match history::prepare(&path).and_then(|()| load(&path)) {
            Ok(()) => self.history = Some(path),
            Err(error) => {
                let note = format!("lines are not kept: cannot use {}: {error}", path.display());
                self.typist.say(Typed::Note(note))?;
            }
        }
        Ok(())
    }

    /// Keeps a line for later; if that fails, tells it and keeps no more.
    fn keep(&mut self, line: &str) -> Result<(), Deaf> {
        let added = self.editor.add_history_entry(line).unwrap_or(false);
        let Some(path) = self.history.take_if(|_| added) else { return Ok(()) };
        match self.editor.append_history(&path) {
            Ok(()) => self.history = Some(path),
            Err(error) => {
                let note = format!("lines are not kept any more: {}: {}", path.display(), told(error));
                self.typist.say(Typed::Note(note))?;
            }
        }
        Ok(())
    }
}

/// Puts rows above the line; straight on the terminal when there is no line any more.
struct Above<P> {
    gate: Arc<Gate>,
    printer: P,
    after: File,
}

impl<P: ExternalPrinter + Send> Print for Above<P> {
    fn print(&mut self, text: String) -> io::Result<()> {
        let printer = &mut self.printer;
        let mut text = Some(text);
        let above = self.gate.pass(|| {
            let text = text.take().filter(|text| !text.is_empty());
            printer.print(text.unwrap_or_else(|| NOTHING.to_owned())).map_err(told)
        });
        above.unwrap_or_else(|| self.after.write_all(text.unwrap_or_default().as_bytes()))
    }
}

fn told(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        ReadlineError::Errno(errno) => io::Error::from_raw_os_error(errno as i32),
        other => io::Error::other(other.to_string()),
    }
}
