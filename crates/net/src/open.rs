//! From an endpoint to open sockets: the one place that knows which scheme is which transport.

use sockscope_core::endpoint::{Endpoint, Host};
use sockscope_core::facts::{Peer, UnixName};

use crate::error::Error;
use crate::inet;
use crate::lookup::Lookup;
use crate::proxied::{self, Proxied};
use crate::resolve::resolve;
use crate::tcp::{Tcp, TcpListener};
#[cfg(feature = "tls")]
use crate::tls::{self, Tls, TlsListener};
use crate::transport::{Listener, Transport};
use crate::udp::Udp;
use crate::unix::{Unix, UnixListener};
use crate::unixgram::UnixGram;
#[cfg(feature = "ws")]
use crate::ws::{Ws, WsListener};

/// A socket that was opened to listen.
#[derive(Debug)]
pub struct Opened {
    /// The socket.
    pub socket: Socket,
    /// All addresses of both families were asked for, but this machine has no IPv6.
    pub without_v6: bool,
}

/// How a socket listens.
#[derive(Debug)]
pub enum Socket {
    /// It hears everybody itself.
    Hears(Box<dyn Transport>),
    /// It takes connections, each of which is a socket of its own.
    Accepts(Box<dyn Listener>),
}

/// Opens a listener for every address of the endpoint.
pub fn listen(endpoint: &Endpoint) -> Result<Vec<Opened>, Error> {
    let one = |socket| Ok(vec![Opened { socket, without_v6: false }]);
    match endpoint.scheme.name {
        "udp" => Ok(each(Udp::listen(endpoint)?, |udp| Socket::Hears(Box::new(udp)))),
        "tcp" => Ok(each(TcpListener::listen(endpoint)?, |tcp| Socket::Accepts(Box::new(tcp)))),
        #[cfg(feature = "tls")]
        "tls" => Ok(each(TlsListener::listen(endpoint)?, |tls| Socket::Accepts(Box::new(tls)))),
        #[cfg(feature = "ws")]
        "ws" | "wss" => Ok(each(WsListener::listen(endpoint)?, |ws| Socket::Accepts(Box::new(ws)))),
        "unixgram" => one(Socket::Hears(Box::new(UnixGram::listen(endpoint)?))),
        "unix" | "unixpacket" => one(Socket::Accepts(Box::new(UnixListener::listen(endpoint)?))),
        _ => Err(not_here(endpoint)),
    }
}

/// Opens `count` sockets for every address of a UDP endpoint, among which the kernel spreads what comes by the hash of
/// both addresses and ports, so that a peer meets the same one as long as all are open (`SO_REUSEPORT`, socket(7)).
/// Each of the lists has one socket for each address. If one cannot be opened none is.
///
/// # Errors
///
/// The endpoint is not UDP, or means a group, whose datagrams every socket would get; an address is in use or cannot
/// be bound; the system is not Linux: elsewhere nothing is spread.
pub fn shards(endpoint: &Endpoint, count: usize) -> Result<Vec<Vec<Opened>>, Error> {
    #[cfg(target_os = "linux")]
    if endpoint.scheme.name == "udp" {
        let shards = Udp::shards(endpoint, count)?.into_iter();
        return Ok(shards.map(|shard| each(shard, |udp| Socket::Hears(Box::new(udp)))).collect());
    }
    let why = format!("only udp on Linux spreads what comes among {count} sockets");
    Err(Error::other("share", endpoint, why).advise("listen with one socket"))
}

/// The addresses of an endpoint, or of the first proxy on the way to it.
#[derive(Debug)]
pub enum Addresses {
    /// All of them, in the order to try them.
    Known(Vec<Peer>),
    /// The resolver has been asked.
    Asked(Lookup),
}

/// Every address of the endpoint, or who looks for them. What does not depend on the address is found out here
/// too, once.
pub fn addresses(endpoint: &Endpoint) -> Result<Addresses, Error> {
    #[cfg(feature = "tls")]
    if endpoint.scheme.is_tls() {
        tls::check(endpoint)?;
    }
    match endpoint.scheme.name {
        "unix" | "unixgram" | "unixpacket" => {
            Ok(Addresses::Known(vec![Peer::Unix(UnixName::of_path(&endpoint.path))]))
        }
        _ => match proxied::first(endpoint) {
            (Host::Name(name), port) => Ok(Addresses::Asked(Lookup::start(endpoint, &name, port)?)),
            (host, port) => Ok(Addresses::Known(resolve(&host, port)?.into_iter().map(Peer::Inet).collect())),
        },
    }
}

/// Begins to open a socket to send to `remote`, one of [`addresses`]. `alone`: it only sends and hears
/// nobody.
pub fn toward(endpoint: &Endpoint, remote: Peer, alone: bool) -> Result<Box<dyn Transport>, Error> {
    let options = &endpoint.options;
    Ok(match (endpoint.scheme.name, remote) {
        ("udp", Peer::Inet(remote)) => Box::new(Udp::toward(remote, options, alone)?),
        ("tcp", Peer::Inet(remote)) if options.proxy.is_empty() => Box::new(Tcp::toward(remote, options)?),
        ("tcp", Peer::Inet(remote)) => Box::new(Proxied::toward(remote, endpoint)?),
        #[cfg(feature = "tls")]
        ("tls", Peer::Inet(remote)) => Box::new(Tls::toward(remote, endpoint, alone)?),
        #[cfg(feature = "ws")]
        ("ws" | "wss", Peer::Inet(remote)) => Box::new(Ws::toward(remote, endpoint, alone)?),
        ("unixgram", _) => Box::new(UnixGram::toward(endpoint, alone)?),
        ("unix" | "unixpacket", _) => Box::new(Unix::toward(endpoint)?),
        _ => return Err(not_here(endpoint)),
    })
}

/// A connected pair of streams: one end as a socket, and the other for a command called `name` to read
/// and write.
pub fn pair(name: &str) -> std::io::Result<(Box<dyn Transport>, std::os::fd::OwnedFd)> {
    let (ours, theirs) = Unix::pair(name)?;
    Ok((Box::new(ours), theirs))
}

fn each<S>(bound: Vec<inet::Bound<S>>, socket: impl Fn(S) -> Socket) -> Vec<Opened> {
    bound.into_iter().map(|b| Opened { socket: socket(b.socket), without_v6: b.without_v6 }).collect()
}

fn not_here(endpoint: &Endpoint) -> Error {
    Error::other("open", endpoint, format!("{} cannot do that", endpoint.scheme.name))
}
