//! Conversations in numbers.

use std::time::Duration;

use serde_json::Value;
use sockscope_view::flow::stats::{Closed, Stats, lines, table};
use sockscope_view::flow::{Head, Side, Tracker, Transport};

use super::given::Packet;
use super::world::{FAIR, Weather, talk};

fn stats(packets: &[Packet]) -> Stats {
    let (mut tracker, mut stats) = (Tracker::default(), Stats::new(Duration::from_millis(10)));
    for (number, packet) in (1..).zip(packets) {
        let segment = packet.segment(number);
        stats.take(&segment, &tracker.take(&segment));
    }
    stats
}

fn some() -> Vec<Packet> {
    let slow = Weather { room: 4000, reads: 150, ..FAIR };
    let mut packets = talk(3, 1_000_000_000_000, (40000, 7000), [9000, 500], slow);
    let end = packets.last().unwrap().time;
    packets.push(Packet::new(end + 1, Side::Server, (5000, 53), Head::Udp, b"abc"));
    packets
}

#[test]
fn a_conversation_has_its_numbers() {
    let packets = some();
    let stats = stats(&packets);
    let [tcp, udp] = stats.conversations() else { panic!("two conversations") };
    assert_eq!((tcp.transport, udp.transport, udp.stream), (Transport::Tcp, Transport::Udp, 0));
    assert_eq!(tcp.sent(Side::Server).bytes, 500);
    assert!(tcp.sent(Side::Client).bytes >= 9000, "probes and all");
    let told = tcp.tcp.as_ref().unwrap();
    assert_eq!(told.closed(), Some(Closed::Fin(Side::Server, true)));
    let handshake = told.handshake().unwrap().as_millis();
    assert!((6..10).contains(&handshake), "{handshake}");
    let client = told.sent(Side::Client);
    assert_eq!((client.largest, client.gaps, client.zero_window), (1000, 0, Duration::ZERO));
    assert!(client.in_flight <= Some(4000) && client.rtt.min() <= client.rtt.median());
    assert!(told.sent(Side::Server).zero_window > Duration::from_millis(100));
    assert_eq!((udp.rate(Side::Client), udp.duration()), (None, Duration::ZERO));
    let total: u64 = stats.rates().iter().map(|row| row.tcp.bytes + row.udp.bytes).sum();
    assert_eq!(total, stats.total(Transport::Tcp).bytes + stats.total(Transport::Udp).bytes);
}

#[test]
fn they_are_a_table() {
    let mut out = Vec::new();
    table(&stats(&some()), &mut out);
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("stream  client          server         packets >"), "{text}");
    assert!(lines[1].starts_with("tcp 0   10.0.0.1:40000  10.0.0.2:7000 "), "{text}");
    assert!(lines[1].ends_with("by the server"), "{text}");
    assert!(lines[2].starts_with("udp 0   10.0.0.2:53     10.0.0.1:5000 "), "{text}");
    assert_eq!(lines[4], "udp: conversations 1, packets 1, bytes 3");
}

#[test]
fn they_are_json_lines() {
    let mut out = Vec::new();
    lines(&stats(&some()), &mut out);
    let lines: Vec<Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["type"], &lines[0]["v"]), (&"conversation".into(), &1.into()));
    assert_eq!(lines[0]["closed"], "server");
    assert_eq!(lines[0]["from_server"]["bytes"], 500);
    assert!(lines[0]["from_client"]["rtt_median_us"].as_f64().unwrap() > 1000.0);
    assert_eq!(lines[1]["client"], "10.0.0.2:53");
    assert!(lines[1].get("closed").is_none());
    assert_eq!(
        (&lines[3]["type"], &lines[3]["transport"], &lines[3]["bytes"]),
        (&"total".into(), &"udp".into(), &3.into())
    );
}
