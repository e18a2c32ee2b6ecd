//! WebSocket messages over TCP or TLS (RFC 6455), as client and as server.
//!
//! Text and binary messages are both messages. What is sent goes as text where it is text a person could have
//! typed, else as binary: see [`kind`].

mod below;
mod client;
mod handshake;
mod kind;
mod listen;
mod reason;
mod server;

use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::os::fd::BorrowedFd;

use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit};
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error as Fault, Message};

use crate::error::Error;
use crate::proxied;
use crate::transport::{Got, Opening, Sent, Transport};
use below::Below;
use handshake::{Handshake, Step};
pub(crate) use listen::WsListener;

/// Longest message that is taken, in bytes; it is held whole.
const LONGEST: usize = 64 << 20;
/// Bytes that are read, or gathered to be written, at once.
const AT_ONCE: usize = 64 << 10;

/// A WebSocket connection.
#[derive(Debug)]
pub(crate) struct Ws {
    below: Below,
    /// Where the handshake takes place, for errors.
    place: String,
    /// Until it is done.
    handshake: Option<Box<dyn Handshake>>,
    context: WebSocketContext,
    /// It only sends: what comes is looked at for pings and closings, up to the first message.
    alone: bool,
    /// A message for which there was no room in the batch.
    kept: Option<Kept>,
    /// `receive` gives something without waiting.
    more: bool,
    /// The peer has closed, and how if that was not in order.
    closed: Option<Option<(io::ErrorKind, String)>>,
    /// This side has closed, or is to.
    ending: bool,
    /// What is below has ended.
    shut: bool,
    /// It is to be reset when it is closed.
    resets: bool,
}

/// A message: its bytes, and whether it is text.
type Kept = (tungstenite::Bytes, bool);

impl Ws {
    /// Begins to connect to `remote`.
    /// `alone`: it only sends and hears nobody.
    pub(crate) fn toward(remote: SocketAddr, endpoint: &Endpoint, alone: bool) -> Result<Self, Error> {
        let below = Below::toward(remote, endpoint)?;
        let handshake = Box::new(client::Client::new(endpoint));
        let mut ws = Self::new(below, proxied::place(endpoint), handshake);
        ws.alone = alone;
        Ok(ws)
    }

    fn new(below: Below, place: String, handshake: Box<dyn Handshake>) -> Self {
        let context = context(Vec::new(), handshake.role());
        let (kept, closed) = (None, None);
        let (alone, more, ending, shut, resets) = (false, false, false, false, false);
        Self {
            below,
            place,
            handshake: Some(handshake),
            context,
            alone,
            kept,
            more,
            closed,
            ending,
            shut,
            resets,
        }
    }

    /// The next message; none where the peer has closed in order.
    fn next(&mut self) -> io::Result<Option<Kept>> {
        if let Some(kept) = self.kept.take() {
            return Ok(Some(kept));
        }
        loop {
            if let Some(how) = &self.closed {
                return match how {
                    None => Ok(None),
                    Some((kind, how)) => Err(io::Error::new(*kind, how.clone())),
                };
            }
            match self.context.read(&mut self.below) {
                Ok(Message::Text(text)) => return Ok(Some((text.into(), true))),
                Ok(Message::Binary(bytes)) => return Ok(Some((bytes, false))),
                Ok(Message::Close(frame)) => {
                    let how = frame.and_then(|frame| reason::close(&frame));
                    self.closed = Some(how.map(|how| (io::ErrorKind::InvalidData, how)));
                }
                // tungstenite answers pings.
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
                Err(Fault::ConnectionClosed | Fault::AlreadyClosed) => self.closed = Some(None),
                Err(Fault::Io(error)) => return Err(error),
                Err(fault) => return Err(self.give_up(&fault)),
            }
        }
    }

    /// Looks at what has come, which nobody wants.
    fn look(&mut self) -> io::Result<()> {
        if self.kept.is_none() {
            match self.next() {
                Ok(kept) => self.kept = kept,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // Nothing that was to come could be cut off.
                Err(error) if self.ending && error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.closed = Some(None);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Puts a message into the batch; returns whether another may follow. Where it does not fit, it is kept.
    fn put(&mut self, (bytes, text): Kept, batch: &mut Batch) -> bool {
        let slot = batch.slot();
        let mut facts = self.below.facts();
        (facts.peer, facts.text) = (self.remote(), Some(text));
        if bytes.len() <= slot {
            batch.free_mut()[..bytes.len()].copy_from_slice(&bytes);
            batch.fill(bytes.len(), facts);
            return true;
        }
        if batch.is_empty() {
            // No slot is long enough, and nothing is to be cut.
            *batch = Batch::new();
            batch.push(&bytes, facts);
        } else {
            self.kept = Some((bytes, text));
        }
        false
    }

    /// The peer broke the protocol: it is told so (RFC 6455 section 7.1.7), as far as there is room.
    fn give_up(&mut self, fault: &Fault) -> io::Error {
        let (code, kind, why) = reason::of(fault);
        if let Some(code) = code {
            let frame = tungstenite::protocol::CloseFrame { code, reason: "".into() };
            let _ = self.context.close(&mut self.below, Some(frame));
        }
        let _ = self.flush();
        io::Error::new(kind, why)
    }
}

fn context(early: Vec<u8>, role: Role) -> WebSocketContext {
    let config = WebSocketConfig::default()
        .read_buffer_size(AT_ONCE)
        .write_buffer_size(AT_ONCE)
        .max_message_size(Some(LONGEST))
        .max_frame_size(Some(LONGEST));
    WebSocketContext::from_partially_read(early, role, Some(config))
}

impl Transport for Ws {
    fn unit(&self) -> Unit {
        Unit::Message
    }

    fn open(&mut self) -> Result<Opening, Error> {
        match self.below.open()? {
            Opening::Done => {}
            waits => return Ok(waits),
        }
        let Some(handshake) = &mut self.handshake else { return Ok(Opening::Done) };
        let role = handshake.role();
        match handshake.go_on(&mut self.below) {
            Ok(Step::Waits(interest)) => Ok(Opening::Shaking(interest)),
            Ok(Step::Done { early, subprotocol }) => {
                self.handshake = None;
                self.context = context(early, role);
                self.more = true;
                if let Some(connection) = self.connection_mut() {
                    connection.subprotocol = subprotocol;
                }
                Ok(Opening::Done)
            }
            Err(reason) => {
                Err(Error::other("shake hands with", &self.place, reason.cause).advise(reason.remedy).no())
            }
        }
    }

    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<Got> {
        batch.clear();
        let most = room.min(batch.slots());
        let mut last = None;
        while last.is_none() && batch.len() < most {
            match self.next() {
                Ok(Some(kept)) => {
                    if !self.put(kept, batch) {
                        break;
                    }
                }
                Ok(None) => last = Some(Ok(Got::End)),
                Err(error) => last = Some(Err(error)),
            }
        }
        let waits = matches!(&last, Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock);
        self.more = !waits && (!batch.is_empty() || last.is_none());
        if batch.is_empty() {
            return last.unwrap_or(Err(io::ErrorKind::WouldBlock.into()));
        }
        // What came before the end, or before an error, is given first.
        if let Some(Err(error)) = last.filter(|_| !waits) {
            self.closed.get_or_insert(Some((error.kind(), crate::error::words(&error))));
        }
        Ok(Got::Messages)
    }

    fn has_more(&self) -> bool {
        self.more
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>, _gone: usize) -> io::Result<Sent> {
        if !self.context.can_write() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if !self.flush()? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut sent = 0;
        for message in batch.range(range) {
            sent += 1;
            // Even without room it is taken; then nothing more is.
            match self.context.write(&mut self.below, kind::message(message.bytes, message.facts.text)) {
                Ok(()) => {}
                Err(Fault::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(fault) => return Err(reason::io(fault)),
            }
        }
        self.flush()?;
        Ok(Sent::whole(sent))
    }

    fn flush(&mut self) -> io::Result<bool> {
        if self.handshake.is_some() {
            return Ok(true);
        }
        if self.alone {
            self.look()?;
        }
        match self.context.flush(&mut self.below) {
            Ok(()) | Err(Fault::ConnectionClosed | Fault::AlreadyClosed) => {}
            Err(Fault::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(fault) => return Err(reason::io(fault)),
        }
        // Both have closed: the connection below ends too (RFC 6455 section 7.1.1).
        if self.ending && self.closed.is_some() && !self.shut {
            self.shut = true;
            // Of a connection that is gone the reading half tells.
            let _ = self.below.end();
        }
        self.below.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        self.ending = true;
        let normal = tungstenite::protocol::CloseFrame {
            code: tungstenite::protocol::frame::coding::CloseCode::Normal,
            reason: "".into(),
        };
        match self.context.close(&mut self.below, Some(normal)) {
            Ok(()) | Err(Fault::ConnectionClosed | Fault::AlreadyClosed) => {}
            Err(Fault::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(fault) => return Err(reason::io(fault)),
        }
        self.flush().map(drop)
    }

    /// A peer that gets a Close answers with its own, and nothing may follow that (RFC 6455 section 5.5.1).
    fn halves(&self) -> bool {
        false
    }

    fn reset(&mut self) {
        self.resets = true;
        self.below.transport_mut().reset();
    }

    fn local(&self) -> Option<Peer> {
        self.below.transport().local()
    }

    fn remote(&self) -> Option<Peer> {
        self.below.transport().remote()
    }

    fn rcvbuf(&self) -> Option<u64> {
        self.below.transport().rcvbuf()
    }

    fn longest(&self) -> Option<usize> {
        None
    }

    fn granted(&self) -> &[Granted] {
        self.below.transport().granted()
    }

    fn connection(&self) -> Option<&Connection> {
        self.below.transport().connection()
    }

    fn connection_mut(&mut self) -> Option<&mut Connection> {
        self.below.transport_mut().connection_mut()
    }

    fn inside(&self) -> Inside {
        let mut inside = self.below.transport().inside();
        if self.alone {
            // Besides messages there is what WebSocket and TLS say to themselves.
            inside.unread = Some(self.kept.as_ref().map_or(0, |(bytes, _)| bytes.len() as u64));
        }
        inside
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.below.transport().fd()
    }
}

impl Drop for Ws {
    /// Says that it ends, behind what has still to go: what is cut off there has no end.
    fn drop(&mut self) {
        if self.handshake.is_none() && !self.resets {
            let _ = self.end();
        }
    }
}
