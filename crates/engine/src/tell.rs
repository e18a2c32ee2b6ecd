//! Tells the bus what happens, with the time and the names of interfaces.

use std::ops::Range;

use sockscope_core::batch::Batch;
use sockscope_core::event::{Event, Interfaces, Messages, Opened, Purpose, Trouble};
use sockscope_core::facts::Direction;
use sockscope_core::moment::Now;

use crate::bus::Bus;
use crate::clock::Clock;
use crate::error::Error;
use crate::port::Port;

/// The way from a run to its bus.
pub(crate) struct Teller<'a, 'b> {
    clock: Clock,
    bus: &'a mut Bus<'b>,
    interfaces: Interfaces,
}

impl<'a, 'b> Teller<'a, 'b> {
    /// `hears`: messages will come in whose interface is to be named.
    pub(crate) fn new(bus: &'a mut Bus<'b>, hears: bool) -> Self {
        let interfaces = if hears { sockscope_net::interfaces::names() } else { Interfaces::default() };
        Self { clock: Clock::start(), bus, interfaces }
    }

    pub(crate) fn now(&self) -> Now {
        self.clock.now()
    }

    pub(crate) fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        self.bus.emit(event).map_err(Error::Output)
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
        let messages = Messages {
            socket: port.session.socket(),
            direction,
            batch,
            range,
            local: port.transport.local(),
            interfaces: &self.interfaces,
        };
        self.bus.emit(&Event::Messages(messages)).map_err(Error::Output)
    }

    pub(crate) fn opened(&mut self, port: &Port, purpose: Purpose, endpoint: &str) -> Result<(), Error> {
        self.event(&Event::Opened(Opened {
            socket: port.session.socket(),
            time: self.now().stamp,
            purpose,
            endpoint,
            local: port.transport.local(),
            remote: port.transport.remote(),
            granted: port.transport.granted(),
        }))
    }

    pub(crate) fn trouble(&mut self, port: &Port, what: Trouble) -> Result<(), Error> {
        let warning = port.session.warning(self.now(), what);
        self.event(&Event::Warning(warning))
    }
}
