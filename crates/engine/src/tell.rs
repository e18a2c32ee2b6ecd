//! Tells the bus what happens, with the time and the names of interfaces.

use std::cell::Cell;
use std::ops::Range;

use sockscope_core::batch::Batch;
use sockscope_core::connection::Inside;
use sockscope_core::event::{
    Closed, End, Event, Interfaces, Messages, Opened, SocketId, State, Trouble, Warning,
};
use sockscope_core::facts::{Direction, Peer, Unit};
use sockscope_core::moment::Now;

use crate::bus::Bus;
use crate::clock::Clock;
use crate::error::Error;
use crate::guide::Guide;
use crate::port::Port;
use crate::ports::Door;

/// The way from a run to its bus, and to who guides it.
pub(crate) struct Teller<'a, 'b> {
    clock: Clock,
    /// The time when the clock was last looked at in this turn.
    turn: Cell<Option<Now>>,
    bus: &'a mut Bus<'b>,
    interfaces: Interfaces,
    guide: Option<Box<dyn Guide>>,
}

impl<'a, 'b> Teller<'a, 'b> {
    /// `hears`: messages will come in whose interface is to be named.
    pub(crate) fn new(bus: &'a mut Bus<'b>, hears: bool, clock: Clock) -> Self {
        let interfaces = if hears { sockscope_net::interfaces::names() } else { Interfaces::default() };
        Self { clock, turn: Cell::new(None), bus, interfaces, guide: None }
    }

    /// The time.
    pub(crate) fn now(&self) -> Now {
        let now = self.clock.now();
        self.turn.set(Some(now));
        now
    }

    /// The time as it was when the clock was last looked at in this turn: to look costs as much as a tenth of what a
    /// message does that is answered.
    pub(crate) fn turn(&self) -> Now {
        self.turn.get().unwrap_or_else(|| self.now())
    }

    /// Time goes by: the next turn looks anew.
    pub(crate) fn rests(&self) {
        self.turn.set(None);
    }

    /// From now on `guide` hears everything too.
    pub(crate) fn follow(&mut self, guide: Box<dyn Guide>) {
        self.guide = Some(guide);
    }

    /// Who says what to do next, if anybody does.
    pub(crate) fn guide(&self) -> Option<&dyn Guide> {
        self.guide.as_deref()
    }

    /// The same, to be asked.
    pub(crate) fn guide_mut(&mut self) -> Option<&mut Box<dyn Guide>> {
        self.guide.as_mut()
    }

    /// The guide's order to open something has this number.
    pub(crate) fn begun(&mut self, name: Option<&str>, socket: SocketId) {
        if let (Some(guide), Some(name)) = (&mut self.guide, name) {
            guide.begun(name, socket);
        }
    }

    #[inline]
    pub(crate) fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        self.bus.emit(event).map_err(Error::Output)?;
        if let Some(guide) = &mut self.guide {
            let now = self.turn.get().unwrap_or_else(|| self.clock.now());
            guide.event(now, event);
        }
        Ok(())
    }

    pub(crate) fn idle(&mut self) -> Result<(), Error> {
        self.bus.idle().map_err(Error::Output)
    }

    pub(crate) fn messages(
        &mut self,
        port: &Port,
        direction: Direction,
        batch: &Batch,
        range: Range<usize>,
    ) -> Result<(), Error> {
        if range.is_empty() {
            return Ok(());
        }
        // Taken out while it is lent to the event.
        let interfaces = std::mem::take(&mut self.interfaces);
        let messages = Messages {
            socket: port.session.socket(),
            direction,
            unit: port.unit(),
            batch,
            range,
            local: port.transport.local(),
            interfaces: &interfaces,
        };
        let result = self.event(&Event::Messages(messages));
        self.interfaces = interfaces;
        result
    }

    /// A socket is open. A peer still counts as told where its listener turned it away.
    pub(crate) fn opened(&mut self, port: &mut Port) -> Result<(), Error> {
        port.told = true;
        self.event(&Event::Opened(Opened {
            socket: port.session.socket(),
            time: self.now().stamp,
            purpose: port.purpose,
            unit: port.unit(),
            endpoint: &port.endpoint,
            local: port.transport.local(),
            remote: port.transport.remote(),
            granted: port.transport.granted(),
            parent: port.parent,
            number: port.number,
            name: port.name.as_deref(),
            connection: port.transport.connection(),
        }))
    }

    pub(crate) fn listening(&mut self, door: &Door) -> Result<(), Error> {
        self.event(&Event::Opened(Opened {
            socket: door.id,
            time: self.now().stamp,
            purpose: door.purpose,
            unit: if door.framing.is_some() { Unit::Frame } else { door.listener.unit() },
            endpoint: &door.text,
            local: door.listener.local(),
            remote: None::<Peer>,
            granted: door.listener.granted(),
            parent: None,
            number: None,
            name: door.name.as_deref(),
            connection: door.listener.connection(),
        }))
    }

    /// A listener is closed.
    pub(crate) fn shut(&mut self, door: &Door, why: End) -> Result<(), Error> {
        let (socket, time) = (door.id, self.now().stamp);
        let (totals, inside) = (door.totals, Inside::default());
        self.event(&Event::Closed(Closed { socket, time, why, totals, pace: None, inside }))
    }

    /// How a socket stands, because somebody asked.
    pub(crate) fn state(&mut self, port: &Port) -> Result<(), Error> {
        let plain = sockscope_core::connection::Connection::default();
        self.event(&Event::State(State {
            socket: port.session.socket(),
            time: self.now().stamp,
            peer: port.peer(),
            connection: port.transport.connection().unwrap_or(&plain),
            inside: port.transport.inside(),
            totals: *port.session.totals(),
            queued: port.queue.bytes() as u64,
        }))
    }

    pub(crate) fn trouble(&mut self, port: &Port, what: Trouble) -> Result<(), Error> {
        self.warn(port.session.socket(), what)
    }

    pub(crate) fn warn(&mut self, socket: SocketId, what: Trouble) -> Result<(), Error> {
        self.event(&Event::Warning(Warning { socket, time: self.now().stamp, what }))
    }
}
