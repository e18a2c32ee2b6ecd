//! UDP sockets (RFC 768): open, bound or connected, with all their facts.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use sockscope_core::batch::Batch;
use sockscope_core::endpoint::{Endpoint, Options};
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit};

use crate::error::{Error, Kind};
use crate::kernel::{FaultReport, Kernel, Route};
use crate::transport::{Got, Sent, Transport};
use crate::{address, inet, interfaces, options};

/// Longest UDP payload over IPv4: 65,535 bytes less 20 of IP and 8 of UDP header.
pub const LONGEST_V4: usize = 65_507;
/// Longest UDP payload over IPv6: 65,535 bytes less 8 of UDP header (RFC 8200 section 3).
pub const LONGEST_V6: usize = 65_527;

/// A receive buffer of so many bytes holds what one CPU can send within a millisecond, as the kernel accounts it.
const ROOM: usize = 1 << 20;

/// A UDP socket.
#[derive(Debug)]
pub(crate) struct Udp {
    socket: UdpSocket,
    kernel: Kernel,
    route: Route,
    local: SocketAddr,
    remote: Option<SocketAddr>,
    granted: Vec<Granted>,
    has_room: bool,
    /// What comes may be trains.
    merges: bool,
}

impl Udp {
    /// Binds a socket for each address of the endpoint.
    pub(crate) fn listen(endpoint: &Endpoint) -> Result<Vec<inet::Bound<Self>>, Error> {
        inet::bind_each(endpoint, |at| Self::listen_at(at, endpoint, false))
    }

    /// Binds `count` sockets to each address of the endpoint, among which the kernel spreads what comes
    /// (`SO_REUSEPORT`, socket(7)). Each of the lists has one socket for each address.
    ///
    /// The first is bound alone and only then shared: a program that has the address already is found out, where it
    /// would take its part of the datagrams otherwise.
    #[cfg(target_os = "linux")]
    pub(crate) fn shards(endpoint: &Endpoint, count: usize) -> Result<Vec<Vec<inet::Bound<Self>>>, Error> {
        let first = inet::bind_each(endpoint, |at| {
            if at.ip().is_multicast() || !endpoint.options.join.is_empty() {
                return Err(Error::other(
                    "share",
                    endpoint,
                    "what is sent to a group goes to every socket of it",
                )
                .advise("listen to a group with one socket"));
            }
            let udp = Self::listen_at(at, endpoint, false)?;
            SockRef::from(&udp.socket)
                .set_reuse_port(true)
                .map_err(|e| Error::system("share", endpoint, &e))?;
            Ok(udp)
        })?;
        let mut all = vec![first];
        while all.len() < count {
            let more = all[0].iter().map(|bound| {
                let at =
                    bound.socket.socket.local_addr().map_err(|e| Error::system("share", endpoint, &e))?;
                let socket = Self::listen_at(at, endpoint, true)?;
                Ok(inet::Bound { socket, without_v6: bound.without_v6 })
            });
            let more = more.collect::<Result<_, Error>>()?;
            all.push(more);
        }
        Ok(all)
    }

    fn listen_at(at: SocketAddr, endpoint: &Endpoint, shares: bool) -> Result<Self, Error> {
        let mut wanted = endpoint.options.clone();
        wanted.rcvbuf.get_or_insert(options::RCVBUF);
        if at.ip().is_multicast() && wanted.join.is_empty() {
            wanted.join.push(group_of(at));
        }
        let mut udp = Self::bound(at, &wanted, true, shares)?;
        options::join_all(&udp.socket, &wanted)?;
        if endpoint.options.rcvbuf.is_none() {
            udp.granted.retain(|granted| granted.option != "rcvbuf");
        }
        Ok(udp)
    }

    /// A socket to send to `remote` from. `alone`: it is to hear nobody, so it is connected, which makes
    /// sending cheaper.
    pub(crate) fn toward(remote: SocketAddr, wanted: &Options, alone: bool) -> Result<Self, Error> {
        let mut udp = Self::bound(inet::source(remote, wanted)?, wanted, !alone, false)?;
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

    /// `hears`: facts of what comes are wanted; `shares`: others that share have the same address.
    fn bound(at: SocketAddr, wanted: &Options, hears: bool, shares: bool) -> Result<Self, Error> {
        let failed = |error: io::Error| inet::cannot_bind("udp", at, &error);
        let socket =
            Socket::new(Domain::for_address(at), Type::DGRAM, Some(Protocol::UDP)).map_err(failed)?;
        if at.is_ipv6() {
            socket.set_only_v6(!at.ip().is_unspecified()).map_err(failed)?;
        }
        options::before_bind(&socket, wanted)?;
        if shares {
            socket.set_reuse_port(true).map_err(failed)?;
        }
        socket.bind(&at.into()).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let socket = UdpSocket::from(socket);
        let granted = options::after_bind(&SockRef::from(&socket), wanted, at.is_ipv6())?;
        let mut kernel = Kernel::prepare(&socket, hears, wanted.portable == Some(true)).map_err(failed)?;
        trains(&socket, &mut kernel, wanted)?;
        let local = address::plain(socket.local_addr().map_err(failed)?);
        let route = if local.ip().is_unspecified() { Route::AddressedFrom } else { Route::Addressed };
        let has_room = SockRef::from(&socket).recv_buffer_size().map_err(failed)? >= ROOM;
        let merges = wanted.gro == Some(true);
        Ok(Self { socket, kernel, route, local, remote: None, granted, has_room, merges })
    }
}

impl Transport for Udp {
    fn unit(&self) -> Unit {
        Unit::Datagram
    }

    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<Got> {
        self.kernel.receive(&self.socket, batch, room)?;
        Ok(Got::Messages)
    }

    fn receive_next(&mut self, batch: &mut Batch, room: usize) -> Option<io::Result<Got>> {
        self.kernel.receive_next(&self.socket, batch, room).map(|got| got.map(|()| Got::Messages))
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>, _gone: usize) -> io::Result<Sent> {
        let sent = match self.kernel.send(&self.socket, batch, range.clone(), self.route) {
            // A message that came to the broadcast address of a network cannot be answered from it.
            Err(error) if self.route == Route::AddressedFrom && is_no_source(&error) => {
                self.kernel.send(&self.socket, batch, range.start..range.start + 1, Route::Addressed)
            }
            other => other,
        };
        sent.map(Sent::whole)
    }

    fn trains(&self) -> &[usize] {
        self.kernel.trains()
    }

    fn merges(&self) -> bool {
        self.merges
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

    fn has_room(&self) -> bool {
        self.has_room
    }

    fn longest(&self) -> Option<usize> {
        Some(if self.remote.unwrap_or(self.local).is_ipv4() { LONGEST_V4 } else { LONGEST_V6 })
    }

    fn granted(&self) -> &[Granted] {
        &self.granted
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Takes and makes trains, where that is asked for.
#[cfg(target_os = "linux")]
fn trains(socket: &UdpSocket, kernel: &mut Kernel, wanted: &Options) -> Result<(), Error> {
    if wanted.gro == Some(true) {
        let on = nix::sys::socket::setsockopt(socket, nix::sys::socket::sockopt::UdpGroSegment, &true);
        on.map_err(|error| Error::system("set", "gro=yes", &error.into()))?;
    }
    if wanted.gso == Some(true) {
        kernel.makes_trains();
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn trains(_: &UdpSocket, _: &mut Kernel, wanted: &Options) -> Result<(), Error> {
    let none = |name: &str| {
        Err(Error::other("set", format!("{name}=yes"), "this system knows no trains of datagrams"))
    };
    match (wanted.gro, wanted.gso) {
        (Some(true), _) => none("gro"),
        (_, Some(true)) => none("gso"),
        _ => Ok(()),
    }
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
