//! Payload bytes and nothing else.

use sockscope_core::event::{Event, Messages};
use sockscope_core::facts::Direction;

use crate::Render;

/// Shows the payload of every received message, unchanged, with nothing between.
#[derive(Debug, Clone, Copy, Default)]
pub struct Raw;

impl Render for Raw {
    fn event(&mut self, _seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        if let Some(plain) = self.plain(event) {
            plain.slices().for_each(|bytes| out.extend_from_slice(bytes));
        }
    }

    fn plain<'a>(&self, event: &'a Event<'_>) -> Option<Plain<'a>> {
        match event {
            Event::Messages(messages) if messages.direction == Direction::Rx => Some(Plain(messages)),
            Event::Messages(_)
            | Event::Opened(_)
            | Event::Ended(_)
            | Event::State(_)
            | Event::Mark(_)
            | Event::Warning(_)
            | Event::Closed(_) => None,
        }
    }
}

/// Bytes of an event, to be shown as they are: the payloads of its messages, in order.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'a>(&'a Messages<'a>);

impl<'a> Plain<'a> {
    /// The payloads in order, none copied. Each may be empty.
    pub fn slices(self) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().map(|message| message.bytes)
    }
}
