//! TLS 1.2 and 1.3 over TCP (RFC 8446, RFC 5246), as client and as server.
//!
//! rustls does the protocol and never touches the socket: bytes go in and out of it here, without waiting.

mod certificate;
mod client;
mod facts;
mod files;
mod listen;
mod reason;
mod secrets;
mod server;
mod trust;
mod wire;

use std::io::{self, IoSlice, Write};
use std::net::SocketAddr;
use std::ops::Range;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::Granted;
#[cfg(feature = "ws")]
use sockscope_core::facts::Facts;
use sockscope_core::facts::{Peer, Unit};

use crate::error::Error;
use crate::proxied::{self, Proxied};
use crate::stream;
use crate::tcp::Tcp;
use crate::transport::{Got, Opening, Sent, Transport};
use crate::wait::Interest;
pub(crate) use listen::TlsListener;
use wire::{Fed, Wire};

/// Ciphertext that may wait for room in the kernel, in bytes; beyond that nothing more is taken.
const WAITING: usize = 256 << 10;

/// The cryptography, chosen here and nowhere else.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// A TLS connection.
#[derive(Debug)]
pub(crate) struct Tls {
    wire: Wire,
    /// Where the handshake takes place, for errors.
    place: String,
    /// What is told about the peer once the handshake is done.
    known: facts::Known,
    /// The handshake is done.
    open: bool,
    /// It only sends: what comes is looked at for what the peer says about the connection.
    alone: bool,
    /// `receive` gives something without waiting.
    more: bool,
    /// The sending half is to end, or has.
    ending: bool,
    /// TCP's sending half has ended.
    shut: bool,
    /// It is to be reset when it is closed.
    resets: bool,
}

/// Checks that the files of the options can be read, before anything is connected to, and sets up the source of
/// random numbers, which takes its time and is no part of that of a connection.
pub(crate) fn check(endpoint: &Endpoint) -> Result<(), Error> {
    // Should it fail, so will the session, which says so.
    let _ = provider().secure_random.fill(&mut [0]);
    let options = &endpoint.options;
    let any = options.ca.is_some() || options.cert.is_some();
    if any { client::config(options).map(drop) } else { Ok(()) }
}

impl Tls {
    /// Begins to connect to `remote`. `alone`: it only sends and hears nobody.
    pub(crate) fn toward(remote: SocketAddr, endpoint: &Endpoint, alone: bool) -> Result<Self, Error> {
        let (session, known) = client::session(endpoint)?;
        let line = Proxied::toward(remote, endpoint)?;
        let mut tls = Self::new(Wire::new(line, session.into()), proxied::place(endpoint), known);
        tls.alone = alone;
        Ok(tls)
    }

    /// A client that came, which is asked for a certificate where `known` says so.
    fn came(tcp: Tcp, scheme: &str, session: rustls::ServerConnection, known: facts::Known) -> Self {
        let place = tcp.remote().map_or_else(String::new, |peer| format!("{scheme}://{peer}"));
        Self::new(Wire::new(Proxied::came(tcp), session.into()), place, known)
    }

    fn new(wire: Wire, place: String, known: facts::Known) -> Self {
        let (open, alone, more, ending, shut, resets) = (false, false, false, false, false, false);
        Self { wire, place, known, open, alone, more, ending, shut, resets }
    }

    /// Goes on with the handshake.
    fn shake(&mut self) -> Result<Opening, Error> {
        loop {
            let sent = self.wire.flush().map_err(|error| self.refused(&error))?;
            if !self.wire.session.is_handshaking() {
                return Ok(if sent { Opening::Done } else { Opening::Shaking(Interest::WRITE) });
            }
            if self.wire.feed().is_err() && self.wire.session.is_handshaking() {
                // The alert says why; whether it arrives does not matter here.
                let _ = self.wire.flush();
                return Err(self.failed());
            }
            if !self.wire.session.is_handshaking() || self.wire.session.wants_write() {
                continue;
            }
            match self.wire.fill() {
                Ok(Fed::Some) => {}
                Ok(Fed::End) => return Err(self.failed()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(Opening::Shaking(if sent { Interest::READ } else { Interest::BOTH }));
                }
                Err(error) => return Err(self.refused(&error)),
            }
        }
    }

    /// Why the handshake failed.
    fn failed(&self) -> Error {
        let reason = reason::of(&self.wire, &self.known);
        Error::other("shake hands with", &self.place, reason.cause).advise(reason.remedy).no()
    }

    /// TCP failed in the handshake: what the peer said before counts more.
    fn refused(&mut self, error: &io::Error) -> Error {
        if self.wire.feed().is_err() && self.wire.session.is_handshaking() {
            return self.failed();
        }
        let cause = format!("{} during the handshake", crate::error::words(error));
        Error::other("shake hands with", &self.place, cause).no()
    }

    /// Looks at what has come, which nobody wants, for an alert.
    fn look(&mut self) -> io::Result<()> {
        loop {
            self.wire.feed()?;
            if self.wire.plain > 0 || !matches!(self.wire.fill(), Ok(Fed::Some)) {
                return Ok(());
            }
        }
    }

    /// How much plaintext can be taken now, more than nothing.
    fn room(&mut self) -> io::Result<usize> {
        if self.wire.held >= WAITING {
            self.wire.flush()?;
        }
        match WAITING.saturating_sub(self.wire.held) {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            room => Ok(room),
        }
    }

    /// Takes plaintext, and sends as much as there is room for.
    fn write(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let took = self.wire.session.writer().write_vectored(pieces)?;
        self.wire.held += took;
        self.wire.flush()?;
        Ok(took)
    }

    /// Takes some plaintext from what is above, as [`Tls::write`] does.
    #[cfg(feature = "ws")]
    pub(crate) fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.room()?.min(bytes.len());
        self.write(&[IoSlice::new(&bytes[..room])])
    }

    /// Reads some plaintext for what is above, with what the kernel said about what came last.
    #[cfg(feature = "ws")]
    pub(crate) fn read_some(&mut self, to: &mut [u8]) -> io::Result<(usize, Facts)> {
        self.read(to).map(|len| (len, self.wire.facts))
    }

    /// Reads plaintext until `to` is full or there is no more just now; none is the end.
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.wire.drained = false;
        let mut len = 0;
        while len < to.len() {
            let read = self.wire.read(&mut to[len..]);
            self.more = !matches!(&read, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
            match read {
                // What came before the end, or before an error, is given first.
                Ok(0) | Err(_) if len > 0 => return Ok(len),
                Ok(0) | Err(_) => {
                    self.more = false;
                    // There may be an alert to send.
                    let _ = self.wire.flush();
                    return read;
                }
                Ok(count) => len += count,
            }
        }
        Ok(len)
    }
}

impl Transport for Tls {
    fn unit(&self) -> Unit {
        Unit::Chunk
    }

    fn open(&mut self) -> Result<Opening, Error> {
        if self.open {
            return Ok(Opening::Done);
        }
        match self.wire.line.open()? {
            Opening::Done => {}
            waits => return Ok(waits),
        }
        let opening = self.shake()?;
        if opening == Opening::Done {
            self.open = true;
            // What came with the last of the handshake, the descriptor does not tell again.
            self.more = true;
            let tls = facts::of(&self.wire.session, &self.known);
            if let Some(connection) = self.wire.line.connection_mut() {
                connection.tls = Some(tls);
            }
        }
        Ok(opening)
    }

    fn receive(&mut self, batch: &mut Batch, _room: usize) -> io::Result<Got> {
        batch.clear();
        let len = self.read(batch.free_mut())?;
        if len == 0 {
            return Ok(Got::End);
        }
        let mut facts = self.wire.facts;
        facts.peer = self.remote();
        batch.fill(len, facts);
        Ok(Got::Messages)
    }

    fn has_more(&self) -> bool {
        self.more
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>, gone: usize) -> io::Result<Sent> {
        let room = self.room()?;
        let (pieces, end) = stream::pieces(batch, range.clone(), gone, room);
        let took = self.write(&pieces)?;
        Ok(stream::split(batch, range.start..end, gone, took))
    }

    fn flush(&mut self) -> io::Result<bool> {
        if self.alone && self.open {
            self.look()?;
        }
        let done = self.wire.flush()?;
        if done && self.ending && !self.shut {
            self.shut = true;
            // Of a connection that is gone the reading half tells.
            let _ = self.wire.line.end();
        }
        Ok(done)
    }

    fn end(&mut self) -> io::Result<()> {
        self.ending = true;
        self.wire.session.send_close_notify();
        self.flush().map(drop)
    }

    fn reset(&mut self) {
        self.resets = true;
        self.wire.line.reset();
    }

    fn local(&self) -> Option<Peer> {
        self.wire.line.local()
    }

    fn remote(&self) -> Option<Peer> {
        self.wire.line.remote()
    }

    fn rcvbuf(&self) -> Option<u64> {
        self.wire.line.rcvbuf()
    }

    fn longest(&self) -> Option<usize> {
        None
    }

    fn granted(&self) -> &[Granted] {
        self.wire.line.granted()
    }

    fn connection(&self) -> Option<&Connection> {
        self.wire.line.connection()
    }

    fn connection_mut(&mut self) -> Option<&mut Connection> {
        self.wire.line.connection_mut()
    }

    fn inside(&self) -> Inside {
        let mut inside = self.wire.line.inside();
        if self.alone {
            // Besides data there is what TLS says to itself, such as tickets.
            inside.unread = Some(self.wire.plain as u64);
        }
        inside
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.wire.line.fd()
    }
}

impl Drop for Tls {
    /// Says that it ends, unless some of what was sent has not gone: then the peer is to know that it is cut off.
    fn drop(&mut self) {
        let whole = self.open && self.wire.held == 0;
        if !self.resets && (self.shut || (whole && self.end().is_ok())) {
            self.wire.drain();
        }
    }
}
