//! Rows of what is no datagram: chunks, frames, connections and their trouble.

use crate::given::*;
use crate::rows::{row, rows, told};
use sockscope_core::charset::Viewing;
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::event::*;
use sockscope_core::facts::*;
use sockscope_core::framing::{Flaw, Frame};
use sockscope_view::palette::Palette;
use sockscope_view::rows::{Dump, Layout, Rows};

#[test]
fn what_is_no_datagram_says_what_it_is() {
    let row = |unit, bytes| row(Layout::default(), &Given { unit, ..Given::chunk(bytes) });
    assert_eq!(
        row(Unit::Chunk, "你好".as_bytes()),
        "12:00:01.123456  <-  #2 127.0.0.1:51234        6 B chunk  你好                        e4 bd a0 e5 a5 bd\n"
    );
    let hex = |unit| row(unit, b"x").trim_end().find(" 78").unwrap();
    for unit in [Unit::Frame, Unit::Packet, Unit::Message] {
        assert!(row(unit, b"x").contains(&format!(" 1 B {}  x ", unit.word())), "{}", row(unit, b"x"));
        assert_eq!(hex(unit), hex(Unit::Datagram));
    }
}

#[test]
fn a_frame_says_whether_it_is_as_it_should_be() {
    let row = |flaw, checked, palette| {
        let mut given = Given { unit: Unit::Frame, ..Given::chunk(b"ab") };
        given.messages[0].1.frame = Some(Frame { wire: 3, flaw, checked });
        let mut rows = Rows::new(Layout { dump: Dump::None, ..Layout::default() }, palette);
        let row = String::from_utf8(given.through(1, &mut rows)).unwrap();
        row.split_once("ab").unwrap().1.trim().to_owned()
    };
    assert_eq!(row(None, true, Palette::plain()), "check ok");
    assert_eq!(row(None, false, Palette::plain()), "");
    assert_eq!(row(Some(Flaw::Unfinished), false, Palette::plain()), Flaw::Unfinished.to_string());
    let bad = format!("\x1b[1m\x1b[31m{}\x1b[0m", bad_check());
    assert_eq!(row(Some(bad_check()), false, Palette::colour()), bad);
}

#[test]
fn of_a_connection_only_the_other_side_is_shown() {
    let mut rows = rows(Layout { dump: Dump::None, ..Layout::default() });
    shown(&mut rows, &Event::Opened(stream(Purpose::Listen, "tcp://127.0.0.1:7000", None, None)));
    shown(&mut rows, &Event::Opened(joined(peer("127.0.0.1:51234"), None)));
    let got = Given::chunk(b"a");
    let sent = Given { direction: Direction::Tx, ..Given::chunk(b"b") };
    let both = [got.through(1, &mut rows), sent.through(2, &mut rows)].concat();
    assert_eq!(
        String::from_utf8(both).unwrap(),
        "12:00:01.123456  <-  #2 127.0.0.1:51234        1 B chunk  a\n\
         12:00:01.123456  ->  #2 127.0.0.1:51234        1 B chunk  b\n"
    );
    let named = Opened { name: Some("plc"), ..stream(Purpose::Talk, "tcp://127.0.0.1:51234", None, None) };
    shown(&mut rows, &Event::Opened(named));
    let mut facts = from("127.0.0.1:51234");
    facts.number = None;
    let given = Given { unit: Unit::Chunk, ..Given::received(b"c", facts) };
    let text = String::from_utf8(given.through(3, &mut rows)).unwrap();
    assert!(text.contains("  <-  plc 127.0.0.1:51234       1 B chunk  c"), "{text}");
}

#[test]
fn names_of_any_length_leave_the_columns_where_they_are() {
    let long = format!("/run/{}app.sock", "deep/".repeat(15));
    let mut rows = rows(Layout { dump: Dump::None, ..Layout::default() });
    let mut text = String::new();
    for name in ["", "@app", "/tmp/你好.sock", &long, "/tmp/\u{202e}"] {
        let mut given = Given::chunk(b"x");
        given.messages[0].1.peer = Some(unix(name));
        text += std::str::from_utf8(&given.through(1, &mut rows)).unwrap();
    }
    assert_eq!(
        text,
        "12:00:01.123456  <-  #2 (unnamed)              1 B chunk  x\n\
         12:00:01.123456  <-  #2 @app                   1 B chunk  x\n\
         12:00:01.123456  <-  #2 /tmp/你好.sock         1 B chunk  x\n\
         12:00:01.123456  <-  #2 …eep/deep/app.sock     1 B chunk  x\n\
         12:00:01.123456  <-  #2 /tmp/\\u{202e}          1 B chunk  x\n"
    );
    let mut given = Given::chunk(b"x");
    given.messages[0].1.peer = Some(unix(&long));
    assert!(row(Layout { full: true, ..Layout::default() }, &given).contains(&long));
}

#[test]
fn a_character_cut_by_two_chunks_is_whole_in_the_row_that_completes_it() {
    let charset = Viewing::find("gbk", "").ok();
    let mut rows = rows(Layout { charset, dump: Dump::None, ..Layout::default() });
    let mut text = |direction, bytes: &[u8]| {
        let out = Given { direction, ..Given::chunk(bytes) }.through(1, &mut rows);
        let row = String::from_utf8(out).unwrap();
        row.split_once(" chunk  ").unwrap().1.trim_end().to_owned()
    };
    assert_eq!(text(Direction::Rx, b"a\xc4"), "a…+1 B of a character");
    assert_eq!(text(Direction::Tx, b"\xba\xc3\xc4"), "好…+1 B of a character");
    assert_eq!(text(Direction::Rx, b""), "(empty)");
    assert_eq!(text(Direction::Rx, b"\xe3\xba"), "你…+1 B of a character");
    assert_eq!(text(Direction::Tx, b"\xe3"), "你");
    let Event::Ended(end) = ended(Direction::Rx) else { unreachable!() };
    assert_eq!(
        shown(&mut rows, &Event::Ended(Ended { socket: SocketId(1), ..end })),
        "12:00:01.123456  !!  what was received ends inside a character: 1 byte (ba) not shown as text\n"
    );
    assert_eq!(shown(&mut rows, &closed(End::Ended, Totals::default(), None)), "");
}

#[test]
fn a_closed_socket_leaves_nothing_to_the_next_one() {
    let mut rows = rows(Layout { dump: Dump::None, ..Layout::default() });
    Given::chunk(b"\xe4").through(1, &mut rows);
    let text = shown(&mut rows, &closed(End::Broken(Break::Reset), Totals::default(), None));
    assert!(text.ends_with("inside a character: 1 byte (e4) not shown as text\n"), "{text}");
    let text = String::from_utf8(Given::chunk(b"\xbd\xa0").through(1, &mut rows)).unwrap();
    assert!(text.ends_with("  \\xbd\\xa0\n"), "{text}");
}

#[test]
fn what_has_bounds_and_what_is_guessed_is_read_by_itself() {
    let alone = |charset: &str, unit| {
        let charset = Viewing::find(charset, "zh_CN").ok();
        let mut rows = rows(Layout { charset, dump: Dump::None, ..Layout::default() });
        let parts: [&[u8]; 2] = [b"\xe4\xbd", b"\xa0"];
        parts.map(|bytes| {
            let out = Given { unit, ..Given::chunk(bytes) }.through(1, &mut rows);
            String::from_utf8(out).unwrap().contains("of a character")
        })
    };
    assert_eq!(alone("utf-8", Unit::Chunk), [true, false]);
    assert_eq!(alone("utf-8", Unit::Frame), [false, false]);
    assert_eq!(alone("auto", Unit::Chunk), [false, false]);
}

#[test]
fn the_state_of_a_connection_is_a_block() {
    let mut rows = rows(Layout::default());
    let connection = connection();
    shown(&mut rows, &Event::Opened(joined(peer("127.0.0.1:51234"), Some(&connection))));
    assert_eq!(
        shown(&mut rows, &state(&connection)),
        "12:00:01.123456  ==  #2 127.0.0.1:51234\n\
         \x20 tcp        ESTABLISHED, rtt 0.12 ms (± 0.03 ms), 1 segment sent again\n\
         \x20 window     10 segments of 1448 B, 2 on the way; the peer has room for 65535 B\n\
         \x20 connected  in 0.12 ms, at try 2\n\
         \x20 through    socks5://127.0.0.1:1080\n\
         \x20 process    pid 1234 uid 0 gid 7\n\
         \x20 tls        TLS 1.3, TLS_AES_128_GCM_SHA256, X25519, ALPN h2\n\
         \x20 peer       NOT VERIFIED (--insecure)\n\
         \x20 names      a.example, b.example\n\
         \x20 valid      expires 2027-01-01\n\
         \x20 sha256     e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442\n\
         \x20 chain      2 certificates\n\
         \x20 protocol   chat\n\
         \x20 received   3 chunks (12 B), 3 B not read yet\n\
         \x20 sent       1 chunk (4 B), 2896 B not acknowledged yet, 5 B queued here\n"
    );
    let Event::State(all) = state(&connection) else { unreachable!() };
    let totals = Totals { cut: 1, flawed: 2, dropped: 3, peers: 4, ..Totals::default() };
    let unknown = Connection::default();
    let little = State { connection: &unknown, inside: Inside::default(), totals, peer: None, ..all };
    assert_eq!(
        shown(&mut rows, &Event::State(little)),
        "12:00:01.123456  ==  #2 ?\n\
         \x20 received   0 chunks (0 B)\n\
         \x20 sent       0 chunks (0 B), 5 B queued here\n\
         \x20 peers      4\n\
         \x20 trouble    1 cut, 2 flawed, 3 dropped by the kernel\n"
    );
}

#[test]
fn each_trouble_of_a_connection_is_a_row_in_words() {
    let at = Some(peer("127.0.0.1:9"));
    let broken = |peer, how, why: &str, unsent| Trouble::Broken { peer, how, why: why.to_owned(), unsent };
    let words = |text: &str| text.to_owned();
    told([
        (
            broken(at, Break::Reset, "", 12),
            "127.0.0.1:9: reset by the peer: it closed without reading all, crashed, or knows no such \
             connection; 12 B were not sent any more",
        ),
        (
            broken(at, Break::BrokenPipe, "", 1),
            "127.0.0.1:9: the peer no longer reads (broken pipe); 1 B was not sent any more",
        ),
        (broken(at, Break::TimedOut, "", 0), "127.0.0.1:9: timed out: nothing came back for too long"),
        (broken(None, Break::Unreachable, "", 0), "the connection: no way to the host any more"),
        (
            broken(at, Break::Protocol, "alert: bad certificate\x1b", 0),
            "127.0.0.1:9: what came does not follow the protocol: alert: bad certificate\\x1b",
        ),
        (broken(at, Break::Other, "I/O error", 0), "127.0.0.1:9: the connection broke: I/O error"),
        (
            Trouble::NotOpened {
                what: words("tcp://127.0.0.1:9"),
                why: words("refused: nobody listens there"),
                refused: true,
            },
            "no connection with tcp://127.0.0.1:9: refused: nobody listens there",
        ),
        (
            Trouble::TurnedAway { peer: at, why: words("64 peers are here (--max-peers)") },
            "turned away 127.0.0.1:9: 64 peers are here (--max-peers)",
        ),
        (
            Trouble::NoDescriptors { open: 1021 },
            "no file descriptors are left with 1021 sockets open: who comes now waits until one is closed; \
             raise the limit (ulimit -n)",
        ),
        (
            Trouble::Missed { peer: at, messages: 3, bytes: 30 },
            "127.0.0.1:9 does not read: it missed 3 sends (30 B); send slower, or let it read",
        ),
        (
            Trouble::Unacknowledged { peer: at, bytes: 12 },
            "127.0.0.1:9: closed while 12 B were not acknowledged yet, so whether the peer got them is not \
             known; --wait 1s gives it time",
        ),
        (
            Trouble::Unread { peer: None, bytes: 1 },
            "the connection: closed while 1 B was received and not read, which resets it: the peer may lose \
             what it has not read; --wait 1s reads what comes",
        ),
    ]);
}
