//! Unix-domain connections: streams, and packets with bounds (unix(7)).

use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{Domain, SockRef, Socket, Type};
use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::endpoint::{Endpoint, Options};
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit, UnixName};

use crate::error::Error;
use crate::transport::{Got, Listener, Sent, Transport};
use crate::unix_file::{self, Bound};
use crate::{options, stream};

/// Connections that may wait to be accepted; the kernel caps it (`net.core.somaxconn`, listen(2)).
const BACKLOG: u32 = 4096;

/// Longest packet that is sent in one, in bytes: what the default send buffer surely holds.
const LONGEST: usize = 65_536;

/// A connection.
#[derive(Debug)]
pub(crate) struct Unix {
    socket: Socket,
    unit: Unit,
    local: UnixName,
    remote: UnixName,
    granted: Vec<Granted>,
    connection: Connection,
}

impl Unix {
    /// Connects to the listener at the endpoint's path, which happens at once or not at all.
    pub(crate) fn toward(endpoint: &Endpoint) -> Result<Self, Error> {
        let remote = UnixName::of_path(&endpoint.path);
        let failed = |error: io::Error| cannot_connect(endpoint, &error);
        let (socket, unit) = open(endpoint).map_err(failed)?;
        let granted = options::buffers(&SockRef::from(&socket), &endpoint.options)?;
        socket.connect(&unix_file::address(remote).map_err(failed)?).map_err(failed)?;
        Self::new(socket, unit, UnixName::UNNAMED, remote, granted).map_err(failed)
    }

    /// One end of a pair of connected streams, and the other for somebody else: a command that is started.
    pub(crate) fn pair(name: &str) -> io::Result<(Self, std::os::fd::OwnedFd)> {
        let (ours, theirs) = Socket::pair(Domain::UNIX, Type::STREAM, None)?;
        theirs.set_nonblocking(false)?;
        let this =
            Self::new(ours, Unit::Chunk, UnixName::UNNAMED, UnixName::new(name.as_bytes()), Vec::new())?;
        Ok((this, theirs.into()))
    }

    fn new(
        socket: Socket,
        unit: Unit,
        local: UnixName,
        remote: UnixName,
        granted: Vec<Granted>,
    ) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        stream::prepare(&socket)?;
        let mut connection = Connection::default();
        connection.credentials = stream::credentials(&socket);
        Ok(Self { socket, unit, local, remote, granted, connection })
    }
}

impl Transport for Unix {
    fn unit(&self) -> Unit {
        self.unit
    }

    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<Got> {
        let peer = Some(Peer::Unix(self.remote));
        match self.unit {
            Unit::Chunk => stream::chunk(self.socket.as_fd(), batch, peer),
            _ => stream::packets(self.socket.as_fd(), batch, room, peer),
        }
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>, gone: usize) -> io::Result<Sent> {
        match self.unit {
            Unit::Chunk => stream::write(&self.socket, batch, range, gone),
            _ => stream::write_packets(&self.socket, batch, range),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        self.socket.shutdown(std::net::Shutdown::Write)
    }

    fn local(&self) -> Option<Peer> {
        Some(Peer::Unix(self.local))
    }

    fn remote(&self) -> Option<Peer> {
        Some(Peer::Unix(self.remote))
    }

    fn rcvbuf(&self) -> Option<u64> {
        self.socket.recv_buffer_size().ok().map(|size| size as u64)
    }

    fn longest(&self) -> Option<usize> {
        (self.unit != Unit::Chunk).then_some(LONGEST)
    }

    fn granted(&self) -> &[Granted] {
        &self.granted
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }

    fn connection_mut(&mut self) -> Option<&mut Connection> {
        Some(&mut self.connection)
    }

    fn inside(&self) -> Inside {
        stream::inside(&self.socket, false)
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// A listener. Its file goes when it does.
#[derive(Debug)]
pub(crate) struct UnixListener {
    bound: Bound,
    unit: Unit,
    granted: Vec<Granted>,
    wanted: Options,
}

impl UnixListener {
    /// Listens at the endpoint's path.
    pub(crate) fn listen(endpoint: &Endpoint) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::system("listen on", endpoint.to_string(), &error);
        let (socket, unit) = open(endpoint).map_err(failed)?;
        let bound = Bound::bind(socket, endpoint)?;
        let granted = options::buffers(&SockRef::from(&bound.socket), &endpoint.options)?;
        let backlog = endpoint.options.backlog.unwrap_or(BACKLOG);
        bound.socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX)).map_err(failed)?;
        bound.socket.set_nonblocking(true).map_err(failed)?;
        Ok(Self { bound, unit, granted, wanted: endpoint.options.clone() })
    }
}

impl Listener for UnixListener {
    fn unit(&self) -> Unit {
        self.unit
    }

    fn accept(&mut self) -> io::Result<Box<dyn Transport>> {
        let (socket, remote) = self.bound.socket.accept()?;
        let remote = unix_file::name(&remote);
        // A connection has buffers of its own.
        let _ = options::buffers(&SockRef::from(&socket), &self.wanted);
        Ok(Box::new(Unix::new(socket, self.unit, self.bound.name, remote, Vec::new())?))
    }

    fn local(&self) -> Option<Peer> {
        Some(Peer::Unix(self.bound.name))
    }

    fn granted(&self) -> &[Granted] {
        &self.granted
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.bound.socket.as_fd()
    }
}

fn open(endpoint: &Endpoint) -> io::Result<(Socket, Unit)> {
    match endpoint.scheme.name {
        "unixpacket" => Ok((Socket::new(Domain::UNIX, Type::SEQPACKET, None)?, Unit::Packet)),
        _ => Ok((Socket::new(Domain::UNIX, Type::STREAM, None)?, Unit::Chunk)),
    }
}

/// What it means that a socket's file cannot be connected to.
pub(crate) fn cannot_connect(endpoint: &Endpoint, error: &io::Error) -> Error {
    let failed = Error::system("connect to", endpoint.to_string(), error);
    match error.kind() {
        io::ErrorKind::NotFound => failed.advise("there is no such socket; is the server running?").no(),
        io::ErrorKind::ConnectionRefused if endpoint.path.starts_with('@') => {
            failed.advise("nobody listens under that name; is the server running?")
        }
        io::ErrorKind::ConnectionRefused => failed.advise("the file is there, but nobody listens on it"),
        io::ErrorKind::PermissionDenied => failed.advise("see who may use it with: ls -l"),
        io::ErrorKind::WouldBlock => failed.advise("its backlog is full: the server does not accept").no(),
        _ if error.raw_os_error() == Some(libc::EPROTOTYPE) => failed.advise(
            "it is a socket of another kind: unix:// streams, unixgram:// datagrams, unixpacket:// packets",
        ),
        _ => failed,
    }
}
