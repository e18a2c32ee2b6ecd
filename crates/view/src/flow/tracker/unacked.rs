//! Segments that were sent and not acknowledged.

use sockscope_core::facts::Stamp;

use crate::flow::seq::{after, before};
use crate::flow::tracker::Earlier;

/// How many of them are remembered of each side of a conversation; Wireshark's bound.
pub const UNACKED: usize = 10_000;

/// Those of one side, in the order in which they were seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Unacked {
    sent: Vec<Sent>,
    /// The first one's first byte that is not acknowledged, while there are any.
    low: Option<u32>,
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
            self.low = lower(self.low, seq);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sent.len()
    }

    /// From the lowest byte to the highest, counted from `base`.
    pub(super) fn span(&self, base: u32) -> Option<u32> {
        let low = self.sent.iter().map(|sent| sent.seq.wrapping_sub(base)).min()?;
        let high = self.sent.iter().map(|sent| sent.next.wrapping_sub(base)).max()?;
        Some(high.wrapping_sub(low)).filter(|span| *span < 2_000_000_000)
    }

    /// The last segment that began there.
    pub(super) fn began(&self, seq: u32, now: Stamp) -> Option<Earlier> {
        self.sent.iter().rev().find(|sent| sent.seq == seq).map(|sent| sent.earlier(now))
    }

    /// Forgets what is acknowledged; the first segment that ends there is the one that is.
    pub(super) fn acknowledge(&mut self, ack: u32, now: Stamp) -> Option<Earlier> {
        if self.low.is_none_or(|low| !after(ack, low)) {
            return None;
        }
        let mut exact = None;
        let mut low = None;
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
            low = lower(low, sent.seq);
            true
        });
        self.low = low;
        exact
    }
}

impl Sent {
    fn earlier(&self, now: Stamp) -> Earlier {
        Earlier {
            packet: self.packet,
            after: std::time::Duration::from_nanos(now.0.saturating_sub(self.time.0)),
        }
    }
}

fn lower(low: Option<u32>, seq: u32) -> Option<u32> {
    Some(low.filter(|low| !before(seq, *low)).unwrap_or(seq))
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
        assert_eq!(all.span(u32::MAX - 9), Some(30));
        let exact = all.acknowledge(10, Stamp(5000)).unwrap();
        assert_eq!((exact.packet, exact.after.as_nanos()), (2, 3000));
        assert_eq!((all.len(), all.span(u32::MAX - 9)), (1, Some(10)));
        assert_eq!(all.acknowledge(15, Stamp(6000)), None);
        assert_eq!((all.len(), all.span(u32::MAX - 9)), (1, Some(5)));
        assert_eq!(all.acknowledge(10, Stamp(6000)), None);
        assert_eq!(all.acknowledge(20, Stamp(6000)).unwrap().packet, 3);
        assert_eq!((all.len(), all.span(u32::MAX - 9)), (0, None));
    }

    #[test]
    fn no_more_than_the_bound_is_held() {
        let mut all = Unacked::default();
        for seq in 0..UNACKED as u32 + 5 {
            all.add(1, Stamp(0), seq, seq + 1);
        }
        assert_eq!((all.len(), all.span(u32::MAX - 9)), (UNACKED, Some(UNACKED as u32)));
    }
}
