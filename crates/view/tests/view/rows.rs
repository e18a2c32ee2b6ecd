//! Rows as people see them.

use crate::given::*;
use proptest::prelude::*;
use sockscope_core::charset::{Charset, Viewing};
use sockscope_core::event::*;
use sockscope_core::facts::*;
use sockscope_view::palette::Palette;
use sockscope_view::rows::{Dump, Layout, Rows};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

pub(crate) fn rows(layout: Layout) -> Rows {
    Rows::new(layout, Palette::plain())
}

pub(crate) fn row(layout: Layout, given: &Given) -> String {
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
fn a_time_that_is_shared_is_marked() {
    let mut given = hello(b"1");
    given.messages[0].1.train = std::num::NonZeroU16::new(64);
    assert!(row(Layout::default(), &given).ends_with("  31  time shared by 64\n"));
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
            Trouble::KernelDrop { count: 30, total: 31, rcvbuf: Some(212_992), at_least: false },
            "kernel dropped 30 datagrams (31 in all): the receive buffer of 212992 bytes was full; try --rcvbuf 4MiB",
        ),
        (
            Trouble::KernelDrop { count: 30, total: 31, rcvbuf: Some(212_992), at_least: true },
            "kernel dropped at least 30 datagrams (at least 31 in all): the receive buffer of 212992 bytes was full; try --rcvbuf 4MiB",
        ),
        (
            Trouble::KernelDrop { count: 1, total: 1, rcvbuf: None, at_least: false },
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

pub(crate) fn told(cases: impl IntoIterator<Item = (Trouble, &'static str)>) {
    for (what, words) in cases {
        let row = shown(&mut rows(Layout::default()), &warning(what));
        assert_eq!(row, format!("12:00:01.123456  !!  {words}\n"));
    }
}

#[test]
fn a_warning_names_its_socket_where_there_are_several() {
    for (names, begins) in [(true, "  !!  a: this machine"), (false, "  !!  this machine")] {
        let mut rows = rows(Layout { names, ..Layout::default() });
        let opened = Opened { name: Some("a"), ..opened(Purpose::Listen, "127.0.0.1:1", None) };
        shown(&mut rows, &Event::Opened(opened));
        let row = shown(&mut rows, &warning(Trouble::NoIpv6));
        assert!(row.contains(begins), "{row}");
    }
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
