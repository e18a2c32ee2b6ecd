//! What shapes of the table are made of: objects inside of lines, and lists of words.

use super::super::Field;
use super::super::Kind::{Flag, Number, Object, OneOf, Text, Texts, Time, True, Whole};
use super::{always, known, sometimes};

/// What bytes were received or sent as.
pub(super) const UNITS: &[&str] = &["datagram", "chunk", "frame", "packet", "message"];

/// What warnings are about.
pub(super) const CODES: &[&str] = &[
    "kernel_drop",
    "capture_drop",
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
pub(super) const ENDS: &[&str] = &[
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

pub(super) const GRANTED: &[Field] = &[
    always("option", Text, "name of the option"),
    always("asked", Text, "what was asked for"),
    always("got", Text, "what the kernel says it gave"),
    always("why", Text, "why they differ"),
];

pub(super) const TOTALS: &[Field] = &[
    always("rx_messages", Whole, "messages received, counted in the socket's `unit`"),
    always("rx_bytes", Whole, "payload bytes received"),
    always("tx_messages", Whole, "messages sent, counted in the same"),
    always("tx_bytes", Whole, "payload bytes sent"),
    always("cut", Whole, "received messages that were cut"),
    always("dropped", Whole, "datagrams the kernel dropped before they could be received"),
    sometimes(
        "at_least",
        True,
        "whole trains were received (UDP_GRO) and any was dropped",
        "`dropped` is a lower bound: the kernel counts a train as one",
    ),
    sometimes(
        "in_trains",
        Whole,
        "any went so",
        "messages that came or left in trains, which share one time (UDP_GRO, UDP_SEGMENT)",
    ),
    always("ignored", Whole, "messages left out because they came from another peer than the one asked for"),
    always("faults", Whole, "ICMP errors that came back"),
    always("not_sent", Whole, "messages that could not be sent"),
    always("flawed", Whole, "frames that were not as they should be"),
    always("peers", Whole, "peers that came"),
];

pub(super) const PEERS: &[Field] = &[
    always("peer", Text, "address and port, or name"),
    sometimes("shard", Text, "there are shards", "name of the shard that heard it"),
    always("messages_min", Whole, "it sent at least so many messages"),
    always("messages_max", Whole, "it sent at most so many"),
    always("bytes_min", Whole, "it sent at least so many bytes: those of the messages of `messages_min`"),
    sometimes("first", Time, "known", "when the first of these came"),
    sometimes("last", Time, "known", "when the last came"),
];

pub(super) const PACE: &[Field] = &[
    always("asked_us", Number, "the interval asked for, in microseconds"),
    always("min_us", Number, "the shortest measured"),
    always("mean_us", Number, "the mean"),
    always("max_us", Number, "the longest measured"),
    always("missed", Whole, "turns skipped because their time had passed"),
];

pub(super) const FRAME: &[Field] = &[
    always("wire_len", Whole, "bytes that it took on the wire, with framing and check"),
    sometimes("checked", True, "it had a check", "that the check was right"),
    sometimes("flaw", OneOf(FLAWS), "something is wrong with it", "what is wrong"),
    sometimes("why", Text, "something is wrong with it", "the same in words"),
];

const FLAWS: &[&str] =
    &["unfinished", "too_long", "skipped", "bad_escape", "bad_length", "bad_end", "no_check", "bad_check"];

pub(super) const CONNECTION: &[Field] = &[
    known("connect_us", Number, "microseconds from the first packet to the open connection"),
    known("tries", Whole, "how often it was tried, at whatever address, the time that worked included"),
    sometimes("through", Texts, "it goes through proxies", "the proxies, the nearest first"),
    known("pid", Whole, "process at the other end of a Unix-domain socket"),
    known("uid", Whole, "effective user of that process"),
    known("gid", Whole, "effective group of that process"),
    sometimes("tls", Object(TLS), "it is encrypted", "what the TLS handshake agreed on"),
    sometimes(
        "shown",
        Object(CERTIFICATE),
        "it listens and shows one",
        "the certificate that it shows to whoever comes",
    ),
    sometimes("subprotocol", Text, "the server chose one", "the WebSocket subprotocol"),
];

const TLS: &[Field] = &[
    known("version", Text, "version of the protocol: `TLS 1.3`"),
    known("cipher", Text, "cipher suite, as IANA names it"),
    known("group", Text, "key exchange group, as IANA names it"),
    sometimes("alpn", Text, "one was agreed on", "the application protocol"),
    sometimes("sni", Text, "one was asked for", "the name asked for"),
    known("handshake_us", Number, "microseconds from the first byte of the handshake to its last"),
    sometimes(
        "verified",
        Flag,
        "the peer shows a certificate or one is asked for",
        "whether it was proved who the peer is",
    ),
    sometimes("certificate", Object(CERTIFICATE), "the peer shows one", "the peer's certificate"),
];

const CERTIFICATE: &[Field] = &[
    known("sha256", Text, "SHA-256 of the whole certificate, in hex"),
    sometimes("names", Texts, "it has any", "whom it names"),
    known("expires", Text, "the last moment at which it counts, in UTC as `t` is"),
    always("chain", Whole, "how many certificates came with it, itself included"),
];

pub(super) const TCP: &[Field] = &[
    known("state", Text, "state of the connection as RFC 9293 names it"),
    always("rtt_us", Number, "smoothed round-trip time in microseconds"),
    always("rtt_deviation_us", Number, "its mean deviation"),
    always("cwnd", Whole, "congestion window in segments"),
    always("mss", Whole, "largest segment that is sent, in bytes"),
    always("retransmits", Whole, "segments sent again since the connection was opened"),
    always("unacknowledged", Whole, "segments sent and not acknowledged"),
    known("peer_window", Whole, "the peer's receive window in bytes"),
];

pub(super) const ADDRESS: &[Field] = &[
    always("iface", Text, "name of the interface"),
    always("index", Whole, "the kernel's number of it"),
    always("up", Flag, "whether it is switched on"),
    always("running", Flag, "whether it has a carrier"),
    always("is_loopback", Flag, "whether it is the machine itself"),
    always("can_broadcast", Flag, "whether it takes broadcasts"),
    always("can_multicast", Flag, "whether it takes multicast"),
    known("mtu", Whole, "largest packet in bytes"),
    known("mac", Text, "hardware address"),
    sometimes("address", Text, "the interface has one", "the address"),
    sometimes("prefix", Whole, "the interface has an address", "bits of it that name the network"),
    sometimes("broadcast", Text, "the address has one", "the address that reaches everyone"),
];

/// When a time of the handshake is told.
pub(super) const HANDSHAKE: &str = "TCP, both were recorded";

/// What one side of a conversation sent.
pub(super) const SIDE: &[Field] = &[
    always("packets", Whole, "packets"),
    always("bytes", Whole, "bytes of payload, those sent again included"),
    sometimes("rtt_min_us", Number, MEASURED, "shortest round trip of what it sent, in microseconds"),
    sometimes("rtt_median_us", Number, MEASURED, "median round trip, in microseconds"),
    sometimes("rtt_max_us", Number, MEASURED, "longest round trip, in microseconds"),
    sometimes("retransmissions", Whole, "TCP", "segments that it sent again"),
    sometimes("out_of_order", Whole, "TCP", "segments that passed out of order"),
    sometimes("duplicate_acks", Whole, "TCP", "acknowledgments that it sent again"),
    sometimes("gaps", Whole, "TCP", "places where bytes of it are missing in the recording"),
    sometimes("zero_window_us", Number, "TCP", "how long it took nothing in, in microseconds"),
    sometimes("in_flight_max", Whole, "TCP, known", "most bytes under way at once"),
    sometimes("largest", Whole, "TCP", "bytes of payload of its largest segment"),
];

const MEASURED: &str = "TCP, something was acknowledged";
