//! The terminal: keys come from it, screens go to it, and it is put back as it was whatever happens.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::{SigId, flag, low_level};

use super::frame::{Frame, Painter};
use super::key::Key;

/// To the other screen and back (DEC private mode 1049), the cursor shown at the end and no update of the screen
/// begun (25, 2026). Lines do not wrap meanwhile (7).
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?7l";
const LEAVE: &[u8] = b"\x1b[0m\x1b[?2026l\x1b[?7h\x1b[?25h\x1b[?1049l";

/// The terminal while it shows panes.
pub(super) struct Screen {
    file: File,
    painter: Painter,
    asked: Asked,
}

/// What signals asked for.
struct Asked {
    end: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    again: Arc<AtomicBool>,
    ids: Vec<SigId>,
}

/// What came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    Key(Key),
    /// The screen has another size, or shows something else.
    Size,
    /// Somebody wants it to stop for a while.
    Stop,
    /// Somebody wants it to end.
    End,
    Nothing,
}

impl Screen {
    /// Takes the terminal.
    pub(super) fn open(colour: bool) -> io::Result<Self> {
        let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let asked = Asked::new()?;
        let screen = Self { file, painter: Painter::new(colour), asked };
        screen.enter()?;
        tell_panics_on_the_old_screen();
        Ok(screen)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<(usize, usize)> {
        let (columns, rows) = terminal::size()?;
        Ok((columns.into(), rows.into()))
    }

    /// Shows a screen.
    pub(super) fn show(&mut self, frame: &Frame) -> io::Result<()> {
        let mut out = Vec::new();
        self.painter.paint(frame, &mut out);
        self.file.write_all(&out)
    }

    /// Forgets what is shown, so that all of it is drawn anew.
    pub(super) fn forget(&mut self) {
        self.painter.forget();
    }

    /// Waits for what comes, no longer than that.
    pub(super) fn wait(&mut self, patience: Duration) -> io::Result<Came> {
        if self.asked.end.load(Ordering::Relaxed) {
            return Ok(Came::End);
        }
        if self.asked.stop.swap(false, Ordering::Relaxed) {
            return Ok(Came::Stop);
        }
        if self.asked.again.swap(false, Ordering::Relaxed) {
            return Ok(Came::Size);
        }
        if !event::poll(patience)? {
            return Ok(Came::Nothing);
        }
        Ok(match event::read()? {
            Event::Key(key) => read(key).map_or(Came::Nothing, Came::Key),
            Event::Resize(..) => Came::Size,
            _ => Came::Nothing,
        })
    }

    /// Gives the terminal back and stops; goes on when the shell lets it.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        leave(&self.file)?;
        low_level::emulate_default_handler(SIGTSTP)?;
        self.asked.again.store(false, Ordering::Relaxed);
        self.enter()
    }

    fn enter(&self) -> io::Result<()> {
        terminal::enable_raw_mode()?;
        (&self.file).write_all(ENTER)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Nothing can be done for a terminal that is gone.
        let _ = leave(&self.file);
        let _ = panic::take_hook();
    }
}

fn leave(mut file: &File) -> io::Result<()> {
    let shown = file.write_all(LEAVE);
    terminal::disable_raw_mode()?;
    shown
}

/// Puts the terminal back before a panic is told, which would be gone with the other screen.
fn tell_panics_on_the_old_screen() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if let Ok(file) = io::stdout().as_fd().try_clone_to_owned() {
            let _ = leave(&File::from(file));
        }
        tell(info);
    }));
}

impl Asked {
    fn new() -> io::Result<Self> {
        let [end, stop, again] = [(); 3].map(|()| Arc::new(AtomicBool::new(false)));
        let mut asked = Self { end, stop, again, ids: Vec::new() };
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            asked.ids.push(flag::register(signal, Arc::clone(&asked.end))?);
        }
        asked.ids.push(flag::register(SIGTSTP, Arc::clone(&asked.stop))?);
        asked.ids.push(flag::register(SIGCONT, Arc::clone(&asked.again))?);
        Ok(asked)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            low_level::unregister(id);
        }
    }
}

/// A key as it is known here.
fn read(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        _ => return None,
    })
}
