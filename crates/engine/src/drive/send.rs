//! Sending what the plan says: to the one socket it is for, or to every peer of a listener.

use sockscope_core::event::{End, Fault, Purpose, Trouble};
use sockscope_core::facts::{Peer, Unit};
use sockscope_core::moment::Moment;
use sockscope_net::wait::Interest;

use super::{INPUT, Run};
use crate::error::Error;
use crate::port::{Ends, Port, ROOM, Way};
use crate::ports::Entry;
use crate::sender::Sender;

impl Run<'_, '_> {
    /// Sends what is due; returns whether there was something.
    pub(super) fn send(&mut self) -> Result<bool, Error> {
        if self.sender.is_none() || !self.can_send() {
            return Ok(false);
        }
        let Some(mut sender) = self.sender.take() else { return Ok(false) };
        let result = self.send_from(&mut sender);
        self.sender = Some(sender);
        let did = result?;
        self.arrived(self.tell.turn().moment)?;
        Ok(did)
    }

    fn send_from(&mut self, sender: &mut Sender) -> Result<bool, Error> {
        let remote = sender.to.and_then(|key| self.ports.port(key)).and_then(|port| port.peer());
        let now = self.tell.now();
        let unmapped = sender.fill(remote, now)?;
        let did = !sender.out.is_empty();
        match sender.to {
            Some(key) if did => {
                if let (Some((count, charset)), Some(port)) = (unmapped, self.ports.port(key)) {
                    self.tell.trouble(port, Trouble::Unmappable { count, charset })?;
                }
                let first = if sender.settled { 0 } else { self.settle(key, sender)? };
                self.send_to(key, remote, sender, first)?;
            }
            None if did => {
                for (key, peer) in self.audience() {
                    self.send_to(key, peer, sender, 0)?;
                }
            }
            _ => {}
        }
        if sender.done() && !sender.finished {
            self.all_sent(sender)?;
        }
        Ok(did)
    }

    /// Everybody who is there, and by what address where the socket alone does not tell.
    fn audience(&mut self) -> Vec<(usize, Option<Peer>)> {
        let mut all: Vec<_> = self.ports.accepted().into_iter().map(|key| (key, None)).collect();
        for (key, port) in self.ports.ports() {
            all.extend(port.known.iter().map(|peer| (key, Some(*peer))));
        }
        all
    }

    /// Sends what the sender holds from `first` on through one socket.
    fn send_to(
        &mut self,
        key: usize,
        peer: Option<Peer>,
        sender: &mut Sender,
        first: usize,
    ) -> Result<(), Error> {
        let range = first..sender.out.len();
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if range.is_empty() {
            return Ok(());
        }
        let peer = port.peer().or(peer);
        for index in range.clone() {
            sender.out.facts_mut(index).peer = peer;
        }
        let way = port.send(&mut sender.out, range, &mut self.tell, &mut self.ending)?;
        self.went(key, way)
    }

    /// Sends the first datagram alone and looks whether the address refuses it at once, as an address of
    /// this machine does; then the next address of the name is tried with the same message. Returns how
    /// many messages that took care of.
    fn settle(&mut self, key: usize, sender: &mut Sender) -> Result<usize, Error> {
        sender.settled = true;
        loop {
            let Some(port) = self.ports.port(key) else { return Ok(0) };
            if port.transport.unit() != Unit::Datagram || port.others.is_none() {
                return Ok(0);
            }
            let peer = port.peer();
            sender.out.facts_mut(0).peer = peer;
            let way = port.send(&mut sender.out, 0..1, &mut self.tell, &mut self.ending)?;
            let faults = port.faults(&mut self.tell)?;
            self.went(key, way)?;
            let Some(fault) = faults.into_iter().find(|fault| worth_another(*fault)) else { return Ok(1) };
            if !self.another(key, &fault.to_string())? {
                self.ending.failed();
                return Ok(1);
            }
        }
    }

    /// Whether what there is to send could go now: its sockets are open and nothing waits in them.
    pub(super) fn can_send(&mut self) -> bool {
        let Some(sender) = &self.sender else { return false };
        match sender.to {
            Some(key) => {
                self.ports.port(key).is_some_and(|port| port.reach.is_none() && port.queue.is_empty())
            }
            None => {
                let mut any = false;
                let free = self.ports.ports().all(|(_, port)| {
                    any |= is_there(port);
                    port.queue.is_empty()
                });
                any && free
            }
        }
    }

    /// Whether a file is on its way to somebody, and not all of it has arrived.
    pub(super) fn owes(&mut self) -> bool {
        let Some(sender) = self.sender.as_ref().filter(|sender| sender.file && !sender.arrived) else {
            return false;
        };
        sender.to.is_some() || self.ports.ports().any(|(_, port)| is_there(port))
    }

    /// There is nothing more to send: the sending halves end.
    fn all_sent(&mut self, sender: &mut Sender) -> Result<(), Error> {
        sender.finished = true;
        let keys = sender.to.map_or_else(|| self.ports.accepted(), |key| vec![key]);
        for key in keys {
            let Some(port) = self.ports.port(key) else { continue };
            // Closing a WebSocket would keep what is awaited from coming.
            let can_end = port.transport.halves() || !self.ending.awaits();
            if self.half_close && can_end && port.is_connection() && port.ends == Ends::No {
                port.ends = Ends::Soon;
            }
            self.finish(key)?;
        }
        Ok(())
    }

    /// Once all was sent, and has arrived as far as the kernel can tell, the sending half of the run is
    /// over.
    pub(super) fn arrived(&mut self, now: Moment) -> Result<(), Error> {
        if !self.ending.minds() {
            return Ok(());
        }
        let Some(sender) = self.sender.as_ref().filter(|s| s.finished && !s.arrived) else { return Ok(()) };
        let keys = sender
            .to
            .map_or_else(|| self.ports.keys(|entry| matches!(entry, Entry::Port(_))), |key| vec![key]);
        for key in keys {
            if !self.delivered(key, now) {
                return Ok(());
            }
        }
        if let Some(sender) = &mut self.sender {
            sender.arrived = true;
        }
        self.ending.all_sent(now);
        Ok(())
    }

    /// Whether all that was given to a socket to send has arrived, as far as the kernel can tell.
    fn delivered(&mut self, key: usize, now: Moment) -> bool {
        let Some(port) = self.ports.port(key) else { return true };
        if !port.queue.is_empty() || port.holds || port.ends == Ends::Soon {
            return false;
        }
        if port.is_connection() && port.transport.inside().unacknowledged.is_some_and(|bytes| bytes > 0) {
            // Nothing tells of an acknowledgement.
            port.retry = Some(now + ROOM);
            self.time(key);
            return false;
        }
        true
    }

    /// Something was sent, or tried to.
    pub(super) fn went(&mut self, key: usize, way: Way) -> Result<(), Error> {
        if self.ports.port(key).is_some_and(|port| port.retry.is_some()) {
            self.time(key);
        }
        match way {
            Way::Open => self.finish(key),
            Way::Broken(how) => self.broken(key, how, String::new()),
            Way::Closed(end) => self.close_port(key, end),
        }
    }

    /// Reads what there is to read from the keyboard or a file.
    pub(super) fn input(&mut self) -> Result<(), Error> {
        match &mut self.sender {
            Some(sender) if sender.awaits() => sender.read(),
            // The guide looks for itself.
            _ => Ok(()),
        }
    }

    /// Waits for input only while it can be used: else its end would wake the run again and again.
    pub(super) fn watch_input(&mut self) -> Result<(), Error> {
        let free = self.can_send();
        let poller = self.poller.as_mut().expect("made before");
        let (fd, wanted) = match (self.tell.guide(), &self.sender) {
            (Some(guide), _) => (guide.fd(), guide.awaits()),
            (None, Some(sender)) => (sender.input(), free && sender.awaits()),
            (None, None) => (None, false),
        };
        let wanted = wanted && fd.is_some();
        if let (Some(fd), true) = (fd, wanted != self.watched) {
            match wanted {
                true => poller.add(fd, INPUT, Interest::READ).map_err(Error::Wait)?,
                false => poller.remove(fd, INPUT),
            }
        }
        self.watched = wanted;
        Ok(())
    }

    /// Why a run ends when the connection it is about has ended so.
    pub(super) fn verdict(&self, end: End) -> End {
        match end {
            End::Broken(_) | End::NotOpened => End::Failed,
            other => other,
        }
    }
}

/// Whether somebody is there to whom everything goes that a listener has to send.
fn is_there(port: &Port) -> bool {
    (port.purpose == Purpose::Accept && port.reach.is_none()) || !port.known.is_empty()
}

/// Whether another address of the same name may do better.
fn worth_another(fault: Fault) -> bool {
    matches!(fault, Fault::Refused | Fault::HostUnreachable | Fault::NetUnreachable)
}
