//! `sockscope listen`: who is heard, on which addresses, and what is answered.

mod common;

use std::net::UdpSocket;

use common::sockscope;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::peers::skip;
use sockscope_testkit::program::{Finished, Program};

/// A socket of the loopback whose answers do not keep a failing test waiting for ever.
fn socket() -> UdpSocket {
    bound("127.0.0.1:0")
}

fn bound(address: &str) -> UdpSocket {
    let socket = UdpSocket::bind(address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn listen(args: &[&str]) -> Program {
    Program::start(&mut sockscope(&[&["listen", "udp://127.0.0.1:0"], args].concat()))
}

fn answer(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = vec![0; 65_536];
    let len = socket.recv(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

fn stopped(program: Program) -> Finished {
    program.interrupt();
    program.finish().expect(0)
}

#[test]
fn every_peer_is_shown_with_its_own_address() {
    let listener = listen(&["--count", "2"]);
    let there = ("127.0.0.1", listener.port());
    let (one, two) = (socket(), socket());
    one.send_to(b"from one", there).unwrap();
    two.send_to(b"from two", there).unwrap();
    let heard = listener.finish().expect(0).text();
    for (socket, text) in [(one, "from one"), (two, "from two")] {
        let from = format!("<-  {} ", socket.local_addr().unwrap());
        let row = heard.lines().find(|row| row.contains(&from)).unwrap();
        assert!(row.contains(&format!("8 B  {text}")), "{row}");
    }
}

#[test]
fn only_the_peer_that_was_asked_for_is_heard_and_the_others_are_counted() {
    let (wanted, other) = (socket(), socket());
    let peer = wanted.local_addr().unwrap().to_string();
    let listener = listen(&["--peer", &peer, "--count", "1", "--reply", "hello you"]);
    let there = ("127.0.0.1", listener.port());
    for _ in 0..3 {
        other.send_to(b"not for you", there).unwrap();
    }
    wanted.send_to(b"it is me", there).unwrap();
    assert_eq!(answer(&wanted), b"hello you");
    let heard = listener.finish().expect(0);
    assert!(!heard.text().contains("not for you"), "{}", heard.text());
    assert!(heard.err.contains("received 1 datagram (8 B)"), "{}", heard.err);
    assert!(heard.err.contains("3 from other peers left out"), "what was ignored is counted: {}", heard.err);
    other.set_nonblocking(true).unwrap();
    assert!(other.recv(&mut [0; 16]).is_err(), "who is not heard gets no answer");
}

#[test]
fn a_peer_without_a_port_is_any_program_there() {
    let listener = listen(&["--peer", "127.0.0.3", "--count", "2"]);
    let there = ("127.0.0.1", listener.port());
    bound("127.0.0.2:0").send_to(b"another", there).unwrap();
    for text in [b"first ", b"second"] {
        bound("127.0.0.3:0").send_to(text, there).unwrap();
    }
    let heard = listener.finish().expect(0);
    assert!(heard.err.contains("received 2 datagrams (12 B)"), "{}", heard.err);
    assert!(!heard.text().contains("another"), "{}", heard.text());
}

#[test]
fn every_message_is_answered_with_the_fields_of_its_own() {
    let listener = listen(&["--reply", "ok {counter:u8}{crc16-modbus}\\r\\n"]);
    let socket = socket();
    for counter in 1..=2 {
        socket.send_to(b"x", ("127.0.0.1", listener.port())).unwrap();
        let mut want = b"ok ".to_vec();
        want.push(counter);
        want.extend(crc16_modbus(&want).to_le_bytes());
        want.extend(b"\r\n");
        assert_eq!(answer(&socket), want);
    }
    let told = stopped(listener);
    assert!(told.err.contains("sent 2 datagrams (16 B)"), "{}", told.err);
}

/// CRC-16/MODBUS bit by bit, as the Modbus serial line guide (6.2.2) tells it.
fn crc16_modbus(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xa001 } else { crc >> 1 })
    })
}

#[test]
fn a_reply_is_sent_in_the_charset() {
    let listener = listen(&["--reply", "你好", "--encoding", "gbk", "--count", "1"]);
    let socket = socket();
    socket.send_to(b"x", ("127.0.0.1", listener.port())).unwrap();
    assert_eq!(answer(&socket), b"\xc4\xe3\xba\xc3");
    let rows = listener.finish().expect(0).text();
    assert!(rows.lines().any(|row| row.contains("->") && row.contains("4 B  你好")), "{rows}");
}

#[test]
fn random_bytes_of_a_reply_repeat_with_the_seed() {
    let replies = ["7", "7", "8"].map(|seed| {
        let listener = listen(&["--reply", "{random:8}", "--seed", seed, "--count", "1"]);
        let socket = socket();
        socket.send_to(b"x", ("127.0.0.1", listener.port())).unwrap();
        answer(&socket)
    });
    assert_eq!(replies[0], replies[1]);
    assert_ne!(replies[0], replies[2]);
    assert_eq!(replies[0].len(), 8);
}

#[test]
fn every_message_comes_back_with_echo() {
    let listener = listen(&["--echo", "--count", "3"]);
    let socket = socket();
    for text in [&b"one"[..], b"", b"\x00\xff"] {
        socket.send_to(text, ("127.0.0.1", listener.port())).unwrap();
        assert_eq!(answer(&socket), text);
    }
    let told = listener.finish().expect(0);
    assert!(told.err.contains("sent 3 datagrams (5 B)"), "{}", told.err);
}

#[test]
fn several_endpoints_are_heard_at_once() {
    let args = ["listen", "udp://127.0.0.1:0", "udp://127.0.0.2:0", "--count", "2", "--echo"];
    let listener = Program::start(&mut sockscope(&args));
    let socket = socket();
    for host in ["127.0.0.1", "127.0.0.2"] {
        let line = listener.says(&format!("listening on udp://{host}:"));
        let there = line.replace("listening on udp://", "");
        socket.send_to(host.as_bytes(), &there).unwrap();
        let (len, from) = socket.recv_from(&mut [0; 16]).unwrap();
        assert_eq!((len, from.to_string()), (9, there));
    }
    let told = listener.finish().expect(0);
    assert_eq!(told.err.matches("received 1 datagram (9 B) on udp://").count(), 2, "{}", told.err);
}

#[test]
fn all_addresses_are_those_of_both_families() {
    let Ok(six) = UdpSocket::bind("[::1]:0") else { return skip("this machine has no IPv6") };
    let listener = Program::start(&mut sockscope(&["listen", "udp://:0", "--count", "2"]));
    let port = listener.port();
    let four = socket();
    four.send_to(b"four", ("127.0.0.1", port)).unwrap();
    six.send_to(b"six!", ("::1", port)).unwrap();
    let rows = listener.finish().expect(0).text();
    for socket in [four, six] {
        let from = socket.local_addr().unwrap().to_string();
        assert!(rows.contains(&format!("<-  {from} ")), "{from} as it is, not as mapped address: {rows}");
    }
}

#[test]
fn a_guessed_charset_is_told_to_be_a_guess() {
    let listener = listen(&["--encoding", "auto", "--json", "--count", "2"]);
    let socket = socket();
    let gbk = b"\xce\xd2\xc3\xc7\xd4\xda\xd1\xa7\xcf\xb0\xcd\xf8\xc2\xe7\xb1\xe0\xb3\xcc";
    for bytes in ["我们在学习网络编程".as_bytes(), gbk] {
        socket.send_to(bytes, ("127.0.0.1", listener.port())).unwrap();
    }
    let text = listener.finish().expect(0).text();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines[1..3] {
        assert_eq!(line["text"], "我们在学习网络编程");
    }
    assert_eq!((&lines[2]["charset"], &lines[2]["guess"]), (&"gbk".into(), &true.into()));
}
