//! Events to render: each kind by hand, and any at all.

use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use proptest::prelude::*;
use sockscope_core::batch::Batch;
use sockscope_core::connection::{Certificate, Connection, Credentials, Inside, Tcp, Tls};
use sockscope_core::event::*;
use sockscope_core::facts::*;
use sockscope_core::framing::{Check, Cutter, Flaw, Frame, Framing};
use sockscope_core::moment::Moment;
use sockscope_view::Render;

/// 2026-01-02 12:00:01.123456789 UTC.
pub(crate) const NOON: Stamp = Stamp(1_767_355_201_123_456_789);

pub(crate) fn peer(text: &str) -> Peer {
    Peer::Inet(text.parse().unwrap())
}

pub(crate) fn from(text: &str) -> Facts {
    let mut facts = Facts::default();
    facts.time = Some((NOON, Clock::Kernel));
    facts.peer = Some(peer(text));
    facts
}

/// Messages of one batch in one direction.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) direction: Direction,
    pub(crate) unit: Unit,
    pub(crate) local: Option<Peer>,
    pub(crate) messages: Vec<(Vec<u8>, Facts)>,
    pub(crate) interfaces: Interfaces,
}

impl Given {
    pub(crate) fn received(bytes: &[u8], facts: Facts) -> Self {
        Self {
            direction: Direction::Rx,
            unit: Unit::Datagram,
            local: Some(peer("127.0.0.1:8080")),
            messages: vec![(bytes.to_vec(), facts)],
            interfaces: Interfaces(vec![(1, "lo".to_owned())]),
        }
    }

    pub(crate) fn sent(bytes: &[u8], facts: Facts) -> Self {
        Self { direction: Direction::Tx, ..Self::received(bytes, facts) }
    }

    /// A chunk from the second peer that came.
    pub(crate) fn chunk(bytes: &[u8]) -> Self {
        let mut facts = from("127.0.0.1:51234");
        facts.number = NonZeroU32::new(2);
        Self { unit: Unit::Chunk, ..Self::received(bytes, facts) }
    }

    pub(crate) fn through(&self, seq: u64, view: &mut impl Render) -> Vec<u8> {
        let mut batch = Batch::new();
        for (bytes, facts) in &self.messages {
            batch.push(bytes, *facts);
        }
        let mut out = Vec::new();
        view.event(seq, &self.event(&batch), &mut out);
        out
    }

    /// The event of all messages in a batch.
    pub(crate) fn event<'a>(&'a self, batch: &'a Batch) -> Event<'a> {
        Event::Messages(Messages {
            socket: SocketId(1),
            direction: self.direction,
            unit: self.unit,
            batch,
            range: 0..batch.len(),
            local: self.local,
            interfaces: &self.interfaces,
        })
    }
}

pub(crate) fn shown(view: &mut impl Render, event: &Event<'_>) -> String {
    let mut out = Vec::new();
    view.event(7, event, &mut out);
    String::from_utf8(out).unwrap()
}

pub(crate) fn warning(what: Trouble) -> Event<'static> {
    Event::Warning(Warning { socket: SocketId(1), time: NOON, what })
}

pub(crate) fn opened(purpose: Purpose, local: &str, remote: Option<&str>) -> Opened<'static> {
    Opened {
        socket: SocketId(1),
        time: NOON,
        purpose,
        endpoint: "udp://localhost:0",
        local: Some(peer(local)),
        remote: remote.map(peer),
        granted: &[],
        parent: None,
        number: None,
        name: None,
        unit: Unit::Datagram,
        connection: None,
    }
}

/// A stream that was opened: its unit is the chunk.
pub(crate) fn stream<'a>(
    purpose: Purpose,
    endpoint: &'a str,
    remote: Option<Peer>,
    connection: Option<&'a Connection>,
) -> Opened<'a> {
    let local = Some(peer("127.0.0.1:7000"));
    Opened { endpoint, local, remote, unit: Unit::Chunk, connection, ..opened(purpose, "0.0.0.0:0", None) }
}

/// The second peer that came to a listening socket.
pub(crate) fn joined(remote: Peer, connection: Option<&Connection>) -> Opened<'_> {
    let number = NonZeroU32::new(2);
    let plain = stream(Purpose::Accept, "tcp://127.0.0.1:7000", Some(remote), connection);
    Opened { socket: SocketId(3), parent: Some(SocketId(1)), number, ..plain }
}

pub(crate) fn ended(direction: Direction) -> Event<'static> {
    let (peer, number) = (Some(peer("127.0.0.1:51234")), NonZeroU32::new(2));
    Event::Ended(Ended { socket: SocketId(3), time: NOON, direction, peer, number })
}

/// A connection of which everything is known.
pub(crate) fn connection() -> Connection {
    let mut connection = Connection::default();
    (connection.connect, connection.tries) = (Some(Duration::from_micros(120)), NonZeroU32::new(2));
    connection.through = vec!["socks5://127.0.0.1:1080".to_owned()];
    connection.credentials = Some(Credentials { pid: 1234, uid: 0, gid: 7 });
    connection.tls = Some(tls(Some(false)));
    let mut shown = Certificate::default();
    (shown.sha256, shown.names, shown.chain) = ("0f".repeat(32), vec!["localhost".to_owned()], 1);
    connection.shown = Some(shown);
    connection.subprotocol = Some("chat".to_owned());
    connection
}

pub(crate) fn state(connection: &Connection) -> Event<'_> {
    let totals = Totals { rx_messages: 3, rx_bytes: 12, tx_messages: 1, tx_bytes: 4, ..Totals::default() };
    let (peer, inside) = (Some(peer("127.0.0.1:51234")), inside());
    Event::State(State { socket: SocketId(3), time: NOON, peer, connection, inside, totals, queued: 5 })
}

/// What a TLS handshake may have agreed on.
pub(crate) fn tls(verified: Option<bool>) -> Tls {
    let mut tls = Tls::default();
    (tls.version, tls.cipher) = ("TLS 1.3".to_owned(), "TLS_AES_128_GCM_SHA256".to_owned());
    (tls.group, tls.alpn) = (Some("X25519".to_owned()), Some("h2".to_owned()));
    (tls.sni, tls.verified) = (Some("a.example".to_owned()), verified);
    let mut certificate = Certificate::default();
    certificate.names = vec!["a.example".to_owned(), "b.example".to_owned()];
    (certificate.sha256, certificate.chain) = ("e3b0c442".repeat(8), 2);
    // A year behind NOON: date -u -d 2027-01-01T12:00:00 +%s
    certificate.expires = Some(Stamp(1_798_804_800_000_000_000));
    tls.certificate = Some(certificate);
    tls
}

/// All that TCP tells of itself.
pub(crate) fn inside() -> Inside {
    let mut tcp = Tcp::default();
    (tcp.state, tcp.rtt, tcp.rtt_deviation) =
        ("ESTABLISHED", Duration::from_micros(120), Duration::from_micros(30));
    (tcp.cwnd, tcp.mss, tcp.retransmits) = (10, 1448, 1);
    (tcp.unacknowledged, tcp.peer_window) = (2, Some(65_535));
    let mut inside = Inside::default();
    (inside.tcp, inside.unread, inside.unacknowledged) = (Some(tcp), Some(3), Some(2896));
    inside
}

pub(crate) fn unix(path: &str) -> Peer {
    Peer::Unix(UnixName::of_path(path))
}

pub(crate) fn closed(why: End, totals: Totals, pace: Option<Pace>) -> Event<'static> {
    Event::Closed(Closed { socket: SocketId(1), time: NOON, why, totals, pace, inside: Inside::default() })
}

pub(crate) fn any_peer() -> impl Strategy<Value = Peer> {
    prop_oneof![
        any::<SocketAddr>().prop_map(Peer::Inet),
        prop::collection::vec(any::<u8>(), 0..108).prop_map(|name| Peer::Unix(UnixName::new(&name))),
        any::<String>().prop_map(|name| Peer::Unix(UnixName::of_path(&name))),
    ]
}

pub(crate) fn any_given() -> impl Strategy<Value = Given> {
    let message = (payload(), any_facts());
    let local = proptest::option::of(any_peer());
    (any::<bool>(), any_unit(), local, prop::collection::vec(message, 0..4), ".*").prop_map(
        |(rx, unit, local, messages, name)| Given {
            direction: if rx { Direction::Rx } else { Direction::Tx },
            unit,
            local,
            messages,
            interfaces: Interfaces(vec![(1, name)]),
        },
    )
}

/// Bytes of every kind: text, noise, and what people attack terminals with.
pub(crate) fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..600),
        any::<String>().prop_map(String::into_bytes),
        "[\\PC\\x1b\\x9b\\r\\n\u{202e}\u{2066}\u{feff}\u{200d}]{0,200}".prop_map(String::into_bytes),
        "[一-龥a-z\\\\]{0,200}".prop_map(String::into_bytes),
    ]
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let first = (
        proptest::option::of((any::<u64>(), any::<bool>())),
        proptest::option::of(any_peer()),
        proptest::option::of(any::<IpAddr>()),
        proptest::option::of(1..3_u32),
        (0..3_u32, proptest::option::of(any_frame())),
    );
    let second = proptest::option::of(any::<(u8, u8, u32, u32, u64)>());
    (first, second).prop_map(|((time, peer, local, interface, (number, frame)), rest)| {
        let mut facts = Facts::default();
        facts.time =
            time.map(|(stamp, kernel)| (Stamp(stamp), if kernel { Clock::Kernel } else { Clock::User }));
        facts.peer = peer;
        facts.local = local;
        facts.interface = interface.and_then(NonZeroU32::new);
        facts.number = NonZeroU32::new(number);
        facts.frame = frame;
        facts.ttl = rest.map(|r| r.0);
        facts.tclass = rest.map(|r| r.1);
        facts.cut_from = rest.map(|r| r.2);
        facts.drops = rest.map(|r| r.3);
        facts.train = rest.and_then(|r| NonZeroU16::new(r.3 as u16));
        facts.answer_after = rest.map(|r| Duration::from_nanos(r.4 >> 12));
        facts
    })
}

fn any_frame() -> impl Strategy<Value = Frame> {
    use Flaw::*;
    let flaws = vec![Unfinished, TooLong, Skipped, BadEscape, BadLength, BadEnd, NoCheck, bad_check()];
    (any::<u32>(), proptest::option::of(prop::sample::select(flaws)), any::<bool>())
        .prop_map(|(wire, flaw, checked)| Frame { wire, flaw, checked })
}

/// What a frame of one byte and a wrong checksum of one byte gives.
pub(crate) fn bad_check() -> Flaw {
    let framing = Framing::parse("line").unwrap().with_check(Check::parse("xor8").unwrap());
    let mut frames = Batch::new();
    let mut cutter = Cutter::new(framing.into());
    cutter.cut(Moment(0), b"ab\n", &Facts::default(), &mut frames);
    frames.message(0).facts.frame.unwrap().flaw.unwrap()
}

pub(crate) fn any_trouble() -> impl Strategy<Value = Trouble> {
    let some_peer = || proptest::option::of(any_peer());
    let number = 0..1_u64 << 53;
    prop_oneof![
        (number.clone(), number.clone(), proptest::option::of(number.clone()), any::<bool>()).prop_map(
            |(count, total, rcvbuf, at_least)| Trouble::KernelDrop { count, total, rcvbuf, at_least }
        ),
        (some_peer(), any_fault(), some_peer()).prop_map(|(peer, fault, reporter)| Trouble::Fault {
            peer,
            fault,
            reporter
        }),
        (some_peer(), number.clone(), any::<String>()).prop_map(|(peer, len, why)| Trouble::NotSent {
            peer,
            len,
            why
        }),
        number.clone().prop_map(|count| Trouble::Unmappable { count, charset: "gbk" }),
        (any_peer(), any::<String>(), any_peer()).prop_map(|(failed, why, next)| Trouble::NextAddress {
            failed,
            why,
            next
        }),
        Just(Trouble::NoIpv6),
        any_connection_trouble(),
    ]
}

fn any_connection_trouble() -> impl Strategy<Value = Trouble> {
    let some_peer = || proptest::option::of(any_peer());
    let number = || 0..1_u64 << 53;
    prop_oneof![
        (some_peer(), any_break(), any::<String>(), number())
            .prop_map(|(peer, how, why, unsent)| Trouble::Broken { peer, how, why, unsent }),
        any::<(String, String, bool)>().prop_map(|(what, why, refused)| Trouble::NotOpened {
            what,
            why,
            refused
        }),
        (some_peer(), any::<String>()).prop_map(|(peer, why)| Trouble::TurnedAway { peer, why }),
        number().prop_map(|open| Trouble::NoDescriptors { open }),
        (some_peer(), number(), number()).prop_map(|(peer, messages, bytes)| Trouble::Missed {
            peer,
            messages,
            bytes
        }),
        (some_peer(), number()).prop_map(|(peer, bytes)| Trouble::Unacknowledged { peer, bytes }),
        (some_peer(), number()).prop_map(|(peer, bytes)| Trouble::Unread { peer, bytes }),
    ]
}

fn any_break() -> impl Strategy<Value = Break> {
    use Break::*;
    prop::sample::select(vec![Reset, BrokenPipe, TimedOut, Unreachable, Protocol, Other])
}

pub(crate) fn any_fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Refused),
        Just(Fault::HostUnreachable),
        Just(Fault::NetUnreachable),
        Just(Fault::Prohibited),
        any::<u32>().prop_map(|mtu| Fault::TooLong { mtu }),
        Just(Fault::TimeExceeded),
        any::<(u8, u8)>().prop_map(|(kind, code)| Fault::Other { kind, code }),
    ]
}

pub(crate) fn any_end() -> impl Strategy<Value = End> {
    use End::*;
    let plain = vec![
        Count, Idle, TimeUp, Done, NoAnswer, Failed, Stopped, Ended, Asked, NotOpened, TurnedAway, IdlePeer,
        Unmet,
    ];
    prop_oneof![prop::sample::select(plain), any_break().prop_map(Broken)]
}

pub(crate) fn any_purpose() -> impl Strategy<Value = Purpose> {
    use Purpose::*;
    prop::sample::select(vec![Listen, Send, Echo, Talk, Accept, Run])
}

pub(crate) fn any_unit() -> impl Strategy<Value = Unit> {
    use Unit::*;
    prop::sample::select(vec![Datagram, Chunk, Frame, Packet, Message])
}
