//! Endings: of one direction, of one connection, of the run.

use sockscope_core::event::{Break, End, Ended, Event, Purpose, Trouble};
use sockscope_core::facts::Direction;
use sockscope_core::moment::Moment;
use sockscope_net::wait::Interest;

use super::{Outcome, Run};
use crate::error::Error;
use crate::plan::Answer;
use crate::port::{Ends, Port};
use crate::ports::Entry;
use crate::sender::Sender;

/// A peer for which more than this waits is not read from, where what it sends is what is answered, in bytes.
const FULL: usize = 256 << 10;

impl Run<'_, '_> {
    /// Ends the sending half where that is wanted and nothing waits any more; closes what has ended both
    /// ways.
    pub(super) fn finish(&mut self, key: usize) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if port.reach.is_some() {
            return self.refresh(key);
        }
        if port.is_connection() {
            port.holds = match port.transport.flush() {
                Ok(done) => !done,
                // Once both halves have ended, nothing that it says can matter.
                Err(_) if port.heard_all && port.ends == Ends::Done => false,
                Err(error) => {
                    let how = crate::port::broken(&error);
                    return self.broken(key, how, crate::port::why(&error));
                }
            };
        }
        let (pair, has_room) = (port.pair, port.queue.bytes() <= FULL);
        if port.ends == Ends::Soon && port.queue.is_empty() && !port.holds {
            // Of a connection that is gone the reading half tells.
            let _ = port.transport.end();
            port.ends = Ends::Done;
            port.holds = matches!(port.transport.flush(), Ok(false));
            ended(port, Direction::Tx, &mut self.tell)?;
        }
        let over = (port.heard_all || port.hangs_up) && port.ends == Ends::Done && !port.holds;
        let waits = port.purpose != Purpose::Run;
        if let (Some(other), true) = (pair, has_room)
            && let Some(other_port) = self.ports.port(other).filter(|port| port.full)
        {
            other_port.full = false;
            self.refresh(other)?;
        }
        if waits {
            self.arrived(self.tell.turn().moment)?;
        }
        if over { self.close_port(key, End::Ended) } else { self.refresh(key) }
    }

    /// The peer will send no more.
    pub(super) fn heard_all(&mut self, key: usize) -> Result<(), Error> {
        let guided = self.tell.guide().is_some();
        let speaks = self.sender.as_ref().is_some_and(|sender| !sender.finished);
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        port.heard_all = true;
        ended(port, Direction::Rx, &mut self.tell)?;
        let (purpose, pair) = (port.purpose, port.pair);
        if purpose == Purpose::Run {
            // A command that writes no more is at its end: its peer gets what is there, and that is all.
            return self.close_port(key, End::Ended);
        }
        if let Some(other) = pair {
            if let Some(other) = self.ports.port(other) {
                other.ends = other.ends.max(Ends::Soon);
            }
            self.finish(other)?;
        } else if matches!(purpose, Purpose::Accept | Purpose::Talk) && !guided && !speaks {
            // Nobody here has more to say to it than answers.
            if let Some(port) = self.ports.port(key) {
                port.ends = port.ends.max(Ends::Soon);
            }
        } else if purpose == Purpose::Send {
            self.ending.no_more_answers();
        }
        self.finish(key)
    }

    /// Whether peers have ended their sending who are to be sent away once nothing is there for them.
    pub(super) fn hangs(&mut self) -> bool {
        self.gate.hang_up && self.ports.ports().any(|(_, port)| to_hang_up(port))
    }

    /// Sends them away.
    pub(super) fn hang_up(&mut self) -> Result<(), Error> {
        let keys: Vec<_> =
            self.ports.ports().filter(|(_, port)| to_hang_up(port)).map(|(key, _)| key).collect();
        for key in keys {
            if let Some(port) = self.ports.port(key) {
                port.ends = Ends::Soon;
            }
            self.finish(key)?;
        }
        Ok(())
    }

    /// A connection broke.
    pub(super) fn broken(&mut self, key: usize, how: Break, why: String) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let (id, peer, unsent) = (port.session.socket(), port.peer(), port.queue.bytes() as u64);
        self.tell.warn(id, Trouble::Broken { peer, how, why, unsent })?;
        self.close_port(key, End::Broken(how))
    }

    /// Closes one socket and tells so.
    pub(super) fn close_port(&mut self, key: usize, end: End) -> Result<(), Error> {
        self.forget(key);
        let Some(Entry::Port(mut port)) = self.ports.remove(key) else { return Ok(()) };
        let unanswered = port.purpose == Purpose::Send && end == End::Ended && self.ending.is_unanswered();
        let end = if unanswered { End::NoAnswer } else { end };
        // What never was open has nothing to close.
        if port.told {
            self.missed(&mut port)?;
            self.unread(&port, end)?;
            let pace = self.sender.as_ref().filter(|s| s.to == Some(key)).and_then(Sender::pace);
            port.close(end, pace, &mut self.tell)?;
        }
        self.totals.add(port.session.totals());
        self.answering.forget(port.session.socket());
        if let Some(door) = port.parent.and_then(|id| self.ports.key(id)).and_then(|key| self.ports.door(key))
        {
            door.totals.add(port.session.totals());
        }
        if let Some(other) = port.pair {
            if let Some(other) = self.ports.port(other) {
                other.pair = None;
                other.hangs_up = true;
                other.ends = other.ends.max(Ends::Soon);
            }
            self.finish(other)?;
        }
        match port.purpose {
            Purpose::Accept => self.left(&port)?,
            Purpose::Send | Purpose::Talk if self.tell.guide().is_none() => {
                self.over.get_or_insert(self.verdict(end));
            }
            _ => {}
        }
        self.children.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        drop(port);
        self.unshut()
    }

    /// A peer that came is gone.
    fn left(&mut self, port: &Port) -> Result<(), Error> {
        self.ports.peers -= 1;
        self.chat_left(port)?;
        if self.gate.once && self.ports.peers == 0 && port.told {
            self.over.get_or_insert(End::Ended);
        }
        Ok(())
    }

    /// Tells what a peer missed that does not read.
    pub(super) fn missed(&mut self, port: &mut Port) -> Result<(), Error> {
        let (messages, bytes) = std::mem::take(&mut port.missed);
        if messages == 0 {
            return Ok(());
        }
        let what = Trouble::Missed { peer: port.peer(), messages, bytes };
        self.tell.warn(port.session.socket(), what)
    }

    /// Tells what is lost by closing now.
    fn unread(&mut self, port: &Port, end: End) -> Result<(), Error> {
        if !port.is_connection() || matches!(end, End::Broken(_) | End::NotOpened) {
            return Ok(());
        }
        let (inside, peer, id) = (port.transport.inside(), port.peer(), port.session.socket());
        if let Some(bytes) = inside.unread.filter(|bytes| *bytes > 0 && !port.heard_all) {
            self.tell.warn(id, Trouble::Unread { peer, bytes })?;
        }
        let queued = port.queue.bytes() as u64;
        match inside.unacknowledged {
            Some(bytes) if bytes + queued > 0 && end != End::Ended => {
                self.tell.warn(id, Trouble::Unacknowledged { peer, bytes: bytes + queued })
            }
            _ => Ok(()),
        }
    }

    /// Tells the poller what a socket waits for now.
    pub(super) fn refresh(&mut self, key: usize) -> Result<(), Error> {
        let (hears, room) = (self.hears, self.ending.room() > 0);
        let answers = !matches!(self.answering.answer(), Answer::Nothing) || self.tell.guide().is_some();
        let (fd, wanted, known) = match self.ports.get_mut(key) {
            Some(Entry::Port(port)) => {
                let wanted = wanted(port, hears, answers, room);
                let known = std::mem::replace(&mut port.interest, wanted);
                // What was held back while nothing was read, no descriptor tells of.
                if wanted.read && !known.read && port.transport.has_more() && !self.more.contains(&key) {
                    self.more.push(key);
                }
                (port.transport.fd(), wanted, known)
            }
            Some(Entry::Door(door)) => {
                let wanted = if door.shut { Interest::default() } else { Interest::READ };
                let known = std::mem::replace(&mut door.interest, wanted);
                (door.listener.fd(), wanted, known)
            }
            None => return Ok(()),
        };
        match &mut self.poller {
            Some(poller) if wanted != known && !self.fresh.contains(&key) => {
                poller.change(fd, key as u64, wanted).map_err(Error::Wait)
            }
            _ => Ok(()),
        }
    }

    /// Takes a socket off the poller and every list.
    pub(super) fn forget(&mut self, key: usize) {
        if let Some(at) = self.fresh.iter().position(|fresh| *fresh == key) {
            self.fresh.swap_remove(at);
        } else if let (Some(poller), Some((fd, _))) = (&mut self.poller, self.ports.watched(key)) {
            poller.remove(fd, key as u64);
        }
        self.more.retain(|one| *one != key);
        self.timed.retain(|one| *one != key);
    }

    /// Looks after a socket at a time that no descriptor tells of.
    pub(super) fn time(&mut self, key: usize) {
        if !self.timed.contains(&key) {
            self.timed.push(key);
        }
    }

    /// Does what is due; returns whether a socket was looked after: what waited there may have gone, and made room.
    pub(super) fn timers(&mut self, now: Moment) -> Result<bool, Error> {
        self.delayed(now)?;
        let (mut at, mut any) = (0, false);
        while let Some(key) = self.timed.get(at).copied() {
            match self.ports.timer(key) {
                Some(due) if due > now => at += 1,
                Some(_) => {
                    self.timed.swap_remove(at);
                    any = true;
                    self.timer(key, now)?;
                }
                None => {
                    self.timed.swap_remove(at);
                }
            }
        }
        loop {
            let ports = &mut self.ports;
            let last =
                |key, id| ports.port(key).filter(|port| port.session.socket() == id).map(|port| port.last);
            let Some(key) = self.idle.due(now, last) else { return Ok(any) };
            self.close_port(key, End::IdlePeer)?;
        }
    }

    /// One socket's time has come.
    fn timer(&mut self, key: usize, now: Moment) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if let Some(reach) = &port.reach {
            let error = reach.too_late(&*port.transport);
            return self.not_opened(key, error);
        }
        if port.retry.take_if(|at| *at <= now).is_some() {
            let way = port.flush(&mut self.tell, &mut self.ending)?;
            self.went(key, way)?;
        }
        self.pause(key, now)
    }

    /// Tells every error that came back.
    pub(super) fn faults(&mut self) -> Result<(), Error> {
        for (_, port) in self.ports.ports().filter(|(_, port)| !port.is_connection()) {
            if !port.faults(&mut self.tell)?.is_empty() {
                self.ending.failed();
            }
        }
        Ok(())
    }

    pub(super) fn drops(&mut self) -> Result<(), Error> {
        self.ports.ports().try_for_each(|(_, port)| port.drops(&mut self.tell))
    }

    /// Closes everything, peers before the doors they came through.
    pub(super) fn close(mut self, end: End) -> Result<Outcome, Error> {
        if self.hears {
            self.drops()?;
        }
        self.over = Some(end);
        for key in self.ports.keys(|entry| matches!(entry, Entry::Port(_))) {
            self.close_port(key, end)?;
        }
        for key in self.ports.keys(|entry| matches!(entry, Entry::Door(_))) {
            self.close_door(key, end)?;
        }
        self.tell.idle()?;
        Ok(Outcome { end, totals: self.totals })
    }

    /// Closes a listener; its peers stay.
    pub(super) fn close_door(&mut self, key: usize, end: End) -> Result<(), Error> {
        self.forget(key);
        let Some(Entry::Door(door)) = self.ports.remove(key) else { return Ok(()) };
        self.tell.shut(&door, end)
    }
}

/// A peer that came, has ended its sending, and has got all that there is for it just now.
fn to_hang_up(port: &Port) -> bool {
    port.purpose == Purpose::Accept
        && port.heard_all
        && port.pair.is_none()
        && port.ends == Ends::No
        && port.queue.is_empty()
}

/// What a socket waits for. `answers`: what it receives may add to what waits to be sent; `room`: more messages are
/// wanted.
fn wanted(port: &Port, hears: bool, answers: bool, room: bool) -> Interest {
    if let Some(interest) = port.interest_wanted {
        return interest;
    }
    let full = match port.purpose {
        Purpose::Send | Purpose::Talk => false,
        // What waits for a program that does not read must not keep it from writing, or both would wait for ever.
        _ if port.pair.is_some() => port.full,
        // Where a datagram cannot be answered, the next one is left to the kernel, which counts what it drops.
        _ if !port.is_connection() => answers && !port.queue.is_empty(),
        _ => (answers && port.queue.bytes() > FULL) || port.full,
    };
    let read = room && (hears || port.purpose != Purpose::Send) && !port.heard_all && !full;
    let write = (!port.queue.is_empty() && port.retry.is_none()) || port.holds;
    Interest { read, write }
}

/// Tells that one direction has ended.
fn ended(port: &Port, direction: Direction, tell: &mut crate::tell::Teller<'_, '_>) -> Result<(), Error> {
    let (socket, peer, number) = (port.session.socket(), port.peer(), port.number);
    let time = tell.now().stamp;
    tell.event(&Event::Ended(Ended { socket, time, direction, peer, number }))
}
