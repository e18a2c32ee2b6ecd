//! Every socket option, as a flag and in the endpoint: what it is for really happens.

mod common;

use std::net::UdpSocket;

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::program::Program;

/// What a listener and a sender with these options make of one message: the listener's JSON line.
fn one(listen: &[&str], send: &[&str]) -> Value {
    let args = [&["listen", "udp://127.0.0.1:0", "--json", "--count", "1"], listen].concat();
    let listener = Program::start(&mut sockscope(&args));
    let endpoint = format!("udp://127.0.0.1:{}", listener.port());
    Program::run(&mut sockscope(&[&["send", &endpoint, "x"], send].concat())).expect(0);
    message(&listener.finish().expect(0).text())
}

fn message(text: &str) -> Value {
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.into_iter().find(|line| line["type"] == "message" && line["dir"] == "rx").unwrap()
}

#[test]
fn ttl_and_traffic_class_arrive_as_they_were_sent() {
    let got = one(&[], &["--ttl", "7", "--tclass", "0xb8"]);
    assert_eq!((&got["ttl"], &got["tclass"], &got["iface"]), (&7.into(), &184.into(), &"lo".into()));
}

#[test]
fn options_stand_in_the_endpoint_too() {
    let listener = Program::start(&mut sockscope(&[
        "listen",
        "udp://127.0.0.1:0?rcvbuf=64KiB&reuse",
        "--json",
        "--count",
        "1",
    ]));
    let endpoint = format!("udp://127.0.0.1:{}?ttl=9&bind=127.0.0.5:0", listener.port());
    Program::run(&mut sockscope(&["send", &endpoint, "x"])).expect(0);
    let got = message(&listener.finish().expect(0).text());
    assert_eq!(got["ttl"], 9);
    assert!(got["peer"].as_str().unwrap().starts_with("127.0.0.5:"), "{got}");
}

#[test]
fn answers_leave_with_the_options_of_the_listener() {
    let args = ["echo", "udp://127.0.0.1:0", "--ttl", "5", "--sndbuf", "64KiB", "--count", "1"];
    let echo = Program::start(&mut sockscope(&args));
    let endpoint = format!("udp://127.0.0.1:{}", echo.port());
    let args = ["send", &endpoint, "x", "--wait", "60s", "--answers", "1", "--json"];
    assert_eq!(message(&Program::run(&mut sockscope(&args)).expect(0).text())["ttl"], 5);
}

#[test]
fn portable_calls_carry_the_same_messages() {
    let got = one(&["--portable"], &["--portable"]);
    assert_eq!((&got["len"], &got["t_src"]), (&1.into(), &"user".into()));
    assert_eq!(one(&[], &[])["t_src"], "kernel");
}

#[test]
fn buffers_that_differ_from_what_was_asked_are_told() {
    let args = ["listen", "udp://127.0.0.1:0", "--rcvbuf", "64KiB", "--for", "100ms"];
    let told = Program::run(&mut sockscope(&args)).expect(0);
    assert!(told.err.contains("rcvbuf: asked 65536, kernel gave 131072"), "{}", told.err);
}

#[test]
fn an_interface_can_be_the_only_one() {
    assert_eq!(one(&["--iface", "lo"], &["--iface", "lo"])["iface"], "lo");
}

#[test]
fn a_port_is_shared_where_all_agree() {
    let first = Program::start(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--reuse"]));
    let there = format!("udp://127.0.0.1:{}", first.port());
    let second = Program::start(&mut sockscope(&["listen", &there, "--reuse", "--for", "100ms"]));
    second.finish().expect(0);
    let refused = Program::run(&mut sockscope(&["listen", &there, "--for", "100ms"])).expect(2);
    assert!(refused.err.contains("the address is in use"), "{}", refused.err);
    first.interrupt();
    first.finish().expect(0);
}

#[test]
fn a_broadcast_is_sent_where_it_is_allowed() {
    let listener = Program::start(&mut sockscope(&["listen", "udp://:0", "--json", "--count", "1"]));
    let endpoint = format!("udp://127.255.255.255:{}", listener.port());
    Program::run(&mut sockscope(&["send", &endpoint, "to all", "--broadcast"])).expect(0);
    let got = message(&listener.finish().expect(0).text());
    assert!(got["local"].as_str().unwrap().starts_with("127.255.255.255:"), "{got}");
}

#[test]
fn a_group_is_heard_where_it_was_joined_and_from_whom() {
    for source in [&[][..], &["--source", "127.0.0.1"]] {
        let args = [&["listen", "udp://:0", "--join", "239.255.77.1%lo", "--json", "--count", "1"], source];
        let listener = Program::start(&mut sockscope(&args.concat()));
        let endpoint = format!("udp://239.255.77.1:{}", listener.port());
        let send = |from: &str, more: &[&str]| {
            let bind = format!("{from}:0");
            let args = [&["send", &endpoint, from, "--iface", "lo", "--bind", &bind], more].concat();
            Program::run(&mut sockscope(&args)).expect(0);
        };
        if !source.is_empty() {
            send("127.0.0.3", &[]);
        }
        send("127.0.0.1", &["--loopback", "--ttl", "3"]);
        let got = message(&listener.finish().expect(0).text());
        assert_eq!(got["ttl"], 3, "{got}");
        assert!(got["local"].as_str().unwrap().starts_with("239.255.77.1:"), "{got}");
    }
}

#[test]
fn a_sender_is_bound_to_the_address_asked_for() {
    let port = UdpSocket::bind("127.0.0.4:0").unwrap().local_addr().unwrap().port();
    let bind = format!("127.0.0.4:{port}");
    assert_eq!(one(&[], &["--bind", &bind])["peer"], bind);
    assert!(one(&[], &["--bind", "127.0.0.4"])["peer"].as_str().unwrap().starts_with("127.0.0.4:"));
}
