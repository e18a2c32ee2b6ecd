//! Whole traces beside tshark: what each says of every packet, the streams, the table of conversations.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sockscope_view::flow::follow::{Follow, Piece, What};
use sockscope_view::flow::stats::Stats;
use sockscope_view::flow::{Head, MARKS, Side, Tracker, Transport};

use super::given::Packet;
use super::oracle;
use super::trace as file;
use super::world::{FAIR, Weather, talk};

/// Conversations at the same time, in all kinds of weather.
fn trace(seed: u64, weather: &[Weather]) -> Vec<Packet> {
    let mut all = Vec::new();
    for (number, weather) in (0_u16..).zip(weather) {
        let start = 1_000_000_000_000 + u64::from(number) * 7_000_000;
        let bytes = [20_000 + usize::from(number) * 3000, 9000];
        all.extend(talk(seed * 100 + u64::from(number), start, (40_000 + number, 7000), bytes, *weather));
    }
    // The first ports once more, after the last packet of their conversation, and a few datagrams.
    let end = all.iter().filter(|packet| packet.ports.0 == 40_000).map(|packet| packet.time).max().unwrap();
    all.extend(talk(seed + 77, end + 50_000_000, (40_000, 7000), [3000, 3000], weather[1]));
    for number in 0..9_u16 {
        let from = if number % 3 == 1 { Side::Server } else { Side::Client };
        let time = 1_000_000_000_000 + u64::from(number) * 9_000_001;
        all.push(Packet::new(time, from, (5000 + number % 4, 53), Head::Udp, b"datagram"));
    }
    all.sort_by_key(|packet| packet.time);
    all
}

const STORM: &[Weather] = &[
    FAIR,
    Weather { lost: 5, ..FAIR },
    Weather { late: 10, ..FAIR },
    Weather { twice: 5, scaled: false, ..FAIR },
    Weather { unseen: 4, ..FAIR },
    Weather { room: 4000, reads: 180, ..FAIR },
    Weather { lost: 3, late: 5, twice: 3, unseen: 2, room: 8000, reads: 20, ..FAIR },
    Weather { aborts: true, lost: 2, ..FAIR },
];

/// All is compared but how often "acked segment not captured" is repeated, as with chaos.
#[test]
fn every_packet_is_told_as_tshark_tells_it() {
    let mut seen = BTreeMap::<_, usize>::new();
    for seed in 0..8 {
        let Some(marks) = oracle::same(&trace(seed, STORM), &["ack_lost_segment"]) else { return };
        marks.into_iter().for_each(|(word, count)| *seen.entry(word).or_default() += count);
    }
    let missing: Vec<_> =
        MARKS.iter().map(|spec| spec.word).filter(|word| !seen.contains_key(word)).collect();
    // Nobody is idle long enough; chaos and marks made by hand have these.
    assert_eq!(missing, ["keep_alive", "keep_alive_ack"]);
}

/// The streams of both sides as tshark gives them: hexadecimal lines, those of the second node behind a tab.
fn followed(file: &Path, streams: usize) -> Option<Vec<[String; 2]>> {
    let each: Vec<_> = (0..streams).map(|stream| format!("follow,tcp,raw,{stream}")).collect();
    let mut args = vec!["-q"];
    each.iter().for_each(|each| args.extend(["-z", each]));
    let text = oracle::tshark(file, &args)?;
    let mut all = vec![[String::new(), String::new()]; streams];
    for part in text.split("Follow: tcp,raw").skip(1) {
        let after = |start: &str| part.lines().find_map(|line| line.strip_prefix(start)).unwrap();
        let stream: usize = after("Filter: tcp.stream eq ").parse().unwrap();
        let first = usize::from(!after("Node 0: ").starts_with("10.0.0.1"));
        let data = part.lines().skip_while(|line| !line.starts_with("Node 1")).skip(1);
        for line in data.take_while(|line| !line.starts_with('=')) {
            all[stream][first ^ usize::from(line.starts_with('\t'))] += line.trim();
        }
    }
    Some(all)
}

/// What tshark writes in place of bytes that are missing.
fn hole(len: u64) -> Vec<u8> {
    format!("[{len} bytes missing in capture file]\0").into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn streams_are_those_that_tshark_follows() {
    let mut whole = 0;
    for seed in 0..3 {
        let packets = trace(seed, STORM);
        let (_folder, path) = oracle::file(&packets);
        let mut tracker = Tracker::default();
        let mut follows: Vec<(Follow, [Vec<u8>; 2])> = Vec::new();
        let add = |sides: &mut [Vec<u8>; 2], piece: Piece<'_>| match piece.what {
            What::Bytes(bytes) => sides[piece.from as usize].extend(bytes),
            What::Gap(len, _) => sides[piece.from as usize].extend(hole(len)),
            What::Differs(_) => panic!("nobody sends other bytes"),
            What::Late(_) => {}
        };
        for (number, packet) in (1..).zip(&packets) {
            let segment = packet.segment(number);
            let seen = tracker.take(&segment);
            if seen.transport == Transport::Udp {
                continue;
            }
            let stream = seen.stream as usize;
            follows.resize_with(follows.len().max(stream + 1), Default::default);
            let (follow, sides) = &mut follows[stream];
            follow.take(seen.from, &segment, &mut |piece| add(sides, piece));
        }
        let Some(all) = followed(&path, follows.len()) else { return };
        for (stream, ((_, sides), theirs)) in follows.iter().zip(&all).enumerate() {
            for side in 0..2 {
                // It does not tell a hole, nor what follows, that only the last acknowledgments show.
                let ours = hex(&sides[side]);
                let rest =
                    ours.strip_prefix(&theirs[side]).map(|rest| rest.is_empty() || rest.starts_with("5b"));
                assert_eq!(rest, Some(true), "seed {seed}, stream {stream}, side {side}");
                whole += u32::from(ours.len() == theirs[side].len());
            }
        }
    }
    assert!(whole > 40, "only {whole} of 54 are the same to the end");
}

#[test]
fn the_table_is_that_of_tshark() {
    let packets = trace(9, STORM);
    let (_folder, path) = oracle::file(&packets);
    let (mut tracker, mut stats) = (Tracker::default(), Stats::new(Duration::from_secs(1)));
    let mut headers: BTreeMap<(u16, Side), usize> = BTreeMap::new();
    for (number, packet) in (1..).zip(&packets) {
        let segment = packet.segment(number);
        stats.take(&segment, &tracker.take(&segment));
        *headers.entry((packet.ports.0, packet.from)).or_default() += file::headers(packet);
    }
    let Some(text) = oracle::tshark(&path, &["-q", "-z", "conv,tcp"]) else { return };
    let theirs: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.contains("<->"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    let ours: Vec<_> = stats.conversations().iter().filter(|one| one.transport == Transport::Tcp).collect();
    assert_eq!(theirs.len(), ours.len());
    for one in ours.into_iter().filter(|one| one.client.port() != 40_000) {
        let name = one.client.to_string();
        // Address, arrow, address, then packets and bytes (with a unit) of what the second sent, of the first, of both.
        let row = theirs.iter().find(|row| row[0] == name).unwrap();
        let number = |at: usize| row[at].replace(',', "").parse::<u64>().unwrap();
        assert_eq!((number(3), number(6)), (one.sent(Side::Server).packets, one.sent(Side::Client).packets));
        for (at, side) in [(4, Side::Server), (7, Side::Client)] {
            let ours = one.sent(side).bytes + headers[&(one.client.port(), side)] as u64;
            let theirs = number(at) * if row[at + 1] == "kB" { 1000 } else { 1 };
            assert_eq!(
                ours / if row[at + 1] == "kB" { 1000 } else { 1 },
                theirs / if row[at + 1] == "kB" { 1000 } else { 1 },
                "{row:?}"
            );
        }
        assert!((row[13].parse::<f64>().unwrap() - one.duration().as_secs_f64()).abs() < 1e-3, "{row:?}");
    }
}
