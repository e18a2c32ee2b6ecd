//! One conversation of TCP.

use sockscope_core::facts::Stamp;

use super::half::{Half, Scale};
use super::look::Look;
use super::{End, SeenTcp, Side, Step};
use crate::flow::{Flags, Mark, Segment, Tcp};

/// What is remembered of it.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    pub(super) number: u32,
    pub(super) client: End,
    /// Its ports had a conversation before, and nothing told so yet.
    reused: bool,
    halves: [Half; 2],
    /// When the last SYN without ACK was sent.
    opened: Option<Stamp>,
    /// Round trip of the handshake in nanoseconds.
    trip: Option<u64>,
    /// A FIN or RST was seen.
    closed: bool,
    /// The last step of the handshake that was seen.
    step: Option<Step>,
}

impl Talk {
    pub(super) fn new(number: u32, client: End, reused: bool) -> Self {
        let halves = [Half::default(), Half::default()];
        Self { number, client, reused, halves, opened: None, trip: None, closed: false, step: None }
    }

    pub(super) fn held(&self) -> usize {
        self.halves.iter().map(|half| half.unacked.len()).sum()
    }

    /// Whether a segment cannot belong to it: a SYN with another number than the first, or after the end.
    pub(super) fn ended_by(&self, from: Side, tcp: &Tcp) -> bool {
        let opens = tcp.flags.has(Flags::SYN) && !tcp.flags.has(Flags::ACK);
        let base = self.halves[from as usize].base;
        opens && base.is_some_and(|base| base != tcp.seq || self.closed)
    }

    /// Takes its next segment.
    pub(super) fn take(&mut self, from: Side, segment: &Segment<'_>, tcp: &Tcp) -> SeenTcp {
        self.begin(from, tcp);
        self.time(segment.time, tcp);
        let [client, server] = &mut self.halves;
        let (own, peer) = if from == Side::Client { (client, server) } else { (server, client) };
        scale(own, peer, tcp);
        let mut look = Look { own, peer, segment, tcp, trip: self.trip, seen: SeenTcp::default() };
        if std::mem::take(&mut self.reused) {
            look.seen.marks.set(Mark::PortReused);
        }
        look.analyse();
        let mut seen = look.seen;
        seen.step = self.step(from, tcp);
        self.closed |= tcp.flags.has(Flags::FIN) || tcp.flags.has(Flags::RST);
        seen
    }

    /// Where the relative numbers of both sides begin.
    fn begin(&mut self, from: Side, tcp: &Tcp) {
        let first = if tcp.flags.has(Flags::SYN) { tcp.seq } else { tcp.seq.wrapping_sub(1) };
        let own = &mut self.halves[from as usize];
        // An answer with another number belongs to a SYN that was not captured.
        let other = own.base.is_some_and(|base| base != first);
        if other && tcp.flags.has(Flags::SYN.and(Flags::ACK)) {
            own.base = None;
            self.reused = true;
        }
        own.base.get_or_insert(first);
        let peer = &mut self.halves[from.other() as usize];
        if let Some(ack) = tcp.ack {
            peer.base.get_or_insert(ack.wrapping_sub(1));
            peer.hole = false;
        }
    }

    /// How long the handshake took, from the SYN to the first ACK without SYN.
    fn time(&mut self, now: Stamp, tcp: &Tcp) {
        let syn = tcp.flags.has(Flags::SYN);
        if syn && tcp.ack.is_none() {
            self.opened = Some(now);
        } else if !syn && tcp.ack.is_some() && self.trip.is_none() {
            self.trip = self.opened.map(|opened| now.0.saturating_sub(opened.0)).filter(|trip| *trip > 0);
        }
    }

    fn step(&mut self, from: Side, tcp: &Tcp) -> Option<Step> {
        let step = match (tcp.flags.has(Flags::SYN), tcp.ack.is_some()) {
            (true, false) => Step::Syn,
            (true, true) => Step::SynAck,
            (false, true) if self.step == Some(Step::SynAck) && from == Side::Client => Step::Ack,
            _ => return None,
        };
        if tcp.flags.has(Flags::RST) {
            return None;
        }
        self.step = Some(step);
        Some(step)
    }
}

/// Learns from a SYN how windows are scaled: only where both sides offer it (RFC 7323 section 2.2).
fn scale(own: &mut Half, peer: &mut Half, tcp: &Tcp) {
    if !tcp.flags.has(Flags::SYN) {
        return;
    }
    if let Some(shift) = tcp.scale {
        // A shift above 14 is to be taken for 14 (RFC 7323 section 2.3).
        own.scale = Scale::Shift(shift.min(14));
    }
    if own.scale == Scale::Unknown {
        (own.scale, peer.scale) = (Scale::Never, Scale::Never);
    } else if tcp.ack.is_some() && peer.scale == Scale::Never {
        own.scale = Scale::Never;
    }
}
