//! What goes wrong, for the exit status; and what is said of it.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sockscope::bus::Sink;
use sockscope::core::event::{End, Event, Trouble};
use sockscope::view::Render;
use sockscope::view::palette::Palette;
use sockscope::view::talk::{Say, Talk};

/// Sees whether something went wrong. Copies see the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    failed: Rc<Cell<bool>>,
    opened: Rc<Cell<bool>>,
    stop: Option<Arc<AtomicBool>>,
    /// The first thing that is open is all that is wanted.
    probes: bool,
}

impl Watch {
    /// The same, which ends the run when an error comes back from the network.
    pub(super) fn stopping(&self, stop: Arc<AtomicBool>) -> Self {
        Self { stop: Some(stop), ..self.clone() }
    }

    /// The same, which also ends the run once a connection is open.
    pub(super) fn probing(&self, stop: Arc<AtomicBool>) -> Self {
        Self { probes: true, ..self.stopping(stop) }
    }

    /// Whether something went wrong.
    pub(super) fn failed(&self) -> bool {
        self.failed.get()
    }

    /// Whether a socket was opened.
    pub(super) fn opened(&self) -> bool {
        self.opened.get()
    }

    fn end(&self) {
        if let Some(stop) = &self.stop {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

impl Sink for Watch {
    fn event(&mut self, _seq: u64, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Opened(_) => {
                self.opened.set(true);
                if self.probes {
                    self.end();
                }
            }
            Event::Warning(warning) => match warning.what {
                Trouble::Fault { .. } => {
                    self.failed.set(true);
                    self.end();
                }
                Trouble::Broken { .. } | Trouble::NotSent { .. } => self.failed.set(true),
                _ => {}
            },
            Event::Closed(closed) if closed.why == End::IdlePeer => self.failed.set(true),
            Event::Closed(_) | Event::Ended(_) | Event::Mark(_) | Event::Messages(_) | Event::State(_) => {}
        }
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is said on standard error: what was lost, and with `-v` all that happens.
pub(super) struct Words {
    talk: Talk,
    all: bool,
}

impl Words {
    pub(super) fn new(verbose: u8) -> Self {
        let say = if verbose > 0 { Say::All } else { Say::Warnings };
        Self { talk: Talk::new(Palette::plain(), say).verbose(verbose > 1), all: verbose > 0 }
    }
}

impl Render for Words {
    fn event(&mut self, seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        if let (Event::Warning(warning), false) = (event, self.all)
            && matches!(warning.what, Trouble::NextAddress { .. } | Trouble::TurnedAway { .. })
        {
            // Nothing is lost by it: a name has more addresses, or somebody is not let in as was asked for.
            return;
        }
        self.talk.event(seq, event, out);
    }
}
