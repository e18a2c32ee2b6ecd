//! What is kept of a socket's opening until it is closed.

use std::num::NonZeroU32;

use sockscope_core::connection::Credentials;
use sockscope_core::event::{Opened, Purpose};
use sockscope_core::facts::{Direction, Peer, Unit};

use super::say;
use crate::connection::process;
use crate::number::decimal;
use crate::{address, text};

/// A socket that is open.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) purpose: Purpose,
    pub(super) unit: Unit,
    /// The peer that came, or the place that is listened at or sent to.
    pub(super) who: Vec<u8>,
    /// The direction that has ended, the latest of them.
    pub(super) ended: Option<Direction>,
    name: Option<Box<str>>,
}

impl Known {
    pub(super) fn new(opened: &Opened<'_>) -> Self {
        let mut who = Vec::new();
        match opened.purpose {
            Purpose::Accept => {
                let credentials = opened.connection.and_then(|connection| connection.credentials);
                peer(opened.number, opened.remote, credentials, &mut who);
            }
            _ => place(opened, &mut who),
        }
        let name = opened.name.filter(|_| opened.purpose != Purpose::Accept).map(Box::from);
        Self { purpose: opened.purpose, unit: opened.unit, who, ended: None, name }
    }

    /// Several sockets for datagrams, told of as one.
    pub(super) fn of_all(purpose: Purpose, who: String) -> Self {
        Self { purpose, unit: Unit::Datagram, who: who.into_bytes(), ended: None, name: None }
    }

    /// Appends what a person calls it, where there are several.
    pub(super) fn name(&self, out: &mut Vec<u8>) {
        if let Some(name) = &self.name {
            text::line(name, out);
            say(": ", out);
        }
    }
}

/// Appends a peer: its number, and its address or its process.
pub(super) fn peer(
    number: Option<NonZeroU32>,
    peer: Option<Peer>,
    credentials: Option<Credentials>,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    if let Some(number) = number {
        out.push(b'#');
        decimal(number.get().into(), out);
    }
    let apart = |out: &mut Vec<u8>| {
        if out.len() > start {
            out.push(b' ');
        }
    };
    let nameless = matches!(peer, Some(Peer::Unix(name)) if name.is_unnamed());
    if let Some(peer) = peer.filter(|_| !nameless || credentials.is_none()) {
        apart(out);
        address::peer(peer, out);
    }
    if let Some(credentials) = credentials {
        apart(out);
        process(credentials, out);
    }
    if out.len() == start {
        say("the peer", out);
    }
}

/// Appends the endpoint with the address that was really taken: what is bound for those who wait, what is
/// sent to for those who send. Behind a proxy only the endpoint tells who is meant.
fn place(opened: &Opened<'_>, place: &mut Vec<u8>) {
    let proxied = opened.connection.is_some_and(|connection| !connection.through.is_empty());
    let real = match opened.purpose {
        Purpose::Listen | Purpose::Echo => opened.local,
        Purpose::Send | Purpose::Talk | Purpose::Accept | Purpose::Run => opened.remote,
        Purpose::Capture => None,
    };
    match (opened.endpoint.split_once("://"), real) {
        (Some((scheme, _)), Some(real)) if !proxied => {
            text::line(scheme, place);
            say("://", place);
            address::peer(real, place);
        }
        _ => text::line(opened.endpoint, place),
    }
}
