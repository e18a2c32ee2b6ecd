//! One way to stop everything in order.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use sockscope_core::event::End;

/// A request to stop that a run, or each of several that belong together, looks at between two batches and that wakes
/// it while it waits.
#[derive(Debug)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    /// How one of several runs ended, the first of them.
    ended: OnceLock<End>,
    wake: UnixStream,
    waker: UnixStream,
}

impl Stop {
    /// Nobody has asked yet.
    pub fn new() -> io::Result<Self> {
        let (wake, waker) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        waker.set_nonblocking(true)?;
        Ok(Self { asked: Arc::default(), ended: OnceLock::new(), wake, waker })
    }

    /// The flag to raise, from a signal handler for example.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asked)
    }

    /// Where to write one byte after raising the flag, so that a waiting run wakes up.
    pub fn waker(&self) -> io::Result<UnixStream> {
        self.waker.try_clone()
    }

    /// Whether somebody has asked.
    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed) || self.ended.get().is_some()
    }

    /// Why whoever looks has to end.
    pub(crate) fn why(&self) -> End {
        self.ended.get().copied().unwrap_or(End::Stopped)
    }

    /// One of several runs has ended so: the others end too. Returns how the first of them did.
    pub(crate) fn end_all(&self, end: End) -> End {
        let first = *self.ended.get_or_init(|| end);
        // Where there is no room for one more wake-up call there are enough of them.
        let _ = (&self.waker).write(&[0]);
        first
    }

    /// What to wait on beside the sockets.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// Takes the wake-up call, unless it is for others as well: who has been asked to stop waits no more.
    pub(crate) fn heard(&self) {
        if self.asked() {
            return;
        }
        let _ = (&self.wake).read(&mut [0; 64]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_end_counts_and_its_call_wakes_everybody() {
        let stop = Stop::new().unwrap();
        assert!(!stop.asked());
        assert_eq!(stop.end_all(End::Count), End::Count);
        assert_eq!(stop.end_all(End::Idle), End::Count);
        assert_eq!((stop.asked(), stop.why()), (true, End::Count));
        stop.heard();
        let mut calls = [0; 8];
        assert_eq!((&stop.wake).read(&mut calls).unwrap(), 2, "nobody took them away from the others");
    }

    #[test]
    fn a_signal_stops_whatever_runs() {
        let stop = Stop::new().unwrap();
        stop.flag().store(true, Ordering::Relaxed);
        assert_eq!((stop.asked(), stop.why()), (true, End::Stopped));
    }
}
