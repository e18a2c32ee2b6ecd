//! What a platform must supply to move datagrams with their facts.
//!
//! | call | must |
//! | --- | --- |
//! | `prepare` | ask the kernel for every fact it can give, on a socket that hears |
//! | `receive` | fill a batch without waiting; `WouldBlock` when nothing is there |
//! | `send` | send messages of a batch in order without waiting; tell how many went |
//! | `fault` | hand out the ICMP errors that came back, one a call |
//! | `drops` | the socket's count of datagrams dropped so far, at any moment |
//!
//! [`linux`] does it with batch calls and control messages, [`portable`] with one plain call a message,
//! for every other Unix. Both are built and tested on Linux.

#[cfg(target_os = "linux")]
pub(crate) mod linux;
pub(crate) mod portable;

use std::io;
use std::net::UdpSocket;
use std::ops::Range;
use std::os::fd::AsFd;

use sockscope_core::batch::Batch;
use sockscope_core::event::Fault;
use sockscope_core::facts::Peer;

/// The calls of one platform for one socket.
#[derive(Debug)]
pub(crate) enum Kernel {
    #[cfg(target_os = "linux")]
    Linux(Box<linux::Linux>),
    Portable(portable::Portable),
}

/// An ICMP error that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultReport {
    /// What it says.
    pub fault: Fault,
    /// Where the message that caused it was sent.
    pub peer: Option<Peer>,
    /// Who sent the error, when that is not the peer.
    pub reporter: Option<Peer>,
}

/// How the messages of a batch find their way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// To the address the socket is connected to.
    Connected,
    /// Each to its own peer.
    Addressed,
    /// Each to its own peer, leaving from the address in its facts.
    AddressedFrom,
}

impl Kernel {
    /// The best calls that this platform has, or the plain ones where they are asked for. `hears`: the
    /// socket is to receive messages, not only to send.
    pub(crate) fn prepare(socket: &UdpSocket, hears: bool, plain: bool) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if !plain {
            return Ok(Self::Linux(Box::new(linux::Linux::prepare(socket, hears)?)));
        }
        let _ = (hears, plain);
        Ok(Self::Portable(portable::Portable::prepare(socket)?))
    }

    /// Fills `batch` with at most `room` messages; `WouldBlock` when there is none.
    pub(crate) fn receive(&mut self, socket: &UdpSocket, batch: &mut Batch, room: usize) -> io::Result<()> {
        batch.clear();
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(calls) => calls.receive(socket.as_fd(), batch, room),
            Self::Portable(calls) => calls.receive(socket, batch, room),
        }
    }

    /// The same, but waits a moment for the first; `None` where the platform cannot.
    pub(crate) fn receive_next(
        &mut self,
        socket: &UdpSocket,
        batch: &mut Batch,
        room: usize,
    ) -> Option<io::Result<()>> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(calls) => {
                batch.clear();
                Some(calls.receive_next(socket, batch, room))
            }
            Self::Portable(_) => {
                let _ = (socket, batch, room);
                None
            }
        }
    }

    /// Sends messages of `range` in order. Returns how many went, at least one; the error is that of the
    /// first one.
    pub(crate) fn send(
        &mut self,
        socket: &UdpSocket,
        batch: &Batch,
        range: Range<usize>,
        route: Route,
    ) -> io::Result<usize> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(calls) => calls.send(socket.as_fd(), batch, range, route),
            Self::Portable(calls) => calls.send(socket, batch, range, route),
        }
    }

    /// From now on runs of messages of one length leave as trains, where the platform knows them.
    pub(crate) fn makes_trains(&mut self) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(calls) => calls.makes_trains(),
            Self::Portable(_) => {}
        }
    }

    /// How many of the messages that were sent last left together; nothing where each leaves alone.
    pub(crate) fn trains(&self) -> &[usize] {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(calls) => calls.trains(),
            Self::Portable(_) => &[],
        }
    }

    /// The next ICMP error that came back, if any.
    pub(crate) fn fault(&mut self, socket: &UdpSocket) -> io::Result<Option<FaultReport>> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(calls) => calls.fault(socket.as_fd()),
            Self::Portable(calls) => calls.fault(socket),
        }
    }

    /// How many datagrams the kernel has dropped on this socket so far; `None` where it does not tell.
    pub(crate) fn drops(&self, socket: &UdpSocket) -> Option<u32> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(_) => linux::drops(socket.as_fd()),
            Self::Portable(_) => None,
        }
    }
}
