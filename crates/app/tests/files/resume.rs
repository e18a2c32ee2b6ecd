//! A file that goes on where it broke off, between whole programs.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use socket2::SockRef;
use sockscope_testkit::peers::python;
use sockscope_testkit::program::{Finished, Program};
use tempfile::TempDir;

use super::common::sockscope;

/// A file to send, and where to save it.
struct Files {
    sent: PathBuf,
    saved: PathBuf,
    _folder: TempDir,
}

impl Files {
    fn new(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (sent, saved) = (folder.path().join("sent"), folder.path().join("saved"));
        fs::write(&sent, bytes).unwrap();
        Self { sent, saved, _folder: folder }
    }

    fn listen(&self, endpoint: &str, more: &[&str]) -> Program {
        let path = self.saved.display().to_string();
        let args = [&["listen", endpoint, "--save-payload", &path, "--resume"], more].concat();
        Program::start(&mut sockscope(&args))
    }

    fn send(&self, endpoint: &str, more: &[&str]) -> Finished {
        let path = self.sent.display().to_string();
        let args = [&["send", endpoint, "--file", &path, "--resume"], more].concat();
        Program::run(&mut sockscope(&args))
    }

    /// Both ends over loopback: sender, receiver.
    fn both(&self) -> (Finished, Finished) {
        let listener = self.listen("tcp://127.0.0.1:0", &[]);
        let sender = self.send(&format!("tcp://127.0.0.1:{}", listener.port()), &[]);
        (sender, listener.finish())
    }
}

fn noise(len: u32) -> Vec<u8> {
    (0..len).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

/// The last line that a program says.
fn last(told: &Finished) -> &str {
    told.err.lines().last().unwrap_or_default()
}

/// Joins a sender with a receiver until so many bytes have gone, then resets both connections.
fn breaks(proxy: &TcpListener, receiver: u16, bytes: u64) {
    let mut up = TcpStream::connect(("127.0.0.1", receiver)).unwrap();
    let (mut down, _) = proxy.accept().unwrap();
    let mut line = String::new();
    BufReader::new(&mut up).read_line(&mut line).unwrap();
    assert_eq!(&line[..25], "sockscope-resume/1 have=0", "{line}");
    down.write_all(line.as_bytes()).unwrap();
    assert_eq!(std::io::copy(&mut (&mut down).take(bytes), &mut up).unwrap(), bytes);
    for stream in [&up, &down] {
        SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO)).unwrap();
    }
}

#[test]
fn what_broke_midway_goes_on_to_the_end() {
    let bytes = noise(2_000_000);
    let files = Files::new(&bytes);
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("tcp://{}", proxy.local_addr().unwrap());
    let listener = files.listen("tcp://127.0.0.1:0", &[]);
    let port = listener.port();
    let breaks = std::thread::spawn(move || breaks(&proxy, port, 3_000_000));
    let sender = files.send(&at, &[]).expect(1);
    breaks.join().unwrap();
    let listener = listener.finish().expect(1);

    let saved = fs::read(&files.saved).unwrap();
    assert!(bytes.starts_with(&saved) && saved.len() < 3_000_000, "the line of the sender is no part of it");
    let path = files.saved.display();
    let told = format!(
        "{path}: broken off, {} of 8000000 bytes are here; the same command again goes on",
        saved.len()
    );
    assert_eq!(last(&listener), format!("sockscope: {told}"));
    let told = last(&sender);
    assert!(told.ends_with(" of 8000000 bytes were on their way; the same command again goes on"), "{told}");

    let (sender, listener) = files.both();
    let (sender, listener) = (sender.expect(0), listener.expect(0));
    assert!(fs::read(&files.saved).unwrap() == bytes, "not the same bytes");
    let (sent, received) = (last(&sender), last(&listener));
    let sum = received.split("sha256 ").nth(1).unwrap().split(',').next().unwrap();
    assert_eq!(sum.len(), 64, "{received}");
    assert!(received.contains(", whole and as it was sent"), "{received}");
    assert!(sent.contains(&format!("sha256 {sum}, whole at the peer")), "{sent}");
    if !saved.is_empty() {
        assert!(received.ends_with(" of 7.62 MiB were there before"), "{received}");
    }
    assert_eq!((sender.text(), listener.text()), (String::new(), String::new()), "no rows");
}

#[test]
fn every_scheme_with_a_stream_goes_on() {
    let mut schemes = vec![("tcp://127.0.0.1:0".to_owned(), false)];
    schemes.push((format!("unix://@sockscope.resume.{}", std::process::id()), false));
    if cfg!(feature = "tls") {
        schemes.push(("tls://127.0.0.1:0".to_owned(), true));
    }
    if cfg!(feature = "ws") {
        schemes.push(("ws://127.0.0.1:0".to_owned(), false));
    }
    if cfg!(all(feature = "tls", feature = "ws")) {
        schemes.push(("wss://127.0.0.1:0".to_owned(), true));
    }
    // Text and noise: WebSocket has two kinds of messages.
    let bytes = [noise(100_000), "你好 ".repeat(50_000).into_bytes()].concat();
    for (endpoint, secure) in schemes {
        let files = Files::new(&bytes);
        fs::write(&files.saved, &bytes[..250_001]).unwrap();
        let listener = files.listen(&endpoint, if secure { &["--self-signed"] } else { &[] });
        let at = listener.says("listening on ").split_whitespace().last().unwrap().to_owned();
        let sender = files.send(&at, if secure { &["--insecure"] } else { &[] }).expect(0);
        let listener = listener.finish().expect(0);
        assert!(fs::read(&files.saved).unwrap() == bytes, "{endpoint}: not the same bytes");
        assert!(last(&listener).ends_with("; 244 KiB of 732 KiB were there before"), "{}", listener.err);
        assert!(last(&sender).contains("whole at the peer; 244 KiB of"), "{}", sender.err);
        for told in [&sender.err, &listener.err] {
            assert!(!told.contains("warning"), "{endpoint}: {told}");
        }
    }
}

#[test]
fn what_differs_stays_as_it_was() {
    let files = Files::new(b"0123456789");
    for there in ["0124", "0123456789x"] {
        fs::write(&files.saved, there).unwrap();
        let (sender, listener) = files.both();
        let (sender, listener) = (sender.expect(1), listener.expect(1));
        assert_eq!(fs::read_to_string(&files.saved).unwrap(), there);
        assert_eq!(
            last(&sender),
            format!(
                "sockscope: {}: the {} bytes that the peer has are not the first ones of this file, so nothing was \
                 sent; let the peer save into another file, or remove the one it has",
                files.sent.display(),
                there.len(),
            )
        );
        let remedy = "so it is as it was; choose another name, or remove it";
        assert!(last(&listener).ends_with(remedy), "{}", listener.err);
    }
}

#[test]
fn what_is_whole_already_is_not_sent_again() {
    // SHA-256 of "abc": FIPS 180-4, example B.1.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let files = Files::new(b"abc");
    fs::write(&files.saved, "abc").unwrap();
    let (sender, listener) = files.both();
    let told = format!("nothing to send: the peer has all 3 B already, sha256 {abc}");
    assert_eq!(last(&sender.expect(0)), told);
    let told = format!("{} is whole already, 3 B, sha256 {abc}, as the peer has it", files.saved.display());
    assert_eq!(last(&listener.expect(0)), told);

    let empty = Files::new(b"");
    let (sender, listener) = empty.both();
    assert!(last(&sender.expect(0)).starts_with("sent 0 B in "));
    assert!(last(&listener.expect(0)).ends_with("b855, whole and as it was sent"));
    assert_eq!(fs::read(&empty.saved).unwrap(), b"");
}

#[test]
fn a_sender_toward_something_else_says_what_must_be_there() {
    let files = Files::new(b"abc");
    let receiver = "there must be `sockscope listen … --save-payload FILE --resume`";
    for (says, why) in [
        ("SSH-2.0-x\r\n", format!("what the peer says is not what --resume says first; {receiver}")),
        ("", format!("the peer ended before it said what it has; {receiver}, for one sender at a time")),
        (
            "sockscope-resume/2 have\n",
            "the peer speaks another version of --resume; use the same sockscope at both ends".to_owned(),
        ),
    ] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("tcp://{}", server.local_addr().unwrap());
        let peer = std::thread::spawn(move || {
            let mut stream = server.accept().unwrap().0;
            stream.write_all(says.as_bytes()).unwrap();
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let mut heard = Vec::new();
            let _ = stream.read_to_end(&mut heard);
            heard
        });
        let told = files.send(&at, &[]).expect(1);
        assert_eq!(last(&told), format!("sockscope: {}: {why}", files.sent.display()));
        assert_eq!(peer.join().unwrap(), b"", "nothing was sent");
    }
    let free = sockscope_testkit::queue::free_port();
    let told = files.send(&format!("tcp://127.0.0.1:{free}"), &[]).expect(1);
    assert!(told.err.contains("refused"), "{}", told.err);
}

#[test]
fn a_receiver_of_something_else_leaves_its_file_alone() {
    let files = Files::new(b"abcdef");
    let why = "what the peer sends does not begin as --resume does; there must be `sockscope send … --file FILE --resume`";
    fs::write(&files.saved, "abc").unwrap();
    let listener = files.listen("tcp://127.0.0.1:0", &[]);
    let port = listener.port().to_string();
    let script = "import socket, sys\ns = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n\
                  s.sendall(b'hello')\ns.recv(1)";
    let Some(mut peer) = python(script, &[&port]) else { return };
    Program::run(&mut peer);
    let told = listener.finish().expect(1);
    assert_eq!(last(&told), format!("sockscope: {}: {why}", files.saved.display()));
    assert_eq!(fs::read(&files.saved).unwrap(), b"abc");

    fs::remove_file(&files.saved).unwrap();
    let listener = files.listen("tcp://127.0.0.1:0", &[]);
    let at = format!("tcp://127.0.0.1:{}", listener.port());
    Program::run(&mut sockscope(&["send", &at, "--file", files.sent.to_str().unwrap()]));
    assert!(last(&listener.finish().expect(1)).ends_with(why));
    assert!(!files.saved.exists(), "nothing came that could be saved");
}

#[test]
fn a_second_sender_is_turned_away() {
    let files = Files::new(b"abc");
    let listener = files.listen("tcp://127.0.0.1:0", &[]);
    let at = format!("127.0.0.1:{}", listener.port());
    let first = TcpStream::connect(&at).unwrap();
    BufReader::new(&first).read_line(&mut String::new()).unwrap();
    let told = files.send(&format!("tcp://{at}"), &[]).expect(1);
    assert!(last(&told).ends_with("for one sender at a time"), "{}", told.err);
    listener.says("turned away 127.0.0.1:");
    drop(first);
    let told = listener.finish().expect(1);
    assert!(last(&told).contains("the peer ended before it said what it sends; "), "{}", told.err);
}

#[test]
fn only_a_file_goes_on_and_only_through_a_stream() {
    let files = Files::new(b"abc");
    let folder = files.sent.parent().unwrap().to_str().unwrap();
    let sent = files.sent.to_str().unwrap();
    let udp = "--resume needs a stream, and udp is none; use tcp, ";
    for (args, why) in [
        (vec!["listen", "udp://127.0.0.1:0", "--save-payload", "x", "--resume"], udp),
        (vec!["send", "udp://127.0.0.1:9", "--file", sent, "--resume"], udp),
        (vec!["send", "unixpacket://@x", "--file", sent, "--resume"], "and unixpacket is none"),
        (
            vec!["send", "tcp://127.0.0.1:9", "--file", folder, "--resume"],
            "is no file that could be gone on with",
        ),
        (
            vec!["send", "tcp://127.0.0.1:9", "--file", "/no/such", "--resume"],
            "cannot read /no/such: not found",
        ),
        (vec!["listen", "tcp://127.0.0.1:0", "--save-payload", folder, "--resume"], "is no file"),
        (vec!["listen", "tcp://127.0.0.1:0", "--resume"], "--save-payload"),
        (vec!["send", "tcp://127.0.0.1:9", "x", "--resume"], "cannot be used with"),
        (vec!["listen", "tcp://127.0.0.1:0", "--save-payload", "x", "--resume", "--echo"], "--echo"),
        (vec!["listen", "tcp://127.0.0.1:0", "--save-payload", "x", "--resume", "--count", "2"], "--count"),
        (vec!["send", "tcp://127.0.0.1:9", "--file", sent, "--resume", "--eol", "lf"], "--eol"),
    ] {
        let told = Program::run(&mut sockscope(&args)).expect(2);
        assert!(told.err.contains(why), "{args:?}: {}", told.err);
    }
}

#[test]
fn a_signal_midway_keeps_what_came() {
    let files = Files::new(b"abc");
    let listener = files.listen("tcp://127.0.0.1:0", &[]);
    let mut peer = TcpStream::connect(("127.0.0.1", listener.port())).unwrap();
    let zeros = "0".repeat(64);
    write!(peer, "sockscope-resume/1 from=0 size=10 sha256={zeros}\nabcd").unwrap();
    while fs::metadata(&files.saved).map_or(0, |data| data.len()) < 4 {
        std::thread::yield_now();
    }
    listener.interrupt();
    let told = listener.finish().expect(1);
    assert!(last(&told).contains("broken off, 4 of 10 bytes are here"), "{}", told.err);
    assert_eq!(fs::read(&files.saved).unwrap(), b"abcd");
}

#[test]
fn what_is_damaged_is_told_at_both_ends() {
    let files = Files::new(b"abc");
    let listener = files.listen("tcp://127.0.0.1:0", &[]);
    let mut peer = TcpStream::connect(("127.0.0.1", listener.port())).unwrap();
    write!(peer, "sockscope-resume/1 from=0 size=3 sha256={}\nabc", "0".repeat(64)).unwrap();
    let mut lines = BufReader::new(&peer).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().starts_with("sockscope-resume/1 have=0 sha256=e3b0c442"));
    assert_eq!(lines.next().unwrap(), "sockscope-resume/1 damaged");
    assert_eq!(lines.next(), None, "it has ended its sending");
    drop(peer);
    let told = listener.finish().expect(1);
    assert!(last(&told).contains("damaged: its checksum is not that"), "{}", told.err);
}
