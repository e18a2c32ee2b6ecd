//! Who sent how much, in bounded memory: at most so many peers are kept, and those who sent the most are among them,
//! by the Space-Saving algorithm (Metwally, Agrawal and El Abbadi, 2005, «Efficient computation of frequent and top-k
//! elements in data streams»).
//!
//! A peer that is new when the table is full takes the place of the one with the fewest messages, and its count goes on
//! from there. So a count is never too low, and says by how much it may be too high.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::mem::size_of;

use crate::facts::{Peer, Stamp};

/// A table of at most so many peers.
#[derive(Debug, Clone)]
pub struct Tally {
    most: usize,
    places: HashMap<Peer, u32>,
    entries: Vec<Entry>,
    /// Numbers of entries as a heap: none has more messages than the two below it.
    heap: Vec<u32>,
    messages: u64,
    replaced: u64,
}

/// What is known of one peer.
#[derive(Debug, Clone, Copy)]
struct Entry {
    row: Row,
    /// Where it is in the heap.
    at: u32,
}

/// What is known of one peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub peer: Peer,
    /// It sent at least so many messages.
    pub least: u64,
    /// It sent at most so many.
    pub most: u64,
    /// It sent at least so many bytes: those of the messages in `least`.
    pub bytes: u64,
    /// When the first of these messages came, where that is known.
    pub first: Option<Stamp>,
    /// When the last one came, where that is known.
    pub last: Option<Stamp>,
}

impl Tally {
    /// An empty table for at most `most` peers, at least one and at most 2^32 - 1.
    pub fn new(most: usize) -> Self {
        let most = most.clamp(1, u32::MAX as usize);
        Self { most, places: HashMap::new(), entries: Vec::new(), heap: Vec::new(), messages: 0, replaced: 0 }
    }

    /// Bytes of memory for each peer at most: its row, its place in the heap, and its place in a hash map that is
    /// between seven eighths and seven sixteenths full, with a byte of its own for each.
    pub const fn memory() -> usize {
        size_of::<Entry>() + size_of::<u32>() + (size_of::<(Peer, u32)>() + 1) * 16 / 7
    }

    /// One message of `bytes` bytes came from a peer.
    pub fn add(&mut self, peer: Peer, bytes: usize, time: Option<Stamp>) {
        self.messages += 1;
        let full = self.entries.len() >= self.most;
        let number = match self.places.entry(peer) {
            Place::Occupied(place) => {
                let number = *place.get();
                let row = &mut self.entries[number as usize].row;
                row.least += 1;
                row.most += 1;
                row.bytes += bytes as u64;
                row.last = time.or(row.last);
                number
            }
            Place::Vacant(place) if full => {
                let number = self.heap[0];
                place.insert(number);
                let row = &mut self.entries[number as usize].row;
                let left = std::mem::replace(row, Row::new(peer, row.most, bytes, time));
                self.places.remove(&left.peer);
                self.replaced += 1;
                number
            }
            Place::Vacant(place) => {
                let number = self.entries.len() as u32;
                place.insert(number);
                self.entries.push(Entry { row: Row::new(peer, 0, bytes, time), at: number });
                self.heap.push(number);
                return self.rise(number as usize);
            }
        };
        self.sink(self.entries[number as usize].at as usize);
    }

    /// All messages that came.
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// How often a peer lost its place to a new one. 0: every peer is in the table, and all that is told is exact.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// A peer that is not in the table sent at most so many messages.
    pub fn hidden(&self) -> u64 {
        if self.replaced == 0 { 0 } else { self.most_of(0) }
    }

    /// Everybody in the table, those who may have sent the most first, then by address.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.entries.iter().map(|entry| entry.row).collect();
        rows.sort_by(|a, b| b.most.cmp(&a.most).then_with(|| a.peer.cmp(&b.peer)));
        rows
    }

    fn most_of(&self, at: usize) -> u64 {
        self.entries[self.heap[at] as usize].row.most
    }

    /// An entry has come in at the end of the heap.
    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.most_of(at) < self.most_of((at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /// The entry at this place of the heap has got more messages.
    fn sink(&mut self, mut at: usize) {
        loop {
            let below = [2 * at + 1, 2 * at + 2].into_iter().filter(|below| *below < self.heap.len());
            let Some(least) = below.min_by_key(|below| self.most_of(*below)) else { return };
            if self.most_of(least) >= self.most_of(at) {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.heap.swap(one, other);
        for at in [one, other] {
            self.entries[self.heap[at] as usize].at = at as u32;
        }
    }
}

impl Row {
    fn new(peer: Peer, before: u64, bytes: usize, time: Option<Stamp>) -> Self {
        Self { peer, least: 1, most: before + 1, bytes: bytes as u64, first: time, last: time }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use proptest::prelude::*;

    use super::*;

    fn peer(number: u16) -> Peer {
        Peer::Inet(SocketAddr::from((Ipv4Addr::LOCALHOST, number)))
    }

    #[test]
    fn what_fits_is_exact() {
        let mut tally = Tally::new(2);
        for (number, bytes, time) in [(1, 10, 5), (2, 1, 6), (2, 2, 7), (1, 20, 8), (2, 3, 9)] {
            tally.add(peer(number), bytes, Some(Stamp(time)));
        }
        let row = |number, messages, bytes, first, last| Row {
            peer: peer(number),
            least: messages,
            most: messages,
            bytes,
            first: Some(Stamp(first)),
            last: Some(Stamp(last)),
        };
        assert_eq!(tally.rows(), [row(2, 3, 6, 6, 9), row(1, 2, 30, 5, 8)]);
        assert_eq!((tally.messages(), tally.replaced(), tally.hidden()), (5, 0, 0));
    }

    #[test]
    fn a_new_peer_takes_the_place_of_the_smallest_and_says_so() {
        let mut tally = Tally::new(2);
        for number in [1, 1, 1, 2, 2, 3] {
            tally.add(peer(number), 4, None);
        }
        let [heavy, new] = tally.rows()[..] else { panic!("two have a place") };
        // Both may have sent three.
        assert_eq!((heavy.peer, heavy.least, heavy.most), (peer(1), 3, 3));
        assert_eq!((new.peer, new.least, new.most, new.bytes), (peer(3), 1, 3, 4));
        assert_eq!((tally.replaced(), tally.hidden()), (1, 3));
    }

    proptest! {
        #[test]
        fn nobody_sent_less_or_more_than_the_table_says(
            most in 1usize..20,
            stream in prop::collection::vec((0u16..40, 0usize..100), 0..600),
        ) {
            let mut tally = Tally::new(most);
            let mut exact: HashMap<Peer, (u64, u64)> = HashMap::new();
            for (number, bytes) in &stream {
                // Small numbers come more often, as heavy peers do.
                let who = peer(number * number / 40);
                tally.add(who, *bytes, None);
                let sum = exact.entry(who).or_default();
                *sum = (sum.0 + 1, sum.1 + *bytes as u64);
            }
            let rows = tally.rows();
            prop_assert_eq!(rows.len(), exact.len().min(most));
            prop_assert_eq!(rows.iter().map(|row| row.most).sum::<u64>(), stream.len() as u64);
            for row in &rows {
                let (messages, bytes) = exact[&row.peer];
                prop_assert!(row.least <= messages && messages <= row.most, "{:?}: {}", row, messages);
                prop_assert!(row.bytes <= bytes);
                prop_assert!(row.least < row.most || row.bytes == bytes);
            }
            for (who, (messages, _)) in &exact {
                let inside = rows.iter().any(|row| row.peer == *who);
                prop_assert!(inside || *messages <= tally.hidden());
                let heavy = *messages > stream.len() as u64 / most as u64;
                prop_assert!(inside || !heavy, "a heavy peer is always in the table");
            }
            prop_assert!(tally.hidden() <= stream.len() as u64 / most as u64);
        }
    }
}
