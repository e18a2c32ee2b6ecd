//! `sockscope echo`: what comes goes back as it is, to whom it came from.

mod common;

use std::net::UdpSocket;

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::peers::skip;
use sockscope_testkit::program::Program;

fn socket(address: &str) -> UdpSocket {
    let socket = UdpSocket::bind(address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn echo(args: &[&str]) -> Program {
    Program::start(&mut sockscope(&[&["echo", "udp://127.0.0.1:0"], args].concat()))
}

#[test]
fn each_peer_gets_its_own_bytes_whatever_they_are() {
    let program = echo(&["--count", "8"]);
    let there = ("127.0.0.1", program.port());
    let peers = [socket("127.0.0.1:0"), socket("127.0.0.1:0")];
    let longest = vec![0xa5; 65_507];
    for bytes in [&b""[..], b"\x00\x1b\xff", "你好".as_bytes(), &longest] {
        for peer in &peers {
            peer.send_to(bytes, there).unwrap();
            let mut got = vec![0; 65_536];
            let (len, from) = peer.recv_from(&mut got).unwrap();
            assert_eq!((&got[..len], from.port()), (bytes, there.1));
        }
    }
    let told = program.finish().expect(0);
    assert!(told.err.starts_with("echoing on udp://127.0.0.1:"), "{}", told.err);
    assert!(told.err.contains("received 8 datagrams (131032 B)"), "{}", told.err);
    assert!(told.err.contains("sent 8 datagrams (131032 B)"), "{}", told.err);
}

/// Many at once and one by one in turn, so that it waits in every way it knows.
#[test]
fn nothing_is_missed_however_it_waits() {
    for args in [
        &["--count", "330", "--quiet"][..],
        &["--count", "330", "--quiet", "--spin"],
        &["--count", "330", "--quiet", "--portable"],
    ] {
        let program = Program::start(&mut sockscope(&[&["echo", "udp://127.0.0.1:0"], args].concat()));
        let there = ("127.0.0.1", port_of(program.id()));
        let peer = socket("127.0.0.1:0");
        for round in 0..30_u8 {
            let burst = if round % 3 == 0 { 31 } else { 1 };
            for number in 0..burst {
                peer.send_to(&[round, number], there).unwrap();
            }
            for number in 0..burst {
                let mut got = [0; 8];
                assert_eq!(peer.recv(&mut got).unwrap(), 2, "{args:?}");
                assert_eq!(got[..2], [round, number], "{args:?}");
            }
        }
        program.finish().expect(0);
    }
}

#[test]
fn an_interrupt_ends_it_while_it_spins_and_right_behind_an_answer() {
    for args in [&["--spin"][..], &[]] {
        let program = echo(args);
        let peer = socket("127.0.0.1:0");
        peer.send_to(b"x", ("127.0.0.1", program.port())).unwrap();
        peer.recv(&mut [0; 8]).unwrap();
        program.interrupt();
        let told = program.finish().expect(0);
        assert!(
            told.err.contains("received 1 datagram (1 B)") && told.err.contains("stopped by a signal"),
            "{}",
            told.err
        );
    }
}

#[test]
fn both_directions_are_shown_in_order() {
    let program = echo(&["--count", "1", "--json", "--encoding", "gbk"]);
    let peer = socket("127.0.0.1:0");
    peer.send_to(b"\xc4\xe3", ("127.0.0.1", program.port())).unwrap();
    let text = program.finish().expect(0).text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["purpose"], "echo");
    let address = peer.local_addr().unwrap().to_string();
    for (line, dir) in lines[1..3].iter().zip(["rx", "tx"]) {
        assert_eq!((&line["dir"], &line["text"]), (&dir.into(), &"你".into()), "{line}");
        assert_eq!(line["peer"], address);
    }
}

#[test]
fn all_addresses_answer_from_the_one_that_was_asked() {
    let program = Program::start(&mut sockscope(&["echo", "udp://:0", "--quiet", "--count", "2"]));
    // A quiet one does not say its port: it is found by the process that holds it.
    let port = port_of(program.id());
    let peer = socket("127.0.0.1:0");
    for host in ["127.0.0.1", "127.0.0.9"] {
        peer.send_to(b"who", (host, port)).unwrap();
        assert_eq!(peer.recv_from(&mut [0; 8]).unwrap().1.to_string(), format!("{host}:{port}"));
    }
    let told = program.finish().expect(0);
    assert_eq!((told.text().as_str(), told.err.as_str()), ("", ""));
}

/// The UDP port of a process, once it has one (proc(5)).
fn port_of(process: u32) -> u16 {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        let files = std::fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
        let links: Vec<_> = files.filter_map(|file| std::fs::read_link(file.path()).ok()).collect();
        for table in ["/proc/net/udp", "/proc/net/udp6"].map(std::fs::read_to_string) {
            for line in table.iter().flat_map(|table| table.lines().skip(1)) {
                let fields: Vec<&str> = line.split_whitespace().collect();
                if links.iter().any(|link| link.to_str() == Some(&format!("socket:[{}]", fields[9]))) {
                    return u16::from_str_radix(fields[1].rsplit(':').next().unwrap(), 16).unwrap();
                }
            }
        }
        assert!(std::time::Instant::now() < end, "process {process} binds no port");
        std::thread::yield_now();
    }
}

#[test]
fn ipv6_is_answered_too() {
    if UdpSocket::bind("[::1]:0").is_err() {
        return skip("this machine has no IPv6");
    }
    let program = Program::start(&mut sockscope(&["echo", "udp://[::1]:0", "--count", "1"]));
    let peer = socket("[::1]:0");
    peer.send_to(b"six", ("::1", program.port())).unwrap();
    assert_eq!(peer.recv_from(&mut [0; 8]).unwrap(), (3, ([0, 0, 0, 0, 0, 0, 0, 1], program.port()).into()));
    program.finish().expect(0);
}

#[test]
fn a_burst_comes_back_in_order() {
    let program = echo(&["--count", "500"]);
    let there = ("127.0.0.1", program.port());
    let peer = socket("127.0.0.1:0");
    for window in 0..10_u32 {
        let numbers = window * 50..window * 50 + 50;
        numbers.clone().for_each(|number| {
            peer.send_to(&number.to_be_bytes(), there).unwrap();
        });
        for number in numbers {
            let mut got = [0; 4];
            assert_eq!(peer.recv(&mut got).unwrap(), 4);
            assert_eq!(u32::from_be_bytes(got), number);
        }
    }
    assert!(program.finish().expect(0).err.contains("sent 500 datagrams (2000 B)"));
}
