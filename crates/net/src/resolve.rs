//! Names to addresses: all of them, in the order the system prefers.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs};

use sockscope_core::endpoint::Host;

use crate::error::{Error, FIND};
use crate::interfaces;

/// Every address of `host` with `port`, at least one. Asks the system's resolver for a name, and waits
/// for it.
pub(crate) fn resolve(host: &Host, port: u16) -> Result<Vec<SocketAddr>, Error> {
    match host {
        Host::Any => Ok(vec![SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port)]),
        Host::V4(ip) => Ok(vec![SocketAddr::new(IpAddr::V4(*ip), port)]),
        Host::V6(ip, zone) => {
            let scope = zone.as_deref().map(interfaces::index).transpose()?.unwrap_or(0);
            Ok(vec![SocketAddrV6::new(*ip, port, 0, scope).into()])
        }
        Host::Name(name) => by_name(name, port),
    }
}

/// Every address of a name, as the system's resolver finds it.
///
/// # Errors
///
/// It has none, or nobody knows.
pub fn addresses(name: &str) -> Result<Vec<IpAddr>, Error> {
    Ok(by_name(name, 0)?.into_iter().map(|address| address.ip()).collect())
}

/// The same for a name, with a port.
pub(crate) fn by_name(name: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    let failed = |cause: String| {
        Error::other(FIND, name, cause).advise("check the spelling, or give the address itself")
    };
    let found = (name, port).to_socket_addrs().map_err(|error| failed(resolver_words(&error.to_string())))?;
    let mut addresses: Vec<_> = found.collect();
    let mut seen = std::collections::HashSet::new();
    addresses.retain(|address| seen.insert(*address));
    if addresses.is_empty() { Err(failed("the name has no address".to_owned())) } else { Ok(addresses) }
}

/// The resolver's words without the standard library's preamble.
fn resolver_words(text: &str) -> String {
    let words = text.rsplit(": ").next().unwrap_or(text);
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
