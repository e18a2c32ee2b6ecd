//! A TCP connection that may go through proxies: what they are told comes before everything else.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::os::fd::BorrowedFd;

use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::endpoint::{Endpoint, Host};
use sockscope_core::event::Granted;
use sockscope_core::facts::{Facts, Peer, Unit};
use sockscope_core::proxy::{Handshake, Proxy, Refused, Step, Target};

use crate::error::{Error, words};
use crate::tcp::Tcp;
use crate::transport::{Got, Opening, Sent, Transport};
use crate::wait::Interest;

/// Room for one read of a proxy's answer, in bytes.
const ANSWER: usize = 4096;

/// A TCP connection and the proxies that have still to be asked.
#[derive(Debug)]
pub(crate) struct Proxied {
    tcp: Tcp,
    /// Proxies that were not spoken to yet, and what each is to connect to.
    chain: VecDeque<(Proxy, Target)>,
    shaking: Option<(String, Handshake)>,
    /// What came behind the last answer: it belongs to the stream.
    early: Vec<u8>,
}

/// What is connected to first: the first proxy, or the endpoint itself; where no host is written, this one.
pub(crate) fn first(endpoint: &Endpoint) -> (Host, u16) {
    match endpoint.options.proxy.first() {
        Some(proxy) => (proxy.host.clone(), proxy.port),
        None if endpoint.host == Host::Any => (Host::V4(Ipv4Addr::LOCALHOST), endpoint.port.unwrap_or(0)),
        None => (endpoint.host.clone(), endpoint.port.unwrap_or(0)),
    }
}

/// Where a handshake above TCP takes place, as errors tell it: `tls://example.com:443`.
#[cfg(any(feature = "tls", feature = "ws"))]
pub(crate) fn place(endpoint: &Endpoint) -> String {
    format!("{}://{}:{}", endpoint.scheme.name, endpoint.host, endpoint.port_or_default().unwrap_or(0))
}

impl Proxied {
    /// Begins to connect to `remote`, an address of what is [`first`].
    pub(crate) fn toward(remote: SocketAddr, endpoint: &Endpoint) -> Result<Self, Error> {
        let proxies = &endpoint.options.proxy;
        let targets = proxies.iter().skip(1).map(Target::from).chain([Target::of(endpoint)]);
        let chain = proxies.iter().cloned().zip(targets).collect();
        let tcp = Tcp::toward(remote, &endpoint.options);
        let mut tcp = tcp.map_err(|error| not_reached(proxies.first().map(name), error))?;
        if let Some(connection) = tcp.connection_mut() {
            connection.through = proxies.iter().map(name).collect();
        }
        Ok(Self { tcp, chain, shaking: None, early: Vec::new() })
    }

    /// A connection that came by itself.
    #[cfg(any(feature = "tls", feature = "ws"))]
    pub(crate) fn came(tcp: Tcp) -> Self {
        Self { tcp, chain: VecDeque::new(), shaking: None, early: Vec::new() }
    }

    /// Begins with the next proxy; returns whether there is one.
    fn ask(&mut self) -> Result<bool, Error> {
        if self.shaking.is_some() {
            return Ok(true);
        }
        let Some((proxy, target)) = self.chain.pop_front() else { return Ok(false) };
        let name = name(&proxy);
        let handshake = Handshake::new(&proxy, &target).map_err(|refused| refusal(&name, &refused))?;
        self.shaking = Some((name, handshake));
        Ok(true)
    }

    /// Goes on with the proxy that is spoken to.
    fn shake(&mut self) -> Result<Opening, Error> {
        let Some((name, mut handshake)) = self.shaking.take() else { return Ok(Opening::Done) };
        let failed = |error: &io::Error| broken(&name, error);
        let mut room = [0; ANSWER];
        loop {
            while !handshake.output().is_empty() {
                match self.tcp.write(&[IoSlice::new(handshake.output())]) {
                    Ok(count) => handshake.sent(count),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.shaking = Some((name, handshake));
                        return Ok(Opening::Connecting(Interest::BOTH));
                    }
                    Err(error) => return Err(failed(&error)),
                }
            }
            let given = match self.take(&mut room) {
                Ok(0) => {
                    handshake.ended().map_err(|refused| refusal(&name, &refused))?;
                    0
                }
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.shaking = Some((name, handshake));
                    return Ok(Opening::Connecting(Interest::READ));
                }
                Err(error) => return Err(failed(&error)),
            };
            let step = handshake.input(&room[..given]).map_err(|refused| refusal(&name, &refused))?;
            if let Step::Done { rest } = step {
                // What the read before this one left comes after what this one gave.
                self.early.splice(0..0, room[given - rest..given].iter().copied());
                return Ok(Opening::Done);
            }
        }
    }

    /// Takes what came early, or reads.
    fn take(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.read(to).map(|(count, _)| count)
    }

    /// Reads bytes, without waiting, with what the kernel says about them; none are the end.
    pub(crate) fn read(&mut self, to: &mut [u8]) -> io::Result<(usize, Facts)> {
        if self.early.is_empty() {
            return self.tcp.read(to);
        }
        let count = self.early.len().min(to.len());
        to[..count].copy_from_slice(&self.early[..count]);
        self.early.drain(..count);
        Ok((count, Facts::default()))
    }

    /// Writes bytes, without waiting; returns how many went.
    #[cfg(any(feature = "tls", feature = "ws"))]
    pub(crate) fn write(&mut self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        self.tcp.write(bytes)
    }
}

impl Transport for Proxied {
    fn unit(&self) -> Unit {
        Unit::Chunk
    }

    fn open(&mut self) -> Result<Opening, Error> {
        match self.tcp.open() {
            Ok(Opening::Done) => {}
            Ok(waits) => return Ok(waits),
            Err(error) => return Err(not_reached(self.chain.front().map(|(proxy, _)| name(proxy)), error)),
        }
        while self.ask()? {
            match self.shake()? {
                Opening::Done => {}
                waits => return Ok(waits),
            }
        }
        Ok(Opening::Done)
    }

    fn receive(&mut self, batch: &mut Batch, room: usize) -> io::Result<Got> {
        if self.early.is_empty() {
            return self.tcp.receive(batch, room);
        }
        batch.clear();
        let (len, mut facts) = self.read(batch.free_mut())?;
        facts.peer = self.remote();
        batch.fill(len, facts);
        Ok(Got::Messages)
    }

    fn has_more(&self) -> bool {
        !self.early.is_empty()
    }

    fn send(&mut self, batch: &Batch, range: Range<usize>, gone: usize) -> io::Result<Sent> {
        self.tcp.send(batch, range, gone)
    }

    fn end(&mut self) -> io::Result<()> {
        self.tcp.end()
    }

    fn reset(&mut self) {
        self.tcp.reset();
    }

    fn local(&self) -> Option<Peer> {
        self.tcp.local()
    }

    fn remote(&self) -> Option<Peer> {
        self.tcp.remote()
    }

    fn rcvbuf(&self) -> Option<u64> {
        self.tcp.rcvbuf()
    }

    fn longest(&self) -> Option<usize> {
        None
    }

    fn granted(&self) -> &[Granted] {
        self.tcp.granted()
    }

    fn connection(&self) -> Option<&Connection> {
        self.tcp.connection()
    }

    fn connection_mut(&mut self) -> Option<&mut Connection> {
        self.tcp.connection_mut()
    }

    fn inside(&self) -> Inside {
        self.tcp.inside()
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.tcp.fd()
    }
}

/// A proxy as it is told, without who asks.
fn name(proxy: &Proxy) -> String {
    Proxy { user: None, ..proxy.clone() }.to_string()
}

/// Where there is a proxy, it is what was not reached.
fn not_reached(proxy: Option<String>, error: Error) -> Error {
    match proxy {
        Some(name) if error.operation == "connect to" => Error { what: format!("the proxy {name}"), ..error },
        _ => error,
    }
}

fn refusal(name: &str, refused: &Refused) -> Error {
    Error::other("connect through", name, refused.to_string()).advise(refused.remedy()).no()
}

fn broken(name: &str, error: &io::Error) -> Error {
    Error::other("connect through", name, words(error)).no()
}
