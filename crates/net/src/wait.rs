//! Waiting until something can be read or written, or a time has come.

#[cfg(target_os = "linux")]
mod epoll;
mod poll;

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

/// What to wait for on a descriptor. Errors and the other side's end are always waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interest {
    /// Until it can be read.
    pub read: bool,
    /// Until it can be written.
    pub write: bool,
}

impl Interest {
    /// Until it can be read.
    pub const READ: Self = Self { read: true, write: false };
    /// Until it can be written.
    pub const WRITE: Self = Self { read: false, write: true };
    /// Until either.
    pub const BOTH: Self = Self { read: true, write: true };
}

/// Something that happened on a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The key it was added with.
    pub key: u64,
    /// It can be read, or has ended.
    pub read: bool,
    /// It can be written.
    pub write: bool,
    /// An error has come back, or the other side is gone altogether.
    pub failed: bool,
}

/// Waits for many descriptors at once, each known by a key.
#[derive(Debug)]
pub struct Poller(Ways);

#[derive(Debug)]
enum Ways {
    #[cfg(target_os = "linux")]
    Epoll(epoll::Epoll),
    #[cfg_attr(
        all(target_os = "linux", not(test)),
        expect(dead_code, reason = "tested here, used elsewhere")
    )]
    Poll(poll::Poll),
}

impl Poller {
    /// The best way that this platform has: epoll(7) on Linux, poll(2) elsewhere.
    pub fn new() -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        let way = Ways::Epoll(epoll::Epoll::new()?);
        #[cfg(not(target_os = "linux"))]
        let way = Ways::Poll(poll::Poll::default());
        Ok(Self(way))
    }

    /// Begins to wait for `fd`, known by `key`.
    pub fn add(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        match &mut self.0 {
            #[cfg(target_os = "linux")]
            Ways::Epoll(way) => way.add(fd, key, interest),
            Ways::Poll(way) => way.add(fd, key, interest),
        }
    }

    /// Waits for something else on `fd` from now on.
    pub fn change(&mut self, fd: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        match &mut self.0 {
            #[cfg(target_os = "linux")]
            Ways::Epoll(way) => way.change(fd, key, interest),
            Ways::Poll(way) => {
                way.change(key, interest);
                Ok(())
            }
        }
    }

    /// Forgets `fd`; to be called before it is closed.
    pub fn remove(&mut self, fd: BorrowedFd<'_>, key: u64) {
        match &mut self.0 {
            #[cfg(target_os = "linux")]
            Ways::Epoll(way) => way.remove(fd, key),
            Ways::Poll(way) => way.remove(key),
        }
    }

    /// Waits for the first, or until `timeout` is over, and puts what is ready into `ready`, which is
    /// emptied before. A signal also ends the wait.
    pub fn wait(&mut self, timeout: Option<Duration>, ready: &mut Vec<Ready>) -> io::Result<()> {
        ready.clear();
        match &mut self.0 {
            #[cfg(target_os = "linux")]
            Ways::Epoll(way) => way.wait(timeout, ready),
            Ways::Poll(way) => way.wait(timeout, ready),
        }
    }
}

/// Waits until `fd` is as wanted, or until `timeout` is over; a signal also ends the wait.
pub fn wait_for(fd: BorrowedFd<'_>, interest: Interest, timeout: Option<Duration>) -> io::Result<()> {
    poll::poll(&mut [poll::wanted(fd, interest)], timeout).map(drop)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn ways() -> Vec<Poller> {
        let plain = Poller(Ways::Poll(poll::Poll::default()));
        vec![Poller::new().unwrap(), plain]
    }

    #[test]
    fn what_is_ready_is_told_by_its_key() {
        for mut poller in ways() {
            let mut ready = Vec::new();
            let (mut one, mut other) = UnixStream::pair().unwrap();
            poller.add(one.as_fd(), 7, Interest::READ).unwrap();
            poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
            assert_eq!(ready, [], "nothing was written yet");
            other.write_all(b"x").unwrap();
            for timeout in [None, Some(Duration::from_secs(60)), Some(Duration::from_micros(1))] {
                poller.wait(timeout, &mut ready).unwrap();
                assert_eq!(ready, [Ready { key: 7, read: true, write: false, failed: false }]);
            }
            poller.change(one.as_fd(), 7, Interest::BOTH).unwrap();
            one.read_exact(&mut [0]).unwrap();
            poller.wait(None, &mut ready).unwrap();
            assert_eq!(ready, [Ready { key: 7, read: false, write: true, failed: false }]);
            poller.remove(one.as_fd(), 7);
            poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
            assert_eq!(ready, []);
        }
    }

    #[test]
    fn a_file_is_always_ready() {
        for mut poller in ways() {
            let mut ready = Vec::new();
            let file = std::fs::File::open("Cargo.toml").unwrap();
            poller.add(file.as_fd(), 3, Interest::READ).unwrap();
            poller.wait(None, &mut ready).unwrap();
            assert_eq!(ready, [Ready { key: 3, read: true, write: false, failed: false }]);
            poller.change(file.as_fd(), 3, Interest::default()).unwrap();
            poller.wait(Some(Duration::from_millis(1)), &mut ready).unwrap();
            assert_eq!(ready, []);
        }
    }
}
