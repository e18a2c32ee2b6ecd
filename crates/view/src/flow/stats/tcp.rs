//! How a TCP conversation went.

use std::time::Duration;

use sockscope_core::facts::Stamp;

use super::Histogram;
use crate::flow::{Flags, Mark, SeenTcp, Segment, Side, Step, Tcp};

/// What TCP tells of a conversation.
#[derive(Debug, Default)]
pub struct TcpStats {
    syn: Option<Stamp>,
    answered: Option<Stamp>,
    /// From the last SYN to its answer, where both were seen.
    pub answer: Option<Duration>,
    /// From the answer to its acknowledgment.
    pub confirm: Option<Duration>,
    sides: [TcpSide; 2],
    closed: Option<Closed>,
    fins: [bool; 2],
}

/// What one side sent, and how it went.
#[derive(Debug, Default)]
pub struct TcpSide {
    /// How long it took until its segments were acknowledged.
    pub rtt: Histogram,
    /// Segments sent again.
    pub retransmissions: u64,
    /// Segments that were overtaken.
    pub out_of_order: u64,
    /// Acknowledgments that said nothing new.
    pub duplicate_acks: u64,
    /// Holes before its segments: lost, late or not captured.
    pub gaps: u64,
    /// For how long it had no room.
    pub zero_window: Duration,
    closed_since: Option<Stamp>,
    /// Most bytes in flight, where that is known.
    pub in_flight: Option<u32>,
    /// Largest payload of a segment in bytes.
    pub largest: u32,
}

/// Who ended it first, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// This side sent the first FIN; whether the other one did so too.
    Fin(Side, bool),
    /// This side reset it.
    Reset(Side),
}

impl TcpStats {
    /// What one side sent.
    pub fn sent(&self, side: Side) -> &TcpSide {
        &self.sides[side as usize]
    }

    /// Who ended it; a reset counts wherever there was one, since it is what ends a connection.
    pub fn closed(&self) -> Option<Closed> {
        match self.closed {
            Some(Closed::Fin(side, _)) => Some(Closed::Fin(side, self.fins.iter().all(|fin| *fin))),
            other => other,
        }
    }

    /// From the SYN to the acknowledgment of its answer.
    pub fn handshake(&self) -> Option<Duration> {
        Some(self.answer? + self.confirm?)
    }

    pub(super) fn take(&mut self, from: Side, segment: &Segment<'_>, head: &Tcp, seen: &SeenTcp) {
        self.step(segment.time, seen.step);
        self.end(from, seen);
        if let Some(acks) = seen.acks {
            self.sides[from.other() as usize].rtt.add(acks.after);
        }
        let side = &mut self.sides[from as usize];
        let count = |mark| u64::from(seen.marks.has(mark));
        side.retransmissions += count(Mark::Retransmission);
        side.out_of_order += count(Mark::OutOfOrder);
        side.duplicate_acks += count(Mark::DuplicateAck);
        side.gaps += count(Mark::PreviousNotCaptured);
        side.largest = side.largest.max(segment.len);
        side.in_flight = side.in_flight.max(seen.in_flight);
        if !head.flags.has(Flags::RST) {
            side.window(segment.time, head.window);
        }
    }

    fn step(&mut self, now: Stamp, step: Option<Step>) {
        let since = |then: Stamp| Duration::from_nanos(now.0.saturating_sub(then.0));
        match step {
            Some(Step::Syn) => self.syn = Some(now),
            Some(Step::SynAck) => {
                self.answered = Some(now);
                self.answer = self.syn.map(since);
            }
            Some(Step::Ack) => self.confirm = self.answered.map(since),
            None => {}
        }
    }

    fn end(&mut self, from: Side, seen: &SeenTcp) {
        self.fins[from as usize] |= seen.fin;
        match self.closed {
            None if seen.fin => self.closed = Some(Closed::Fin(from, false)),
            None | Some(Closed::Fin(..)) if seen.rst => self.closed = Some(Closed::Reset(from)),
            _ => {}
        }
    }
}

impl TcpSide {
    /// Counts for how long there is no room. Until the end of the recording nothing ends it.
    fn window(&mut self, now: Stamp, window: u16) {
        if let Some(since) = self.closed_since.take() {
            self.zero_window += Duration::from_nanos(now.0.saturating_sub(since.0));
        }
        if window == 0 {
            self.closed_since = Some(now);
        }
    }
}
