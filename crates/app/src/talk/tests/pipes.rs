//! Lines that come through a pipe: when they are taken, and when it is over.

use super::*;

fn piped(opens: &[(&str, Role)]) -> Play {
    let mut play = Play::begin(false, opens, ways());
    play.orders();
    play
}

const TCP: (&str, Role) = ("tcp://127.0.0.1:7000", Role::Send);
const UDP: (&str, Role) = ("udp://127.0.0.1:7000", Role::Send);

#[test]
fn a_line_goes_with_its_own_end_on_a_stream_and_without_on_datagrams() {
    for (open, end, want) in [
        (TCP, Eol::Lf, "send 1 x\\n"),
        (TCP, Eol::CrLf, "send 1 x\\r\\n"),
        (TCP, Eol::None, "send 1 x"),
        (UDP, Eol::Lf, "send 1 x"),
    ] {
        let mut play = piped(&[open]);
        play.reached(if open == TCP { "tcp1" } else { "udp1" }, 1);
        assert_eq!(play.typed(Typed::Line("x".into(), end)), [want]);
        let mut play = Play::begin(false, &[open], Ways { eol: Some(Eol::Cr), ..ways() });
        play.orders();
        play.reached(if open == TCP { "tcp1" } else { "udp1" }, 1);
        assert_eq!(play.typed(Typed::Line("x".into(), end)), ["send 1 x\\r"], "--eol says otherwise");
    }
}

#[test]
fn plain_lines_are_payloads_whatever_they_begin_with() {
    let mut play = Play::begin(false, &[TCP], Ways { plain: true, ..ways() });
    play.orders();
    play.reached("tcp1", 1);
    assert_eq!(play.line("/quit"), ["send 1 /quit\\n"]);
    assert_eq!(play.line("{counter}\\n"), ["send 1 {counter}\\\\n\\n"]);
}

#[test]
fn no_line_is_taken_before_its_session_can_use_it() {
    let mut play = piped(&[TCP]);
    assert!(!play.desk.listens(), "it is not open");
    play.reached("tcp1", 1);
    assert!(play.desk.listens());
    play.line(&"x".repeat(300 << 10));
    assert!(!play.desk.listens(), "what was read has not gone");
    play.sent(1, 0, &"x".repeat(100 << 10));
    assert!(play.desk.listens());
    let mut play = piped(&[("tcp://127.0.0.1:9000", Role::Listen)]);
    play.desk.begun("tcp1", SocketId(1));
    play.opened(1, Purpose::Listen, None, None, None);
    play.line("hello");
    assert!(!play.desk.listens(), "nobody is there to get it");
    assert_eq!(play.joined(2, 1), ["send 2 hello\\n"]);
    assert!(play.desk.listens());
}

#[test]
fn the_end_of_the_input_ends_our_direction_and_waits_for_theirs() {
    let mut play = piped(&[TCP]);
    play.reached("tcp1", 1);
    assert_eq!(play.typed(Typed::End), ["end 1"]);
    assert!(!play.desk.listens(), "nothing comes behind it");
    assert!(play.after(60_000).is_empty(), "an answer may take its time");
    play.heard(1, 0, "late");
    assert_eq!(play.closed(1, End::Ended), ["finish done"]);
}

#[test]
fn a_listener_stays_until_whoever_came_has_left() {
    let mut play = piped(&[("tcp://127.0.0.1:9000", Role::Listen)]);
    play.desk.begun("tcp1", SocketId(1));
    play.opened(1, Purpose::Listen, None, None, None);
    assert!(play.typed(Typed::End).is_empty());
    assert_eq!(play.joined(2, 1), ["end 2"], "nobody speaks to it");
    assert_eq!(play.closed(2, End::Ended), ["finish done"]);
}

#[test]
fn datagrams_are_waited_for_until_none_came_for_a_while() {
    let mut play = piped(&[UDP]);
    play.reached("udp1", 1);
    play.line("x");
    play.sent(1, 1, "x");
    assert!(play.typed(Typed::End).is_empty());
    assert!(play.after(900).is_empty());
    play.heard(1, 1, "answer");
    assert!(play.after(900).is_empty());
    assert_eq!(play.desk.wakeup(), Some(Moment(1_900_000_000)));
    assert_eq!(play.after(100), ["finish done"]);
}

#[test]
fn what_repeats_ends_before_the_connection_does() {
    let mut play = piped(&[TCP]);
    play.reached("tcp1", 1);
    play.line("/repeat 10ms x2 x");
    assert!(play.typed(Typed::End).is_empty());
    assert_eq!(play.after(10), ["send 1 x\\n", "end 1"]);
}

#[test]
fn a_connection_that_fails_or_breaks_fails_the_run() {
    let mut play = piped(&[TCP]);
    play.desk.begun("tcp1", SocketId(1));
    assert_eq!(play.warned(1, not_opened()), ["finish not_opened"]);
    assert_eq!(play.said(), "sockscope: no connection with tcp://127.0.0.1:7000: cannot connect: refused\n");
    let mut play = piped(&[TCP]);
    play.reached("tcp1", 1);
    assert_eq!(play.closed(1, broken()), ["finish reset"]);
}

#[test]
fn words_open_one_after_the_other_and_what_fails_is_remembered() {
    let mut play = piped(&[]);
    assert_eq!(play.line("/open a tcp://127.0.0.1:7000"), ["open a tcp://127.0.0.1:7000"]);
    assert!(!play.desk.listens());
    play.desk.begun("a", SocketId(1));
    assert!(play.warned(1, not_opened()).is_empty(), "there are more words to come");
    assert_eq!(play.line("/open b tcp://127.0.0.1:7000"), ["open b tcp://127.0.0.1:7000"]);
    play.reached("b", 2);
    assert_eq!(play.line("x"), ["send 2 x\\n"]);
    assert_eq!(play.typed(Typed::End), ["end 2"]);
    assert_eq!(play.closed(2, End::Ended), ["finish not_opened"]);
}

#[test]
fn input_that_is_no_text_is_told() {
    let mut play = piped(&[TCP]);
    play.reached("tcp1", 1);
    assert_eq!(play.typed(Typed::Broken("line 2 of standard input is no UTF-8 text".into())), ["end 1"]);
    assert!(play.said().contains("no UTF-8 text; `sockscope send` sends bytes as they are"));
    assert_eq!(play.closed(1, End::Ended), ["finish failed"]);
}

#[cfg(feature = "ws")]
#[test]
fn a_websocket_stays_open_for_answers_behind_the_end_of_the_input() {
    let mut play = piped(&[("ws://127.0.0.1:7000/", Role::Send)]);
    play.reached("ws1", 1);
    assert_eq!(play.line("x"), ["send 1 x"]);
    play.sent(1, 0, "x");
    assert!(play.typed(Typed::End).is_empty(), "closing it would lose the answer");
    assert!(play.after(900).is_empty());
    play.heard(1, 0, "late");
    assert!(play.after(900).is_empty(), "more may come");
    assert_eq!(play.after(100), ["finish done"]);
}
