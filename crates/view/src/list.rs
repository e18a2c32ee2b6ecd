//! Packets as a list: one row each, with what the packets before tell about it.

mod json;
mod ties;

use std::io::Write as _;

use sockscope_core::charset::Viewing;
use sockscope_core::facts::Stamp;

use crate::address;
use crate::dissect::{Decoded, Link, Look, Place, Reassembled, Reassembler, Row, Told, decode, info};
use crate::flow::{Seen, Segment, Tracker};
use crate::number;
use crate::palette::Palette;
use crate::time::Local;

pub use json::Lines;
pub use ties::Ties;

/// How rows look.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// What payload is shown in; UTF-8 where nothing is asked for.
    pub charset: Option<Viewing>,
    /// How times are told.
    pub clock: Clock,
    /// Columns for the text of a payload; all of it where there is no limit.
    pub fold: Option<usize>,
}

/// How times are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// Seconds since the first packet.
    #[default]
    Relative,
    /// The time of day, so many seconds east of UTC.
    OfDay(i32),
    /// Seconds since the packet before.
    Delta,
}

/// A packet as it is recorded or captured.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// When, where that is known.
    pub time: Option<Stamp>,
    /// What its bytes begin with.
    pub link: Link,
    /// Its bytes, as far as they were captured.
    pub bytes: &'a [u8],
    /// Its length on the wire in bytes.
    pub wire_len: u32,
}

/// What is known of a packet beside those before it.
#[derive(Debug)]
pub struct Known {
    /// What it means in its conversation, if it is part of one.
    pub seen: Option<Seen>,
    /// What became of fragments with it.
    pub fragments: Reassembled,
}

/// Whoever follows packets in their order: conversations, and datagrams made of fragments.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    tracker: Tracker,
    reassembler: Reassembler,
}

impl Reader {
    /// Takes the next packet. `each` gets it as a segment of its conversation, if it is one.
    pub fn take(
        &mut self,
        packet: &Packet<'_>,
        decoded: &Decoded<'_>,
        each: impl FnOnce(&Segment<'_>, &Seen),
    ) -> Known {
        let time = packet.time.unwrap_or(Stamp(0));
        if decoded.fragment.is_none() {
            let segment = decoded.segment(packet.number, time);
            let seen = segment.map(|segment| self.segment(&segment, each));
            return Known { seen, fragments: Reassembled::default() };
        }
        let fragments = self.reassembler.push(packet.number, time, decoded);
        let whole = fragments.whole.as_ref().map(|whole| whole.decode());
        let segment = whole.as_ref().and_then(|whole| whole.segment(packet.number, time));
        let seen = segment.map(|segment| self.segment(&segment, each));
        Known { seen, fragments }
    }

    fn segment(&mut self, segment: &Segment<'_>, each: impl FnOnce(&Segment<'_>, &Seen)) -> Seen {
        let seen = self.tracker.take(segment);
        each(segment, &seen);
        seen
    }
}

/// Rows of packets.
#[derive(Debug, Clone, Default)]
pub struct List {
    layout: Layout,
    palette: Palette,
    reader: Reader,
    local: Local,
    first: Option<Stamp>,
    before: Option<Stamp>,
    /// Columns of the longest addresses so far.
    widths: [usize; 2],
    words: String,
}

/// Columns of an IPv4 address.
const LEAST: usize = 15;
/// Columns of the protocol.
const PROTOCOL: usize = 7;

impl List {
    /// An empty list.
    pub fn new(layout: Layout, palette: Palette) -> Self {
        let local = Local::new(if let Clock::OfDay(offset) = layout.clock { offset } else { 0 });
        Self { layout, palette, local, widths: [LEAST; 2], ..Self::default() }
    }

    /// Appends the row of the next packet, unless it is not wanted, and tells what is known of it.
    pub fn packet(&mut self, packet: &Packet<'_>, wanted: bool, out: &mut Vec<u8>) -> Known {
        self.told(packet, wanted, |_, _| {}, out)
    }

    /// The same; `each` gets the packet as a segment of its conversation, if it is one.
    pub fn told(
        &mut self,
        packet: &Packet<'_>,
        wanted: bool,
        each: impl FnOnce(&Segment<'_>, &Seen),
        out: &mut Vec<u8>,
    ) -> Known {
        let decoded = decode(packet.link, packet.bytes, packet.wire_len);
        let known = self.reader.take(packet, &decoded, each);
        if wanted {
            self.row(packet, &decoded, &known, out);
        }
        if let Some(time) = packet.time {
            self.first.get_or_insert(time);
            if wanted {
                self.before = Some(time);
            }
        }
        known
    }

    fn row(&mut self, packet: &Packet<'_>, decoded: &Decoded<'_>, known: &Known, out: &mut Vec<u8>) {
        number::aligned(packet.number, 5, out);
        out.push(b' ');
        self.time(packet.time, out);
        out.extend_from_slice(b"  ");
        let whole = known.fragments.whole.as_ref().map(|whole| whole.decode());
        let shown = whole.as_ref().unwrap_or(decoded);
        let row = Row::of(shown);
        self.palette.peer.begin(out);
        place(row.source, &mut self.widths[0], out);
        out.extend_from_slice(" → ".as_bytes());
        place(row.destination, &mut self.widths[1], out);
        self.palette.peer.end(out);
        out.push(b' ');
        out.extend_from_slice(row.protocol.as_bytes());
        number::spaces(PROTOCOL.saturating_sub(row.protocol.len()), out);
        self.palette.length.paint(out, |out| number::aligned(packet.wire_len.into(), 6, out));
        out.extend_from_slice(b"  ");
        self.info(shown, known, out);
        out.push(b'\n');
    }

    fn time(&mut self, time: Option<Stamp>, out: &mut Vec<u8>) {
        let from = match self.layout.clock {
            Clock::Relative => self.first,
            Clock::Delta => self.before,
            Clock::OfDay(_) => None,
        };
        let local = &mut self.local;
        let clock = self.layout.clock;
        self.palette.time.paint(out, |out| match (time, clock) {
            (None, Clock::OfDay(_)) => out.extend_from_slice(b"--:--:--.------"),
            (None, _) => out.extend_from_slice(b"  -.------"),
            (Some(time), Clock::OfDay(_)) => local.time_of_day(time, out),
            (Some(time), _) => seconds(time, from.unwrap_or(time), out),
        });
    }

    fn info(&mut self, decoded: &Decoded<'_>, known: &Known, out: &mut Vec<u8>) {
        let tcp = known.seen.as_ref().and_then(|seen| seen.tcp.as_ref());
        self.words.clear();
        for mark in tcp.iter().flat_map(|tcp| tcp.marks.iter()) {
            let between = if self.words.is_empty() { "" } else { ", " };
            self.words.push_str(between);
            self.words.push_str(mark.spec().en);
        }
        let told = tcp.map(|tcp| Told { seq: tcp.seq, ack: tcp.ack, words: &self.words });
        let look = Look { charset: self.layout.charset.as_ref(), fold: self.layout.fold, told };
        // A retransmission or what is lost is worth a look.
        let ink = if self.words.is_empty() { &self.palette.text } else { &self.palette.warning };
        ink.paint(out, |out| {
            info(decoded, &look, out);
            if let Some(whole) = &known.fragments.whole {
                let numbers: Vec<_> = whole.packets.iter().map(u64::to_string).collect();
                out.extend_from_slice(format!("  (put together from {})", numbers.join(", ")).as_bytes());
            }
        });
    }
}

/// Appends a place in as many columns as the widest had.
fn place(place: Place, width: &mut usize, out: &mut Vec<u8>) {
    let start = out.len();
    match place {
        Place::Ip(address) => address::ip(address, out),
        other => write!(out, "{other}").expect("a Vec takes everything"),
    }
    let len = out.len() - start;
    *width = (*width).max(len);
    number::spaces(*width - len, out);
}

/// Appends seconds from one time to another with six decimals.
fn seconds(time: Stamp, from: Stamp, out: &mut Vec<u8>) {
    let (sign, nanos) = match time.0.checked_sub(from.0) {
        Some(nanos) => (b' ', nanos),
        None => (b'-', from.0 - time.0),
    };
    let (whole, micros) = (nanos / 1_000_000_000, nanos % 1_000_000_000 / 1000);
    let digits = whole.checked_ilog10().unwrap_or(0) as usize + 1;
    number::spaces(2_usize.saturating_sub(digits), out);
    out.push(sign);
    number::decimal(whole, out);
    out.push(b'.');
    number::digits::<6>(micros as u32, out);
}
