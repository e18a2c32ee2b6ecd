//! Listening for TLS.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection};
use sockscope_core::connection::Connection;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::Granted;
use sockscope_core::facts::{Peer, Unit};

use super::facts::{self, Known};
use super::{Tls, server};
use crate::error::Error;
use crate::inet::Bound;
use crate::tcp::TcpListener;
use crate::transport::{Listener, Transport};

/// A TLS listener on one address.
#[derive(Debug)]
pub(crate) struct TlsListener {
    tcp: TcpListener,
    scheme: &'static str,
    config: Arc<ServerConfig>,
    known: Known,
    connection: Connection,
}

impl TlsListener {
    /// Listens on each address of the endpoint, all with one certificate.
    pub(crate) fn listen(endpoint: &Endpoint) -> Result<Vec<Bound<Self>>, Error> {
        let (config, chain) = server::config(endpoint)?;
        let config = Arc::new(config);
        let mut connection = Connection::default();
        connection.shown = facts::of_chain(&chain);
        let verified = endpoint.options.client_ca.is_some().then_some(true);
        let known = Known { verified, ..Known::default() };
        let one = |bound: Bound<TcpListener>| Bound {
            without_v6: bound.without_v6,
            socket: Self {
                tcp: bound.socket,
                scheme: endpoint.scheme.name,
                config: Arc::clone(&config),
                known: known.clone(),
                connection: connection.clone(),
            },
        };
        Ok(TcpListener::listen(endpoint)?.into_iter().map(one).collect())
    }

    /// The next connection, whose handshake has not begun.
    pub(crate) fn next(&mut self) -> io::Result<Tls> {
        let tcp = self.tcp.next()?;
        let session = ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(Tls::came(tcp, self.scheme, session, self.known.clone()))
    }
}

impl Listener for TlsListener {
    fn unit(&self) -> Unit {
        Unit::Chunk
    }

    fn accept(&mut self) -> io::Result<Box<dyn Transport>> {
        Ok(Box::new(self.next()?))
    }

    fn local(&self) -> Option<Peer> {
        self.tcp.local()
    }

    fn granted(&self) -> &[Granted] {
        self.tcp.granted()
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.tcp.fd()
    }
}
