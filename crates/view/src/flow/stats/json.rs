//! The numbers as JSON lines.

use sockscope_core::facts::Peer;

use super::{Closed, Conversation, Histogram, Stats, TcpStats};
use crate::flow::{Side, Transport};
use crate::json::Object;

/// Appends an object on a line for each conversation (`"type":"conversation"`), then one for each transport
/// (`"type":"total"`). Times are RFC 3339 in UTC or end in `_us`, microseconds; what is not known is absent.
pub fn lines(stats: &Stats, out: &mut Vec<u8>) {
    for one in stats.conversations() {
        line(out, "conversation", |line| conversation(line, one));
    }
    for transport in [Transport::Tcp, Transport::Udp] {
        let all = stats.total(transport);
        line(out, "total", |line| {
            line.text("transport", transport.word());
            line.number("packets", all.packets);
            line.number("bytes", all.bytes);
        });
    }
}

fn line(out: &mut Vec<u8>, kind: &str, fields: impl FnOnce(&mut Object<'_>)) {
    let mut object = Object::begin(out);
    object.number("v", 1);
    object.text("type", kind);
    fields(&mut object);
    object.end();
    out.push(b'\n');
}

fn conversation(line: &mut Object<'_>, one: &Conversation) {
    line.text("transport", one.transport.word());
    line.number("stream", one.stream.into());
    line.peer("client", Some(Peer::Inet(one.client)));
    line.peer("server", Some(Peer::Inet(one.server)));
    line.time_known("start", Some(one.start));
    line.micros("duration_us", one.duration());
    if let Some(tcp) = &one.tcp {
        line.micros_known("answer_us", tcp.answer);
        line.micros_known("confirm_us", tcp.confirm);
        line.known("closed", tcp.closed().map(closed));
    }
    for (key, side) in [("from_client", Side::Client), ("from_server", Side::Server)] {
        line.object(key, |object| {
            object.number("packets", one.sent(side).packets);
            object.number("bytes", one.sent(side).bytes);
            if let Some(tcp) = &one.tcp {
                sent(object, tcp, side);
            }
        });
    }
}

fn sent(object: &mut Object<'_>, tcp: &TcpStats, side: Side) {
    let sent = tcp.sent(side);
    rtt(object, &sent.rtt);
    object.number("retransmissions", sent.retransmissions);
    object.number("out_of_order", sent.out_of_order);
    object.number("duplicate_acks", sent.duplicate_acks);
    object.number("gaps", sent.gaps);
    object.micros("zero_window_us", sent.zero_window);
    object.fact("in_flight_max", sent.in_flight);
    object.number("largest", sent.largest.into());
}

fn rtt(object: &mut Object<'_>, rtt: &Histogram) {
    object.micros_known("rtt_min_us", rtt.min());
    object.micros_known("rtt_median_us", rtt.median());
    object.micros_known("rtt_max_us", rtt.max());
}

fn closed(closed: Closed) -> &'static str {
    match closed {
        Closed::Fin(Side::Client, true) => "client",
        Closed::Fin(Side::Server, true) => "server",
        Closed::Fin(Side::Client, false) => "half_by_client",
        Closed::Fin(Side::Server, false) => "half_by_server",
        Closed::Reset(Side::Client) => "reset_by_client",
        Closed::Reset(Side::Server) => "reset_by_server",
    }
}
