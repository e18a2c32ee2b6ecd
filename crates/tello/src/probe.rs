//! Whether a drone, or a simulator of one, keeps to the protocol: it is asked things that a good client never asks, and
//! what comes back is judged.
//!
//! An [`Exercise`] is pure: given datagrams and the time, it says what to send when. A [`Judge`] sees all that goes by;
//! [`CHECKS`] are what only whoever asks can know. What came of each is a [`Report`]. [`Probe`] gives it sockets.
//!
//! The drone has to be switched on anew: it is seen to that it says nothing before `command`. A flight takes about 1 m
//! on each side, and 1.5 m upwards. An answer that the network loses is taken for one that was never given.

mod answers;
mod checks;
mod guide;
mod hear;
mod report;
mod steps;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use sockscope::core::facts::Stamp;
use sockscope::core::moment::Moment;

use crate::command::Command;
use crate::judge::{Datagram, Judge, Party, RULES};
use crate::sdk::Sdk;
use crate::state::State;
use crate::table::{Answer, Needs};
use answers::FLOOR;
pub use checks::CHECKS;
use checks::Findings;
pub use guide::Probe;
pub use report::{Cut, Report, Row, Seen, Verdict};
pub use steps::Door;
use steps::{Expect, Place, Step, Then};
use watch::{Motors, Watch};

/// How far an exercise goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// The motors never start.
    Ground,
    /// It flies too, about a minute.
    Flight,
}

/// Who is where.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    /// Where the drone takes commands.
    pub drone: SocketAddr,
    /// From where they are sent: [`Door::First`].
    pub client: SocketAddr,
    /// From where one of them is sent: [`Door::Other`].
    pub other: SocketAddr,
    /// Where state is taken.
    pub state: SocketAddr,
}

/// Something to send to the drone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Send {
    /// Through which socket.
    pub door: Door,
    /// What.
    pub line: String,
}

/// Below so many percent it is not made to fly.
const BATTERY: i32 = 15;

/// `command` is sent so often until there is no hope.
const TRIES: u32 = 3;

/// A drone that leaves so many commands in a row without an answer answers no more.
const MISSES: u32 = 8;

/// Moves are waited for as if it flew so slowly, in cm/s.
const SPEED: f64 = 30.0;

/// Of a datagram so many bytes are kept to be shown: more than the longest state has.
const SHOWN: usize = 250;

/// A judge waits for moves as if it flew slower still: so long after the end, in nanoseconds, all patience is over.
const AFTER: u64 = 300_000_000_000;

/// Where it is, as far as its answers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Up {
    /// It was never told to take off, or its motors stand.
    No,
    /// It was told to take off.
    Told,
    /// It said that it has landed.
    Landed,
}

/// A command that waits for its answer.
#[derive(Debug)]
struct Open {
    number: u64,
    line: String,
    command: Option<Command>,
    expect: Expect,
    sent: Moment,
    end: Moment,
    before: Option<State>,
    /// It was on its way in some state since.
    swayed: bool,
}

impl Open {
    fn is_move(&self) -> bool {
        let needs = self.command.as_ref().map(|command| command.spec().needs);
        matches!(needs, Some(Needs::Flying | Needs::Pads)) && self.line != "land"
    }
}

/// The step that is gone through now.
#[derive(Debug)]
struct Running {
    step: Step,
    began: Moment,
    before: Option<State>,
    /// State as it was when it was answered as it should be.
    answered: Option<State>,
    /// When state first told that it stands.
    down: Option<Moment>,
}

/// A datagram that went by.
#[derive(Debug)]
struct Line {
    time: Moment,
    from: SocketAddr,
    to: SocketAddr,
    bytes: Vec<u8>,
}

/// What is asked of a drone, and what came of it.
#[derive(Debug)]
pub struct Exercise {
    sdk: Sdk,
    depth: Depth,
    places: Places,
    begun: Moment,
    steps: VecDeque<Step>,
    running: Option<Running>,
    open: Vec<Open>,
    /// When an answer came last.
    heard: Moment,
    judge: Judge,
    findings: Findings,
    watch: Watch,
    log: Vec<Line>,
    /// The first state that came from elsewhere, and from where.
    stranger: Option<(u64, SocketAddr)>,
    up: Up,
    entered: bool,
    tries: u32,
    misses: u32,
    cut: Option<Cut>,
    over: bool,
}

impl Exercise {
    /// What a drone of this SDK is asked, from now on.
    pub fn new(sdk: Sdk, depth: Depth, places: Places, now: Moment) -> Self {
        let (drone, state) = (places.drone, places.state.port());
        Self {
            sdk,
            depth,
            places,
            begun: now,
            steps: steps::steps(sdk, depth, false, state).into(),
            running: None,
            open: Vec::new(),
            heard: now,
            judge: Judge::new(sdk, Some(drone.ip())).at(drone.port(), state).seeing_state(),
            findings: Findings::new(),
            watch: Watch::new(sdk),
            log: Vec::new(),
            stranger: None,
            up: Up::No,
            entered: false,
            tries: 0,
            misses: 0,
            cut: None,
            over: false,
        }
    }

    /// Waits for the landing after 15 s of silence too, in a flight. To be said before it begins.
    pub fn slow(self) -> Self {
        let steps = steps::steps(self.sdk, self.depth, true, self.places.state.port());
        Self { steps: steps.into(), ..self }
    }

    /// What to send now, if there is anything.
    pub fn next(&mut self, now: Moment) -> Option<Send> {
        self.expire(now);
        while !self.over {
            if self.running.is_some() {
                self.due().filter(|due| *due <= now)?;
                self.finish(now);
            } else {
                let send = self.begin(now);
                if send.is_some() {
                    return send;
                }
            }
        }
        None
    }

    /// When to ask again at the latest; `None` once it is over.
    pub fn wakeup(&self) -> Option<Moment> {
        if self.over {
            return None;
        }
        let open = self.open.iter().map(|open| open.end);
        open.chain(self.running.as_ref().map_or(Some(self.heard), |_| self.due())).min()
    }

    /// Whether all was gone through.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Ends it: the drone lands, if it flies.
    pub fn stop(&mut self) {
        self.give_up(Cut::Stopped);
        self.running = None;
        // Landing interrupts what is under way: no answer to that tells anything.
        self.open.iter_mut().for_each(|open| open.expect = Expect::Judged);
    }

    /// Goes on to nothing but the landing.
    fn give_up(&mut self, why: Cut) {
        self.cut.get_or_insert(why);
        self.steps = steps::grounded().into();
    }

    /// What became of it all.
    pub fn end(mut self, now: Moment) -> Report {
        self.watch.end(&mut self.findings);
        // Other drones may tell their state to the same port.
        if let (Some((number, from)), None) = (self.stranger, self.watch.last()) {
            self.findings.look("address", number, Some(format!("all state comes from {from}")));
        }
        // Whoever ends it early gave the last commands no time to be answered.
        let after = if self.cut == Some(Cut::Stopped) { 0 } else { AFTER };
        let judged = self.judge.end(Stamp(now.0.saturating_add(after)));
        let judged = RULES.iter().zip(judged).filter(|(rule, _)| rule.party == Party::Drone);
        let rows = judged.chain(CHECKS.iter().zip(self.findings.end())).map(|(rule, finding)| {
            let number = finding.first.as_ref().map_or(0, |(number, _)| *number);
            let line = self.log.get((number as usize).wrapping_sub(1));
            let datagram = line.map(|line| Seen {
                number,
                after: line.time - self.begun,
                from: line.from,
                to: line.to,
                text: line.bytes.escape_ascii().to_string(),
            });
            Row { rule, finding, datagram }
        });
        Report { rows: rows.collect(), cut: self.cut, over: self.over }
    }

    /// Whether it flies: by its distance to the ground once it was told to take off, or else by its answers.
    fn flies(&self) -> bool {
        match (self.up, self.watch.tof()) {
            (Up::No, _) => false,
            (_, Some(..=FLOOR)) => false,
            (Up::Landed, Some(_)) => true,
            (up, _) => up == Up::Told,
        }
    }

    /// When the step that is gone through is done, if that is known.
    fn due(&self) -> Option<Moment> {
        let Running { step, began, .. } = self.running.as_ref()?;
        match step.then {
            Then::After(millis) => Some(*began + Duration::from_millis(millis)),
            Then::Answered(_) if !self.open.is_empty() => None,
            Then::Answered(millis) => Some(self.heard.max(*began) + Duration::from_millis(millis)),
        }
    }

    /// Begins the next step that can be gone through; what it sends.
    fn begin(&mut self, now: Moment) -> Option<Send> {
        let Some(step) = self.steps.pop_front() else {
            if self.flies() {
                self.cut.get_or_insert(Cut::Aloft);
            }
            self.over = true;
            return None;
        };
        let here = match step.place {
            Place::Anywhere => true,
            // It may be about to leave the ground.
            Place::Air => self.flies() || step.expect == Expect::Grounded && self.up == Up::Told,
            Place::Ground => !self.flies(),
        };
        if !here || step.expect == Expect::TakesOff && !self.may_fly() {
            return None;
        }
        let send = (!step.line.is_empty()).then(|| Send { door: step.door, line: step.line.clone() });
        if step.expect == Expect::Alone {
            self.watch.motors(now, Motors::Unsure, &mut self.findings);
        }
        let before = self.watch.last().cloned();
        if send.is_some() {
            self.send(now, &step);
        }
        self.running = Some(Running { step, began: now, before, answered: None, down: None });
        send
    }

    /// Whether to make it fly.
    fn may_fly(&mut self) -> bool {
        let battery = self.watch.last().and_then(|state| state.battery);
        if let Some(battery) = battery.filter(|battery| *battery < BATTERY) {
            self.cut.get_or_insert(Cut::Battery(battery));
        }
        self.cut.is_none()
    }

    /// Everybody sees what goes out.
    fn send(&mut self, now: Moment, step: &Step) {
        let from = if step.door == Door::First { self.places.client } else { self.places.other };
        let (to, line) = (self.places.drone, step.line.clone());
        let number = self.see(now, from, to, line.as_bytes());
        // A judge knows nothing of tags.
        let bare =
            if step.expect == Expect::Tagged { hear::tag(&line).map_or("", |(_, bare)| bare) } else { &line };
        if step.expect != Expect::Tagged {
            self.judge.take(&Datagram { number, time: Stamp(now.0), from, to, bytes: line.as_bytes() });
        }
        let command = Command::find(bare, self.sdk).ok();
        match (line.as_str(), step.expect) {
            ("command", _) => self.watch.enter(now),
            ("takeoff", Expect::TakesOff) => {
                self.up = Up::Told;
                self.watch.leaves();
            }
            ("land", _) if self.flies() => self.watch.motors(now, Motors::Unsure, &mut self.findings),
            _ => {}
        }
        let silent = command.as_ref().is_some_and(|command| command.spec().answer == Answer::Nothing);
        if silent || step.expect == Expect::Silence {
            return;
        }
        let patience = command.as_ref().map_or(Duration::from_secs(3), |command| {
            command.spec().takes.patience(command.numbers(), SPEED)
        });
        let (before, expect, end) = (self.watch.last().cloned(), step.expect, now + patience);
        self.open.push(Open { number, line, command, expect, sent: now, end, before, swayed: false });
    }

    /// Writes down what goes by; its number.
    fn see(&mut self, time: Moment, from: SocketAddr, to: SocketAddr, bytes: &[u8]) -> u64 {
        self.log.push(Line { time, from, to, bytes: bytes[..bytes.len().min(SHOWN)].to_vec() });
        self.log.len() as u64
    }
}
