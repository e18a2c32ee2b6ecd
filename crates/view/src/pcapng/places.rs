//! The endpoints of a recording, each an interface, and the packets that pass them.

use sockscope_core::facts::{Direction, Stamp};

use super::block::{self, Block, Interface, Statistics};
use super::comment;
use super::headers::Headers;

/// The link type of packets that begin with their IP header.
pub(super) const RAW: u16 = 101;
/// The link type of a BSD loopback.
pub(super) const NULL: u16 = 0;
/// The longest packet that readers of recordings take.
const LONGEST: usize = 262_144;

/// An endpoint: an interface of the recording.
#[derive(Debug, Clone)]
struct Place {
    link: u16,
    name: String,
    description: String,
    statistics: Statistics<'static>,
    /// What happened since the last packet.
    news: Vec<u8>,
}

/// What is told of a packet besides its bytes.
pub(super) struct Passing {
    pub(super) place: usize,
    pub(super) time: Stamp,
    pub(super) direction: Direction,
    pub(super) drops: u64,
    pub(super) id: Option<u64>,
}

/// All endpoints, in the order in which they were opened.
#[derive(Debug, Clone)]
pub(super) struct Places {
    all: Vec<Place>,
    /// The most bytes of a packet, where that was asked for.
    snap: Option<u32>,
    /// The most bytes of a packet.
    most: usize,
    /// The time of the packet before.
    pub(super) last: Stamp,
    pub(super) packets: u64,
    /// How many packets were cut.
    pub(super) cut: u64,
}

impl Places {
    pub(super) fn new(snap: Option<u32>) -> Self {
        let most = snap.map_or(LONGEST, |snap| LONGEST.min(snap as usize));
        Self { all: Vec::new(), snap, most, last: Stamp(0), packets: 0, cut: 0 }
    }

    /// Appends a new endpoint; returns its number.
    pub(super) fn open(&mut self, link: u16, name: String, description: String, out: &mut Vec<u8>) -> usize {
        self.all.push(Place { link, name, description, statistics: Statistics::default(), news: Vec::new() });
        let number = self.all.len() - 1;
        self.interface(&self.all[number], out);
        number
    }

    /// Appends all endpoints: a new file knows none.
    pub(super) fn again(&self, out: &mut Vec<u8>) {
        self.all.iter().for_each(|place| self.interface(place, out));
    }

    fn interface(&self, place: &Place, out: &mut Vec<u8>) {
        let interface = Interface {
            link: place.link,
            snap: self.snap.unwrap_or(0),
            name: &place.name,
            description: &place.description,
            ..Interface::default()
        };
        block::interface(&interface, out);
    }

    /// A message has passed.
    pub(super) fn passed(&mut self, place: usize) {
        self.all[place].statistics.received += 1;
        self.all[place].statistics.delivered += 1;
    }

    /// The kernel had no room for so many.
    pub(super) fn dropped(&mut self, place: usize, count: u64) {
        self.all[place].statistics.received += count;
        self.all[place].statistics.dropped += count;
    }

    /// Something that is no packet: statistics bear it at once, and the next packet is told of it.
    pub(super) fn happened(&mut self, place: usize, time: Stamp, words: &[u8], out: &mut Vec<u8>) {
        let news = &mut self.all[place].news;
        comment::say(if news.is_empty() { "before this: " } else { "\nbefore this: " }, news);
        news.extend_from_slice(words);
        self.statistics(place, time, words, out);
    }

    /// Appends what has passed, and why that is told.
    pub(super) fn statistics(&self, place: usize, time: Stamp, words: &[u8], out: &mut Vec<u8>) {
        let about = Statistics { comment: words, ..self.all[place].statistics.clone() };
        block::statistics(place as u32, time, &about, out);
    }

    /// Appends a packet with headers made for it.
    pub(super) fn packet(
        &mut self,
        passing: &Passing,
        headers: &Headers,
        payload: &[u8],
        wire: usize,
        words: &[u8],
        out: &mut Vec<u8>,
    ) {
        let wire = (headers.bytes().len() + wire) as u32;
        self.put(passing, [headers.bytes(), payload], wire, words, out);
    }

    /// Appends a packet of two pieces, cut to what is wanted of it.
    pub(super) fn put(
        &mut self,
        passing: &Passing,
        [head, rest]: [&[u8]; 2],
        wire: u32,
        words: &[u8],
        out: &mut Vec<u8>,
    ) {
        let &Passing { place, time, direction, drops, id } = passing;
        let (whole, head) = (head.len() + rest.len(), &head[..head.len().min(self.most)]);
        let rest = &rest[..rest.len().min(self.most - head.len())];
        self.cut += u64::from(head.len() + rest.len() < whole);
        self.packets += 1;
        self.last = time;
        let mut block = Block::packet(place as u32, time, [head, rest], wire, out);
        block.direction(match direction {
            Direction::Rx => block::Direction::In,
            Direction::Tx => block::Direction::Out,
        });
        if drops > 0 {
            block.drops(drops);
        }
        if let Some(id) = id {
            block.id(id);
        }
        block.comment(words);
        let news = &mut self.all[place].news;
        block.comment(news);
        news.clear();
        block.end(true);
    }
}
