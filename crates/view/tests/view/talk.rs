//! What standard error is told, and the raw view.

use crate::given::*;
use proptest::prelude::*;
use sockscope_core::batch::Batch;
use sockscope_core::connection::{Connection, Credentials, Tls};
use sockscope_core::event::*;
use sockscope_core::facts::*;
use sockscope_view::Render;
use sockscope_view::json::Json;
use sockscope_view::palette::Palette;
use sockscope_view::raw::Raw;
use sockscope_view::talk::{Say, Talk};
use std::num::NonZeroU32;
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
        "received 3 datagrams (8 B) on udp://127.0.0.1:8080, 0 dropped by the kernel; \
         stopped after --count\n"
    );
    shown(&mut talk, &Event::Opened(opened(Purpose::Send, "127.0.0.1:1", Some("127.0.0.1:8080"))));
    let totals = Totals { tx_messages: 1, tx_bytes: 4, faults: 1, not_sent: 2, cut: 1, ..Totals::default() };
    assert_eq!(
        shown(&mut talk, &closed(End::Done, totals, None)),
        "sent 1 datagram (4 B) to udp://127.0.0.1:8080, 1 cut, \
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
        "received 0 messages (0 B); stopped by a signal\n\
         interval asked 500 ms, measured 500.02 ms (499.9 to 500.3), 0 missed\n"
    );
}

#[test]
fn a_connection_tells_how_it_came_about() {
    let mut connection = Connection::default();
    (connection.connect, connection.tries) = (Some(Duration::from_nanos(120_900)), NonZeroU32::new(1));
    let to = Some(peer("127.0.0.1:7001"));
    let plain = || stream(Purpose::Talk, "tcp://localhost:7001", to, None);
    let text = shown(&mut talk(), &Event::Opened(Opened { connection: Some(&connection), ..plain() }));
    assert_eq!(
        text,
        "connected to tcp://127.0.0.1:7001 from 127.0.0.1:7000 in 0.12 ms\n\
         a stream has no messages: rows are chunks, what one read gave; --frame cuts frames\n"
    );
    connection.tries = NonZeroU32::new(3);
    connection.through = vec!["socks5://127.0.0.1:1080".to_owned(), "http://10.0.0.1:8080".to_owned()];
    connection.subprotocol = Some("chat\x1b".to_owned());
    let opened = Opened { connection: Some(&connection), name: Some("plc"), unit: Unit::Message, ..plain() };
    assert_eq!(
        shown(&mut talk(), &Event::Opened(opened)),
        "plc: connected to tcp://localhost:7001 through socks5://127.0.0.1:1080, http://10.0.0.1:8080 \
         from 127.0.0.1:7000 in 0.12 ms, at try 3, subprotocol chat\\x1b\n"
    );
}

#[test]
fn tls_is_one_line_and_what_is_not_verified_stands_out() {
    let mut connection = Connection::default();
    connection.tls = Some(tls(Some(true)));
    let line = |connection: &Connection, talk: &mut Talk| {
        let to = Some(peer("127.0.0.1:7001"));
        let text =
            shown(talk, &Event::Opened(stream(Purpose::Talk, "tls://a.example", to, Some(connection))));
        text.lines().filter(|line| line.starts_with("  ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        line(&connection, &mut talk()),
        [
            "  TLS 1.3, TLS_AES_128_GCM_SHA256, X25519, ALPN h2, a.example, b.example, expires 2027-01-01, verified"
        ]
    );
    let mut insecure = tls(Some(false));
    insecure.certificate.as_mut().unwrap().names =
        ["a", "b", "c", "d", "e"].map(|name| format!("{name}\u{202e}")).to_vec();
    insecure.certificate.as_mut().unwrap().expires = Some(Stamp(NOON.0 - 1));
    insecure.handshake = Some(Duration::from_micros(3400));
    connection.tls = Some(insecure);
    assert_eq!(
        line(&connection, &mut Talk::new(Palette::colour(), Say::Doings)),
        ["  TLS 1.3, TLS_AES_128_GCM_SHA256, X25519, ALPN h2, asked for a.example, handshake 3.4 ms, \
         a\\u{202e}, b\\u{202e}, c\\u{202e} and 2 more, \x1b[1m\x1b[31mEXPIRED 2026-01-02\x1b[0m, \x1b[1m\x1b[31mNOT VERIFIED (--insecure)\x1b[0m"]
    );
    let verbose = line(&connection, &mut talk().verbose(true));
    assert!(verbose[0].contains("d\\u{202e}, e\\u{202e}, EXPIRED 2026-01-02, NOT VERIFIED"), "{verbose:?}");
    assert!(
        verbose[1].starts_with("  sha256 e3b0c442") && verbose[1].ends_with(", chain of 2"),
        "{verbose:?}"
    );
    connection.tls = Some(Tls::default());
    assert_eq!(line(&connection, &mut talk()), ["  , no certificate asked for"]);
    (connection.tls, connection.shown) = (None, tls(None).certificate);
    let told = line(&connection, &mut talk());
    // At its last moment it still counts.
    connection.shown.as_mut().unwrap().expires = Some(NOON);
    let last = line(&connection, &mut talk());
    assert!(last[0].contains(", expires 2026-01-02, sha256"), "{last:?}");
    let start = "  certificate for a.example, b.example, expires 2027-01-01, sha256 e3b0c442";
    assert!(told[0].starts_with(start), "{told:?}");
}

#[test]
fn peers_join_and_leave() {
    let mut talk = talk();
    let at = peer("127.0.0.1:51234");
    shown(&mut talk, &Event::Opened(stream(Purpose::Listen, "tcp://127.0.0.1:7000", None, None)));
    assert_eq!(shown(&mut talk, &Event::Opened(joined(at, None))), "#2 127.0.0.1:51234 joined\n");
    assert_eq!(
        shown(&mut talk, &ended(Direction::Rx)),
        "#2 127.0.0.1:51234 has ended its sending; this side still can send\n"
    );
    assert_eq!(shown(&mut talk, &ended(Direction::Tx)), "", "that both have ended, closing tells");
    let totals = Totals { rx_messages: 3, rx_bytes: 12, tx_messages: 1, tx_bytes: 4, ..Totals::default() };
    assert_eq!(
        shown(&mut talk, &gone(End::Ended, totals)),
        "#2 127.0.0.1:51234 left: both sides ended; received 3 chunks (12 B), sent 1 chunk (4 B)\n"
    );
    let totals = Totals { peers: 1, dropped: 0, ..totals };
    assert_eq!(
        shown(&mut talk, &closed(End::Stopped, totals, None)),
        "received 3 chunks (12 B) on tcp://127.0.0.1:7000 from 1 peer, sent 1 chunk (4 B); \
         stopped by a signal\n"
    );
}

#[test]
fn a_direction_that_ends_first_leaves_the_other() {
    let mut talk = talk();
    assert_eq!(
        shown(&mut talk, &ended(Direction::Tx)),
        "this side has ended its sending; #2 127.0.0.1:51234 still can send\n"
    );
    shown(&mut talk, &Event::Opened(joined(peer("127.0.0.1:51234"), None)));
    shown(&mut talk, &ended(Direction::Tx));
    assert_eq!(shown(&mut talk, &ended(Direction::Rx)), "");
}

#[test]
fn a_peer_without_a_name_is_its_process() {
    let mut connection = Connection::default();
    connection.credentials = Some(Credentials { pid: 1234, uid: 0, gid: 7 });
    let line = |peer, connection| {
        let text = shown(&mut talk(), &Event::Opened(joined(peer, connection)));
        text.lines().next().unwrap().to_owned()
    };
    assert_eq!(line(unix(""), Some(&connection)), "#2 pid 1234 uid 0 joined");
    assert_eq!(line(unix("@app"), Some(&connection)), "#2 @app pid 1234 uid 0 joined");
    assert_eq!(line(unix(""), None), "#2 (unnamed) joined");
    let opened = Opened { number: None, remote: None, ..joined(unix(""), None) };
    assert!(shown(&mut talk(), &Event::Opened(opened)).starts_with("the peer joined\n"));
    let client =
        stream(Purpose::Send, "unix:///run/app.sock", Some(unix("/run/app.sock")), Some(&connection));
    let client = Opened { local: Some(unix("")), ..client };
    let text = shown(&mut talk(), &Event::Opened(client));
    assert!(text.starts_with("connected to unix:///run/app.sock, pid 1234 uid 0\n"), "{text}");
}

#[test]
fn each_way_to_lose_a_peer_has_its_words() {
    for (why, words) in [
        (End::Broken(Break::Reset), "left: reset by the peer"),
        (End::Broken(Break::BrokenPipe), "left: the peer no longer reads (broken pipe)"),
        (End::Broken(Break::TimedOut), "left: timed out"),
        (End::Broken(Break::Unreachable), "left: no way to the host any more"),
        (End::Broken(Break::Protocol), "left: it broke the protocol"),
        (End::Broken(Break::Other), "left: the connection broke"),
        (End::Asked, "is closed: as asked"),
        (End::IdlePeer, "is closed: idle for too long"),
        (End::TurnedAway, "is closed: turned away"),
        (End::Done, "is closed"),
    ] {
        let mut talk = talk();
        shown(&mut talk, &Event::Opened(joined(peer("127.0.0.1:51234"), None)));
        let text = shown(&mut talk, &gone(why, Totals { flawed: 2, ..Totals::default() }));
        assert_eq!(text, format!("#2 127.0.0.1:51234 {words}; received 0 chunks (0 B), 2 flawed\n"));
    }
    assert_eq!(shown(&mut talk(), &gone(End::NotOpened, Totals::default())), "");
}

#[test]
fn tcp_is_told_at_the_end_where_asked_for() {
    let Event::Closed(plain) = closed(End::Ended, Totals::default(), None) else { unreachable!() };
    let event = Event::Closed(Closed { inside: inside(), ..plain });
    assert_eq!(shown(&mut talk(), &event), "received 0 messages (0 B); both sides ended\n");
    assert_eq!(
        shown(&mut talk().verbose(true), &event),
        "received 0 messages (0 B); both sides ended\n  rtt 0.12 ms (± 0.03 ms), 1 segment sent again\n"
    );
}

#[test]
fn a_stream_says_once_that_it_has_no_messages() {
    let mut talk = talk();
    let mut text = String::new();
    for unit in [Unit::Datagram, Unit::Frame, Unit::Packet, Unit::Message, Unit::Chunk, Unit::Chunk] {
        text += &shown(&mut talk, &Event::Opened(Opened { unit, ..joined(peer("127.0.0.1:1"), None) }));
    }
    assert_eq!(text.matches("a stream has no messages").count(), 1, "{text}");
    assert_eq!(text.lines().count(), 7, "{text}");
}

#[test]
fn thousands_of_peers_are_kept_apart() {
    let mut talk = talk();
    for number in 1..=5000 {
        let at = Peer::Inet(([127, 0, 0, 1], number as u16).into());
        let opened = Opened { socket: SocketId(number), number: NonZeroU32::new(number), ..joined(at, None) };
        shown(&mut talk, &Event::Opened(opened));
    }
    for number in (1..=5000).rev() {
        let Event::Closed(plain) = gone(End::Ended, Totals::default()) else { unreachable!() };
        let text = shown(&mut talk, &Event::Closed(Closed { socket: SocketId(number), ..plain }));
        assert!(text.starts_with(&format!("#{number} 127.0.0.1:{number} left")), "{text}");
    }
}

/// The peer of [`joined`] is closed.
fn gone(why: End, totals: Totals) -> Event<'static> {
    let Event::Closed(plain) = closed(why, totals, None) else { unreachable!() };
    Event::Closed(Closed { socket: SocketId(3), ..plain })
}

#[test]
fn warnings_are_told_where_asked_for() {
    assert_eq!(shown(&mut talk(), &warning(Trouble::NoIpv6)), "");
    assert_eq!(
        shown(&mut Talk::new(Palette::plain(), Say::All), &warning(Trouble::NoIpv6)),
        "warning: this machine has no IPv6: only IPv4 is heard\n"
    );
    let mut talk = Talk::new(Palette::plain(), Say::All);
    let opened = Opened { name: Some("a"), ..opened(Purpose::Send, "127.0.0.1:1", None) };
    shown(&mut talk, &Event::Opened(opened));
    assert!(shown(&mut talk, &warning(Trouble::NoIpv6)).starts_with("warning: a: this machine"));
}

proptest! {
    #[test]
    fn raw_is_what_was_received_and_nothing_else(given in any_given()) {
        let want = match given.direction {
            Direction::Rx => given.messages.iter().flat_map(|m| m.0.clone()).collect(),
            Direction::Tx => vec![],
        };
        prop_assert_eq!(given.through(1, &mut Raw), want);
    }

    #[test]
    fn what_a_writer_may_take_as_it_is_is_the_same(given in any_given()) {
        let mut batch = Batch::new();
        given.messages.iter().for_each(|(bytes, facts)| batch.push(bytes, *facts));
        let event = given.event(&batch);
        let plain: Option<Vec<u8>> = Raw.plain(&event).map(|plain| plain.slices().collect::<Vec<_>>().concat());
        prop_assert_eq!(plain.unwrap_or_default(), given.through(1, &mut Raw));
        prop_assert!(Json::new(None).plain(&event).is_none());
    }

    #[test]
    fn talk_keeps_to_its_lines(
        endpoint: String, name: String, purpose in any_purpose(), remote in proptest::option::of(any_peer()),
    ) {
        let plain = opened(purpose, "0.0.0.0:0", None);
        let opened = Opened { endpoint: &endpoint, local: None, remote, name: Some(&name), ..plain };
        let text = shown(&mut talk(), &Event::Opened(opened));
        prop_assert!(!text.trim_end_matches('\n').contains(char::is_control), "{:?}", text);
    }
}
