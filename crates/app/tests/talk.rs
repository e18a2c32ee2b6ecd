//! `sockscope talk` as a program among programs: lines through a pipe, real peers at the other end.

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::thread::{self, JoinHandle};

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::schema;

/// A server, and the endpoint to reach it.
fn server() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    (listener, endpoint)
}

/// Takes one connection, reads it to its end, and only then answers: `got ` and what it read.
fn answers_late(listener: TcpListener) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut got = Vec::new();
        peer.read_to_end(&mut got).unwrap();
        peer.write_all(&[b"got ", &got[..]].concat()).unwrap();
        got
    })
}

fn talk(args: &[&str], input: &str) -> Finished {
    Program::fed(&mut sockscope(&[&["talk"], args].concat()), input.as_bytes())
}

fn udp() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn heard(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = [0; 2_000];
    let len = socket.recv(&mut bytes).unwrap();
    bytes[..len].to_vec()
}

#[test]
fn an_answer_behind_the_end_of_the_input_is_shown() {
    for (input, args, want) in [
        ("x", &[][..], &b"x"[..]),
        ("x\n", &[], b"x\n"),
        ("x\r\n", &[], b"x\r\n"),
        ("a\nb", &["--eol", "crlf"], b"a\r\nb\r\n"),
        ("你好\n", &["-e", "gbk"], b"\xc4\xe3\xba\xc3\n"),
        ("/quit {counter}\n", &["--plain"], b"/quit {counter}\n"),
        ("one\ntwo\n", &["--frame", "netstring"], b"3:one,3:two,"),
        ("/hex 01 02\n//x", &[], b"\x01\x02/x"),
    ] {
        let (listener, endpoint) = server();
        let peer = answers_late(listener);
        let told = talk(&[&[&endpoint, "--raw"], args].concat(), input).expect(0);
        assert_eq!(peer.join().unwrap(), want, "{input:?} {args:?}");
        if !args.contains(&"--frame") {
            assert_eq!(told.out, [b"got ", want].concat(), "{input:?}");
        }
    }
    let (listener, endpoint) = server();
    let peer = answers_late(listener);
    let told = talk(&[&endpoint], "你好\n").expect(0);
    peer.join().unwrap();
    assert!(told.text().contains("<-") && told.text().contains("got 你好\\n"), "{}", told.text());
    assert!(told.err.contains("tcp1: this side has ended its sending"), "{}", told.err);
}

#[test]
fn a_large_input_arrives_whole() {
    let (listener, endpoint) = server();
    let peer = answers_late(listener);
    let input: String = (0..60_000).map(|n| format!("line {n} 你好\n")).collect();
    let told = talk(&[&endpoint, "--raw"], &input).expect(0);
    assert!(peer.join().unwrap() == input.as_bytes(), "all of it, in order");
    assert_eq!(told.out.len(), input.len() + 4);
}

#[test]
fn one_of_three_is_pinned_and_answered() {
    let mut program = Program::start(&mut sockscope(&["talk", "--listen", "udp://127.0.0.1:0", "-e", "gbk"]));
    let port = program.port();
    let peers = [udp(), udp(), udp()];
    for (number, peer) in (1..).zip(&peers) {
        peer.send_to(b"\xc4\xe3\xba\xc3", ("127.0.0.1", port)).unwrap();
        let row = program.shows(&format!("#{number} "));
        assert!(row.contains("你好"), "{row}");
    }
    program.write("世界\n/to #2\n再见\n/to others\n大家\n".as_bytes());
    assert_eq!(heard(&peers[2]), b"\xca\xc0\xbd\xe7", "the last one heard");
    assert_eq!(heard(&peers[1]), b"\xd4\xd9\xbc\xfb", "the pinned one");
    assert_eq!(heard(&peers[0]), b"\xb4\xf3\xbc\xd2", "all but the last");
    assert_eq!(heard(&peers[1]), b"\xb4\xf3\xbc\xd2");
    let told = program.finish().expect(0);
    assert!(told.text().contains("#2"), "{}", told.text());
    for peer in &peers {
        peer.set_nonblocking(true).unwrap();
        assert!(peer.recv(&mut [0; 8]).is_err(), "nobody got more");
    }
}

#[test]
fn refused_is_one_clear_line_and_status_1() {
    let (listener, endpoint) = server();
    drop(listener);
    for input in ["", "hello\n"] {
        let told = talk(&[&endpoint], input).expect(1);
        assert_eq!(told.text(), "");
        let first = told.err.lines().next().unwrap_or_default();
        assert!(first.starts_with(&format!("sockscope: no connection with {endpoint}: ")), "{}", told.err);
        assert!(first.contains("refused"), "{first}");
    }
    let told = talk(&[&endpoint, "--json"], "hello\n").expect(1);
    assert!(told.text().contains(r#""code":"not_opened""#), "{}", told.text());
    let gone = udp().local_addr().unwrap();
    talk(&[&format!("udp://{gone}")], "hello\n").expect(1);
}

#[test]
fn a_reset_fails_and_is_told() {
    let (listener, endpoint) = server();
    let peer = thread::spawn(move || {
        let (peer, _) = listener.accept().unwrap();
        let mut one = [0];
        (&peer).read_exact(&mut one).unwrap();
        // Bytes that nobody read: closing resets (RFC 9293 section 3.10.4).
        peer.peek(&mut one).unwrap();
    });
    let told = talk(&[&endpoint], "xyz\n").expect(1);
    peer.join().unwrap();
    assert!(told.text().contains("reset by the peer"), "{}", told.text());
}

#[test]
fn wrong_words_are_told_and_the_rest_is_done() {
    let (listener, endpoint) = server();
    let peer = answers_late(listener);
    let told = talk(&[&endpoint], "/hlep\nhello\n/charset klingon\n/to #9\n").expect(1);
    assert_eq!(peer.join().unwrap(), b"hello\n");
    let told: Vec<&str> = told.err.lines().filter(|line| line.starts_with("sockscope: ")).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("unknown word /hlep; did you mean /help?"), "{}", told[0]);
    assert!(told[1].contains("klingon") && told[2].contains("there is no #9"), "{told:?}");
    let bad = talk(&["tcp://127.0.0.1"], "").expect(2);
    assert!(bad.err.contains("there is no port to send to"), "{}", bad.err);
}

#[test]
fn several_sessions_are_opened_used_and_closed_by_words() {
    let ((one, first), (two, second)) = (server(), server());
    let (one, two) = (answers_late(one), answers_late(two));
    let words = format!(
        "/open a {first}\nto a\n/open b {second}\nto b\n/use a\nagain\n/sessions\n/close b half\n/info a\n"
    );
    let told = talk(&[], &words).expect(0);
    assert_eq!(one.join().unwrap(), b"to a\nagain\n");
    assert_eq!(two.join().unwrap(), b"to b\n");
    assert!(told.err.contains(&format!("* a  {first}, open")), "{}", told.err);
    assert!(told.text().contains("b 127.0.0.1"), "rows bear the names: {}", told.text());
    assert!(told.text().contains("==  a 127.0.0.1"), "{}", told.text());
}

#[test]
fn json_has_everything_and_so_has_a_saved_file() {
    let rules: Value =
        serde_json::from_str(&Program::run(&mut sockscope(&["schema"])).expect(0).text()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.jsonl");
    let peer = udp();
    let endpoint = format!("udp://{}", peer.local_addr().unwrap());
    let input = format!("/save {}\n/mark 开始\n/filter tx\n/repeat 1ms x500 {{counter}}\n", file.display());
    let mut program = Program::start(&mut sockscope(&["talk", &endpoint, "--json", "--wait", "200ms"]));
    program.write(input.as_bytes());
    for _ in 0..500 {
        let mut bytes = [0; 100];
        let (len, from) = peer.recv_from(&mut bytes).unwrap();
        peer.send_to(&bytes[..len], from).unwrap();
    }
    let told = program.finish().expect(0);
    let saved = std::fs::read_to_string(&file).unwrap();
    for text in [&told.text(), &saved] {
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.iter().for_each(|line| schema::check(&rules, line).unwrap());
        let count = |key: &str, value: &str| lines.iter().filter(|line| line[key] == value).count();
        assert_eq!((count("dir", "rx"), count("dir", "tx")), (500, 500));
        assert_eq!((count("type", "mark"), count("state", "open"), count("state", "closed")), (1, 1, 1));
    }
    assert_eq!(told.text(), saved, "from the first word on they are the same");
}

#[test]
fn a_listener_greets_who_comes_and_ends_with_it() {
    let mut program = Program::start(&mut sockscope(&["talk", "--listen", "tcp://127.0.0.1:0", "--raw"]));
    program.write(b"welcome\n");
    program.close_input();
    let line = program.says("listening on tcp://");
    let mut peer = TcpStream::connect(line.rsplit("tcp://").next().unwrap()).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    peer.write_all("谢谢".as_bytes()).unwrap();
    let mut got = Vec::new();
    peer.read_to_end(&mut got).unwrap();
    assert_eq!(got, b"welcome\n", "and then our direction has ended");
    drop(peer);
    assert_eq!(program.finish().expect(0).text(), "谢谢");
}

#[test]
fn names_are_checked_and_an_address_in_use_is_no_answer() {
    let taken = udp();
    let endpoint = format!("udp://{}", taken.local_addr().unwrap());
    let told = talk(&["--listen", &endpoint], "").expect(2);
    assert!(told.err.starts_with("sockscope: cannot bind"), "{}", told.err);
    for (args, what) in [
        (&["tcp://127.0.0.1:1", "--name", "last"][..], "means something else"),
        (&["tcp://127.0.0.1:1", "--name", "a", "--name", "b"], "more names than sessions"),
        (
            &["udp://127.0.0.1:1", "--name", "a", "--listen", "udp://:0", "--name", "a"],
            "two sessions are called a",
        ),
        (&["udp://127.0.0.1:1", "--eol", "nl"], "unknown line end"),
        (&["udp://127.0.0.1:1", "--backlog", "5"], "backlog"),
    ] {
        let told = talk(args, "").expect(2);
        assert!(told.err.contains(what), "{args:?}: {}", told.err);
    }
}

#[test]
fn it_ends_when_it_is_asked_to() {
    let told = talk(&["--listen", "udp://127.0.0.1:0", "--for", "50ms", "--wait", "1h"], "").expect(0);
    assert!(told.err.contains("listening on"), "{}", told.err);
    let program = Program::start(&mut sockscope(&["talk", "--listen", "tcp://127.0.0.1:0"]));
    program.says("listening on");
    program.interrupt();
    program.finish().expect(0);
}

/// A device that answers one line with another, then says again what comes.
fn device(answer: &'static str) -> (JoinHandle<Vec<u8>>, String) {
    let (listener, endpoint) = server();
    let device = thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut hello = [0; 6];
        peer.read_exact(&mut hello).unwrap();
        assert_eq!(&hello, b"login\n");
        peer.write_all(answer.as_bytes()).unwrap();
        let mut rest = Vec::new();
        // A script that was not met leaves without a word.
        let _ = peer.read_to_end(&mut rest);
        rest
    });
    (device, endpoint)
}

const LOGIN: &str =
    "arg addr\nopen dev {arg:addr}\nsend dev text \"login\\n\"\nexpect dev text \"yes\\n\" within 5s\n";

#[test]
fn a_script_goes_before_the_lines_and_leaves_its_session_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("login.script");
    std::fs::write(&path, LOGIN).unwrap();
    let path = path.display().to_string();
    for by_word in [false, true] {
        let (device, endpoint) = device("yes\n");
        let arg = format!("addr={endpoint}");
        let told = match by_word {
            true => talk(&[], &format!("/script {path} {arg}\nby hand\n")),
            false => talk(&["--script", &path, "--arg", &arg], "by hand\n"),
        };
        let told = told.expect(0);
        assert_eq!(device.join().unwrap(), b"by hand\n");
        assert!(told.err.contains("login.script: 3 steps met in "), "{}", told.err);
    }
    let (device, endpoint) = device("yep\n");
    let told = talk(&["--script", &path, "--arg", &format!("addr={endpoint}")], "by hand\n").expect(1);
    assert_eq!(device.join().unwrap(), b"", "the lines were meant for a device that was in another state");
    assert!(told.err.contains("the answer differs at byte 2: expected 73, got 70"), "{}", told.err);
}

#[test]
fn a_script_with_an_error_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.script");
    let (listener, endpoint) = server();
    std::fs::write(&path, format!("open a {endpoint}\n\n\n\n\n\nsnd a text \"x\"\n")).unwrap();
    let path = path.display().to_string();
    let told = talk(&["--script", &path], "x\n").expect(2);
    let want = format!("sockscope: {path}:7: unknown statement \"snd\"; did you mean send?\n");
    assert!(told.err.starts_with(&want), "{}", told.err);
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "nobody came");
    let told = talk(&[], &format!("/script {path}\n")).expect(1);
    assert!(told.err.contains(":7: unknown statement \"snd\"; did you mean send?"), "{}", told.err);
}
