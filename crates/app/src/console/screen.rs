//! What arrives, above the line that is being typed. Besides `out.rs` the only file that writes to the
//! terminal: while a line is edited, nobody else may.
//!
//! Rows are handed over whole and never make whoever hands them over wait: a thread of its own shows them,
//! and [`Flow`] skips what no eye could follow, counted. Without a terminal nothing is skipped: rows go to
//! standard output as they come.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use sockscope::clock::Clock;

use super::flow::{Flow, Next};

/// Who puts text on the screen.
pub(crate) trait Print: Send {
    /// Puts whole rows on the screen; may take its time.
    fn print(&mut self, text: String) -> io::Result<()>;
}

/// The screen, for whoever has rows; clones share it.
#[derive(Clone)]
pub(crate) struct Screen(Arc<Shared>);

struct Shared {
    way: Way,
    /// What is said behind the count of rows that are not shown.
    elsewhere: Mutex<String>,
}

enum Way {
    /// As they come.
    Straight(Mutex<File>),
    /// Through the thread.
    Queued(Queue),
}

struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    clock: Clock,
    /// Tells when the thread has shown all.
    done: Mutex<Option<Receiver<()>>>,
}

struct State {
    flow: Flow,
    /// The printer is wanted, rows or not.
    touched: bool,
    /// No more rows will come.
    over: bool,
    /// Why the last rows could not be shown.
    failed: Option<io::Error>,
}

/// How long the last rows may take. A search or a list of completions that is open takes no rows.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is said behind the count of rows that are not shown, unless somebody knows better.
const ELSEWHERE: &str = "/filter shows fewer, /save keeps all";

/// Whether standard output is a terminal that can be drawn on.
pub(super) fn is_terminal() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !dumb && io::stdout().is_terminal()
}

/// Standard output, to be written to by somebody else.
pub(super) fn file() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

impl Screen {
    /// A screen where rows go to `file` as they come, unskipped.
    pub(crate) fn straight(file: File) -> Self {
        Self::with(Way::Straight(Mutex::new(file)))
    }

    /// A screen that a thread fills through `printer`.
    pub(crate) fn queued(printer: impl Print + 'static) -> io::Result<Self> {
        let clock = Clock::start();
        let state = State { flow: Flow::new(clock.now().moment), touched: false, over: false, failed: None };
        let (tell, done) = channel();
        let done = Mutex::new(Some(done));
        let screen =
            Self::with(Way::Queued(Queue { state: Mutex::new(state), changed: Condvar::new(), clock, done }));
        let shared = Arc::clone(&screen.0);
        thread::Builder::new().name("screen".into()).spawn(move || {
            shared.show(printer);
            // Nobody may wait.
            let _ = tell.send(());
        })?;
        Ok(screen)
    }

    /// Shows rows that may be skipped when too many come: whole ones, each with its line end.
    ///
    /// # Errors
    ///
    /// Rows, these or others before, cannot be shown.
    pub(crate) fn rows(&self, rows: &[u8]) -> io::Result<()> {
        self.0.take(rows, true)
    }

    /// Shows rows that are never skipped: warnings, answers to what was typed.
    ///
    /// # Errors
    ///
    /// Rows, these or others before, cannot be shown.
    pub(crate) fn say(&self, rows: &[u8]) -> io::Result<()> {
        self.0.take(rows, false)
    }

    /// Says behind the count of rows that are not shown where they are to be found: `all are in
    /// talk.pcapng`.
    pub(crate) fn elsewhere(&self, words: &str) {
        words.clone_into(&mut self.0.elsewhere.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Has the printer called soon, with no text if there is none.
    pub(super) fn touch(&self) {
        if let Way::Queued(queue) = &self.0.way {
            queue.state().touched = true;
            queue.changed.notify_all();
        }
    }

    /// Shows all that waits, and returns when it is shown. What is handed over later is not.
    ///
    /// # Errors
    ///
    /// Rows could not be shown.
    pub(crate) fn end(&self) -> io::Result<()> {
        let Way::Queued(queue) = &self.0.way else { return Ok(()) };
        queue.state().over = true;
        queue.changed.notify_all();
        let done = queue.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        let shown = done.is_none_or(|done| done.recv_timeout(PATIENCE).is_ok());
        match queue.state().failed.take() {
            None if !shown => Err(io::Error::other("the last rows could not be shown in time")),
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    fn with(way: Way) -> Self {
        Self(Arc::new(Shared { way, elsewhere: Mutex::new(ELSEWHERE.to_owned()) }))
    }
}

impl Shared {
    fn take(&self, rows: &[u8], skippable: bool) -> io::Result<()> {
        match &self.way {
            Way::Straight(file) => file.lock().unwrap_or_else(PoisonError::into_inner).write_all(rows),
            Way::Queued(queue) => queue.push(rows, skippable),
        }
    }

    /// Shows rows until there will be no more.
    fn show(&self, mut printer: impl Print) {
        let Way::Queued(queue) = &self.way else { return };
        while let Some(text) = queue.next(|count| self.words(count)) {
            if let Err(error) = printer.print(text) {
                queue.state().failed.get_or_insert(error);
            }
        }
    }

    /// The row that tells how many are not shown.
    fn words(&self, count: u64) -> String {
        let rows = if count == 1 { "row" } else { "rows" };
        let elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        format!("… {count} {rows} not shown ({elsewhere})\n")
    }
}

impl Queue {
    fn push(&self, rows: &[u8], skippable: bool) -> io::Result<()> {
        let mut state = self.state();
        if let Some(error) = state.failed.take() {
            return Err(error);
        }
        // Rows are escaped text; what is none comes of a mistake of ours and is better shown than lost.
        for row in String::from_utf8_lossy(rows).split_inclusive('\n') {
            match row.ends_with('\n') {
                true => state.flow.push(row, skippable),
                false => state.flow.push(&format!("{row}\n"), skippable),
            }
        }
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Waits for what to show next; `None` at the end.
    fn next(&self, words: impl Fn(u64) -> String) -> Option<String> {
        let mut state = self.state();
        loop {
            let touched = std::mem::take(&mut state.touched);
            if state.over {
                let last = state.flow.last(&words);
                // With rows the printer is called all the same; behind them it is once more.
                state.touched = touched && last.is_some();
                return last.or_else(|| touched.then(String::new));
            }
            let now = self.clock.now().moment;
            state = match state.flow.next(now, &words) {
                Next::Show(text) => return Some(text),
                _ if touched => return Some(String::new()),
                Next::Rest => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Next::Until(then) => {
                    let waited = self.changed.wait_timeout(state, then - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::OwnedFd;
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    /// A printer that takes a text when somebody looks.
    struct Slow(SyncSender<String>);

    impl Print for Slow {
        fn print(&mut self, text: String) -> io::Result<()> {
            self.0.send(text).map_err(io::Error::other)
        }
    }

    fn slow() -> (Screen, Receiver<String>) {
        let (send, receive) = sync_channel(0);
        (Screen::queued(Slow(send)).unwrap(), receive)
    }

    /// How many rows are there, and how many are told to be missing.
    fn counts(text: &str) -> (u64, u64) {
        let told = |row: &str| row.strip_prefix("… ")?.split(' ').next()?.parse::<u64>().ok();
        let missing = text.lines().filter_map(told).sum();
        (text.lines().filter(|row| told(row).is_none()).count() as u64, missing)
    }

    #[test]
    fn whoever_hands_over_never_waits_and_all_is_shown_or_counted() {
        let (screen, printed) = slow();
        // Nobody takes a text from the printer yet.
        for n in 0..20_000 {
            screen.rows(format!("{n} 你好\n").as_bytes()).unwrap();
            if n % 1_000 == 0 {
                screen.say(b"warning\n").unwrap();
            }
        }
        let end = thread::spawn(move || screen.end());
        let text: String = printed.iter().collect();
        end.join().unwrap().unwrap();
        let warnings = text.lines().filter(|row| *row == "warning").count();
        let (seen, missing) = counts(&text);
        assert_eq!(warnings, 20);
        assert_eq!(seen - 20 + missing, 20_000);
        assert!(missing > 10_000 && text.ends_with("\n19999 你好\n"), "{missing}");
        assert!(text.contains(" rows not shown (/filter shows fewer, /save keeps all)\n"), "{missing}");
    }

    #[test]
    fn rows_of_one_call_are_shown_by_one_call() {
        let (screen, printed) = slow();
        screen.elsewhere("all are in x.pcapng");
        screen.say(b"one\ntwo\nthree").unwrap();
        assert_eq!(printed.recv().unwrap(), "one\ntwo\nthree\n");
        screen.end().unwrap();
        assert!(printed.recv().is_err());
    }

    #[test]
    fn a_screen_that_is_gone_is_told() {
        let (screen, printed) = slow();
        drop(printed);
        screen.say(b"x\n").unwrap();
        assert!(screen.end().is_err());
    }

    #[test]
    fn without_a_terminal_nothing_is_skipped() {
        let (mut read, write) = io::pipe().unwrap();
        let reader = thread::spawn(move || {
            let mut text = String::new();
            read.read_to_string(&mut text).map(|_| text)
        });
        let screen = Screen::straight(File::from(OwnedFd::from(write)));
        for n in 0..20_000 {
            screen.rows(format!("{n}\n").as_bytes()).unwrap();
        }
        screen.end().unwrap();
        drop(screen);
        assert_eq!(counts(&reader.join().unwrap().unwrap()), (20_000, 0));
    }
}
