//! What UDP and TCP have in common: addresses to bind and to reach, and what goes wrong with them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use sockscope_core::endpoint::{Bind, Endpoint, Host, Options};

use crate::error::Error;
use crate::holder;
use crate::resolve::resolve;

/// A socket for one address, and whether IPv6 had to be left out of «all addresses».
#[derive(Debug)]
pub(crate) struct Bound<S> {
    pub(crate) socket: S,
    /// All addresses of both families were asked for, but this machine has no IPv6.
    pub(crate) without_v6: bool,
}

/// A socket for each address of the endpoint.
pub(crate) fn bind_each<S>(
    endpoint: &Endpoint,
    mut bind: impl FnMut(SocketAddr) -> Result<S, Error>,
) -> Result<Vec<Bound<S>>, Error> {
    let port = endpoint.port.unwrap_or(0);
    let addresses = resolve(&endpoint.host, port)?;
    let mut one = |at| match bind(at) {
        Ok(socket) => Ok(Bound { socket, without_v6: false }),
        Err(_) if endpoint.host == Host::Any && !has_v6() => {
            let all = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
            Ok(Bound { socket: bind(all)?, without_v6: true })
        }
        Err(error) => Err(error),
    };
    addresses.into_iter().map(&mut one).collect()
}

/// The address to send to `remote` from, as `bind` says.
pub(crate) fn source(remote: SocketAddr, wanted: &Options) -> Result<SocketAddr, Error> {
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

/// Whether this machine has IPv6 at all.
fn has_v6() -> bool {
    UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).is_ok()
}

/// `scheme` at `at` could not be bound.
pub(crate) fn cannot_bind(scheme: &str, at: SocketAddr, error: &io::Error) -> Error {
    let failed = Error::system("bind", format!("{scheme}://{at}"), error);
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let who = holder::of(scheme, at);
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
