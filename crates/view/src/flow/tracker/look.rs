//! One segment beside those before it: which marks it gets.

use super::half::{Half, Reached, Said};
use super::{Duplicate, SeenTcp};
use crate::flow::seq::{after, before};
use crate::flow::{Flags, Mark, Segment, Tcp};

/// A retransmission this soon after the duplicate acknowledgments that ask for it is a fast one, in nanoseconds.
const FAST: u64 = 20_000_000;

/// How soon after the highest byte a segment behind it counts as overtaken, where the handshake did not tell how long
/// a round trip takes; in nanoseconds.
const OVERTAKEN: u64 = 3_000_000;

/// A segment, and both sides as they were before it.
pub(super) struct Look<'t> {
    pub(super) own: &'t mut Half,
    pub(super) peer: &'t mut Half,
    pub(super) segment: &'t Segment<'t>,
    pub(super) tcp: &'t Tcp,
    /// Round trip of the handshake in nanoseconds.
    pub(super) trip: Option<u64>,
    pub(super) seen: SeenTcp,
}

impl Look<'_> {
    /// Fills in what is seen, and remembers what later segments are compared with.
    pub(super) fn analyse(&mut self) {
        self.numbers();
        if !self.probe() {
            self.window();
            self.order();
            self.repeats();
        }
        self.acked_unseen();
        if self.segment.len > 0 || self.opens_or_ends() {
            self.again();
        }
        self.remember();
        self.acknowledge();
    }

    fn opens_or_ends(&self) -> bool {
        self.tcp.flags.has(Flags::SYN) || self.tcp.flags.has(Flags::FIN)
    }

    /// Neither SYN nor FIN nor RST.
    fn plain(&self) -> bool {
        !self.opens_or_ends() && !self.tcp.flags.has(Flags::RST)
    }

    /// The sequence number that follows the payload.
    fn end(&self) -> u32 {
        self.tcp.seq.wrapping_add(self.segment.len)
    }

    /// The same with SYN and FIN counted.
    fn next(&self) -> u32 {
        self.end().wrapping_add(u32::from(self.opens_or_ends()))
    }

    fn reached(&self) -> Option<u32> {
        self.own.reached.map(|reached| reached.next)
    }

    fn next_in_line(&self) -> bool {
        self.reached() == Some(self.tcp.seq)
    }

    /// Whether acknowledgment and perhaps window are those that its sender said last.
    fn says_again(&self, window: bool) -> bool {
        self.own.said.is_some_and(|said| {
            said.ack == self.tcp.ack && (said.window == self.tcp.window) == window && self.next_in_line()
        })
    }

    fn mark(&mut self, mark: Mark) {
        self.seen.marks.set(mark);
    }

    fn numbers(&mut self) {
        let flags = self.tcp.flags;
        let more = u32::from(flags.has(Flags::SYN)) + u32::from(flags.has(Flags::FIN));
        self.seen.seq = self.own.relative(self.tcp.seq);
        self.seen.next = self.own.relative(self.end().wrapping_add(more));
        self.seen.ack = self.tcp.ack.map(|ack| self.peer.relative(ack));
        self.seen.window = self.own.window(self.tcp);
        self.seen.fin = flags.has(Flags::FIN) && !self.own.fin;
        self.seen.rst = flags.has(Flags::RST);
        self.own.fin |= flags.has(Flags::FIN);
    }

    /// One byte into a window of zero.
    fn probe(&mut self) -> bool {
        let closed = self.peer.said.is_some_and(|said| said.window == 0);
        let probe = self.segment.len == 1 && self.next_in_line() && closed;
        if probe {
            self.mark(Mark::ZeroWindowProbe);
        }
        probe
    }

    fn window(&mut self) {
        if !self.plain() {
            return;
        }
        if self.tcp.window == 0 {
            self.mark(Mark::ZeroWindow);
        } else if self.segment.len == 0 && self.says_again(false) {
            self.mark(Mark::WindowUpdate);
        }
        if self.segment.len > 0 && self.peer.edge() == Some(self.end()) {
            self.mark(Mark::WindowFull);
        }
    }

    fn order(&mut self) {
        let Some(reached) = self.reached() else { return };
        if after(self.tcp.seq, reached) && !self.tcp.flags.has(Flags::RST) {
            self.mark(Mark::PreviousNotCaptured);
            self.own.hole = true;
        }
        if self.segment.len <= 1 && self.tcp.seq == reached.wrapping_sub(1) && self.plain() {
            self.mark(Mark::KeepAlive);
        }
    }

    /// Whether a segment without payload says nothing new.
    fn repeats(&mut self) {
        if self.segment.len > 0 || !self.plain() {
            return;
        }
        if self.tcp.window > 0 {
            if !self.says_again(true) {
                return;
            }
            if self.peer.marks.has(Mark::KeepAlive) {
                return self.mark(Mark::KeepAliveAck);
            }
            self.own.duplicates += 1;
            self.seen.duplicate = Some(Duplicate { number: self.own.duplicates, of: self.own.said_first });
            return self.mark(Mark::DuplicateAck);
        }
        self.probe_answer();
    }

    /// A window that is still zero after a probe, whether or not the byte was taken.
    fn probe_answer(&mut self) {
        let Some(said) = self.own.said.filter(|said| said.window == 0) else { return };
        let Some(ack) = self.tcp.ack else { return };
        let next = self.peer.reached.map(|reached| reached.next.wrapping_add(1));
        let taken = said.ack == Some(ack.wrapping_sub(1)) && next == Some(ack);
        let asked = self.peer.marks.has(Mark::ZeroWindowProbe);
        if !asked || !self.next_in_line() || !(taken || said.ack == Some(ack)) {
            return;
        }
        self.mark(Mark::ZeroWindowProbeAck);
        if taken {
            if let Some(reached) = &mut self.peer.reached {
                reached.next = ack;
            }
            self.peer.whole = Some(ack);
        }
    }

    /// Bytes acknowledged that were not seen: once for each hole, and once beyond everything seen.
    fn acked_unseen(&mut self) {
        let (Some(ack), Some(whole)) = (self.tcp.ack, self.peer.whole) else { return };
        let reached = self.peer.reached.map_or(whole, |reached| reached.next);
        if !after(ack, whole) || (whole == reached && self.peer.told) {
            return;
        }
        self.mark(Mark::AckedNotCaptured);
        self.peer.told |= whole == reached;
        self.peer.whole = Some(reached);
    }

    /// Which of the ways in which a segment may lie behind the highest byte.
    fn again(&mut self) {
        if self.seen.marks.has(Mark::KeepAlive) {
            return;
        }
        let acked = self.peer.said.and_then(|said| said.ack);
        if self.segment.len > 0 && acked.is_some_and(|ack| !after(self.end(), ack)) {
            self.mark(Mark::Retransmission);
            return self.mark(Mark::SpuriousRetransmission);
        }
        let Some(reached) = self.own.reached else { return };
        // More than a byte from just before the end adds something: the byte before was a probe.
        let adds = self.segment.len > 1 && self.tcp.seq == reached.next.wrapping_sub(1);
        if !before(self.tcp.seq, reached.next) || adds {
            return;
        }
        let since = self.segment.time.0.checked_sub(reached.time.0);
        let soon = since.is_some_and(|since| since < self.trip.unwrap_or(OVERTAKEN));
        if self.asked_for() {
            self.mark(Mark::Retransmission);
            self.mark(Mark::FastRetransmission);
        } else if soon && reached.next != self.next() {
            self.mark(Mark::OutOfOrder);
        } else {
            self.mark(Mark::Retransmission);
        }
        self.seen.again = self.own.unacked.began(self.tcp.seq, self.segment.time);
    }

    /// Whether the other side has just asked twice or more for what this one sends.
    fn asked_for(&self) -> bool {
        let Some(said) = self.peer.said else { return false };
        let since = self.segment.time.0.checked_sub(said.time.0);
        self.peer.duplicates >= 2 && said.ack == Some(self.tcp.seq) && since.is_some_and(|since| since < FAST)
    }

    fn remember(&mut self) {
        let Segment { number, time, len, .. } = *self.segment;
        let (seq, next, ack) = (self.tcp.seq, self.next(), self.tcp.ack);
        if len > 0 || self.opens_or_ends() {
            self.own.unacked.add(number, time, seq, next);
        }
        if !self.seen.marks.has(Mark::ZeroWindowProbe) {
            if self.reached().is_none_or(|reached| after(next, reached)) {
                self.own.reached = Some(Reached { next, time });
            }
            if self.own.whole.is_none_or(|whole| whole == seq) {
                self.own.whole = self.reached();
            }
        }
        if self.own.said.is_none_or(|said| said.ack != ack) {
            self.own.said_first = number;
            self.own.duplicates = 0;
        }
        let syn = self.tcp.flags.has(Flags::SYN);
        self.own.said = Some(Said { ack, window: self.tcp.window, syn, time, sack: self.tcp.sack });
        self.own.marks = self.seen.marks;
    }

    fn acknowledge(&mut self) {
        // The field is 0 without the flag, and counts as that: so it does with Wireshark, after a SYN or RST only.
        self.seen.acks = self.peer.unacked.acknowledge(self.tcp.ack.unwrap_or(0), self.segment.time);
        if self.segment.len > 0 && !self.own.hole {
            let virtual_byte = u32::from(self.opens_or_ends());
            let away = virtual_byte.wrapping_add(self.peer.said.map_or(0, |said| said.selected()));
            self.seen.in_flight = self
                .own
                .unacked
                .span(self.own.base.unwrap_or(0))
                .and_then(|span| span.checked_sub(away))
                .filter(|bytes| *bytes > 0);
        }
    }
}
