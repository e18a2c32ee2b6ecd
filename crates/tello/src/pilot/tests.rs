mod flights;

use super::*;

fn at(millis: u64) -> Moment {
    Moment(millis * 1_000_000)
}

fn pilot() -> Pilot {
    Pilot::new(Ways { keep_alive: None, ..Ways::default() })
}

fn command(line: &str) -> Command {
    Command::read(line, Sdk::V2_0).unwrap()
}

/// Everything it does now, in short: what is sent, what is done and how, what is stray.
fn acts(pilot: &mut Pilot, now: Moment) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(act) = pilot.next(now) {
        all.push(match act {
            Act::Send { line, again: 0, .. } => format!("> {line}"),
            Act::Send { line, again, .. } => format!("> {line} again {again}"),
            Act::Done { line, verdict, .. } => {
                format!("{line}: {verdict:?}").replace("Reply { shape: ", "").replace(" }", "")
            }
            Act::Stray(reply, stray) => format!("{reply}: {stray:?}"),
        });
    }
    all
}

fn hear(pilot: &mut Pilot, now: Moment, bytes: &[u8]) -> Vec<String> {
    pilot.hear(now, bytes);
    acts(pilot, now)
}

#[test]
fn one_command_goes_at_a_time() {
    let mut pilot = pilot();
    pilot.order(at(0), command("command"));
    pilot.order(at(0), command("battery?"));
    assert_eq!(acts(&mut pilot, at(0)), ["> command"]);
    assert_eq!(hear(&mut pilot, at(40), b"ok"), ["command: Done(Ok, text: \"ok\")", "> battery?"]);
    assert_eq!(hear(&mut pilot, at(50), b"87\r\n"), ["battery?: Done(Integer, text: \"87\")"]);
    assert!(pilot.is_idle());
}

#[test]
fn the_binary_packet_before_the_first_ok_is_no_answer() {
    let mut pilot = pilot();
    pilot.order(at(0), command("command"));
    acts(&mut pilot, at(0));
    let stray = hear(&mut pilot, at(33), b"\xcc\x18\x01\xb9\x88\x56\x00");
    assert_eq!(stray, ["7 bytes of the app's binary protocol: Binary"]);
    assert_eq!(hear(&mut pilot, at(36), b"ok"), ["command: Done(Ok, text: \"ok\")"]);
}

#[test]
fn a_late_answer_is_not_taken_for_the_next() {
    let mut pilot = pilot();
    pilot.order(at(0), command("forward 50"));
    pilot.order(at(0), command("cw 90"));
    assert_eq!(acts(&mut pilot, at(0)), ["> forward 50"]);
    let end = pilot.wakeup().unwrap();
    assert_eq!(acts(&mut pilot, end), ["forward 50: NoAnswer"]);
    let later = end + Duration::from_millis(1500);
    assert_eq!(hear(&mut pilot, later, b"ok"), ["ok: Late(\"forward 50\")"]);
    let safe = end + Duration::from_secs(2);
    assert_eq!(pilot.wakeup(), Some(safe));
    assert_eq!(acts(&mut pilot, safe), ["> cw 90"]);
}

#[test]
fn a_second_answer_is_not_taken_for_the_next() {
    let mut pilot = pilot();
    pilot.order(at(0), command("takeoff"));
    pilot.order(at(0), command("forward 50"));
    acts(&mut pilot, at(0));
    assert_eq!(hear(&mut pilot, at(6000), b"ok"), ["takeoff: Done(Ok, text: \"ok\")"]);
    assert_eq!(hear(&mut pilot, at(6030), b"ok"), ["ok: Again(\"takeoff\")"]);
    assert_eq!(acts(&mut pilot, at(6100)), ["> forward 50"]);
}

#[test]
fn an_answer_says_itself_what_is_unknown() {
    let mut pilot = pilot();
    pilot.order(at(0), command("sdk?"));
    acts(&mut pilot, at(0));
    let late = hear(&mut pilot, at(20), b"unknown command: sn?");
    assert_eq!(late, ["unknown command: sn?: Unasked"]);
    let own = hear(&mut pilot, at(30), b"unknown command: sdk?");
    assert_eq!(own, ["sdk?: Refused(Unknown, text: \"unknown command: sdk?\")"]);
}

#[test]
fn what_only_reads_is_asked_again_and_moves_never_are() {
    let mut pilot = pilot();
    pilot.order(at(0), command("battery?"));
    assert_eq!(acts(&mut pilot, at(0)), ["> battery?"]);
    assert_eq!(acts(&mut pilot, at(3000)), ["> battery? again 1"]);
    assert_eq!(acts(&mut pilot, at(6000)), ["> battery? again 2"]);
    assert_eq!(acts(&mut pilot, at(9000)), ["battery?: NoAnswer"]);
    pilot.order(at(20_000), command("up 50"));
    acts(&mut pilot, at(20_000));
    let end = pilot.wakeup().unwrap();
    assert_eq!(acts(&mut pilot, end), ["up 50: NoAnswer"]);
}

#[test]
fn landing_never_waits_and_sends_away_what_does() {
    let mut pilot = pilot();
    for line in ["forward 50", "cw 90"] {
        pilot.order(at(0), command(line));
    }
    assert_eq!(acts(&mut pilot, at(0)), ["> forward 50"]);
    pilot.order(at(500), command("land"));
    assert_eq!(acts(&mut pilot, at(500)), ["cw 90: Dropped", "> land"]);
    // A drone that lands by itself says so to either.
    let moved = hear(&mut pilot, at(550), b"error Auto land");
    assert_eq!(moved, ["error Auto land: Either([\"forward 50\", \"land\"])"]);
}

#[test]
fn an_answer_that_may_be_of_two_is_of_neither_until_the_state_tells() {
    let mut pilot = pilot();
    let state = |pilot: &mut Pilot, millis, time: i32| {
        pilot.told(at(millis), format!("h:50;time:{time};\r\n").as_bytes())
    };
    pilot.order(at(0), command("forward 50"));
    acts(&mut pilot, at(0));
    pilot.order(at(1000), command("land"));
    acts(&mut pilot, at(1000));
    assert_eq!(hear(&mut pilot, at(1100), b"ok"), ["ok: Either([\"forward 50\", \"land\"])"]);
    for (second, time) in [(1, 10), (2, 11), (3, 12), (4, 13)] {
        state(&mut pilot, second * 1000, time);
    }
    assert_eq!(pilot.flying(at(4500)), Flying::Yes);
    for tenth in 45..70 {
        state(&mut pilot, tenth * 100, 13);
    }
    let told = acts(&mut pilot, at(6900));
    assert_eq!(told, ["forward 50: Unsure(Ok, text: \"ok\")", "land: Landed"]);
    assert_eq!(pilot.flying(at(6900)), Flying::No);
}

#[test]
fn a_second_answer_to_stop_is_not_taken_for_that_of_a_move() {
    let mut pilot = pilot();
    pilot.order(at(0), command("stop"));
    acts(&mut pilot, at(0));
    assert_eq!(hear(&mut pilot, at(20), b"ok"), ["stop: Done(Ok, text: \"ok\")"]);
    pilot.order(at(30), command("forward 50"));
    assert_eq!(acts(&mut pilot, at(500)), [""; 0]);
    assert_eq!(hear(&mut pilot, at(900), b"forced stop"), ["forced stop: Again(\"stop\")"]);
    assert_eq!(acts(&mut pilot, at(2020)), ["> forward 50"]);
}

#[test]
fn on_the_ground_nobody_is_woken() {
    let mut pilot = Pilot::new(Ways::default());
    for (start, line) in [(0, "takeoff"), (2000, "land")] {
        pilot.order(at(start), command(line));
        acts(&mut pilot, at(start));
        pilot.told(at(start), format!("time:{start};").as_bytes());
        hear(&mut pilot, at(start + 1000), b"ok");
    }
    for tenth in 31..230 {
        pilot.told(at(tenth * 100), b"time:2000;");
        assert_eq!(acts(&mut pilot, at(tenth * 100)), [""; 0]);
    }
    assert_eq!(pilot.wakeup(), None);
}

#[test]
fn sticks_and_emergency_are_done_when_sent() {
    let mut pilot = pilot();
    pilot.order(at(0), command("forward 50"));
    acts(&mut pilot, at(0));
    pilot.order(at(10), command("rc 0 0 0 0"));
    assert_eq!(acts(&mut pilot, at(10)), ["> rc 0 0 0 0", "rc 0 0 0 0: Sent"]);
    pilot.order(at(20), command("emergency"));
    assert_eq!(acts(&mut pilot, at(20)), ["> emergency", "emergency: Sent"]);
}

#[test]
fn the_fifteen_seconds_are_counted_and_kept_from_running_out() {
    let mut pilot = Pilot::new(Ways::default());
    pilot.order(at(0), command("takeoff"));
    acts(&mut pilot, at(0));
    assert_eq!(pilot.left(at(1000)), None);
    hear(&mut pilot, at(6000), b"ok");
    assert_eq!(pilot.left(at(8000)), Some(Duration::from_secs(13)));
    assert_eq!(pilot.wakeup(), Some(at(14_000)));
    assert_eq!(acts(&mut pilot, at(14_000)), ["> battery?"]);
    hear(&mut pilot, at(14_010), b"80\r\n");
    assert_eq!(pilot.left(at(15_010)), Some(Duration::from_secs(14)));
    pilot.order(at(15_020), command("land"));
    acts(&mut pilot, at(15_020));
    hear(&mut pilot, at(19_000), b"ok");
    assert_eq!((pilot.left(at(20_000)), pilot.wakeup()), (None, None));
}

#[test]
fn whether_it_flies_is_told_by_the_time_of_its_motors() {
    let mut pilot = pilot();
    assert_eq!(pilot.flying(at(0)), Flying::Unknown);
    let told = |pilot: &mut Pilot, millis, time: i32| {
        assert!(pilot.told(at(millis), format!("h:0;time:{time};\r\n").as_bytes()));
        pilot.flying(at(millis))
    };
    assert_eq!(told(&mut pilot, 0, 40), Flying::Unknown);
    assert_eq!(told(&mut pilot, 1000, 40), Flying::Unknown);
    assert_eq!(told(&mut pilot, 2000, 41), Flying::Yes);
    assert_eq!(told(&mut pilot, 3000, 41), Flying::Yes);
    assert_eq!(told(&mut pilot, 4600, 41), Flying::No);
    assert!(!pilot.told(at(5000), b"ok"));
}
