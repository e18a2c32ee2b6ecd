//! epoll(7): the cost of a wait does not grow with the number of descriptors.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll as Kernel, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use super::{Interest, Ready, poll};

/// Most that is told by one wait; what is ready besides is told by the next.
const AT_ONCE: usize = 256;

/// Below this a time is waited for to the nanosecond, which takes a second call; epoll itself counts in
/// milliseconds.
const FINE: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(super) struct Epoll {
    kernel: Kernel,
    events: Vec<EpollEvent>,
    /// Files, which epoll does not take since they are always ready.
    files: Vec<(u64, Interest)>,
}

impl Epoll {
    pub(super) fn new() -> io::Result<Self> {
        let kernel = Kernel::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        Ok(Self { kernel, events: vec![EpollEvent::empty(); AT_ONCE], files: Vec::new() })
    }

    pub(super) fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        match self.kernel.add(fd, EpollEvent::new(flags(interest), key)) {
            Err(Errno::EPERM) => {
                self.files.push((key, interest));
                Ok(())
            }
            other => Ok(other?),
        }
    }

    pub(super) fn change(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        if let Some(file) = self.files.iter_mut().find(|file| file.0 == key) {
            file.1 = interest;
            return Ok(());
        }
        Ok(self.kernel.modify(fd, &mut EpollEvent::new(flags(interest), key))?)
    }

    pub(super) fn remove(&mut self, fd: BorrowedFd<'_>, key: u64) {
        self.files.retain(|file| file.0 != key);
        // Fails only where it was never added, as files are not.
        let _ = self.kernel.delete(fd);
    }

    pub(super) fn wait(&mut self, timeout: Option<Duration>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let files = self.files.iter().filter(|(_, interest)| interest.read || interest.write);
        ready.extend(files.map(|&(key, Interest { read, write })| Ready { key, read, write, failed: false }));
        let timeout = if ready.is_empty() { timeout } else { Some(Duration::ZERO) };
        let timeout = match timeout {
            None => EpollTimeout::NONE,
            Some(Duration::ZERO) => EpollTimeout::ZERO,
            // Wakes up to a millisecond early, and the rest is then waited for finely.
            Some(time) if time >= FINE => {
                EpollTimeout::try_from(time.as_millis()).unwrap_or(EpollTimeout::MAX)
            }
            Some(time) => {
                poll::poll(&mut [poll::wanted(self.kernel.0.as_fd(), Interest::READ)], Some(time))?;
                EpollTimeout::ZERO
            }
        };
        let count = match self.kernel.wait(&mut self.events, timeout) {
            Err(Errno::EINTR) => 0,
            other => other?,
        };
        ready.extend(self.events[..count].iter().map(|event| {
            let has = |flags| event.events().intersects(flags);
            Ready {
                key: event.data(),
                read: has(EpollFlags::EPOLLIN | EpollFlags::EPOLLHUP | EpollFlags::EPOLLRDHUP),
                write: has(EpollFlags::EPOLLOUT),
                failed: has(EpollFlags::EPOLLERR | EpollFlags::EPOLLHUP),
            }
        }));
        Ok(())
    }
}

fn flags(interest: Interest) -> EpollFlags {
    let read = if interest.read { EpollFlags::EPOLLIN } else { EpollFlags::empty() };
    let write = if interest.write { EpollFlags::EPOLLOUT } else { EpollFlags::empty() };
    read | write
}
