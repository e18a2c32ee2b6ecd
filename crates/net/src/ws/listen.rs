//! Listening for WebSocket, over TCP or TLS.

use std::io;
use std::os::fd::BorrowedFd;

use sockscope_core::connection::Connection;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit};

use super::Ws;
use super::below::Below;
use super::server::{Server, Takes};
use crate::error::Error;
use crate::inet::Bound;
use crate::proxied::Proxied;
use crate::tcp::TcpListener;
#[cfg(feature = "tls")]
use crate::tls::TlsListener;
use crate::transport::{Listener, Transport};

/// A WebSocket listener on one address.
#[derive(Debug)]
pub(crate) struct WsListener {
    door: Door,
    scheme: &'static str,
    takes: Takes,
}

#[derive(Debug)]
enum Door {
    Tcp(Box<TcpListener>),
    #[cfg(feature = "tls")]
    Tls(Box<TlsListener>),
}

impl WsListener {
    /// Listens on each address of the endpoint.
    pub(crate) fn listen(endpoint: &Endpoint) -> Result<Vec<Bound<Self>>, Error> {
        #[cfg(feature = "tls")]
        if endpoint.scheme.is_tls() {
            return Ok(each(TlsListener::listen(endpoint)?, endpoint, |door| Door::Tls(Box::new(door))));
        }
        Ok(each(TcpListener::listen(endpoint)?, endpoint, |door| Door::Tcp(Box::new(door))))
    }

    fn listener(&self) -> &dyn Listener {
        match &self.door {
            Door::Tcp(door) => &**door,
            #[cfg(feature = "tls")]
            Door::Tls(door) => &**door,
        }
    }
}

fn each<L>(bound: Vec<Bound<L>>, endpoint: &Endpoint, door: impl Fn(L) -> Door) -> Vec<Bound<WsListener>> {
    let one = |bound: Bound<L>| {
        let (scheme, takes) = (endpoint.scheme.name, Takes::new(endpoint));
        Bound { without_v6: bound.without_v6, socket: WsListener { door: door(bound.socket), scheme, takes } }
    };
    bound.into_iter().map(one).collect()
}

impl Listener for WsListener {
    fn unit(&self) -> Unit {
        Unit::Message
    }

    fn accept(&mut self) -> io::Result<Box<dyn Transport>> {
        let below = match &mut self.door {
            Door::Tcp(door) => Below::tcp(Proxied::came(door.next()?)),
            #[cfg(feature = "tls")]
            Door::Tls(door) => Below::tls(door.next()?),
        };
        let peer = below.transport().remote();
        let place = peer.map_or_else(String::new, |peer| format!("{}://{peer}", self.scheme));
        Ok(Box::new(Ws::new(below, place, Box::new(Server::new(self.takes.clone())))))
    }

    fn local(&self) -> Option<Peer> {
        self.listener().local()
    }

    fn granted(&self) -> &[Granted] {
        self.listener().granted()
    }

    fn connection(&self) -> Option<&Connection> {
        self.listener().connection()
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.listener().fd()
    }
}
