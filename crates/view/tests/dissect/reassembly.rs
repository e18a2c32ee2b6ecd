//! Datagrams from their fragments.

use proptest::collection::vec;
use proptest::prelude::*;
use sockscope_core::facts::Stamp;
use sockscope_view::dissect::{
    Context, Limits, Link, Lost, Reassembled, Reassembler, Tree, Trouble, Whole, decode,
};

use crate::made::{Ends, FOUR, Four, SIX, ip, ipv4, ipv6, udp};
use crate::oracle::ask;

const SECOND: u64 = 1_000_000_000;

/// The part of what IP carries from `start` to `end`.
fn part(ends: Ends, id: u16, carried: &[u8], start: usize, end: usize) -> Vec<u8> {
    let (offset, more) = ((start / 8) as u16, end < carried.len());
    let bytes = &carried[start..end];
    if ends.from.is_ipv4() {
        return ipv4(ends, 17, &Four { id, offset, more, ..Four::default() }, bytes);
    }
    let mut head = vec![17, 0];
    head.extend_from_slice(&(offset << 3 | u16::from(more)).to_be_bytes());
    head.extend_from_slice(&u32::from(id).to_be_bytes());
    ipv6(ends, 44, &[head, bytes.to_vec()].concat())
}

/// A reassembler and what it says of packets that come a second after each other.
struct Line(Reassembler, u64);

impl Line {
    fn new(datagrams: usize, bytes: usize) -> Self {
        Self(Reassembler::new(Limits { datagrams, bytes }), 0)
    }

    fn push(&mut self, packet: &[u8]) -> Reassembled {
        self.1 += 1;
        self.0.push(self.1, Stamp(self.1 * SECOND), &decode(Link::Raw, packet, packet.len() as u32))
    }

    fn whole(&mut self, packet: &[u8]) -> Option<Whole> {
        let out = self.push(packet);
        assert_eq!(out.lost, []);
        out.whole
    }

    fn lost(&mut self, packet: &[u8]) -> Vec<(Trouble, Vec<u64>)> {
        let out = self.push(packet);
        assert_eq!(out.whole, None);
        told(out.lost)
    }
}

fn told(lost: Vec<Lost>) -> Vec<(Trouble, Vec<u64>)> {
    lost.into_iter().map(|lost| (lost.why, lost.packets)).collect()
}

#[test]
fn fragments_in_any_order_become_the_datagram() {
    for ends in [FOUR, SIX] {
        let datagram = udp(ends, 1, 2, &[b'x'; 60]);
        let mut line = Line::new(8, 1000);
        assert_eq!(line.whole(&part(ends, 9, &datagram, 48, 68)), None);
        assert_eq!(line.whole(&part(ends, 9, &datagram, 0, 24)), None);
        assert_eq!(line.0.held(), 68);
        // Another datagram, and one that is whole, change nothing.
        assert_eq!(line.whole(&part(ends, 8, &datagram, 0, 8)), None);
        assert_eq!(line.whole(&ip(ends, 17, &datagram)), None);
        let last = part(ends, 9, &datagram, 24, 48);
        let whole = line.whole(&last).unwrap();
        assert_eq!((&whole.bytes, &whole.packets), (&datagram, &vec![1, 2, 5]));
        let decoded = whole.decode();
        assert_eq!((decoded.ports, decoded.payload_len), (Some((1, 2)), 60));
        assert!(decoded.segment(5, Stamp(0)).is_some());
        let context = Context { outgoing: None, whole: Some(&whole) };
        let shown = crate::trees::text(&Tree::of(&decode(Link::Raw, &last, last.len() as u32), &context));
        assert!(
            shown.contains("Reassembled datagram 0..68: 68 bytes of packets 1, 2, 5\nUDP 0..8"),
            "{shown}"
        );
        assert!(shown.contains(", good"), "{shown}");
        assert_eq!(told(line.0.finish()), [(Trouble::Missing, vec![3])]);
        assert_eq!(line.0.held(), 0);
    }
}

#[test]
fn overlaps_are_refused_and_repetitions_left_out() {
    let datagram = udp(FOUR, 1, 2, &[b'x'; 60]);
    let mut line = Line::new(8, 1000);
    let first = part(FOUR, 1, &datagram, 0, 24);
    assert_eq!(line.lost(&first), []);
    assert_eq!(line.lost(&first), [(Trouble::Repeated, vec![2])]);
    assert_eq!(line.lost(&part(FOUR, 1, &datagram, 16, 40)), [(Trouble::Overlap, vec![1, 3])]);
    assert_eq!(line.lost(&part(FOUR, 1, &datagram, 40, 68)), [(Trouble::Refused, vec![4])]);
    assert_eq!(told(line.0.finish()), []);
}

#[test]
fn what_cannot_be_put_together_says_why() {
    let datagram = udp(FOUR, 1, 2, &[b'x'; 60]);
    let mut line = Line::new(8, 1000);
    assert_eq!(line.lost(&part(FOUR, 1, &datagram, 0, 20)), [(Trouble::Odd, vec![1])]);
    assert_eq!(line.lost(&part(FOUR, 2, &datagram, 48, 68)), []);
    assert_eq!(line.lost(&part(FOUR, 2, &datagram[..40], 24, 40)), [(Trouble::Length, vec![2, 3])]);
    let far = Four { id: 3, offset: 0x1fff, ..Four::default() };
    assert_eq!(line.lost(&ipv4(FOUR, 17, &far, &[0; 16])), [(Trouble::TooLong, vec![4])]);
    let cut = part(FOUR, 4, &datagram, 0, 24);
    let decoded = decode(Link::Raw, &cut[..30], cut.len() as u32);
    assert_eq!(told(line.0.push(5, Stamp(5 * SECOND), &decoded).lost), [(Trouble::Cut, vec![5])]);
}

#[test]
fn nothing_waits_for_ever_nor_without_bound() {
    let datagram = udp(FOUR, 1, 2, &[b'x'; 60]);
    let mut line = Line::new(2, 70);
    assert_eq!(line.lost(&part(FOUR, 1, &datagram, 0, 24)), []);
    assert_eq!(line.lost(&part(FOUR, 2, &datagram, 0, 24)), []);
    assert_eq!(line.lost(&part(FOUR, 3, &datagram, 0, 24)), [(Trouble::Room, vec![1])]);
    // Its bytes begin behind 48 that it has not.
    assert_eq!(line.lost(&part(FOUR, 3, &datagram, 40, 48)), [(Trouble::Room, vec![2])]);
    assert_eq!(line.0.held(), 48);
    line.1 += 30;
    assert_eq!(line.lost(&ip(FOUR, 17, &datagram)), [(Trouble::Late, vec![3, 4])]);
    let six = udp(SIX, 1, 2, &[b'x'; 60]);
    assert_eq!(line.lost(&part(SIX, 1, &six, 0, 24)), []);
    line.1 += 59;
    assert_eq!(line.lost(&ip(FOUR, 17, &datagram)), []);
    assert_eq!(line.lost(&ip(FOUR, 17, &datagram)), [(Trouble::Late, vec![36])]);
}

#[test]
fn tshark_puts_the_same_together() {
    let mut packets = Vec::new();
    for (ends, id) in [(FOUR, 7), (SIX, 8), (FOUR, 9)] {
        let datagram = udp(ends, 61_001, 61_002, &[b'x'; 1000]);
        for (start, end) in [(504, 1008), (0, 256), (256, 504)] {
            packets.push(part(ends, id, &datagram, start, end));
        }
    }
    let fields = ["udp.srcport", "udp.length", "udp.checksum.status"];
    let Some(rows) = ask(Link::Raw, &packets, &fields, &[]) else { return };
    let mut line = Line::new(8, 10_000);
    for (packet, row) in packets.iter().zip(rows) {
        let whole = line.push(packet).whole;
        let decoded = whole.as_ref().map(Whole::decode);
        let ports = decoded.as_ref().and_then(|decoded| decoded.ports);
        let ours = ports.map_or([String::new(), String::new(), String::new()], |(from, _)| {
            let len = decoded.map_or(0, |decoded| decoded.payload_len + 8);
            [from.to_string(), len.to_string(), "1".to_owned()]
        });
        assert_eq!(row, ours);
    }
}

proptest! {
    #[test]
    fn every_cut_and_order_gives_the_datagram(
        len in 9usize..2000,
        cuts in vec(1usize..250, 0..12),
        order in any::<u64>(),
        six in any::<bool>(),
    ) {
        let ends = if six { SIX } else { FOUR };
        let datagram = udp(ends, 1, 2, &vec![7; len]);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut * 8).filter(|cut| *cut < datagram.len()).collect();
        places.extend([0, 8, datagram.len()]);
        places.sort_unstable();
        places.dedup();
        let mut parts: Vec<_> = places.windows(2).map(|two| part(ends, 1, &datagram, two[0], two[1])).collect();
        let mut dice = crate::corpus::Dice(sockscope_core::rng::Rng::new(order));
        let mut line = Line::new(1, 70_000);
        while parts.len() > 1 {
            let next = parts.swap_remove(dice.below(parts.len()));
            prop_assert_eq!(line.whole(&next), None);
        }
        prop_assert_eq!(line.whole(&parts[0]).map(|whole| whole.bytes), Some(datagram));
        prop_assert_eq!(line.0.held(), 0);
    }
}
