//! One address heard by several sockets, and who sent how much.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::net::UdpSocket;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::{PATIENCE, schema};

const LISTEN: [&str; 4] = ["listen", "udp://127.0.0.1:0", "--shards", "2"];

fn listen(args: &[&str]) -> (Program, (&'static str, u16)) {
    let program = Program::start(&mut sockscope(&[&LISTEN, args].concat()));
    let there = ("127.0.0.1", program.port());
    (program, there)
}

fn sockets(count: usize) -> Vec<UdpSocket> {
    let socket = || UdpSocket::bind("127.0.0.1:0").unwrap();
    let sockets: Vec<_> = (0..count).map(|_| socket()).collect();
    sockets.iter().for_each(|socket| socket.set_read_timeout(Some(PATIENCE)).unwrap());
    sockets
}

fn lines(finished: &Finished) -> Vec<Value> {
    finished.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_type<'a>(lines: &'a [Value], name: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == name).collect()
}

fn text(line: &Value, key: &str) -> String {
    line[key].as_str().unwrap().to_owned()
}

#[test]
fn every_datagram_of_many_peers_comes_once_and_each_peer_meets_one_shard() {
    let (program, there) = listen(&["--json", "--encoding", "utf-8", "--count", "600", "--peers", "50"]);
    let peers = sockets(200);
    for round in 0..3 {
        for (number, peer) in peers.iter().enumerate() {
            peer.send_to(format!("{number} {round}").as_bytes(), there).unwrap();
        }
    }
    let told = program.finish().expect(0);
    let lines = lines(&told);
    let (mut seen, mut met) = (BTreeSet::new(), BTreeMap::<String, BTreeSet<u64>>::new());
    for message in of_type(&lines, "message") {
        assert!(seen.insert((text(message, "peer"), text(message, "text"))), "{message}");
        met.entry(text(message, "peer")).or_default().insert(message["socket"].as_u64().unwrap());
    }
    let sent = peers.iter().enumerate().flat_map(|(number, peer)| {
        (0..3).map(move |round| (peer.local_addr().unwrap().to_string(), format!("{number} {round}")))
    });
    assert_eq!(seen, sent.collect());
    assert!(met.values().all(|shards| shards.len() == 1), "{met:?}");
    assert_eq!(met.values().flatten().collect::<BTreeSet<_>>(), BTreeSet::from([&1, &2]));
    sums(&lines, &told, 600);
    peers_told(&lines, 50, 600);
}

/// Totals of the shards are told each and together, and every event has a number of its own.
fn sums(lines: &[Value], told: &Finished, messages: u64) {
    let closed = lines.iter().filter(|line| line["state"] == "closed");
    let totals: Vec<u64> = closed.map(|line| line["totals"]["rx_messages"].as_u64().unwrap()).collect();
    assert_eq!((totals.len(), totals.iter().sum()), (2, messages), "{totals:?}");
    let together = format!("received {messages} datagrams");
    let said = told.err.lines().find(|line| line.contains("on all 2 shards together")).unwrap();
    assert!(said.starts_with(&together) && said.ends_with("stopped after --count"), "{said}");
    let mut seqs: Vec<u64> = lines.iter().filter_map(|line| line["seq"].as_u64()).collect();
    seqs.sort_unstable();
    assert!(seqs.iter().zip(1..).all(|(seq, number)| *seq == number), "{seqs:?}");
}

/// The last line tells who sent how much, as the schema says.
fn peers_told(lines: &[Value], rows: usize, messages: u64) {
    let rules = Program::run(&mut sockscope(&["schema"])).expect(0).text();
    let rules: Value = serde_json::from_str(&rules).unwrap();
    let last = lines.last().unwrap();
    assert_eq!(schema::check(&rules, last), Ok(()));
    assert_eq!((&last["type"], &last["messages"]), (&"peers".into(), &messages.into()));
    assert_eq!(last["peers"].as_array().unwrap().len(), rows);
    assert!(last["replaced"].as_u64().unwrap() > 0 && last["hidden_max"].as_u64().unwrap() >= 3, "{last}");
}

#[test]
fn the_count_is_that_of_all_shards_together() {
    let (program, there) = listen(&["--json", "--count", "1000"]);
    let over = AtomicBool::new(false);
    let told = thread::scope(|scope| {
        scope.spawn(|| {
            let peers = sockets(20);
            for number in 0..500_000 {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                peers[number % peers.len()].send_to(b"again", there).unwrap();
            }
        });
        let told = program.finish();
        over.store(true, Ordering::Relaxed);
        told.expect(0)
    });
    let lines = lines(&told);
    assert_eq!(of_type(&lines, "message").len(), 1000);
    sums(&lines, &told, 1000);
}

#[test]
fn each_shard_answers_its_own_peers() {
    for args in [&["echo", "udp://127.0.0.1:0", "--shards", "3"][..], &[&LISTEN[..], &["--echo"]].concat()] {
        let program = Program::start(&mut sockscope(args));
        let there = ("127.0.0.1", program.port());
        for (number, peer) in sockets(30).iter().enumerate() {
            let mut answer = [0; 64];
            peer.send_to(number.to_string().as_bytes(), there).unwrap();
            let len = peer.recv(&mut answer).unwrap();
            assert_eq!(answer[..len], *number.to_string().as_bytes());
        }
        program.interrupt();
        let told = program.finish().expect(0);
        assert!(told.err.contains("received 30 datagrams (50 B) on all "), "{}", told.err);
        assert!(told.err.contains(", sent 30 datagrams (50 B)"), "{}", told.err);
    }
}

#[test]
fn a_signal_ends_all_shards_in_order_with_one_sum() {
    let (program, there) = listen(&["--peers", "2"]);
    for peer in sockets(3) {
        peer.send_to(b"hello", there).unwrap();
        program.shows(&peer.local_addr().unwrap().to_string());
    }
    program.interrupt();
    let told = program.finish().expect(0);
    for part in ["shard 0: received ", "shard 1: received ", "; stopped by a signal"] {
        assert!(told.err.contains(part), "{part}: {}", told.err);
    }
    assert_eq!(told.err.matches(" on all 2 shards together").count(), 1, "{}", told.err);
    let table: Vec<_> = told.text().lines().rev().take(5).map(str::to_owned).collect();
    assert!(
        table.iter().any(|line| line.starts_with("127.0.0.1:") && line.contains("  shard ")),
        "{table:?}"
    );
    assert!(told.text().contains(", 3 messages of all\n"), "{}", told.text());
}

#[test]
fn silence_of_all_ends_all() {
    let (program, _) = listen(&["--idle", "100ms"]);
    let told = program.finish().expect(0);
    assert_eq!(told.err.matches("; idle\n").count(), 3, "{}", told.err);
}

#[test]
fn drops_are_told_with_the_shard_that_had_no_room() {
    let (program, there) = listen(&["--rcvbuf", "2304"]);
    program.pause();
    let peer = &sockets(1)[0];
    for _ in 0..100 {
        peer.send_to(&[b'x'; 1000], there).unwrap();
    }
    program.resume();
    let row = program.shows("dropped");
    assert!(row.contains("shard 0") || row.contains("shard 1"), "{row}");
    program.interrupt();
    program.finish().expect(0);
}

#[test]
fn shards_share_their_port_with_nobody_else() {
    let (program, there) = listen(&[]);
    let place = format!("udp://127.0.0.1:{}", there.1);
    for shards in [&["--shards", "2"][..], &[]] {
        let args = [&["listen", &place][..], shards].concat();
        let told = Program::run(&mut sockscope(&args)).expect(2);
        assert!(
            told.err.contains("address is already in use") || told.err.contains("has it;"),
            "{}",
            told.err
        );
        assert!(!told.err.contains("listening"), "{}", told.err);
    }
    program.interrupt();
    program.finish().expect(0);
}

#[test]
fn where_one_shard_cannot_be_opened_none_is() {
    let program = env!("CARGO_BIN_EXE_sockscope");
    let script = format!("ulimit -n 20 && exec {program} listen udp://127.0.0.1:0 --shards 64");
    let told = Program::run(Command::new("sh").args(["-c", &script])).expect(2);
    assert!(told.err.contains("open files"), "{}", told.err);
    assert!(!told.err.contains("listening"), "{}", told.err);
}

#[test]
fn what_cannot_be_sharded_is_refused() {
    let refused = |args: &[&str], why: &str| {
        let told = Program::run(&mut sockscope(args)).expect(2);
        assert!(told.err.contains(why), "{args:?}: {}", told.err);
    };
    refused(&["listen", "tcp://127.0.0.1:0", "--shards", "2"], "only udp on Linux");
    refused(&["listen", "udp://239.1.2.3:0", "--shards", "2"], "goes to every socket");
    refused(&["listen", "udp://:0", "udp://:0", "--shards", "2"], "--shards is for one endpoint, here are 2");
    refused(&[&LISTEN[..], &["--save", "-"]].concat(), "standard output cannot be for the recordings");
    refused(&[&LISTEN[..], &["--broadcast"]].concat(), "cannot be used with");
    refused(&["listen", "udp://:0", "--shards", "0"], "from 1 to 256");
    refused(&["listen", "udp://:0", "--peers", "0"], "each takes");
}
