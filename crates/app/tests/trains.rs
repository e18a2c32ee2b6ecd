//! Trains: many datagrams of one length handed to the kernel, or taken from it, as one. Nothing is merged, and whatever
//! they share is told.

#![cfg(target_os = "linux")]

mod common;

use std::net::UdpSocket;

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::{schema, space};

/// Lines that are sent with `args`, in JSON: what arrived, what was told.
fn sent(lines: &str, args: &[&str]) -> (Vec<Vec<u8>>, Finished) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let endpoint = format!("udp://{}", socket.local_addr().unwrap());
    let args = [&["send", &endpoint, "--lines", "--json"], args].concat();
    let told = Program::fed(&mut sockscope(&args), lines.as_bytes()).expect(0);
    let heard = lines.lines().map(|_| {
        let mut bytes = vec![0; 65_536];
        let len = socket.recv(&mut bytes).unwrap();
        bytes.truncate(len);
        bytes
    });
    (heard.collect(), told)
}

/// Of each message how many went as one with it, and the totals.
fn trains(told: &Finished) -> (Vec<u64>, Value) {
    let rules = serde_json::from_str(&Program::run(&mut sockscope(&["schema"])).expect(0).text()).unwrap();
    let text = told.text();
    let lines = text.lines().map(|line| {
        let value = serde_json::from_str(line).unwrap();
        schema::check(&rules, &value).unwrap_or_else(|why| panic!("{why}: {line}"));
        value
    });
    let (messages, others): (Vec<Value>, Vec<Value>) = lines.partition(|line| line["type"] == "message");
    let counts = messages.iter().map(|line| line["train"].as_u64().unwrap_or(1)).collect();
    let closed = others.into_iter().find(|line| line["state"] == "closed").unwrap();
    (counts, closed["totals"].clone())
}

#[test]
fn lines_of_one_length_leave_as_trains_and_arrive_as_they_are() {
    let lines = "one\ntwo\nsix\nfour\nfive\nx\n\nlonger\n";
    let (heard, told) = sent(lines, &[]);
    let want: Vec<_> = lines.lines().map(str::as_bytes).collect();
    assert_eq!(heard, want);
    let (counts, totals) = trains(&told);
    assert_eq!(counts, [3, 3, 3, 3, 3, 3, 1, 1]);
    assert_eq!((&totals["tx_messages"], &totals["in_trains"]), (&8.into(), &6.into()));
}

#[test]
fn each_goes_alone_where_that_is_asked_for_and_where_there_is_one() {
    for args in [&["--one-by-one"][..], &["--portable"]] {
        let (heard, told) = sent("one\ntwo\nsix\n", args);
        assert_eq!(heard, [b"one", b"two", b"six"]);
        let (counts, totals) = trains(&told);
        assert_eq!((counts, totals.get("in_trains")), (vec![1, 1, 1], None), "{args:?}");
    }
    let (_, told) = sent("one\n", &[]);
    assert_eq!(trains(&told).0, [1]);
    for (args, want) in [
        (["--one-by-one", "--gso"], "--one-by-one forbids trains, and gso asks for them"),
        (["--portable", "--gso"], "portable calls know no trains, as gso wants them"),
    ] {
        let told =
            Program::run(&mut sockscope(&[&["send", "udp://127.0.0.1:9", "--lines"], &args[..]].concat()));
        assert!(told.expect(2).err.contains(want), "{args:?}");
    }
}

#[test]
fn a_summary_and_rows_tell_of_trains() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("udp://{}", socket.local_addr().unwrap());
    let told = Program::fed(&mut sockscope(&["send", &endpoint, "--lines"]), b"one\ntwo\n").expect(0);
    assert!(told.text().lines().all(|row| row.ends_with("  time shared by 2")), "{}", told.text());
    assert!(
        told.err.contains("sent 2 datagrams (6 B)") && told.err.contains(", 2 in trains"),
        "{}",
        told.err
    );
}

#[test]
fn what_came_as_a_train_is_taken_apart_and_shares_its_facts() {
    let args = ["listen", "udp://127.0.0.1:0", "--gro", "--json", "--count", "130"];
    let listener = Program::start(&mut sockscope(&args));
    let endpoint = format!("udp://127.0.0.1:{}", listener.port());
    let lines: String = (100..231).map(|number| format!("{number}\n")).collect();
    let send = ["send", &endpoint, "--lines", "--quiet"];
    Program::fed(&mut sockscope(&send), lines.as_bytes()).expect(0);
    let told = listener.finish().expect(0);
    let (counts, totals) = trains(&told);
    // 131 of one length: two whole trains, and of the third no more than was asked for.
    assert_eq!(counts, [[64; 64], [64; 64]].concat().into_iter().chain([3, 3]).collect::<Vec<_>>());
    assert_eq!((&totals["rx_messages"], &totals["in_trains"]), (&130.into(), &130.into()));
    let texts: Vec<String> = told
        .text()
        .lines()
        .filter_map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["data"].as_str().map(str::to_owned)
        })
        .collect();
    let want: Vec<String> = (100..230).map(|number| base64(&number.to_string())).collect();
    assert_eq!(texts, want);
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn where_trains_are_taken_drops_are_at_least_so_many() {
    let args = ["listen", "udp://127.0.0.1:0", "--gro", "--rcvbuf", "4096", "--count", "1"];
    let listener = Program::start(&mut sockscope(&args));
    let endpoint = format!("udp://127.0.0.1:{}", listener.port());
    listener.pause();
    let lines = "x".repeat(1000) + "\n";
    let send = ["send", &endpoint, "--lines", "--quiet"];
    Program::fed(&mut sockscope(&send), lines.repeat(200).as_bytes()).expect(0);
    listener.resume();
    let told = listener.finish().expect(0);
    assert!(told.err.contains("at least ") && told.err.contains(" dropped by the kernel"), "{}", told.err);
}

#[test]
fn a_train_is_never_longer_than_the_longest_that_is_kept() {
    let told = Program::run(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--gro", "--buffer", "100"]));
    let want = "a train is up to 65536 bytes long, and the buffer takes 100";
    assert!(told.expect(2).err.contains(want));
}

/// A packet of the way out is shorter than these messages: no train can carry them, and they go all the same.
#[test]
fn what_does_not_fit_into_a_packet_goes_without_a_train() {
    let text = r#"
ip link set lo mtu 1400
printf '%01500d\n%01500d\n%01500d\n%0100d\n%0100d\n' 1 2 3 4 5 >"$1/lines"
"$0" listen udp://127.0.0.1:7007 --count 5 --json >"$1/heard" & there=$!
timeout 20 sh -c 'until grep -q 1B5F /proc/net/udp; do :; done'
"$0" send udp://127.0.0.1:7007 --lines --file "$1/lines" || (exit 9)
wait $there; cat "$1/heard"
"#;
    let folder = tempfile::tempdir().unwrap();
    let program = sockscope(&[]).get_program().to_owned();
    let args = ["-c", text, program.to_str().unwrap(), folder.path().to_str().unwrap()];
    let Some(mut scene) = space::alone("sh", &args) else { return };
    let told = Program::run(&mut scene).expect(0);
    assert!(
        told.err.contains("sent 5 datagrams (4700 B)") && told.err.contains(", 2 in trains"),
        "{}",
        told.err
    );
    assert_eq!(told.text().matches("\"len\":1500").count(), 3, "{}", told.text());
}
