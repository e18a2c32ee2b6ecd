//! From an endpoint to open sockets: the one place that knows which scheme is which transport.

use std::net::SocketAddr;

use sockscope_core::endpoint::Endpoint;

use crate::error::Error;
use crate::transport::Transport;
use crate::udp::Udp;

/// A socket that was opened to listen.
#[derive(Debug)]
pub struct Opened {
    /// The socket.
    pub transport: Box<dyn Transport>,
    /// All addresses of both families were asked for, but this machine has no IPv6.
    pub without_v6: bool,
}

/// Opens a listener for every address of the endpoint.
pub fn listen(endpoint: &Endpoint) -> Result<Vec<Opened>, Error> {
    only_udp(endpoint)?;
    let opened = Udp::listen(endpoint)?.into_iter();
    Ok(opened.map(|l| Opened { transport: Box::new(l.udp), without_v6: l.without_v6 }).collect())
}

/// Every address of the endpoint, in the order to try them.
pub fn addresses(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Error> {
    only_udp(endpoint)?;
    Udp::addresses(endpoint)
}

/// Opens a socket to send to `remote`, one of [`addresses`]. `alone`: it only sends and
/// hears nobody.
pub fn toward(endpoint: &Endpoint, remote: SocketAddr, alone: bool) -> Result<Box<dyn Transport>, Error> {
    Ok(Box::new(Udp::toward(remote, &endpoint.options, alone)?))
}

/// An endpoint of another scheme is read, but nothing opens it yet.
fn only_udp(endpoint: &Endpoint) -> Result<(), Error> {
    match endpoint.scheme.name {
        "udp" => Ok(()),
        name => Err(Error::other("open", endpoint, format!("{name} is not built in yet"))),
    }
}
