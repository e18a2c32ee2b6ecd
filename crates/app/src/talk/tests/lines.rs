//! Lines at the console: what is sent, with what behind it, and when.

use super::*;

#[test]
fn a_line_goes_with_the_end_that_fits_and_bytes_go_bare() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    assert_eq!(play.prompt(), "tcp1 utf-8 lf> ");
    assert_eq!(play.line("hi"), ["send 1 hi\\n"]);
    assert_eq!(play.line("/hex 01 02"), ["send 1 \\x01\\x02"], "no line end behind bytes");
    assert_eq!(play.line(""), ["send 1 \\n"]);
    assert_eq!(play.line("//x"), ["send 1 /x\\n"]);
    assert_eq!(play.line("/plain a\\n{counter}"), ["send 1 a\\\\n{counter}\\n"]);
    assert_eq!(play.line("/eol crlf"), [""; 0]);
    assert_eq!(play.prompt(), "tcp1 utf-8 crlf> ");
    assert_eq!(play.line("{counter}"), ["send 1 6\\r\\n"], "the sixth that is sent");
    play.line("/frame slip");
    play.line("/eol none");
    assert_eq!(play.line("x"), ["send 1 x"]);
}

#[test]
fn a_frame_and_a_datagram_have_no_line_end_of_themselves() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    assert_eq!(play.line("/frame line"), ["frame 1 line"]);
    assert_eq!((play.prompt().as_str(), play.line("x")), ("tcp1 utf-8> ", vec!["send 1 x".to_owned()]));
    assert_eq!(play.line("/frame none"), ["frame 1 none"]);
    assert_eq!(play.line("x"), ["send 1 x\\n"]);
    let mut play = Play::begin(true, &[("udp://127.0.0.1:7000", Role::Send)], ways());
    assert_eq!(play.orders(), ["open udp1 udp://127.0.0.1:7000"]);
    play.reached("udp1", 1);
    assert_eq!(play.line("x"), ["send 1 x"]);
    assert_eq!(play.line(""), ["send 1 "], "an empty datagram is a datagram");
    assert!(play.line("/frame line").is_empty());
    assert!(play.said().contains("only streams have frames"));
}

#[test]
fn the_charset_holds_from_the_next_line_on() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    play.line("/charset gbk");
    assert_eq!(play.prompt(), "tcp1 gbk lf> ");
    assert_eq!(play.line("你好"), ["send 1 \\xc4\\xe3\\xba\\xc3\\n"]);
    assert!(play.line("α€😀").is_empty(), "nothing of a line goes that cannot go whole");
    let said = play.said();
    assert!(said.contains("gbk") && said.contains('^'), "and that is told: {said}");
    play.line("/charset auto");
    assert_eq!(play.line("你"), ["send 1 \\xc4\\xe3\\n"], "auto is for what comes");
}

#[test]
fn what_is_typed_before_it_is_open_waits_and_is_never_lost() {
    let mut play = Play::begin(true, &[("tcp://127.0.0.1:7000", Role::Send)], ways());
    assert_eq!(play.orders(), ["open tcp1 tcp://127.0.0.1:7000"]);
    assert_eq!(play.prompt(), "tcp1 (opening) utf-8 lf> ");
    assert!(play.line("one").is_empty() && play.line("two").is_empty());
    assert!(play.said().contains("4 B for tcp1 wait until it is open"));
    assert_eq!(play.reached("tcp1", 1), ["send 1 one\\n", "send 1 two\\n"]);
    let mut play = Play::begin(true, &[("tcp://127.0.0.1:7000", Role::Send)], ways());
    play.orders();
    play.desk.begun("tcp1", SocketId(1));
    play.line("one");
    play.warned(1, not_opened());
    let said = play.said();
    assert!(said.contains("!!  no connection with"), "a failed open is a row: {said}");
    assert!(said.contains("1 line (4 B) typed for tcp1 were not sent"), "{said}");
    assert!(play.orders().is_empty(), "and not the end");
    assert_eq!(play.prompt(), "no session> ");
}

#[test]
fn what_repeats_keeps_its_schedule_and_its_session() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    assert_eq!(play.line("/repeat 100ms x3 ping {counter}"), ["send 1 ping 1\\n"]);
    assert_eq!(play.desk.wakeup(), Some(Moment(100_000_000)));
    assert!(play.after(99).is_empty());
    assert_eq!(play.after(1), ["send 1 ping 2\\n"]);
    assert_eq!(play.after(350), ["send 1 ping 3\\n"], "turns that were missed are not made up for");
    let said = play.said();
    assert!(said.contains("tcp1: sent 3 times") && said.contains("2 turns missed"), "{said}");
    assert_eq!(play.desk.wakeup(), None);
    play.line("/repeat 1s x");
    assert_eq!(play.typed(Typed::Interrupt), [""; 0], "Ctrl-C ends what repeats first");
    assert!(play.said().contains("sent 1 time,"), "and tells");
    play.line("/repeat 1s x");
    play.closed(1, End::Ended);
    assert!(play.after(5_000).is_empty());
    assert!(play.desk.repeats.is_empty(), "nobody is there any more");
}

#[test]
fn a_repeat_waits_for_a_peer_that_does_not_read() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    play.desk.pending.insert(SocketId(1), 1 << 20);
    assert!(play.line("/repeat 10ms x2 x").is_empty());
    play.desk.pending.insert(SocketId(1), 0);
    assert_eq!(play.after(10), ["send 1 x\\n"]);
    assert!(play.said().contains("1 turns nobody could get"));
}

#[test]
fn wrong_words_are_told_with_their_place_and_do_nothing() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    for (line, told) in [
        ("/hlep", "did you mean /help?"),
        ("/close nobody", "there is no session nobody; /sessions lists them"),
        ("/close tcp2", "did you mean tcp1?"),
        ("/to #7", "there is no #7; /peers tells who is there"),
        ("/to others", "tcp1 is one connection: there is nobody else"),
        ("/open tcp1 tcp://127.0.0.1:1", "there is a session tcp1 already; /close tcp1 or another name"),
        ("/open udp://127.0.0.1", "there is no port to send to"),
        ("/listen tcp://127.0.0.1:1?proxy=socks5://h:1", "proxy"),
        ("/file /nowhere/at/all", "cannot read /nowhere/at/all: no such file or directory"),
        ("/save off", "nothing is being saved"),
        ("/save x.pcap", "recordings are written as pcapng; name it .pcapng"),
        ("/frame lin", "did you mean"),
        ("{crc99}", "crc99"),
    ] {
        assert_eq!(play.line(line), [""; 0], "{line}");
        let said = play.said();
        assert!(said.contains(told), "{line}: {said}");
    }
}

#[test]
fn ctrl_d_ends_one_direction_and_the_next_one_everything() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    assert_eq!(play.typed(Typed::End), ["end 1"]);
    assert!(play.said().contains("our direction of tcp1 has ended; Ctrl-D again ends everything"));
    assert!(play.line("more").is_empty(), "nothing goes behind an end");
    assert!(play.said().contains("our direction of tcp1 has ended: nothing can be sent"));
    play.typed(Typed::End);
    assert_eq!(play.typed(Typed::End), ["finish asked"]);
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    play.typed(Typed::End);
    assert_eq!(play.typed(Typed::End), ["finish asked"]);
}

#[test]
fn ctrl_c_asks_first_and_an_empty_console_just_ends() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    assert!(play.typed(Typed::Interrupt).is_empty());
    assert!(play.said().contains("Ctrl-C again"));
    play.line("x");
    assert!(play.typed(Typed::Interrupt).is_empty(), "a line between takes it back");
    assert_eq!(play.typed(Typed::Interrupt), ["finish asked"]);
    let mut play = Play::begin(true, &[], ways());
    assert_eq!(play.typed(Typed::End), ["finish asked"]);
}

#[test]
fn quitting_waits_for_what_has_not_gone_yet() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    assert_eq!(play.line("x"), ["send 1 x\\n"]);
    assert!(play.line("/quit").is_empty());
    assert!(play.said().contains("2 B are still to be sent; /quit again ends at once"));
    assert_eq!(play.sent(1, 0, "x\n"), ["finish asked"]);
    assert_eq!(Play::connected("tcp://127.0.0.1:7000").line("/quit"), ["finish asked"]);
}
