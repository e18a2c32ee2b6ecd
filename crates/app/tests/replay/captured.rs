//! Streams of TCP: captured by tcpdump, and made by hand.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::thread;

use sockscope_testkit::peers;
use sockscope_testkit::program::Program;

use super::common::sockscope;
use super::made::{Packet, Tape, pcap, tcp, text};

const SYN: u8 = 2;
const ACK: u8 = 16;
const FIN: u8 = 17;

/// A conversation with a segment sent twice, another out of order, and a half-close. `lost` is left out.
fn conversation(lost: Option<usize>) -> Vec<Packet> {
    let segments = [
        tcp(1, 2, 100, 0, SYN, b""),
        tcp(2, 1, 900, 101, SYN | ACK, b""),
        tcp(1, 2, 101, 901, ACK, b"hello "),
        tcp(1, 2, 101, 901, ACK, b"hello "),
        tcp(1, 2, 113, 901, ACK, b"!"),
        tcp(1, 2, 107, 901, ACK, b"world,"),
        tcp(2, 1, 901, 114, ACK, b"hello world,!"),
        tcp(1, 2, 114, 914, FIN, b""),
        tcp(2, 1, 914, 115, FIN, b""),
    ];
    let kept = (0..).zip(segments).filter(|(at, _)| lost != Some(*at));
    kept.map(|(at, segment)| (at as u64 * 1000, segment)).collect()
}

/// A server that reads to the end and says what it was told; with this put in the place of its first byte.
fn server(first: u8) -> (String, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("tcp://{}", listener.local_addr().unwrap());
    let heard = thread::spawn(move || {
        let mut peer = listener.accept().unwrap().0;
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match peer.read(&mut buffer) {
                Ok(0) | Err(_) => return all,
                Ok(len) => {
                    if all.is_empty() && first != 0 {
                        buffer[0] = first;
                    }
                    all.extend(&buffer[..len]);
                    let _ = peer.write_all(&buffer[..len]);
                }
            }
        }
    });
    (place, heard)
}

#[test]
fn a_stream_is_put_together_again() {
    let tape = Tape::bytes(&pcap(&conversation(None)));
    let (place, heard) = server(0);
    let told = tape.replay(&[&place, "--expect"]).expect(0);
    assert_eq!(heard.join().unwrap(), b"hello world,!");
    assert!(
        told.err.contains("tcp:0, 10.0.0.1:5001 to 10.0.0.2:5002: 3 messages (13 B) over 3 ms"),
        "{}",
        told.err
    );
    assert!(told.err.contains("; 1 of 1 answer as recorded\n"), "{}", told.err);
    let (place, _heard) = server(b'J');
    let told = tape.replay(&[&place, "--expect"]).expect(1);
    assert!(told.err.contains("the answer differs at byte 0: expected 68, got 4a"), "{}", told.err);
    assert!(
        told.err.contains("x.pcapng: packet 7 at 00:00:00.006000, the answer to message 3\n"),
        "{}",
        told.err
    );
}

#[test]
fn a_hole_is_refused_unless_it_is_to_be_skipped() {
    let tape = Tape::bytes(&pcap(&conversation(Some(5))));
    let (place, heard) = server(0);
    let told = tape.replay(&[&place]).expect(2);
    let want = "6 bytes are missing in what is to be sent at packet 6: they were acknowledged, and not captured; \
                --gaps skip sends what is there";
    assert!(told.err.contains(want), "{}", told.err);
    let told = tape.replay(&[&place, "--gaps", "skip"]).expect(0);
    assert_eq!(heard.join().unwrap(), b"hello !");
    assert!(told.err.contains("6 bytes missing in the recording, skipped"), "{}", told.err);
}

#[test]
fn what_tcpdump_captured_is_sent_again() {
    let tape = Tape::empty();
    let path = text(&tape.path());
    let echo = Program::start(&mut sockscope(&["echo", "tcp://127.0.0.1:0"]));
    let port = echo.port();
    let filter = format!("tcp port {port}");
    let Some(mut command) =
        peers::command("tcpdump", &["-i", "lo", "-U", "--immediate-mode", "-w", &path, &filter])
    else {
        return;
    };
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return peers::skip("only root may capture");
    }
    let tcpdump = Program::start(&mut command);
    tcpdump.says("listening on lo");
    let place = format!("tcp://127.0.0.1:{port}");
    let lines = "AT\n你好\n";
    let send = ["send", &place, "--lines", "--wait", "5s", "--answers", "2", "--frame", "line", "--quiet"];
    Program::fed(&mut sockscope(&send), lines.as_bytes()).expect(0);
    echo.interrupt();
    echo.finish().expect(0);
    // The kernel hands packets over in time; the last one asked for is that of the answer.
    let answered = ["--list", "--from", &format!("127.0.0.1:{port}")];
    while !tape.replay(&answered).text().contains("你好") {}
    tcpdump.interrupt();
    tcpdump.finish().expect(0);
    let (place, heard) = server(0);
    let told = tape.replay(&[&place, "--expect"]).expect(0);
    assert!(told.err.contains(": tcp:0, 127.0.0.1:"), "{}", told.err);
    assert!(!heard.join().unwrap().is_empty());
}
