//! What is said to a proxy before a connection goes through it, and what it answers: no I/O.

use super::http::Http;
use super::refused::Refused;
use super::socks4::Socks4;
use super::socks5::Socks5;
use super::{Kind, Proxy};
use crate::endpoint::{Endpoint, Host};

/// Where the proxy is to connect to: the next proxy, or the end of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The host; a name is sent as it is, for the proxy to resolve.
    pub host: Host,
    /// The port.
    pub port: u16,
}

impl Target {
    /// The place that an endpoint names; port 0 where it has none.
    pub fn of(endpoint: &Endpoint) -> Self {
        Self { host: endpoint.host.clone(), port: endpoint.port_or_default().unwrap_or(0) }
    }
}

impl From<&Proxy> for Target {
    /// The proxy itself, as what the one before it in a chain connects to.
    fn from(proxy: &Proxy) -> Self {
        Self { host: proxy.host.clone(), port: proxy.port }
    }
}

/// How far a handshake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send what [`Handshake::output`] has, then give the next bytes that come.
    More,
    /// The connection goes through.
    Done {
        /// How many of the last bytes given to [`Handshake::input`] already come through it.
        rest: usize,
    },
}

/// One handshake with one proxy. Bytes may come in pieces of any size.
///
/// ```
/// use sockscope_core::endpoint::Endpoint;
/// use sockscope_core::proxy::{Handshake, Proxy, Step, Target};
///
/// let proxy = Proxy::parse("socks4://127.0.0.1")?;
/// let target = Target::of(&Endpoint::parse("tcp://66.102.7.99:80")?);
/// let mut handshake = Handshake::new(&proxy, &target).expect("SOCKS4 has IPv4");
/// assert_eq!(handshake.output(), [4, 1, 0, 80, 66, 102, 7, 99, 0]);
/// handshake.sent(9);
/// assert_eq!(handshake.input(&[0, 90, 0, 0, 0, 0]), Ok(Step::More));
/// assert_eq!(handshake.input(b"\0\0hello"), Ok(Step::Done { rest: 5 }));
/// # Ok::<(), sockscope_core::problem::Problem>(())
/// ```
#[derive(Debug)]
pub struct Handshake {
    machine: Machine,
    output: Vec<u8>,
    sent: usize,
    end: Option<Result<(), Refused>>,
}

#[derive(Debug)]
enum Machine {
    Socks4(Socks4),
    Socks5(Socks5),
    Http(Http),
}

impl Handshake {
    /// Begins one: [`Handshake::output`] has the first bytes to send.
    ///
    /// # Errors
    ///
    /// [`Refused::Target`]: the target cannot be said to this kind of proxy.
    pub fn new(proxy: &Proxy, target: &Target) -> Result<Self, Refused> {
        let mut output = Vec::new();
        let user = proxy.user.as_ref();
        let machine = match proxy.kind {
            Kind::Socks4 => Machine::Socks4(Socks4::begin(user, target, &mut output)?),
            Kind::Socks5 => Machine::Socks5(Socks5::begin(user, target, &mut output)?),
            Kind::Http => Machine::Http(Http::begin(user, target, &mut output)?),
        };
        Ok(Self { machine, output, sent: 0, end: None })
    }

    /// What is to be sent now; empty when it is the proxy's turn.
    pub fn output(&self) -> &[u8] {
        &self.output[self.sent..]
    }

    /// Tells that the first `count` bytes of [`Handshake::output`] were sent; more than there are is all.
    pub fn sent(&mut self, count: usize) {
        self.sent = self.output.len().min(self.sent.saturating_add(count));
        if self.sent == self.output.len() {
            self.output.clear();
            self.sent = 0;
        }
    }

    /// Takes what came from the proxy.
    ///
    /// # Errors
    ///
    /// What the proxy said instead of yes; it stays so.
    pub fn input(&mut self, bytes: &[u8]) -> Result<Step, Refused> {
        let mut read = 0;
        while self.end.is_none() && read < bytes.len() {
            let byte = bytes[read];
            read += 1;
            self.end = match &mut self.machine {
                Machine::Socks4(socks) => socks.take(byte),
                Machine::Socks5(socks) => socks.take(byte, &mut self.output),
                Machine::Http(http) => http.take(byte),
            }
            .map(|done| done.then_some(()))
            .transpose();
        }
        match &self.end {
            None => Ok(Step::More),
            Some(Ok(())) => Ok(Step::Done { rest: bytes.len() - read }),
            Some(Err(refused)) => Err(refused.clone()),
        }
    }

    /// What it means that the proxy closed the connection now, if the handshake was not done.
    ///
    /// # Errors
    ///
    /// [`Refused::Ended`], or what it had said before.
    pub fn ended(&self) -> Result<(), Refused> {
        self.end.clone().unwrap_or(Err(Refused::Ended))
    }
}
