//! Scripts that are played at the desk: whose sessions are whose, and what is left when they are over.

use sockscope::core::script::{Args, Script};

use super::*;

const LOGIN: &str = "open dev tcp://127.0.0.1:7000\nsend dev text \"hi\"\nexpect dev text \"yo\" within 1s\n";

fn play(desk: &mut Play, text: &str) {
    let script = Script::parse(text, "login.script", &Args::default()).unwrap();
    desk.desk.play(script, "login.script");
}

/// A script at a console without sessions, whose session is socket 1 and open.
fn begun(interactive: bool, text: &str) -> Play {
    let mut desk = Play::begin(interactive, &[], ways());
    play(&mut desk, text);
    assert_eq!(desk.orders(), ["open dev tcp://127.0.0.1:7000"]);
    assert_eq!(desk.reached("dev", 1), ["send 1 hi"]);
    assert!(desk.sent(1, 0, "hi").is_empty());
    desk
}

#[test]
fn what_a_script_opened_stays_for_the_person() {
    let mut desk = begun(true, LOGIN);
    assert_eq!(desk.prompt(), "no session> ", "lines do not go astray while it plays");
    desk.after(20);
    assert!(desk.heard(1, 0, "yo").is_empty());
    assert_eq!(desk.said().lines().last(), Some("login.script: 3 steps met in 20 ms"));
    assert_eq!(desk.prompt(), "dev utf-8 lf> ");
    assert_eq!(desk.line("by hand"), ["send 1 by hand\\n"]);
}

#[test]
fn lines_keep_going_where_they_went() {
    let mut desk = Play::connected("tcp://127.0.0.1:1");
    play(&mut desk, LOGIN);
    assert_eq!(desk.orders(), ["open dev tcp://127.0.0.1:7000"]);
    assert_eq!(desk.reached("dev", 2), ["send 2 hi"]);
    assert_eq!(desk.line("meanwhile"), ["send 1 meanwhile\\n"]);
    desk.sent(2, 0, "hi");
    desk.heard(2, 0, "yo");
    assert_eq!(desk.line("after"), ["send 1 after\\n"]);
}

#[test]
fn an_answer_that_differs_is_shown_and_the_console_stays() {
    let mut desk = begun(true, LOGIN);
    assert!(desk.heard(1, 0, "no").is_empty(), "the console stays");
    let said = desk.said();
    assert!(said.contains("login.script:3: expect dev text \"yo\" within 1s\n"), "{said}");
    assert!(said.contains("expected 79, got 6e"), "{said}");
    assert_eq!(desk.line("what now"), ["send 1 what now\\n"]);
}

#[test]
fn in_a_pipe_an_answer_that_differs_ends_all() {
    let mut desk = begun(false, LOGIN);
    assert!(!desk.desk.listens(), "lines come after the script");
    assert_eq!(desk.heard(1, 0, "no"), ["finish unmet"]);
}

#[test]
fn in_a_pipe_lines_come_after_the_script_and_then_the_end() {
    let mut desk = begun(false, LOGIN);
    assert!(desk.heard(1, 0, "yo").is_empty());
    assert!(desk.desk.listens());
    assert_eq!(desk.line("more"), ["send 1 more\\n"]);
    desk.sent(1, 0, "more\n");
    assert_eq!(desk.typed(Typed::End), ["end 1"]);
    assert_eq!(desk.closed(1, End::Ended), ["finish done"]);
}

#[test]
fn silence_is_over_in_its_time() {
    let mut desk = begun(true, LOGIN);
    assert_eq!(desk.desk.wakeup(), Some(Moment(1_000_000_000)));
    desk.said();
    desk.after(999);
    assert_eq!(desk.said(), "");
    desk.after(1);
    assert!(desk.said().contains("login.script:3:"));
}

#[test]
fn a_refusal_may_be_what_is_expected() {
    let text = "open dev tcp://127.0.0.1:7000\nexpect dev refused\n";
    let mut desk = Play::begin(false, &[], ways());
    play(&mut desk, text);
    assert_eq!(desk.orders(), ["open dev tcp://127.0.0.1:7000"]);
    desk.desk.begun("dev", SocketId(1));
    desk.warned(1, not_opened());
    assert!(desk.closed(1, End::NotOpened).is_empty());
    assert_eq!(desk.said(), "login.script: 2 steps met in 0 ms\n");
    assert_eq!(desk.typed(Typed::End), ["finish done"]);
}

#[test]
fn a_name_has_one_session() {
    let mut desk = Play::connected("tcp://127.0.0.1:7000");
    play(&mut desk, "open tcp1 tcp://127.0.0.1:7000\n");
    assert!(desk.orders().is_empty());
    let said = desk.said();
    assert!(said.contains("the console has a session tcp1 already; /close tcp1 first"), "{said}");
    assert_eq!(desk.line("still here"), ["send 1 still here\\n"]);
}

#[test]
fn one_script_at_a_time_and_it_can_be_stopped() {
    let mut desk = begun(true, LOGIN);
    desk.said();
    desk.line("/script other.script");
    assert_eq!(desk.said(), "login.script is being played; /stop ends it\n");
    desk.line("/stop");
    assert_eq!(desk.said(), "login.script:3: stopped here, before the end of the script\n");
    assert!(desk.heard(1, 0, "no").is_empty(), "nobody expects anything any more");
    assert_eq!(desk.said().lines().count(), 1, "but its row");
    desk.line("/stop");
    assert_eq!(desk.said(), "nothing repeats, and no script is played\n");
    desk.line("/script no-such.script");
    let said = desk.said();
    assert!(said.starts_with("cannot read no-such.script: "), "{said}");
}
