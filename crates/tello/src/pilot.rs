//! The client's side of one drone: one command at a time, each answer with its command. Pure: given what comes and the
//! time, it says what to send.
//!
//! # Which answer belongs to which command
//!
//! Nothing in an answer tells. Its shape tells which commands it cannot belong to ([`crate::reply`]); time tells the rest:
//! while an earlier command may still be answered, no command goes out whose answers look alike. That is so for
//! [`Ways::late`] after a command was given up, and for [`Ways::settle`] after one was answered, since datagrams may come
//! twice. So an answer is never taken for another command's as long as none comes later than that.
//!
//! `land`, `stop`, `emergency` and `rc` never wait. What answers them may then be the answer to an interrupted move as well: the verdict is
//! [`Verdict::Unsure`] unless there is only one command that it can belong to.

mod act;
mod flying;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use sockscope::core::moment::Moment;

use crate::command::Command;
use crate::reply::{Reply, Shape, alike};
use crate::sdk::Sdk;
use crate::state::State;
use crate::table::{Answer, Takes, Value};
pub use act::{Act, Id, Stray, Verdict};
pub use flying::Flying;
use flying::Motors;

/// How a pilot goes about it.
#[derive(Debug, Clone)]
pub struct Ways {
    /// What the drone understands.
    pub sdk: Sdk,
    /// How long after an answer it may come a second time.
    pub settle: Duration,
    /// How long after a command was given up it may still be answered.
    pub late: Duration,
    /// How often a command in all that may be repeated is sent while it is not answered: one that reads or sets.
    pub tries: u32,
    /// While it flies, something is sent after so long a silence; `None` to let it land by itself.
    pub keep_alive: Option<Duration>,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            sdk: Sdk::V2_0,
            settle: Duration::from_millis(100),
            late: Duration::from_secs(2),
            tries: 3,
            keep_alive: Some(Duration::from_secs(8)),
        }
    }
}

/// A drone lands by itself after so long without a command (SDK manuals, all versions).
pub const ALONE: Duration = Duration::from_secs(15);

/// Nobody knows how fast a drone flies before it was asked; in cm/s.
const SPEED: f64 = 30.0;

/// A pilot.
#[derive(Debug)]
pub struct Pilot {
    ways: Ways,
    last: u64,
    queue: VecDeque<Open>,
    /// Sent, and not answered: one that waited for its turn at most, and those that never wait.
    open: Vec<Open>,
    echoes: Vec<Echo>,
    acts: VecDeque<Act>,
    /// When a command was sent last, or one that takes long was answered.
    spoke: Option<Moment>,
    motors: Motors,
    state: Option<(Moment, State)>,
    speed: f64,
}

/// A command on its way.
#[derive(Debug, Clone)]
struct Open {
    id: Id,
    command: Command,
    own: bool,
    began: Moment,
    /// When it was sent last, and when there is no more hope.
    sent: Moment,
    end: Moment,
    tries: u32,
    /// An answer that may be its own.
    maybe: Option<Reply>,
}

/// A command that may be answered once more.
#[derive(Debug, Clone)]
struct Echo {
    line: String,
    answer: Answer,
    reply: Option<Reply>,
    until: Moment,
}

impl Pilot {
    /// A pilot that nobody gave a command yet.
    pub fn new(ways: Ways) -> Self {
        Self {
            ways,
            last: 0,
            queue: VecDeque::new(),
            open: Vec::new(),
            echoes: Vec::new(),
            acts: VecDeque::new(),
            spoke: None,
            motors: Motors::default(),
            state: None,
            speed: SPEED,
        }
    }

    /// Gives a command. It waits for its turn; `land`, `stop`, `emergency` and `rc` do not, and `land`, `stop` and
    /// `emergency` send all away that waits: it was meant for another place.
    pub fn order(&mut self, now: Moment, command: Command) -> Id {
        self.give(now, command, false)
    }

    fn give(&mut self, now: Moment, command: Command, own: bool) -> Id {
        self.last += 1;
        let id = Id(self.last);
        let open = Open { id, command, own, began: now, sent: now, end: now, tries: 0, maybe: None };
        let name = open.command.spec().name;
        if ["land", "stop", "emergency"].contains(&name) {
            let gone: Vec<_> = self.queue.drain(..).collect();
            gone.into_iter().for_each(|open| self.done(now, open, Verdict::Dropped));
        }
        if ["land", "stop", "emergency", "rc"].contains(&name) {
            self.send(now, open);
        } else {
            self.queue.push_back(open);
        }
        id
    }

    /// The next thing to do or tell.
    pub fn next(&mut self, now: Moment) -> Option<Act> {
        if self.acts.is_empty() {
            self.turn(now);
        }
        self.acts.pop_front()
    }

    /// Looks at the time.
    fn turn(&mut self, now: Moment) {
        self.echoes.retain(|echo| echo.until > now);
        while let Some(at) = self.open.iter().position(|open| open.end <= now) {
            let open = self.open.remove(at);
            self.unanswered(now, open);
        }
        if self.motors.stand(now) {
            self.landed(now);
        }
        if let Some(open) = self.queue.front()
            && self.may_go(open)
            && let Some(open) = self.queue.pop_front()
        {
            self.send(now, open);
        }
        self.keep_alive(now);
    }

    /// Its motors have stopped: it has landed, whoever's answers those were that came.
    fn landed(&mut self, now: Moment) {
        self.motors.ordered(false);
        if !self.open.iter().any(|open| open.maybe.is_some() && open.command.spec().name == "land") {
            return;
        }
        for mut open in std::mem::take(&mut self.open) {
            self.remember(now, &open, None);
            let verdict = match open.maybe.take() {
                _ if open.command.spec().name == "land" => Verdict::Landed,
                Some(reply) => Verdict::Unsure(reply),
                None => Verdict::NoAnswer,
            };
            self.done(now, open, verdict);
        }
    }

    /// Whether nothing else may be answered by what would answer this.
    fn may_go(&self, open: &Open) -> bool {
        let answer = open.command.spec().answer;
        self.open.is_empty()
            && !self.echoes.iter().any(|echo| alike(echo.answer, answer) || echo.line == open.command.line())
    }

    fn send(&mut self, now: Moment, mut open: Open) {
        let spec = open.command.spec();
        let line = open.command.line().to_owned();
        if open.tries == 0 {
            open.began = now;
        }
        self.spoke = Some(now);
        self.acts.push_back(Act::Send { id: open.id, line, again: open.tries });
        open.tries += 1;
        if spec.answer == Answer::Nothing {
            if spec.name == "emergency" {
                self.motors.ordered(false);
            }
            return self.done(now, open, Verdict::Sent);
        }
        open.sent = now;
        open.end = now + spec.takes.patience(open.command.numbers(), self.speed);
        self.open.push(open);
    }

    /// No answer has come in time.
    fn unanswered(&mut self, now: Moment, mut open: Open) {
        let spec = open.command.spec();
        // Doing it twice is the same as once; and what may have been answered is not sent again.
        let harmless = spec.takes == Takes::AtOnce && spec.name != "stop" && spec.name != "motoron";
        if harmless && open.tries < self.ways.tries && open.maybe.is_none() {
            return self.send(now, open);
        }
        self.remember(now, &open, None);
        let verdict = open.maybe.take().map_or(Verdict::NoAnswer, Verdict::Unsure);
        self.done(now, open, verdict);
    }

    /// Remembers that a command may be answered once more.
    fn remember(&mut self, now: Moment, open: &Open, reply: Option<&Reply>) {
        // One that was sent several times may be answered as often, and stop is answered twice at any time.
        let once = open.tries == 1 && open.command.spec().name != "stop";
        let span = if reply.is_some() && once { self.ways.settle } else { self.ways.late };
        self.echoes.push(Echo {
            line: open.command.line().to_owned(),
            answer: open.command.spec().answer,
            reply: reply.cloned(),
            until: now + span,
        });
    }

    fn done(&mut self, now: Moment, open: Open, verdict: Verdict) {
        let Open { id, command, own, began, .. } = open;
        self.acts.push_back(Act::Done {
            id,
            line: command.line().to_owned(),
            verdict,
            took: now - began,
            own,
        });
    }

    /// Takes a datagram that came from the drone's command port.
    pub fn hear(&mut self, now: Moment, bytes: &[u8]) {
        self.turn(now);
        let reply = Reply::read(bytes);
        let stray = match reply.shape() {
            Shape::Binary => Stray::Binary,
            Shape::Rubbish => Stray::Rubbish,
            _ => match self.whose(&reply) {
                Whose::Open(at) => {
                    let open = self.open.remove(at);
                    return self.answered(now, open, reply);
                }
                Whose::Stray(stray) => stray,
            },
        };
        self.acts.push_back(Act::Stray(reply, stray));
    }

    /// Whose answer it is.
    fn whose(&mut self, reply: &Reply) -> Whose {
        let fits = |line: &str, answer: Answer| reply.may_answer(line, answer);
        let open: Vec<_> = (0..self.open.len())
            .filter(|at| fits(self.open[*at].command.line(), self.open[*at].command.spec().answer))
            .collect();
        let echoes: Vec<_> = self.echoes.iter().filter(|echo| fits(&echo.line, echo.answer)).collect();
        match (open.as_slice(), echoes.as_slice()) {
            ([at], []) => Whose::Open(*at),
            ([], []) => Whose::Stray(Stray::Unasked),
            ([], [.., echo]) => Whose::Stray(match &echo.reply {
                Some(_) => Stray::Again(echo.line.clone()),
                None => Stray::Late(echo.line.clone()),
            }),
            (some, echoes) => {
                let mut lines: Vec<_> =
                    some.iter().map(|at| self.open[*at].command.line().to_owned()).collect();
                lines.extend(echoes.iter().map(|echo| echo.line.clone()));
                for at in some {
                    self.open[*at].maybe.get_or_insert_with(|| reply.clone());
                }
                Whose::Stray(Stray::Either(lines))
            }
        }
    }

    fn answered(&mut self, now: Moment, open: Open, reply: Reply) {
        let spec = open.command.spec();
        self.spoke = Some(now);
        if reply.is_ok() {
            match spec.name {
                "takeoff" | "throwfly" => self.motors.ordered(true),
                "land" => self.motors.ordered(false),
                "speed" => self.speed = open.command.numbers().first().copied().unwrap_or(self.speed),
                _ if spec.answer == Answer::Value(Value::Speed) => {
                    self.speed = reply.number().unwrap_or(self.speed)
                }
                _ => {}
            }
        }
        self.remember(now, &open, Some(&reply));
        let verdict = if reply.is_ok() { Verdict::Done(reply) } else { Verdict::Refused(reply) };
        self.done(now, open, verdict);
    }

    /// Takes a datagram of the drone's state; whether it was one.
    pub fn told(&mut self, now: Moment, bytes: &[u8]) -> bool {
        let Some(state) = State::read(bytes) else { return false };
        self.motors.told(now, state.motor_time);
        self.state = Some((now, state));
        true
    }

    /// The last state, and when it came.
    pub fn state(&self) -> Option<&(Moment, State)> {
        self.state.as_ref()
    }

    /// Whether it flies.
    pub fn flying(&self, now: Moment) -> Flying {
        self.motors.flying(now)
    }

    /// How long until it lands by itself; `None` while it stands, or does what takes long.
    pub fn left(&self, now: Moment) -> Option<Duration> {
        let silent = self.open.is_empty() && self.flying(now) != Flying::No && self.motors.may_fly();
        self.spoke.filter(|_| silent).map(|spoke| ALONE.saturating_sub(now - spoke))
    }

    /// Sends something harmless where nothing was sent for long.
    fn keep_alive(&mut self, now: Moment) {
        if self.alive_at().is_some_and(|at| at <= now) {
            // It asks for something worth knowing, and leaves the sticks as they are.
            let command = Command::read("battery?", self.ways.sdk).expect("a row of the table");
            self.give(now, command, true);
            if let Some(open) = self.queue.pop_front() {
                self.send(now, open);
            }
        }
    }

    /// When something is sent to keep it in the air, where nothing else is under way.
    fn alive_at(&self) -> Option<Moment> {
        let span = self.ways.keep_alive.filter(|_| self.is_idle() && self.motors.may_fly())?;
        self.spoke.map(|spoke| spoke + span)
    }

    /// When to ask again at the latest.
    pub fn wakeup(&self) -> Option<Moment> {
        let opens = self.open.iter().map(|open| open.end);
        let echoes = self.echoes.iter().map(|echo| echo.until).filter(|_| !self.queue.is_empty());
        opens.chain(echoes).chain(self.alive_at()).min()
    }

    /// Whether nothing is sent or waits.
    pub fn is_idle(&self) -> bool {
        self.open.is_empty() && self.queue.is_empty()
    }
}

/// Whose an answer is.
enum Whose {
    /// Of this command.
    Open(usize),
    /// Of none that waits alone.
    Stray(Stray),
}
