//! TCP connections and listeners (RFC 9293, tcp(7)).

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::endpoint::{Endpoint, Options};
use sockscope_core::event::Granted;
use sockscope_core::facts::{Facts, Peer, Unit};

use crate::error::Error;
use crate::transport::{Got, Listener, Opening, Sent, Transport};
use crate::wait::Interest;
use crate::{address, inet, options, stream};

/// Connections that may wait to be accepted; the kernel caps it (`net.core.somaxconn`, listen(2)).
const BACKLOG: u32 = 4096;

/// A TCP connection.
#[derive(Debug)]
pub(crate) struct Tcp {
    socket: Socket,
    connecting: bool,
    local: SocketAddr,
    remote: SocketAddr,
    granted: Vec<Granted>,
    connection: Connection,
}

impl Tcp {
    /// Begins to connect to `remote`.
    pub(crate) fn toward(remote: SocketAddr, wanted: &Options) -> Result<Self, Error> {
        let failed = |error: io::Error| cannot_connect(remote, &error);
        let source = inet::source(remote, wanted)?;
        let socket =
            Socket::new(Domain::for_address(remote), Type::STREAM, Some(Protocol::TCP)).map_err(failed)?;
        options::before_bind(&socket, wanted)?;
        if !source.ip().is_unspecified() || source.port() != 0 {
            if source.port() != 0 {
                // The port may still be held by a connection that has just ended (TIME-WAIT).
                socket.set_reuse_address(true).map_err(failed)?;
            }
            socket.bind(&source.into()).map_err(|error| inet::cannot_bind("tcp", source, &error))?;
        }
        socket.set_nonblocking(true).map_err(failed)?;
        let granted = apply(&socket, wanted, remote.is_ipv6())?;
        stream::prepare(&socket).map_err(failed)?;
        let connecting = match socket.connect(&remote.into()) {
            Ok(()) => false,
            Err(error) if is_under_way(&error) => true,
            Err(error) => return Err(cannot_connect(remote, &error)),
        };
        let mut tcp =
            Self { socket, connecting, local: source, remote, granted, connection: Connection::default() };
        tcp.find_local().map_err(failed)?;
        Ok(tcp)
    }

    fn find_local(&mut self) -> io::Result<()> {
        let local = self.socket.local_addr()?.as_socket();
        self.local = local.map_or(self.local, address::plain);
        Ok(())
    }

    /// Reads bytes, without waiting, with what the kernel says about them; none are the end.
    pub(crate) fn read(&mut self, to: &mut [u8]) -> io::Result<(usize, Facts)> {
        stream::read(self.socket.as_fd(), to)
    }

    /// Writes bytes, without waiting; returns how many went.
    pub(crate) fn write(&mut self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        io::Write::write_vectored(&mut &self.socket, bytes)
    }
}

impl Transport for Tcp {
    fn unit(&self) -> Unit {
        Unit::Chunk
    }

    fn open(&mut self) -> Result<Opening, Error> {
        if !self.connecting {
            return Ok(Opening::Done);
        }
        let failed = |error: io::Error| cannot_connect(self.remote, &error);
        if let Some(error) = self.socket.take_error().map_err(failed)? {
            return Err(failed(error));
        }
        match self.socket.peer_addr() {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                return Ok(Opening::Connecting(Interest::WRITE));
            }
            Err(error) => return Err(failed(error)),
        }
        self.connecting = false;
        self.find_local().map_err(|error| cannot_connect(self.remote, &error))?;
        Ok(Opening::Done)
    }

    fn receive(&mut self, batch: &mut Batch, _room: usize) -> io::Result<Got> {
        stream::chunk(self.socket.as_fd(), batch, Some(Peer::Inet(self.remote)))
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>, gone: usize) -> io::Result<Sent> {
        stream::write(&self.socket, batch, range, gone)
    }

    fn end(&mut self) -> io::Result<()> {
        self.socket.shutdown(std::net::Shutdown::Write)
    }

    fn reset(&mut self) {
        // A connection that is gone already needs no reset.
        let _ = self.socket.set_linger(Some(Duration::ZERO));
    }

    fn local(&self) -> Option<Peer> {
        Some(Peer::Inet(self.local))
    }

    fn remote(&self) -> Option<Peer> {
        Some(Peer::Inet(self.remote))
    }

    fn rcvbuf(&self) -> Option<u64> {
        self.socket.recv_buffer_size().ok().map(|size| size as u64)
    }

    fn longest(&self) -> Option<usize> {
        None
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
        stream::inside(&self.socket, true)
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// A TCP listener on one address.
#[derive(Debug)]
pub(crate) struct TcpListener {
    socket: Socket,
    wanted: Options,
    local: SocketAddr,
    granted: Vec<Granted>,
}

impl TcpListener {
    /// Listens on each address of the endpoint.
    pub(crate) fn listen(endpoint: &Endpoint) -> Result<Vec<inet::Bound<Self>>, Error> {
        inet::bind_each(endpoint, |at| Self::listen_at(at, endpoint))
    }

    fn listen_at(at: SocketAddr, endpoint: &Endpoint) -> Result<Self, Error> {
        let wanted = endpoint.options.clone();
        let failed = |error: io::Error| inet::cannot_bind("tcp", at, &error);
        let socket =
            Socket::new(Domain::for_address(at), Type::STREAM, Some(Protocol::TCP)).map_err(failed)?;
        if at.is_ipv6() {
            socket.set_only_v6(!at.ip().is_unspecified()).map_err(failed)?;
        }
        // Else connections that have just ended would keep the port for a minute (TIME-WAIT).
        socket.set_reuse_address(true).map_err(failed)?;
        options::before_bind(&socket, &Options { reuse: None, ..wanted.clone() })?;
        if wanted.reuse == Some(true) {
            socket.set_reuse_port(true).map_err(failed)?;
        }
        socket.bind(&at.into()).map_err(failed)?;
        // Buffers must be asked for before listening, since the window is scaled at the handshake.
        let granted = apply(&socket, &wanted, at.is_ipv6())?;
        let backlog = wanted.backlog.unwrap_or(BACKLOG);
        socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX)).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        // Accepted sockets inherit it, and so the time of their first bytes is known too.
        stream::prepare(&socket).map_err(failed)?;
        let local = socket.local_addr().map_err(failed)?.as_socket().map_or(at, address::plain);
        Ok(Self { socket, wanted, local, granted })
    }

    /// The next connection.
    pub(crate) fn next(&mut self) -> io::Result<Tcp> {
        let (socket, remote) = self.socket.accept()?;
        socket.set_nonblocking(true)?;
        let remote = remote.as_socket().map(address::plain).ok_or(io::ErrorKind::ConnectionAborted)?;
        inherit(&socket, &self.wanted)?;
        let local = socket.local_addr()?.as_socket().map_or(self.local, address::plain);
        let connection = Connection::default();
        Ok(Tcp { socket, connecting: false, local, remote, granted: Vec::new(), connection })
    }
}

impl Listener for TcpListener {
    fn unit(&self) -> Unit {
        Unit::Chunk
    }

    fn accept(&mut self) -> io::Result<Box<dyn Transport>> {
        Ok(Box::new(self.next()?))
    }

    fn local(&self) -> Option<Peer> {
        Some(Peer::Inet(self.local))
    }

    fn granted(&self) -> &[Granted] {
        &self.granted
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Sets what is set on a socket of its own. Returns where the kernel gave something else.
fn apply(socket: &Socket, wanted: &Options, v6: bool) -> Result<Vec<Granted>, Error> {
    let granted = options::after_bind(&SockRef::from(socket), wanted, v6)?;
    inherit(socket, wanted).map_err(|error| Error::system("set", "the options of the connection", &error))?;
    Ok(granted)
}

/// Sets what a connection does not take over from its listener.
fn inherit(socket: &Socket, wanted: &Options) -> io::Result<()> {
    if let Some(on) = wanted.nodelay {
        socket.set_tcp_nodelay(on)?;
    }
    if let Some(idle) = wanted.keepalive {
        socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(idle))?;
    }
    if let Some(time) = wanted.linger {
        socket.set_linger(Some(time))?;
    }
    #[cfg(target_os = "linux")]
    if let Some(time) = wanted.user_timeout {
        socket.set_tcp_user_timeout(Some(time))?;
    }
    Ok(())
}

fn is_under_way(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(libc::EINPROGRESS)
}

pub(crate) fn cannot_connect(remote: SocketAddr, error: &io::Error) -> Error {
    let failed = Error::system("connect to", format!("tcp://{remote}"), error);
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            failed.advise("nobody listens on that port; is the server running?")
        }
        io::ErrorKind::TimedOut => {
            failed.advise("the host is down, or something on the way drops what is sent")
        }
        io::ErrorKind::AddrNotAvailable => {
            failed.advise("choose another source port, or leave it to the system")
        }
        _ if error.raw_os_error() == Some(libc::EINVAL) => {
            failed.advise("a socket bound to the loopback reaches only this machine; bind to another address")
        }
        _ => failed,
    }
}
