//! What every kind of socket promises to the road.

use std::fmt;
use std::io;
use std::ops::Range;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit};

use crate::error::Error;
pub use crate::kernel::FaultReport;
use crate::wait::Interest;

/// The longest time that [`Transport::receive_next`] waits.
pub const MOMENT: Duration = Duration::from_millis(20);

/// A socket that moves batches of messages with their facts. No call waits.
pub trait Transport: fmt::Debug + Send {
    /// What it moves: datagrams, or chunks of a stream.
    fn unit(&self) -> Unit;

    /// Goes on with opening: connecting and the handshakes above it. Called until it is done, each time
    /// what it waits for has come.
    fn open(&mut self) -> Result<Opening, Error> {
        Ok(Opening::Done)
    }

    /// Replaces the messages of `batch` by at most `room` received ones. `WouldBlock` when there is
    /// nothing, other errors as the kernel gives them; those that came back from the network for a socket
    /// without connection are left to [`Transport::fault`].
    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<Got>;

    /// The same as [`Transport::receive`], but waits for the first message, no longer than [`MOMENT`]: whoever answers
    /// message by message needs no call besides to wait. A signal ends the wait too (`WouldBlock`). `None` where that
    /// cannot be; nothing was received then.
    fn receive_next(&mut self, _batch: &mut Batch, _room: usize) -> Option<io::Result<Got>> {
        None
    }

    /// Whether it holds received messages, or the end, that waiting for its descriptor does not tell of: then
    /// [`Transport::receive`] gives something at once. Only asked for connections.
    fn has_more(&self) -> bool {
        false
    }

    /// Sends messages of `range` in order, each to the peer in its facts where the socket has none of its
    /// own. Of the first, `gone` bytes have been sent before. Something went, or it is an error:
    /// `WouldBlock` when there is no room.
    fn send(&mut self, batch: &Batch, range: Range<usize>, gone: usize) -> io::Result<Sent>;

    /// Of the messages that the last call of [`Transport::send`] sent, how many left together as one train
    /// (`UDP_SEGMENT`, udp(7)): the first so many, and so on. Empty where each leaves alone.
    fn trains(&self) -> &[usize] {
        &[]
    }

    /// Whether what it receives may be trains, of which the kernel counts each as one (`UDP_GRO`, udp(7)).
    fn merges(&self) -> bool {
        false
    }

    /// Sends on what it holds itself, as TLS does; returns whether nothing is left.
    fn flush(&mut self) -> io::Result<bool> {
        Ok(true)
    }

    /// Ends the sending half, after all that was sent; the other half goes on (shutdown(2)). What it has to say
    /// at the end may still be to be flushed after this. Nothing for sockets without connection.
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Whether [`Transport::end`] ends the sending half alone. Else it closes, and the peer sends no more than
    /// what is under way.
    fn halves(&self) -> bool {
        true
    }

    /// Resets the connection when it is closed, instead of ending it in order.
    fn reset(&mut self) {}

    /// The next error that came back from the network.
    fn fault(&mut self) -> io::Result<Option<FaultReport>> {
        Ok(None)
    }

    /// How many datagrams the kernel has dropped so far, where it tells.
    fn drops(&self) -> Option<u32> {
        None
    }

    /// The address it is bound to.
    fn local(&self) -> Option<Peer>;

    /// The address it sends to.
    fn remote(&self) -> Option<Peer>;

    /// The receive buffer in bytes, as the kernel accounts it.
    fn rcvbuf(&self) -> Option<u64>;

    /// Whether what comes within a fraction of a millisecond finds room with the kernel, and its sender does not
    /// wait for it to be taken: looking a little later loses nothing.
    fn has_room(&self) -> bool {
        false
    }

    /// Longest payload that can be sent in one message, in bytes; `None` for streams.
    fn longest(&self) -> Option<usize>;

    /// Options for which the kernel gave something other than was asked for.
    fn granted(&self) -> &[Granted];

    /// How the connection came about, for those that are one.
    fn connection(&self) -> Option<&Connection> {
        None
    }

    /// The same, for what opened it to note how long that took.
    fn connection_mut(&mut self) -> Option<&mut Connection> {
        None
    }

    /// How the connection stands now.
    fn inside(&self) -> Inside {
        Inside::default()
    }

    /// What to wait on.
    fn fd(&self) -> BorrowedFd<'_>;
}

/// How far opening has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Messages can pass.
    Done,
    /// These are all addresses of its name: this has been but the place of the socket that reaches one of them.
    Found(Vec<Peer>),
    /// The kernel still connects, or the name is still looked for.
    Connecting(Interest),
    /// It is connected, and a handshake above goes on.
    Shaking(Interest),
}

/// What receiving gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Got {
    /// What is in the batch now. Fewer than there was room for, or a short chunk of a stream, means that there
    /// is no more just now, unless [`Transport::has_more`].
    Messages,
    /// The peer has ended its sending half: nothing will come any more.
    End,
}

/// What of the messages to send has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// How many went wholly.
    pub messages: usize,
    /// Bytes of the next that have gone too; streams only.
    pub bytes: usize,
}

impl Sent {
    /// So many whole messages.
    pub(crate) fn whole(messages: usize) -> Self {
        Self { messages, bytes: 0 }
    }
}

/// A socket that peers connect to.
pub trait Listener: fmt::Debug + Send {
    /// What its connections move.
    fn unit(&self) -> Unit;

    /// The next connection; `WouldBlock` when nobody has come. It may still have to be opened, as TLS has.
    fn accept(&mut self) -> io::Result<Box<dyn Transport>>;

    /// The address it is bound to.
    fn local(&self) -> Option<Peer>;

    /// Options for which the kernel gave something other than was asked for.
    fn granted(&self) -> &[Granted];

    /// What can be told about every connection before it comes, such as the certificate that is shown.
    fn connection(&self) -> Option<&Connection> {
        None
    }

    /// What to wait on.
    fn fd(&self) -> BorrowedFd<'_>;
}
