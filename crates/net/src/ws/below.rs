//! What WebSocket goes over: TCP, perhaps through proxies, or TLS.

use std::io::{self, IoSlice, Read, Write};
use std::net::SocketAddr;

use sockscope_core::endpoint::Endpoint;
use sockscope_core::facts::Facts;

use crate::error::Error;
use crate::proxied::Proxied;
#[cfg(feature = "tls")]
use crate::tls::Tls;
use crate::transport::{Opening, Transport};

/// A stream of bytes, read and written without waiting.
#[derive(Debug)]
pub(super) struct Below {
    line: Line,
    /// What the kernel said about what came last.
    facts: Facts,
}

#[derive(Debug)]
enum Line {
    Tcp(Box<Proxied>),
    #[cfg(feature = "tls")]
    Tls(Box<Tls>),
}

impl Below {
    /// Begins to connect to `remote`.
    pub(super) fn toward(remote: SocketAddr, endpoint: &Endpoint) -> Result<Self, Error> {
        #[cfg(feature = "tls")]
        if endpoint.scheme.is_tls() {
            return Ok(Self::tls(Tls::toward(remote, endpoint, false)?));
        }
        Ok(Self::tcp(Proxied::toward(remote, endpoint)?))
    }

    pub(super) fn tcp(line: Proxied) -> Self {
        Self { line: Line::Tcp(Box::new(line)), facts: Facts::default() }
    }

    #[cfg(feature = "tls")]
    pub(super) fn tls(tls: Tls) -> Self {
        Self { line: Line::Tls(Box::new(tls)), facts: Facts::default() }
    }

    pub(super) fn facts(&self) -> Facts {
        self.facts
    }

    pub(super) fn transport(&self) -> &dyn Transport {
        match &self.line {
            Line::Tcp(line) => &**line,
            #[cfg(feature = "tls")]
            Line::Tls(tls) => &**tls,
        }
    }

    pub(super) fn transport_mut(&mut self) -> &mut dyn Transport {
        match &mut self.line {
            Line::Tcp(line) => &mut **line,
            #[cfg(feature = "tls")]
            Line::Tls(tls) => &mut **tls,
        }
    }

    pub(super) fn open(&mut self) -> Result<Opening, Error> {
        self.transport_mut().open()
    }

    /// Sends what is held; returns whether nothing is left.
    pub(super) fn flush(&mut self) -> io::Result<bool> {
        self.transport_mut().flush()
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.transport_mut().end()
    }
}

impl Read for Below {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let (count, facts) = match &mut self.line {
            Line::Tcp(line) => line.read(to)?,
            #[cfg(feature = "tls")]
            Line::Tls(tls) => tls.read_some(to)?,
        };
        self.facts = facts;
        Ok(count)
    }
}

impl Write for Below {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.line {
            Line::Tcp(line) => line.write(&[IoSlice::new(bytes)]),
            #[cfg(feature = "tls")]
            Line::Tls(tls) => tls.write_some(bytes),
        }
    }

    /// What TLS holds is sent by [`Below::flush`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
