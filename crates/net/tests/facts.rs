//! Each fact over real sockets of the loopback: both families, sockets for both at once, and the
//! portable calls beside the batch calls.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use sockscope_core::batch::Batch;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::Fault;
use sockscope_core::facts::{Clock, Facts, Peer};
use sockscope_net::open::{self, Socket};
use sockscope_net::transport::{Got, Transport};
use sockscope_net::wait::{Interest, wait_for};

/// Long enough for a machine under load; reached only when the test fails.
const PATIENCE: Duration = Duration::from_secs(10);

fn listener(endpoint: &str) -> Box<dyn Transport> {
    match open::listen(&Endpoint::parse(endpoint).unwrap()).unwrap().remove(0).socket {
        Socket::Hears(transport) => transport,
        Socket::Accepts(_) => panic!("{endpoint} has connections"),
    }
}

fn address(transport: &dyn Transport) -> SocketAddr {
    transport.local().unwrap().inet().unwrap()
}

fn receive(transport: &mut dyn Transport, slot: usize, wanted: usize) -> Batch {
    let mut batch = Batch::with_slots(64, slot);
    let mut all = Batch::new();
    while all.len() < wanted {
        wait_for(transport.fd(), Interest::READ, Some(PATIENCE)).unwrap();
        match transport.receive(&mut batch, 64) {
            Ok(Got::End) => panic!("a datagram socket has no end"),
            Ok(Got::Messages) => batch.iter().for_each(|m| all.push(m.bytes, *m.facts)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => panic!("nothing came"),
            Err(error) => panic!("{error}"),
        }
    }
    all
}

fn to(address: SocketAddr, payloads: &[&[u8]]) -> Batch {
    let mut batch = Batch::new();
    for payload in payloads {
        let mut facts = Facts::default();
        facts.peer = Some(Peer::Inet(address));
        batch.push(payload, facts);
    }
    batch
}

/// Where a listener listens, where a sender sends to reach it, and from where.
const WAYS: [(&str, &str, &str); 4] = [
    ("udp://127.0.0.1:0", "127.0.0.1", "127.0.0.1:0"),
    ("udp://[::1]:0", "::1", "[::1]:0"),
    ("udp://:0", "127.0.0.1", "127.0.0.1:0"),
    ("udp://:0", "::1", "[::1]:0"),
];

#[test]
fn every_fact_comes_with_each_message_in_both_families() {
    for (listen, host, from) in WAYS {
        let mut here = listener(listen);
        let port = address(&*here).port();
        let there = SocketAddr::new(host.parse().unwrap(), port);
        let sender = UdpSocket::bind(from).unwrap();
        sender.send_to("你好".as_bytes(), there).unwrap();
        sender.send_to(b"", there).unwrap();
        let got = receive(&mut *here, 65_536, 2);
        let facts = got.message(0).facts;
        assert_eq!(got.message(0).bytes, "你好".as_bytes());
        assert_eq!(got.message(1).bytes, b"", "{listen}: an empty datagram is a message");
        assert_eq!(facts.peer, Some(Peer::Inet(sender.local_addr().unwrap())), "{listen}");
        if cfg!(target_os = "linux") {
            assert_eq!(facts.local, Some(there.ip()), "{listen}");
            let names = sockscope_net::interfaces::names();
            assert_eq!(names.name(facts.interface.unwrap().get()), Some("lo"), "{listen}");
            assert_eq!(facts.ttl, Some(64), "{listen}");
            assert_eq!(facts.tclass, Some(0), "{listen}");
            assert_eq!(facts.time.unwrap().1, Clock::Kernel, "{listen}");
            assert!(got.message(1).facts.time.unwrap().0 >= facts.time.unwrap().0, "{listen}");
        }
        assert_eq!((facts.cut_from, facts.drops), (None, None), "{listen}");
    }
}

#[test]
fn ttl_and_traffic_class_are_those_that_were_sent() {
    for (host, name) in [("127.0.0.1", "v4"), ("[::1]", "v6")] {
        let mut here = listener(&format!("udp://{host}:0"));
        let there = address(&*here);
        let endpoint = Endpoint::parse(&format!("udp://{there}?ttl=7&tclass=184")).unwrap();
        let mut sender = open::toward(&endpoint, Peer::Inet(there), true).unwrap();
        assert_eq!(sender.send(&to(there, &[b"x"]), 0..1, 0).unwrap().messages, 1);
        let got = receive(&mut *here, 64, 1);
        if cfg!(target_os = "linux") {
            assert_eq!(
                (got.message(0).facts.ttl, got.message(0).facts.tclass),
                (Some(7), Some(184)),
                "{name}"
            );
        }
    }
}

#[test]
fn what_is_cut_says_how_long_it_was() {
    for how in ["", "?portable=yes"] {
        let mut here = listener(&format!("udp://127.0.0.1:0{how}"));
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.send_to(&[7; 1500], address(&*here)).unwrap();
        sender.send_to(&[8; 1024], address(&*here)).unwrap();
        let got = receive(&mut *here, 1024, 2);
        assert_eq!(got.message(0).bytes, [7; 1024], "{how}");
        assert_eq!(got.message(0).facts.cut_from, Some(1500), "{how}");
        assert_eq!((got.message(1).bytes.len(), got.message(1).facts.cut_from), (1024, None), "{how}");
    }
}

#[test]
fn the_longest_datagram_fits_whole_on_both_ways() {
    for how in ["", "?portable=yes"] {
        let mut here = listener(&format!("udp://127.0.0.1:0{how}"));
        let there = address(&*here);
        let endpoint = Endpoint::parse(&format!("udp://{there}{how}")).unwrap();
        let mut sender = open::toward(&endpoint, Peer::Inet(there), false).unwrap();
        let longest = vec![1; sockscope_net::LONGEST_V4];
        let too_long = vec![1; sockscope_net::LONGEST_V4 + 1];
        let batch = to(there, &[&longest, &too_long]);
        assert_eq!(sender.send(&batch, 0..2, 0).unwrap().messages, 1, "{how}");
        assert!(sender.send(&batch, 1..2, 0).is_err(), "{how}");
        assert_eq!(sender.longest(), Some(sockscope_net::LONGEST_V4));
        assert_eq!(receive(&mut *here, 65_536, 1).message(0).bytes, longest, "{how}");
    }
}

#[test]
fn portable_calls_know_the_peer_and_tell_that_the_time_is_their_own() {
    let mut here = listener("udp://:0?portable=yes");
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    sender.send_to(b"x", ("127.0.0.1", address(&*here).port())).unwrap();
    let got = receive(&mut *here, 64, 1);
    let facts = got.message(0).facts;
    assert_eq!(facts.peer, Some(Peer::Inet(sender.local_addr().unwrap())));
    assert_eq!(facts.time.unwrap().1, Clock::User);
    assert_eq!((facts.local, facts.interface, facts.ttl, facts.drops), (None, None, None, None));
    assert_eq!(here.drops(), None);
}

#[test]
fn an_answer_leaves_from_the_address_the_message_came_to() {
    let mut here = listener("udp://:0");
    let asker = UdpSocket::bind("127.0.0.1:0").unwrap();
    asker.set_read_timeout(Some(PATIENCE)).unwrap();
    let there: SocketAddr = format!("127.0.0.2:{}", address(&*here).port()).parse().unwrap();
    asker.send_to(b"who are you", there).unwrap();
    let mut got = receive(&mut *here, 64, 1);
    *got.facts_mut(0) = got.message(0).facts.answered();
    assert_eq!(here.send(&got, 0..1, 0).unwrap().messages, 1);
    let (len, from) = asker.recv_from(&mut [0; 64]).unwrap();
    assert_eq!((len, from), (11, there));
}

#[test]
fn a_closed_port_is_told_as_refused_with_the_address_that_was_asked() {
    let closed = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (alone, how) in [(true, ""), (false, ""), (true, "?portable=yes")] {
        let endpoint = Endpoint::parse(&format!("udp://{closed}{how}")).unwrap();
        let mut sender = open::toward(&endpoint, Peer::Inet(closed), alone).unwrap();
        assert_eq!(sender.send(&to(closed, &[b"x"]), 0..1, 0).unwrap().messages, 1);
        let report = sender.fault().unwrap().expect("an error came back");
        assert_eq!((report.fault, report.peer), (Fault::Refused, Some(Peer::Inet(closed))), "{alone} {how}");
        assert_eq!(report.reporter, None);
        assert_eq!(sender.fault().unwrap(), None);
        assert_eq!(
            sender.send(&to(closed, &[b"y"]), 0..1, 0).unwrap().messages,
            1,
            "the next one can be sent"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn drops_are_counted_also_after_the_last_message() {
    let mut here = listener("udp://127.0.0.1:0?rcvbuf=4096");
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    for _ in 0..200 {
        sender.send_to(&[0; 100], address(&*here)).unwrap();
    }
    let dropped = here.drops().unwrap();
    assert!(dropped > 0);
    let mut batch = Batch::with_slots(256, 128);
    here.receive(&mut batch, 256).unwrap();
    assert_eq!(batch.len() as u32 + dropped, 200);
    assert_eq!(batch.message(0).facts.drops, None, "unknown is not zero");
    sender.send_to(b"later", address(&*here)).unwrap();
    let later = receive(&mut *here, 128, 1);
    assert_eq!(later.message(0).facts.drops, Some(dropped));
}

#[test]
fn what_the_kernel_gave_is_told_when_it_differs() {
    let here = listener("udp://127.0.0.1:0?rcvbuf=65536");
    let [granted] = here.granted() else { panic!("{:?}", here.granted()) };
    assert_eq!((granted.option, granted.asked.as_str(), granted.got.as_str()), ("rcvbuf", "65536", "131072"));
    assert_eq!(here.rcvbuf(), Some(131_072));
    assert_eq!(listener("udp://127.0.0.1:0").granted(), []);
}

#[test]
fn a_port_in_use_names_its_holder() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let held = UdpSocket::bind(taken).unwrap();
    let error = open::listen(&Endpoint::parse(&format!("udp://{taken}")).unwrap()).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot bind udp://{taken}: the address is in use; ")), "{error}");
    assert!(error.contains(&format!("(process {})", std::process::id())), "{error}");
    drop(held);
}

#[test]
fn a_bound_source_is_kept_or_refused() {
    let there = UdpSocket::bind("127.0.0.1:0").unwrap();
    let remote = there.local_addr().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let bound = Endpoint::parse(&format!("udp://{remote}?bind=127.0.0.1:{free}")).unwrap();
    let mut sender = open::toward(&bound, Peer::Inet(remote), false).unwrap();
    sender.send(&to(remote, &[b"x"]), 0..1, 0).unwrap();
    assert_eq!(there.recv_from(&mut [0; 8]).unwrap().1.port(), free);
    let again = open::toward(&bound, Peer::Inet(remote), false).unwrap_err();
    assert!(again.to_string().contains("in use"), "{again}");
    let other = Endpoint::parse(&format!("udp://{remote}?bind=[::1]:0")).unwrap();
    let error = open::toward(&other, Peer::Inet(remote), false).unwrap_err().to_string();
    assert!(error.contains("not of the same address family"), "{error}");
}

#[test]
fn multicast_is_heard_where_it_was_joined() {
    let mut here = listener("udp://:0?join=239.255.77.1%25lo");
    let port = address(&*here).port();
    let group: SocketAddr = format!("239.255.77.1:{port}").parse().unwrap();
    let endpoint = Endpoint::parse(&format!("udp://{group}?iface=lo")).unwrap();
    let mut sender = open::toward(&endpoint, Peer::Inet(group), false).unwrap();
    sender.send(&to(group, &[b"to the group"]), 0..1, 0).unwrap();
    let got = receive(&mut *here, 64, 1);
    assert_eq!(got.message(0).bytes, b"to the group");
    if cfg!(target_os = "linux") {
        assert_eq!(got.message(0).facts.local, Some(group.ip()));
    }
}

#[test]
fn only_the_source_that_was_asked_for_is_heard() {
    let mut here = listener("udp://:0?join=232.1.77.1%25lo&source=127.0.0.1");
    let group: SocketAddr = format!("232.1.77.1:{}", address(&*here).port()).parse().unwrap();
    let send = |from: &str, text: &[u8]| {
        let endpoint = Endpoint::parse(&format!("udp://{group}?iface=lo&bind={from}:0")).unwrap();
        let mut sender = open::toward(&endpoint, Peer::Inet(group), false).unwrap();
        sender.send(&to(group, &[text]), 0..1, 0).unwrap();
    };
    send("127.0.0.3", b"another source");
    send("127.0.0.1", b"the source");
    assert_eq!(receive(&mut *here, 64, 1).message(0).bytes, b"the source");
}
