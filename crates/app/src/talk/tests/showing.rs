//! What is shown, filtered, found, marked and saved.

use super::*;

#[test]
fn a_filter_hides_rows_and_nothing_else() {
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    play.line("/filter #2 and not text ping");
    assert!(play.said().contains("shown: #2 and not text ping"));
    for (number, text) in [(1, "ping"), (2, "ping"), (2, "pong"), (3, "x")] {
        play.heard(1, number, text);
    }
    let said = play.said();
    assert!(said.contains("#2 127.0.0.1:5002") && said.contains("pong") && !said.contains("ping"), "{said}");
    assert_eq!(said.lines().count(), 1);
    play.line("/find ping");
    assert!(play.said().contains("2 have text ping, of 4 kept"));
    play.line("/filter off");
    play.heard(1, 1, "ping");
    assert!(play.said().contains("ping"));
}

#[test]
fn the_charset_and_the_view_hold_for_what_comes_next() {
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    let mut shown = |line: &str| {
        play.line(line);
        play.said();
        play.message(Direction::Rx, 1, 1, b"\xc4\xe3\xba\xc3");
        play.said()
    };
    assert!(shown("/charset gbk").contains("你好"));
    assert!(shown("/view wide").contains("00000000  c4 e3 ba c3"));
    assert!(!shown("/view none").contains("c4"));
    assert!(shown("/charset latin1").contains("ÄãºÃ"));
    assert!(shown("/charset auto").contains("ÄãºÃ") || shown("/charset auto").contains("你好"));
}

#[test]
fn a_mark_stands_between_and_is_an_event() {
    let mut play = Play::begin(true, &[], ways());
    assert_eq!(play.line("/mark 阀门 open"), ["mark 阀门 open"]);
    play.happens(&Event::Mark(sockscope::core::event::Mark { time: Stamp(0), text: "阀门 open" }));
    assert!(play.said().ends_with("  --  阀门 open --\n"));
}

#[test]
fn everything_is_saved_from_the_word_on_and_no_file_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("talk.jsonl");
    let save = format!("/save {}", path.display());
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    play.heard(1, 1, "before");
    play.line(&save);
    play.line("/filter tx");
    for _ in 0..1_000 {
        play.heard(1, 1, "after");
    }
    play.said();
    play.line("/save off");
    assert!(play.said().contains("talk.jsonl has 1001 lines"), "the socket, and each message");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["state"]), (1_001, &"open".into()));
    assert!(lines[1..].iter().all(|line| line["data"] == "YWZ0ZXI="));
    play.line(&save);
    assert!(play.said().contains("is there already and stays as it is"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn what_passes_is_recorded_with_the_sockets_that_were_open_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("talk.pcapng");
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    play.heard(1, 1, "earlier");
    play.line(&format!("/save {}", path.display()));
    play.heard(1, 1, "after");
    play.said();
    play.line("/save off");
    let said = play.said();
    assert!(said.contains("recorded 1 packet, "), "{said}");
    let bytes = std::fs::read(&path).unwrap();
    let has = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    assert!(
        has(b"tcp://127.0.0.1:7000") && has(b"after") && !has(b"earlier"),
        "{}",
        String::from_utf8_lossy(&bytes)
    );
    assert!(bytes.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]));
}

#[test]
fn help_tells_every_word_and_each_alone() {
    let mut play = Play::begin(true, &[], ways());
    play.line("/help");
    let all = play.said();
    for word in crate::console::WORDS {
        assert!(all.contains(&format!("/{}", word.name)), "{}", word.name);
        play.line(&format!("/help {}", word.name));
        let one = play.said();
        assert!(one.contains(word.help) && one.contains(word.example), "{one}");
    }
}
