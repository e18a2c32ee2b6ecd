//! poll(2), which every Unix has.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use nix::poll::{PollFd, PollFlags};

use super::{Interest, Ready};

/// Each descriptor is held a second time, so that it cannot be closed while it is waited for.
#[derive(Debug, Default)]
pub(super) struct Poll(Vec<(OwnedFd, u64, Interest)>);

impl Poll {
    pub(super) fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        self.0.push((fd.try_clone_to_owned()?, key, interest));
        Ok(())
    }

    pub(super) fn change(&mut self, key: u64, interest: Interest) {
        self.0.iter_mut().filter(|one| one.1 == key).for_each(|one| one.2 = interest);
    }

    pub(super) fn remove(&mut self, key: u64) {
        self.0.retain(|one| one.1 != key);
    }

    pub(super) fn wait(&mut self, timeout: Option<Duration>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let mut fds: Vec<_> = self.0.iter().map(|(fd, _, interest)| wanted(fd.as_fd(), *interest)).collect();
        poll(&mut fds, timeout)?;
        ready.extend(self.0.iter().zip(&fds).filter_map(|((_, key, _), fd)| {
            let flags = fd.revents().unwrap_or(PollFlags::POLLERR);
            let has = |wanted| flags.intersects(wanted);
            (!flags.is_empty()).then(|| Ready {
                key: *key,
                read: has(PollFlags::POLLIN | PollFlags::POLLHUP),
                write: has(PollFlags::POLLOUT),
                failed: has(PollFlags::POLLERR | PollFlags::POLLHUP | PollFlags::POLLNVAL),
            })
        }));
        Ok(())
    }
}

pub(super) fn wanted(fd: BorrowedFd<'_>, interest: Interest) -> PollFd<'_> {
    let read = if interest.read { PollFlags::POLLIN } else { PollFlags::empty() };
    let write = if interest.write { PollFlags::POLLOUT } else { PollFlags::empty() };
    PollFd::new(fd, read | write)
}

/// Returns how many are ready; none when a signal came first.
pub(super) fn poll(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> io::Result<i32> {
    match call(fds, timeout) {
        Err(nix::Error::EINTR) => Ok(0),
        other => Ok(other?),
    }
}

/// To the nanosecond (ppoll(2)).
#[cfg(target_os = "linux")]
fn call(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> nix::Result<i32> {
    nix::poll::ppoll(fds, timeout.map(nix::sys::time::TimeSpec::from), None)
}

/// To the millisecond, rounded up so as not to wake too early.
#[cfg(not(target_os = "linux"))]
fn call(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> nix::Result<i32> {
    use nix::poll::PollTimeout;
    let ms = timeout.map(|time| time.as_nanos().div_ceil(1_000_000));
    let ms = ms.map_or(PollTimeout::NONE, |ms| PollTimeout::try_from(ms).unwrap_or(PollTimeout::MAX));
    nix::poll::poll(fds, ms)
}
