//! The sequence numbers of a connection, as far as they follow from what passed.

use sockscope_core::facts::Direction;

use super::headers::Tcp;
use crate::flow::Flags;

/// One side that sends.
#[derive(Debug, Clone, Copy, Default)]
struct Half {
    next: u32,
    ended: bool,
    /// Bytes sent that no packet of the other side has acknowledged.
    open: u64,
}

/// Both sides. Numbers begin at 0, with the SYN.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stream {
    sent: Half,
    received: Half,
}

impl Stream {
    fn halves(&mut self, direction: Direction) -> (&mut Half, &mut Half) {
        match direction {
            Direction::Tx => (&mut self.sent, &mut self.received),
            Direction::Rx => (&mut self.received, &mut self.sent),
        }
    }

    /// The header of what one side sends: `len` bytes, and what the flags take up.
    pub(super) fn send(&mut self, direction: Direction, flags: Flags, len: usize) -> Tcp {
        let (half, other) = self.halves(direction);
        let seq = half.next;
        let marks = u32::from(flags.has(Flags::SYN)) + u32::from(flags.has(Flags::FIN));
        half.next = seq.wrapping_add(len as u32).wrapping_add(marks);
        half.ended |= flags.has(Flags::FIN) || flags.has(Flags::RST);
        half.open += len as u64;
        let acknowledges = flags.has(Flags::ACK);
        if acknowledges {
            other.open = 0;
        }
        Tcp { seq, ack: if acknowledges { other.next } else { 0 }, flags }
    }

    /// Whether one side has ended.
    pub(super) fn ended(&self, direction: Direction) -> bool {
        match direction {
            Direction::Tx => self.sent.ended,
            Direction::Rx => self.received.ended,
        }
    }

    /// Whether so much was sent without an answer that the other side must have acknowledged some: more never
    /// fits into a window (RFC 7323 section 2.3).
    pub(super) fn owes(&self, direction: Direction) -> bool {
        const MANY: u64 = 1 << 29;
        let half = if direction == Direction::Tx { self.sent } else { self.received };
        half.open > MANY
    }
}
