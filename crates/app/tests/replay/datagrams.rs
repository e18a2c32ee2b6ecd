//! Datagrams, recorded by this program and made by hand.

use std::net::UdpSocket;
use std::thread;

use serde_json::Value;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::{Finished, Program};

use super::common::sockscope;
use super::made::{Tape, fragment, pcap, text, udp};

/// An echo, and where it is.
fn echo(scheme: &str) -> (Program, String) {
    let program = Program::start(&mut sockscope(&["echo", &format!("{scheme}://127.0.0.1:0")]));
    let port = program.port();
    (program, format!("{scheme}://127.0.0.1:{port}"))
}

/// Replays toward somebody who takes all datagrams; what came there.
fn heard(tape: &Tape, args: &[&str]) -> (Vec<Vec<u8>>, Finished) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let place = format!("udp://{}", socket.local_addr().unwrap());
    let told = tape.replay(&[&[place.as_str()], args].concat());
    socket.set_nonblocking(true).unwrap();
    let mut all = Vec::new();
    let mut buffer = [0; 65_536];
    while let Ok(len) = socket.recv(&mut buffer) {
        all.push(buffer[..len].to_vec());
    }
    (all, told)
}

fn summary(told: &Finished) -> &str {
    told.err.lines().rfind(|line| line.starts_with("sent ") && line.contains(" in ")).unwrap_or(&told.err)
}

#[test]
fn an_echo_answers_as_it_was_recorded() {
    let tape = Tape::of(&["one", "two", "你好"]);
    let (_echo, place) = echo("udp");
    let told = tape.replay(&[&place, "--expect", "--encoding", "gbk"]).expect(0);
    assert!(told.err.contains("x.pcapng: udp:0, 127.0.0.1:"), "{}", told.err);
    assert!(told.err.contains(": 3 messages (10 B) over "), "{}", told.err);
    assert!(told.err.contains("; no other conversation with payload\n"), "{}", told.err);
    assert!(summary(&told).starts_with("sent 3 messages (10 B) in "), "{}", told.err);
    assert!(summary(&told).ends_with("; 3 of 3 answers as recorded"), "{}", told.err);
    assert!(told.text().contains("你好"), "{}", told.text());
}

#[test]
fn an_answer_that_differs_is_shown_side_by_side() {
    let tape = Tape::of(&["one", "two", "three"]);
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    other.set_read_timeout(Some(PATIENCE)).unwrap();
    let place = format!("udp://{}", other.local_addr().unwrap());
    let answers = thread::spawn(move || {
        for answer in ["one", "twq"] {
            let (_, from) = other.recv_from(&mut [0; 9]).unwrap();
            other.send_to(answer.as_bytes(), from).unwrap();
        }
    });
    let told = tape.replay(&[&place, "--expect", "--timing", "none"]).expect(1);
    answers.join().unwrap();
    assert!(told.err.contains("x.pcapng: packet 4 at "), "{}", told.err);
    assert!(
        told.err
            .contains(", the answer to message 2\n  the message differs at byte 2: expected 6f, got 71\n")
    );
    assert!(
        told.err.contains("  0000   74 77 6f                 two       │ 74 77 71                 twq\n"),
        "{}",
        told.err
    );
    assert!(summary(&told).starts_with("sent 2 of 3 messages (6 B)"), "{}", told.err);
    assert!(summary(&told).ends_with("; 1 of 3 answers as recorded"), "{}", told.err);
}

#[test]
fn an_answer_that_is_missing_or_too_much_is_told() {
    let tape = Tape::of(&["one"]);
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = format!("udp://{}", silent.local_addr().unwrap());
    let told = tape.replay(&[&place, "--expect", "--expect-wait", "50ms"]).expect(1);
    assert!(told.err.contains("nothing came within 50 ms"), "{}", told.err);
    let answers = thread::spawn(move || {
        // That of the replay before it.
        silent.recv_from(&mut [0; 9]).unwrap();
        let (_, from) = silent.recv_from(&mut [0; 9]).unwrap();
        for answer in ["one", "more"] {
            silent.send_to(answer.as_bytes(), from).unwrap();
        }
    });
    let told = tape.replay(&[&place, "--expect"]).expect(1);
    answers.join().unwrap();
    assert!(told.err.contains(": behind the answers to message 1, packet 1 at "), "{}", told.err);
    assert!(told.err.contains("  4 bytes came, and should not have\n"), "{}", told.err);
}

#[test]
fn messages_are_listed_and_changed() {
    let tape = Tape::of(&["one", "你好", "three"]);
    let list = tape.replay(&["--list", "--encoding", "gbk"]).expect(0).text();
    let rows: Vec<&str> = list.lines().collect();
    assert_eq!(rows.len(), 3, "{list}");
    for (row, (number, len, words)) in
        rows.iter().zip([("1  ", "3 B", "one"), ("2  ", "4 B", "你好"), ("3  ", "5 B", "three")])
    {
        assert!(row.starts_with(number) && row.contains(len) && row.contains(words), "{list}");
    }
    let sets = ["--set", "1=第{counter}", "--set", "3=hex:01 03 {crc16-modbus}", "--encoding", "gbk"];
    let (all, _) = heard(&tape, &[&sets[..], &["--timing", "none", "--repeat", "2"]].concat());
    let round = |counter| {
        [
            [b"\xb5\xda".as_slice(), counter].concat(),
            b"\xc4\xe3\xba\xc3".to_vec(),
            b"\x01\x03\x40\x21".to_vec(),
        ]
    };
    assert_eq!(all, [round(&b"1"[..]), round(b"3")].concat());
    let told = tape.replay(&["udp://127.0.0.1:9", "--set", "4=x"]).expect(2);
    assert!(told.err.contains("there is no message 4 to set; 3 are sent"), "{}", told.err);
}

#[test]
fn pauses_are_as_recorded_faster_and_shorter() {
    let packets =
        [(0, "a"), (100_000, "b"), (400_000, "c")].map(|(at, said)| (at, udp(1, 2, said.as_bytes())));
    let tape = Tape::bytes(&pcap(&packets));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = format!("udp://{}", socket.local_addr().unwrap());
    // How late a message is, is up to the machine; so the first may be, and the last is not before its time.
    for (args, least, words) in [
        (&["--json"][..], 400.0, ", as recorded within "),
        (&["--json", "--speed", "10"], 40.0, ", 10 times as fast as recorded within "),
        (&["--json", "--speed", "0.5"], 800.0, ", 0.5 times as fast as recorded within "),
        (&["--json", "--most-wait", "150ms"], 250.0, "; 1 pause shortened to 150ms"),
        (&["--json", "--timing", "none"], 0.0, "sent 3 messages (3 B) in "),
    ] {
        let told = tape.replay(&[&[place.as_str()], args].concat()).expect(0);
        assert!(summary(&told).contains(words), "{}", told.err);
        let times: Vec<f64> = told.text().lines().filter_map(sent).collect();
        assert_eq!(times.len(), 3);
        let opened = told.text().lines().find_map(opened).unwrap();
        assert!((times[2] - opened) * 1000.0 >= least - 0.001, "{args:?}: {times:?} {opened}");
    }
}

/// The seconds of the day at which a message was sent, of a JSON line.
fn sent(line: &str) -> Option<f64> {
    at(line, |line| line["dir"] == "tx")
}

/// Those at which the socket was open: before that nothing goes.
fn opened(line: &str) -> Option<f64> {
    at(line, |line| line["state"] == "open")
}

fn at(line: &str, is: impl Fn(&Value) -> bool) -> Option<f64> {
    let line: Value = serde_json::from_str(line).unwrap();
    let time = line["t"].as_str().filter(|_| is(&line))?;
    let clock: Vec<f64> = time[11..29].split(':').map(|part| part.parse().unwrap()).collect();
    Some(clock[0] * 3600.0 + clock[1] * 60.0 + clock[2])
}

#[test]
fn which_messages_go_can_be_said() {
    let said = [(1, 2, "a"), (2, 1, "A"), (3, 2, "b"), (2, 3, "B"), (1, 2, "c"), (4, 3, "d")];
    let packets: Vec<_> =
        (0..).zip(said).map(|(at, (from, to, said))| (at, udp(from, to, said.as_bytes()))).collect();
    let tape = Tape::bytes(&pcap(&packets));
    for (args, want, words) in [
        (
            &[][..],
            "ac",
            "udp:0, 10.0.0.1:5001 to 10.0.0.2:5002: 2 messages (2 B) over 0 ms; 2 other conversations with",
        ),
        (
            &["--conversation", "udp:1"],
            "b",
            "udp:1, 10.0.0.3:5003 to 10.0.0.2:5002: 1 message (1 B); 2 other",
        ),
        (
            &["--from", "10.0.0.2"],
            "AB",
            "udp:0, udp:1: 2 messages (2 B) over 0 ms; 1 other conversation with",
        ),
        (
            &["--from", "10.0.0.2:5002", "--conversation", "udp:1"],
            "B",
            "udp:1, 10.0.0.2:5002 to 10.0.0.3:5003",
        ),
        (&["--range", "2-6"], "b", "udp:1, 10.0.0.3:5003"),
        (&["--range", "5"], "c", "udp:0, "),
        (&["--filter", "udp dst port 5003", "--from", "10.0.0.4"], "d", "udp:2, "),
        (&["--filter", "host 10.0.0.3 and dst port 5002"], "b", "udp:1, "),
    ] {
        let (all, told) = heard(&tape, &[args, &["--timing", "none"]].concat());
        assert_eq!(String::from_utf8(all.concat()).unwrap(), want, "{args:?}");
        assert!(told.err.contains(words), "{args:?}: {}", told.err);
    }
    let told = tape.replay(&["udp://127.0.0.1:9", "--from", "10.0.0.9"]).expect(2);
    assert!(
        told.err.contains("has nothing to send of what was chosen; it has 3 conversations"),
        "{}",
        told.err
    );
    let told = tape.replay(&["udp://127.0.0.1:9", "--conversation", "udp:7"]).expect(2);
    assert!(told.err.contains("has nothing to send of conversation udp:7"), "{}", told.err);
}

#[test]
fn the_way_of_packets_is_known_of_own_sockets() {
    let tape = Tape::of(&["one", "two"]);
    let list = |way: &str| tape.replay(&["--list", "--direction", way]).expect(0);
    let (received, sent) = (list("in"), list("out"));
    assert_eq!((received.text().lines().count(), sent.text().lines().count()), (2, 2));
    assert_ne!(received.err, sent.err);
}

#[test]
fn fragments_are_put_together() {
    let whole: Vec<u8> = (0..2000).map(|at| at as u8).collect();
    let datagram = udp(1, 2, &whole);
    let content = &datagram[20..];
    let packets = [
        (0, fragment(17, 1, 2, 0, true, &content[..1000])),
        (1, fragment(17, 1, 2, 1000, false, &content[1000..])),
        (2, fragment(17, 1, 2, 8, true, &content[8..16])),
    ];
    let tape = Tape::bytes(&pcap(&packets));
    let (all, told) = heard(&tape, &["--filter", "udp port 5002"]);
    assert_eq!(all, [whole]);
    assert!(
        told.err.contains("1 fragment of datagrams that are not whole in the recording, left out"),
        "{}",
        told.err
    );
}

#[test]
fn it_comes_packed_from_standard_input_and_goes_over_other_schemes() {
    let tape = Tape::of(&["one", "two"]);
    let bytes = std::fs::read(tape.path()).unwrap();
    let (_echo, place) = echo("tcp");
    let told =
        Program::fed(&mut sockscope(&["replay", "-", &place, "--expect", "--repeat", "3"]), &bytes).expect(0);
    assert!(summary(&told).starts_with("sent 6 messages (18 B) in "), "{}", told.err);
    assert!(summary(&told).ends_with("; 6 of 6 answers as recorded"), "{}", told.err);
    let saved = Tape::empty();
    let path = text(&saved.path());
    let (_echo, place) = echo("udp");
    tape.replay(&[&place, "--expect", "--quiet", "--save", &path]).expect(0);
    let again = saved.replay(&[&place, "--expect", "--timing", "none"]).expect(0);
    assert!(summary(&again).ends_with("; 2 of 2 answers as recorded"), "{}", again.err);
}
