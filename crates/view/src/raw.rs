//! Payload bytes and nothing else.

use sockscope_core::event::Event;
use sockscope_core::facts::Direction;

use crate::Render;

/// Shows the payload of every received message, unchanged, with nothing between.
#[derive(Debug, Clone, Copy, Default)]
pub struct Raw;

impl Render for Raw {
    fn event(&mut self, _seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Messages(messages) if messages.direction == Direction::Rx => {
                for message in messages.iter() {
                    out.extend_from_slice(message.bytes);
                }
            }
            Event::Messages(_)
            | Event::Opened(_)
            | Event::Ended(_)
            | Event::State(_)
            | Event::Warning(_)
            | Event::Closed(_) => {}
        }
    }
}
