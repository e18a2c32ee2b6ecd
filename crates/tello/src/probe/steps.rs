//! What is sent to a drone, in an order that does it no harm.
//!
//! Never sent is what a drone keeps: `wifi`, `ap`, `multiwifi`, `wifisetchannel`, a picture for the start; nor what harms
//! or needs a hand: `emergency` and `flip` in the air, `motoron`, `throwfly`, `reboot`. On the ground nothing is sent that
//! a drone which is careless with cases and arguments may take for `takeoff`; in the air nothing that would take it far
//! if it were. Sticks stay in force over a landing, so those that are out of range come when no flight follows.

use super::Depth;
use crate::sdk::{Sdk, VIDEO_PORT};
use crate::table::commands;

/// Through which socket something is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// That from which `command` is sent.
    First,
    /// Another one, to see where its answer goes.
    Other,
}

/// When the next step comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// So many milliseconds after all that was sent is answered or given up.
    Answered(u64),
    /// So many milliseconds after this one.
    After(u64),
}

/// Where the drone has to be for a step; it is left out elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Air,
    Ground,
}

/// What is looked at besides what a judge sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Expect {
    /// Nothing.
    Judged,
    /// No answer is waited for: it comes before `command`.
    Silence,
    /// An answer; without one there is nothing to go on with.
    Enters,
    /// `ok` or something else, word for word, by the check of this name.
    Words(&'static str, &'static str),
    /// What is read has its form, and agrees with the state.
    Read,
    /// What is read is answered while the move goes on.
    ReadMoving,
    /// That it hovers.
    TakesOff,
    /// That it is so many cm higher.
    Rises(f64),
    /// That it was on its way.
    Sways,
    /// That it is turned by so many degrees, by the check of this name.
    Turns(&'static str, f64),
    /// That it is on the ground.
    Lands,
    /// Landed or not: it is sent only while it flies, and again until it does not.
    Grounded,
    /// Each copy is answered with its tag.
    Tagged,
    /// That state has come until the end of the step.
    StateGoesOn,
    /// That it lands by itself before the end of the step.
    Alone,
}

/// One thing to send, or a pause where there is none.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) line: String,
    pub(super) door: Door,
    pub(super) then: Then,
    pub(super) expect: Expect,
    pub(super) place: Place,
}

/// An answer that comes twice has come after so long, in milliseconds.
const SETTLE: u64 = 150;

/// A drone that still moves after its answer is seen to, in milliseconds.
const REST: u64 = 700;

fn ask(line: &str) -> Step {
    Step {
        line: line.to_owned(),
        door: Door::First,
        then: Then::Answered(SETTLE),
        expect: Expect::Judged,
        place: Place::Anywhere,
    }
}

fn pause(millis: u64) -> Step {
    ask("").after(millis)
}

fn air(line: &str) -> Step {
    Step { place: Place::Air, then: Then::Answered(REST), ..ask(line) }
}

impl Step {
    fn expect(self, expect: Expect) -> Self {
        Self { expect, ..self }
    }

    fn words(self, check: &'static str, words: &'static str) -> Self {
        self.expect(Expect::Words(check, words))
    }

    fn after(self, millis: u64) -> Self {
        Self { then: Then::After(millis), ..self }
    }

    fn settle(self, millis: u64) -> Self {
        Self { then: Then::Answered(millis), ..self }
    }

    fn ground(self) -> Self {
        Self { place: Place::Ground, ..self }
    }
}

/// Everything that is sent. `state`: the port that takes state.
pub(super) fn steps(sdk: Sdk, depth: Depth, slow: bool, state: u16) -> Vec<Step> {
    let mut all = begin();
    all.extend(reads(sdk));
    all.extend(words(sdk));
    all.extend(settings(sdk, state));
    all.extend(ground());
    if depth == Depth::Flight {
        all.extend(flight(sdk));
        all.extend(short(slow));
    }
    all.extend(end());
    all
}

/// Before `command` and right after it.
fn begin() -> Vec<Step> {
    let early = |line, millis| ask(line).after(millis).expect(Expect::Silence);
    vec![
        pause(300),
        early("battery?", 100),
        early("Command", 100),
        early("rc 0 0 0 0", 100),
        early("streamoff", 3200),
        ask("command").settle(1300).expect(Expect::Enters),
        ask("command"),
        // Many clients send these two in one go.
        ask("command").after(0).words("back-to-back", "ok"),
        ask("streamon").words("back-to-back", "ok"),
        ask("streamoff"),
    ]
}

/// All that can be read.
fn reads(sdk: Sdk) -> Vec<Step> {
    let rows = commands().filter(|spec| spec.is_in(sdk) && spec.is_read() && spec.args.is_empty());
    let mut all: Vec<_> = rows.map(|spec| ask(spec.name).expect(Expect::Read)).collect();
    all.push(Step { door: Door::Other, ..ask("battery?").expect(Expect::Read) });
    if sdk == Sdk::V3_0 {
        all.extend((1..=5).map(|copy| ask(&format!("Re010{copy} battery?")).after(0).expect(Expect::Tagged)));
        all.push(pause(0).settle(SETTLE));
    }
    all
}

/// What no drone of that SDK knows.
fn words(sdk: Sdk) -> Vec<Step> {
    let newer: &[&str] = match sdk {
        Sdk::V1_3 => &["sdk?", "sn?", "stop", "mon", "hardware?", "EXT led 0 0 0"],
        Sdk::V2_0 => &["hardware?", "setfps high", "EXT led 0 0 0"],
        Sdk::V3_0 => &[],
    };
    let odd = ["Battery?", "Speed 50", "dance", "speed", "rc 0 0", "battery? 1", "forward"];
    let all: Vec<_> = odd.iter().chain(newer).map(|line| ask(line)).collect();
    // Whoever leaves them all without an answer is seen to be there still.
    all.chunks(3).flat_map(|some| some.iter().cloned().chain([ask("battery?")])).collect()
}

/// What is set, in range and out of it. What it was set to before is not known: these are what a fresh drone has.
fn settings(sdk: Sdk, state: u16) -> Vec<Step> {
    let port = format!("port {state} {VIDEO_PORT}");
    let mut lines = vec!["speed 5", "speed 500", "speed 50", "speed?"];
    if sdk >= Sdk::V2_0 {
        lines.extend(["stop", "mon", "mdirection 0", "mdirection 7", "moff"]);
    }
    if sdk == Sdk::V3_0 {
        lines.extend([port.as_str(), "setfps high", "setfps fast", "setbitrate 0", "setresolution high"]);
        lines.extend(["EXT led 255 0 0", "EXT led br 1 0 255 0", "EXT led bl 1 255 0 0 0 0 255"]);
        lines.extend([
            "EXT led 300 0 0",
            "EXT led 0 0 0",
            "EXT mled s r heart",
            "EXT mled g 00rr",
            "EXT mled g xyz",
        ]);
        lines.extend(["EXT mled l b 1 hello", "EXT mled sl 255", "EXT mled g 0"]);
    }
    let long = |line: &str| if line == "stop" { 1000 } else { SETTLE };
    lines.into_iter().map(|line| ask(line).settle(long(line))).collect()
}

/// What needs motors, without them; and what is never answered.
fn ground() -> Vec<Step> {
    let mut all: Vec<_> =
        ["forward 20", "up 20", "cw 90", "cw -90", "go 30 30 30 20", "forward 5", "forward 600", "flip l"]
            .map(ask)
            .into_iter()
            .chain([ask("curve 50 0 0 100 0 0 30"), ask("land").words("land-ground", "error Motor stop")])
            .collect();
    // A number before, that nobody takes for an answer to what follows.
    all.extend([ask("battery?"), ask("rc 0 0 0 0").after(500)]);
    all
}

/// That it is turned when the answer comes.
fn turn(line: &str, degrees: f64) -> Step {
    air(line).expect(Expect::Turns("moved", degrees))
}

/// In the air: about 1 m up, and 50 cm ahead and back.
fn flight(sdk: Sdk) -> Vec<Step> {
    let mut all = vec![
        ask("speed 30").ground(),
        ask("takeoff").settle(1000).ground().expect(Expect::TakesOff),
        air("takeoff").words("takeoff-air", "error"),
        air("up 30").expect(Expect::Rises(30.0)),
        air("up 10").words("range-words", "out of range"),
        air("forward 10").words("range-words", "out of range"),
        air("go 5 5 5 20").words("range-words", "out of range"),
        air("Back 20"),
        air("back"),
        air("rc 0 0 0 0").after(500),
        air("forward 50").expect(Expect::Sways),
        air("back 50").after(600),
        air("battery?").after(300).expect(Expect::ReadMoving),
        air("up 20").words("busy", "error Not joystick"),
        turn("cw 90", 90.0),
        air("cw -90").expect(Expect::Turns("turns-back", -90.0)),
        turn("ccw 45", -45.0),
        turn("cw 45", 45.0),
        air("left 20"),
        air("right 20"),
    ];
    all.extend(newer(sdk));
    all.push(air("down 20").expect(Expect::Rises(-20.0)));
    all.push(air("forward 50").after(700));
    all.push(air("land").settle(2500).expect(Expect::Lands));
    all.extend(grounded());
    all
}

/// In the air too: what SDK 1.3 does not have.
fn newer(sdk: Sdk) -> Vec<Step> {
    let mut all = Vec::new();
    if sdk >= Sdk::V2_0 {
        all.push(air("moff"));
        all.push(air("go 30 0 50 30 m1").words("marker", "error No valid marker"));
        all.extend(["go 30 0 0 30", "go -30 0 0 30"].map(air));
        all.push(air("forward 50").after(800));
        all.push(air("stop").settle(1500).words("stop-moving", "ok"));
        all.push(air("back 20"));
    }
    if sdk == Sdk::V3_0 {
        all.extend((1..=3).map(|copy| air(&format!("Re020{copy} cw 60")).after(0).expect(Expect::Tagged)));
        all.push(air("").settle(REST).expect(Expect::Turns("moved", 60.0)));
        all.push(turn("ccw 60", -60.0));
    }
    all
}

/// A flight that does nothing but land, or waits until the drone does.
fn short(slow: bool) -> Vec<Step> {
    let up = || ask("takeoff").settle(1000).ground().expect(Expect::TakesOff);
    let mut all =
        vec![ask("land").ground().words("land-ground", "error Motor stop"), ask("up 20").ground(), up()];
    all.push(air("land").settle(2500).expect(Expect::Lands));
    all.extend(grounded());
    if slow {
        all.extend([up(), Step { place: Place::Air, ..pause(30_000).expect(Expect::Alone) }]);
        all.extend(grounded());
    }
    all
}

/// What makes sure that it stands.
pub(super) fn grounded() -> [Step; 3] {
    [(); 3].map(|()| air("land").settle(2000).expect(Expect::Grounded))
}

/// What stops motors that stand already, and a look whether it lives on.
fn end() -> Vec<Step> {
    let quiet = |line| ask(line).after(1500).ground();
    vec![
        ask("battery?").expect(Expect::Read),
        quiet("rc 200 0 0 0"),
        quiet("rc 0 0 0 0"),
        quiet("rc 0 0 0 0"),
        quiet("emergency").expect(Expect::StateGoesOn),
        ask("battery?").expect(Expect::Read),
    ]
}
