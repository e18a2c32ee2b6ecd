//! The sockets of a probe, without any.

use std::cell::RefCell;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use sockscope::core::event::{End, Event, Opened, Purpose, SocketId};
use sockscope::core::facts::{Peer, Unit};
use sockscope::core::moment::Now;
use sockscope::guide::{Guide, Order};

use super::*;
use crate::client::Ports;
fn now(millis: u64) -> Now {
    Now { moment: Moment(millis * 1_000_000), stamp: Stamp(millis * 1_000_000) }
}

/// A probe of whom nobody answers, and where its report is.
fn probe() -> (Probe, Rc<RefCell<Report>>) {
    let ports = Ports { local: Some(9000), state: 8890, video: None, at: [192, 168, 10, 2].into() };
    Probe::new(places().drone, Sdk::V2_0, Depth::Flight, ports).unwrap()
}

/// Opens its sockets.
fn open(probe: &mut Probe) {
    for number in 1.. {
        let Some(order) = probe.next(now(0)).unwrap() else { break };
        let Order::Listen { name, endpoint, .. } = order else { panic!("{order}") };
        let socket = SocketId(number);
        probe.begun(&name, socket);
        let wanted = ["udp://192.168.10.2:9000", "udp://192.168.10.2:0", "udp://192.168.10.2:8890"];
        let endpoint = endpoint.to_string();
        assert_eq!(endpoint, wanted[number as usize - 1]);
        let local = [places().client, places().other, places().state][number as usize - 1];
        probe.event(
            now(0),
            &Event::Opened(Opened {
                socket,
                time: Stamp(0),
                purpose: Purpose::Listen,
                endpoint: &endpoint,
                local: Some(Peer::Inet(local)),
                remote: None,
                granted: &[],
                parent: None,
                number: None,
                name: None,
                unit: Unit::Datagram,
                connection: None,
            }),
        );
    }
}

/// What it sends until it ends, and how it ends.
fn sent(probe: &mut Probe) -> (Vec<String>, End) {
    let mut all = Vec::new();
    let mut time = now(0);
    loop {
        match probe.next(time).unwrap() {
            Some(Order::Send { to, bytes }) => {
                assert_eq!(to, [(SocketId(1), Some(Peer::Inet(places().drone)))]);
                all.push(String::from_utf8(bytes).unwrap());
            }
            Some(Order::Finish(end)) => return (all, end),
            Some(order) => panic!("{order}"),
            None => time.moment = probe.wakeup().unwrap(),
        }
    }
}

#[test]
fn it_ends_early_where_nobody_answers() {
    let (mut probe, report) = probe();
    open(&mut probe);
    let (lines, end) = sent(&mut probe);
    assert_eq!(lines, ["battery?", "Command", "rc 0 0 0 0", "streamoff", "command", "command", "command"]);
    let report = report.borrow();
    assert!(end == End::Unmet && report.cut == Some(Cut::NoAnswer) && report.over && !report.passes());
}

#[test]
fn a_byte_ends_it_and_a_second_one_stops_the_motors() {
    for (bytes, wanted) in [(1, vec!["battery?"]), (2, vec!["battery?", "emergency"])] {
        let (mut probe, report) = probe();
        let (asked, mut asks) = UnixStream::pair().unwrap();
        asked.set_nonblocking(true).unwrap();
        probe.stopped_by(asked);
        open(&mut probe);
        let first = probe.next(now(300)).unwrap();
        let Some(Order::Send { bytes: line, .. }) = first else { panic!("{first:?}") };
        asks.write_all(&vec![b'.'; bytes]).unwrap();
        let (mut lines, end) = sent(&mut probe);
        lines.insert(0, String::from_utf8(line).unwrap());
        assert_eq!((lines, end), (wanted.into_iter().map(str::to_owned).collect(), End::Unmet));
        assert_eq!(report.borrow().cut, Some(Cut::Stopped));
    }
    // Nothing has begun yet.
    let (mut probe, report) = probe();
    let (asked, mut asks) = UnixStream::pair().unwrap();
    asked.set_nonblocking(true).unwrap();
    probe.stopped_by(asked);
    while probe.next(now(0)).unwrap().is_some() {}
    asks.write_all(b".").unwrap();
    let (lines, end) = sent(&mut probe);
    assert!(lines.is_empty() && end == End::Unmet && report.borrow().cut == Some(Cut::Stopped));
}
