//! Opening a connection: address after address, each step timed.

use std::num::NonZeroU32;
use std::time::Duration;

use sockscope_core::endpoint::Endpoint;
use sockscope_core::facts::Peer;
use sockscope_core::moment::Moment;
use sockscope_net::error::Error;
use sockscope_net::lookup::Lookup;
use sockscope_net::open::{self, Addresses};
use sockscope_net::transport::{Opening, Transport};
use sockscope_net::wait::Interest;

/// How long one address may take to answer, unless asked otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The addresses are known: [`Reach::begin`] begins with the first.
    Found,
    /// It goes on when this has come.
    Waits(Interest),
    /// It is open.
    Open,
}

/// A connection on its way to be open.
#[derive(Debug)]
pub(crate) struct Reach {
    pub(crate) endpoint: Endpoint,
    /// Who is to find its addresses.
    lookup: Option<Lookup>,
    /// Every address of its name, in the order to try them; none before they are found, or for a peer that came by
    /// itself.
    addresses: Vec<Peer>,
    /// Which of them is tried.
    at: usize,
    alone: bool,
    since: Moment,
    connected: Option<Moment>,
    patience: Duration,
}

impl Reach {
    /// Toward every address of the endpoint. `alone`: it only sends and hears nobody.
    pub(crate) fn toward(endpoint: Endpoint, alone: bool, now: Moment) -> Result<Self, Error> {
        let (lookup, addresses) = match open::addresses(&endpoint)? {
            Addresses::Known(addresses) => (None, addresses),
            Addresses::Asked(lookup) => (Some(lookup), Vec::new()),
        };
        let patience = endpoint.options.connect_timeout.unwrap_or(PATIENCE);
        Ok(Self { endpoint, lookup, addresses, at: 0, alone, since: now, connected: None, patience })
    }

    /// A peer that came by itself and has still to shake hands.
    pub(crate) fn came(endpoint: Endpoint, now: Moment) -> Self {
        let patience = endpoint.options.connect_timeout.unwrap_or(PATIENCE);
        let (lookup, addresses, connected) = (None, Vec::new(), Some(now));
        Self { endpoint, lookup, addresses, at: 0, alone: false, since: now, connected, patience }
    }

    /// Begins with the address whose turn it is, or with finding it.
    pub(crate) fn begin(&mut self, now: Moment) -> Result<Box<dyn Transport>, Error> {
        self.since = now;
        self.connected = None;
        if let Some(lookup) = self.lookup.take() {
            return Ok(Box::new(lookup));
        }
        open::toward(&self.endpoint, self.addresses[self.at], self.alone)
    }

    /// The address that is tried, and the one to try when it fails, which is tried from now on.
    pub(crate) fn next(&mut self) -> Option<(Peer, Peer)> {
        let next = *self.addresses.get(self.at + 1)?;
        let failed = self.addresses[self.at];
        self.at += 1;
        Some((failed, next))
    }

    /// Whether there are more addresses than the one that is tried.
    pub(crate) fn has_more(&self) -> bool {
        self.at + 1 < self.addresses.len()
    }

    /// Goes on.
    pub(crate) fn advance(&mut self, transport: &mut dyn Transport, now: Moment) -> Result<Step, Error> {
        let waits = match transport.open()? {
            Opening::Found(addresses) => {
                self.addresses = addresses;
                return Ok(Step::Found);
            }
            Opening::Connecting(interest) => return Ok(Step::Waits(interest)),
            Opening::Shaking(interest) => Some(interest),
            Opening::Done => None,
        };
        let connected = *self.connected.get_or_insert(now);
        if waits.is_none()
            && let Some(connection) = transport.connection_mut()
        {
            if !self.addresses.is_empty() {
                connection.connect = Some(connected - self.since);
                connection.tries = u32::try_from(self.at + 1).ok().and_then(NonZeroU32::new);
            }
            if let Some(tls) = &mut connection.tls {
                tls.handshake = Some(now - connected);
            }
        }
        Ok(waits.map_or(Step::Open, Step::Waits))
    }

    /// When the address has had time enough.
    pub(crate) fn deadline(&self) -> Moment {
        self.connected.unwrap_or(self.since) + self.patience
    }

    /// What is said when it has.
    pub(crate) fn too_late(&self, transport: &dyn Transport) -> Error {
        if self.addresses.is_empty() && self.connected.is_none() {
            return sockscope_net::error::not_found(&self.endpoint, self.patience);
        }
        sockscope_net::error::no_answer(
            &self.endpoint,
            transport.remote(),
            self.patience,
            self.connected.is_some(),
        )
    }
}
