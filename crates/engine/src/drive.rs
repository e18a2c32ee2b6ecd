//! The one loop: carries out what a plan says, feeds what arrives and the time, tells everything.

use std::io;
use std::time::Duration;

use sockscope_core::batch::Batch;
use sockscope_core::ending::Ending;
use sockscope_core::event::{End, Event, Totals};
use sockscope_core::facts::Direction;
use sockscope_core::moment::Now;
use sockscope_net::wait::{Watch, wait};

use crate::answer::{Answering, Fields};
use crate::bus::Bus;
use crate::down::Sender;
use crate::error::Error;
use crate::plan::{Place, Plan};
use crate::port::Port;
use crate::stop::Stop;
use crate::tell::Teller;

/// Messages taken from the kernel in one call.
const SLOTS: usize = 64;
/// Memory for received messages at most, in bytes.
const UP_MEMORY: usize = 4 << 20;
/// Batches taken from one socket before the others, the keyboard and the clock get their turn.
const TURNS: usize = 16;
/// When nothing has come for this long after messages did, the kernel is asked whether it dropped some:
/// after the last message nothing else would tell.
const TAIL: Duration = Duration::from_millis(100);

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Why it ended.
    pub end: End,
    /// What went through all sockets together.
    pub totals: Totals,
}

/// Runs a plan to its end. Everything that happens goes to `bus`.
pub fn run(plan: Plan, bus: &mut Bus<'_>, stop: &Stop) -> Result<Outcome, Error> {
    let mut run = Run::open(plan, bus)?;
    loop {
        match run.step(stop) {
            Ok(None) => {}
            Ok(Some(end)) => return run.close(end),
            Err(error) => {
                // What was done until then is told all the same; the first error is the one that counts.
                let _ = run.close(End::Failed);
                return Err(error);
            }
        }
    }
}

/// A run under way.
struct Run<'a, 'b> {
    ports: Vec<Port>,
    up: Batch,
    answering: Answering,
    sender: Option<Sender>,
    ending: Ending,
    tell: Teller<'a, 'b>,
    hears: bool,
    /// Messages came since the kernel was last asked for drops.
    tail: bool,
}

impl<'a, 'b> Run<'a, 'b> {
    fn open(plan: Plan, bus: &'a mut Bus<'b>) -> Result<Self, Error> {
        let sends = matches!(plan.place, Place::Send(..));
        let hears = !sends || plan.limits.wait.is_some();
        let mut tell = Teller::new(bus, hears);
        let (ports, sender) = match plan.place {
            Place::Listen(endpoints, purpose) => {
                (Port::listen(&endpoints, purpose, plan.only, &mut tell)?, None)
            }
            Place::Send(endpoint, down) => {
                let fields = Fields::new(plan.seed, plan.utc_offset);
                let (sender, port) = Sender::open(endpoint, down, fields, hears, plan.only, &mut tell)?;
                (vec![port], Some(sender))
            }
        };
        let slot = plan.buffer.max(1);
        let slots = (UP_MEMORY / slot).clamp(1, SLOTS);
        let ending = Ending::new(plan.limits, sends, tell.now().moment);
        Ok(Self {
            ports,
            up: if hears { Batch::with_slots(slots, slot) } else { Batch::new() },
            answering: Answering::new(plan.answer, plan.seed, plan.utc_offset),
            sender,
            ending,
            tell,
            hears,
            tail: false,
        })
    }

    /// One turn: send what is due, take in what is there, and wait if there was nothing to do.
    fn step(&mut self, stop: &Stop) -> Result<Option<End>, Error> {
        if stop.asked() {
            return Ok(Some(End::Stopped));
        }
        let sent = self.send()?;
        let heard = self.hear()?;
        let now = self.tell.now();
        if self.ending.over(now.moment).is_some() {
            // An error that has come back by now still changes the verdict.
            self.faults()?;
            return Ok(self.ending.over(now.moment));
        }
        if !sent && !heard {
            self.rest(now, stop)?;
        }
        Ok(None)
    }

    /// Sends what is due; returns whether there was something.
    fn send(&mut self) -> Result<bool, Error> {
        let Some(sender) = &mut self.sender else { return Ok(false) };
        let did = sender.turn(&mut self.ports[0], &mut self.tell, &mut self.ending)?;
        if sender.done() {
            self.ending.all_sent(self.tell.now().moment);
        }
        Ok(did)
    }

    /// Takes in what has arrived; returns whether there may be more.
    fn hear(&mut self) -> Result<bool, Error> {
        let mut more = false;
        for index in 0..if self.hears { self.ports.len() } else { 0 } {
            let mut turns = TURNS;
            while turns > 0 && self.ending.room() > 0 && self.receive(index)? {
                turns -= 1;
            }
            more |= turns == 0;
        }
        Ok(more)
    }

    /// Takes one batch from one socket; returns whether it was full, so that there may be more.
    fn receive(&mut self, index: usize) -> Result<bool, Error> {
        let room = self.ending.room().min(self.up.slots());
        let port = &mut self.ports[index];
        match port.transport.receive(&mut self.up, room) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            // An error that came back from the network fails the next call, whichever that is.
            Err(error) if port.faults(&mut self.tell)?.is_empty() => return Err(Error::Wait(error)),
            Err(_) => {
                self.ending.failed();
                return Ok(true);
            }
        }
        let full = self.up.len() == room;
        let now = self.tell.now();
        if let Some(warning) = port.session.received(now, &mut self.up) {
            self.tell.event(&Event::Warning(warning))?;
        }
        self.ending.heard(self.up.len(), now.moment);
        self.tail = true;
        self.tell.messages(port, Direction::Rx, &self.up, 0..self.up.len())?;
        self.answering.answer(port, &mut self.up, &mut self.tell, &mut self.ending)?;
        Ok(full)
    }

    /// Shows what was held back, then waits until something can be done.
    fn rest(&mut self, now: Now, stop: &Stop) -> Result<(), Error> {
        self.tell.idle()?;
        if let Some(sender) = &mut self.sender {
            sender.ask();
        }
        let due = self.sender.as_ref().and_then(Sender::due);
        let wakeup = [due, self.ending.wakeup()].into_iter().flatten().min();
        let tail = self.tail.then_some(TAIL);
        let timeout = [wakeup.map(|at| at - now.moment), tail].into_iter().flatten().min();
        let ready = self.wait(timeout, stop)?;
        if ready.none && self.tail {
            self.tail = false;
            self.drops()?;
        }
        if ready.input
            && let Some(sender) = &mut self.sender
        {
            sender.read()?;
        }
        if ready.fault { self.faults() } else { Ok(()) }
    }

    fn wait(&self, timeout: Option<Duration>, stop: &Stop) -> Result<Ready, Error> {
        let input = self.sender.as_ref().and_then(Sender::awaits);
        let mut watches = Vec::with_capacity(self.ports.len() + 2);
        watches.push(Watch::readable(stop.fd()));
        watches.extend(self.ports.iter().map(|port| Watch::readable(port.transport.fd())));
        watches.extend(input.map(Watch::readable));
        let any = wait(&mut watches, timeout).map_err(Error::Wait)?;
        if watches[0].ready() {
            stop.heard();
        }
        let (ports, rest) = watches[1..].split_at(self.ports.len());
        Ok(Ready { none: !any, fault: ports.iter().any(Watch::failed), input: rest.iter().any(Watch::ready) })
    }

    /// Tells every error that came back.
    fn faults(&mut self) -> Result<(), Error> {
        for port in &mut self.ports {
            if !port.faults(&mut self.tell)?.is_empty() {
                self.ending.failed();
            }
        }
        Ok(())
    }

    fn drops(&mut self) -> Result<(), Error> {
        self.ports.iter_mut().try_for_each(|port| port.drops(&mut self.tell))
    }

    fn close(mut self, end: End) -> Result<Outcome, Error> {
        if self.hears {
            self.drops()?;
        }
        let pace = self.sender.as_ref().and_then(Sender::pace);
        let mut totals = Totals::default();
        for port in &self.ports {
            totals.add(port.session.totals());
            port.close(end, pace, &mut self.tell)?;
        }
        self.tell.idle()?;
        Ok(Outcome { end, totals })
    }
}

/// What ended a wait.
struct Ready {
    none: bool,
    fault: bool,
    input: bool,
}
