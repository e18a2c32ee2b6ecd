//! Taking in what has arrived, cutting it, telling it, passing it on.

use std::io;

use sockscope_core::batch::Batch;
use sockscope_core::event::{End, Event, Purpose};
use sockscope_core::facts::{Clock, Direction, Unit};
use sockscope_core::moment::Moment;
use sockscope_net::transport::Got;
use sockscope_net::wait::Ready;

use super::{CHUNK, PACKETS, Run, SLOTS, TURNS, UP_MEMORY, Up};
use crate::error::Error;
use crate::plan::{Answer, WHOLE};
use crate::port::{self, Port};

/// What one read led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// There may be more.
    More,
    /// There is no more just now.
    Enough,
}

impl Run<'_, '_> {
    /// Messages can pass through a socket: sends what waits, takes in what has come.
    pub(super) fn pass(&mut self, key: usize, ready: Ready) -> Result<(), Error> {
        if ready.write {
            let Some(port) = self.ports.port(key) else { return Ok(()) };
            let way = port.flush(&mut self.tell, &mut self.ending)?;
            self.went(key, way)?;
        }
        if !ready.read && !ready.failed {
            return Ok(());
        }
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if port.heard_all {
            // Nothing can come, so what is to be told is an error.
            return if ready.failed { self.lost(key) } else { Ok(()) };
        }
        let hears = self.hears || port.purpose != Purpose::Send;
        if !hears && !port.is_connection() {
            return self.faults();
        }
        for _ in 0..TURNS {
            if self.ending.room() == 0 || self.over.is_some() {
                return self.refresh(key);
            }
            // What it sends is answered, and it does not read the answers: the rest waits with the kernel.
            if self
                .ports
                .port(key)
                .is_some_and(|port| port.is_connection() && !port.interest.read && !ready.failed)
            {
                return Ok(());
            }
            if self.receive(key)? == Turn::Enough {
                return Ok(());
            }
        }
        self.more.push(key);
        Ok(())
    }

    /// The error of a connection on which nothing can come any more.
    fn lost(&mut self, key: usize) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let mut probe = Batch::with_slots(1, 1);
        match port.transport.receive(&mut probe, 1) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                let (how, why) = (port::broken(&error), port::why(&error));
                self.broken(key, how, why)
            }
            // Both directions are shut: what waits can never go.
            _ if !port.queue.is_empty() => {
                self.broken(key, sockscope_core::event::Break::BrokenPipe, String::new())
            }
            _ => self.finish(key),
        }
    }

    /// Takes one batch from one socket.
    fn receive(&mut self, key: usize) -> Result<Turn, Error> {
        self.take(key, usize::MAX, |port, batch, room| Some(port.transport.receive(batch, room)))
            .map(|turn| turn.expect("receiving is always possible"))
    }

    /// Waits a moment for messages of one socket, at most `most`, in the call that receives them; `None` where it cannot.
    pub(super) fn receive_next(&mut self, key: usize, most: usize) -> Result<Option<Turn>, Error> {
        self.take(key, most, |port, batch, room| port.transport.receive_next(batch, room))
    }

    /// Takes what `receive` gives; nothing comes of it where that gives `None`.
    fn take(
        &mut self,
        key: usize,
        most: usize,
        receive: impl FnOnce(&mut Port, &mut Batch, usize) -> Option<io::Result<Got>>,
    ) -> Result<Option<Turn>, Error> {
        let Some(port) = self.ports.port(key) else { return Ok(Some(Turn::Enough)) };
        let unit = port.transport.unit();
        let mut batch = self.up.take(unit);
        let room = match unit {
            Unit::Chunk => 1,
            Unit::Wire(_) => self.ending.room().min(PACKETS),
            _ => self.ending.room().min(batch.slots()),
        };
        let room = room.min(most);
        let Some(got) = receive(port, &mut batch, room) else {
            self.up.give_back(unit, batch);
            return Ok(None);
        };
        let turn = match got {
            Ok(Got::Messages) => {
                let full = match unit {
                    Unit::Chunk => batch.bytes() == batch.slot(),
                    _ => batch.len() == room,
                };
                let more = full || port.transport.has_more();
                self.received(key, &mut batch)?;
                if !more && !unit.is_droppable() {
                    self.finish(key)?;
                }
                if !more {
                    self.may_fill(key);
                }
                if more { Turn::More } else { Turn::Enough }
            }
            Ok(Got::End) => {
                self.leftover(key)?;
                self.heard_all(key)?;
                Turn::Enough
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                // Reading can also have made something to send, as TLS does.
                if !unit.is_droppable() {
                    self.finish(key)?;
                }
                Turn::Enough
            }
            Err(error) if port.is_connection() => {
                let (how, why) = (port::broken(&error), port::why(&error));
                self.leftover(key)?;
                self.broken(key, how, why)?;
                Turn::Enough
            }
            // An error that came back from the network fails the next call, whichever that is.
            Err(error) => {
                if port.faults(&mut self.tell)?.is_empty() {
                    return Err(Error::Wait(error));
                }
                self.ending.failed();
                Turn::More
            }
        };
        self.up.give_back(unit, batch);
        Ok(Some(turn))
    }

    /// Cuts what was received into frames, where that is asked for.
    fn received(&mut self, key: usize, batch: &mut Batch) -> Result<(), Error> {
        let now = self.tell.now().moment;
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        port.last = now;
        let hears = self.hears || port.purpose != Purpose::Send;
        if !hears {
            // It only sends: what comes is not wanted, and closing tells how much was left.
            return Ok(());
        }
        let Some(cutter) = &mut port.cutter else { return self.heard(key, batch) };
        let mut frames = std::mem::take(&mut self.up.frames);
        frames.clear();
        for chunk in batch.iter() {
            cutter.cut(now, chunk.bytes, chunk.facts, &mut frames);
        }
        if cutter.wakeup().is_some() {
            self.time(key);
        }
        let result = self.heard(key, &mut frames);
        self.up.frames = frames;
        result
    }

    /// The stream has ended: what was begun of a frame comes out as it is.
    pub(super) fn leftover(&mut self, key: usize) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let Some(cutter) = &mut port.cutter else { return Ok(()) };
        let mut frames = Batch::new();
        cutter.end(&mut frames);
        self.heard(key, &mut frames)
    }

    /// A pause may have ended a frame.
    pub(super) fn pause(&mut self, key: usize, now: Moment) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let Some(cutter) = &mut port.cutter else { return Ok(()) };
        let mut frames = Batch::new();
        cutter.due(now, &mut frames);
        if cutter.wakeup().is_some() {
            self.time(key);
        }
        self.heard(key, &mut frames)
    }

    /// Tells what was heard, and passes it on.
    fn heard(&mut self, key: usize, batch: &mut Batch) -> Result<(), Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let now = self.tell.turn();
        self.take_part(now.moment, batch);
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if port.is_connection() {
            for index in 0..batch.len() {
                let facts = batch.facts_mut(index);
                facts.number = port.number;
                // The kernel gives no times for Unix-domain streams.
                facts.time.get_or_insert((now.stamp, Clock::User));
            }
        }
        if !port.is_connection() && self.tell.guide().is_some() {
            let id = port.session.socket();
            for index in 0..batch.len() {
                let facts = batch.facts_mut(index);
                facts.number = self.ports.stranger(id, facts.peer);
            }
        }
        self.meet(key, batch);
        let answers = !matches!(self.answering.answer(), Answer::Nothing);
        self.rhythm.brisk = answers;
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if answers {
            port.session.answering();
        }
        if let Some(warning) = port.session.received(now, batch, self.ending.room()) {
            self.tell.event(&Event::Warning(warning))?;
        }
        self.ending.heard(batch.len(), now.moment);
        self.tail |= port.transport.unit().is_droppable();
        self.tell.messages(port, Direction::Rx, batch, 0..batch.len())?;
        self.pass_on(key, batch)
    }

    /// Of what came to this shard, leaves what is still wanted of the whole. The rest came after the last one that was,
    /// as what is left with the kernel.
    fn take_part(&mut self, now: Moment, batch: &mut Batch) {
        let Some(whole) = &self.whole else { return };
        let (granted, full) = whole.take(now, batch.len());
        batch.truncate(granted);
        if full {
            self.over = Some(End::Count);
        }
    }

    /// Takes note of who is heard without a connection, where there is something to send to them. The first
    /// may be the only one.
    fn meet(&mut self, key: usize, batch: &Batch) {
        let (first, sends) = (self.gate.first, self.sender.is_some());
        let Some(port) = self.ports.port(key) else { return };
        if port.is_connection() || port.purpose != Purpose::Listen || !(first || sends) {
            return;
        }
        for peer in batch.iter().filter_map(|message| message.facts.peer) {
            if first {
                port.session.stay_with(peer);
            }
            if !port.known.contains(&peer) && (!first || port.known.is_empty()) {
                port.known.push(peer);
            }
        }
    }

    /// Sends on to whom it concerns: the command of the peer, the peer of the command, the peer itself, all
    /// others.
    fn pass_on(&mut self, key: usize, batch: &mut Batch) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        if let Some(other) = port.pair {
            return self.forward(key, other, batch);
        }
        match self.answering.answer() {
            Answer::Nothing | Answer::Command(_) => Ok(()),
            Answer::Others => self.tell_others(key, batch),
            Answer::Chat => self.chat(key, batch),
            _ => {
                let way = self.answering.reply(port, batch, &mut self.tell, &mut self.ending)?;
                self.went(key, way)
            }
        }
    }

    fn forward(&mut self, from: usize, to: usize, batch: &mut Batch) -> Result<(), Error> {
        let Some(port) = self.ports.port(to) else { return Ok(()) };
        let peer = port.peer();
        for index in 0..batch.len() {
            let facts = batch.facts_mut(index);
            *facts = facts.answered();
            facts.peer = peer;
        }
        let all = 0..batch.len();
        let way = port.send(batch, all, &mut self.tell, &mut self.ending)?;
        let full = port.queue.bytes() > CHUNK;
        self.went(to, way)?;
        if let Some(port) = self.ports.port(from) {
            port.full = full;
        }
        self.refresh(from)
    }

    /// What one says all hear, but for those who do not read: what they miss is counted.
    pub(super) fn tell_others(&mut self, from: usize, batch: &mut Batch) -> Result<(), Error> {
        let most = self.gate.queue;
        for key in self.ports.accepted() {
            let Some(port) = self.ports.port(key).filter(|_| key != from) else { continue };
            if port.reach.is_some() {
                continue;
            }
            if port.queue.bytes() + batch.bytes() > most {
                miss(port, batch);
                continue;
            }
            let (peer, number) = (port.peer(), port.number);
            for index in 0..batch.len() {
                let facts = batch.facts_mut(index);
                *facts = facts.answered();
                (facts.peer, facts.number) = (peer, number);
            }
            let all = 0..batch.len();
            let way = port.send(batch, all, &mut self.tell, &mut self.ending)?;
            self.went(key, way)?;
            self.caught_up(key)?;
        }
        Ok(())
    }

    /// A peer that missed something reads again: it is told how much.
    fn caught_up(&mut self, key: usize) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let (messages, bytes) = std::mem::take(&mut port.missed);
        if messages == 0 {
            return Ok(());
        }
        let (peer, id) = (port.peer(), port.session.socket());
        self.tell.warn(id, sockscope_core::event::Trouble::Missed { peer, messages, bytes })
    }

    /// Sends answers whose time has come.
    pub(super) fn delayed(&mut self, now: Moment) -> Result<(), Error> {
        while let Some((id, answer)) = self.answering.due(now) {
            let Some(key) = self.ports.key(id) else { continue };
            let Some(port) = self.ports.port(key) else { continue };
            let way = self.answering.carry_out(port, answer, &mut self.tell, &mut self.ending)?;
            self.went(key, way)?;
        }
        Ok(())
    }
}

/// Counts what a peer misses.
fn miss(port: &mut Port, batch: &Batch) {
    port.missed.0 += batch.len() as u64;
    port.missed.1 += batch.bytes() as u64;
}

impl Up {
    /// The batch that takes what a socket of this kind receives.
    fn take(&mut self, unit: Unit) -> Batch {
        let batch = std::mem::take(self.place(unit));
        if batch.slots() > 0 {
            return batch;
        }
        match unit {
            Unit::Wire(_) => batch,
            // Nothing is cut out of a stream by reading less at once.
            Unit::Chunk if self.buffer == WHOLE => Batch::with_slots(1, CHUNK),
            Unit::Chunk => Batch::with_slots(1, self.buffer),
            _ => Batch::with_slots((UP_MEMORY / self.buffer).clamp(1, SLOTS), self.buffer),
        }
    }

    fn give_back(&mut self, unit: Unit, batch: Batch) {
        *self.place(unit) = batch;
    }

    fn place(&mut self, unit: Unit) -> &mut Batch {
        match unit {
            Unit::Chunk => &mut self.chunks,
            Unit::Wire(_) => &mut self.packets,
            _ => &mut self.datagrams,
        }
    }
}
