//! A stream comes out as it went in, however it is cut, repeated and reordered.

use proptest::prelude::*;
use sockscope_core::facts::Stamp;
use sockscope_view::flow::follow::{Follow, What, Why};
use sockscope_view::flow::{Flags, Head, Side, Tcp};

use super::given::{ACK, FIN, Packet, RST, SYN};

const PORTS: (u16, u16) = (40000, 7000);

fn packet(from: Side, seq: u32, ack: Option<u32>, flags: Flags, payload: &[u8]) -> Packet {
    let flags = if ack.is_some() { flags.and(ACK) } else { flags };
    Packet::new(1000, from, PORTS, Head::Tcp(Tcp { seq, ack, flags, ..Tcp::default() }), payload)
}

/// A piece without time and packet.
#[derive(Debug, PartialEq, Eq, Clone)]
enum Told {
    Bytes(Side, Vec<u8>),
    Gap(Side, u64, Why),
    Differs(u64),
    Late(u64),
}

fn told(follow: &mut Follow, packets: &[Packet], end: bool) -> Vec<Told> {
    let mut all = Vec::new();
    let mut take = |piece: sockscope_view::flow::follow::Piece<'_>| {
        all.push(match piece.what {
            What::Bytes(bytes) => Told::Bytes(piece.from, bytes.to_vec()),
            What::Gap(len, why) => Told::Gap(piece.from, len, why),
            What::Differs(len) => Told::Differs(len),
            What::Late(len) => Told::Late(len),
        });
    };
    for (number, packet) in (1..).zip(packets) {
        follow.take(packet.from, &packet.segment(number), &mut take);
    }
    if end {
        follow.end(Stamp(0), packets.len() as u64, &mut take);
    }
    all
}

fn bytes(told: &[Told]) -> Vec<u8> {
    let one = |piece: &Told| match piece {
        Told::Bytes(_, bytes) => bytes.clone(),
        other => panic!("{other:?}"),
    };
    told.iter().flat_map(one).collect()
}

use Side::{Client, Server};

fn data(seq: u32, payload: &[u8]) -> Packet {
    packet(Client, seq, None, Flags::default(), payload)
}

fn syn(seq: u32) -> Packet {
    packet(Client, seq, None, SYN, b"")
}

fn is(client: &[u8]) -> Told {
    Told::Bytes(Client, client.to_vec())
}

#[test]
fn a_hole_is_told_once_it_is_acknowledged() {
    let mut follow = Follow::default();
    let first = [syn(99), data(100, b"ab"), data(104, b"ef")];
    assert_eq!(told(&mut follow, &first, false), [is(b"ab")]);
    assert_eq!(told(&mut follow, &[packet(Server, 1, Some(102), ACK, b"")], false), []);
    let gap = Told::Gap(Client, 2, Why::NotCaptured);
    assert_eq!(
        told(&mut follow, &[packet(Server, 1, Some(106), ACK, b"x")], false),
        [gap, is(b"ef"), Told::Bytes(Server, b"x".to_vec())]
    );
    assert_eq!(told(&mut follow, &[data(101, b"bcd")], false), [Told::Late(2)]);
}

#[test]
fn at_the_end_nothing_is_held_back() {
    let mut follow = Follow::default();
    let packets = [syn(99), data(102, b"c"), packet(Server, 1, Some(101), ACK, b"")];
    let gap = Told::Gap(Client, 1, Why::NotCaptured);
    assert_eq!(told(&mut follow, &packets, true), [gap, Told::Gap(Client, 1, Why::NotSeen), is(b"c")]);
    let mut follow = Follow::default();
    let packets = [syn(99), packet(Server, 1, Some(105), ACK, b"")];
    assert_eq!(told(&mut follow, &packets, true), [Told::Gap(Client, 5, Why::NotCaptured)]);
}

#[test]
fn a_fin_that_is_acknowledged_is_no_gap() {
    let packets = [
        syn(99),
        data(100, b"a"),
        packet(Client, 101, None, FIN, b""),
        packet(Server, 1, Some(102), ACK, b""),
    ];
    assert_eq!(told(&mut Follow::default(), &packets, true), [is(b"a")]);
}

#[test]
fn the_first_bytes_count_and_others_are_told() {
    let packets = [
        syn(99),
        data(100, b"abc"),
        data(101, b"bXde"),
        data(106, b"g"),
        data(105, b"fG"),
        data(100, b"abcdefg"),
    ];
    let want = [is(b"abc"), Told::Differs(1), is(b"de"), is(b"f"), Told::Differs(1), is(b"g")];
    assert_eq!(told(&mut Follow::default(), &packets, true), want);
}

#[test]
fn a_keep_alive_is_no_other_byte() {
    let packets = [syn(99), data(100, b"abc"), data(102, b"\0"), packet(Client, 103, None, RST, b"why")];
    assert_eq!(told(&mut Follow::default(), &packets, true), [is(b"abc")]);
}

#[test]
fn what_was_cut_is_told() {
    let mut cut = data(100, b"ab");
    cut.len = 10;
    let packets = [syn(99), data(110, b"z"), cut];
    let want = [is(b"ab"), Told::Gap(Client, 8, Why::Cut), is(b"z")];
    assert_eq!(told(&mut Follow::default(), &packets, true), want);
}

#[test]
fn a_recording_may_begin_in_the_middle() {
    let packets = [data(5000, b"b"), data(4990, b"0123456789b!")];
    assert_eq!(told(&mut Follow::default(), &packets, true), [is(b"b"), Told::Late(10), is(b"!")]);
}

#[test]
fn no_more_is_held_than_the_bound() {
    let mut follow = Follow::with_bound(1000);
    let mut all = told(&mut follow, &[syn(99)], false);
    for number in 0..100 {
        all.extend(told(&mut follow, &[data(101 + number * 100, &[7; 100])], false));
        assert!(follow.held() <= 1000);
    }
    assert_eq!(all[..2], [Told::Gap(Client, 1, Why::NotSeen), is(&[7; 100])]);
    assert_eq!(bytes(&all[1..]).len(), 10_000);
}

#[test]
fn datagrams_are_pieces() {
    let mut one = Packet::new(1, Server, PORTS, Head::Udp, b"abc");
    one.len = 5;
    let want = [Told::Bytes(Server, b"abc".to_vec()), Told::Gap(Server, 2, Why::Cut)];
    assert_eq!(told(&mut Follow::default(), &[one], true), want);
}

proptest! {
    #[test]
    fn however_a_stream_is_cut_it_comes_out_whole(
        stream in prop::collection::vec(any::<u8>(), 1..300),
        seq in prop_oneof![any::<u32>(), u32::MAX - 400..=u32::MAX],
        pieces in prop::collection::vec((0_usize..300, 1_usize..60), 0..40),
        swaps in prop::collection::vec((0_usize..80, 0_usize..80), 0..80),
    ) {
        let mut cuts: Vec<_> = (0..stream.len()).step_by(17).map(|at| (at, 17)).collect();
        cuts.extend(pieces.into_iter().filter(|(at, _)| *at < stream.len()));
        let cut = |(at, len): &(usize, usize)| (*at, (at + len).min(stream.len()));
        let mut packets: Vec<_> = cuts.iter().map(cut)
            .map(|(from, to)| data(seq.wrapping_add(1 + from as u32), &stream[from..to])).collect();
        for (one, other) in swaps {
            let len = packets.len();
            packets.swap(one % len, other % len);
        }
        packets.insert(0, syn(seq));
        let mut follow = Follow::default();
        let all = told(&mut follow, &packets, false);
        prop_assert_eq!(bytes(&all), stream);
        prop_assert_eq!(follow.held(), 0);
        prop_assert_eq!(told(&mut follow, &[], true), []);
    }

    #[test]
    fn nothing_makes_it_stumble(
        packets in prop::collection::vec((any::<bool>(), any::<u32>(), any::<Option<u32>>(), 0_u16..64, 0_usize..20, 0_u32..40), 0..60),
        near in any::<bool>(),
    ) {
        let mut follow = Follow::with_bound(500);
        let mut given = 0;
        for (number, (from, seq, ack, flags, kept, len)) in (1..).zip(packets) {
            let narrow = |n: u32| if near { (n % 100).wrapping_sub(50) } else { n };
            let from = if from { Client } else { Server };
            let mut packet = packet(from, narrow(seq), ack.map(narrow), Flags(flags), &vec![0; kept]);
            packet.len = len;
            follow.take(from, &packet.segment(number), &mut |_| given += 1);
            prop_assert!(follow.held() <= 1000);
        }
        follow.end(Stamp(0), 0, &mut |_| given += 1);
        prop_assert_eq!(follow.held(), 0);
        prop_assert!(given < 2000);
    }
}
