//! Waiting until something can be read or written, or a time has come.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags};

/// One thing to wait for.
#[derive(Debug)]
pub struct Watch<'a>(PollFd<'a>);

impl<'a> Watch<'a> {
    /// Until `fd` can be read, or has an error to tell.
    pub fn readable(fd: BorrowedFd<'a>) -> Self {
        Self(PollFd::new(fd, PollFlags::POLLIN))
    }

    /// Until `fd` can be read or written, or has an error to tell.
    pub fn writable(fd: BorrowedFd<'a>) -> Self {
        Self(PollFd::new(fd, PollFlags::POLLIN | PollFlags::POLLOUT))
    }

    /// Whether the wait ended because of this.
    pub fn ready(&self) -> bool {
        self.0.any().unwrap_or(true)
    }

    /// Whether the wait ended because an error has come back.
    pub fn failed(&self) -> bool {
        self.0.revents().is_none_or(|flags| flags.contains(PollFlags::POLLERR))
    }
}

/// Waits for the first of `watches`, or until `timeout` is over. Returns whether any is ready; a signal
/// also ends the wait.
pub fn wait(watches: &mut [Watch<'_>], timeout: Option<Duration>) -> io::Result<bool> {
    let mut fds: Vec<PollFd<'_>> = watches.iter().map(|watch| watch.0.clone()).collect();
    let count = match poll(&mut fds, timeout) {
        Err(nix::Error::EINTR) => 0,
        other => other?,
    };
    for (watch, fd) in watches.iter_mut().zip(fds) {
        watch.0 = fd;
    }
    Ok(count > 0)
}

/// To the nanosecond (ppoll(2)).
#[cfg(target_os = "linux")]
fn poll(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> nix::Result<i32> {
    nix::poll::ppoll(fds, timeout.map(nix::sys::time::TimeSpec::from), None)
}

/// To the millisecond, rounded up so as not to wake too early.
#[cfg(not(target_os = "linux"))]
fn poll(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> nix::Result<i32> {
    use nix::poll::PollTimeout;
    let ms = timeout.map(|time| time.as_nanos().div_ceil(1_000_000));
    let ms = ms.map_or(PollTimeout::NONE, |ms| PollTimeout::try_from(ms).unwrap_or(PollTimeout::MAX));
    nix::poll::poll(fds, ms)
}
