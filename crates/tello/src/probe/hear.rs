//! What came back: which command it answers, and what that tells.

use std::net::SocketAddr;
use std::time::Duration;

use sockscope::core::facts::Stamp;
use sockscope::core::moment::Moment;

use super::answers::{FLOOR, HOVER, agrees, form, goes_on, rose, sways, turns};
use super::watch::Motors;
use super::{Cut, Exercise, MISSES, Open, Running, TRIES, Up};
use crate::judge::Datagram;
use crate::probe::steps::Expect;
use crate::reply::{Reply, Shape};
use crate::state::State;
use crate::table::{Answer, Needs};

/// It lands by itself no sooner after the last command (SDK manuals: 15 s), in seconds.
const ALONE: f64 = 14.5;

/// What is done at once is answered within so long, over any network.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The most used client gives up a move after so long (djitellopy 2.5).
const SOON: Duration = Duration::from_secs(7);

/// State that is older has ceased, in milliseconds.
const FRESH: u128 = 300;

impl Exercise {
    /// Takes a datagram that came to a socket of the client's: one of those of [`super::Places`].
    pub fn hear(&mut self, now: Moment, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        let number = self.see(now, from, to, bytes);
        let home = from.ip() == self.places.drone.ip();
        if to == self.places.state && !home {
            self.stranger.get_or_insert((number, from));
            return;
        }
        self.findings.look("address", number, (!home).then(|| format!("this came from {from}")));
        if !home {
            return;
        }
        let datagram = Datagram { number, time: Stamp(now.0), from, to, bytes };
        if to == self.places.state {
            self.judge.take(&datagram);
            self.watch.take(now, number, bytes, &mut self.findings);
            return self.told(now);
        }
        let reply = Reply::read(bytes);
        if self.is_tagged(&reply) {
            return self.tagged(now, number, &reply);
        }
        self.judge.take(&datagram);
        if let Some(at) = self.place(now, &reply) {
            let open = self.open.remove(at);
            (self.heard, self.misses) = (now, 0);
            self.answered(now, number, &open, &reply);
        }
    }

    /// State came.
    fn told(&mut self, now: Moment) {
        let flies = self.flies();
        if self.watch.last().is_some_and(sways) {
            self.open.iter_mut().for_each(|open| open.swayed = true);
        }
        if let Some(running) = self.running.as_mut().filter(|_| !flies) {
            running.down.get_or_insert(now);
        }
    }

    /// Which command it answers.
    fn place(&self, now: Moment, reply: &Reply) -> Option<usize> {
        let fits = |open: &Open| {
            let answer = open.command.as_ref().map_or(Answer::Ok, |command| command.spec().answer);
            tag(&open.line).is_none() && reply.may_answer(&open.line, answer)
        };
        let mut open = self.open.iter().enumerate().filter(|(_, open)| fits(open));
        let urgent = |open: &Open| open.line == "land" || open.line == "stop" && now - open.sent < AT_ONCE;
        let moves = |open: &Open| {
            open.command
                .as_ref()
                .is_some_and(|command| matches!(command.spec().needs, Needs::Flying | Needs::Pads))
        };
        let found = match reply.text() {
            "error Not joystick" => open.clone().rfind(|(_, open)| moves(open)),
            "forced stop" | "error Auto land" => open.clone().find(|(_, open)| open.is_move()),
            "ok" => open.clone().find(|(_, open)| urgent(open)),
            _ => None,
        };
        let only = || (self.open.len() == 1 && reply.shape() != Shape::Binary).then_some(0);
        found.or_else(|| open.next()).map(|(at, _)| at).or_else(only)
    }

    /// A command was answered.
    fn answered(&mut self, now: Moment, number: u64, open: &Open, reply: &Reply) {
        match open.line.as_str() {
            "takeoff" if reply.is_ok() => self.watch.motors(now, Motors::Run(None), &mut self.findings),
            "takeoff" if open.expect == Expect::TakesOff => self.up = Up::No,
            "land" if reply.is_ok() => self.up = Up::Landed,
            "land" if reply.text() == "error Motor stop" => self.up = Up::No,
            "command" if open.expect == Expect::Enters => self.entered = reply.is_ok(),
            _ => {}
        }
        let said = || format!("{} was answered with {reply}", open.line);
        match open.expect {
            Expect::Enters => self.findings.look("alive", number, (!reply.is_ok()).then(said)),
            Expect::Words(check, words) => {
                self.findings.look(check, number, (reply.text() != words).then(said));
            }
            Expect::Read => self.read(number, open, reply),
            Expect::ReadMoving => {
                let moving = self.open.iter().any(Open::is_move);
                let how = || format!("{} was answered after the move", open.line);
                self.findings.look("read-moving", number, (!moving).then(how));
            }
            _ => self.moved(now, number, open, reply),
        }
    }

    fn read(&mut self, number: u64, open: &Open, reply: &Reply) {
        let Some(command) = &open.command else { return };
        self.findings.look("read-form", number, form(command, reply, self.sdk));
        if let Some(agrees) = self.watch.last().and_then(|state| agrees(command, reply, state)) {
            self.findings.look("read-agrees", number, agrees);
        }
    }

    /// A move was answered: state has to show it.
    fn moved(&mut self, now: Moment, number: u64, open: &Open, reply: &Reply) {
        let (Some(check), Some(state)) = (check(open.expect), self.watch.last()) else { return };
        let said = || format!("{} was answered with {reply}", open.line);
        let told = |how: String| format!("{} was answered with {reply}: {how}", open.line);
        let broken = if reply.is_ok() { self.short(open, state).map(told) } else { Some(said()) };
        if broken.is_none()
            && let Some(running) = &mut self.running
        {
            running.answered = Some(state.clone());
        }
        self.findings.look(check, number, broken);
        if matches!(open.expect, Expect::Rises(_) | Expect::Sways | Expect::Turns(..)) {
            let took = now - open.sent;
            let how = || format!("{} was answered after {:.1} s", open.line, took.as_secs_f64());
            self.findings.look("in-time", number, (took > SOON).then(how));
        }
    }

    /// By what a move falls short of what it should have done.
    fn short(&self, open: &Open, state: &State) -> Option<String> {
        let before = open.before.as_ref()?;
        match open.expect {
            Expect::TakesOff => rose(before, state, HOVER),
            Expect::Rises(by) => rose(before, state, by),
            Expect::Turns(_, by) => turns(before, state, by),
            Expect::Sways => (!open.swayed).then(|| "it never was on its way".to_owned()),
            Expect::Lands => {
                let tof = self.watch.tof().filter(|tof| *tof > FLOOR);
                tof.map(|tof| format!("it is {tof} cm above the ground"))
            }
            _ => None,
        }
    }

    /// Gives up what can no longer be answered.
    pub(super) fn expire(&mut self, now: Moment) {
        while let Some(at) = self.open.iter().position(|open| open.end <= now) {
            let open = self.open.remove(at);
            (self.heard, self.misses) = (now, self.misses + 1);
            let how = Some(format!("{} was never answered", open.line));
            let name = match open.expect {
                Expect::Words(check, _) => Some(check),
                Expect::ReadMoving => Some("read-moving"),
                Expect::Tagged => Some("tagged"),
                other => check(other),
            };
            if let Some(name) = name {
                self.findings.look(name, open.number, how);
            }
            if self.misses == MISSES {
                self.give_up(Cut::Silent);
            }
        }
    }

    /// The step that is gone through is done.
    pub(super) fn finish(&mut self, now: Moment) {
        let Some(Running { step, began, before, answered, down }) = self.running.take() else { return };
        let last = self.watch.last();
        match step.expect {
            Expect::Enters if !self.entered => self.unheard(step),
            Expect::TakesOff if !self.flies() => {
                self.cut.get_or_insert(Cut::Stays);
            }
            Expect::Turns(check, by) if step.line.is_empty() => {
                let broken = before.zip(last).map(|(before, last)| turns(&before, last, by));
                broken.into_iter().for_each(|broken| self.findings.look(check, 0, broken));
            }
            Expect::Rises(_) | Expect::Turns(..) => {
                let later = answered.zip(last).and_then(|(answered, last)| goes_on(&answered, last));
                let line = &step.line;
                later
                    .into_iter()
                    .for_each(|how| self.findings.look("moved", 0, Some(format!("{line}: {how}"))));
            }
            Expect::Lands | Expect::Grounded if !self.flies() => {
                self.watch.motors(now, Motors::Stand(None), &mut self.findings);
            }
            Expect::StateGoesOn => {
                let ceased = self.watch.when().is_none_or(|when| (now - when).as_millis() > FRESH);
                let how = || format!("none comes after {}", step.line);
                self.findings.look("state-goes-on", 0, ceased.then(how));
            }
            Expect::Alone => self.alone(now, began, down),
            _ => {}
        }
    }

    /// Nobody answered `command`.
    fn unheard(&mut self, step: super::Step) {
        self.tries += 1;
        if self.tries < TRIES {
            return self.steps.push_front(step);
        }
        self.findings.look("alive", 0, Some(format!("{TRIES} times command was not answered with ok")));
        self.cut = Some(Cut::NoAnswer);
        self.steps.clear();
    }

    /// Nobody said anything for long.
    fn alone(&mut self, now: Moment, began: Moment, down: Option<Moment>) {
        let seconds = down.map(|down| (down - began).as_secs_f64());
        let broken = match seconds {
            None => Some("it still flies after 30 s without a command".to_owned()),
            Some(early) if early < ALONE => Some(format!("it stood after {early:.1} s without a command")),
            Some(_) => None,
        };
        self.findings.look("alone", 0, broken);
        if !self.flies() {
            self.up = Up::Landed;
            self.watch.motors(now, Motors::Stand(None), &mut self.findings);
        }
    }

    /// Whether that is about a tagged command.
    fn is_tagged(&self, reply: &Reply) -> bool {
        tag(reply.unknown().unwrap_or(reply.text())).is_some()
    }

    /// A copy of a tagged command was answered.
    fn tagged(&mut self, now: Moment, number: u64, reply: &Reply) {
        let own = |open: &Open| {
            let tagged = tag(&open.line).zip(tag(reply.text()));
            tagged.is_some_and(|((one, _), (other, _))| one == other) || reply.unknown() == Some(&open.line)
        };
        let Some(at) = self.open.iter().position(own) else {
            let how = format!("\"{reply}\" answers no copy that waits");
            return self.findings.look("tagged", number, Some(how));
        };
        let open = self.open.remove(at);
        (self.heard, self.misses) = (now, 0);
        let words = tag(reply.text()).map_or("", |(_, words)| words);
        let answer = open.command.as_ref().map_or(Answer::Ok, |command| command.spec().answer);
        let bare = Reply::read(words.as_bytes());
        let right = bare.is_ok() && bare.may_answer(tag(&open.line).map_or("", |(_, line)| line), answer);
        let how = || format!("{} was answered with {reply}", open.line);
        if open.expect == Expect::Tagged {
            self.findings.look("tagged", number, (!right).then(how));
        }
    }
}

/// The check that a move falls under.
fn check(expect: Expect) -> Option<&'static str> {
    Some(match expect {
        Expect::TakesOff => "takes-off",
        Expect::Rises(_) | Expect::Sways => "moved",
        Expect::Turns(check, _) => check,
        Expect::Lands => "comes-down",
        Expect::Read => "read-form",
        _ => return None,
    })
}

/// The tag of a tagged command or answer, and what stands behind it: `Re0102` and `battery?`.
pub(super) fn tag(text: &str) -> Option<(&str, &str)> {
    let (tag, rest) = text.split_once(' ')?;
    let digits = tag.strip_prefix("Re")?;
    (digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some((tag, rest))
}
