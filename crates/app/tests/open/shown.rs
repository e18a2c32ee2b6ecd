//! What a person sees of a recording, and of what is none.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::schema;
use tempfile::TempDir;

use super::common::sockscope;
use super::made::{Ends, udp};

/// The article's capture: `1`, `a` and `b` over a BSD loopback.
fn article() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("article.pcap");
    let ends = Ends { from: "127.0.0.1".parse().unwrap(), to: "127.0.0.1".parse().unwrap() };
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4u32, 0x0004_0002, 0, 0, 65_535, 0] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for (number, payload) in ["1", "a", "b"].iter().enumerate() {
        let ip = super::made::ip(ends, 17, &udp(ends, 54_321, 8_080, payload.as_bytes()));
        let len = ip.len() as u32 + 4;
        for word in [1_700_000_000, number as u32 * 250_000, len, len, 2] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(&ip);
    }
    fs::write(&path, file).unwrap();
    (folder, path)
}

fn open(path: &Path, more: &[&str]) -> Finished {
    Program::run(&mut sockscope(&[&["open", path.to_str().unwrap()], more].concat()))
}

#[test]
fn the_articles_three_packets() {
    let (_folder, path) = article();
    insta::assert_snapshot!(open(&path, &[]).expect(0).text());
}

#[test]
fn the_second_of_them_field_by_field() {
    let (_folder, path) = article();
    insta::assert_snapshot!(open(&path, &["--packet", "2"]).expect(0).text());
}

#[test]
fn what_they_said_and_in_numbers() {
    let (_folder, path) = article();
    let follow = open(&path, &["--follow", "udp:0"]).expect(0).text();
    let stats = open(&path, &["--stats"]).expect(0).text();
    insta::assert_snapshot!(format!("{follow}\n{stats}"));
}

#[test]
fn only_what_is_asked_for() {
    let (_folder, path) = article();
    let rows = |filter| open(&path, &["--filter", filter]).expect(0).text().lines().count();
    assert_eq!(["udp port 8080", "tcp", "less 10", "udp[8] = 0x61"].map(rows), [3, 0, 0, 1]);
    let told = open(&path, &["--filter", "udp prot 8080"]).expect(2);
    assert!(told.err.contains("did you mean port?"), "{}", told.err);
}

#[test]
fn a_file_that_is_cut_is_told_as_far_as_it_goes() {
    let (_folder, path) = article();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    let told = open(&path, &[]).expect(1);
    let text = told.text();
    assert_eq!(text.lines().filter(|line| line.contains(" UDP ")).count(), 2, "{text}");
    assert!(text.lines().last().unwrap().starts_with("   !!  "), "{text}");
}

#[test]
fn what_is_no_recording_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    fs::write(&path, "not a recording at all, but text\n").unwrap();
    for (told, why) in [
        (open(&path, &[]), "pcap"),
        (open(&folder.path().join("absent"), &[]), "not found"),
        (open(folder.path(), &[]), "is a directory"),
    ] {
        let told = told.expect(2);
        assert!(told.err.contains(why) && told.err.lines().count() < 3, "{}", told.err);
    }
    let (_folder, path) = article();
    let told = open(&path, &["--packet", "9"]).expect(2);
    assert!(told.err.contains("there is no packet 9: the recording has 3"), "{}", told.err);
    let told = open(&path, &["--explain", "tcp:0"]).expect(2);
    assert!(told.err.contains("there is no conversation tcp:0"), "{}", told.err);
}

#[test]
fn json_lines_of_packets_and_of_conversations_fit_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    let saved = path.to_str().unwrap();
    let echo = ["echo", "tcp://127.0.0.1:0", "--once", "--save", saved];
    let echo = Program::start(&mut sockscope(&echo));
    let place = format!("tcp://127.0.0.1:{}", echo.port());
    Program::run(&mut sockscope(&["send", &place, "hello", "--wait", "5s", "--quiet"])).expect(0);
    echo.finish().expect(0);
    let rules = Program::run(&mut sockscope(&["schema"])).expect(0).text();
    let rules = serde_json::from_str(&rules).unwrap();
    let (_folder, article) = article();
    for (path, kinds) in [(&path, "conversation total total"), (&article, "conversation total total")] {
        let stats = open(path, &["--stats", "--json"]).expect(0).text();
        let packets = open(path, &["--json"]).expect(0).text();
        let mut met = Vec::new();
        for line in stats.lines().chain(packets.lines()) {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(schema::check(&rules, &line), Ok(()), "{line}");
            met.push(line["type"].as_str().unwrap().to_owned());
        }
        met.retain(|kind| kind != "packet");
        assert_eq!(met.join(" "), kinds);
    }
    let stats = open(&path, &["--stats", "--json"]).expect(0).text();
    let told: Value = serde_json::from_str(stats.lines().next().unwrap()).unwrap();
    assert_eq!((&told["closed"], &told["from_client"]["bytes"]), (&"client".into(), &5.into()), "{told}");
}
