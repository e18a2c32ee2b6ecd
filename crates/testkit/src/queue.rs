//! What a receiver has not read yet, as the kernel tells it (proc(5), `/proc/net/udp`): the way to send
//! fast and never too fast, without sleeping.

use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::time::Instant;

use crate::PATIENCE;

/// The kernel accounts up to this much memory for one small datagram, in bytes.
const COST: u64 = 1280;

/// The receive queue of the UDP sockets bound to one port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// Memory of the datagrams that wait, in bytes as the kernel accounts it.
    pub waiting: u64,
    /// Datagrams dropped since the socket was opened.
    pub drops: u64,
}

impl Queue {
    /// Looks at the queue of a port; `None` when nobody is bound to it.
    pub fn of(port: u16) -> Option<Self> {
        let tables = ["/proc/net/udp", "/proc/net/udp6"].map(|table| fs::read_to_string(table).ok());
        let lines = tables.iter().flatten().flat_map(|table| table.lines().skip(1));
        let queues =
            lines.filter_map(|line| parse(line).and_then(|(at, queue)| (at == port).then_some(queue)));
        queues.reduce(|a, b| Self { waiting: a.waiting + b.waiting, drops: a.drops + b.drops })
    }
}

/// Port and queue of one line of the table.
fn parse(line: &str) -> Option<(u16, Queue)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let port = u16::from_str_radix(fields.get(1)?.rsplit(':').next()?, 16).ok()?;
    let waiting = u64::from_str_radix(fields.get(4)?.rsplit(':').next()?, 16).ok()?;
    Some((port, Queue { waiting, drops: fields.last()?.parse().ok()? }))
}

/// Sends `count` small datagrams to a port of 127.0.0.1, made by `make` from their numbers, as fast as
/// the receiver reads: never more wait than half of its buffer of `room` bytes holds, since the kernel
/// gives memory back late.
///
/// # Panics
///
/// The receiver does not read, or a buffer of `room` bytes holds too little.
pub fn pace(port: u16, room: u64, count: u64, mut make: impl FnMut(u64, &mut Vec<u8>)) {
    // A look at the queue takes as long as sending some hundred datagrams.
    let burst = room / 8 / COST;
    let limit = room / 2 - burst * COST;
    assert!(burst > 0, "too little room");
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let mut bytes = Vec::new();
    for number in 0..count {
        if number.is_multiple_of(burst) {
            wait_below(port, limit);
        }
        bytes.clear();
        make(number, &mut bytes);
        assert_eq!(socket.send(&bytes).unwrap(), bytes.len());
    }
}

/// Waits until less than `limit` bytes wait to be read.
fn wait_below(port: u16, limit: u64) {
    let end = Instant::now() + PATIENCE;
    // A look may miss a socket: the table is read in pieces, and moves when others come and go.
    while Queue::of(port).is_none_or(|queue| queue.waiting >= limit) {
        assert!(Instant::now() < end, "the receiver does not read, or is gone");
        std::thread::yield_now();
    }
}

/// A port that nobody is bound to just now, for programs that cannot ask the system for one.
pub fn free_port() -> u16 {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Waits until somebody is bound to a port.
pub fn wait_bound(port: u16) {
    let end = Instant::now() + PATIENCE;
    while Queue::of(port).is_none() {
        assert!(Instant::now() < end, "nobody binds port {port}");
        std::thread::yield_now();
    }
}

/// Waits until nothing waits to be read: the receiver has taken everything.
pub fn wait_empty(port: u16) {
    wait_below(port, 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_and_what_was_dropped_is_seen() {
        let here = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = here.local_addr().unwrap().port();
        assert_eq!(Queue::of(port), Some(Queue { waiting: 0, drops: 0 }));
        let there = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        there.send_to(&[0; 32], ("127.0.0.1", port)).unwrap();
        let waiting = Queue::of(port).unwrap().waiting;
        assert!((32..=COST).contains(&waiting), "{waiting}");
        for _ in 0..20_000 {
            there.send_to(&[0; 32], ("127.0.0.1", port)).unwrap();
        }
        assert!(Queue::of(port).unwrap().drops > 0);
        drop(here);
        assert_eq!(Queue::of(port), None);
    }
}
