//! Who gets a line: the last one heard, one that is pinned, all, all but one; and several sessions.

use super::*;

#[test]
fn datagrams_go_to_the_last_one_heard_unless_one_is_pinned() {
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    assert_eq!(play.prompt(), "udp1→last utf-8> ");
    for number in 1..=3 {
        play.heard(1, number, "hello");
    }
    assert_eq!(play.prompt(), "udp1→last #3 utf-8> ");
    assert_eq!(play.line("x"), ["send 1 127.0.0.1:5003 x"]);
    assert_eq!(play.line("/to #2"), [""; 0]);
    play.heard(1, 1, "again");
    assert_eq!(play.prompt(), "udp1→#2 utf-8> ", "who is pinned stays");
    assert_eq!(play.line("x"), ["send 1 127.0.0.1:5002 x"]);
    play.line("/to all");
    assert_eq!(play.line("x"), ["send 1 127.0.0.1:5001+1 127.0.0.1:5002+1 127.0.0.1:5003 x"]);
    play.line("/to others");
    assert_eq!(play.prompt(), "udp1→all but #1 utf-8> ");
    assert_eq!(play.line("x"), ["send 1 127.0.0.1:5002+1 127.0.0.1:5003 x"]);
    play.line("/to last");
    assert_eq!(play.line("x"), ["send 1 127.0.0.1:5001 x"]);
    play.said();
    play.line("/peers");
    let said = play.said();
    assert!(said.contains("#1 127.0.0.1:5001  rx 2 (10 B), tx 0 (0 B), 0 ms ago  ← last\n"), "{said}");
    assert_eq!(said.lines().count(), 3);
}

#[test]
fn lines_wait_for_the_first_who_comes() {
    let mut play = Play::listening("tcp://127.0.0.1:9000", "tcp1");
    assert!(play.line("welcome").is_empty());
    assert!(play.said().contains("8 B for tcp1 wait until somebody has come"));
    assert_eq!(play.joined(2, 1), ["send 2 welcome\\n"]);
    assert!(play.joined(3, 2).is_empty());
    assert_eq!(play.prompt(), "tcp1→last #1 utf-8 lf> ", "nobody has spoken: the first one");
    play.heard(3, 2, "hi");
    assert_eq!(play.line("x"), ["send 3 x\\n"]);
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    play.line("x");
    assert_eq!(play.heard(1, 1, "hello"), ["send 1 127.0.0.1:5001 x"]);
}

#[test]
fn whoever_left_gets_nothing_and_that_is_told() {
    let mut play = Play::listening("tcp://127.0.0.1:9000", "tcp1");
    play.joined(2, 1);
    play.joined(3, 2);
    play.line("/to #1");
    play.closed(2, End::Ended);
    assert!(play.line("secret").is_empty(), "a line for one never goes to another");
    assert!(play.said().contains("#1 is not there any more; /to last or /peers"));
    play.line("/to last");
    assert_eq!(play.line("x"), ["send 3 x\\n"]);
    play.ended(3, Direction::Tx);
    assert!(play.line("x").is_empty());
    assert!(play.said().contains("our direction to #2 has ended"));
}

#[test]
fn peers_and_listeners_are_closed_whole_or_by_half() {
    let mut play = Play::listening("tcp://127.0.0.1:9000", "tcp1");
    play.joined(2, 1);
    play.joined(3, 2);
    assert_eq!(play.line("/close #2 half"), ["end 3"]);
    assert_eq!(play.line("/close #2"), ["close 3"]);
    assert_eq!(play.line("/close half"), ["end 2", "end 3"], "half a listener is that of all its peers");
    assert_eq!(play.line("/close reset"), ["reset 1"]);
    play.closed(2, End::Asked);
    play.closed(3, End::Asked);
    play.closed(1, End::Asked);
    assert_eq!(play.prompt(), "no session> ");
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    play.heard(1, 1, "hello");
    assert!(play.line("/close #1").is_empty() && play.line("/close half").is_empty());
    assert_eq!(play.said().matches("udp has no connections: there is only /close udp1").count(), 2);
    assert_eq!(play.line("/close"), ["close 1"]);
}

#[test]
fn several_sessions_have_names_and_lines_go_to_one() {
    let mut play = Play::connected("tcp://127.0.0.1:7000");
    assert_eq!(play.line("/open plc udp://127.0.0.1:502"), ["open plc udp://127.0.0.1:502"]);
    play.reached("plc", 2);
    assert_eq!(play.line("x"), ["send 2 x"], "the one that was opened last");
    assert_eq!(play.line("/use tcp1"), [""; 0]);
    assert_eq!(play.line("x"), ["send 1 x\\n"]);
    assert_eq!(play.line("/to plc"), [""; 0]);
    play.said();
    play.line("/sessions");
    assert_eq!(play.said(), "  tcp1  tcp://127.0.0.1:7000, open\n* plc   udp://127.0.0.1:502, open\n");
    play.closed(2, End::Asked);
    assert!(play.said().contains("plc is gone: lines go nowhere; /use tcp1"));
    assert!(play.line("secret").is_empty(), "a line for one session never goes to another");
    assert_eq!(play.line("/open tcp://127.0.0.1:7000"), ["open tcp2 tcp://127.0.0.1:7000"]);
}

#[test]
fn the_number_of_a_peer_finds_its_session() {
    let mut play = Play::listening("tcp://127.0.0.1:9000", "tcp1");
    play.joined(2, 1);
    play.line("/open udp://127.0.0.1:1");
    play.reached("udp2", 5);
    play.line("/to #1");
    assert_eq!(play.prompt(), "tcp1→#1 utf-8 lf> ");
    assert_eq!(play.line("/info #1"), ["tell 2"]);
    assert!(play.said().contains("#1 of tcp1: tcp://127.0.0.1:9000"));
    assert_eq!(play.line("/info udp2"), ["tell 5"]);
}

#[test]
fn a_session_that_is_not_open_yet_can_be_closed() {
    let mut play = Play::begin(true, &[("tcp://127.0.0.1:7000", Role::Send)], ways());
    play.orders();
    play.desk.begun("tcp1", SocketId(1));
    assert_eq!(play.line("/close"), ["close 1"]);
    assert_eq!(play.prompt(), "no session> ");
}

#[test]
fn counters_begin_again_at_zero() {
    let mut play = Play::listening("udp://127.0.0.1:9000", "udp1");
    play.heard(1, 1, "hello");
    play.ms += 2_000;
    assert_eq!(play.line("/info"), ["tell 1"]);
    assert!(play.said().contains("rx 1 (5 B), tx 0 (0 B) in 2 s; 2 and 0 B/s"));
    play.line("/zero");
    play.line("/info");
    assert!(play.said().contains("rx 0 (0 B), tx 0 (0 B) in 0 ms"));
}
