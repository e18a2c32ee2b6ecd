//! Keeps who sent how much, to be told in the end.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use sockscope::bus::Sink;
use sockscope::core::event::Event;
use sockscope::core::facts::Direction;
use sockscope::core::tally::Tally;

/// A sink that keeps the table.
#[derive(Clone)]
pub(crate) struct Counts(Rc<RefCell<Tally>>);

impl Counts {
    /// For at most so many peers.
    pub(crate) fn new(most: usize) -> Self {
        Self(Rc::new(RefCell::new(Tally::new(most))))
    }

    /// What was counted.
    pub(crate) fn tally(&self) -> Tally {
        self.0.borrow().clone()
    }
}

impl Sink for Counts {
    fn event(&mut self, _seq: u64, event: &Event<'_>) -> io::Result<()> {
        if let Event::Messages(messages) = event
            && messages.direction == Direction::Rx
        {
            let mut tally = self.0.borrow_mut();
            for message in messages.iter() {
                if let Some(peer) = message.facts.peer {
                    tally.add(peer, message.bytes.len(), message.facts.time.map(|(time, _)| time));
                }
            }
        }
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}
