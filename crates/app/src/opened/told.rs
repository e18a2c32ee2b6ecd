//! What is said about packets, beside and between them.

use std::fmt::Write as _;

use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::facts::{Direction, Stamp};
use sockscope::recording::Piece;
use sockscope::view::flow::follow::{self, What, Why};
use sockscope::view::flow::{Seen, Segment, Side};
use sockscope::view::list::{Known, Packet};
use sockscope::view::palette::{Ink, Palette};
use sockscope::view::recording::Item;
use sockscope::view::text;
use sockscope::view::time::Utc;

/// Appends what a recording has besides packets: what happened, and what is wrong with it.
pub(super) fn beside(item: &Item, palette: &Palette, out: &mut Vec<u8>) {
    match item {
        Item::Note(note) => line("!!", &note.to_string(), &palette.warning, out),
        Item::Statistics(statistics) => {
            for comment in &statistics.comments {
                line("--", &String::from_utf8_lossy(comment), &palette.note, out);
            }
        }
        _ => {}
    }
}

/// Appends which fragments were given up with a packet.
pub(super) fn lost(known: &Known, palette: &Palette, out: &mut Vec<u8>) {
    for lost in &known.fragments.lost {
        let numbers: Vec<_> = lost.packets.iter().map(u64::to_string).collect();
        let words = format!("fragments of {} (packets {}): {}", lost.source, numbers.join(", "), lost.why);
        line("!!", &words, &palette.warning, out);
    }
}

/// Appends where else a packet is.
pub(super) fn tie(words: &str, palette: &Palette, out: &mut Vec<u8>) {
    line("==", words, &palette.note, out);
}

fn line(mark: &str, words: &str, ink: &Ink, out: &mut Vec<u8>) {
    ink.paint(out, |out| {
        out.extend_from_slice(format!("   {mark}  ").as_bytes());
        text::line(words, out);
    });
    out.push(b'\n');
}

/// Which way a packet went, as its flags say.
pub(super) fn outgoing(piece: &Piece<'_>) -> Option<bool> {
    let Item::Packet(packet) = &piece.item else { return None };
    packet.direction.map(|direction| direction == Direction::Tx)
}

/// The comments that a packet was recorded with.
pub(super) fn comments(piece: &Piece<'_>) -> Vec<String> {
    let Item::Packet(packet) = &piece.item else { return Vec::new() };
    packet.options(piece.bytes).comments().map(|words| String::from_utf8_lossy(words).into_owned()).collect()
}

/// Appends what is known of a packet besides its bytes.
pub(super) fn head(
    packet: &Packet<'_>,
    piece: &Piece<'_>,
    known: &Known,
    palette: &Palette,
    out: &mut Vec<u8>,
) {
    let mut words = format!("packet {}", packet.number);
    if let Some(time) = packet.time {
        let mut utc = Vec::new();
        Utc::default().rfc3339_nanos(time, &mut utc);
        write!(words, ", {}", String::from_utf8_lossy(&utc)).expect("a String takes everything");
    }
    let captured = packet.bytes.len();
    write!(words, ", {} bytes on the wire", packet.wire_len).expect("a String takes everything");
    if captured < packet.wire_len as usize {
        write!(words, ", {captured} recorded").expect("a String takes everything");
    }
    match outgoing(piece) {
        Some(true) => words += ", sent",
        Some(false) => words += ", received",
        None => {}
    }
    if let Some(seen) = &known.seen {
        write!(words, ", conversation {}:{}", seen.transport.word(), seen.stream)
            .expect("a String takes everything");
    }
    palette.length.paint(out, |out| out.extend_from_slice(words.as_bytes()));
    out.push(b'\n');
    let Item::Packet(recorded) = &piece.item else { return };
    if let Some(drops) = recorded.drops.filter(|drops| *drops > 0) {
        line("!!", &format!("{drops} packets were dropped before it"), &palette.warning, out);
    }
    for comment in comments(piece) {
        line("--", &comment, &palette.note, out);
    }
    out.push(b'\n');
}

/// Shows what both sides of a conversation said.
pub(super) struct Teller<'p> {
    charset: Option<Viewing>,
    palette: &'p Palette,
    ends: Option<[String; 2]>,
    said: Option<Side>,
    start: Stamp,
    out: Vec<u8>,
}

impl<'p> Teller<'p> {
    pub(super) fn new(charset: Option<Viewing>, palette: &'p Palette) -> Self {
        Self { charset, palette, ends: None, said: None, start: Stamp(0), out: Vec::new() }
    }

    /// Takes note of who talks.
    pub(super) fn meet(&mut self, segment: &Segment<'_>, seen: &Seen) {
        if self.ends.is_none() {
            let (source, destination) = (segment.source.to_string(), segment.destination.to_string());
            self.ends = Some(match seen.from {
                Side::Client => [source, destination],
                Side::Server => [destination, source],
            });
            self.start = segment.time;
        }
    }

    pub(super) fn piece(&mut self, piece: &follow::Piece<'_>) {
        match piece.what {
            What::Bytes(bytes) => self.bytes(piece, bytes),
            What::Gap(count, why) => {
                let why = match why {
                    Why::NotCaptured => "were sent and acknowledged, but not captured",
                    Why::NotSeen => "never came in this recording",
                    Why::Cut => "were cut off when it was recorded",
                };
                self.note(&format!("{count} bytes {why}"));
            }
            What::Differs(count) => self.note(&format!("{count} bytes were sent again with other values")),
            What::Late(count) => {
                self.note(&format!("{count} bytes came too late to be shown in their place"))
            }
        }
    }

    /// A line of who speaks, whenever that changes, and what is said.
    fn bytes(&mut self, piece: &follow::Piece<'_>, bytes: &[u8]) {
        let Some(ends) = &self.ends else { return };
        let (arrow, ink, who) = match piece.from {
            Side::Client => ("→", &self.palette.tx, &ends[0]),
            Side::Server => ("←", &self.palette.rx, &ends[1]),
        };
        if self.said != Some(piece.from) {
            let nanos = piece.time.0.saturating_sub(self.start.0);
            let time = format!("{}.{:06}", nanos / 1_000_000_000, nanos % 1_000_000_000 / 1000);
            let words = format!("{arrow} {who}  {time}\n");
            ink.paint(&mut self.out, |out| out.extend_from_slice(words.as_bytes()));
            self.said = Some(piece.from);
        }
        let charset = self.charset.map_or(Charset::UTF_8, |viewing| viewing.resolve(bytes).0);
        self.out.extend_from_slice(b"  ");
        text::show(charset, bytes, None, self.palette, &mut self.out);
        self.out.push(b'\n');
    }

    fn note(&mut self, words: &str) {
        line("!!", words, &self.palette.warning, &mut self.out);
        self.said = None;
    }

    /// What was not taken yet.
    pub(super) fn taken(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}
