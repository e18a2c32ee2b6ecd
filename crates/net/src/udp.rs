//! UDP sockets (RFC 768): open, bound or connected, with all their facts.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use sockscope_core::batch::Batch;
use sockscope_core::endpoint::{Bind, Endpoint, Host, Options};
use sockscope_core::event::Granted;
use sockscope_core::facts::Peer;

use crate::error::{Error, Kind};
use crate::kernel::{FaultReport, Kernel, Route};
use crate::resolve::resolve;
use crate::transport::Transport;
use crate::{address, holder, interfaces, options};

/// Longest UDP payload over IPv4: 65,535 bytes less 20 of IP and 8 of UDP header.
pub const LONGEST_V4: usize = 65_507;
/// Longest UDP payload over IPv6: 65,535 bytes less 8 of UDP header (RFC 8200 section 3).
pub const LONGEST_V6: usize = 65_527;

/// A UDP socket.
#[derive(Debug)]
pub(crate) struct Udp {
    socket: UdpSocket,
    kernel: Kernel,
    route: Route,
    local: SocketAddr,
    remote: Option<SocketAddr>,
    granted: Vec<Granted>,
}

/// A listener for one address, and whether IPv6 had to be left out of «all addresses».
#[derive(Debug)]
pub(crate) struct Listener {
    /// The socket.
    pub(crate) udp: Udp,
    /// All addresses of both families were asked for, but this machine has no IPv6.
    pub(crate) without_v6: bool,
}

impl Udp {
    /// Binds a socket for each address of the endpoint.
    pub(crate) fn listen(endpoint: &Endpoint) -> Result<Vec<Listener>, Error> {
        let port = endpoint.port.unwrap_or(0);
        resolve(&endpoint.host, port)?
            .into_iter()
            .map(|at| match Self::listen_at(at, endpoint) {
                Ok(udp) => Ok(Listener { udp, without_v6: false }),
                Err(_) if endpoint.host == Host::Any && !has_v6() => {
                    let all = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
                    Ok(Listener { udp: Self::listen_at(all, endpoint)?, without_v6: true })
                }
                Err(error) => Err(error),
            })
            .collect()
    }

    fn listen_at(at: SocketAddr, endpoint: &Endpoint) -> Result<Self, Error> {
        let mut wanted = endpoint.options.clone();
        wanted.rcvbuf.get_or_insert(options::RCVBUF);
        if at.ip().is_multicast() && wanted.join.is_empty() {
            wanted.join.push(group_of(at));
        }
        let mut udp = Self::bound(at, &wanted, true)?;
        options::join_all(&udp.socket, &wanted)?;
        if endpoint.options.rcvbuf.is_none() {
            udp.granted.retain(|granted| granted.option != "rcvbuf");
        }
        Ok(udp)
    }

    /// Every address that a message to the endpoint can be sent to, in the order to try them.
    pub(crate) fn addresses(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Error> {
        let port = endpoint.port.unwrap_or(0);
        if endpoint.host == Host::Any {
            return Ok(vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)]);
        }
        resolve(&endpoint.host, port)
    }

    /// A socket to send to `remote` from. `alone`: it is to hear nobody, so it is connected, which makes
    /// sending cheaper.
    pub(crate) fn toward(remote: SocketAddr, wanted: &Options, alone: bool) -> Result<Self, Error> {
        let mut udp = Self::bound(source(remote, wanted)?, wanted, !alone)?;
        if let (Some(name), true) = (&wanted.iface, remote.ip().is_multicast()) {
            options::multicast_out(&udp.socket, interfaces::index(name)?, remote.is_ipv6())?;
        }
        udp.reach(remote, alone && !remote.ip().is_multicast())?;
        Ok(udp)
    }

    fn reach(&mut self, remote: SocketAddr, connect: bool) -> Result<(), Error> {
        if connect {
            self.socket.connect(remote).map_err(|error| cannot_reach(remote, &error))?;
            self.route = Route::Connected;
            self.local = address::plain(self.socket.local_addr().map_err(|e| cannot_reach(remote, &e))?);
        } else if self.local.ip().is_unspecified()
            && let Some(source) = interfaces::source_for(remote)
        {
            self.local.set_ip(source);
        }
        self.remote = Some(remote);
        Ok(())
    }

    fn bound(at: SocketAddr, wanted: &Options, hears: bool) -> Result<Self, Error> {
        let failed = |error: io::Error| cannot_bind(at, &error);
        let socket =
            Socket::new(Domain::for_address(at), Type::DGRAM, Some(Protocol::UDP)).map_err(failed)?;
        if at.is_ipv6() {
            socket.set_only_v6(!at.ip().is_unspecified()).map_err(failed)?;
        }
        options::before_bind(&socket, wanted)?;
        socket.bind(&at.into()).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let socket = UdpSocket::from(socket);
        let granted = options::after_bind(&socket, wanted)?;
        let kernel = Kernel::prepare(&socket, hears, wanted.portable == Some(true)).map_err(failed)?;
        let local = address::plain(socket.local_addr().map_err(failed)?);
        let route = if local.ip().is_unspecified() { Route::AddressedFrom } else { Route::Addressed };
        Ok(Self { socket, kernel, route, local, remote: None, granted })
    }
}

impl Transport for Udp {
    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<()> {
        self.kernel.receive(&self.socket, batch, room)
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>) -> io::Result<usize> {
        match self.kernel.send(&self.socket, batch, range.clone(), self.route) {
            // A message that came to the broadcast address of a network cannot be answered from it.
            Err(error) if self.route == Route::AddressedFrom && is_no_source(&error) => {
                self.kernel.send(&self.socket, batch, range.start..range.start + 1, Route::Addressed)
            }
            other => other,
        }
    }

    fn fault(&mut self) -> io::Result<Option<FaultReport>> {
        self.kernel.fault(&self.socket)
    }

    fn drops(&self) -> Option<u32> {
        self.kernel.drops(&self.socket)
    }

    fn local(&self) -> Option<Peer> {
        Some(Peer::Inet(self.local))
    }

    fn remote(&self) -> Option<Peer> {
        self.remote.map(Peer::Inet)
    }

    fn rcvbuf(&self) -> Option<u64> {
        SockRef::from(&self.socket).recv_buffer_size().ok().map(|size| size as u64)
    }

    fn longest(&self) -> usize {
        if self.remote.unwrap_or(self.local).is_ipv4() { LONGEST_V4 } else { LONGEST_V6 }
    }

    fn granted(&self) -> &[Granted] {
        &self.granted
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// The address to send to `remote` from, as `bind` says.
fn source(remote: SocketAddr, wanted: &Options) -> Result<SocketAddr, Error> {
    let (host, port) = wanted.bind.as_ref().and_then(Bind::inet).unwrap_or((&Host::Any, 0));
    if *host == Host::Any {
        let any =
            if remote.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
        return Ok(SocketAddr::new(any, port));
    }
    let from = resolve(host, port)?[0];
    if from.is_ipv4() != remote.is_ipv4() {
        let why = format!("bind={} is not of the same address family", from.ip());
        return Err(Error::other("send to", remote, why)
            .advise("bind to an address of the same family, or to a port alone: bind=:9000"));
    }
    Ok(from)
}

/// The group of a multicast address that is listened on, as if it had been asked to be joined.
fn group_of(at: SocketAddr) -> sockscope_core::endpoint::Join {
    let interface = match at {
        SocketAddr::V6(v6) if v6.scope_id() != 0 => Some(v6.scope_id().to_string()),
        _ => None,
    };
    sockscope_core::endpoint::Join { group: at.ip(), iface: interface }
}

fn is_no_source(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::AddrNotAvailable)
        || error.raw_os_error() == Some(libc::EINVAL)
}

/// Whether this machine has IPv6 at all.
fn has_v6() -> bool {
    UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).is_ok()
}

fn cannot_bind(at: SocketAddr, error: &io::Error) -> Error {
    let failed = Error::system("bind", format!("udp://{at}"), error);
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let who = holder::of_udp(at);
            let held = who.map_or_else(String::new, |who| format!("{who} has it; "));
            failed.advise(format!("{held}choose another port, or 0 for any free one"))
        }
        io::ErrorKind::PermissionDenied if at.port() < 1024 => {
            failed.advise("ports below 1024 are for root; choose one above 1023")
        }
        io::ErrorKind::AddrNotAvailable => {
            failed.advise("see the addresses of this machine with: sockscope addrs")
        }
        _ => failed,
    }
}

fn cannot_reach(remote: SocketAddr, error: &io::Error) -> Error {
    let failed = Error::system("reach", format!("udp://{remote}"), error);
    match failed.kind {
        Kind::CouldNotTry if error.kind() == io::ErrorKind::PermissionDenied => {
            failed.advise("if this is a broadcast address, allow it with --broadcast")
        }
        _ if error.raw_os_error() == Some(libc::EINVAL) => {
            failed.advise("a socket bound to the loopback reaches only this machine; bind to another address")
        }
        _ => failed,
    }
}
