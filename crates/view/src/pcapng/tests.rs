//! What is recorded of what sockets tell, block by block.

use std::num::NonZeroU32;
use std::time::Duration;

use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::event::{
    Closed, End, Ended, Event, Interfaces, Mark, Messages, Opened, Purpose, SocketId, Totals, Trouble,
    Warning,
};
use sockscope_core::facts::{Clock, Direction, Facts, Peer, Stamp, Unit, UnixName};

use super::{About, Recorder};
use crate::Render;

/// A block: its type and what stands between its two lengths.
type Parts = (u32, Vec<u8>);

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes[..4].try_into().unwrap())
}

fn blocks(mut bytes: &[u8]) -> Vec<Parts> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let length = word(&bytes[4..]) as usize;
        assert_eq!((length % 4, word(&bytes[length - 4..]) as usize), (0, length));
        found.push((word(bytes), bytes[8..length - 4].to_vec()));
        bytes = &bytes[length..];
    }
    found
}

/// The packets: their bytes, and their comments.
fn packets(bytes: &[u8]) -> Vec<(Vec<u8>, String)> {
    let packets = blocks(bytes).into_iter().filter(|(kind, _)| *kind == 6);
    let parts = packets.map(|(_, body)| {
        let len = word(&body[12..]) as usize;
        (body[20..20 + len].to_vec(), comments(&body[20 + len.next_multiple_of(4)..]))
    });
    parts.collect()
}

fn comments(mut options: &[u8]) -> String {
    let mut words = Vec::new();
    while let [a, b, c, d, rest @ ..] = options {
        let (code, len) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]) as usize);
        if code == 1 {
            words.push(String::from_utf8(rest[..len].to_vec()).unwrap());
        }
        options = &rest[len.next_multiple_of(4)..];
    }
    words.join("\n")
}

struct Tape {
    recorder: Recorder,
    out: Vec<u8>,
    seq: u64,
}

impl Tape {
    fn new(about: About) -> Self {
        Self { recorder: Recorder::new(about), out: Vec::new(), seq: 0 }
    }

    fn tell(&mut self, event: &Event<'_>) {
        self.seq += 1;
        self.recorder.event(self.seq, event, &mut self.out);
    }

    fn open(&mut self, endpoint: &str, purpose: Purpose, local: Peer, remote: Option<Peer>) {
        let mut connection = Connection::default();
        connection.connect = Some(Duration::from_micros(5));
        self.tell(&Event::Opened(Opened {
            socket: SocketId(1),
            time: Stamp(10_000),
            purpose,
            endpoint,
            local: Some(local),
            remote,
            granted: &[],
            parent: None,
            number: None,
            name: None,
            unit: Unit::Chunk,
            connection: remote.map(|_| &connection),
        }));
    }

    fn pass(&mut self, direction: Direction, facts: Facts, bytes: &[u8]) {
        let mut batch = Batch::new();
        batch.push(bytes, facts);
        let interfaces = Interfaces(vec![(1, "lo".to_owned())]);
        self.tell(&Event::Messages(Messages {
            socket: SocketId(1),
            direction,
            unit: Unit::Chunk,
            batch: &batch,
            range: 0..1,
            local: None,
            interfaces: &interfaces,
        }));
    }

    fn close(&mut self, why: End) {
        self.tell(&Event::Closed(Closed {
            socket: SocketId(1),
            time: Stamp(99_000),
            why,
            totals: Totals::default(),
            pace: None,
            inside: Inside::default(),
        }));
    }
}

fn inet(text: &str) -> Peer {
    Peer::Inet(text.parse().unwrap())
}

fn facts(nanos: u64) -> Facts {
    with(Facts::default(), |facts| facts.time = Some((Stamp(nanos), Clock::Kernel)))
}

fn with(mut facts: Facts, change: impl FnOnce(&mut Facts)) -> Facts {
    change(&mut facts);
    facts
}

/// Flags, sequence number, acknowledgment and payload of a segment over IPv4.
fn segment(packet: &[u8]) -> (u8, u32, u32, &[u8]) {
    let word = |at: usize| u32::from_be_bytes(packet[at..at + 4].try_into().unwrap());
    (packet[33], word(24), word(28), &packet[20 + usize::from(packet[32] >> 4) * 4..])
}

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const PSH: u8 = 8;
const ACK: u8 = 16;

fn connected() -> Tape {
    let mut tape = Tape::new(About::default());
    tape.open("tcp://127.0.0.1:7", Purpose::Talk, inet("127.0.0.1:5000"), Some(inet("127.0.0.1:7")));
    tape
}

#[test]
fn a_connection_has_a_beginning_numbers_that_go_on_and_an_end() {
    let mut tape = connected();
    tape.pass(Direction::Tx, facts(20_000), b"ping");
    tape.pass(Direction::Rx, facts(30_000), b"pong!");
    for direction in [Direction::Rx, Direction::Tx] {
        tape.tell(&Event::Ended(Ended {
            socket: SocketId(1),
            time: Stamp(40_000),
            direction,
            peer: None,
            number: None,
        }));
    }
    tape.close(End::Ended);
    let packets = packets(&tape.out);
    let seen: Vec<_> = packets.iter().map(|(packet, _)| segment(packet)).collect();
    let none: &[u8] = b"";
    let wanted = [
        (SYN, 0, 0, none),
        (SYN | ACK, 0, 1, none),
        (ACK, 1, 1, none),
        (PSH | ACK, 1, 1, b"ping".as_slice()),
        (PSH | ACK, 1, 5, b"pong!"),
        (FIN | ACK, 6, 5, none),
        (FIN | ACK, 5, 7, none),
    ];
    assert_eq!(seen, wanted);
    assert!(
        packets.iter().all(|(_, comment)| comment.starts_with("headers made, not captured")),
        "{packets:?}"
    );
    assert!(packets[0].1.ends_with("connected after 0.005 ms"), "{}", packets[0].1);
}

#[test]
fn a_connection_that_breaks_is_reset() {
    let mut tape = connected();
    tape.close(End::Broken(sockscope_core::event::Break::Reset));
    let packets = packets(&tape.out);
    assert_eq!(segment(&packets[3].0).0, RST | ACK);
    assert!(packets[3].1.ends_with("the connection broke: reset"), "{}", packets[3].1);
}

#[test]
fn what_is_longer_than_a_segment_is_cut_into_several() {
    let mut tape = connected();
    let long: Vec<u8> = (0..150_000u32).map(|n| n as u8).collect();
    tape.pass(Direction::Tx, facts(20_000), &long);
    let packets = packets(&tape.out);
    let seen: Vec<_> = packets[3..].iter().map(|(packet, _)| segment(packet)).collect();
    assert_eq!(seen.iter().map(|segment| segment.1).collect::<Vec<_>>(), [1, 65_496, 130_991]);
    assert_eq!(seen.iter().flat_map(|segment| segment.3.to_vec()).collect::<Vec<_>>(), long);
    assert!(packets[4].1.ends_with("part 2 of 3"), "{}", packets[4].1);
}

#[test]
fn nobody_sends_more_than_a_window_without_being_acknowledged() {
    let mut tape = connected();
    let much = vec![0; 64 << 20];
    let mut acknowledged = 0;
    for _ in 0..10 {
        tape.pass(Direction::Tx, facts(20_000), &much);
        acknowledged +=
            packets(&tape.out).iter().filter(|(_, words)| words.contains("must have come")).count();
        tape.out.clear();
    }
    assert_eq!(acknowledged, 1);
}

#[test]
fn a_datagram_that_was_cut_keeps_its_length_and_losses_are_counted() {
    let mut tape = Tape::new(About { charset: Some("gbk".to_owned()), ..About::default() });
    tape.open("udp://:9000", Purpose::Listen, inet("0.0.0.0:9000"), None);
    let peer = Some(inet("10.0.0.2:53"));
    let from = with(facts(20_000), |facts| {
        (facts.peer, facts.local) = (peer, Some([10, 0, 0, 1].into()));
        facts.interface = NonZeroU32::new(1);
    });
    tape.pass(
        Direction::Rx,
        with(from, |facts| {
            (facts.cut_from, facts.ttl, facts.tclass) = (Some(2_000), Some(3), Some(0xb9));
        }),
        &[7; 100],
    );
    let trouble = Trouble::KernelDrop { count: 4, total: 4, rcvbuf: Some(2_304), at_least: false };
    tape.tell(&Event::Warning(Warning { socket: SocketId(1), time: Stamp(25_000), what: trouble }));
    tape.pass(Direction::Rx, with(from, |facts| facts.drops = Some(4)), b"x");
    tape.close(End::Count);
    let blocks = blocks(&tape.out);
    assert_eq!(blocks.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [1, 6, 5, 6, 5]);
    let (first, lengths) = (&blocks[1].1, |body: &[u8]| (word(&body[12..]), word(&body[16..])));
    assert_eq!(lengths(first), (128, 2_028));
    assert_eq!((first[20 + 1], first[20 + 8]), (0xb9, 3), "traffic class and time to live");
    assert_eq!(first[32..40], [10, 0, 0, 2, 10, 0, 0, 1]);
    let packets = packets(&tape.out);
    assert!(packets[0].1.ends_with(", by lo, cut from 2000 bytes"), "{}", packets[0].1);
    assert!(packets[1].1.contains("before this: kernel dropped 4 datagrams (4 in all)"), "{}", packets[1].1);
    let counts = |body: &[u8]| [16, 28, 40].map(|at| word(&body[at..]));
    assert_eq!(counts(&blocks[4].1), [6, 4, 2], "received, dropped, delivered");
    assert!(comments(&blocks[2].1[12..]).starts_with("kernel dropped 4"));
}

#[test]
fn a_unix_socket_has_a_name_for_its_address() {
    let mut tape = Tape::new(About::default());
    let name = |path| Peer::Unix(UnixName::of_path(path));
    tape.open("unixgram:///run/你好", Purpose::Listen, name("/run/你好"), None);
    tape.pass(Direction::Rx, with(facts(1), |facts| facts.peer = Some(name("@app"))), b"x");
    tape.pass(Direction::Rx, with(facts(2), |facts| facts.peer = Some(name("@app"))), &vec![1; 70_000]);
    let blocks = blocks(&tape.out);
    assert_eq!(blocks.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [1, 4, 4, 6, 6], "names come once");
    assert!(blocks[2].1.windows(12).any(|bytes| bytes == "/run/你好\0".as_bytes()), "{:?}", blocks[2].1);
    let packets = packets(&tape.out);
    assert_eq!(packets[0].0[8..40], packets[1].0[8..40], "the same two addresses");
    assert_eq!(
        (packets[1].0[4..7].to_vec(), packets[1].0.len()),
        (vec![0, 0, 0], 40 + 8 + 8 + 70_000),
        "a jumbogram"
    );
}

#[test]
fn a_new_file_begins_with_all_that_is_known() {
    let mut tape = Tape::new(About { snap: Some(30), os: "linux".to_owned(), ..About::default() });
    tape.open("unixgram:///run/a", Purpose::Listen, Peer::Unix(UnixName::of_path("/run/a")), None);
    tape.pass(Direction::Rx, with(facts(1), |facts| facts.peer = Some(Peer::Unix(UnixName::UNNAMED))), b"x");
    tape.tell(&Event::Mark(Mark { time: Stamp(5), text: "here" }));
    let mut head = Vec::new();
    tape.recorder.head(&mut head);
    assert_eq!(blocks(&head).iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [0x0a0d_0d0a, 1, 4]);
    assert_eq!(packets(&tape.out)[0].0.len(), 30);
    assert_eq!((tape.recorder.packets(), tape.recorder.cut()), (1, 1));
    let last = blocks(&tape.out).pop().unwrap();
    assert_eq!((last.0, comments(&last.1[12..])), (5, "mark: here".to_owned()));
}
