//! A file through a stream: whole, with its checksum at both ends, and never over another one.

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixDatagram, UnixStream};

use common::sockscope;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::Program;

/// The SHA-256 that a program tells, and how much it says went.
fn sum(err: &str) -> (&str, &str) {
    let line =
        err.lines().find(|line| line.contains("sha256 ")).unwrap_or_else(|| panic!("no sum in: {err}"));
    let amount = line.split_once(" in ").unwrap().0.split_once(' ').unwrap().1;
    (amount, line.rsplit(' ').next().unwrap())
}

#[test]
fn a_file_arrives_whole_and_both_ends_tell_its_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let (sent, saved) = (folder.path().join("sent"), folder.path().join("saved"));
    let bytes: Vec<u8> =
        (0..5_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    fs::write(&sent, &bytes).unwrap();
    let path = saved.display().to_string();
    let listener = Program::start(&mut sockscope(&["listen", "tcp://127.0.0.1:0", "--save-payload", &path]));
    let endpoint = format!("tcp://127.0.0.1:{}", listener.port());
    let sender = Program::run(&mut sockscope(&["send", &endpoint, "--file", &sent.display().to_string()]));
    let (sender, listener) = (sender.expect(0), listener.finish().expect(0));
    assert!(fs::read(&saved).unwrap() == bytes, "not the same bytes");
    assert_eq!(sum(&sender.err), sum(&listener.err));
    assert_eq!(sum(&sender.err).0, "19.0 MiB");
    assert_eq!(
        (sender.text(), listener.text()),
        (String::new(), String::new()),
        "no rows, and no line that is drawn"
    );

    let again =
        Program::run(&mut sockscope(&["listen", "tcp://127.0.0.1:0", "--save-payload", &path])).expect(2);
    assert!(again.err.contains("is there already; choose another name"), "{}", again.err);
    assert!(fs::read(&saved).unwrap() == bytes, "it is as it was");
}

#[test]
fn the_checksum_is_that_of_every_other_tool() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("unix://@sockscope.files.{}", std::process::id());
    let empty = folder.path().join("empty");
    let path = empty.display().to_string();
    let listener = Program::start(&mut sockscope(&["listen", &name, "--save-payload", &path]));
    listener.says("listening on ");
    let sender = Program::fed(&mut sockscope(&["send", &name]), b"abc").expect(0);
    // SHA-256 of "abc": FIPS 180-4, example B.1.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!((sum(&sender.err).1, sum(&listener.finish().expect(0).err).1), (abc, abc));
    assert_eq!(fs::read(&empty).unwrap(), b"abc");
}

#[test]
fn a_file_goes_whole_to_a_peer_that_first_sends_all_it_has() {
    const NUMBER: usize = 300;
    let folder = tempfile::tempdir().unwrap();
    let [file, ours, theirs] = ["file", "ours", "theirs"].map(|name| folder.path().join(name));
    let bytes: Vec<u8> = (0..NUMBER).flat_map(|n| [n as u8; 1000]).collect();
    fs::write(&file, &bytes).unwrap();
    let (endpoint, count) = (format!("unixgram://{}", ours.display()), NUMBER.to_string());
    let args = ["--file", &file.display().to_string(), "--cut", "1000", "--count", &count, "--raw"];
    let listener = Program::start(&mut sockscope(&[&["listen", &endpoint][..], &args].concat()));
    listener.says("listening on ");

    // More than the kernel holds for whoever does not read; and the count is reached long before the file has gone.
    let peer = UnixDatagram::bind(&theirs).unwrap();
    peer.set_write_timeout(Some(PATIENCE)).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    for _ in 0..NUMBER {
        peer.send_to(b"x", &ours).unwrap();
    }
    listener.holds(NUMBER);
    let mut all = vec![0; bytes.len()];
    for piece in all.chunks_mut(1000) {
        assert_eq!(peer.recv(piece).unwrap(), 1000);
    }
    assert!(all == bytes, "not the same bytes");
    let told = listener.finish().expect(0);
    assert!(told.err.contains("stopped after --count"), "{}", told.err);
}

#[test]
fn a_stream_is_read_from_while_a_file_waits_to_go_there() {
    let folder = tempfile::tempdir().unwrap();
    let [file, place] = ["file", "place"].map(|name| folder.path().join(name));
    let bytes: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    fs::write(&file, &bytes).unwrap();
    let (endpoint, file) = (format!("unix://{}", place.display()), file.display().to_string());
    // One message is longer than all that the kernel holds, and more than is held for one whom it answers.
    let args = ["listen", &endpoint, "--once", "--raw", "--file", &file, "--cut", "1000000"];
    let listener = Program::start(&mut sockscope(&args));
    listener.says("listening on ");

    let mut peer = UnixStream::connect(&place).unwrap();
    peer.set_write_timeout(Some(PATIENCE)).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    listener.says("joined");
    peer.write_all(&bytes).unwrap();
    peer.shutdown(Shutdown::Write).unwrap();
    let mut all = Vec::new();
    peer.read_to_end(&mut all).unwrap();
    assert!(all == bytes, "not the same bytes came");
    assert!(listener.finish().expect(0).out == bytes, "not the same bytes went");
}

#[path = "files/resume.rs"]
mod resume;
