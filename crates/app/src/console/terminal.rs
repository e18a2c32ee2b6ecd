//! The modes of the terminal, taken care of from the first line to the last way out.
//!
//! The editor sets its own modes for each line and puts back what it found. What it finds is set here: no
//! echo, no line discipline, no signals from keys, so that what is typed between two lines neither shows up
//! among the rows nor ends the program.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, low_level};

/// Ends bracketed paste and an update of the screen that was begun, and shows the cursor: xterm's control
/// sequences for DEC private modes 2004, 2026 and 25. All lines scroll again, and the cursor stays where it is: DECSC,
/// DECSTBM and DECRC.
const RESET: &[u8] = b"\x1b[?2004l\x1b[?2026l\x1b[?25h\x1b7\x1b[r\x1b8";

/// The terminal as it was; put back when this is dropped, at a panic too.
#[derive(Debug)]
pub(super) struct Kept {
    modes: Arc<Modes>,
    signals: Vec<SigId>,
}

#[derive(Debug)]
struct Modes {
    /// Until they were put back.
    found: Mutex<Option<Termios>>,
    /// What shows.
    screen: File,
}

impl Kept {
    /// Keeps the modes of standard input and sets quiet ones. `screen` is the terminal to write to.
    ///
    /// Signals that end the program put them back first: a hang-up and a quit at once; an interrupt and a
    /// termination when they come a second time, since the first is for whoever ends in order.
    pub(super) fn take(screen: File) -> io::Result<Self> {
        let found = tcgetattr(io::stdin())?;
        let mut quiet = found.clone();
        quiet.local_flags &= !(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG);
        let modes = Arc::new(Modes { found: Mutex::new(Some(found)), screen });
        let mut kept = Self { modes, signals: Vec::new() };
        tcsetattr(io::stdin(), SetArg::TCSADRAIN, &quiet)?;
        kept.watch()?;
        Ok(kept)
    }

    /// Puts back what was found; again does nothing.
    pub(super) fn restore(&self) {
        self.modes.restore();
    }

    fn watch(&mut self) -> io::Result<()> {
        let (read, write) = UnixStream::pair()?;
        let which = Arc::new(AtomicUsize::new(0));
        for signal in [SIGHUP, SIGQUIT, SIGINT, SIGTERM] {
            // The number first: the call must find it.
            self.signals.push(flag::register_usize(signal, Arc::clone(&which), signal as usize)?);
            self.signals.push(low_level::pipe::register(signal, write.try_clone()?)?);
        }
        let modes = Arc::clone(&self.modes);
        thread::Builder::new().name("signals".into()).spawn(move || end_by_signal(read, &which, &modes))?;
        Ok(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for signal in self.signals.drain(..) {
            low_level::unregister(signal);
        }
        self.restore();
    }
}

impl Modes {
    fn restore(&self) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = found.take() {
            // Nothing can be done for a terminal that is gone.
            let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &found);
            let _ = (&self.screen).write_all(RESET);
        }
    }
}

/// Waits for signals until nobody watches any more.
fn end_by_signal(mut calls: UnixStream, which: &AtomicUsize, modes: &Modes) {
    let mut asked = false;
    while calls.read(&mut [0]).is_ok_and(|got| got > 0) {
        let signal = which.load(Ordering::Relaxed) as i32;
        let at_once = matches!(signal, SIGHUP | SIGQUIT);
        if asked || at_once {
            modes.restore();
        }
        if at_once {
            // It ends the program; if not, the next call does.
            let _ = low_level::emulate_default_handler(signal);
        }
        if asked {
            low_level::exit(128 + signal);
        }
        asked = true;
    }
}
