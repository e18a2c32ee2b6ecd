//! Every kind of socket, recorded at both ends: what tshark reads is what the JSON lines tell.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use sockscope_testkit::program::{Finished, Program};

use super::common::sockscope;
use super::tshark::{self, Seen};

const WORDS: [&str; 3] = ["1", "你好", "a longer one, to be told from the others"];

/// A message as the JSON lines tell it: nanoseconds since 1970, `rx` or `tx`, payload in hex.
fn messages(told: &Finished) -> Vec<(String, String, String)> {
    let lines = told.text();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let messages = lines.filter(|line| line["type"] == "message");
    let message = |line: Value| {
        let bytes = BASE64_STANDARD.decode(line["data"].as_str().unwrap()).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        (line["t"].as_str().unwrap().to_owned(), line["dir"].as_str().unwrap().to_owned(), hex)
    };
    messages.map(message).collect()
}

/// The same of what tshark reads.
fn recorded(seen: &[Seen]) -> Vec<(String, String, String)> {
    let packets = seen.iter().filter(|packet| !packet.payload.is_empty());
    let message = |packet: &Seen| {
        let (seconds, nanos) = packet.time.split_once('.').unwrap();
        let stamp = jiff::Timestamp::new(seconds.parse().unwrap(), nanos.parse().unwrap()).unwrap();
        let dir = if packet.direction == "1" { "rx" } else { "tx" };
        (format!("{stamp:.9}"), dir.to_owned(), packet.payload.clone())
    };
    packets.map(message).collect()
}

/// A kind of socket: where to echo, with what, and with what to reach it.
struct Kind {
    place: &'static str,
    listens: &'static [&'static str],
    reaches: &'static [&'static str],
}

const UDP: &[&str] = &["--count", "3"];
const ONCE: &[&str] = &["--once"];
#[cfg(feature = "tls")]
const SELF_SIGNED: &[&str] = &["--once", "--self-signed"];
#[cfg(feature = "tls")]
const INSECURE: &[&str] = &["--insecure"];

/// One who echoes and one who asks, both recorded; returns what tshark reads of each.
fn both(kind: &Kind) -> Option<[Vec<Seen>; 2]> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let [here, there] = ["here.pcapng", "there.pcapng"].map(path);
    let place = kind.place.replace("FOLDER", &folder.path().display().to_string());
    let args = [&["echo", &place, "--json", "--save", &here], kind.listens].concat();
    let echo = Program::start(&mut sockscope(&args));
    let said = echo.says("echoing on");
    let place = if place.ends_with(":0") { said.split_whitespace().last().unwrap() } else { &place };
    let args = [&["talk", place, "--json", "--save", &there, "--wait", "200ms"], kind.reaches].concat();
    let talk = Program::fed(&mut sockscope(&args), (WORDS.join("\n") + "\n").as_bytes()).expect(0);
    let echo = echo.finish().expect(0);
    let read = |path: &str, told: &Finished| {
        let seen = tshark::read(Path::new(path))?;
        assert_eq!(recorded(&seen), messages(told), "{path}: {}", told.err);
        assert!(seen.iter().all(|packet| packet.comment.starts_with("headers made, not captured")));
        assert!(told.err.contains(&format!("recorded {} packets, ", seen.len())), "{}", told.err);
        Some(seen)
    };
    let both = Some([read(&here, &echo)?, read(&there, &talk)?]);
    assert!(tshark::capinfos(Path::new(&here))?.contains("nanoseconds (9)"));
    both
}

/// Flags of the segments with which both sides begin and end.
fn connects(seen: &[Seen]) {
    let flags: Vec<_> = seen.iter().map(|packet| packet.flags.as_str()).collect();
    let fin = flags.iter().filter(|flags| **flags == "0x0011").count();
    assert!(flags.starts_with(&["0x0002", "0x0012", "0x0010"]) && fin == 2, "{flags:?}");
}

/// Both ends of a connection say the same of who sends to whom.
fn agree([here, there]: &[Vec<Seen>; 2]) {
    let ends = |seen: &[Seen]| seen[0].ends.clone();
    assert_eq!(ends(here), ends(there));
}

#[test]
fn datagrams() {
    for place in ["udp://127.0.0.1:0", "udp://[::1]:0"] {
        let Some(seen) = both(&Kind { place, listens: UDP, reaches: &[] }) else { return };
        agree(&[seen[0].clone(), seen[1].clone()]);
        assert!(seen.iter().all(|seen| seen.len() == 6 && seen[0].flags.is_empty()));
    }
}

#[test]
fn streams() {
    for place in ["tcp://127.0.0.1:0", "tcp://[::1]:0"] {
        let Some(seen) = both(&Kind { place, listens: ONCE, reaches: &[] }) else { return };
        agree(&seen);
        seen.iter().for_each(|seen| connects(seen));
    }
}

#[test]
fn unix_sockets() {
    for place in ["unix://FOLDER/a.sock", "unix://@sockscope-record-FOLDER"] {
        let Some(seen) = both(&Kind { place, listens: ONCE, reaches: &[] }) else { return };
        seen.iter().for_each(|seen| connects(seen));
    }
    for (place, listens) in [("unixpacket://FOLDER/b.sock", ONCE), ("unixgram://FOLDER/c.sock", UDP)] {
        let Some(seen) = both(&Kind { place, listens, reaches: &[] }) else { return };
        assert!(seen.iter().all(|seen| seen.len() == 6 && seen[0].flags.is_empty()));
    }
}

#[test]
#[cfg(feature = "tls")]
fn the_plaintext_inside_tls() {
    let place = "tls://127.0.0.1:0";
    let Some(seen) = both(&Kind { place, listens: SELF_SIGNED, reaches: INSECURE }) else { return };
    seen.iter().for_each(|seen| connects(seen));
    assert!(seen[0][0].comment.contains("the plaintext inside TLS 1.3"), "{}", seen[0][0].comment);
}

#[test]
#[cfg(feature = "ws")]
fn messages_of_a_websocket() {
    let Some(seen) = both(&Kind { place: "ws://127.0.0.1:0", listens: ONCE, reaches: &[] }) else { return };
    let told = seen[0].iter().filter(|packet| packet.comment.contains("received message")).count();
    assert_eq!(told, 3);
}

#[test]
fn a_datagram_longer_than_ipv6_can_tell_is_a_jumbogram() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let place = format!("unixgram://{}", path("sock"));
    let mut listen =
        sockscope(&["listen", &place, "--count", "1", "--quiet", "--save", &path("here.pcapng")]);
    let listener = Program::start(&mut listen);
    sockscope_testkit::place::wait_unix(&path("sock"));
    std::fs::write(path("much"), vec![0x2a; 150_000]).unwrap();
    let args =
        ["send", &place, "--file", &path("much"), "--whole", "--quiet", "--save", &path("there.pcapng")];
    Program::run(&mut sockscope(&args)).expect(0);
    listener.finish().expect(0);
    let Some(there) = tshark::read(Path::new(&path("there.pcapng"))) else { return };
    assert_eq!((there[0].len, there[0].payload.len() / 2), (40 + 8 + 8 + 150_000, 150_000));
    let here = tshark::read(Path::new(&path("here.pcapng"))).unwrap();
    assert_eq!(here[0].len, 40 + 8 + 8 + 150_000, "its length on the wire");
    assert!(here[0].comment.contains("cut from 150000 bytes"), "{}", here[0].comment);
}
