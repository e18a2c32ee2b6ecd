//! The table.

use super::Kind::{Base64, Is, List, Number, Object, OneOf, Text, Time, True, Version, Whole};
use super::{Field, Kind, Shape, VERSION, When};

/// The fields that every line begins with.
pub const ENVELOPE: &[Field] = &[
    always("v", Version(VERSION), "version of this schema"),
    always("type", Text, "type of the line"),
    always("seq", Whole, "number of the event within the run, from 1 without gaps"),
    always(
        "t",
        Time,
        "when: of a message its arrival or departure (`t_src` says whose clock), else this program's clock; null when unknown",
    ),
    always("socket", Whole, "number of the socket within the run, from 1"),
];

/// Every line there is.
pub const SHAPES: &[Shape] = &[
    Shape {
        name: "socket",
        means: "A socket is open.",
        fields: &[
            always("state", Is("open"), "that it is open"),
            always("kind", Text, "scheme of the endpoint: `udp`"),
            always(
                "purpose",
                OneOf(&["listen", "send", "echo", "talk", "accept", "run"]),
                "what it was opened for",
            ),
            always("endpoint", Text, "the endpoint that was asked for, canonical form"),
            known("local", Text, "address and port it is bound to"),
            known("remote", Text, "address and port it sends to"),
            sometimes(
                "granted",
                List(GRANTED),
                "the kernel gave something other than was asked for",
                "options and what became of them",
            ),
        ],
    },
    Shape {
        name: "socket",
        means: "A socket is closed.",
        fields: &[
            always("state", Is("closed"), "that it is closed"),
            always("why", OneOf(ENDS), "why the run ended"),
            always("totals", Object(TOTALS), "what went through it"),
            sometimes(
                "pace",
                Object(PACE),
                "messages were sent on a schedule",
                "asked and measured interval",
            ),
        ],
    },
    Shape {
        name: "message",
        means: "A message was received or sent.",
        fields: &[
            always("dir", OneOf(&["rx", "tx"]), "received or sent"),
            known("peer", Text, "address and port of the other side"),
            known(
                "local",
                Text,
                "address and port of this side: the message's own address where the kernel told it, else the socket's",
            ),
            known(
                "iface",
                Text,
                "name of the interface it came in or left by, or its index in digits when it has no name",
            ),
            known("ttl", Whole, "time to live or hop limit of the received packet"),
            known(
                "tclass",
                Whole,
                "type of service or traffic class of the received packet, with the two ECN bits",
            ),
            sometimes("t_src", OneOf(&["kernel", "user"]), "`t` is not null", "whose clock `t` is from"),
            always("len", Whole, "bytes in `data`"),
            sometimes("wire_len", Whole, "the message was cut", "bytes it had on the wire"),
            sometimes(
                "drops",
                Whole,
                "the kernel has dropped any",
                "the socket's count of datagrams dropped for want of room, as of this message",
            ),
            sometimes("rtt_us", Number, "it answers a message", "microseconds since that message was sent"),
            always("data", Base64, "the payload, whole"),
            sometimes(
                "text",
                Text,
                "a charset was asked for",
                "the payload decoded; each byte that did not decode is written `\\xHH`, a backslash as itself",
            ),
            sometimes("charset", Text, "a charset was asked for", "the charset of `text`"),
            sometimes("guess", True, "the charset was guessed", "that it is a guess"),
            sometimes("invalid", Whole, "some bytes did not decode", "how many"),
        ],
    },
    Shape {
        name: "warning",
        means: "Something a person should know about.",
        fields: &[
            always("code", OneOf(CODES), "what happened"),
            sometimes(
                "count",
                Whole,
                "code kernel_drop, unmappable or missed",
                "datagrams dropped since the last such warning; characters skipped or replaced; what the peer missed since the last such warning",
            ),
            sometimes("total", Whole, "code kernel_drop", "datagrams dropped since the socket was opened"),
            sometimes(
                "rcvbuf",
                Whole,
                "code kernel_drop, when known",
                "the receive buffer in bytes as the kernel accounts it",
            ),
            sometimes(
                "peer",
                Text,
                "codes about one peer, when known",
                "the other side: where the message had been sent, who broke the connection, who was turned away; of next_address the address that did not work",
            ),
            sometimes(
                "reporter",
                Text,
                "code of an ICMP error that the peer did not report itself",
                "who reported it",
            ),
            sometimes("mtu", Whole, "code too_long", "largest packet the path takes, in bytes with headers"),
            sometimes("icmp_type", Whole, "code icmp", "type of the ICMP error"),
            sometimes("icmp_code", Whole, "code icmp", "code of the ICMP error"),
            sometimes("len", Whole, "code not_sent", "bytes of the message"),
            sometimes(
                "why",
                Text,
                "code not_sent, next_address, not_opened or turned_away; of a broken connection more words, maybe none",
                "why, in words",
            ),
            sometimes("next", Text, "code next_address", "the address tried now"),
            sometimes("charset", Text, "code unmappable", "the charset that lacks the characters"),
            sometimes("what", Text, "code not_opened", "where to, or with whom"),
            sometimes(
                "unsent",
                Whole,
                "code of a broken connection",
                "bytes that had been taken for sending and were not sent",
            ),
            sometimes("open", Whole, "code no_descriptors", "sockets that are open here"),
            sometimes(
                "bytes",
                Whole,
                "code missed, unacknowledged or unread",
                "bytes that the peer missed, that it had not acknowledged, or that nobody read",
            ),
        ],
    },
];

const CODES: &[&str] = &[
    "kernel_drop",
    "refused",
    "host_unreachable",
    "net_unreachable",
    "prohibited",
    "too_long",
    "time_exceeded",
    "icmp",
    "not_sent",
    "unmappable",
    "next_address",
    "no_ipv6",
    "reset",
    "broken_pipe",
    "timed_out",
    "unreachable",
    "protocol",
    "broken",
    "not_opened",
    "turned_away",
    "no_descriptors",
    "missed",
    "unacknowledged",
    "unread",
];

/// Why a run or a connection ended.
const ENDS: &[&str] = &[
    "count",
    "idle",
    "time_up",
    "done",
    "no_answer",
    "failed",
    "stopped",
    "ended",
    "asked",
    "reset",
    "broken_pipe",
    "timed_out",
    "unreachable",
    "protocol",
    "broken",
    "not_opened",
    "turned_away",
    "idle_peer",
    "unmet",
];

const GRANTED: &[Field] = &[
    always("option", Text, "name of the option"),
    always("asked", Text, "what was asked for"),
    always("got", Text, "what the kernel says it gave"),
    always("why", Text, "why they differ"),
];

const TOTALS: &[Field] = &[
    always("rx_messages", Whole, "messages received"),
    always("rx_bytes", Whole, "payload bytes received"),
    always("tx_messages", Whole, "messages sent"),
    always("tx_bytes", Whole, "payload bytes sent"),
    always("cut", Whole, "received messages that were cut"),
    always("dropped", Whole, "datagrams the kernel dropped before they could be received"),
    always("ignored", Whole, "messages left out because they came from another peer than the one asked for"),
    always("faults", Whole, "ICMP errors that came back"),
    always("not_sent", Whole, "messages that could not be sent"),
];

const PACE: &[Field] = &[
    always("asked_us", Number, "the interval asked for, in microseconds"),
    always("min_us", Number, "the shortest measured"),
    always("mean_us", Number, "the mean"),
    always("max_us", Number, "the longest measured"),
    always("missed", Whole, "turns skipped because their time had passed"),
];

const fn always(name: &'static str, kind: Kind, means: &'static str) -> Field {
    Field { name, kind, when: When::Always, means }
}

const fn known(name: &'static str, kind: Kind, means: &'static str) -> Field {
    sometimes(name, kind, "known", means)
}

const fn sometimes(name: &'static str, kind: Kind, when: &'static str, means: &'static str) -> Field {
    Field { name, kind, when: When::If(when), means }
}
