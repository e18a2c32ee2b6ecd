//! What every kind of socket promises to the road.

use std::fmt;
use std::io;
use std::ops::Range;
use std::os::fd::BorrowedFd;

use sockscope_core::batch::Batch;
use sockscope_core::event::Granted;
use sockscope_core::facts::Peer;

pub use crate::kernel::FaultReport;

/// A socket that moves batches of messages with their facts. No call waits.
pub trait Transport: fmt::Debug + Send {
    /// Replaces the messages of `batch` by at most `room` received ones. `WouldBlock` when there is
    /// nothing, other errors as the kernel gives them; those that came back from the network are left to
    /// [`Transport::fault`].
    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<()>;

    /// Sends messages of `range` in order, each to the peer in its facts where the socket has none of its
    /// own. Returns how many went, at least one; the error is that of the first one.
    fn send(&mut self, batch: &Batch, range: Range<usize>) -> io::Result<usize>;

    /// The next error that came back from the network.
    fn fault(&mut self) -> io::Result<Option<FaultReport>>;

    /// How many datagrams the kernel has dropped so far, where it tells.
    fn drops(&self) -> Option<u32>;

    /// The address it is bound to.
    fn local(&self) -> Option<Peer>;

    /// The address it sends to.
    fn remote(&self) -> Option<Peer>;

    /// The receive buffer in bytes, as the kernel accounts it.
    fn rcvbuf(&self) -> Option<u64>;

    /// Longest payload that can be sent in one message to `peer`, in bytes.
    fn longest(&self) -> usize;

    /// Options for which the kernel gave something other than was asked for.
    fn granted(&self) -> &[Granted];

    /// What to wait on.
    fn fd(&self) -> BorrowedFd<'_>;
}
