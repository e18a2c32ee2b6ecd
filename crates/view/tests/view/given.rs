//! Events to render: each kind by hand, and any at all.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use sockscope_core::batch::Batch;
use sockscope_core::event::*;
use sockscope_core::facts::*;
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
    pub(crate) local: Option<Peer>,
    pub(crate) messages: Vec<(Vec<u8>, Facts)>,
    pub(crate) interfaces: Interfaces,
}

impl Given {
    pub(crate) fn received(bytes: &[u8], facts: Facts) -> Self {
        Self {
            direction: Direction::Rx,
            local: Some(peer("127.0.0.1:8080")),
            messages: vec![(bytes.to_vec(), facts)],
            interfaces: Interfaces(vec![(1, "lo".to_owned())]),
        }
    }

    pub(crate) fn sent(bytes: &[u8], facts: Facts) -> Self {
        Self { direction: Direction::Tx, ..Self::received(bytes, facts) }
    }

    pub(crate) fn through(&self, seq: u64, view: &mut impl Render) -> Vec<u8> {
        let mut batch = Batch::new();
        for (bytes, facts) in &self.messages {
            batch.push(bytes, *facts);
        }
        let event = Event::Messages(Messages {
            socket: SocketId(1),
            direction: self.direction,
            batch: &batch,
            range: 0..batch.len(),
            local: self.local,
            interfaces: &self.interfaces,
        });
        let mut out = Vec::new();
        view.event(seq, &event, &mut out);
        out
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
    }
}

pub(crate) fn closed(why: End, totals: Totals, pace: Option<Pace>) -> Event<'static> {
    Event::Closed(Closed { socket: SocketId(1), time: NOON, why, totals, pace })
}

pub(crate) fn any_peer() -> impl Strategy<Value = Peer> {
    any::<SocketAddr>().prop_map(Peer::Inet)
}

pub(crate) fn any_given() -> impl Strategy<Value = Given> {
    let message = (payload(), any_facts());
    (any::<bool>(), proptest::option::of(any_peer()), prop::collection::vec(message, 0..4), ".*").prop_map(
        |(rx, local, messages, name)| Given {
            direction: if rx { Direction::Rx } else { Direction::Tx },
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
    );
    let second = proptest::option::of(any::<(u8, u8, u32, u32, u64)>());
    (first, second).prop_map(|((time, peer, local, interface), rest)| {
        let mut facts = Facts::default();
        facts.time =
            time.map(|(stamp, kernel)| (Stamp(stamp), if kernel { Clock::Kernel } else { Clock::User }));
        facts.peer = peer;
        facts.local = local;
        facts.interface = interface.and_then(NonZeroU32::new);
        facts.ttl = rest.map(|r| r.0);
        facts.tclass = rest.map(|r| r.1);
        facts.cut_from = rest.map(|r| r.2);
        facts.drops = rest.map(|r| r.3);
        facts.answer_after = rest.map(|r| Duration::from_nanos(r.4 >> 12));
        facts
    })
}

pub(crate) fn any_trouble() -> impl Strategy<Value = Trouble> {
    let some_peer = || proptest::option::of(any_peer());
    let number = 0..1_u64 << 53;
    prop_oneof![
        (number.clone(), number.clone(), proptest::option::of(number.clone()))
            .prop_map(|(count, total, rcvbuf)| Trouble::KernelDrop { count, total, rcvbuf }),
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
        number.prop_map(|count| Trouble::Unmappable { count, charset: "gbk" }),
        (any_peer(), any::<String>(), any_peer()).prop_map(|(failed, why, next)| Trouble::NextAddress {
            failed,
            why,
            next
        }),
        Just(Trouble::NoIpv6),
    ]
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
    prop::sample::select(vec![Count, Idle, TimeUp, Done, NoAnswer, Failed, Stopped])
}

pub(crate) fn any_purpose() -> impl Strategy<Value = Purpose> {
    prop::sample::select(vec![Purpose::Listen, Purpose::Send, Purpose::Echo])
}
