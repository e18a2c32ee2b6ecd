//! When rows may be handed to the editor.
//!
//! Between two lines rustyline's printer writes straight to the terminal, also in the moment in which the
//! next prompt is drawn: the row would end up behind the prompt. So rows wait until a line is being edited,
//! and an editor that leaves a line waits for the row that is on its way.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long an editor waits for a row on its way. The row may itself wait for the editor: while a list of
/// completions or a search is open, rows are not taken.
const PATIENCE: Duration = Duration::from_millis(50);

/// When rows may be handed to the editor.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// A line is being edited.
    open: bool,
    /// A row is on its way.
    busy: bool,
    /// There is no editor any more.
    over: bool,
    /// Rows that the editor was handed, and those that it has put above its line.
    handed: u64,
    shown: u64,
}

impl Gate {
    /// A line is being edited.
    pub(super) fn open(&self) {
        self.change(|state| state.open = !state.over);
    }

    /// The line is done: returns when no row is on its way.
    pub(super) fn close(&self) {
        self.change(|state| state.open = false);
        let waited = self.changed.wait_timeout_while(self.state(), PATIENCE, |state| state.busy);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// The editor has put a row above its line.
    pub(super) fn shown(&self) {
        self.change(|state| state.shown += 1);
    }

    /// Whether the editor keeps no row for itself: who leaves it with some loses them.
    pub(super) fn is_empty(&self) -> bool {
        let state = self.state();
        !state.busy && state.shown >= state.handed
    }

    /// There is no editor any more.
    pub(super) fn end(&self) {
        self.change(|state| *state = State { open: false, over: true, ..*state });
    }

    /// Waits for a line to be edited and lets `pass` through; `None` if there will be none.
    pub(super) fn pass<T>(&self, pass: impl FnOnce() -> T) -> Option<T> {
        let waited = self.changed.wait_while(self.state(), |state| !state.open && !state.over);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.over {
            return None;
        }
        state.busy = true;
        state.handed += 1;
        drop(state);
        let passed = pass();
        self.change(|state| state.busy = false);
        Some(passed)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn rows_wait_for_a_line_and_leave_with_the_editor() {
        let gate = Arc::new(Gate::default());
        let (sent, came) = channel();
        let printer = {
            let gate = Arc::clone(&gate);
            thread::spawn(move || while gate.pass(|| sent.send(()).unwrap()).is_some() {})
        };
        assert!(came.try_recv().is_err(), "nothing passes a closed gate");
        gate.open();
        for _ in 0..10 {
            came.recv().unwrap();
        }
        gate.close();
        while came.try_recv().is_ok() {}
        assert!(came.try_recv().is_err(), "nothing is on its way behind a closed gate");
        gate.end();
        printer.join().unwrap();
        gate.open();
        assert!(gate.pass(|| ()).is_none(), "an end is an end");
    }

    #[test]
    fn rows_that_the_editor_was_handed_are_missed_until_it_shows_them() {
        let gate = Gate::default();
        assert!(gate.is_empty());
        gate.open();
        gate.pass(|| assert!(!gate.is_empty(), "on its way"));
        gate.close();
        assert!(!gate.is_empty(), "in the editor's own queue");
        gate.shown();
        assert!(gate.is_empty());
    }

    #[test]
    fn an_editor_does_not_wait_for_a_row_that_waits_for_it() {
        let gate = Arc::new(Gate::default());
        let (go, wait) = channel::<()>();
        let (on_its_way, seen) = channel();
        gate.open();
        let printer = {
            let gate = Arc::clone(&gate);
            thread::spawn(move || {
                gate.pass(|| {
                    on_its_way.send(()).unwrap();
                    wait.recv().unwrap();
                })
            })
        };
        seen.recv().unwrap();
        gate.close();
        go.send(()).unwrap();
        assert!(printer.join().unwrap().is_some());
    }
}
