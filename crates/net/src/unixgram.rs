//! Unix-domain datagrams (unix(7)).

use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{Domain, SockRef, Socket, Type};
use sockscope_core::batch::Batch;
use sockscope_core::connection::Inside;
use sockscope_core::endpoint::{Bind, Endpoint};
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit, UnixName};

use crate::error::Error;
use crate::kernel::{Route, linux::Linux};
use crate::transport::{Got, Sent, Transport};
use crate::unix::cannot_connect;
use crate::unix_file::{self, Bound};
use crate::{options, stream};

/// Longest datagram that is sent, in bytes: what the default send buffer surely holds.
const LONGEST: usize = 65_536;

/// A socket for datagrams.
#[derive(Debug)]
pub(crate) struct UnixGram {
    bound: Bound,
    calls: Linux,
    remote: Option<UnixName>,
    granted: Vec<Granted>,
}

impl UnixGram {
    /// Binds to the endpoint's path.
    pub(crate) fn listen(endpoint: &Endpoint) -> Result<Self, Error> {
        let bound = Bound::bind(open(endpoint)?, endpoint)?;
        Self::new(endpoint, bound, true)
    }

    /// A socket to send to the endpoint's path from. Unless it is `alone` it has a name, so that it can be
    /// answered: the one asked for, or an abstract one of the kernel's choice.
    pub(crate) fn toward(endpoint: &Endpoint, alone: bool) -> Result<Self, Error> {
        let failed = |error: io::Error| cannot_connect(endpoint, &error);
        let remote = UnixName::of_path(&endpoint.path);
        let socket = open(endpoint)?;
        let own = endpoint.options.bind.as_ref().and_then(Bind::file).map(UnixName::of_path);
        let bound = match (own, alone) {
            (Some(own), _) => {
                let replace = endpoint.options.unlink == Some(true);
                Bound::at(socket, own, replace, None).map_err(|error| {
                    Error::system("bind", format!("unixgram://{own}"), &error)
                        .advise("choose another path; its folder must exist, the file must not")
                })?
            }
            (None, false) => Bound::at(socket, UnixName::UNNAMED, false, None).map_err(failed)?,
            (None, true) => Bound::nameless(socket),
        };
        bound.socket.connect(&unix_file::address(remote).map_err(failed)?).map_err(failed)?;
        let mut this = Self::new(endpoint, bound, !alone)?;
        this.remote = Some(remote);
        Ok(this)
    }

    fn new(endpoint: &Endpoint, bound: Bound, hears: bool) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::system("open", endpoint.to_string(), &error);
        bound.socket.set_nonblocking(true).map_err(failed)?;
        let granted = options::buffers(&SockRef::from(&bound.socket), &endpoint.options)?;
        let calls = Linux::prepare_unix(bound.socket.as_fd(), hears).map_err(failed)?;
        Ok(Self { bound, calls, remote: None, granted })
    }
}

impl Transport for UnixGram {
    fn unit(&self) -> Unit {
        Unit::Datagram
    }

    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<Got> {
        batch.clear();
        self.calls.receive(self.bound.socket.as_fd(), batch, room)?;
        for index in 0..batch.len() {
            // A socket that has no name of its own can be heard, but not answered.
            batch.facts_mut(index).peer.get_or_insert(Peer::Unix(UnixName::UNNAMED));
        }
        Ok(Got::Messages)
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>, _gone: usize) -> io::Result<Sent> {
        let route = if self.remote.is_some() { Route::Connected } else { Route::Addressed };
        if route == Route::Addressed
            && batch.message(range.start).facts.peer == Some(Peer::Unix(UnixName::UNNAMED))
        {
            let why = "the sender has no name to answer to; it must bind one first";
            return Err(io::Error::new(io::ErrorKind::NotConnected, why));
        }
        self.calls.send(self.bound.socket.as_fd(), batch, range, route).map(Sent::whole)
    }

    fn local(&self) -> Option<Peer> {
        Some(Peer::Unix(self.bound.name))
    }

    fn remote(&self) -> Option<Peer> {
        self.remote.map(Peer::Unix)
    }

    fn rcvbuf(&self) -> Option<u64> {
        self.bound.socket.recv_buffer_size().ok().map(|size| size as u64)
    }

    fn longest(&self) -> Option<usize> {
        Some(LONGEST)
    }

    fn granted(&self) -> &[Granted] {
        &self.granted
    }

    fn inside(&self) -> Inside {
        stream::inside(&self.bound.socket, false)
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.bound.socket.as_fd()
    }
}

fn open(endpoint: &Endpoint) -> Result<Socket, Error> {
    Socket::new(Domain::UNIX, Type::DGRAM, None)
        .map_err(|error| Error::system("open", endpoint.to_string(), &error))
}
