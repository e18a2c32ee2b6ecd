use super::*;

const CLIENT: &str = "192.168.10.2:8889";
const DRONE: &str = "192.168.10.1:8889";

/// Who says what when: `>` is the client, `<` the drone, `=` its state.
type Line = (f64, char, &'static str);

/// Judges lines, with a state ten times a second from the first `command` on until three seconds after the last line.
fn judge(sdk: Sdk, lines: &[Line], state: &'static str) -> Vec<(&'static str, u64, String)> {
    let stamp = |seconds: f64| Stamp((seconds * 1e9) as u64 + 1_000_000_000);
    let end = lines.last().map_or(0.0, |line| line.0);
    let begin = lines.iter().find(|line| line.2.trim() == "command").map_or(end, |line| line.0);
    let mut all = lines.to_vec();
    if !state.is_empty() {
        all.extend(
            (1..((end - begin) * 10.0) as u32).map(|tick| (begin + f64::from(tick) / 10.0, '=', state)),
        );
    }
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut judge = Judge::new(sdk, None).seeing_state();
    for (number, (seconds, who, text)) in (1..).zip(&all) {
        let (from, to) = match who {
            '>' => (CLIENT, DRONE),
            '<' => (DRONE, CLIENT),
            _ => (DRONE, "192.168.10.2:8890"),
        };
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        judge.take(&Datagram { number, time: stamp(*seconds), from, to, bytes: text.as_bytes() });
    }
    let findings = judge.end(stamp(end + 100.0));
    let broken = RULES.iter().zip(findings).filter(|(_, finding)| finding.broken > 0);
    broken.map(|(rule, finding)| (rule.name, finding.broken, finding.first.unwrap().1)).collect()
}

const STATE: &str = "pitch:0;roll:0;yaw:0;vgx:0;vgy:0;vgz:0;templ:60;temph:62;tof:10;h:0;bat:87;baro:-24.59;time:0;agx:0.00;agy:0.00;agz:-998.00;\r\n";

/// A flight that nobody can find fault with.
const FLIGHT: &[Line] = &[
    (0.0, '>', "command"),
    (0.04, '<', "ok"),
    (0.2, '>', "battery?"),
    (0.21, '<', "87\r\n"),
    (0.3, '>', "sdk?"),
    (0.31, '<', "20"),
    (0.4, '>', "forward 50"),
    (0.41, '<', "error Motor stop"),
    (0.5, '>', "takeoff"),
    (6.5, '<', "ok"),
    (6.7, '>', "forward 100"),
    (6.8, '>', "rc 0 0 0 0"),
    (9.7, '<', "ok"),
    (9.8, '>', "forward 5"),
    (9.81, '<', "out of range"),
    (9.9, '>', "dance"),
    (9.91, '<', "unknown command: dance"),
    (10.0, '>', "land"),
    (13.7, '<', "ok"),
    (15.0, '>', "battery?"),
    (15.01, '<', "86\r\n"),
];

#[test]
fn a_good_flight_breaks_no_rule_of_the_drone() {
    let found = judge(Sdk::V2_0, FLIGHT, STATE);
    // What the client does wrong on purpose is the client's.
    let rules: Vec<_> = found.iter().map(|(name, times, _)| (*name, *times)).collect();
    assert_eq!(rules, [("known", 1), ("range", 1)]);
    assert_eq!(found[1].2, "forward 5: 5 is out of range; x is 20 to 500 cm");
}

/// The flight with one line of it said differently, or not at all.
fn changed(at: f64, who: char, text: Option<&'static str>) -> Vec<Line> {
    let change = |line: &Line| {
        let same = line.0 == at && line.1 == who;
        if same { text.map(|text| (at, who, text)) } else { Some(*line) }
    };
    FLIGHT.iter().filter_map(change).collect()
}

/// What the drone does wrong.
fn fault(lines: &[Line], state: &'static str) -> Vec<(&'static str, String)> {
    let drone = |name: &str| RULES.iter().any(|rule| rule.name == name && rule.party == Party::Drone);
    let found = judge(Sdk::V2_0, lines, state).into_iter().filter(|(name, ..)| drone(name));
    found.map(|(name, _, how)| (name, how)).collect()
}

#[test]
fn each_way_to_be_broken_is_found() {
    let of = |name: &'static str, how: &str| vec![(name, how.to_owned())];
    assert_eq!(fault(&changed(0.04, '<', Some("ok\r\n")), STATE), of("ok", "\"ok\\r\\n\" answers command"));
    assert_eq!(fault(&changed(0.21, '<', Some("87")), STATE), of("line-ends", "\"87\" answers battery?"));
    assert_eq!(
        fault(&changed(0.31, '<', Some("20\r\n")), STATE),
        of("line-ends", "\"20\\r\\n\" answers sdk?")
    );
    assert_eq!(
        fault(&changed(0.41, '<', Some("ok")), STATE),
        of("motors", "forward 50 was answered with ok")
    );
    assert_eq!(
        fault(&changed(9.81, '<', Some("ok")), STATE),
        of("out-of-range", "forward 5 was answered with ok")
    );
    assert_eq!(
        fault(&changed(9.91, '<', Some("error")), STATE),
        of("unknown", "dance was answered with error")
    );
    assert_eq!(fault(&changed(13.7, '<', None), STATE), of("answers", "land was never answered"));
    let shape = of("shape", "battery? was answered with full");
    assert_eq!(fault(&changed(15.01, '<', Some("full")), STATE), shape);
    let add = |line: Line| {
        let mut lines = FLIGHT.to_vec();
        let place = lines.iter().position(|other| other.0 > line.0).unwrap_or(lines.len());
        lines.insert(place, line);
        lines
    };
    let twice = of("once", "takeoff was answered again with ok");
    assert_eq!(fault(&add((6.55, '<', "ok")), STATE), twice);
    let answered = of("rc-silent", "\"error\" answers nothing that is answered");
    assert_eq!(fault(&add((14.0, '<', "error")), STATE), answered);
    let soon: Vec<_> = changed(9.7, '<', None).into_iter().chain([(6.75, '<', "ok")]).collect();
    let mut soon = soon;
    soon.sort_by(|one, other| one.0.total_cmp(&other.0));
    assert_eq!(fault(&soon, STATE), of("takes-time", "forward 100 was answered after 50 ms"));
    assert_eq!(fault(FLIGHT, ""), of("state-rate", "no state came"));
}

#[test]
fn states_are_looked_at_byte_by_byte() {
    let how = |state: &'static str| {
        fault(FLIGHT, state).into_iter().map(|(name, how)| format!("{name}: {how}")).collect::<Vec<_>>()
    };
    assert_eq!(how("pitch:0;bat:87;\r\n"), ["state: bat stands where roll should"]);
    assert_eq!(how("pitch:0;roll:0"), ["state: it ends in \"0;roll:0\""]);
    assert_eq!(how("h\u{b0}:0;\r\n"), ["state: it is no ASCII: \"h\\xc2\\xb0:0;\\r\\n\""]);
    let odd = "pitch:0;roll:0;yaw:0;vgx:0;vgy:0;vgz:0;templ:60;temph:62;tof:10;h:43;bat:87;baro:-24.59;time:0;agx:0.00;agy:0.00;agz:-998.00;\r\n";
    assert_eq!(how(odd), ["state: h is 43, and goes in steps of 10"]);
    let mut before = FLIGHT.to_vec();
    before.insert(0, (-0.5, '<', "ok"));
    before.insert(0, (-0.6, '>', "battery?"));
    let early = fault(&before, STATE);
    assert_eq!(early[0], ("silent-first", "\"ok\"".to_owned()));
}

#[test]
fn numbers_of_a_state_have_their_forms() {
    let how = |from: &str, to: &str| {
        let state = STATE.replace(from, to).leak();
        fault(FLIGHT, state).into_iter().map(|(name, how)| format!("{name}: {how}")).collect::<Vec<_>>()
    };
    assert_eq!(how("bat:87", "bat: 87"), ["state-numbers: bat is \" 87\""]);
    assert_eq!(how("yaw:0", "yaw:0.0"), ["state-numbers: yaw is \"0.0\""]);
    assert_eq!(how("-24.59", "-24.6"), ["state-numbers: baro is \"-24.6\""]);
    assert_eq!(how("pitch:0", "mid:-1;x:0;y:0;z:0;mpry:0,0;pitch:0"), ["state-numbers: mpry is \"0,0\""]);
    assert_eq!(how("yaw:0", "yaw:-3"), [""; 0]);
}

#[test]
fn a_turn_may_go_the_other_way_and_a_drone_may_be_at_other_ports() {
    let (client, drone) = ("127.0.0.1:7000".parse().unwrap(), "127.0.0.1:7001".parse().unwrap());
    let look = |answer: &[u8]| {
        let mut judge = Judge::new(Sdk::V2_0, Some("127.0.0.1".parse().unwrap())).at(7001, 7002);
        let lines: [(&[u8], bool); 6] = [
            (b"command", true),
            (b"ok", false),
            (b"takeoff", true),
            (b"ok", false),
            (b"cw -90", true),
            (answer, false),
        ];
        for (number, (bytes, asks)) in (1..).zip(lines) {
            let (from, to) = if asks { (client, drone) } else { (drone, client) };
            judge.take(&Datagram { number, time: Stamp(number * 2_000_000_000), from, to, bytes });
        }
        let findings = judge.end(Stamp(40_000_000_000));
        let broken = RULES
            .iter()
            .zip(findings)
            .filter(|(rule, finding)| rule.party == Party::Drone && finding.broken > 0);
        broken.map(|(rule, _)| rule.name).collect::<Vec<_>>()
    };
    assert_eq!(look(b"ok"), [""; 0]);
    assert_eq!(look(b"87"), ["shape"]);
}

#[test]
fn clients_are_judged_too() {
    let client = |lines: &[Line]| {
        let found = judge(Sdk::V2_0, lines, STATE);
        found.into_iter().map(|(name, _, how)| format!("{name}: {how}")).collect::<Vec<_>>()
    };
    let start: &[Line] = &[(0.0, '>', "command"), (0.04, '<', "ok"), (0.5, '>', "takeoff"), (6.5, '<', "ok")];
    let fly = |rest: &[Line]| client(&[start, rest].concat());
    assert_eq!(fly(&[(7.0, '>', "land"), (10.0, '<', "ok")]), [""; 0]);
    assert_eq!(fly(&[(7.0, '>', "battery?"), (7.1, '<', "87\r\n")]), ["lands: nothing was sent to land it"]);
    let hasty = [
        (7.0, '>', "up 50"),
        (7.2, '>', "cw 90"),
        (9.0, '<', "ok"),
        (11.0, '<', "ok"),
        (11.1, '>', "land"),
        (14.0, '<', "ok"),
    ];
    assert_eq!(fly(&hasty), ["one-at-a-time: cw 90 was sent while up 50 waited for its answer"]);
    let twice = [
        (7.0, '>', "up 50"),
        (30.0, '>', "up 50"),
        (33.0, '<', "ok"),
        (34.0, '>', "land"),
        (37.0, '<', "ok"),
    ];
    let told = [
        "no-repeat: up 50 was sent again, though it may have been done",
        "keep-alive: 23.0 s of silence before up 50",
        "answers: up 50 was never answered",
    ];
    assert_eq!(fly(&twice), told);
    let ended = [(0.0, '>', "command\n"), (0.04, '<', "ok"), (2.0, '>', "sdk?"), (2.1, '<', "20")];
    assert_eq!(client(&ended), ["plain: \"command\\n\""]);
    let first = client(&[
        (0.0, '>', "takeoff"),
        (1.0, '>', "command"),
        (1.1, '<', "ok"),
        (1.2, '>', "land"),
        (2.0, '<', "ok"),
    ]);
    assert_eq!(first[0], "command-first: \"takeoff\"");
}
