//! Carrying out what a guide orders.

use std::sync::Arc;

use sockscope_core::batch::Batch;
use sockscope_core::event::{End, Event, Mark, Purpose, SocketId};
use sockscope_core::facts::{Facts, Peer};
use sockscope_core::framing::Framing;

use super::Run;
use crate::error::Error;
use crate::guide::Order;
use crate::port::Ends;
use crate::ports::Entry;

/// Orders carried out before others get their turn.
const AT_ONCE: usize = 64;

impl Run<'_, '_> {
    /// Does what is ordered; returns whether there was something.
    pub(super) fn orders(&mut self) -> Result<bool, Error> {
        for done in 0..AT_ONCE {
            if self.tell.guide().is_none() {
                return Ok(false);
            }
            let now = self.tell.now();
            let Some(guide) = self.tell.guide_mut() else { return Ok(false) };
            let Some(order) = guide.next(now)? else { return Ok(done > 0) };
            let told = order.to_string();
            if let Err(error) = self.order(order) {
                let now = self.tell.now();
                match self.tell.guide_mut() {
                    Some(guide) if !matches!(error, Error::Output(_)) => guide.refused(now, &told, error)?,
                    _ => return Err(error),
                }
            }
            if self.over.is_some() {
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// Sends what the guide has ready; returns whether there was something.
    pub(super) fn guided(&mut self) -> Result<bool, Error> {
        if self.tell.guide().is_none() {
            return Ok(false);
        }
        let now = self.tell.now();
        let Some(guide) = self.tell.guide_mut() else { return Ok(false) };
        self.guided.clear();
        let to = guide.fill(now, &mut self.guided);
        let Some(key) = to.and_then(|id| self.ports.key(id)).filter(|_| !self.guided.is_empty()) else {
            return Ok(false);
        };
        let Some(port) = self.ports.port(key) else { return Ok(false) };
        let peer = port.peer();
        for index in 0..self.guided.len() {
            self.guided.facts_mut(index).peer = peer;
        }
        let all = 0..self.guided.len();
        let way = port.send(&mut self.guided, all, &mut self.tell, &mut self.ending)?;
        self.went(key, way)?;
        Ok(true)
    }

    fn order(&mut self, order: Order) -> Result<(), Error> {
        match order {
            Order::Reach { name, endpoint, framing } => {
                self.framing = framing;
                self.reach(endpoint, Purpose::Talk, Some(&name)).map(drop)
            }
            Order::Listen { name, endpoint, framing } => {
                self.framing = framing;
                self.listen(endpoint, Purpose::Listen, Some(&name)).map(drop)
            }
            Order::Send { to, bytes } => to.into_iter().try_for_each(|(id, peer)| self.say(id, peer, &bytes)),
            Order::End(id) => self.end(id),
            Order::Close { socket, reset } => self.close_one(socket, reset),
            Order::Frame { socket, framing } => self.frame(socket, framing.as_ref()),
            Order::Tell(id) => match self.ports.key(id).and_then(|key| self.ports.port(key)) {
                Some(port) => self.tell.state(port),
                None => Ok(()),
            },
            Order::Mark(text) => {
                let time = self.tell.now().stamp;
                self.tell.event(&Event::Mark(Mark { time, text: &text }))
            }
            Order::Finish(end) => {
                self.over = Some(end);
                Ok(())
            }
        }
    }

    /// Sends one message.
    fn say(&mut self, id: SocketId, peer: Option<Peer>, bytes: &[u8]) -> Result<(), Error> {
        let Some(key) = self.ports.key(id) else { return Ok(()) };
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let mut facts = Facts::default();
        facts.peer = peer.or(port.peer());
        facts.number = port.number;
        if !port.is_connection() {
            facts.number = self.ports.stranger(id, facts.peer);
        }
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let mut batch = Batch::new();
        batch.push(bytes, facts);
        let way = port.send(&mut batch, 0..1, &mut self.tell, &mut self.ending)?;
        self.went(key, way)
    }

    /// Ends a sending half once all has gone.
    fn end(&mut self, id: SocketId) -> Result<(), Error> {
        let Some(key) = self.ports.key(id) else { return Ok(()) };
        if let Some(port) = self.ports.port(key)
            && port.is_connection()
        {
            port.ends = port.ends.max(Ends::Soon);
        }
        self.finish(key)
    }

    /// Closes a socket, a listener with all its peers.
    fn close_one(&mut self, id: SocketId, reset: bool) -> Result<(), Error> {
        for key in self.ports.family(id) {
            if let Some(port) = self.ports.port(key).filter(|_| reset) {
                port.transport.reset();
            }
            match self.ports.get_mut(key) {
                Some(Entry::Port(_)) => self.close_port(key, End::Asked)?,
                Some(Entry::Door(_)) => self.close_door(key, End::Asked)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Frames a stream differently from now on, a listener's for all its peers; what was begun of a frame
    /// comes out as it is.
    fn frame(&mut self, id: SocketId, framing: Option<&Arc<Framing>>) -> Result<(), Error> {
        for key in self.ports.family(id) {
            self.leftover(key)?;
            match self.ports.get_mut(key) {
                Some(Entry::Port(port)) => port.frame(framing),
                Some(Entry::Door(door)) => door.framing = framing.cloned(),
                None => {}
            }
        }
        Ok(())
    }
}
