//! Places that other people's programs listen at, who cannot be asked where: free ones, and when they are taken.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Instant;

use crate::PATIENCE;

/// A port of 127.0.0.1 on which nobody listens just now, for programs that cannot ask the system for one.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Waits until somebody listens on a port of 127.0.0.1. A socket of an earlier connection, which may still be
/// there, has another state than 0A (proc(5), `/proc/net/tcp`).
///
/// # Panics
///
/// Nobody does in time.
#[track_caller]
pub fn wait_port(port: u16) {
    let place = format!(" 0100007F:{port:04X} 00000000:0000 0A ");
    wait("/proc/net/tcp", &place, |line| line.contains(&place));
}

/// Waits until a path, or an abstract name with `@` before it, is listened at, or datagrams can be sent there: the
/// flag is `__SO_ACCEPTCON`, the type `SOCK_DGRAM` (proc(5), `/proc/net/unix`).
///
/// # Panics
///
/// None is in time.
#[track_caller]
pub fn wait_unix(path: &str) {
    wait("/proc/net/unix", path, |line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let ready = matches!(fields[..], [_, _, _, "00010000", ..] | [_, _, _, _, "0002", ..]);
        ready && fields.last() == Some(&path)
    });
}

#[track_caller]
fn wait(table: &str, place: &str, is: impl Fn(&str) -> bool) {
    let end = Instant::now() + PATIENCE;
    while !fs::read_to_string(table).is_ok_and(|text| text.lines().any(&is)) {
        assert!(Instant::now() < end, "nobody listens at {place}");
        std::thread::yield_now();
    }
}
