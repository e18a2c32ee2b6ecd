//! Segments that were sent and not acknowledged.

use sockscope_core::facts::Stamp;

use crate::flow::seq::{after, before};
use crate::flow::tracker::Earlier;

/// How many of them are remembered of each side of a conversation; Wireshark's bound.
pub const UNACKED: usize = 10_000;

/// Those of one side, in the order in which they were seen.
#[derive(Debug, Default)]
pub(super) struct Unacked {
    sent: Vec<Sent>,
    /// Lowest byte and the one after the highest, while there are any.
    span: Option<(u32, u32)>,
}

/// A segment with payload, SYN or FIN.
#[derive(Debug, Clone, Copy)]
struct Sent {
    packet: u64,
    time: Stamp,
    seq: u32,
    next: u32,
}

impl Unacked {
    /// Remembers a segment, if there is room.
    pub(super) fn add(&mut self, packet: u64, time: Stamp, seq: u32, next: u32) {
        if self.sent.len() < UNACKED {
            self.sent.push(Sent { packet, time, seq, next });
            self.span = Some(widen(self.span, seq, next));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sent.len()
    }

    /// From the lowest byte to the highest.
    pub(super) fn span(&self) -> Option<u32> {
        self.span.map(|(low, high)| high.wrapping_sub(low))
    }

    /// The last segment that began there.
    pub(super) fn began(&self, seq: u32, now: Stamp) -> Option<Earlier> {
        self.sent.iter().rev().find(|sent| sent.seq == seq).map(|sent| sent.earlier(now))
    }

    /// Forgets what is acknowledged; the first segment that ends there is the one that is.
    pub(super) fn acknowledge(&mut self, ack: u32, now: Stamp) -> Option<Earlier> {
        if self.span.is_none_or(|(low, _)| !after(ack, low)) {
            return None;
        }
        let mut exact = None;
        let mut span = None;
        self.sent.retain_mut(|sent| {
            if ack == sent.next {
                exact.get_or_insert_with(|| sent.earlier(now));
                return false;
            }
            if after(ack, sent.next) {
                return false;
            }
            if after(ack, sent.seq) {
                sent.seq = ack;
            }
            span = Some(widen(span, sent.seq, sent.next));
            true
        });
        self.span = span;
        exact
    }
}

impl Sent {
    fn earlier(&self, now: Stamp) -> Earlier {
        Earlier { packet: self.packet, after: std::time::Duration::from_nanos(now.0.saturating_sub(self.time.0)) }
    }
}

fn widen(span: Option<(u32, u32)>, seq: u32, next: u32) -> (u32, u32) {
    let (low, high) = span.unwrap_or((seq, next));
    (if before(seq, low) { seq } else { low }, if after(next, high) { next } else { high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(segments: &[(u32, u32)]) -> Unacked {
        let mut all = Unacked::default();
        for (number, (seq, next)) in (1..).zip(segments) {
            all.add(number, Stamp(number * 1000), *seq, *next);
        }
        all
    }

    #[test]
    fn an_acknowledgment_takes_what_it_covers() {
        let mut all = sent(&[(u32::MAX - 9, 0), (0, 10), (10, 20)]);
        assert_eq!(all.span(), Some(30));
        let exact = all.acknowledge(10, Stamp(5000)).unwrap();
        assert_eq!((exact.packet, exact.after.as_nanos()), (2, 3000));
        assert_eq!((all.len(), all.span()), (1, Some(10)));
        assert_eq!(all.acknowledge(15, Stamp(6000)), None);
        assert_eq!((all.len(), all.span()), (1, Some(5)));
        assert_eq!(all.acknowledge(10, Stamp(6000)), None);
        assert_eq!(all.acknowledge(20, Stamp(6000)).unwrap().packet, 3);
        assert_eq!((all.len(), all.span()), (0, None));
    }

    #[test]
    fn no_more_than_the_bound_is_held() {
        let mut all = Unacked::default();
        for seq in 0..UNACKED as u32 + 5 {
            all.add(1, Stamp(0), seq, seq + 1);
        }
        assert_eq!((all.len(), all.span()), (UNACKED, Some(UNACKED as u32)));
    }
}
