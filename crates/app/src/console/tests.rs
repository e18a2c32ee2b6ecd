//! What lines mean.

use std::time::Duration;

use sockscope::core::charset::Charset;
use sockscope::core::filter::Needle;
use sockscope::core::payload::{Eol, Payload};

use super::*;

fn said(line: &str) -> Said {
    read(line).unwrap_or_else(|problem| panic!("{line}: {problem}"))
}

fn told(line: &str) -> String {
    let problem = read(line).expect_err(line);
    format!("{problem}\n{}", problem.place().unwrap_or_default())
}

fn text(text: &str) -> Payload {
    Payload::text(text).unwrap()
}

#[test]
fn every_example_says_what_its_word_does() {
    for word in WORDS {
        let rest = word.example.strip_prefix('/').expect("an example begins with a slash");
        assert_eq!(rest.split(' ').next(), Some(word.name), "{}", word.example);
        let meant = format!("{:?}", said(word.example));
        for also in word.also {
            let line = word.example.replacen(word.name, also, 1);
            assert_eq!(format!("{:?}", said(&line)), meant, "{line}");
        }
        assert_eq!(said(&format!("/help {}", word.name)), Said::Help(Some(word)));
    }
}

#[test]
fn words_are_told_apart_and_fit_on_a_line_of_help() {
    let names: Vec<_> = WORDS.iter().flat_map(|word| [&[word.name], word.also].concat()).collect();
    for (i, name) in names.iter().enumerate() {
        assert!(!names[..i].contains(name), "/{name} twice");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '?'), "/{name}");
    }
    for word in WORDS {
        let help = word.help;
        assert!(!help.is_empty() && !help.ends_with('.') && !help.contains('\n'), "/{}", word.name);
        assert!(help.len() <= 110 && word.arguments.len() <= 50, "/{}", word.name);
    }
}

#[test]
fn a_line_without_a_word_is_a_payload() {
    assert_eq!(said("你好 {counter}\\r\\n"), Said::Send(text("你好 {counter}\\r\\n")));
    assert_eq!(said(""), Said::Send(text("")));
    assert_eq!(said(" /quit"), Said::Send(text(" /quit")));
    assert_eq!(said("//quit"), Said::Send(text("/quit")));
    assert_eq!(said("///"), Said::Send(text("//")));
    assert_eq!(said("/text  two blanks "), Said::Send(text(" two blanks ")));
    assert_eq!(said("/plain {\\n}"), Said::Send(Payload::plain("{\\n}")));
    assert_eq!(said("/x c4e3"), Said::Send(Payload::bytes(vec![0xc4, 0xe3])));
    assert_eq!(said("/HEX c4 e3"), said("/x c4:e3"));
}

#[test]
fn sessions_and_peers() {
    let endpoint = |text: &str| text.parse().unwrap();
    let place = |name: Option<&str>, text| Place { name: name.map(str::to_owned), endpoint: endpoint(text) };
    assert_eq!(said("/open udp://h:1"), Said::Open(place(None, "udp://h:1")));
    assert_eq!(said("/open  水泵-1   udp://h:1 "), Said::Open(place(Some("水泵-1"), "udp://h:1")));
    assert_eq!(said("/listen srv udp://:1"), Said::Listen(place(Some("srv"), "udp://:1")));
    for (line, which, how) in [
        ("/close", Which::Current, Closing::Whole),
        ("/close half", Which::Current, Closing::Half),
        ("/close plc", Which::Session("plc".into()), Closing::Whole),
        ("/close  #3  reset ", Which::Peer(3), Closing::Reset),
    ] {
        assert_eq!(said(line), Said::Close(which, how), "{line}");
    }
    for (line, to) in [
        ("/to last", To::Last),
        ("/to all", To::All),
        ("/to others", To::Others),
        ("/to #12", To::Peer(12)),
        ("/to plc", To::Session("plc".into())),
    ] {
        assert_eq!(said(line), Said::To(to), "{line}");
    }
    assert_eq!(said("/info"), Said::Info(Which::Current));
}

#[test]
fn what_repeats_is_a_line() {
    let repeat = |ms, count, payload| Said::Repeat { every: Duration::from_millis(ms), count, payload };
    assert_eq!(said("/repeat 500ms ping {counter}"), repeat(500, None, text("ping {counter}")));
    assert_eq!(said("/repeat 2 x10 ping"), repeat(2_000, Some(10), text("ping")));
    assert_eq!(said("/repeat 1s x10 /hex 01 02"), repeat(1_000, Some(10), Payload::bytes(vec![1, 2])));
    assert_eq!(said("/repeat 1s //x"), repeat(1_000, None, text("/x")));
    assert_eq!(said("/repeat 1s /text x10"), repeat(1_000, None, text("x10")));
    assert_eq!(said("/repeat 1s x"), repeat(1_000, None, text("x")));
}

#[test]
fn how_things_are_shown_and_kept() {
    assert_eq!(said("/charset 936"), Said::Charset(Some(Charset::GBK)));
    assert_eq!(said("/encoding Auto"), Said::Charset(None));
    assert_eq!(said("/eol CRLF"), Said::Eol(Eol::CrLf));
    assert_eq!(said("/view wide full"), Said::View(vec![View::Wide, View::Full]));
    assert_eq!(said("/frame none"), Said::Frame(None));
    assert_eq!(said("/frame delimiter:'a b'"), Said::Frame(Some("delimiter:'a b'".into())));
    assert_eq!(said("/mark"), Said::Mark(String::new()));
    assert_eq!(said("/filter off"), Said::Filter(None));
    assert_eq!(said("/find 温度"), Said::Find(Needle::Text("温度".into())));
    assert_eq!(said("/find hex 0d:0a"), Said::Find(Needle::Hex(vec![13, 10])));
    assert_eq!(said("/find text hex 0d"), Said::Find(Needle::Text("hex 0d".into())));
    assert_eq!(said("/find text"), Said::Find(Needle::Text("text".into())));
    assert_eq!(said("/save 我的 记录.pcapng"), Said::Save(Some("我的 记录.pcapng".into())));
    assert_eq!(said("/save off"), Said::Save(None));
    let arguments = vec![("addr".to_owned(), "udp://h:1?ttl=3".to_owned()), ("n".to_owned(), "5".to_owned())];
    assert_eq!(
        said("/script my file.script addr=udp://h:1?ttl=3 n=5"),
        Said::Script("my file.script".into(), arguments)
    );
    assert_eq!(said("/script a=b"), Said::Script("a=b".into(), Vec::new()));
}

#[test]
fn problems_point_at_the_spot_and_say_what_would_be_right() {
    let lines = [
        "/opne x",
        "/etc/passwd of this machine",
        "/reset",
        "/",
        "/open plc udp://h:70000",
        "/open 127.0.0.1:80",
        "/open plc",
        "/open all udp://h:1",
        "/use 3",
        "/to #0",
        "/peers now",
        "/repeat 1s 5 ping",
        "/repeat 1s x0 ping",
        "/repeat 1x ping",
        "/repeat 1s /peers",
        "/repeat 1s x2 /hex 0",
        "/view wide ful",
        "/charset gbx",
        "/eol lfcr",
        "/filter rx and 你",
        "/find hex {counter}",
        "/help opne",
        "你好 {coun",
        "//{coun",
    ];
    let told = lines.map(|line| format!("> {line}\n{}\n\n", told(line)));
    insta::assert_snapshot!(told.concat());
    for word in WORDS {
        // Alone, a word does something or says what it needs.
        if let Err(problem) = read(&format!("/{}", word.name)) {
            assert!(
                problem.what.ends_with(" missing") || problem.what.ends_with(" are missing"),
                "{problem}"
            );
            assert!(problem.remedy.starts_with("write it like /"), "{problem}");
        }
    }
}
