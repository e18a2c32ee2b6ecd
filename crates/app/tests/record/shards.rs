//! Shards record into files of their own.

use std::fs;
use std::net::UdpSocket;

use sockscope_testkit::peers;
use sockscope_testkit::program::Program;

use super::common::sockscope;
use super::tshark;

#[test]
fn each_shard_has_a_recording_that_others_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng").display().to_string();
    let args = ["listen", "udp://127.0.0.1:0", "--shards", "2", "--count", "100", "--save", &path];
    let program = Program::start(&mut sockscope(&args));
    let there = ("127.0.0.1", program.port());
    let senders: Vec<_> = (0..100).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
    for sender in &senders {
        sender.send_to(b"hello", there).unwrap();
    }
    let told = program.finish().expect(0);
    let shard = |number: usize| folder.path().join(format!("x.{number}.pcapng"));
    let mut packets = 0;
    for number in 0..2 {
        assert!(told.err.contains(&format!("in {}\n", shard(number).display())), "{}", told.err);
        let opened = Program::run(&mut sockscope(&["open", &shard(number).display().to_string(), "--json"]));
        let own = opened.expect(0).text().matches("\"type\":\"packet\"").count();
        assert!(own > 0, "a hundred peers are spread over both");
        if let Some(seen) = tshark::read(&shard(number)) {
            assert_eq!(seen.len(), own);
            assert!(seen.iter().all(|packet| packet.payload == "68656c6c6f"), "{seen:?}");
        }
        packets += own;
    }
    assert_eq!(packets, 100);
    let line = told.err.lines().find_map(|line| line.strip_suffix(" makes one of them")).unwrap();
    assert!(line.starts_with("mergecap -w "), "{line}");
    if let Some(mut shell) = peers::command("mergecap", &["-w", &path]) {
        Program::run(shell.args([shard(0), shard(1)])).expect(0);
        assert_eq!(tshark::read(path.as_ref()).map_or(100, |seen| seen.len()), 100);
    }
}

#[test]
fn a_recording_that_is_there_keeps_every_shard_from_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng").display().to_string();
    fs::write(folder.path().join("x.1.pcapng"), "mine").unwrap();
    let args = ["listen", "udp://127.0.0.1:0", "--shards", "2", "--save", &path];
    let told = Program::run(&mut sockscope(&args)).expect(2);
    assert!(told.err.contains("x.1.pcapng is there already"), "{}", told.err);
    let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["x.1.pcapng"]);
}
