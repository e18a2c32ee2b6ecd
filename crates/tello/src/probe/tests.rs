//! Simulated drones probed in virtual time: sound ones, and some that are broken on purpose.

mod broken;
mod sockets;

use std::collections::VecDeque;

use proptest::prelude::*;
use sockscope::core::lang::Lang;

use super::*;
use crate::sim::Drone;
use crate::sim::faults::Faults;

fn places() -> Places {
    let at = |address: &str| address.parse().unwrap();
    Places {
        drone: at("192.168.10.1:8889"),
        client: at("192.168.10.2:9000"),
        other: at("192.168.10.2:9001"),
        state: at("192.168.10.2:8890"),
    }
}

/// What a drone says, as it leaves it.
#[derive(Debug, Clone)]
struct Word {
    from: SocketAddr,
    to: SocketAddr,
    bytes: Vec<u8>,
    state: bool,
}

type Hear<'a> = &'a dyn Fn(Moment, &str) -> Option<String>;
type Say<'a> = &'a dyn Fn(Moment, &str, &Word) -> Vec<(u64, Word)>;
type Add<'a> = &'a dyn Fn(Moment, &str) -> Option<(u64, Word)>;

/// What a drone is broken by.
#[derive(Default)]
struct Ways<'a> {
    /// Whether a line comes to the drone at all, as another one perhaps.
    hear: Option<Hear<'a>>,
    /// What becomes of what it says: each after so many milliseconds. The line is the last that it heard.
    say: Option<Say<'a>>,
    /// What it says to a line besides, after so many milliseconds.
    add: Option<Add<'a>>,
    /// How many times as fast as in truth it is; 1 where that is 0.
    pace: f64,
}

/// A drone between which and the air somebody stands.
struct Broken<'a> {
    drone: Drone,
    ways: Ways<'a>,
    line: String,
    later: VecDeque<(Moment, Word)>,
}

impl Broken<'_> {
    fn put(&mut self, due: Moment, word: Word) {
        let place = self.later.iter().position(|(other, _)| *other > due).unwrap_or(self.later.len());
        self.later.insert(place, (due, word));
    }

    fn hear(&mut self, now: Moment, from: SocketAddr, line: &str) {
        self.line = line.to_owned();
        if let Some((after, word)) = self.ways.add.and_then(|add| add(now, line)) {
            self.put(now + Duration::from_millis(after), word);
        }
        let line = self.ways.hear.map_or_else(|| Some(line.to_owned()), |hear| hear(now, line));
        if let Some(line) = line {
            self.drone.hear(now, from, line.as_bytes());
        }
    }

    fn next(&mut self, now: Moment) -> Option<Word> {
        while let Some(say) = self.drone.next(now) {
            let word = Word {
                from: places().drone,
                to: say.to,
                bytes: say.bytes,
                state: say.kind == crate::sim::Kind::State,
            };
            let words =
                self.ways.say.map_or_else(|| vec![(0, word.clone())], |say| say(now, &self.line, &word));
            for (after, word) in words {
                self.put(now + Duration::from_millis(after), word);
            }
        }
        self.later.front().is_some_and(|(due, _)| *due <= now).then(|| self.later.pop_front().unwrap().1)
    }

    fn wakeup(&self) -> Option<Moment> {
        self.drone.wakeup().into_iter().chain(self.later.front().map(|(due, _)| *due)).min()
    }
}

/// Goes through an exercise; what came of it, and whether the drone stands in the end.
fn go(exercise: Exercise, sdk: Sdk, faults: &str, ways: Ways<'_>) -> (Report, bool) {
    go_until(exercise, sdk, faults, ways, Moment(u64::MAX))
}

/// The same, stopped at some moment.
fn go_until(mut exercise: Exercise, sdk: Sdk, faults: &str, ways: Ways<'_>, until: Moment) -> (Report, bool) {
    let faults = if faults.is_empty() { Faults::default() } else { Faults::read(faults).unwrap() };
    let pace = if ways.pace > 0.0 { ways.pace } else { 1.0 };
    let drone = Drone::new(sdk, 0, faults, pace, 11);
    let mut drone = Broken { drone, ways, line: String::new(), later: VecDeque::new() };
    let (mut now, mut stopped) = (Moment(0), false);
    for turn in 0.. {
        assert!(turn < 100_000, "it hangs at {now:?}");
        let mut any = false;
        if now >= until && !std::mem::replace(&mut stopped, true) {
            exercise.stop();
        }
        while let Some(Send { door, line }) = exercise.next(now) {
            any = true;
            let from = if door == Door::First { places().client } else { places().other };
            drone.hear(now, from, &line);
        }
        while let Some(word) = drone.next(now) {
            any = true;
            exercise.hear(now, word.from, word.to, &word.bytes);
        }
        if exercise.is_over() {
            break;
        }
        if !any {
            now = [exercise.wakeup(), drone.wakeup()].into_iter().flatten().min().unwrap().max(now);
        }
    }
    (exercise.end(now), !drone.drone.look(now).flies)
}

fn exercise(sdk: Sdk, depth: Depth) -> Exercise {
    Exercise::new(sdk, depth, places(), Moment(0))
}

#[test]
fn each_profile_passes_the_whole_exercise() {
    for sdk in Sdk::ALL {
        let (report, stands) = go(exercise(sdk, Depth::Flight).slow(), sdk, "", Ways::default());
        assert!(report.passes() && stands, "{sdk}\n{}", report.text(Lang::En));
        let not = report.rows.iter().filter(|row| row.verdict() == Verdict::NotSeen);
        let not: Vec<_> = not.map(|row| row.rule.name).collect();
        let absent: &[&str] = match sdk {
            Sdk::V1_3 => &["tagged", "marker", "stop-moving"],
            Sdk::V2_0 => &["tagged"],
            Sdk::V3_0 => &[],
        };
        assert_eq!(not, absent, "{sdk}");
    }
}

#[test]
fn on_the_ground_no_motor_starts() {
    for sdk in Sdk::ALL {
        let mut lines = Vec::new();
        let heard = std::cell::RefCell::new(&mut lines);
        let hear = |_, line: &str| {
            heard.borrow_mut().push(line.to_owned());
            Some(line.to_owned())
        };
        let (report, _) =
            go(exercise(sdk, Depth::Ground), sdk, "", Ways { hear: Some(&hear), ..Ways::default() });
        assert!(report.passes(), "{sdk}\n{}", report.text(Lang::En));
        let moved =
            report.rows.iter().filter(|row| ["moved", "takes-off", "comes-down"].contains(&row.rule.name));
        assert!(moved.clone().count() == 3 && moved.into_iter().all(|row| row.verdict() == Verdict::NotSeen));
        for word in ["takeoff", "motoron", "throwfly", "reboot", "wifi ", "ap ", "multiwifi", "sg"] {
            let sent = lines.iter().find(|line| line.to_lowercase().contains(word));
            assert_eq!(sent, None, "{sdk}");
        }
    }
}

#[test]
fn names_of_checks_are_no_names_of_rules() {
    let mut names: Vec<_> = RULES.iter().chain(&CHECKS).map(|rule| rule.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
    assert!(CHECKS.iter().all(|check| check.en.is_ascii() && !check.zh.is_ascii() && check.name.len() <= 14));
}

#[test]
fn whoever_stops_it_at_any_time_has_a_drone_that_stands() {
    for tenths in (0..750).step_by(7) {
        let until = Moment(tenths * 100_000_000);
        let (report, stands) =
            go_until(exercise(Sdk::V3_0, Depth::Flight), Sdk::V3_0, "", Ways::default(), until);
        let broken: Vec<_> = report.broken().map(|row| (row.rule.name, &row.finding.first)).collect();
        assert!(stands && broken.is_empty(), "{until:?} {broken:?}");
        let whole = report.cut.is_none();
        assert_eq!(report.passes(), whole, "{until:?}");
        assert!(!whole || tenths > 500, "{until:?}");
    }
}

#[test]
fn a_drone_that_cannot_fly_is_not_made_to_and_does_not_pass() {
    let cut = |faults: &str| {
        let (report, stands) = go(exercise(Sdk::V2_0, Depth::Flight), Sdk::V2_0, faults, Ways::default());
        assert!(stands && report.over && !report.passes());
        (report.cut.clone(), report.broken().map(|row| row.rule.name).collect::<Vec<_>>())
    };
    assert_eq!(cut("battery=12"), (Some(Cut::Battery(11)), vec![]));
    assert_eq!(cut("heat=110"), (Some(Cut::Stays), vec!["takes-off"]));
    assert_eq!(cut("garble=100%").1[0], "state");
}

#[test]
fn a_report_says_which_datagram_broke_what_in_both_languages() {
    let change = |_: Moment, line: &str, word: &Word| {
        let bytes = if line == "streamoff" && !word.state { b"ok\r\n".to_vec() } else { word.bytes.clone() };
        vec![(0, Word { bytes, ..word.clone() })]
    };
    let ways = Ways { say: Some(&change), ..Ways::default() };
    let (report, _) = go(exercise(Sdk::V1_3, Depth::Ground), Sdk::V1_3, "", ways);
    let row = report.broken().next().unwrap();
    let seen = row.datagram.as_ref().unwrap();
    assert_eq!((seen.text.as_str(), seen.from, seen.to), ("ok\\r\\n", places().drone, places().client));
    let text = report.text(Lang::En);
    let at = text.find("  FAIL  ok              ok is two bytes: 1 of ").unwrap();
    let mut lines = text[at..].lines().skip(1);
    assert_eq!(lines.next().unwrap().trim(), "\"ok\\r\\n\" answers streamoff");
    let line = lines.next().unwrap().trim();
    assert!(line.starts_with(&format!("datagram {} after ", seen.number)), "{line}");
    assert!(line.ends_with(" s, 192.168.10.1:8889 to 192.168.10.2:9000: \"ok\\r\\n\""), "{line}");
    assert!(text.lines().last().unwrap().starts_with("fails: "), "{text}");
    let zh = report.text(Lang::Zh);
    assert!(zh.contains("次中违反 1 次") && zh.contains("个数据报") && zh.contains("未通过："), "{zh}");
    assert_eq!(report.rows.iter().filter(|row| row.rule.party == Party::Client).count(), 0);
}

#[test]
fn what_a_drone_says_cannot_write_to_the_screen() {
    let change = |_: Moment, line: &str, word: &Word| {
        let bytes =
            if line == "streamoff" && !word.state { b"\x1b[2Jok".to_vec() } else { word.bytes.clone() };
        vec![(0, Word { bytes, ..word.clone() })]
    };
    let ways = Ways { say: Some(&change), ..Ways::default() };
    let text = go(exercise(Sdk::V1_3, Depth::Ground), Sdk::V1_3, "", ways).0.text(Lang::En);
    assert!(text.contains("streamoff was answered with \\u{1b}[2Jok") && !text.contains('\u{1b}'), "{text}");
}

/// Answers and states as nobody would say them.
fn rubbish() -> impl Strategy<Value = Vec<u8>> {
    let words = "(ok|error|forced stop|Re0[12]0[1-5] ok|unknown command: (Re0101 battery\\?|x)|error Auto land|-?[0-9]{1,12}(dm|mm|s|~9C)?)(\r\n)?";
    let state = "(mid:-1;)?(yaw|tof|time|h|baro|bat):-?[0-9]{1,11}(\\.[0-9]*)?;time:-?[0-9]{1,10};tof:[0-9]{1,10};(\r\n)?";
    prop_oneof![any::<Vec<u8>>(), words.prop_map(String::into_bytes), state.prop_map(String::into_bytes)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_an_exercise_ends(words in prop::collection::vec((rubbish(), 0..3_u8), 1..40)) {
        let places = places();
        let mut exercise = exercise(Sdk::V3_0, Depth::Flight);
        let mut words = words.iter().cycle();
        let mut now = Moment(0);
        let mut turns = 0;
        while !exercise.is_over() {
            turns += 1;
            prop_assert!(turns < 20_000, "it hangs at {now:?}");
            while exercise.next(now).is_some() {}
            let (bytes, to) = words.next().unwrap();
            let to = [places.client, places.other, places.state][usize::from(*to)];
            exercise.hear(now, places.drone, to, bytes);
            now = now + Duration::from_millis(50);
        }
        let report = exercise.end(now);
        prop_assert!(report.over && !report.text(Lang::Zh).is_empty());
    }
}
