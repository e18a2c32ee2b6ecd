//! What standard error is told, and the raw view.

use crate::given::*;
use proptest::prelude::*;
use sockscope_core::event::*;
use sockscope_view::palette::Palette;
use sockscope_view::raw::Raw;
use sockscope_view::talk::{Say, Talk};
use std::time::Duration;

fn talk() -> Talk {
    Talk::new(Palette::plain(), Say::Doings)
}

#[test]
fn opening_tells_the_real_addresses() {
    let listen = opened(Purpose::Listen, "127.0.0.1:8080", None);
    assert_eq!(shown(&mut talk(), &Event::Opened(listen)), "listening on udp://127.0.0.1:8080\n");
    let echo = opened(Purpose::Echo, "[::1]:9000", None);
    assert_eq!(shown(&mut talk(), &Event::Opened(echo)), "echoing on udp://[::1]:9000\n");
    let send = opened(Purpose::Send, "127.0.0.1:40000", Some("127.0.0.1:8080"));
    assert_eq!(shown(&mut talk(), &Event::Opened(send)), "sending from 127.0.0.1:40000 to 127.0.0.1:8080\n");
    let unknown = Opened { local: None, ..opened(Purpose::Send, "127.0.0.1:1", None) };
    assert_eq!(shown(&mut talk(), &Event::Opened(unknown)), "sending to udp://localhost:0\n");
}

#[test]
fn what_the_kernel_gave_is_told() {
    let granted = [Granted {
        option: "rcvbuf",
        asked: "4194304".to_owned(),
        got: "425984".to_owned(),
        why: "limit: net.core.rmem_max",
    }];
    let opened = Opened { granted: &granted, ..opened(Purpose::Listen, "127.0.0.1:8080", None) };
    assert_eq!(
        shown(&mut talk(), &Event::Opened(opened)),
        "listening on udp://127.0.0.1:8080\n\
         rcvbuf: asked 4194304, kernel gave 425984 (limit: net.core.rmem_max)\n"
    );
}

#[test]
fn closing_sums_up() {
    let mut talk = talk();
    shown(&mut talk, &Event::Opened(opened(Purpose::Listen, "127.0.0.1:8080", None)));
    let totals = Totals { rx_messages: 3, rx_bytes: 8, ..Totals::default() };
    assert_eq!(
        shown(&mut talk, &closed(End::Count, totals, None)),
        "received 3 messages (8 B) on udp://127.0.0.1:8080, 0 dropped by the kernel; \
         stopped after --count\n"
    );
    shown(&mut talk, &Event::Opened(opened(Purpose::Send, "127.0.0.1:1", Some("127.0.0.1:8080"))));
    let totals = Totals { tx_messages: 1, tx_bytes: 4, faults: 1, not_sent: 2, cut: 1, ..Totals::default() };
    assert_eq!(
        shown(&mut talk, &closed(End::Done, totals, None)),
        "sent 1 message (4 B) to udp://127.0.0.1:8080, 1 cut, \
         2 not sent, 1 ICMP error\n"
    );
}

#[test]
fn a_schedule_is_compared_with_what_was_measured() {
    let pace = Pace {
        asked: Duration::from_millis(500),
        min: Duration::from_micros(499_900),
        mean: Duration::from_micros(500_020),
        max: Duration::from_micros(500_300),
        missed: 0,
    };
    let text = shown(&mut talk(), &closed(End::Stopped, Totals::default(), Some(pace)));
    assert_eq!(
        text,
        "received 0 messages (0 B), 0 dropped by the kernel; stopped by a signal\n\
         interval asked 500 ms, measured 500.02 ms (499.9 to 500.3), 0 missed\n"
    );
}

#[test]
fn warnings_are_told_where_asked_for() {
    assert_eq!(shown(&mut talk(), &warning(Trouble::NoIpv6)), "");
    assert_eq!(
        shown(&mut Talk::new(Palette::plain(), Say::All), &warning(Trouble::NoIpv6)),
        "warning: this machine has no IPv6: only IPv4 is heard\n"
    );
}

proptest! {
    #[test]
    fn raw_is_what_was_received_and_nothing_else(given in any_given()) {
        let want = match given.direction {
            sockscope_core::facts::Direction::Rx => given.messages.iter().flat_map(|m| m.0.clone()).collect(),
            sockscope_core::facts::Direction::Tx => vec![],
        };
        prop_assert_eq!(given.through(1, &mut Raw), want);
    }

    #[test]
    fn talk_keeps_to_its_lines(endpoint: String, purpose in any_purpose()) {
        let opened = Opened { endpoint: &endpoint, local: None, ..opened(purpose, "0.0.0.0:0", None) };
        let text = shown(&mut talk(), &Event::Opened(opened));
        prop_assert!(!text.trim_end_matches('\n').contains(char::is_control), "{:?}", text);
    }
}
