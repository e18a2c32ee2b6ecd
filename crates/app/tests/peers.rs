//! ncat, socat, nc and Python at the other end, in both directions.

mod common;

use std::process::Command;

use common::sockscope;
use sockscope_testkit::peers::{self, python};
use sockscope_testkit::program::Program;
use sockscope_testkit::queue::{free_port, wait_bound};

/// A peer's name, how it waits for a first sender, and how it sends. Both ways are two-way: what comes is
/// written to its output, what it reads from its input is sent back.
struct Peer {
    name: &'static str,
    waits: fn(u16) -> Vec<String>,
    sends: fn(u16) -> Vec<String>,
    /// The longest datagram that it takes whole, in bytes.
    room: usize,
}

const PEERS: [Peer; 3] = [
    Peer {
        name: "ncat",
        waits: |port| words(&format!("-u -l 127.0.0.1 {port}")),
        sends: |port| words(&format!("-u 127.0.0.1 {port}")),
        room: 60_000,
    },
    Peer {
        name: "socat",
        waits: |port| words(&format!("-b 65536 - UDP4-LISTEN:{port},bind=127.0.0.1")),
        sends: |port| words(&format!("-b 65536 - UDP4:127.0.0.1:{port}")),
        room: 60_000,
    },
    Peer {
        name: "nc",
        waits: |port| words(&format!("-u -l 127.0.0.1 {port}")),
        sends: |port| words(&format!("-u 127.0.0.1 {port}")),
        room: 16_000,
    },
];

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

impl Peer {
    fn command(&self, args: &[String]) -> Option<Command> {
        peers::command(self.name, &args.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The peer waiting on a port, and the endpoint to reach it.
    fn waiting(&self) -> Option<(Program, String)> {
        let port = free_port();
        let program = Program::start(&mut self.command(&(self.waits)(port))?);
        wait_bound(port);
        Some((program, format!("udp://127.0.0.1:{port}")))
    }

    /// The peer that sends to a port.
    fn sending(&self, port: u16) -> Option<Program> {
        Some(Program::start(&mut self.command(&(self.sends)(port))?))
    }
}

/// Bytes that tell where they stood.
fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at % 251) as u8).collect()
}

#[test]
fn they_hear_text_and_their_answer_comes_back() {
    for peer in PEERS {
        let Some((mut theirs, endpoint)) = peer.waiting() else { continue };
        let args = ["send", &endpoint, "--wait", "60s", "--answers", "1", "-e", "gbk", "你好\\n"];
        let ours = Program::start(&mut sockscope(&args));
        assert_eq!(theirs.holds(5), b"\xc4\xe3\xba\xc3\n", "{}", peer.name);
        theirs.write(b"\xba\xc3\n");
        let told = ours.finish().expect(0);
        let answer = told.text().lines().last().unwrap().to_owned();
        assert!(answer.contains("<-") && answer.contains("3 B  好\\n"), "{}: {answer}", peer.name);
        assert!(told.err.contains("sent 1 datagram (5 B)"), "{}: {}", peer.name, told.err);
        assert!(told.err.contains("received 1 datagram (3 B)"), "{}: {}", peer.name, told.err);
    }
}

#[test]
fn they_are_heard_and_answered() {
    for peer in PEERS {
        let args = ["listen", "udp://127.0.0.1:0", "--count", "2", "--reply", "got {counter}\\n"];
        let ours = Program::start(&mut sockscope(&args));
        let Some(mut theirs) = peer.sending(ours.port()) else { continue };
        theirs.write("你好\n".as_bytes());
        assert_eq!(theirs.holds(6), b"got 1\n", "{}", peer.name);
        theirs.write(b"again\n");
        assert_eq!(theirs.holds(12), b"got 1\ngot 2\n", "{}", peer.name);
        let heard = ours.finish().expect(0);
        assert!(heard.text().contains("7 B  你好\\n"), "{}: {}", peer.name, heard.text());
        assert!(heard.err.contains("received 2 datagrams (13 B)"), "{}: {}", peer.name, heard.err);
        assert!(heard.err.contains("sent 2 datagrams (12 B)"), "{}: {}", peer.name, heard.err);
    }
}

#[test]
fn echo_answers_each_of_them() {
    for peer in PEERS {
        let ours = Program::start(&mut sockscope(&["echo", "udp://127.0.0.1:0", "--count", "2"]));
        let Some(mut theirs) = peer.sending(ours.port()) else { continue };
        theirs.write(b"one\n");
        assert_eq!(theirs.holds(4), b"one\n", "{}", peer.name);
        theirs.write(b"two\n");
        assert_eq!(theirs.holds(8), b"one\ntwo\n", "{}", peer.name);
        ours.finish().expect(0);
    }
}

#[test]
fn a_long_datagram_reaches_them_whole() {
    for peer in PEERS {
        let Some((theirs, endpoint)) = peer.waiting() else { continue };
        let payload = pattern(peer.room);
        let sent = Program::fed(&mut sockscope(&["send", &endpoint, "--whole"]), &payload).expect(0);
        assert!(sent.err.contains(&format!("sent 1 datagram ({} B)", peer.room)), "{}", sent.err);
        assert_eq!(theirs.holds(peer.room), payload, "{}", peer.name);
    }
}

#[test]
fn a_long_input_of_theirs_is_heard_byte_for_byte() {
    for peer in PEERS {
        let ours = Program::start(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--raw"]));
        let Some(mut theirs) = peer.sending(ours.port()) else { continue };
        let payload = pattern(60_000);
        theirs.write(&payload);
        assert_eq!(ours.holds(60_000), payload, "{}", peer.name);
        ours.interrupt();
        let told = ours.finish().expect(0);
        assert!(told.err.contains("(60000 B)") && told.err.contains(" 0 dropped"), "{}", told.err);
        assert!(!told.err.contains(" cut"), "{}: {}", peer.name, told.err);
    }
}

#[test]
fn sixty_thousand_bytes_of_socat_are_one_datagram() {
    let ours = Program::start(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--count", "1", "--raw"]));
    let to = format!("UDP4:127.0.0.1:{}", ours.port());
    let Some(mut command) = peers::command("socat", &["-u", "-b", "65536", "-", &to]) else { return };
    let payload = pattern(60_000);
    Program::fed(&mut command, &payload).expect(0);
    assert_eq!(ours.finish().expect(0).out, payload);
}

#[test]
fn an_empty_datagram_of_socat_is_a_message() {
    let ours = Program::start(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--count", "2"]));
    let to = format!("UDP4:127.0.0.1:{},shut-null", ours.port());
    let Some(mut command) = peers::command("socat", &["-u", "-", &to]) else { return };
    Program::fed(&mut command, b"x").expect(0);
    let rows = ours.finish().expect(0).text();
    let rows: Vec<&str> = rows.lines().collect();
    assert!(rows[0].contains(" 1 B  x") && rows[1].contains(" 0 B"), "{rows:?}");
}

#[test]
fn an_empty_datagram_reaches_python_and_comes_back() {
    let script = "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print('port', s.getsockname()[1])
data, addr = s.recvfrom(1024)
print('got', data)
s.sendto(b'', addr)
";
    let Some(mut command) = python(script, &[]) else { return };
    let theirs = Program::start(&mut command);
    let port = theirs.shows("port ").replace("port ", "");
    let args = ["send", &format!("udp://127.0.0.1:{port}"), "", "--wait", "60s", "--answers", "1"];
    let told = Program::run(&mut sockscope(&args)).expect(0);
    assert!(theirs.finish().expect(0).text().contains("got b''"));
    assert_eq!(told.text().matches(" 0 B").count(), 2, "{}", told.text());
    assert!(told.err.contains("received 1 datagram (0 B)"), "{}", told.err);
}
