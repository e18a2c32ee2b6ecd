//! A script being carried out by one drone: pure, so that it can be flown in virtual time.

#[cfg(test)]
mod tests;

use std::time::Duration;

use sockscope::core::moment::Moment;

use super::plan::{Point, Reckoned};
use super::{Script, Step, What};
use crate::command::Command;
use crate::sdk::Sdk;
use crate::state::State;

/// Carries out a script. Whoever owns it does what [`Flight::next`] says, and tells what became of it.
///
/// Any failure ends the script: a drone that may fly lands then, once, whatever it answers.
#[derive(Debug)]
pub struct Flight {
    script: Script,
    number: usize,
    index: usize,
    /// How often each repeat that is under way is done once more.
    turns: Vec<u32>,
    doing: Doing,
    began: Moment,
    /// It took off, as far as it was told to, and did not land since.
    aloft: bool,
    state: Option<State>,
    at: Reckoned,
    report: Report,
}

/// What it does just now.
#[derive(Debug)]
enum Doing {
    /// The next step.
    Next,
    /// Waits for the answer to a command.
    Command(Command, Moment),
    /// Waits for a time.
    Pause(Moment),
    /// Waits for the state, until then at most.
    Until(Moment, Moment),
    /// Waits for the other drones.
    Barrier,
    /// It is to land, since something failed.
    Land,
    /// Waits for the answer to that.
    Landing(Moment),
    Over,
}

/// What to do.
#[derive(Debug, Clone)]
pub enum Do {
    /// Send this command, and tell what was answered.
    Order(Command),
    /// Say this to whoever watches.
    Say(String),
    /// Wait for the other drones, and tell when they are there.
    Barrier,
    /// It is over.
    Finish,
}

/// What became of a flight.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Each step that was done.
    pub steps: Vec<Done>,
    /// Why the script did not come to its end, and in which line.
    pub failed: Option<(usize, String)>,
    /// Where it went, reckoned from the commands that were answered well.
    pub track: Vec<Point>,
    /// How long it took.
    pub took: Duration,
}

/// A step that was done.
#[derive(Debug, Clone)]
pub struct Done {
    /// Its line in the script.
    pub line: usize,
    /// What it was.
    pub what: String,
    /// When it began, since the beginning.
    pub at: Duration,
    /// How long it took.
    pub took: Duration,
    /// What came of it: the answer, or what the state said.
    pub answer: String,
}

impl Flight {
    /// The flight of the drone `number`, from 1, beginning now.
    pub fn new(script: Script, number: usize, now: Moment) -> Self {
        Self {
            script,
            number,
            index: 0,
            turns: Vec::new(),
            doing: Doing::Next,
            began: now,
            aloft: false,
            state: None,
            at: Reckoned::default(),
            report: Report { track: vec![Point::default()], ..Report::default() },
        }
    }

    /// The next thing to do now, if there is one.
    pub fn next(&mut self, now: Moment) -> Option<Do> {
        loop {
            match &self.doing {
                Doing::Next => {}
                Doing::Pause(end) if now >= *end => self.doing = Doing::Next,
                Doing::Until(began, end) => {
                    let (began, end) = (*began, *end);
                    self.until(now, began, end)?;
                }
                Doing::Land => return Some(self.land(now)),
                Doing::Command(..) | Doing::Pause(_) | Doing::Barrier | Doing::Landing(_) | Doing::Over => {
                    return None;
                }
            }
            if matches!(self.doing, Doing::Next)
                && let Some(act) = self.step(now)
            {
                return Some(act);
            }
        }
    }

    /// Begins the next step.
    fn step(&mut self, now: Moment) -> Option<Do> {
        let Some(step) = self.script.steps.get(self.index).cloned() else { return Some(self.end(now)) };
        self.index += 1;
        if step.only.is_some_and(|only| only != self.number) {
            return None;
        }
        match &step.what {
            What::Command(command) => {
                self.aloft |= matches!(command.spec().name, "takeoff" | "throwfly");
                self.doing = Doing::Command(command.clone(), now);
                return Some(Do::Order(command.clone()));
            }
            What::Wait(time) => {
                self.doing = Doing::Pause(now + *time);
                self.done(&step, now, *time, String::new());
            }
            What::Until(_, within) => self.doing = Doing::Until(now, now + *within),
            What::Expect(condition) => match self.state.as_ref().and_then(|state| condition.holds(state)) {
                Some(true) => {
                    let said = self.said(condition.key());
                    self.done(&step, now, Duration::ZERO, said);
                }
                _ => {
                    self.fail(step.line, format!("expected {condition}, and {}", self.said(condition.key())))
                }
            },
            What::Say(words) => {
                self.done(&step, now, Duration::ZERO, String::new());
                return Some(Do::Say(words.clone()));
            }
            What::Barrier => {
                self.doing = Doing::Barrier;
                return Some(Do::Barrier);
            }
            What::Repeat { times, .. } => self.turns.push(times - 1),
            What::Again { start } => match self.turns.last_mut() {
                Some(0) | None => drop(self.turns.pop()),
                Some(left) => {
                    *left -= 1;
                    self.index = start + 1;
                }
            },
        }
        None
    }

    /// Looks whether a state has come that was waited for. `None` while it has not.
    fn until(&mut self, now: Moment, began: Moment, end: Moment) -> Option<()> {
        let step = self.current()?.clone();
        let What::Until(condition, within) = &step.what else { return None };
        if self.state.as_ref().and_then(|state| condition.holds(state)) == Some(true) {
            self.doing = Doing::Next;
            let said = self.said(condition.key());
            self.done(&step, began, now - began, said);
            return Some(());
        }
        if now >= end {
            let said = self.said(condition.key());
            self.fail(step.line, format!("{condition} did not come within {within:?}: {said}"));
            return Some(());
        }
        None
    }

    /// A command was answered as it should, with these words.
    pub fn answered(&mut self, now: Moment, words: &str) {
        match std::mem::replace(&mut self.doing, Doing::Next) {
            Doing::Command(command, began) => {
                let start = began - self.began;
                let way = self.at.follow(&command);
                let legs = way.len().max(1) as u32;
                for (leg, place) in (1..).zip(way) {
                    self.report.track.push(Point { time: start + (now - began) * leg / legs, place });
                }
                self.aloft &= command.spec().name != "land";
                if let Some(step) = self.current().cloned() {
                    self.done(&step, began, now - began, words.to_owned());
                }
            }
            Doing::Landing(began) => self.landed(now, began, words),
            other => self.doing = other,
        }
    }

    /// A command was refused, or not answered, or nobody can tell.
    pub fn refused(&mut self, now: Moment, why: &str) {
        match std::mem::replace(&mut self.doing, Doing::Next) {
            Doing::Command(command, _) => {
                let line = self.current().map_or(0, |step| step.line);
                self.fail(line, format!("{}: {why}", command.line()));
            }
            Doing::Landing(began) => self.landed(now, began, why),
            other => self.doing = other,
        }
    }

    /// The other drones are there.
    pub fn released(&mut self) {
        if matches!(self.doing, Doing::Barrier) {
            self.doing = Doing::Next;
        }
    }

    /// The drone told its state.
    pub fn state(&mut self, state: State) {
        self.state = Some(state);
    }

    /// Somebody wants it to end: it lands, if it may fly. What it is doing is no longer waited for.
    pub fn abort(&mut self, why: &str) {
        if !matches!(self.doing, Doing::Land | Doing::Landing(_) | Doing::Over) {
            let line = self.current().map_or(0, |step| step.line);
            self.fail(line, why.to_owned());
        }
    }

    /// When to ask again at the latest.
    pub fn wakeup(&self) -> Option<Moment> {
        match self.doing {
            Doing::Pause(end) | Doing::Until(_, end) => Some(end),
            _ => None,
        }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.doing, Doing::Over)
    }

    /// Whether it waits for the other drones.
    pub fn waits(&self) -> bool {
        matches!(self.doing, Doing::Barrier)
    }

    /// What became of it so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The step that is done just now.
    fn current(&self) -> Option<&Step> {
        self.script.steps.get(self.index.checked_sub(1)?)
    }

    fn done(&mut self, step: &Step, began: Moment, took: Duration, answer: String) {
        let at = began - self.began;
        let what = match &step.what {
            What::Command(command) => command.line().to_owned(),
            What::Wait(time) => format!("wait {time:?}"),
            What::Until(condition, _) => format!("until {condition}"),
            What::Expect(condition) => format!("expect {condition}"),
            What::Say(words) => format!("say {words}"),
            What::Barrier | What::Repeat { .. } | What::Again { .. } => String::new(),
        };
        self.report.steps.push(Done { line: step.line, what, at, took, answer });
    }

    /// What the state says of a key.
    fn said(&self, key: &str) -> String {
        match &self.state {
            None => "no state has come".to_owned(),
            Some(state) => match state.number(key) {
                Some(number) => format!("{key} is {number}"),
                None => format!("the state has no {key}"),
            },
        }
    }

    fn fail(&mut self, line: usize, why: String) {
        self.report.failed = Some((line, why));
        self.doing = Doing::Land;
    }

    /// The end of the script.
    fn end(&mut self, now: Moment) -> Do {
        if self.aloft {
            return self.land(now);
        }
        self.over(now)
    }

    /// Lands, if it may fly.
    fn land(&mut self, now: Moment) -> Do {
        if !self.aloft {
            return self.over(now);
        }
        // All SDKs have it.
        let land = Command::read("land", Sdk::V1_3).expect("a row of the table");
        self.doing = Doing::Landing(now);
        Do::Order(land)
    }

    fn landed(&mut self, now: Moment, began: Moment, words: &str) {
        let at = began - self.began;
        let done = Done { line: 0, what: "land".to_owned(), at, took: now - began, answer: words.to_owned() };
        self.report.steps.push(done);
        self.aloft = false;
        self.at.place[2] = 0.0;
        self.report.track.push(Point { time: now - self.began, place: self.at.place });
        self.doing = Doing::Land;
    }

    fn over(&mut self, now: Moment) -> Do {
        self.report.took = now - self.began;
        self.doing = Doing::Over;
        Do::Finish
    }
}
