//! How messages are shown: rows, dumps, JSON lines, raw bytes, colours.

mod common;

use std::net::UdpSocket;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::sockscope;
use serde_json::Value;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::schema;
use sockscope_testkit::terminal::on_screen;

/// What a listener with these options shows of these messages.
fn shown(args: &[&str], messages: &[&[u8]]) -> Finished {
    let count = messages.len().to_string();
    let program =
        Program::start(&mut sockscope(&[&["listen", "udp://127.0.0.1:0", "--count", &count], args].concat()));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for message in messages {
        socket.send_to(message, ("127.0.0.1", program.port())).unwrap();
    }
    program.finish().expect(0)
}

#[test]
fn raw_is_the_payload_and_nothing_else() {
    let told = shown(&["--raw"], &[b"\x00\xff\r\n", b"", b"\x1b[31m", "你好".as_bytes()]);
    assert_eq!(told.out, b"\x00\xff\r\n\x1b[31m\xe4\xbd\xa0\xe5\xa5\xbd");
    assert!(told.err.contains("received 4 datagrams (15 B)"), "{}", told.err);
}

#[test]
fn json_lines_hold_everything_and_fit_the_schema() {
    let messages: [&[u8]; 4] = [b"1", b"\xc4\xe3\xba\xc3", b"", b"a\xff\x1b\\ and more than fits"];
    let told = shown(&["--json", "--encoding", "gbk", "--buffer", "8"], &messages);
    let rules = Program::run(&mut sockscope(&["schema"])).expect(0).text();
    let rules: Value = serde_json::from_str(&rules).unwrap();
    let lines: Vec<Value> = told.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 6, "{}", told.text());
    for (line, seq) in lines.iter().zip(1_u64..) {
        assert_eq!(schema::check(&rules, line), Ok(()));
        assert_eq!((&line["v"], &line["seq"], &line["socket"]), (&1.into(), &seq.into(), &1.into()));
    }
    assert_eq!((&lines[0]["type"], &lines[0]["state"]), (&"socket".into(), &"open".into()));
    assert_eq!(lines[0]["kind"], "udp");
    for (line, message) in lines[1..5].iter().zip(messages) {
        let bytes = &message[..message.len().min(8)];
        assert_eq!((&line["type"], &line["dir"]), (&"message".into(), &"rx".into()));
        assert_eq!(STANDARD.decode(line["data"].as_str().unwrap()).unwrap(), bytes);
        assert_eq!(line["len"], bytes.len());
        assert_eq!(line["local"], lines[0]["local"]);
        assert_eq!(line["charset"], "gbk");
        assert!(line["peer"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
        assert!(line["t"].as_str().unwrap().ends_with('Z'), "{line}");
    }
    assert_eq!((&lines[1]["text"], &lines[2]["text"]), (&"1".into(), &"你好".into()));
    assert_eq!(lines[1].get("wire_len"), None, "unknown is absent");
    assert_eq!((&lines[4]["wire_len"], &lines[4]["invalid"]), (&messages[3].len().into(), &1.into()));
    assert_eq!(lines[4]["text"], "a\\xff\u{1b}\\ and");
    assert_eq!((&lines[5]["state"], &lines[5]["why"]), (&"closed".into(), &"count".into()));
    assert_eq!((&lines[5]["totals"]["rx_messages"], &lines[5]["totals"]["cut"]), (&4.into(), &1.into()));
}

#[test]
fn control_characters_are_shown_escaped() {
    let told = shown(&[], &[b"\x1b[2Jx\r\n\t\x07\\", "\u{202e}evil\u{9b}".as_bytes(), b"\xc3\x28"]);
    let text = told.text();
    assert!(text.contains("\\x1b[2Jx\\r\\n\\t\\x07\\\\"), "{text}");
    assert!(text.contains("\\u{202e}evil\\u{9b}"), "{text}");
    assert!(text.contains("\\xc3("), "{text}");
    let odd = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
    assert_eq!((odd, text.lines().count()), (None, 3));
}

#[test]
fn text_of_every_script_is_shown_as_it_is() {
    let texts = ["你好，世界", "Привет", "مرحبا", "नमस्ते", "👩‍🚀 ok", "e\u{301}"];
    let messages: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    let rows = shown(&[], &messages).text();
    for (row, text) in rows.lines().zip(&texts[..4]) {
        assert!(row.contains(&format!("{} B  {text}", text.len())), "{row}");
    }
    assert_eq!(rows.lines().count(), 6, "{rows}");
}

#[test]
fn the_dump_is_beside_or_below_or_not_there() {
    let message: &[u8] = b"0123456789abcdef\x00tail";
    let narrow = shown(&[], &[message]).text();
    assert!(narrow.contains("30 31 32 33") && narrow.lines().count() == 1, "{narrow}");
    let wide = shown(&["--dump", "wide"], &[message]).text();
    let lines: Vec<&str> = wide.lines().collect();
    assert!(lines.len() >= 3 && !lines[0].contains("30 31"), "{wide}");
    assert!(lines.iter().any(|line| line.trim_start().starts_with("00000010  00 74 61 69 6c")), "{wide}");
    let none = shown(&["--dump", "none"], &[message]).text();
    assert!(!none.contains("30 31") && none.contains("0123456789abcdef\\x00tail"), "{none}");
}

#[test]
fn a_long_payload_is_folded_with_a_number_and_full_shows_all() {
    let message = [b'x'; 5000];
    let folded = shown(&[], &[&message]).text();
    assert!(folded.len() < 2000 && folded.contains("5000 B"), "{folded}");
    assert!(folded.contains("(+4936 B)") && folded.contains("+4984 B"), "{folded}");

    let full = shown(&["--full", "--dump", "none"], &[&message]).text();
    assert_eq!(full.matches('x').count(), 5000);
}

#[test]
fn quiet_says_nothing_and_verbose_says_more() {
    let program =
        Program::start(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--quiet", "--for", "200ms"]));
    let told = program.finish().expect(0);
    assert_eq!((told.text().as_str(), told.err.as_str()), ("", ""));
    let plain = shown(&[], &[b"x"]).text();
    let more = shown(&["--verbose"], &[b"x"]).text();
    assert!(more.contains("lo") && more.contains("ttl 64"), "{more}");
    assert!(!plain.contains("ttl"), "{plain}");
}

#[test]
fn colours_are_for_terminals_unless_told_otherwise() {
    let demo = |args: &[&str]| sockscope(&[&["demo", "--lang", "en"], args].concat());
    let is_coloured = |told: Finished| told.expect(0).out.contains(&0x1b);
    assert!(!is_coloured(Program::run(&mut demo(&[]))), "a pipe");
    assert!(is_coloured(Program::run(&mut demo(&["--color", "always"]))), "a pipe, always");
    assert!(is_coloured(on_screen(&mut demo(&[])).finish()), "a terminal");
    assert!(!is_coloured(on_screen(&mut demo(&["--color", "never"])).finish()), "a terminal, never");
    assert!(!is_coloured(on_screen(demo(&[]).env("NO_COLOR", "1")).finish()), "NO_COLOR");
    assert!(is_coloured(on_screen(demo(&[]).env("NO_COLOR", "")).finish()), "NO_COLOR that is empty");
    let both = on_screen(demo(&["--color", "always"]).env("NO_COLOR", "1")).finish();
    assert!(is_coloured(both), "what was asked for here and now wins");
}

#[test]
fn rows_are_coloured_like_the_demo() {
    let told = shown(&["--color", "always"], &[b"x"]);
    assert!(told.out.contains(&0x1b));
    assert!(!shown(&[], &[b"x"]).out.contains(&0x1b));
}
