//! Drones that are broken on purpose: each is found out by the rule that it breaks.

use std::cell::Cell;

use super::*;

/// What is found broken.
fn found(report: &Report) -> Vec<&'static str> {
    report.broken().map(|row| row.rule.name).collect()
}

/// What is found of a drone whose words somebody changes: `None` is not said at all.
fn says(sdk: Sdk, change: impl Fn(Moment, &str, &Word) -> Option<Word>) -> Vec<&'static str> {
    let say = |now: Moment, line: &str, word: &Word| {
        change(now, line, word).into_iter().map(|word| (0, word)).collect::<Vec<_>>()
    };
    found(&go(exercise(sdk, Depth::Flight), sdk, "", Ways { say: Some(&say), ..Ways::default() }).0)
}

/// What is found of a drone that says an answer in other words.
fn answers(sdk: Sdk, from: &str, to: &str) -> Vec<&'static str> {
    says(sdk, |_, _, word| Some(if word.state { word.clone() } else { with(word, from, to) }))
}

/// What is found of a drone that says its state in other words.
fn states(sdk: Sdk, from: &str, to: &str) -> Vec<&'static str> {
    says(sdk, |_, _, word| Some(if word.state { with(word, from, to) } else { word.clone() }))
}

/// What is found of a drone that hears something else, and says something to some lines besides.
fn hears(
    sdk: Sdk,
    hear: impl Fn(Moment, &str) -> Option<String>,
    add: impl Fn(Moment, &str) -> Option<(u64, Word)>,
) -> Vec<&'static str> {
    let ways = Ways { hear: Some(&hear), add: Some(&add), ..Ways::default() };
    let (report, stands) = go(exercise(sdk, Depth::Flight), sdk, "", ways);
    assert!(stands, "it stands in the end");
    found(&report)
}

/// The same with other words in it.
fn with(word: &Word, from: &str, to: &str) -> Word {
    let text = String::from_utf8(word.bytes.clone()).unwrap().replace(from, to);
    Word { bytes: text.into_bytes(), ..word.clone() }
}

/// An answer after 20 ms.
fn answer(text: &str) -> Option<(u64, Word)> {
    let Places { drone, client, .. } = places();
    Some((20, Word { from: drone, to: client, bytes: text.as_bytes().to_vec(), state: false }))
}

fn same(_: Moment, line: &str) -> Option<String> {
    Some(line.to_owned())
}

/// Hears everything but this line while a move is under way: for 1.5 s after `forward` or `back`.
fn deaf_in_a_move(to: &'static str) -> impl Fn(Moment, &str) -> Option<String> {
    let moved = Cell::new(Moment(0));
    move |now, line| {
        if ["forward 50", "back 50"].contains(&line) {
            moved.set(now);
        }
        let moving = moved.get() > Moment(0) && now - moved.get() < Duration::from_millis(1500);
        (line != to || !moving).then(|| line.to_owned())
    }
}

#[test]
fn bytes_of_answers_are_looked_at() {
    assert_eq!(
        says(Sdk::V2_0, |_, _, word| Some(if word.bytes == b"ok" {
            with(word, "ok", "ok\r\n")
        } else {
            word.clone()
        })),
        ["ok"]
    );
    assert_eq!(
        says(Sdk::V2_0, |_, line, word| Some(if line == "speed?" {
            with(word, "\r\n", "")
        } else {
            word.clone()
        }))[0],
        "line-ends"
    );
    assert_eq!(answers(Sdk::V1_3, "0dm", "0"), ["read-form"]);
    assert_eq!(answers(Sdk::V1_3, "100mm", "10mm"), ["read-agrees"]);
    assert_eq!(answers(Sdk::V2_0, "20", "20\r\n")[0], "line-ends");
    assert_eq!(answers(Sdk::V2_0, "unknown command: ", "unknown command"), ["shape", "unknown"]);
    let none = says(Sdk::V2_0, |_, _, word| (!word.bytes.starts_with(b"unknown")).then(|| word.clone()));
    assert_eq!(none, ["answers"]);
    assert_eq!(
        says(Sdk::V3_0, |_, _, word| (!word.bytes.starts_with(b"Re0102")).then(|| word.clone())),
        ["tagged"]
    );
}

#[test]
fn what_must_not_be_said_is_found() {
    let rc = |_, line: &str| if line.starts_with("rc ") && line.len() > 8 { answer("ok") } else { None };
    assert_eq!(hears(Sdk::V2_0, same, rc)[0], "silent-first");
    let rc = |now: Moment, line: &str| rc(now, line).filter(|_| now > Moment(4_000_000_000));
    assert_eq!(hears(Sdk::V2_0, same, rc), ["rc-silent"]);
    let far = |_: Moment, line: &str| answer("out of range").filter(|_| line == "rc 200 0 0 0");
    assert_eq!(hears(Sdk::V2_0, same, far), ["rc-silent"]);
    let motors = |_: Moment, line: &str| answer("ok").filter(|_| line == "emergency");
    assert_eq!(hears(Sdk::V2_0, same, motors), ["rc-silent"]);
    let early = |now: Moment, line: &str| {
        if now < Moment(3_000_000_000) && line == "battery?" { answer("87\r\n") } else { None }
    };
    assert_eq!(hears(Sdk::V2_0, same, early), ["silent-first"]);
    let state = "pitch:0;roll:0;yaw:0;vgx:0;vgy:0;vgz:0;templ:60;temph:62;tof:10;h:0;bat:87;baro:1.00;time:0;agx:0.00;agy:0.00;agz:-998.00;\r\n";
    let told = |now: Moment, line: &str| {
        let (after, word) = early(now, line)?;
        Some((after, Word { to: places().state, bytes: state.as_bytes().to_vec(), state: true, ..word }))
    };
    assert_eq!(hears(Sdk::V1_3, same, told), ["state-first"]);
    let twice = |_: Moment, _: &str, word: &Word| {
        let second = (!word.state).then(|| (20, word.clone()));
        [(0, word.clone())].into_iter().chain(second).collect::<Vec<_>>()
    };
    let (report, _) =
        go(exercise(Sdk::V1_3, Depth::Ground), Sdk::V1_3, "", Ways { say: Some(&twice), ..Ways::default() });
    assert!(found(&report).contains(&"once"), "{:?}", found(&report));
}

#[test]
fn where_it_comes_from_is_looked_at() {
    let elsewhere = |address: &'static str, state: bool| {
        says(Sdk::V2_0, move |_, line, word| {
            let other = word.state == state && (state || line == "streamoff");
            let from = if other { address.parse().unwrap() } else { word.from };
            Some(Word { from, ..word.clone() })
        })
    };
    assert_eq!(elsewhere("192.168.10.1:8888", false), ["from-8889"]);
    assert_eq!(elsewhere("192.168.10.3:8889", false), ["answers", "address"]);
    assert_eq!(elsewhere("192.168.10.3:8889", true)[..2], ["state-rate", "address"]);
    let other = |_: Moment, _: &str, word: &Word| {
        let second =
            word.state.then(|| (50, Word { from: "192.168.10.3:8889".parse().unwrap(), ..word.clone() }));
        [(0, word.clone())].into_iter().chain(second).collect::<Vec<_>>()
    };
    let (report, _) =
        go(exercise(Sdk::V2_0, Depth::Ground), Sdk::V2_0, "", Ways { say: Some(&other), ..Ways::default() });
    assert_eq!(found(&report), [""; 0], "another drone tells its state to the same port");
    assert_eq!(elsewhere("192.168.10.1:8888", true), [""; 0], "nobody knows where state has to come from");
    // Answers always go to whoever sent command.
    let first = says(Sdk::V2_0, |_, _, word| {
        let to = if word.state { word.to } else { places().client };
        Some(Word { to, ..word.clone() })
    });
    assert_eq!(first, ["from-8889"]);
}

#[test]
fn what_comes_in_one_go_with_command_has_to_be_heard() {
    let entered = Cell::new(Moment(0));
    let hasty = |now: Moment, line: &str| {
        let missed = line == "streamon" && now - entered.get() < Duration::from_millis(5);
        entered.set(if line == "command" { now } else { entered.get() });
        (!missed).then(|| line.to_owned())
    };
    assert_eq!(hears(Sdk::V2_0, hasty, |_, _| None), ["answers", "back-to-back"]);
}

#[test]
fn states_are_looked_at() {
    assert_eq!(states(Sdk::V2_0, "templ:60;", "")[0], "state");
    assert_eq!(states(Sdk::V2_0, ";time", "; time")[0], "state");
    assert_eq!(states(Sdk::V2_0, ";bat:", ";bat: "), ["state-numbers"]);
    assert_eq!(states(Sdk::V3_0, "mid:-2;x:-200;y:-200;z:-200;mpry:-2,-2,-2;", "")[0], "state-profile");
    assert_eq!(states(Sdk::V1_3, "pitch", "mid:-1;x:0;y:0;z:0;mpry:0,0,0;pitch"), ["state", "state-profile"]);
    assert_eq!(states(Sdk::V2_0, "tof:10;", "tof:0;"), ["tof-floor"]);
    let some = |keep: &dyn Fn(Moment, u64, &str) -> bool| {
        let count = Cell::new(0);
        says(Sdk::V2_0, |now, line, word| {
            count.set(count.get() + u64::from(word.state));
            (!word.state || keep(now, count.get(), line)).then(|| word.clone())
        })
    };
    assert_eq!(some(&|_, count, _| count % 2 == 0), ["state-rate", "state-period"]);
    assert_eq!(some(&|_, count, _| !(50..54).contains(&count)), ["state-period"]);
    assert_eq!(some(&|now, _, _| now > Moment(5_200_000_000)), ["state-rate"]);
    let emergency = Cell::new(false);
    let ceases = some(&|_, _, line| {
        emergency.set(emergency.get() || line == "emergency");
        !emergency.get()
    });
    assert_eq!(ceases, ["state-goes-on"]);
    let time = |word: &Word, seconds: u64| {
        let text = String::from_utf8(word.bytes.clone()).unwrap();
        let (before, rest) = text.split_once("time:").unwrap();
        let rest = rest.split_once(';').unwrap().1;
        Word { bytes: format!("{before}time:{seconds};{rest}").into_bytes(), ..word.clone() }
    };
    let told = |of: &dyn Fn(Moment) -> u64| {
        says(Sdk::V2_0, |now, _, word| Some(if word.state { time(word, of(now)) } else { word.clone() }))
    };
    assert_eq!(told(&|now| now.0 / 1_000_000_000), ["motor-time", "read-agrees"]);
    assert_eq!(told(&|_| 0), ["motor-time"]);
}

#[test]
fn what_cannot_be_done_has_to_be_refused() {
    assert_eq!(answers(Sdk::V2_0, "error Motor stop", "ok"), ["motors", "land-ground"]);
    assert_eq!(answers(Sdk::V2_0, "error Motor stop", "error"), ["motors", "land-ground"]);
    let careless = |_: Moment, line: &str| Some(if line == "speed 5" { "speed 50" } else { line }.to_owned());
    assert_eq!(hears(Sdk::V1_3, careless, |_, _| None), ["out-of-range"]);
    assert_eq!(answers(Sdk::V2_0, "out of range", "error"), ["range-words"]);
    assert_eq!(answers(Sdk::V2_0, "error No valid marker", "error"), ["marker"]);
    let air = says(Sdk::V2_0, |_, line, word| {
        Some(if line == "takeoff" { with(word, "error", "ok") } else { word.clone() })
    });
    assert_eq!(air, ["takeoff-air"]);
    let strict = |_: Moment, line: &str| (line != "cw -90").then(|| line.to_owned());
    let refused = |_: Moment, line: &str| if line == "cw -90" { answer("out of range") } else { None };
    assert_eq!(hears(Sdk::V2_0, strict, refused), ["motors", "turns-back"]);
    let wrong = |_: Moment, line: &str| Some(if line == "cw -90" { "cw 90" } else { line }.to_owned());
    assert_eq!(hears(Sdk::V2_0, wrong, |_, _| None), ["turns-back"]);
}

#[test]
fn moves_have_to_be_done_when_they_are_answered() {
    let early = |after: u64, at: &'static str| {
        let waits = Cell::new(false);
        let add = |_: Moment, line: &str| {
            waits.set(waits.get() || line == at);
            answer("ok").filter(|_| line == at).map(|(_, word)| (after, word))
        };
        let say = |_: Moment, _: &str, word: &Word| {
            let late = word.bytes == b"ok" && waits.get();
            waits.set(waits.get() && !late);
            if late { Vec::new() } else { vec![(0, word.clone())] }
        };
        let ways = Ways { say: Some(&say), add: Some(&add), ..Ways::default() };
        found(&go(exercise(Sdk::V1_3, Depth::Flight), Sdk::V1_3, "", ways).0)
    };
    assert_eq!(early(100, "up 30"), ["takes-time", "moved"]);
    assert_eq!(early(500, "up 30"), ["moved"]);
    assert!(early(800, "cw 90").contains(&"moved"));
    assert_eq!(early(500, "takeoff")[0], "takes-off");
    let slow = |_: Moment, line: &str, word: &Word| {
        vec![(if line == "up 30" && !word.state { 6000 } else { 0 }, word.clone())]
    };
    let ways = Ways { say: Some(&slow), ..Ways::default() };
    assert_eq!(found(&go(exercise(Sdk::V1_3, Depth::Flight), Sdk::V1_3, "", ways).0), ["in-time"]);
    let still = |_: Moment, line: &str| (!["up 30", "forward 50"].contains(&line)).then(|| line.to_owned());
    let done = |_: Moment, line: &str| {
        answer("ok").filter(|_| still(Moment(0), line).is_none()).map(|(_, word)| (2000, word))
    };
    assert!(hears(Sdk::V1_3, still, done).contains(&"moved"));
}

#[test]
fn what_comes_during_a_move_has_to_be_obeyed_or_refused() {
    let land = |_: Moment, _: &str| None;
    let ignored = hears(Sdk::V2_0, deaf_in_a_move("land"), land);
    assert!(ignored.contains(&"comes-down"), "{ignored:?}");
    let stop = hears(Sdk::V2_0, deaf_in_a_move("stop"), |_, _| None);
    assert_eq!(stop, ["answers", "stop-moving"]);
    let busy = hears(Sdk::V2_0, deaf_in_a_move("up 20"), |_, _| None);
    assert!(busy.contains(&"busy"), "{busy:?}");
    let say = |_: Moment, line: &str, word: &Word| {
        let after = if !word.state && word.bytes.starts_with(b"8") && line == "battery?" { 2500 } else { 0 };
        vec![(after, word.clone())]
    };
    let ways = Ways { say: Some(&say), ..Ways::default() };
    let (report, _) = go(exercise(Sdk::V2_0, Depth::Flight), Sdk::V2_0, "", ways);
    assert_eq!(found(&report), ["read-moving"]);
}

#[test]
fn a_drone_that_lands_by_itself_too_soon_is_found() {
    let (report, stands) =
        go(exercise(Sdk::V2_0, Depth::Flight).slow(), Sdk::V2_0, "", Ways { pace: 2.0, ..Ways::default() });
    let row = report.broken().find(|row| row.rule.name == "alone").unwrap();
    assert!(stands && row.finding.first.as_ref().unwrap().1.starts_with("it stood after "), "{row:?}");
}

#[test]
fn whoever_never_answers_or_answers_no_more_ends_it_early() {
    let none = |_: Moment, _: &str| None;
    let (report, _) =
        go(exercise(Sdk::V2_0, Depth::Flight), Sdk::V2_0, "", Ways { hear: Some(&none), ..Ways::default() });
    assert_eq!(report.cut, Some(Cut::NoAnswer));
    assert!(found(&report).contains(&"alive") && report.over && !report.passes());
    assert!(report.text(Lang::En).ends_with("; nobody answers command there\n"));
    let dies = |now: Moment, line: &str| (now < Moment(10_000_000_000)).then(|| line.to_owned());
    let (report, _) =
        go(exercise(Sdk::V2_0, Depth::Flight), Sdk::V2_0, "", Ways { hear: Some(&dies), ..Ways::default() });
    assert_eq!(report.cut, Some(Cut::Silent));
    assert!(found(&report).contains(&"answers"));
}

#[test]
fn what_hardware_does_one_way_or_the_other_is_no_fault() {
    assert_eq!(answers(Sdk::V2_0, "90\r\n", "90"), [""; 0], "wifi? without CR LF");
    assert_eq!(answers(Sdk::V2_0, "s\r\n", "\r\n"), [""; 0], "time? without s");
    assert_eq!(states(Sdk::V2_0, "mid:-1;x:0;y:0;z:0;mpry:0,0,0;", ""), [""; 0], "no pads without mon");
    assert_eq!(answers(Sdk::V3_0, "RMTT", "TELLO"), [""; 0], "no controller");
    let controller =
        |_: Moment, line: &str| (!line.starts_with("EXT") && line != "ssid?").then(|| line.to_owned());
    let unknown = |_: Moment, line: &str| {
        controller(Moment(0), line).map_or_else(|| answer(&format!("unknown command: {line}")), |_| None)
    };
    assert_eq!(hears(Sdk::V3_0, controller, unknown), [""; 0]);
    // Which of ok and forced stop comes first nobody settled.
    let swapped = |_: Moment, _: &str, word: &Word| {
        vec![(if word.bytes == b"forced stop" { 50 } else { 0 }, word.clone())]
    };
    let ways = Ways { say: Some(&swapped), ..Ways::default() };
    assert_eq!(found(&go(exercise(Sdk::V2_0, Depth::Flight), Sdk::V2_0, "", ways).0), [""; 0]);
    let (report, _) = go(exercise(Sdk::V2_0, Depth::Flight), Sdk::V2_0, "binary", Ways::default());
    assert_eq!(found(&report), [""; 0]);
}
