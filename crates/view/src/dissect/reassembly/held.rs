//! One datagram that is not whole yet.

use std::net::IpAddr;

use sockscope_core::facts::Stamp;

use super::{Lost, Trouble, Whole};
use crate::dissect::decoded::{Decoded, Fragment};

/// The longest that IP can say.
const LONGEST: usize = 65_535;

/// What fragments of one datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    id: u32,
    /// Of IPv6 only the first fragment's counts.
    protocol: Option<u8>,
}

impl Key {
    pub(super) fn new(source: IpAddr, destination: IpAddr, part: &Fragment) -> Self {
        Self { source, destination, id: part.id, protocol: source.is_ipv4().then_some(part.protocol) }
    }
}

/// What became of a fragment.
pub(super) enum Taken {
    /// It was taken; others are missing.
    Waiting,
    /// It was the last one missing.
    Whole,
    /// It was not taken, or with it all that came before.
    Left(Lost),
}

/// The fragments that came, each at its place in one buffer.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: Key,
    /// When the first of them came.
    pub(super) began: Stamp,
    bytes: Vec<u8>,
    /// Where each begins and ends, in order; none of them overlap.
    ranges: Vec<(usize, usize)>,
    /// The sum of their lengths.
    there: usize,
    total: Option<usize>,
    protocol: u8,
    bound_for: Option<IpAddr>,
    packets: Vec<u64>,
    /// Nothing that comes is taken any more.
    refused: bool,
}

impl Held {
    pub(super) fn new(key: Key, began: Stamp) -> Self {
        Self {
            key,
            began,
            bytes: Vec::new(),
            ranges: Vec::new(),
            there: 0,
            total: None,
            protocol: 0,
            bound_for: None,
            packets: Vec::new(),
            refused: false,
        }
    }

    /// Bytes held.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn take(&mut self, number: u64, part: &Fragment, packet: &Decoded<'_>) -> Taken {
        let (start, len) = (part.offset as usize, part.len as usize);
        let end = start + len;
        let place = self.ranges.partition_point(|range| range.0 < start);
        let wrong = match packet.bytes.get(part.at as usize..).and_then(|rest| rest.get(..len)) {
            _ if self.refused => return Taken::Left(self.note(Trouble::Refused, vec![number])),
            _ if end > LONGEST => Trouble::TooLong,
            _ if part.more && (len == 0 || len % 8 != 0) => Trouble::Odd,
            None => Trouble::Cut,
            Some(bytes) if self.repeats(place, (start, end), bytes) => {
                return Taken::Left(self.note(Trouble::Repeated, vec![number]));
            }
            _ if self.overlaps(place, start, end) => Trouble::Overlap,
            _ if self.disagrees(part.more, end) => Trouble::Length,
            Some(bytes) => {
                self.packets.push(number);
                self.put(place, (start, end), bytes);
                if start == 0 {
                    (self.protocol, self.bound_for) = (part.protocol, packet.bound_for);
                }
                self.total = self.total.or((!part.more).then_some(end));
                return if self.total == Some(self.there) { Taken::Whole } else { Taken::Waiting };
            }
        };
        Taken::Left(self.refuse(wrong, number))
    }

    /// Whether exactly this came before (RFC 8200 section 4.5: may be left out).
    fn repeats(&self, place: usize, range: (usize, usize), bytes: &[u8]) -> bool {
        self.ranges.get(place) == Some(&range) && self.bytes.get(range.0..range.1) == Some(bytes)
    }

    fn overlaps(&self, place: usize, start: usize, end: usize) -> bool {
        let before = place.checked_sub(1).and_then(|index| self.ranges.get(index));
        before.is_some_and(|range| range.1 > start)
            || self.ranges.get(place).is_some_and(|range| range.0 < end)
    }

    fn disagrees(&self, more: bool, end: usize) -> bool {
        match self.total {
            Some(total) => end > total || !more && end != total,
            None => !more && self.bytes.len() > end,
        }
    }

    fn put(&mut self, place: usize, (start, end): (usize, usize), bytes: &[u8]) {
        self.bytes.resize(self.bytes.len().max(end), 0);
        self.bytes[start..end].copy_from_slice(bytes);
        self.ranges.insert(place, (start, end));
        self.there += end - start;
    }

    /// Gives up what came, and takes nothing more.
    fn refuse(&mut self, why: Trouble, number: u64) -> Lost {
        self.refused = true;
        (self.bytes, self.ranges) = (Vec::new(), Vec::new());
        let mut packets = std::mem::take(&mut self.packets);
        packets.push(number);
        self.note(why, packets)
    }

    fn note(&self, why: Trouble, packets: Vec<u64>) -> Lost {
        let Key { source, destination, id, .. } = self.key;
        Lost { why, source, destination, id, packets }
    }

    /// What is lost where it does not become whole; nothing where that was told before.
    pub(super) fn lost(self, why: Trouble) -> Option<Lost> {
        (!self.packets.is_empty()).then(|| self.note(why, self.packets.clone()))
    }

    /// The datagram.
    pub(super) fn whole(self) -> Whole {
        let Key { source, destination, .. } = self.key;
        let Self { bound_for, protocol, bytes, packets, .. } = self;
        Whole { source, destination, bound_for, protocol, bytes, packets }
    }
}
