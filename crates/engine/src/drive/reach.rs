//! Connecting: the resolver is asked, then address after address is tried.

use std::sync::Arc;

use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::{End, Purpose, Trouble};
use sockscope_core::moment::Moment;
use sockscope_net::error::Error as NotOpened;
use sockscope_net::transport::Transport;

use super::{Run, named};
use crate::error::Error;
use crate::plan::Answer;
use crate::port::Port;
use crate::ports::Entry;
use crate::reach::{Reach, Step};

impl Run<'_, '_> {
    /// Begins to reach an endpoint. `name`: what a person calls it.
    pub(super) fn reach(
        &mut self,
        endpoint: Endpoint,
        purpose: Purpose,
        name: Option<&str>,
    ) -> Result<usize, Error> {
        let now = self.tell.now().moment;
        let alone = purpose == Purpose::Send && !self.hears;
        let text: Arc<str> = endpoint.to_string().into();
        let mut reach = Box::new(Reach::toward(endpoint, alone, now)?);
        let (begun, failures) = begin(&mut reach, now);
        let transport = begun?;
        let id = self.ports.number();
        self.tell.begun(name, id);
        let mut port = Port::new(transport, id, purpose, &text, self.only, now);
        port.name = named(name);
        port.frame(self.framing.clone().as_ref());
        port.reach = Some(reach);
        for failure in failures {
            self.tell.warn(id, failure)?;
        }
        let key = self.ports.add(Entry::Port(Box::new(port)));
        self.fresh.push(key);
        self.advance(key)?;
        Ok(key)
    }

    /// Goes on with opening.
    pub(super) fn advance(&mut self, key: usize) -> Result<(), Error> {
        let now = self.tell.now().moment;
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let Some(mut reach) = port.reach.take() else { return Ok(()) };
        match reach.advance(&mut *port.transport, now) {
            Ok(Step::Open) => {
                port.others = reach.has_more().then_some(reach);
                self.opened(key)
            }
            Ok(Step::Waits(interest)) => {
                port.reach = Some(reach);
                port.interest_wanted = Some(interest);
                self.time(key);
                self.refresh(key)
            }
            Ok(Step::Found) => self.begin(key, reach),
            Err(error) => {
                port.others = Some(reach);
                self.not_opened(key, error)
            }
        }
    }

    /// It is open.
    fn opened(&mut self, key: usize) -> Result<(), Error> {
        let now = self.tell.now().moment;
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        port.interest_wanted = None;
        port.last = now;
        let (accepted, id, parent) = (port.purpose == Purpose::Accept, port.session.socket(), port.parent);
        let number = if accepted { self.ports.next_peer() } else { None };
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        port.number = number;
        self.tell.opened(port)?;
        if accepted {
            self.idle.watch(now, key, id);
            if let Some(door) = parent.and_then(|id| self.ports.key(id)).and_then(|key| self.ports.door(key))
            {
                door.totals.peers += 1;
            }
            if self.gate.first {
                self.shut_up(parent)?;
            }
            self.chat_joined(key)?;
        }
        let talks = accepted || self.ports.port(key).is_some_and(|port| port.purpose == Purpose::Talk);
        if let (Answer::Command(words), true) = (self.answering.answer(), talks) {
            let words = words.clone();
            self.start(key, &words)?;
        }
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        // What came with the last of a handshake.
        if port.transport.has_more() && !self.more.contains(&key) {
            self.more.push(key);
        }
        let way = port.flush(&mut self.tell, &mut self.ending)?;
        self.went(key, way)
    }

    /// It could not be opened: the next address is tried, if there is one.
    pub(super) fn not_opened(&mut self, key: usize, error: NotOpened) -> Result<(), Error> {
        if self.another(key, &error.cause)? { Ok(()) } else { self.give_up(key, error) }
    }

    /// Goes on with the next address of the name, if there is one.
    pub(super) fn another(&mut self, key: usize, why: &str) -> Result<bool, Error> {
        let Some(port) = self.ports.port(key) else { return Ok(false) };
        let Some(mut reach) = port.others.take().or_else(|| port.reach.take()) else { return Ok(false) };
        let Some((failed, next)) = reach.next() else { return Ok(false) };
        let id = port.session.socket();
        self.tell.warn(id, Trouble::NextAddress { failed, why: why.to_owned(), next })?;
        self.begin(key, reach)?;
        Ok(true)
    }

    /// Puts a socket toward the address whose turn it is in the place of the one before.
    fn begin(&mut self, key: usize, mut reach: Box<Reach>) -> Result<(), Error> {
        let now = self.tell.now().moment;
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let id = port.session.socket();
        let (begun, failures) = begin(&mut reach, now);
        for failure in failures {
            self.tell.warn(id, failure)?;
        }
        let transport = match begun {
            Ok(transport) => transport,
            Err(error) => return self.give_up(key, error),
        };
        self.forget(key);
        let only = self.only;
        let next = self.ports.number_after(key);
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if port.told {
            port.close(End::Failed, None, &mut self.tell)?;
            self.totals.add(port.session.totals());
        }
        port.change(transport, next, only, now);
        port.reach = Some(reach);
        self.fresh.push(key);
        self.advance(key)
    }

    /// No address of it could be opened.
    fn give_up(&mut self, key: usize, error: NotOpened) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if port.purpose == Purpose::Send || (port.purpose == Purpose::Talk && self.tell.guide().is_none()) {
            return Err(error.into());
        }
        let id = port.session.socket();
        let (refused, why) = (error.is_refused(), error.why());
        let what = if error.is_lookup() { port.endpoint.to_string() } else { error.what };
        self.tell.warn(id, Trouble::NotOpened { what, why, refused })?;
        self.close_port(key, End::NotOpened)
    }
}

/// Begins with the first address that does not fail at once; those that did, in their order.
fn begin(reach: &mut Reach, now: Moment) -> (Result<Box<dyn Transport>, NotOpened>, Vec<Trouble>) {
    let mut failures = Vec::new();
    loop {
        match reach.begin(now) {
            Ok(transport) => return (Ok(transport), failures),
            Err(error) => match reach.next() {
                Some((failed, next)) => {
                    failures.push(Trouble::NextAddress { failed, why: error.cause, next });
                }
                None => return (Err(error), failures),
            },
        }
    }
}
