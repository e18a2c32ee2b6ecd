//! A file through a stream: whole, with its checksum at both ends, and never over another one.

mod common;

use std::fs;

use common::sockscope;
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

#[path = "files/resume.rs"]
mod resume;
