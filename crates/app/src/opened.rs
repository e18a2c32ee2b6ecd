//! What `sockscope open` shows of a recording.

mod beside;
mod told;

use std::time::Duration;

use sockscope::core::charset::Viewing;
use sockscope::core::facts::Direction;
use sockscope::core::lang::Lang;
use sockscope::core::problem::Problem;
use sockscope::recording::{Piece, Recording, Walk};
use sockscope::view::dissect::{Context, Link, Tree, decode};
use sockscope::view::flow::explain::Explain;
use sockscope::view::flow::stats::{self, Stats};
use sockscope::view::flow::{Seen, Segment, Transport, follow::Follow};
use sockscope::view::list::{Layout, Lines, List, Packet, Reader};
use sockscope::view::palette::Palette;
use sockscope::view::recording::Item;
use sockscope::view::{hex, sheet};

pub(crate) use beside::Beside;
use beside::Calls;

use crate::cli::open::Which;
use crate::exit::Verdict;
use crate::out::{self, Rows};
use crate::sift::Sift;

/// A recording on its way past: its packets with their numbers, and what is wrong with it.
struct Past {
    walk: Walk,
    links: Vec<Link>,
    number: u64,
    /// Something was wrong with it.
    flawed: bool,
}

/// One thing in a recording, and the packet that it is, if it is one.
struct Met<'a> {
    piece: Piece<'a>,
    packet: Option<Packet<'a>>,
}

impl Past {
    fn new(walk: Walk) -> Self {
        Self { walk, links: Vec::new(), number: 0, flawed: false }
    }

    /// What comes next, until the end.
    fn next(&mut self) -> anyhow::Result<Option<Met<'_>>> {
        let Some(piece) = self.walk.next()? else { return Ok(None) };
        let packet = match &piece.item {
            Item::Packet(packet) => {
                self.number += 1;
                let link = packet.interface.and_then(|number| self.links.get(number as usize).copied());
                Some(Packet {
                    number: self.number,
                    time: packet.time,
                    // Of an interface that nobody described.
                    link: link.unwrap_or(Link::Other(u16::MAX)),
                    bytes: packet.data(piece.bytes),
                    wire_len: packet.wire_len,
                })
            }
            Item::Interface(interface) => {
                self.links.push(interface.link);
                None
            }
            Item::Note(_) => {
                self.flawed = true;
                None
            }
            _ => None,
        };
        Ok(Some(Met { piece, packet }))
    }

    /// What there is to say in the end: that something was wrong is no success.
    fn verdict(&self) -> Verdict {
        if self.flawed { Verdict::No } else { Verdict::Done }
    }
}

/// Whether a packet is wanted.
fn admits(sift: &mut Option<Sift>, packet: &Packet<'_>) -> Result<bool, Problem> {
    sift.as_mut().map_or(Ok(true), |sift| sift.admits(packet.link, packet.bytes, packet.wire_len))
}

/// Every packet, a row each.
pub(crate) fn list(
    walk: Walk,
    mut sift: Option<Sift>,
    layout: Layout,
    palette: Palette,
    mut beside: Option<Beside>,
) -> anyhow::Result<Verdict> {
    let mut past = Past::new(walk);
    let mut rows = Rows::open()?;
    let mut list = List::new(layout, palette.clone());
    let mut line = Vec::new();
    while let Some(Met { piece, packet }) = past.next()? {
        line.clear();
        match packet {
            None => told::beside(&piece.item, &palette, &mut line),
            Some(packet) => {
                let wanted = admits(&mut sift, &packet)?;
                let mut tie = None;
                let each = |segment: &Segment<'_>, seen: &Seen| {
                    tie = beside.as_mut().and_then(|beside| beside.told(segment, seen));
                };
                let known = list.told(&packet, wanted, each, &mut line);
                if let Some(tie) = tie.filter(|_| wanted) {
                    told::tie(&tie, &palette, &mut line);
                }
                told::lost(&known, &palette, &mut line);
            }
        }
        rows.put(&line)?;
    }
    rows.flush()?;
    if past.number == 0 {
        out::talk("there are no packets in this recording\n");
    }
    Ok(past.verdict())
}

/// Every packet, a JSON line each.
pub(crate) fn lines(walk: Walk, mut sift: Option<Sift>) -> anyhow::Result<Verdict> {
    let mut past = Past::new(walk);
    let mut rows = Rows::open()?;
    let mut lines = Lines::default();
    let mut line = Vec::new();
    while let Some(Met { piece, packet }) = past.next()? {
        if let Item::Note(note) = &piece.item {
            out::talk(&format!("warning: {note}\n"));
        }
        if let Some(packet) = packet {
            line.clear();
            lines.packet(&packet, admits(&mut sift, &packet)?, &told::comments(&piece), &mut line);
            rows.put(&line)?;
        }
    }
    rows.flush()?;
    Ok(past.verdict())
}

/// One packet: its fields and its bytes.
pub(crate) fn sheet(walk: Walk, wanted: u64, palette: &Palette) -> anyhow::Result<Verdict> {
    let mut past = Past::new(walk);
    let mut reader = Reader::default();
    while let Some(Met { piece, packet }) = past.next()? {
        let Some(packet) = packet else { continue };
        let decoded = decode(packet.link, packet.bytes, packet.wire_len);
        let known = reader.take(&packet, &decoded, |_, _| {});
        if packet.number != wanted {
            continue;
        }
        let mut shown = Vec::new();
        told::head(&packet, &piece, &known, palette, &mut shown);
        let outgoing = told::outgoing(&piece);
        let tree = Tree::of(&decoded, &Context { outgoing, whole: known.fragments.whole.as_ref() });
        sheet::tree(&tree, palette, &mut shown);
        shown.push(b'\n');
        hex::dump(packet.bytes, 0, &mut shown);
        for buffer in &tree.buffers {
            shown.extend_from_slice(format!("\n{}:\n", buffer.name).as_bytes());
            hex::dump(&buffer.bytes, 0, &mut shown);
        }
        out::result(&shown)?;
        return Ok(Verdict::Done);
    }
    let what = format!("there is no packet {wanted}: the recording has {}", past.number);
    Err(Problem::whole("", what, "open it without --packet to see all").into())
}

/// Gives the segments of conversations to `take`, in order, and which way they went where that is recorded.
fn segments(
    past: &mut Past,
    mut take: impl FnMut(&Segment<'_>, &Seen, Option<Direction>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut reader = Reader::default();
    while let Some(Met { piece, packet }) = past.next()? {
        let (Some(packet), Item::Packet(recorded)) = (packet, &piece.item) else { continue };
        let direction = recorded.direction;
        let decoded = decode(packet.link, packet.bytes, packet.wire_len);
        let mut result = Ok(());
        reader.take(&packet, &decoded, |segment, seen| result = take(segment, seen, direction));
        result?;
    }
    Ok(())
}

/// Gives every datagram and segment to `take`, in order; whether nothing was wrong with the recording.
pub(crate) fn each(walk: Walk, mut take: impl FnMut(&Segment<'_>)) -> anyhow::Result<Verdict> {
    let mut past = Past::new(walk);
    segments(&mut past, |segment, _, _| {
        take(segment);
        Ok(())
    })?;
    Ok(past.verdict())
}

/// What a conversation said.
pub(crate) fn follow(
    walk: Walk,
    which: Which,
    charset: Option<Viewing>,
    palette: &Palette,
) -> anyhow::Result<Verdict> {
    let mut past = Past::new(walk);
    let mut rows = Rows::open()?;
    let mut follow = Follow::default();
    let mut teller = told::Teller::new(charset, palette);
    let mut last = None;
    segments(&mut past, |segment, seen, _| {
        if (seen.transport, seen.stream) != (which.0, which.1) {
            return Ok(());
        }
        teller.meet(segment, seen);
        last = Some((segment.time, segment.number));
        follow.take(seen.from, segment, &mut |piece| teller.piece(&piece));
        Ok(rows.put(&teller.taken())?)
    })?;
    let Some((time, number)) = last else { return Err(absent(which).into()) };
    follow.end(time, number, &mut |piece| teller.piece(&piece));
    rows.put(&teller.taken())?;
    rows.flush()?;
    Ok(past.verdict())
}

/// Conversations in numbers.
pub(crate) fn stats(
    walk: Walk,
    mut sift: Option<Sift>,
    interval: Duration,
    json: bool,
) -> anyhow::Result<Verdict> {
    let mut past = Past::new(walk);
    let mut stats = Stats::new(interval);
    let mut reader = Reader::default();
    while let Some(Met { packet, .. }) = past.next()? {
        let Some(packet) = packet else { continue };
        let decoded = decode(packet.link, packet.bytes, packet.wire_len);
        let wanted = admits(&mut sift, &packet)?;
        reader.take(&packet, &decoded, |segment, seen| {
            if wanted {
                stats.take(segment, seen);
            }
        });
    }
    let mut shown = Vec::new();
    if json {
        stats::lines(&stats, &mut shown)
    } else {
        stats::table(&stats, &mut shown)
    }
    out::result(&shown)?;
    Ok(past.verdict())
}

/// A conversation packet by packet. `beside`: a recording of the sessions of those who had it, which knows what they
/// sent at once.
pub(crate) fn explain(
    walk: Walk,
    which: Option<Which>,
    lang: Lang,
    beside: Option<Recording>,
) -> anyhow::Result<Verdict> {
    let Which(transport, stream) = which.unwrap_or(Which(Transport::Tcp, 0));
    let calls = beside.map(Calls::read).transpose()?;
    let mut past = Past::new(walk);
    let mut rows = Rows::open()?;
    let mut explain = None;
    let mut shown = Vec::new();
    segments(&mut past, |segment, seen, _| {
        if (seen.transport, seen.stream) == (transport, stream) {
            let explain = explain.get_or_insert_with(|| {
                let sends = calls.as_ref().map(|calls| calls.of(segment, seen));
                Explain::new(lang, sends.unwrap_or_default())
            });
            explain.take(segment, seen, &mut shown);
            rows.put(&shown)?;
            shown.clear();
        }
        Ok(())
    })?;
    let Some(mut explain) = explain else { return Err(absent(Which(transport, stream)).into()) };
    explain.end(&mut shown);
    rows.put(&shown)?;
    rows.flush()?;
    Ok(past.verdict())
}

fn absent(Which(transport, number): Which) -> Problem {
    let what = format!("there is no conversation {}:{number} in this recording", transport.word());
    Problem::whole("", what, "--stats lists them all")
}
