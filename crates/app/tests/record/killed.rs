//! A program that is killed while it records, again and again, at no moment of its own choice.

use std::net::UdpSocket;
use std::path::{Path, PathBuf};

use sockscope_testkit::peers;
use sockscope_testkit::program::Program;

use super::common::sockscope;

const TIMES: usize = 100;

/// Records a flood of numbered datagrams and is killed while it goes on, after about so many.
fn killed(path: PathBuf, after: u64) -> PathBuf {
    let place = "udp://127.0.0.1:0?rcvbuf=8MiB";
    let args = ["listen", place, "--raw", "--save", path.to_str().unwrap()];
    let program = Program::start(&mut sockscope(&args));
    let port = program.port();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut bytes = [0x2e; 1_400];
    for number in 0..after {
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        let len = 8 + (number * 7_919 % 1_392) as usize;
        socket.send_to(&bytes[..len], ("127.0.0.1", port)).unwrap();
    }
    drop(program);
    path
}

/// How many packets tshark reads: all whole ones, in their order. The one that was being written may be there in part;
/// then tshark says so, and nothing else.
fn read(path: &Path) -> Option<usize> {
    let args = ["-r", path.to_str().unwrap(), "-T", "fields", "-e", "udp.payload"];
    let told = Program::run(&mut peers::command("tshark", &args)?);
    let cut = told.err.contains("appears to have been cut short in the middle of a packet");
    assert_eq!(told.code, Some(if cut { 2 } else { 0 }), "{}", told.err);
    let text = told.text();
    let numbers: Vec<u64> = text.lines().map(|hex| u64::from_str_radix(&hex[..16], 16).unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{path:?}");
    Some(numbers.len())
}

/// Every fourth of the times, from `first` on: four tests can run at once.
fn every_fourth(first: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut most = 0;
    for time in (first..TIMES).step_by(4) {
        // From 0 to 3,000 datagrams, each count another.
        let after = time as u64 * 30 + time as u64 % 7;
        let path = folder.path().join(format!("{time}.pcapng"));
        let Some(packets) = read(&killed(path, after)) else { return };
        most = most.max(packets);
    }
    assert!(most > 500, "{most}: nothing was recorded before the end");
}

#[test]
fn what_was_recorded_is_readable_every_time() {
    every_fourth(0);
}

#[test]
fn what_was_recorded_is_readable_every_other_time() {
    every_fourth(1);
}

#[test]
fn what_was_recorded_is_readable_again() {
    every_fourth(2);
}

#[test]
fn what_was_recorded_is_readable_to_the_last_time() {
    every_fourth(3);
}
