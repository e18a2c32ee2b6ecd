//! Rows as people see them.

use crate::given::*;
use proptest::prelude::*;
use sockscope_core::charset::{Charset, Viewing};
use sockscope_core::connection::{Connection, Inside};
use sockscope_core::event::*;
use sockscope_core::facts::*;
use sockscope_core::framing::{Flaw, Frame};
use sockscope_view::palette::Palette;
use sockscope_view::rows::{Dump, Layout, Rows};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

fn rows(layout: Layout) -> Rows {
    Rows::new(layout, Palette::plain())
}

fn row(layout: Layout, given: &Given) -> String {
    String::from_utf8(given.through(1, &mut rows(layout))).unwrap()
}

fn hello(bytes: &[u8]) -> Given {
    Given::received(bytes, from("127.0.0.1:54321"))
}

#[test]
fn a_row_has_time_arrow_peer_length_text_and_hex() {
    assert_eq!(
        row(Layout::default(), &hello("你好".as_bytes())),
        "12:00:01.123456  <-  127.0.0.1:54321           6 B  你好                              e4 bd a0 e5 a5 bd\n"
    );
    assert_eq!(
        row(Layout { offset: 8 * 3600, ..Layout::default() }, &hello(b"1")),
        "20:00:01.123456  <-  127.0.0.1:54321           1 B  1                                 31\n"
    );
}

#[test]
fn text_is_in_the_charset_asked_for_or_guessed() {
    let layout = |label| Layout { charset: Viewing::find(label, "zh_CN.UTF-8").ok(), ..Layout::default() };
    let want =
        "12:00:01.123456  <-  127.0.0.1:54321           4 B  你好                              c4 e3 ba c3";
    let given = hello(b"\xc4\xe3\xba\xc3");
    assert_eq!(row(layout("gbk"), &given), format!("{want}\n"));
    assert_eq!(row(layout("auto"), &given), format!("{want}  guess:gbk\n"));
    assert!(row(Layout::default(), &given).contains("  \\xc4\\xe3\\xba\\xc3 "));
}

#[test]
fn hex_begins_in_the_same_column_whatever_the_text() {
    let texts: [&[u8]; 6] =
        [b"a", "你好".as_bytes(), "한글".as_bytes(), b"\x1b[2J\r\n\xff", b"\\", "é".as_bytes()];
    for text in texts {
        let row = row(Layout::default(), &hello(text));
        let hex: Vec<String> = text.iter().map(|b| format!("{b:02x}")).collect();
        let before = row.trim_end().strip_suffix(&hex.join(" ")).unwrap();
        assert_eq!(before.width(), 86, "{row}");
    }
}

#[test]
fn longer_text_pushes_hex_to_the_next_stop() {
    let row = row(Layout::default(), &hello(&[b'x'; 33]));
    assert!(row.contains(&format!("{}{}78 78", "x".repeat(33), " ".repeat(7 + 2))), "{row}");
    assert!(row.ends_with("78 …+17 B\n"), "{row}");
}

#[test]
fn what_was_sent_shows_both_ends() {
    let given = Given { local: Some(peer("127.0.0.1:40000")), ..Given::sent(b"1", from("127.0.0.1:8080")) };
    let row = row(Layout { dump: Dump::None, ..Layout::default() }, &given);
    assert_eq!(row, "12:00:01.123456  ->  127.0.0.1:40000 -> 127.0.0.1:8080     1 B  1\n");
}

#[test]
fn a_listener_on_all_addresses_shows_where_a_message_arrived() {
    let mut facts = from("10.0.0.2:7");
    facts.local = Some([10, 0, 0, 1].into());
    let given = Given { local: Some(peer("0.0.0.0:9000")), ..Given::received(b"1", facts) };
    assert!(row(Layout::default(), &given).contains("<-  10.0.0.2:7 -> 10.0.0.1:9000     1 B"));
    let mut rows = rows(Layout::default());
    let given = hello(b"1");
    for socket in [SocketId(1), SocketId(2)] {
        let opened = Opened { socket, ..opened(Purpose::Listen, "127.0.0.1:8080", None) };
        shown(&mut rows, &Event::Opened(opened));
    }
    let text = String::from_utf8(given.through(1, &mut rows)).unwrap();
    assert!(text.contains("127.0.0.1:54321 -> 127.0.0.1:8080"), "{text}");
    shown(&mut rows, &closed(End::Done, Totals::default(), None));
    let text = String::from_utf8(given.through(1, &mut rows)).unwrap();
    assert!(!text.contains("127.0.0.1:8080"), "{text}");
}

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
         \x20 sha256     e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442e3b0c442\n\
         \x20 chain      2 certificates\n\
         \x20 subprotocol chat\n\
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
fn the_address_column_grows_and_stays() {
    let mut given = Given::received(b"1", from("127.0.0.1:1"));
    given.messages.push((b"2".to_vec(), from("[2001:db8::1234:5678]:50000")));
    given.messages.push((b"3".to_vec(), from("127.0.0.1:1")));
    let out = String::from_utf8(given.through(1, &mut rows(Layout::default()))).unwrap();
    let at: Vec<_> = out.lines().map(|line| line.find(" B ").unwrap()).collect();
    assert_eq!(at, [48, 54, 54], "{out}");
}

#[test]
fn an_empty_datagram_says_so() {
    let want = "12:00:01.123456  <-  127.0.0.1:54321           0 B  (empty)\n";
    for dump in [Dump::Narrow, Dump::Wide, Dump::None] {
        assert_eq!(row(Layout { dump, ..Layout::default() }, &hello(b"")), want);
    }
}

#[test]
fn unknown_facts_are_not_made_up() {
    let given = Given { local: None, ..Given::sent(b"1", Facts::default()) };
    let row = row(Layout { dump: Dump::None, ..Layout::default() }, &given);
    assert_eq!(row, "--:--:--.------  ->  ? -> ?                    1 B  1\n");
}

#[test]
fn notes_stand_behind_the_hex_and_cut_last() {
    let mut facts = from("127.0.0.1:54321");
    facts.answer_after = Some(Duration::from_nanos(123_999));
    facts.cut_from = Some(10);
    (facts.ttl, facts.tclass, facts.interface) = (Some(64), Some(0), 1.try_into().ok());
    let given = Given::received(b"1234", facts);
    let quiet = row(Layout::default(), &given);
    assert!(quiet.ends_with(" 31 32 33 34  rtt 0.123 ms  cut: 10 B on the wire, 6 B lost\n"), "{quiet}");
    let verbose = row(Layout { verbose: true, ..Layout::default() }, &given);
    assert!(verbose.contains("  rtt 0.123 ms  ttl 64 tos 0 lo  cut: "), "{verbose}");
}

#[test]
fn hex_and_text_are_folded_with_exact_counts() {
    let bytes: Vec<u8> = (0..100).map(|n| b'a' + n % 26).collect();
    let folded = row(Layout::default(), &hello(&bytes));
    assert!(folded.contains("ghijkl…(+36 B)"), "{folded}");
    assert!(folded.ends_with("6f 70 …+84 B\n"), "{folded}");
    let full = row(Layout { full: true, ..Layout::default() }, &hello(&bytes));
    assert!(!full.contains('…') && full.ends_with(" 73 74 75 76\n"), "{full}");
    let exact = row(Layout::default(), &hello(&bytes[..16]));
    assert!(!exact.contains('…'), "{exact}");
}

#[test]
fn a_wide_dump_stands_below_its_row() {
    let layout = Layout { dump: Dump::Wide, ..Layout::default() };
    assert_eq!(
        row(layout.clone(), &hello(b"\xc4\xe3\xba\xc3")),
        "12:00:01.123456  <-  127.0.0.1:54321           4 B  \\xc4\\xe3\\xba\\xc3\n\
         \x20 00000000  c4 e3 ba c3                                       |····|\n"
    );
    let folded = row(layout.clone(), &hello(&[0; 259]));
    assert_eq!(folded.lines().count(), 18);
    assert!(folded.ends_with("|················|\n  … 3 more bytes (--full shows all)\n"), "{folded}");
    assert_eq!(row(layout.clone(), &hello(&[0; 256])).lines().count(), 17);
    assert_eq!(row(Layout { full: true, ..layout }, &hello(&[0; 259])).lines().count(), 18);
}

#[test]
fn each_warning_is_a_row_in_words() {
    let at = |text| Some(peer(text));
    let fault = |fault, reporter| Trouble::Fault { peer: at("127.0.0.1:9"), fault, reporter };
    let why = "Message too long (os error 90)\x1b[2J".to_owned();
    let cases = [
        (
            Trouble::KernelDrop { count: 30, total: 31, rcvbuf: Some(212_992) },
            "kernel dropped 30 datagrams (31 in all): the receive buffer of 212992 bytes was full; try --rcvbuf 4MiB",
        ),
        (
            Trouble::KernelDrop { count: 1, total: 1, rcvbuf: None },
            "kernel dropped 1 datagram (1 in all), most often because the receive buffer is full; try --rcvbuf 4MiB",
        ),
        (
            fault(Fault::Refused, None),
            "127.0.0.1:9 refused: nobody listens on that port (ICMP port unreachable)",
        ),
        (
            fault(Fault::HostUnreachable, at("10.0.0.1:0")),
            "127.0.0.1:9 host unreachable (ICMP), as told by 10.0.0.1",
        ),
        (
            fault(Fault::TooLong { mtu: 1400 }, None),
            "127.0.0.1:9 too long for the path: its MTU is 1400 bytes (ICMP); send at most 1372 bytes",
        ),
        (
            Trouble::NotSent { peer: at("127.0.0.1:9"), len: 70_000, why },
            "not sent to 127.0.0.1:9 (70000 B): Message too long (os error 90)\\x1b[2J",
        ),
        (
            Trouble::Unmappable { count: 2, charset: "gbk" },
            "2 characters are not in gbk: skipped or replaced in what was sent",
        ),
        (
            Trouble::NextAddress {
                failed: peer("[::1]:7"),
                why: "refused".to_owned(),
                next: peer("127.0.0.1:7"),
            },
            "[::1]:7 did not work; trying the next address of the name, 127.0.0.1:7",
        ),
        (Trouble::NoIpv6, "this machine has no IPv6: only IPv4 is heard"),
    ];
    told(cases);
}

fn told(cases: impl IntoIterator<Item = (Trouble, &'static str)>) {
    for (what, words) in cases {
        let row = shown(&mut rows(Layout::default()), &warning(what));
        assert_eq!(row, format!("12:00:01.123456  !!  {words}\n"));
    }
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

#[test]
fn colours_change_nothing_but_colour() {
    let mut facts = from("127.0.0.1:54321");
    facts.cut_from = Some(100);
    let given = Given::received(b"a\x1b\xff\\ 1234567890 1234567890", facts);
    let coloured = given.through(1, &mut Rows::new(Layout::default(), Palette::colour()));
    let mut rest = std::str::from_utf8(&coloured).unwrap();
    let mut stripped = String::new();
    while let Some((text, code)) = rest.split_once("\x1b[") {
        stripped.push_str(text);
        rest = code.split_once('m').unwrap().1;
    }
    assert_eq!(stripped + rest, row(Layout::default(), &given));
}

proptest! {
    #[test]
    fn nothing_from_the_wire_steers_the_terminal(
        given in any_given(), full: bool, verbose: bool, fold in 0..80_usize,
        dump in prop::sample::select(vec![Dump::Narrow, Dump::Wide, Dump::None]),
        charset in prop::sample::select(Charset::all().collect::<Vec<_>>()),
    ) {
        let charset = Some(Viewing::Chosen(charset));
        let out = row(Layout { charset, full, verbose, dump, fold, ..Layout::default() }, &given);
        let steers = |c: char| c != '\n' && (c.is_control() || "\u{200e}\u{200f}\u{2028}\u{2029}\u{202e}\u{2066}".contains(c));
        prop_assert!(!out.contains(steers), "{:?}", out);
        if dump != Dump::Wide {
            prop_assert_eq!(out.lines().count(), given.messages.len());
        }
    }

    #[test]
    fn no_warning_breaks_its_row(what in any_trouble()) {
        let out = shown(&mut rows(Layout::default()), &warning(what));
        prop_assert!(out.ends_with('\n') && !out.trim_end_matches('\n').contains(char::is_control), "{:?}", out);
    }

    #[test]
    fn a_folded_row_accounts_for_every_byte(text in "[a-z你好é🦀\\\\]{0,300}") {
        let row = row(Layout { dump: Dump::None, ..Layout::default() }, &hello(text.as_bytes()));
        let shown = row.split_once(" B  ").map(|(_, shown)| shown.trim_end()).unwrap();
        if text.is_empty() {
            return Ok(());
        }
        let (kept, hidden) = match shown.split_once("…(+") {
            Some((kept, rest)) => (kept, rest.strip_suffix(" B)").unwrap().parse::<usize>().unwrap()),
            None => (shown, 0),
        };
        prop_assert_eq!(kept.replace("\\\\", "\\").len() + hidden, text.len());
    }
}
