//! Waiting for the resolver without standing still: a thread asks it, a descriptor tells that it has answered.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, TryRecvError};

use sockscope_core::batch::Batch;
use sockscope_core::endpoint::{Endpoint, Shape};
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit};

use crate::error::{Error, FIND};
use crate::resolve;
use crate::transport::{Got, Opening, Sent, Transport};
use crate::wait::Interest;

/// The place of a socket whose address is not known yet. Once it is found, [`Transport::open`] gives all
/// addresses, and this has done its duty.
#[derive(Debug)]
pub struct Lookup {
    unit: Unit,
    name: String,
    answer: Receiver<Result<Vec<SocketAddr>, Error>>,
    wake: UnixStream,
}

impl Lookup {
    /// Asks the system's resolver for the addresses of `name`, with `port`, on behalf of `endpoint`.
    pub(crate) fn start(endpoint: &Endpoint, name: &str, port: u16) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::system("ask for the address of", name, &error);
        let (wake, mut waker) = UnixStream::pair().map_err(failed)?;
        let (tell, answer) = mpsc::channel();
        let asked = name.to_owned();
        let thread = std::thread::Builder::new().name("resolver".to_owned());
        // Nothing stops a resolver; a run that ends first leaves the thread to end with the program.
        thread
            .spawn(move || {
                let _ = tell.send(resolve::by_name(&asked, port));
                let _ = waker.write(b".");
            })
            .map_err(failed)?;
        let unit = match endpoint.scheme.shape {
            Shape::Datagram => Unit::Datagram,
            Shape::Stream => Unit::Chunk,
            Shape::Packet => Unit::Packet,
            Shape::Messages => Unit::Message,
        };
        Ok(Self { unit, name: name.to_owned(), answer, wake })
    }
}

impl Transport for Lookup {
    fn unit(&self) -> Unit {
        self.unit
    }

    fn open(&mut self) -> Result<Opening, Error> {
        match self.answer.try_recv() {
            Ok(found) => Ok(Opening::Found(found?.into_iter().map(Peer::Inet).collect())),
            Err(TryRecvError::Empty) => Ok(Opening::Connecting(Interest::READ)),
            Err(TryRecvError::Disconnected) => Err(Error::other(FIND, &self.name, "the resolver crashed")),
        }
    }

    fn receive(&mut self, _: &mut Batch, _: usize) -> io::Result<Got> {
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn send(&mut self, _: &Batch, _: Range<usize>, _: usize) -> io::Result<Sent> {
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn local(&self) -> Option<Peer> {
        None
    }

    fn remote(&self) -> Option<Peer> {
        None
    }

    fn rcvbuf(&self) -> Option<u64> {
        None
    }

    fn longest(&self) -> Option<usize> {
        None
    }

    fn granted(&self) -> &[Granted] {
        &[]
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}
