//! A million messages, none lost; and where some are lost, exactly how many.

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::sockscope;
use serde_json::Value;
use sockscope_testkit::program::Program;
use sockscope_testkit::queue::{pace, wait_empty};
use sockscope_testkit::schema;

const MILLION: u64 = 1_000_000;

/// The receive buffer that a listener surely has, in bytes as the kernel accounts it: twice what is
/// asked for, which is 4 MiB or as much as this machine allows.
fn room() -> u64 {
    let most = fs::read_to_string("/proc/sys/net/core/rmem_max").unwrap();
    most.trim().parse::<u64>().unwrap().min(4 << 20) * 2
}

/// 32 bytes with the number in them.
fn payload(number: u64, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(b"message                         ");
    let mut at = bytes.len();
    let mut left = number;
    while left > 0 {
        at -= 1;
        bytes[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
}

/// What stands after a key that a line must have, up to the next comma.
fn after<'a>(line: &'a str, key: &str) -> &'a str {
    let at = line.find(key).unwrap_or_else(|| panic!("no {key} in {line}")) + key.len();
    line[at..].split(',').next().unwrap()
}

#[test]
fn a_million_messages_arrive_whole_in_order_and_counted() {
    let count = MILLION.to_string();
    let args = ["listen", "udp://127.0.0.1:0", "--json", "--count", &count];
    let (listener, out) = Program::start_unread(&mut sockscope(&args));
    let port = listener.port();
    let sender = thread::spawn(move || pace(port, room(), MILLION, payload));
    let (mut number, mut want, mut data) = (0, Vec::new(), String::new());
    let mut closed = String::new();
    for (line, seq) in BufReader::with_capacity(1 << 20, out).lines().zip(1_u64..) {
        let line = line.unwrap();
        assert_eq!(after(&line, "\"seq\":").parse(), Ok(seq), "{line}");
        if after(&line, "\"type\":") != "\"message\"" {
            closed = line;
            continue;
        }
        want.clear();
        data.clear();
        payload(number, &mut want);
        STANDARD.encode_string(&want, &mut data);
        assert!(line.contains(&data) && line.contains("\"len\":32,"), "{number}: {line}");
        number += 1;
    }
    sender.join().unwrap();
    assert_eq!(number, MILLION);
    let closed: Value = serde_json::from_str(&closed).unwrap();
    let totals = &closed["totals"];
    assert_eq!((&closed["seq"], &closed["why"]), (&(MILLION + 2).into(), &"count".into()));
    assert_eq!((&totals["rx_messages"], &totals["rx_bytes"]), (&MILLION.into(), &(MILLION * 32).into()));
    assert_eq!(totals["dropped"], 0);
    let told = listener.finish().expect(0);
    assert!(told.err.contains("received 1000000 datagrams (32000000 B)"), "{}", told.err);
}

#[test]
fn what_the_kernel_dropped_is_told_to_the_last_one() {
    let args = ["listen", "udp://127.0.0.1:0", "--json", "--rcvbuf", "8KiB", "--idle", "2s"];
    lossy(&args, |_| {});
}

#[test]
fn what_the_kernel_dropped_is_told_also_when_a_signal_ends_it() {
    let args = ["listen", "udp://127.0.0.1:0", "--json", "--rcvbuf", "8KiB"];
    lossy(&args, Program::interrupt);
}

/// A reader that stands still while bursts come, also for the last of them; `end` makes it end.
fn lossy(args: &[&str], end: impl Fn(&Program)) {
    const ROUNDS: u64 = 20;
    const BURST: u64 = 2_000;
    let listener = Program::start(&mut sockscope(args));
    let port = listener.port();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for _ in 0..ROUNDS {
        listener.pause();
        for _ in 0..BURST {
            socket.send_to(&[7; 32], ("127.0.0.1", port)).unwrap();
        }
        listener.resume();
        wait_empty(port);
    }
    end(&listener);
    let told = listener.finish().expect(0);
    let rules = Program::run(&mut sockscope(&["schema"])).expect(0).text();
    let rules: Value = serde_json::from_str(&rules).unwrap();
    let (mut received, mut dropped, mut last) = (0, 0, Value::Null);
    for (line, seq) in told.text().lines().zip(1_u64..) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(schema::check(&rules, &line), Ok(()));
        assert_eq!(line["seq"], seq);
        received += u64::from(line["type"] == "message");
        if line["code"] == "kernel_drop" {
            dropped += line["count"].as_u64().unwrap();
            assert_eq!(line["total"], dropped);
        }
        last = line;
    }
    assert!(dropped >= ROUNDS * (BURST - 100), "{dropped}");
    assert_eq!(received + dropped, ROUNDS * BURST);
    let totals = &last["totals"];
    assert_eq!((&totals["rx_messages"], &totals["dropped"]), (&received.into(), &dropped.into()));
    assert!(told.err.contains(&format!(" {dropped} dropped by the kernel")), "{}", told.err);
}
