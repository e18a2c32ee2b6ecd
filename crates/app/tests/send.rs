//! `sockscope send`: every way to say what to send, and what is told of it.

mod common;

use std::io::Write;
use std::net::UdpSocket;
use std::process::Command;

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::peers::skip;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::{schema, space};

/// A receiver, and the endpoint to reach it.
fn receiver() -> (UdpSocket, String) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let endpoint = format!("udp://{}", socket.local_addr().unwrap());
    (socket, endpoint)
}

fn send(endpoint: &str, args: &[&str]) -> Command {
    sockscope(&[&["send", endpoint], args].concat())
}

fn heard(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = vec![0; 65_536];
    let len = socket.recv(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

/// The schema of JSON lines.
fn rules() -> Value {
    serde_json::from_str(&Program::run(&mut sockscope(&["schema"])).expect(0).text()).unwrap()
}

/// Sends with `args` and `input`; returns the `count` messages that arrived, and what was told.
fn arrives(args: &[&str], input: &[u8], count: usize) -> (Vec<Vec<u8>>, Finished) {
    let (socket, endpoint) = receiver();
    let told = Program::fed(&mut send(&endpoint, args), input).expect(0);
    let messages = (0..count).map(|_| heard(&socket)).collect();
    socket.set_nonblocking(true).unwrap();
    assert!(socket.recv(&mut [0; 8]).is_err(), "{args:?}: no more than {count}");
    (messages, told)
}

#[test]
fn a_payload_is_text_hex_or_text_as_it_stands() {
    for (args, want) in [
        (&["你好"][..], "你好".as_bytes()),
        (&[""], b""),
        (&["a\\r\\n\\t\\0\\xff\\u{4f60}\\\\\\{x\\}"], b"a\r\n\t\0\xff\xe4\xbd\xa0\\{x}"),
        (&["--hex", "c4 e3 BA:c3,0x00"], b"\xc4\xe3\xba\xc3\x00"),
        (&["--plain", "a\\n{counter}"], b"a\\n{counter}"),
        (&["--eol", "crlf", "line"], b"line\r\n"),
        (&["--eol", "lf", "line"], b"line\n"),
        (&["--eol", "cr", "line"], b"line\r"),
        (&["-e", "utf-16be", "--eol", "lf", "你"], b"\x4f\x60\x00\x0a"),
        (&["--", "--x"], b"--x"),
    ] {
        let (got, told) = arrives(args, b"", 1);
        assert_eq!(got, [want], "{args:?}");
        assert!(told.err.contains(&format!("sent 1 datagram ({} B)", want.len())), "{}", told.err);
    }
}

#[test]
fn fields_are_computed_at_each_send() {
    let modbus = ["--hex", "01 03 00 00 00 0a {crc16-modbus}"];
    assert_eq!(arrives(&modbus, b"", 1).0, [b"\x01\x03\x00\x00\x00\x0a\xc5\xcd"]);
    assert_eq!(arrives(&["{counter}", "--count", "3"], b"", 3).0, [b"1", b"2", b"3"]);
    assert_eq!(arrives(&["{len:u16be}abc"], b"", 1).0, [b"\x00\x03abc"]);
    let (random, told) = arrives(&["{random:4}", "--count", "2"], b"", 2);
    assert_ne!(random[0], random[1]);
    let seed = told.err.lines().find_map(|line| line.strip_prefix("random bytes from --seed "));
    let again = arrives(&["{random:4}", "--count", "2", "--seed", seed.unwrap()], b"", 2);
    assert_eq!(again.0, random, "the seed that was told gives the same bytes");
}

#[test]
fn input_is_one_message_or_one_a_line() {
    let lines = arrives(&["--lines"], b"one\n\n\xff\x00two\nlast", 4).0;
    assert_eq!(lines, [&b"one"[..], b"", b"\xff\x00two", b"last"], "an empty line is an empty datagram");
    assert_eq!(arrives(&["--lines", "--eol", "crlf"], b"a\nb\n", 2).0, [b"a\r\n", b"b\r\n"]);
    assert_eq!(arrives(&["--lines", "-e", "gbk"], "你好\n".as_bytes(), 1).0, [b"\xc4\xe3\xba\xc3"]);
    assert_eq!(
        arrives(&["--lines", "--notation"], b"\\x01{counter}\n{counter}\n", 2).0,
        [&b"\x011"[..], b"2"]
    );
    assert_eq!(arrives(&["--lines", "--hex"], b"c4 e3\n00\n", 2).0, [&b"\xc4\xe3"[..], b"\0"]);
    assert_eq!(arrives(&["--lines"], b"", 0).1.text(), "");
    assert_eq!(arrives(&["--whole"], b"one\n\xfftwo\n", 1).0, [b"one\n\xfftwo\n"]);
    assert_eq!(arrives(&["--whole", "--hex"], b"c4 e3\nba c3\n", 1).0, [b"\xc4\xe3\xba\xc3"]);
    assert_eq!(arrives(&["--whole"], b"", 1).0, [b""], "nothing is an empty datagram");
}

#[test]
fn a_file_is_one_message_or_one_a_line() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"one\ntwo\n").unwrap();
    let path = file.path().to_str().unwrap();
    assert_eq!(arrives(&["--file", path], b"", 1).0, [b"one\ntwo\n"]);
    assert_eq!(arrives(&["--file", path, "--lines"], b"", 2).0, [b"one", b"two"]);
    assert_eq!(arrives(&["--file", path, "--count", "2"], b"", 2).0, [b"one\ntwo\n", b"one\ntwo\n"]);
}

#[test]
fn lines_before_a_bad_one_are_sent_and_told() {
    let (socket, endpoint) = receiver();
    let told =
        Program::fed(&mut send(&endpoint, &["--lines", "-e", "gbk"]), b"good\n\xff\nlater\n").expect(2);
    assert!(told.err.contains("line 2 of standard input is no UTF-8 text"), "{}", told.err);
    assert!(told.text().contains("4 B  good"), "the first line was good: {:?}", told.text());
    assert!(told.err.contains("sent 1 datagram (4 B)"), "{}", told.err);
    assert_eq!(heard(&socket), b"good");
}

#[test]
fn lines_before_a_bad_one_are_sent_and_told_however_many_there_are() {
    let (_socket, endpoint) = receiver();
    let mut input = b"good\n".repeat(300);
    input.extend(b"\xff\n");
    let told = Program::fed(&mut send(&endpoint, &["--lines", "-e", "gbk"]), &input).expect(2);
    assert!(told.err.contains("line 301 of standard input is no UTF-8 text"), "{}", told.err);
    assert_eq!(told.text().matches("4 B  good").count(), 300);
    assert!(told.err.contains("sent 300 datagrams (1200 B)"), "{}", told.err);
}

#[test]
fn a_schedule_sends_so_often_and_tells_how_steady_it_was() {
    let (got, told) = arrives(&["tick {counter}", "--every", "20ms", "--count", "5"], b"", 5);
    assert_eq!(got[4], b"tick 5");
    assert!(told.err.contains("interval asked 20 ms, measured "), "{}", told.err);
    let (_, told) = arrives(&["x", "--every", "1ms", "--count", "3", "--json"], b"", 3);
    let last: Value = serde_json::from_str(told.text().lines().last().unwrap()).unwrap();
    assert_eq!(last["pace"]["asked_us"].as_f64(), Some(1000.0), "{last}");
}

#[test]
fn an_answer_is_shown_with_the_time_it_took() {
    let echo = Program::start(&mut sockscope(&["echo", "udp://127.0.0.1:0", "--count", "1"]));
    let endpoint = format!("udp://127.0.0.1:{}", echo.port());
    let args = ["ping", "--wait", "60s", "--answers", "1", "--json"];
    let told = Program::run(&mut send(&endpoint, &args)).expect(0);
    let rules = rules();
    let lines: Vec<Value> = told.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.iter().for_each(|line| assert_eq!(schema::check(&rules, line), Ok(())));
    let dirs: Vec<_> = lines.iter().filter_map(|line| line["dir"].as_str()).collect();
    assert_eq!(dirs, ["tx", "rx"]);
    assert!(lines[2]["rtt_us"].as_f64().unwrap() > 0.0, "{}", lines[2]);
    echo.finish().expect(0);
    let echo = Program::start(&mut sockscope(&["echo", "udp://127.0.0.1:0", "--count", "1"]));
    let endpoint = format!("udp://127.0.0.1:{}", echo.port());
    let told = Program::run(&mut send(&endpoint, &["ping", "--wait", "60s", "--answers", "1"])).expect(0);
    assert!(told.text().lines().last().unwrap().contains("rtt "), "{}", told.text());
}

#[test]
fn a_peer_that_ends_without_a_word_is_no_answer() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    let sender = Program::start(&mut send(&endpoint, &["ping", "--wait", "60s"]));
    let (mut peer, _) = listener.accept().unwrap();
    let mut heard = String::new();
    std::io::Read::read_to_string(&mut peer, &mut heard).unwrap();
    drop(peer);
    assert_eq!(heard, "ping");
    let told = sender.finish().expect(1);
    assert!(told.err.contains("no answer came"), "{}", told.err);
}

#[test]
fn no_answer_and_a_refusal_are_a_no() {
    let (_socket, endpoint) = receiver();
    let told = Program::run(&mut send(&endpoint, &["ping", "--wait", "200ms"])).expect(1);
    assert!(
        told.err.contains("sent 1 datagram (4 B)") && told.err.contains("; no answer came"),
        "{}",
        told.err
    );
    let closed = receiver().1;
    for args in [&["x"][..], &["x", "--wait", "60s"], &["x", "--portable"], &["x", "--json"]] {
        let told = Program::run(&mut send(&closed, args)).expect(1);
        assert!(told.text().contains("refused"), "{args:?}: {}", told.text());
        assert!(told.err.contains("; failed"), "{args:?}: {}", told.err);
        if args.contains(&"--json") {
            let rules = rules();
            let lines: Vec<Value> =
                told.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            lines.iter().for_each(|line| assert_eq!(schema::check(&rules, line), Ok(())));
            assert!(lines.iter().any(|line| line["code"] == "refused"), "{lines:?}");
        }
    }
}

#[test]
fn the_next_address_of_a_name_is_tried_and_that_is_told() {
    if UdpSocket::bind("[::1]:0").is_err() {
        return skip("this machine has no IPv6");
    }
    let (socket, _) = receiver();
    let port = socket.local_addr().unwrap().port();
    let mut hosts = tempfile::NamedTempFile::new().unwrap();
    hosts.write_all(b"::1 both.invalid\n127.0.0.1 both.invalid\n").unwrap();
    let args = ["send", &format!("udp://both.invalid:{port}"), "x"];
    let Some(mut command) = space::with_hosts(hosts.path(), env!("CARGO_BIN_EXE_sockscope"), &args) else {
        return;
    };
    let told = Program::run(&mut command).expect(0);
    assert_eq!(heard(&socket), b"x");
    for words in [
        format!("[::1]:{port} refused"),
        format!("[::1]:{port} did not work; trying the next address of the name, 127.0.0.1:{port}"),
    ] {
        assert!(told.text().contains(&words), "{}", told.text());
    }
}

#[test]
fn what_a_charset_lacks_is_skipped_or_replaced_as_asked_and_told() {
    let args = |how| ["-e", "gbk", "a😀b", "--unmappable", how];
    for (how, want) in [("skip", &b"ab"[..]), ("replace=?", b"a?b"), ("replace=无", b"a\xce\xdeb")] {
        let (got, told) = arrives(&args(how), b"", 1);
        assert_eq!(got, [want]);
        assert!(told.text().contains("1 character is not in gbk"), "{how}: {}", told.text());
    }
    let (got, told) = arrives(&["-e", "gbk", "--lines", "--unmappable", "skip"], "😀x😀\n".as_bytes(), 1);
    assert_eq!(got, [b"x"]);
    assert!(told.text().contains("2 characters are not in gbk"), "{}", told.text());
}

#[test]
fn lines_keep_their_ends_in_a_stream_and_lose_them_where_bounds_part_them() {
    for (input, args, want) in [
        ("你好\n世界\n", &["-e", "gbk"][..], &b"\xc4\xe3\xba\xc3\n\xca\xc0\xbd\xe7\n"[..]),
        ("a\r\nb", &["--lines"], b"a\r\nb"),
        ("a\nb\n", &["--lines", "--eol", "crlf"], b"a\r\nb\r\n"),
        ("a\nb\n", &["--lines", "--eol", "none"], b"ab"),
        ("61\n62\n", &["--lines", "--hex"], b"ab"),
        ("a\nb\n", &["--lines", "--frame", "netstring"], b"1:a,1:b,"),
        ("你\n", &["-e", "utf-16le"], b"\x60\x4f\n\0"),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
        let mut sender = Program::start(&mut send(&endpoint, args));
        sender.write(input.as_bytes());
        sender.close_input();
        let mut heard = Vec::new();
        std::io::Read::read_to_end(&mut listener.accept().unwrap().0, &mut heard).unwrap();
        assert_eq!(heard, want, "{args:?}");
        sender.finish().expect(0);
    }
}
