//! WebSocket between two of our own, and what is said where it fails.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use sockscope_core::batch::Batch;
use sockscope_core::facts::Facts;
use sockscope_net::error::Kind;
use sockscope_net::transport::Transport;

use crate::both::{
    Open, accept, address, connect, end, exchange, finish, flush, listen, noise, read_all, receive, serve,
    write,
};
use crate::made::Files;

/// Connects a client to a listener; both endpoints from their path on.
fn meet(server: &str, client: &str) -> (Open, Open) {
    let listener = listen(&format!("ws://127.0.0.1:0{server}")).unwrap();
    let at = address(&*listener);
    let serving = serve(listener, Result::unwrap);
    let went = connect(&format!("ws://{at}{client}")).unwrap();
    (went, serving.join().unwrap())
}

/// Receives so many messages: each with whether it is text.
fn messages(transport: &mut dyn Transport, count: usize) -> Vec<(Vec<u8>, Option<bool>)> {
    let mut batch = Batch::with_slots(4, 1000);
    let mut all = Vec::new();
    while all.len() < count {
        if batch.slots() == 0 {
            batch = Batch::with_slots(4, 1000);
        }
        receive(transport, &mut batch).unwrap().unwrap();
        all.extend(batch.iter().map(|message| (message.bytes.to_vec(), message.facts.text)));
    }
    all
}

#[test]
fn messages_keep_their_bounds_and_their_kind() {
    let (mut went, mut came) = meet("", "");
    let long = noise(5000, 1);
    let sent: [(&[u8], bool); 6] =
        [(b"a", true), (b"", true), ("你好".as_bytes(), true), (b"\0", false), (&long, false), (b"z", true)];
    let mut batch = Batch::new();
    sent.iter().for_each(|(bytes, _)| batch.push(bytes, Facts::default()));
    for _ in 0..2 {
        std::mem::swap(&mut went, &mut came);
        let (from, to) = (&mut went, &mut came);
        assert_eq!(from.send(&batch, 0..6, 0).unwrap().messages, 6);
        flush(&mut **from).unwrap();
        let got = messages(&mut **to, 6);
        let wanted: Vec<_> = sent.iter().map(|(bytes, text)| (bytes.to_vec(), Some(*text))).collect();
        assert!(
            got == wanted,
            "{:?}",
            got.iter().map(|(bytes, text)| (bytes.len(), text)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn closing_is_answered_and_what_was_under_way_still_comes() {
    let (mut went, mut came) = meet("", "");
    write(&mut *came, b"under way").unwrap();
    end(&mut *went).unwrap();
    assert_eq!(read_all(&mut *came).0, b"");
    let error = write(&mut *came, b"too late").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    end(&mut *came).unwrap();
    let (heard, ended) = read_all(&mut *went);
    assert_eq!(heard, b"under way");
    ended.unwrap();
    end(&mut *went).unwrap();
}

#[test]
fn the_subprotocol_is_the_first_of_ours_that_is_offered() {
    let (went, came) = meet("?protocol=c&protocol=b", "?protocol=a&protocol=b&protocol=c");
    for side in [went, came] {
        assert_eq!(side.connection().unwrap().subprotocol.as_deref(), Some("c"));
    }
    let (went, came) = meet("?protocol=c", "");
    assert_eq!(
        (&went.connection().unwrap().subprotocol, &came.connection().unwrap().subprotocol),
        (&None, &None)
    );
}

#[test]
fn inside_tls_too() {
    let files = Files::new();
    let listener = listen(&format!("wss://127.0.0.1:0/feed?cert={}", files.path("server.pem"))).unwrap();
    let at = address(&*listener);
    let serving = serve(listener, |came| {
        let mut came = came.unwrap();
        write(&mut *came, "first".as_bytes()).unwrap();
        end(&mut *came).unwrap();
        read_all(&mut *came).1
    });
    let mut went = connect(&format!("wss://{at}/feed?ca={}", files.path("ca.pem"))).unwrap();
    assert_eq!(went.connection().unwrap().tls.as_ref().unwrap().verified, Some(true));
    assert_eq!(messages(&mut *went, 1), [(b"first".to_vec(), Some(true))]);
    assert_eq!(read_all(&mut *went).0, b"");
    end(&mut *went).unwrap();
    serving.join().unwrap().unwrap();
}

/// A server that answers any request so, and then ends.
fn answers(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut came = listener.accept().unwrap().0;
        let _ = came.read(&mut [0; 4096]);
        came.write_all(answer.as_bytes()).unwrap();
        came.shutdown(Shutdown::Write).unwrap();
        let _ = came.read_to_end(&mut Vec::new());
    });
    at.to_string()
}

#[test]
fn a_refusal_is_told_with_its_status_line() {
    for (answer, told) in [
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "it answered HTTP/1.1 404 Not Found; check the path",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: wss://b.example/\r\n\r\n",
            "it answered HTTP/1.1 302 Found; it points to \"wss://b.example/\"",
        ),
        ("HTTP/1.1 200 OK\r\n\r\n", "it answered HTTP/1.1 200 OK; is there WebSocket on this path?"),
        (
            "220 mail\x1b ESMTP\r\n",
            "it does not speak HTTP: it answered \"220 mail\\u{1b} ESMTP\"; is it tcp:// or tls:// there, or another port?",
        ),
        ("", "it closed the connection without an answer; does it speak WebSocket?"),
        (
            "HTTP/1.1 101 Hm\r\n\r\n",
            "its answer is no WebSocket's: it does not upgrade the connection; does it speak WebSocket?",
        ),
        (
            "HTTP/1.1 101 Hm\r\nUpgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            "its answer is no WebSocket's: it does not know the key that it was given; does it speak WebSocket?",
        ),
    ] {
        let error = connect(&format!("ws://{}/feed", answers(answer))).unwrap_err();
        assert_eq!(error.kind, Kind::No);
        assert_eq!(error.why(), format!("cannot shake hands with: {told}"));
    }
}

#[test]
fn a_client_that_wants_something_else_is_refused_and_others_are_not() {
    let mut listener = listen("ws://127.0.0.1:0/feed").unwrap();
    let at = address(&*listener);
    let good = "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    for (request, status, told) in [
        (
            "GET /feed HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "HTTP/1.1 426 ",
            "it did not ask for WebSocket: GET /feed HTTP/1.1",
        ),
        (
            "hello\r\n\r\n".to_owned(),
            "HTTP/1.1 400 ",
            "it did not ask for WebSocket: \"hello\"; here it must: ws:// or wss://",
        ),
        (
            format!("GET /other HTTP/1.1\r\n{good}"),
            "HTTP/1.1 404 ",
            "it asked for another path: GET /other HTTP/1.1; here it is /feed",
        ),
    ] {
        let mut client = TcpStream::connect(at).unwrap();
        client.write_all(request.as_bytes()).unwrap();
        assert_eq!(
            finish(accept(&mut *listener)).unwrap_err().why(),
            format!("cannot shake hands with: {told}")
        );
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(status), "{answer}");
    }
    let first = std::thread::spawn(move || connect(&format!("ws://{at}/feed")).unwrap());
    finish(accept(&mut *listener)).unwrap();
    first.join().unwrap();
}

/// A client that shakes hands by the book and then writes what it likes; what the listener's side made of it,
/// and what the client got.
fn raw(frames: &[u8]) -> (std::io::Error, Vec<u8>) {
    let listener = listen("ws://127.0.0.1:0").unwrap();
    let at = address(&*listener);
    let serving = serve(listener, |came| {
        let mut came = came.unwrap();
        let error = read_all(&mut *came).1.unwrap_err();
        let _ = end(&mut *came);
        error
    });
    let mut client = TcpStream::connect(at).unwrap();
    let head = "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    // Frames right behind the head belong to the stream.
    client.write_all(&[head.as_bytes(), frames].concat()).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut got = Vec::new();
    let _ = client.read_to_end(&mut got);
    let end = got.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (serving.join().unwrap(), got.split_off(end + 4))
}

#[test]
fn what_breaks_the_protocol_is_told_here_and_there() {
    let masked = |head: &[u8], body: &[u8]| [head, &[0; 4], body].concat();
    for (frames, told, code) in [
        (vec![0x81, 1, b'a'], "received an unmasked frame from client", Some(1002)),
        (masked(&[0x81, 0x81], b"\xff"), "a text message is not UTF-8", Some(1007)),
        (
            masked(&[0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0], b""),
            "a message of 4294967296 bytes is longer than 64MiB, the most that is taken",
            Some(1009),
        ),
        (
            masked(&[0x88, 0x87], b"\x03\xf0angry"),
            "it closed with code 1008 (against its rules): \"angry\"",
            Some(1008),
        ),
        (
            masked(&[0x82, 0x82], b"x"),
            "it ended without saying so (a close frame): what came may be cut off",
            None,
        ),
    ] {
        let (error, got) = raw(&frames);
        assert_eq!(error.to_string(), told);
        let close =
            got.get(..4).filter(|head| head[0] == 0x88).map(|head| u16::from_be_bytes([head[2], head[3]]));
        assert_eq!(close, code, "{told}: {got:?}");
    }
}

#[test]
fn pings_are_answered() {
    // A ping with "hi", then the close that `raw` needs an error from.
    let frames = [0x89, 0x82, 0, 0, 0, 0, b'h', b'i', 0x88, 0x82, 0, 0, 0, 0, 0x03, 0xf3];
    let (error, got) = raw(&frames);
    assert_eq!(error.to_string(), "it closed with code 1011 (it has a trouble of its own)");
    assert_eq!(got[..4], [0x8a, 2, b'h', b'i']);
}

#[test]
fn sixty_four_mebibytes_go_both_ways_at_once() {
    let bytes = noise(64 << 20, 7);
    let (mut went, mut came) = meet("", "");
    let there = bytes.clone();
    let other = std::thread::spawn(move || {
        assert!(exchange(&mut *came, &there, 100_000).unwrap() == there);
        end(&mut *came).unwrap();
        read_all(&mut *came).1.unwrap();
    });
    assert!(exchange(&mut *went, &bytes, 3000).unwrap() == bytes);
    end(&mut *went).unwrap();
    assert_eq!(read_all(&mut *went).0, b"");
    other.join().unwrap();
}
