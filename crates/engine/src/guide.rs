//! Whoever says what a run does next while it goes on: a person at a console, a script.

use std::fmt;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use sockscope_core::batch::Batch;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::{End, Event, SocketId};
use sockscope_core::facts::Peer;
use sockscope_core::framing::Framing;
use sockscope_core::moment::{Moment, Now};

use crate::error::Error;

/// Says what to do next, and hears all that happens.
pub trait Guide: fmt::Debug {
    /// The next thing to do now, if there is one.
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error>;

    /// Puts all messages that are due now into `out`, which is empty, and says through which connected socket they
    /// go. Asked after every order was carried out; for what goes often, since nothing is made anew for a message.
    fn fill(&mut self, _now: Now, _out: &mut Batch) -> Option<SocketId> {
        None
    }

    /// Something happened.
    fn event(&mut self, now: Now, event: &Event<'_>);

    /// An order could not be carried out.
    fn refused(&mut self, now: Now, order: &str, error: Error) -> Result<(), Error>;

    /// An order to open something has been taken up: what happens to it will bear this number. Comes before
    /// all that is told of it; once for each socket.
    fn begun(&mut self, _name: &str, _socket: SocketId) {}

    /// When to ask again at the latest.
    fn wakeup(&self) -> Option<Moment>;

    /// What to wait on for more to do; always the same.
    fn fd(&self) -> Option<BorrowedFd<'_>>;

    /// Whether to wait on it just now: not while what it holds cannot be used yet.
    fn awaits(&self) -> bool {
        true
    }
}

/// Something to do.
#[derive(Debug)]
pub enum Order {
    /// Connect or get ready to send; its events bear the name, unless it is empty.
    Reach {
        /// What to call it.
        name: String,
        /// Where to.
        endpoint: Endpoint,
        /// How its stream is framed.
        framing: Option<Arc<Framing>>,
    },
    /// Listen; its events bear the name, unless it is empty.
    Listen {
        /// What to call it.
        name: String,
        /// Where.
        endpoint: Endpoint,
        /// How the streams of its peers are framed.
        framing: Option<Arc<Framing>>,
    },
    /// Send one message.
    Send {
        /// Through which sockets, and for those without connection to which peer.
        to: Vec<(SocketId, Option<Peer>)>,
        /// What.
        bytes: Vec<u8>,
    },
    /// End the sending half of a connection once all has gone.
    End(SocketId),
    /// Close a socket; a listener with all its peers. `reset`: out of order.
    Close {
        /// Which.
        socket: SocketId,
        /// Whether to reset the connection.
        reset: bool,
    },
    /// Frame the stream differently from now on.
    Frame {
        /// Which socket; a listener stands for all its peers.
        socket: SocketId,
        /// How; not at all for `None`.
        framing: Option<Arc<Framing>>,
    },
    /// Tell how a connection stands.
    Tell(SocketId),
    /// Put a line between what happens.
    Mark(String),
    /// End the run.
    Finish(End),
}

/// As it is named when it cannot be carried out.
impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reach { name, endpoint, .. } => write!(f, "open {name} {endpoint}"),
            Self::Listen { name, endpoint, .. } => write!(f, "listen {name} {endpoint}"),
            Self::Send { bytes, .. } => write!(f, "send {} bytes", bytes.len()),
            Self::End(_) => f.write_str("end"),
            Self::Close { .. } => f.write_str("close"),
            Self::Frame { .. } => f.write_str("frame"),
            Self::Tell(_) => f.write_str("tell"),
            Self::Mark(_) => f.write_str("mark"),
            Self::Finish(_) => f.write_str("finish"),
        }
    }
}
