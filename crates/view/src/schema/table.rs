//! The table.

mod parts;

use super::Kind::{Base64, Is, List, Number, Object, OneOf, Text, Texts, Time, True, Version, Whole};
use super::{Field, Kind, Shape, VERSION, When};
use parts::{
    ADDRESS, CODES, CONNECTION, ENDS, FRAME, GRANTED, HANDSHAKE, PACE, PEERS, SIDE, TCP, TOTALS, UNITS,
};

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

/// The fields that a line of a run begins with which tells of no socket.
const HEAD: &[Field] = &[ENVELOPE[0], ENVELOPE[1], ENVELOPE[2], ENVELOPE[3]];

/// The fields that a line begins with which tells of no run.
pub const BARE: &[Field] =
    &[always("v", Version(VERSION), "version of this schema"), always("type", Text, "type of the line")];

/// Every line there is.
pub const SHAPES: &[Shape] = &[
    Shape {
        name: "socket",
        head: ENVELOPE,
        means: "A socket is open.",
        fields: &[
            always("state", Is("open"), "that it is open"),
            always("kind", Text, "scheme of the endpoint: `udp`, `tcp`; `capture` for an interface"),
            always(
                "purpose",
                OneOf(&["listen", "send", "echo", "talk", "accept", "run", "capture"]),
                "what it was opened for",
            ),
            always("endpoint", Text, "the endpoint that was asked for, canonical form"),
            always(
                "unit",
                OneOf(UNITS),
                "what will be received and sent through it, or through those it accepts",
            ),
            sometimes("name", Text, "it was given one", "what the person calls it"),
            sometimes("number", Whole, "peers are numbered", NUMBER),
            sometimes("parent", Whole, "a listening socket accepted it", "number of that socket"),
            known("local", Text, "address and port, or name, it is bound to"),
            known("remote", Text, "address and port, or name, it sends to"),
            sometimes(
                "granted",
                List(GRANTED),
                "the kernel gave something other than was asked for",
                "options and what became of them",
            ),
            sometimes("connection", Object(CONNECTION), "it is a connection", "how that came about"),
        ],
    },
    Shape {
        name: "socket",
        head: ENVELOPE,
        means: "One direction of a connection has ended in order; the other goes on by itself.",
        fields: &[
            always("state", Is("half_closed"), "that half of it is closed"),
            always(
                "dir",
                OneOf(&["rx", "tx"]),
                "the direction: `rx` when the peer will send no more, `tx` when this side will not",
            ),
            sometimes("number", Whole, "peers are numbered", NUMBER),
            known("peer", Text, PEER),
        ],
    },
    Shape {
        name: "socket",
        head: ENVELOPE,
        means: "A socket is closed.",
        fields: &[
            always("state", Is("closed"), "that it is closed"),
            always("why", OneOf(ENDS), "why the run or the connection ended"),
            always("totals", Object(TOTALS), "what went through it"),
            sometimes(
                "pace",
                Object(PACE),
                "messages were sent on a schedule",
                "asked and measured interval",
            ),
            known("tcp", Object(TCP), INSIDE),
            known("unread", Whole, UNREAD),
            known("unacknowledged", Whole, UNACKNOWLEDGED),
        ],
    },
    Shape {
        name: "state",
        head: ENVELOPE,
        means: "How a connection stands, because somebody asked.",
        fields: &[
            known("peer", Text, PEER),
            always("connection", Object(CONNECTION), "how it came about"),
            known("tcp", Object(TCP), INSIDE),
            known("unread", Whole, UNREAD),
            known("unacknowledged", Whole, UNACKNOWLEDGED),
            always("queued", Whole, "bytes that this program holds because the peer does not read"),
            always("totals", Object(TOTALS), "what went through it so far"),
        ],
    },
    Shape {
        name: "message",
        head: ENVELOPE,
        means: "A message was received or sent: a datagram, or what a stream gave.",
        fields: &[
            always("dir", OneOf(&["rx", "tx"]), "received or sent"),
            always(
                "unit",
                OneOf(UNITS),
                "what `data` is: a datagram or a packet; a chunk, whose bounds mean nothing; a frame that a framing cut; a message of the protocol above",
            ),
            sometimes("number", Whole, "peers are numbered", NUMBER),
            known("peer", Text, PEER),
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
            sometimes(
                "train",
                Whole,
                "it came or left in a train (UDP_GRO, UDP_SEGMENT)",
                "how many messages the train has: they share one time, and received ones all other facts",
            ),
            sometimes("outgoing", True, "it was captured as it left this machine", "only then"),
            sometimes("rtt_us", Number, "it answers a message", "microseconds since that message was sent"),
            sometimes(
                "frame",
                Object(FRAME),
                "a framing cut it out of a stream",
                "what the framing found out",
            ),
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
        name: "packet",
        head: BARE,
        means: "A packet of a recording (`open --json`).",
        fields: &[
            always("number", Whole, "its number in the recording, from 1"),
            sometimes("t", Time, "known", "when"),
            always("link_type", Whole, "what `data` begins with: a LINKTYPE number of tcpdump.org"),
            always("len", Whole, "bytes on the wire"),
            always("captured", Whole, "bytes of it that were recorded"),
            sometimes("source", Text, "it says so", "who sent it: an address of IP, else one of the link"),
            sometimes("destination", Text, "it says so", "to whom"),
            always("protocol", Text, "the innermost protocol that has a name"),
            sometimes("source_port", Whole, "UDP and TCP", "the sender's port"),
            sometimes("destination_port", Whole, "UDP and TCP", "the receiver's port"),
            sometimes("payload_len", Whole, "UDP and TCP", "bytes of payload on the wire"),
            sometimes("conversation", Text, "UDP and TCP", "its conversation: `tcp:0`, `udp:3`"),
            sometimes("flags", Texts, "TCP, any is set", "`fin syn rst psh ack urg ece cwr`"),
            sometimes("seq", Whole, "TCP", "sequence number, counted from the SYN, which has 0"),
            sometimes("ack", Whole, "TCP, the flag is set", "acknowledgment number, counted so too"),
            sometimes("window", Whole, "TCP", "window as it stands in the header"),
            sometimes(
                "marks",
                Texts,
                "TCP, there is anything",
                "what is remarkable, in the words of tshark's tcp.analysis",
            ),
            always("info", Text, "what it says, in words"),
            sometimes(
                "reassembled",
                Text,
                "it is the last fragment of a datagram",
                "numbers of the packets it was put together from; ports and what follows are the datagram's",
            ),
            sometimes("comments", Texts, "it has any", "comments that it was recorded with"),
            always("data", Base64, "its bytes, as far as they were recorded"),
        ],
    },
    Shape {
        name: "conversation",
        head: BARE,
        means: "A conversation in a recording (`open --stats --json`).",
        fields: &[
            always("transport", OneOf(&["tcp", "udp"]), "what it goes over"),
            always("stream", Whole, "its number among those of its transport, from 0"),
            always("client", Text, "address and port of who began it"),
            always("server", Text, "address and port of the other side"),
            always("start", Time, "when its first packet passed"),
            always("duration_us", Number, "from its first packet to its last, in microseconds"),
            sometimes("answer_us", Number, HANDSHAKE, "from the SYN to its answer, in microseconds"),
            sometimes("confirm_us", Number, HANDSHAKE, "from that answer to its ACK, in microseconds"),
            sometimes(
                "closed",
                OneOf(&[
                    "client",
                    "server",
                    "half_by_client",
                    "half_by_server",
                    "reset_by_client",
                    "reset_by_server",
                ]),
                "TCP, its end was recorded",
                "who ended it first, or only its own half of it, or reset it",
            ),
            always("from_client", Object(SIDE), "what the client sent"),
            always("from_server", Object(SIDE), "what the server sent"),
        ],
    },
    Shape {
        name: "total",
        head: BARE,
        means: "All conversations of a transport together (`open --stats --json`).",
        fields: &[
            always("transport", OneOf(&["tcp", "udp"]), "which"),
            always("packets", Whole, "packets of it"),
            always("bytes", Whole, "bytes of payload"),
        ],
    },
    Shape {
        name: "peers",
        head: BARE,
        means: "Who sent how much, after the end of a run (`listen --peers`).",
        fields: &[
            always("messages", Whole, "messages of all peers"),
            always("replaced", Whole, "how often a peer lost its place in the table; 0: all is exact"),
            always("hidden_max", Whole, "a peer that is not told of sent at most so many messages"),
            sometimes(
                "peers",
                List(PEERS),
                "somebody sent",
                "those who sent the most, the first of them most",
            ),
        ],
    },
    Shape {
        name: "mark",
        head: HEAD,
        means: "A line that a person put between what happens.",
        fields: &[always("text", Text, "what it says, maybe nothing")],
    },
    Shape {
        name: "warning",
        head: ENVELOPE,
        means: "Something a person should know about.",
        fields: &[
            always("code", OneOf(CODES), "what happened"),
            sometimes(
                "count",
                Whole,
                "code kernel_drop, capture_drop, unmappable or missed",
                "datagrams or packets dropped since the last such warning; characters skipped or replaced; what the peer missed since the last such warning",
            ),
            sometimes(
                "total",
                Whole,
                "code kernel_drop or capture_drop",
                "datagrams or packets dropped since the socket was opened",
            ),
            sometimes("ring", Whole, "code capture_drop", "memory for captured packets in bytes"),
            sometimes(
                "rcvbuf",
                Whole,
                "code kernel_drop, when known",
                "the receive buffer in bytes as the kernel accounts it",
            ),
            sometimes(
                "at_least",
                True,
                "code kernel_drop, where whole trains are received (UDP_GRO)",
                "`count` and `total` are lower bounds: the kernel counts a train as one",
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
    Shape {
        name: "address",
        head: BARE,
        means: "An address of this machine, or an interface without one: what `addrs --json` writes.",
        fields: ADDRESS,
    },
];

const NUMBER: &str = "number of the peer within the run, from 1";
const PEER: &str = "address and port of the other side, or its name: `/path`, `@abstract`, `(unnamed)`";
const INSIDE: &str = "what TCP knows of the connection (`struct tcp_info`)";
const UNREAD: &str = "bytes received and not read yet";
const UNACKNOWLEDGED: &str =
    "bytes sent and not acknowledged, or not read by the peer of a Unix-domain socket";

pub(super) const fn always(name: &'static str, kind: Kind, means: &'static str) -> Field {
    Field { name, kind, when: When::Always, means }
}

pub(super) const fn known(name: &'static str, kind: Kind, means: &'static str) -> Field {
    sometimes(name, kind, "known", means)
}

pub(super) const fn sometimes(
    name: &'static str,
    kind: Kind,
    when: &'static str,
    means: &'static str,
) -> Field {
    Field { name, kind, when: When::If(when), means }
}
