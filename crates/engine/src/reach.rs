//! Opening a connection: address after address, each step timed.

use std::num::NonZeroU32;
use std::time::Duration;

use sockscope_core::endpoint::Endpoint;
use sockscope_core::facts::Peer;
use sockscope_core::moment::Moment;
use sockscope_net::error::Error;
use sockscope_net::open;
use sockscope_net::transport::{Opening, Transport};
use sockscope_net::wait::Interest;

/// How long one address may take to answer, unless asked otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection on its way to be open.
#[derive(Debug)]
pub(crate) struct Reach {
    pub(crate) endpoint: Endpoint,
    /// Every address of its name, in the order to try them; none for a peer that came by itself.
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
        let addresses = open::addresses(&endpoint)?;
        let patience = endpoint.options.connect_timeout.unwrap_or(PATIENCE);
        Ok(Self { endpoint, addresses, at: 0, alone, since: now, connected: None, patience })
    }

    /// A peer that came by itself and has still to shake hands.
    pub(crate) fn came(endpoint: Endpoint, now: Moment) -> Self {
        let patience = endpoint.options.connect_timeout.unwrap_or(PATIENCE);
        let (addresses, connected) = (Vec::new(), Some(now));
        Self { endpoint, addresses, at: 0, alone: false, since: now, connected, patience }
    }

    /// Begins with the address whose turn it is.
    pub(crate) fn begin(&mut self, now: Moment) -> Result<Box<dyn Transport>, Error> {
        self.since = now;
        self.connected = None;
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

    /// Goes on; returns what to wait for, or nothing once it is open.
    pub(crate) fn advance(
        &mut self,
        transport: &mut dyn Transport,
        now: Moment,
    ) -> Result<Option<Interest>, Error> {
        let opening = transport.open()?;
        let waits = match opening {
            Opening::Connecting(interest) => return Ok(Some(interest)),
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
        Ok(waits)
    }

    /// When the address has had time enough.
    pub(crate) fn deadline(&self) -> Moment {
        self.connected.unwrap_or(self.since) + self.patience
    }

    /// What is said when it has.
    pub(crate) fn too_late(&self, transport: &dyn Transport) -> Error {
        sockscope_net::error::no_answer(
            &self.endpoint,
            transport.remote(),
            self.patience,
            self.connected.is_some(),
        )
    }
}
