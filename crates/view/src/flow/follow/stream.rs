//! One direction of a conversation.

use std::collections::{BTreeMap, VecDeque};

use super::tail::Tail;
use super::{What, Why};

/// Whoever takes what became readable: where it begins, and what it is.
type Give<'g> = &'g mut dyn FnMut(u64, What<'_>);

/// What a held segment costs besides its bytes.
const EACH: usize = 64;

/// How many holes are remembered, to tell what comes too late for them.
const HOLES: usize = 64;

/// One direction: what was given, and what waits for bytes before it. Places are counted from the first byte.
#[derive(Debug)]
pub(super) struct Stream {
    bound: usize,
    /// Sequence number of the first byte, once it is known.
    base: Option<u32>,
    /// The next byte to give.
    next: u64,
    /// The other side has everything before this.
    acked: u64,
    /// What came beyond a hole, by where it begins; none overlaps another.
    held: BTreeMap<u64, Chunk>,
    size: usize,
    tail: Tail,
    /// The last holes that were given up, from where to where.
    holes: VecDeque<(u64, u64)>,
}

/// Bytes, and how many more the packet had on the wire.
#[derive(Debug)]
struct Chunk {
    bytes: Vec<u8>,
    cut: u64,
}

impl Chunk {
    fn len(&self) -> u64 {
        self.bytes.len() as u64 + self.cut
    }

    fn cost(&self) -> usize {
        self.bytes.len() + EACH
    }
}

impl Stream {
    pub(super) fn new(bound: usize) -> Self {
        let (held, tail, holes) = (BTreeMap::new(), Tail::default(), VecDeque::new());
        Self { bound, base: None, next: 0, acked: 0, held, size: 0, tail, holes }
    }

    pub(super) fn held(&self) -> usize {
        self.size
    }

    /// Where in the stream a sequence number is, less than half a round from the next byte; `None` before its start.
    fn place(&self, seq: u32) -> Option<u64> {
        let next = self.base?.wrapping_add(self.next as u32);
        self.next.checked_add_signed(i64::from(seq.wrapping_sub(next) as i32))
    }

    /// Takes the payload at this sequence number. `syn`: the stream begins there.
    pub(super) fn take(&mut self, seq: u32, syn: bool, payload: &[u8], len: u32, give: Give<'_>) {
        if self.base.is_none() && (syn || len > 0) {
            self.base = Some(seq);
        }
        let payload = &payload[..payload.len().min(len as usize)];
        let Some(place) = self.place(seq) else { return self.too_early(seq, payload, len, give) };
        if len > 0 {
            self.add(place, payload, u64::from(len) - payload.len() as u64, give);
            self.ready(give);
            self.shrink(give);
        }
    }

    /// The other side has everything before this number.
    pub(super) fn acknowledged(&mut self, ack: u32, give: Give<'_>) {
        if self.base.is_none() {
            self.base = Some(ack);
        }
        let Some(place) = self.place(ack) else { return };
        self.acked = self.acked.max(place);
        self.ready(give);
    }

    /// Nothing more comes. One byte that is acknowledged and was not captured may be a FIN: no gap is told then.
    pub(super) fn end(&mut self, give: Give<'_>) {
        while let Some((&first, _)) = self.held.first_key_value() {
            self.gap(first, give);
            self.ready(give);
        }
        if self.acked > self.next + 1 {
            self.gap(self.acked, give);
        }
    }

    /// Bytes before the first one: the recording began in the middle, and they were overtaken or are sent again.
    fn too_early(&mut self, seq: u32, payload: &[u8], len: u32, give: Give<'_>) {
        let Some(base) = self.base else { return };
        let before = base.wrapping_sub(seq).min(len);
        if before > 0 && len > 1 {
            give(0, What::Late(u64::from(before)));
        }
        if len > before {
            let rest = payload.get(before as usize..).unwrap_or(&[]);
            self.add(0, rest, u64::from(len - before) - rest.len() as u64, give);
            self.ready(give);
        }
    }

    /// Adds what is new of a segment; the first ones count.
    fn add(&mut self, place: u64, payload: &[u8], cut: u64, give: Give<'_>) {
        let end = place + payload.len() as u64 + cut;
        let known = (self.next.min(end)).saturating_sub(place).min(payload.len() as u64) as usize;
        // One byte again just before the next is a probe, which need not be what was there.
        if known > 1 || known == 1 && end > self.next {
            let differing = self.tail.differing(place, &payload[..known]);
            self.again(place, differing, give);
        }
        self.late(place, place + known as u64, give);
        let mut at = place.max(self.next);
        while at < end {
            let before = self.held.range(..=at).next_back().filter(|(from, chunk)| *from + chunk.len() > at);
            if let Some((&from, chunk)) = before {
                let until = (from + chunk.len()).min(end);
                let differing = chunk.differing(from, place, payload);
                self.again(at, differing, give);
                at = until;
                continue;
            }
            let until = self.held.range(at..).next().map_or(end, |(from, _)| (*from).min(end));
            let index = |to: u64| ((to - place) as usize).min(payload.len());
            self.put(at, until, &payload[index(at)..index(until)], give);
            at = until;
        }
    }

    /// Gives what is in line, holds what is not.
    fn put(&mut self, at: u64, until: u64, bytes: &[u8], give: Give<'_>) {
        let cut = until - at - bytes.len() as u64;
        if at == self.next {
            return self.deliver(bytes, cut, give);
        }
        let chunk = Chunk { bytes: bytes.to_vec(), cut };
        self.size += chunk.cost();
        self.held.insert(at, chunk);
    }

    fn deliver(&mut self, bytes: &[u8], cut: u64, give: Give<'_>) {
        if !bytes.is_empty() {
            give(self.next, What::Bytes(bytes));
            self.tail.keep(self.next, bytes);
            self.next += bytes.len() as u64;
        }
        if cut > 0 {
            give(self.next, What::Gap(cut, Why::Cut));
            self.next += cut;
        }
    }

    /// Tells of bytes that come for holes that were given up.
    fn late(&self, from: u64, to: u64, give: Give<'_>) {
        let common = |(start, end): &(u64, u64)| to.min(*end).saturating_sub(from.max(*start));
        let late: u64 = self.holes.iter().map(common).sum();
        if late > 0 {
            give(from, What::Late(late));
        }
    }

    /// Tells of bytes that came again with other values.
    fn again(&self, place: u64, differing: u64, give: Give<'_>) {
        if differing > 0 {
            give(place, What::Differs(differing));
        }
    }

    /// Gives what is in line, and what holes are acknowledged.
    fn ready(&mut self, give: Give<'_>) {
        while let Some((&first, _)) = self.held.first_key_value() {
            if first > self.next {
                let until = first.min(self.acked);
                if until > self.next {
                    self.gap(until, give);
                }
                if until < first {
                    return;
                }
            }
            let Some(chunk) = self.held.remove(&first) else { return };
            self.size -= chunk.cost();
            self.deliver(&chunk.bytes, chunk.cut, give);
        }
    }

    /// Gives up holes until no more is held than may be.
    fn shrink(&mut self, give: Give<'_>) {
        while self.size > self.bound {
            let Some((&first, _)) = self.held.first_key_value() else { return };
            self.gap(first, give);
            self.ready(give);
        }
    }

    /// Tells that everything up to a place is missing.
    fn gap(&mut self, until: u64, give: Give<'_>) {
        let acked = self.acked.clamp(self.next, until) - self.next;
        if acked > 0 {
            give(self.next, What::Gap(acked, Why::NotCaptured));
        }
        let rest = until - self.next - acked;
        if rest > 0 {
            give(self.next + acked, What::Gap(rest, Why::NotSeen));
        }
        self.holes.truncate(HOLES - 1);
        self.holes.push_front((self.next, until));
        self.next = until;
    }
}

impl Chunk {
    /// How many bytes of a segment are others than those held of the same place.
    fn differing(&self, from: u64, place: u64, payload: &[u8]) -> u64 {
        let skip = |from: u64, other: u64| usize::try_from(other.saturating_sub(from)).unwrap_or(usize::MAX);
        let held = self.bytes.iter().skip(skip(from, place));
        let new = payload.iter().skip(skip(place, from));
        held.zip(new).filter(|(held, new)| held != new).count() as u64
    }
}
