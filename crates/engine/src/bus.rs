//! One event to many sinks.

use std::io;

use sockscope_core::event::Event;

/// Something that takes events: screen rows, JSON lines, a recording, statistics.
pub trait Sink {
    /// Takes one event. `seq` numbers it within the run; for messages it is the number of the first one,
    /// the others follow.
    fn event(&mut self, seq: u64, event: &Event<'_>) -> io::Result<()>;

    /// Nothing more is there just now: what was held back should be shown.
    fn idle(&mut self) -> io::Result<()>;
}

/// Numbers events and hands each to every sink.
#[derive(Default)]
pub struct Bus<'a> {
    sinks: Vec<Box<dyn Sink + 'a>>,
    last: u64,
}

impl std::fmt::Debug for Bus<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus").field("sinks", &self.sinks.len()).field("last", &self.last).finish()
    }
}

impl<'a> Bus<'a> {
    /// A bus without sinks: events go nowhere.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sink.
    pub fn with(mut self, sink: impl Sink + 'a) -> Self {
        self.sinks.push(Box::new(sink));
        self
    }

    /// Adds a sink that hears of everything before the others do.
    pub fn before(mut self, sink: impl Sink + 'a) -> Self {
        self.sinks.insert(0, Box::new(sink));
        self
    }

    /// Hands an event to every sink. Messages take one number each, everything else takes one.
    pub fn emit(&mut self, event: &Event<'_>) -> io::Result<()> {
        // Whoever looks at two sinks at once, as on a terminal, is to see messages between the opening
        // and the closing of their socket.
        if matches!(event, Event::Opened(_) | Event::Closed(_)) {
            self.idle()?;
        }
        let first = self.last + 1;
        self.last += match event {
            Event::Messages(messages) => messages.range.len() as u64,
            _ => 1,
        };
        self.sinks.iter_mut().try_for_each(|sink| sink.event(first, event))
    }

    /// Nothing more is there just now.
    pub fn idle(&mut self) -> io::Result<()> {
        self.sinks.iter_mut().try_for_each(|sink| sink.idle())
    }
}
