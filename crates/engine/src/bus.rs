//! One event to many sinks.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// Number of the last event, of all buses that share it.
    last: Arc<AtomicU64>,
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

    /// Numbers its events together with every other bus that is given the same `last`, the number of the last event: no
    /// two have the same number, and none is left out.
    pub fn numbered(mut self, last: Arc<AtomicU64>) -> Self {
        self.last = last;
        self
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
        let count = match event {
            Event::Messages(messages) => messages.range.len() as u64,
            _ => 1,
        };
        let first = self.last.fetch_add(count, Ordering::Relaxed) + 1;
        self.sinks.iter_mut().try_for_each(|sink| sink.event(first, event))
    }

    /// Nothing more is there just now.
    pub fn idle(&mut self) -> io::Result<()> {
        self.sinks.iter_mut().try_for_each(|sink| sink.idle())
    }
}
