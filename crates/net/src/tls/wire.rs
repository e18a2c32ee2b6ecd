//! Between rustls and the socket: ciphertext in and out, without waiting.

use std::io::{self, IoSlice, Read, Write};

use rustls::Connection;
use sockscope_core::facts::Facts;

use super::reason;
use crate::proxied::Proxied;

/// Ciphertext that is read at once, in bytes: four of the longest records.
const ROOM: usize = 64 << 10;
/// Plaintext that rustls may hold before it is given more, in bytes: its own limit.
const HELD: usize = 16 << 10;
/// How much is kept of what the peer said first, in bytes.
const FIRST: usize = 96;

/// A TCP connection with rustls above it.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) line: Proxied,
    pub(super) session: Connection,
    /// Ciphertext that was read: `raw[next..len]` has still to go into rustls.
    raw: Vec<u8>,
    next: usize,
    len: usize,
    /// Plaintext that rustls holds, in bytes.
    pub(super) plain: usize,
    /// Plaintext that rustls took and whose ciphertext has not gone, in bytes.
    pub(super) held: usize,
    /// What the peer said first, for errors.
    pub(super) first: Vec<u8>,
    /// What the kernel said about what came last.
    pub(super) facts: Facts,
    /// What broke the protocol.
    pub(super) fault: Option<rustls::Error>,
    /// What broke TCP.
    broken: Option<io::Error>,
    /// The last read emptied the kernel.
    pub(super) drained: bool,
}

/// What a read of the socket gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fed {
    /// Ciphertext.
    Some,
    /// The end of TCP.
    End,
}

impl Wire {
    pub(super) fn new(line: Proxied, mut session: Connection) -> Self {
        // What may wait is bounded by whoever sends.
        session.set_buffer_limit(None);
        Self {
            line,
            session,
            raw: Vec::new(),
            next: 0,
            len: 0,
            plain: 0,
            held: 0,
            first: Vec::new(),
            facts: Facts::default(),
            fault: None,
            broken: None,
            drained: false,
        }
    }

    /// Reads ciphertext from the socket, unless some is left.
    pub(super) fn fill(&mut self) -> io::Result<Fed> {
        if self.next < self.len {
            return Ok(Fed::Some);
        }
        if let Some(error) = &self.broken {
            return Err(same(error));
        }
        self.raw.resize(ROOM, 0);
        let read = match self.line.read(&mut self.raw) {
            Ok(read) => read,
            Err(error) => {
                // The kernel tells it only once.
                self.broken = (error.kind() != io::ErrorKind::WouldBlock).then(|| same(&error));
                return Err(error);
            }
        };
        (self.next, self.len, self.drained) = (0, read.0, read.0 < ROOM);
        if self.len == 0 {
            self.session.read_tls(&mut io::empty())?;
            return Ok(Fed::End);
        }
        self.facts = read.1;
        let new = FIRST.saturating_sub(self.first.len()).min(self.len);
        self.first.extend_from_slice(&self.raw[..new]);
        Ok(Fed::Some)
    }

    /// Gives rustls what was read, as much as it takes.
    pub(super) fn feed(&mut self) -> io::Result<()> {
        while self.fault.is_none() && self.plain < HELD && self.next < self.len {
            match self.session.read_tls(&mut &self.raw[self.next..self.len])? {
                // Nothing counts after close_notify.
                0 => self.next = self.len,
                count => self.next += count,
            }
            match self.session.process_new_packets() {
                Ok(state) => self.plain = state.plaintext_bytes_to_read(),
                Err(error) => self.fault = Some(error),
            }
        }
        match &self.fault {
            Some(fault) => Err(io::Error::new(io::ErrorKind::InvalidData, reason::open(fault))),
            None => Ok(()),
        }
    }

    /// Reads plaintext into `to`, which has room; none is the end that the peer told.
    pub(super) fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.session.reader().read(to) {
                Ok(count) => {
                    self.plain -= count.min(self.plain);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, reason::CUT_OFF)),
            }
            if self.next < self.len || self.fault.is_some() {
                // What was decrypted before an error comes first.
                let fed = self.feed();
                if self.plain == 0 {
                    fed?;
                }
            } else if self.drained {
                return Err(io::ErrorKind::WouldBlock.into());
            } else {
                self.fill()?;
            }
        }
    }

    /// Sends what rustls holds; returns whether nothing is left.
    pub(super) fn flush(&mut self) -> io::Result<bool> {
        while self.session.wants_write() {
            match self.session.write_tls(&mut Out(&mut self.line)) {
                Ok(count) => self.held -= count.min(self.held),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        self.held = 0;
        Ok(true)
    }

    /// Reads what comes and drops it: closing with something unread would reset the connection, and with it
    /// what was sent (RFC 9293 section 3.10.4, RFC 2525 section 2.17).
    pub(super) fn drain(&mut self) {
        for _ in 0..16 {
            self.raw.resize(ROOM, 0);
            if !matches!(self.line.read(&mut self.raw), Ok((1.., _))) {
                return;
            }
        }
    }
}

/// The socket as what rustls writes to.
struct Out<'a>(&'a mut Proxied);

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same error once more.
fn same(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}
