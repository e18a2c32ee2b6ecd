//! A capture and the session that ran beside it, told of each other.

use std::path::Path;

use sockscope_core::facts::Stamp;
use sockscope_testkit::program::Program;
use sockscope_view::pcapng::{self, Block, Direction, Interface, Section};

use super::common::sockscope;

/// A segment of TCP over raw IPv4 from 10.0.0.1:5 to 10.0.0.2:7, or back.
fn segment(back: bool, seq: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let (mut from, mut to) = (([10, 0, 0, 1], 5_u16), ([10, 0, 0, 2], 7_u16));
    if back {
        (from, to) = (to, from);
    }
    let length = (40 + payload.len() as u16).to_be_bytes();
    let ip = [&[0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, 6, 0, 0][..], &from.0, &to.0].concat();
    let tcp = [from.1.to_be_bytes(), to.1.to_be_bytes()].concat();
    let numbers = [seq, 1].map(u32::to_be_bytes).concat();
    [&ip[..], &tcp, &numbers, &[0x50, flags, 0xff, 0xff, 0, 0, 0, 0], payload].concat()
}

fn write(path: &Path, packets: &[(Direction, Vec<u8>)]) {
    let mut file = Vec::new();
    pcapng::section(&Section::default(), &mut file);
    pcapng::interface(&Interface { link: 101, ..Interface::default() }, &mut file);
    for (at, (direction, bytes)) in (1..).zip(packets) {
        let mut block = Block::packet(0, Stamp(at * 1_000_000), [bytes, &[]], bytes.len() as u32, &mut file);
        block.direction(*direction);
        block.end(true);
    }
    std::fs::write(path, file).unwrap();
}

#[test]
fn two_sends_in_one_segment_are_told_and_tied_both_ways() {
    use Direction::{In, Out};
    let folder = tempfile::tempdir().unwrap();
    let (session, capture) = (folder.path().join("session.pcapng"), folder.path().join("capture.pcapng"));
    let begin = |packets: &mut Vec<(Direction, Vec<u8>)>, seq| {
        packets.push((Out, segment(false, seq, 2, b"")));
        packets.push((In, segment(true, 0, 18, b"")));
        packets.push((Out, segment(false, seq + 1, 16, b"")));
    };
    let (mut said, mut captured) = (Vec::new(), Vec::new());
    begin(&mut said, 0);
    said.push((Out, segment(false, 1, 24, b"one")));
    said.push((Out, segment(false, 4, 24, b"two")));
    // What was read is no send.
    said.push((In, segment(true, 1, 24, b"ok")));
    write(&session, &said);
    begin(&mut captured, 900);
    captured.push((Out, segment(false, 901, 24, b"onetwo")));
    captured.push((In, segment(true, 1, 24, b"ok")));
    write(&capture, &captured);
    let open = |one: &Path, args: &[&str], other: &Path| {
        Program::run(sockscope(&["open"]).arg(one).args(args).arg("--beside").arg(other)).expect(0)
    };
    let told = open(&capture, &["--explain", "--lang", "en"], &session).text();
    assert!(told.contains("It carries 2 sends of the program, number 1 to 2:"), "{told}");
    assert_eq!(told.matches("It carries").count(), 1, "{told}");
    let list = open(&session, &["--list"], &capture).text();
    assert_eq!(list.matches("packet 4 of ").count(), 2, "{list}");
    let list = open(&capture, &["--list"], &session).text();
    assert_eq!(list.matches("packets 4, 5 of ").count(), 1, "{list}");
    write(&session, &said[..3]);
    let told = open(&capture, &["--explain"], &session);
    assert!(told.err.contains("knows of nothing that was sent in this conversation"), "{}", told.err);
}

#[test]
fn datagrams_are_sends_by_themselves() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/echo.pcapng");
    let args = ["open", path, "--explain", "udp:0", "--beside", path];
    assert_eq!(Program::run(&mut sockscope(&args)).expect(0).err, "", "there is nothing to miss");
}
