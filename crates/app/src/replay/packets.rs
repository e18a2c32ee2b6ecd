//! The packets of a recording as segments of conversations.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use sockscope::core::facts::{Direction, Stamp};
use sockscope::error::Error;
use sockscope::recording::Walk;
use sockscope::view::dissect::{self, Link, Reassembler};
use sockscope::view::flow::Segment;
use sockscope::view::recording::{Item, Note};

use crate::sift::Sift;

/// Which packets count.
#[derive(Debug, Clone)]
pub(crate) struct Sieve {
    /// By their numbers, from 1.
    pub(crate) range: RangeInclusive<u64>,
    /// By what they are.
    pub(crate) sift: Option<Sift>,
}

/// What is known of a segment besides.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) packet: u64,
    pub(super) time: Option<Stamp>,
    pub(super) direction: Option<Direction>,
    /// Its number is within the range.
    pub(super) inside: bool,
    /// The filter lets it pass as well.
    pub(super) passes: bool,
}

/// Goes through the packets of a recording.
#[derive(Debug)]
pub(super) struct Packets {
    walk: Walk,
    sieve: Sieve,
    /// How many packets are looked at: the file may have grown since they were counted.
    most: u64,
    links: Vec<Link>,
    reassembler: Reassembler,
    /// Fragments that the filter let pass, and that are held.
    fragments: BTreeSet<u64>,
    /// How many so far.
    pub(super) count: u64,
    pub(super) last: Stamp,
    /// Packets without a time.
    pub(super) untimed: u64,
    /// Fragments of datagrams that are not whole.
    pub(super) lost: u64,
    pub(super) notes: Vec<Note>,
}

impl Packets {
    pub(super) fn new(walk: Walk, sieve: Sieve, most: u64) -> Self {
        Self {
            walk,
            sieve,
            most,
            links: Vec::new(),
            reassembler: Reassembler::default(),
            fragments: BTreeSet::new(),
            count: 0,
            last: Stamp(0),
            untimed: 0,
            lost: 0,
            notes: Vec::new(),
        }
    }

    /// From the beginning once more.
    pub(super) fn again(self) -> Self {
        Self::new(self.walk.again(), self.sieve, self.most.min(self.count))
    }

    /// The name of the recording.
    pub(super) fn name(&self) -> &str {
        self.walk.recording().name()
    }

    /// Takes the next thing in the recording, and the segment that it gives, if it gives one; whether there was one
    /// to take.
    pub(super) fn next(&mut self, take: &mut dyn FnMut(&Segment<'_>, &About)) -> Result<bool, Error> {
        let piece = if self.count < self.most { self.walk.next()? } else { None };
        let Some(piece) = piece else {
            self.lost += self.reassembler.finish().iter().map(|lost| lost.packets.len() as u64).sum::<u64>();
            return Ok(false);
        };
        let packet = match piece.item {
            Item::Interface(interface) => {
                self.links.push(Link::from_number(interface.link.number()));
                return Ok(true);
            }
            Item::Note(note) => {
                self.notes.push(note);
                return Ok(true);
            }
            Item::Packet(packet) => packet,
            _ => return Ok(true),
        };
        self.count += 1;
        self.untimed += u64::from(packet.time.is_none());
        self.last = packet.time.unwrap_or(self.last);
        let number = packet.interface.and_then(|number| usize::try_from(number).ok());
        let Some(link) = number.and_then(|number| self.links.get(number)).copied() else { return Ok(true) };
        let data = packet.data(piece.bytes);
        let inside = self.sieve.range.contains(&self.count);
        let passes = inside
            && match &mut self.sieve.sift {
                Some(sift) => sift.admits(link, data, packet.wire_len)?,
                None => true,
            };
        let (time, direction) = (packet.time, packet.direction);
        let about = About { packet: self.count, time, direction, inside, passes };
        let decoded = dissect::decode(link, data, packet.wire_len);
        let time = time.unwrap_or(self.last);
        if let Some(segment) = decoded.segment(self.count, time) {
            take(&segment, &about);
            return Ok(true);
        }
        let put = self.reassembler.push(self.count, time, &decoded);
        if decoded.fragment.is_some() && passes {
            self.fragments.insert(self.count);
        }
        for lost in &put.lost {
            self.lost += lost.packets.len() as u64;
            self.fragments.retain(|packet| !lost.packets.contains(packet));
        }
        if let Some(whole) = put.whole {
            // One of its fragments has the ports that a filter asks for, the others do not.
            let passed = whole.packets.iter().filter(|packet| self.fragments.remove(packet)).count();
            if let Some(segment) = whole.decode().segment(self.count, time) {
                take(&segment, &About { passes: passed > 0, ..about });
            }
        }
        Ok(true)
    }
}
