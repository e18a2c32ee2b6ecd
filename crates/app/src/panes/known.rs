//! What the packets before tell about one, kept small: of all packets together it takes no more than conversations,
//! marks and fragments need.

use std::collections::HashMap;
use std::net::SocketAddr;

use sockscope::view::flow::{Head, Mark, Marks, Seen, Segment, Tcp};
use sockscope::view::list::Reader;

use super::packets::Raw;

/// Who sends, and to whom.
type Way = (SocketAddr, SocketAddr);

/// What is known of conversations, as far as somebody followed them. Numbers of packets are from 1.
#[derive(Debug, Default)]
pub(super) struct Known {
    reader: Reader,
    done: u64,
    /// Where relative sequence numbers of a way begin, each from a packet on.
    bases: HashMap<Way, Vec<(u64, u32)>>,
    /// Packets that are remarkable, and why.
    marked: Vec<u64>,
    marks: Vec<Marks>,
    /// Packets that datagrams were put together from, and of each datagram the last one, with where its own end.
    parts: Vec<u64>,
    wholes: Vec<(u64, usize)>,
}

impl Known {
    /// Through how many packets conversations were followed.
    pub(super) fn done(&self) -> u64 {
        self.done
    }

    /// Takes the next packet.
    pub(super) fn take(&mut self, raw: &Raw) {
        let (mut ways, mut marks) = ([None; 2], Marks::default());
        let decoded = raw.decode();
        let known = self.reader.take(&raw.packet(), &decoded, |segment, seen| {
            ways = bases(segment, seen);
            marks = seen.tcp.map(|tcp| tcp.marks).unwrap_or_default();
        });
        for (way, base) in ways.into_iter().flatten() {
            let all = self.bases.entry(way).or_default();
            if all.last().is_none_or(|(_, last)| *last != base) {
                all.push((raw.number, base));
            }
        }
        if !marks.is_empty() {
            self.marked.push(raw.number);
            self.marks.push(marks);
        }
        if let Some(whole) = known.fragments.whole {
            self.parts.extend(whole.packets);
            self.wholes.push((raw.number, self.parts.len()));
        }
        self.done += 1;
    }

    /// Passes one over.
    pub(super) fn skip(&mut self) {
        self.done += 1;
    }

    /// Sequence and acknowledgment number of a segment, counted from the first of its conversation.
    pub(super) fn relative(&self, segment: &Segment<'_>, tcp: &Tcp) -> Option<(u32, Option<u32>)> {
        let base = |way| {
            let all = self.bases.get(&way)?;
            let at = all.partition_point(|(from, _)| *from <= segment.number).checked_sub(1)?;
            Some(all[at].1)
        };
        let known = segment.number <= self.done;
        let seq = base((segment.source, segment.destination)).filter(|_| known)?;
        let ack = base((segment.destination, segment.source));
        Some((tcp.seq.wrapping_sub(seq), tcp.ack.zip(ack).map(|(ack, base)| ack.wrapping_sub(base))))
    }

    /// What is remarkable about a packet, in words.
    pub(super) fn words(&self, number: u64) -> String {
        let Ok(at) = self.marked.binary_search(&number) else { return String::new() };
        let marks = self.marks[at];
        let kinds = [Mark::FastRetransmission, Mark::SpuriousRetransmission];
        let kind = kinds.iter().any(|kind| marks.has(*kind));
        let told = marks.iter().filter(|mark| *mark != Mark::Retransmission || !kind);
        told.map(|mark| mark.spec().en).collect::<Vec<_>>().join(", ")
    }

    /// The packets that the datagram was put together from of which this one was the last.
    pub(super) fn parts(&self, number: u64) -> Option<&[u64]> {
        let at = self.wholes.binary_search_by_key(&number, |(last, _)| *last).ok()?;
        let from = at.checked_sub(1).map_or(0, |before| self.wholes[before].1);
        self.parts.get(from..self.wholes[at].1)
    }
}

/// Where the relative numbers of both ways begin.
fn bases(segment: &Segment<'_>, seen: &Seen) -> [Option<(Way, u32)>; 2] {
    let (Head::Tcp(tcp), Some(known)) = (&segment.head, seen.tcp) else { return [None; 2] };
    let way = (segment.source, segment.destination);
    let back = tcp.ack.zip(known.ack).map(|(ack, relative)| ((way.1, way.0), ack.wrapping_sub(relative)));
    [Some((way, tcp.seq.wrapping_sub(known.seq))), back]
}
