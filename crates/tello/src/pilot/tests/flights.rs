//! Many flights over a bad network, in virtual time: no answer is ever taken for that of another command.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use sockscope::core::rng::Rng;

use super::*;

const LINES: [&str; 12] = [
    "takeoff",
    "forward 100",
    "cw 90",
    "up 20",
    "battery?",
    "wifi?",
    "speed?",
    "time?",
    "speed 50",
    "mon",
    "sdk?",
    "flip l",
];

/// Something that arrives: a command at the drone, or an answer at the client.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mail {
    when: Moment,
    number: u64,
    id: u64,
    line: String,
    /// An answer with these bytes.
    answer: Option<String>,
}

struct World {
    rng: Rng,
    mail: BinaryHeap<Reverse<Mail>>,
    number: u64,
    /// What the drone is doing, until when.
    busy: Option<(u64, String, Moment)>,
}

impl World {
    fn millis(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.rng.next_u64() % (most + 1))
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.rng.next_u64().is_multiple_of(n)
    }

    /// Sends, with loss and delay; a second copy comes soon after the first.
    fn post(&mut self, now: Moment, id: u64, line: &str, answer: Option<String>) {
        if self.one_in(6) {
            return;
        }
        let when = now + self.millis(150);
        let mut copies = vec![when];
        if answer.is_some() && self.one_in(4) {
            copies.push(when + self.millis(95));
        }
        for when in copies {
            self.number += 1;
            let (number, line, answer) = (self.number, line.to_owned(), answer.clone());
            self.mail.push(Reverse(Mail { when, number, id, line, answer }));
        }
    }

    /// The drone hears a command.
    fn drone(&mut self, now: Moment, id: u64, line: &str) {
        let answer = match line {
            "battery?" => "87\r\n",
            "wifi?" => "90",
            "speed?" => "100.0\r\n",
            "time?" => "24s\r\n",
            "sdk?" => "20",
            "speed 50" | "mon" => "ok",
            "land" => {
                if let Some((other, line, _)) = self.busy.take() {
                    self.post(now, other, &line, Some("error Auto land".to_owned()));
                }
                "ok"
            }
            "stop" => {
                match self.busy.take() {
                    Some((other, line, _)) => self.post(now, other, &line, Some("forced stop".to_owned())),
                    None => {
                        self.post(now + Duration::from_millis(1500), id, line, Some("forced stop".to_owned()))
                    }
                }
                "ok"
            }
            _ if self.busy.is_some() => "error Not joystick",
            _ => {
                // Some take longer than anybody waits, but not by more than is said to be possible.
                let command = command(line);
                let long =
                    command.spec().takes.patience(command.numbers(), 100.0) + Duration::from_millis(1500);
                let took = if self.one_in(5) { long } else { self.millis(4000) };
                self.busy = Some((id, line.to_owned(), now + took));
                return;
            }
        };
        self.post(now, id, line, Some(answer.to_owned()));
    }
}

/// One flight: a script of random commands, one of them urgent. How many commands there were, and how many were answered.
fn fly(seed: u64, ways: Ways) -> (usize, usize) {
    let mut world = World { rng: Rng::new(seed), mail: BinaryHeap::new(), number: 0, busy: None };
    let mut pilot = Pilot::new(ways);
    pilot.speed = 50.0;
    let mut given = HashMap::new();
    let count = 3 + world.rng.next_u64() % 8;
    for _ in 0..count {
        let line = LINES[world.rng.next_u64() as usize % LINES.len()];
        given.insert(pilot.order(Moment(0), command(line)), line.to_owned());
    }
    let mut urgent = world.one_in(2).then(|| Moment(0) + world.millis(30_000));
    let (mut now, mut answered) = (Moment(0), 0);
    let mut delivered: Option<u64> = None;
    for turn in 0.. {
        assert!(turn < 10_000, "seed {seed}: it hangs at {now:?}");
        while let Some(act) = pilot.next(now) {
            match act {
                Act::Send { id, line, .. } => world.post(now, id.0, &line, None),
                Act::Done { id, line, verdict, .. } => {
                    assert_eq!(given.remove(&id), Some(line), "seed {seed}: done with once");
                    if matches!(verdict, Verdict::Done(_) | Verdict::Refused(_)) {
                        answered += 1;
                        assert_eq!(delivered, Some(id.0), "seed {seed}: the answer to another command");
                    }
                }
                Act::Stray(..) => {}
            }
        }
        assert!(pilot.wakeup().is_none_or(|at| at > now), "seed {seed}: it wants to be woken in the past");
        let mail = world.mail.peek().map(|mail| mail.0.when);
        let busy = world.busy.as_ref().map(|(.., end)| *end);
        let Some(next) = [pilot.wakeup(), mail, busy, urgent].into_iter().flatten().min() else { break };
        now = now.max(next);
        delivered = None;
        if urgent.is_some_and(|at| at <= now) {
            urgent = None;
            let line = if world.one_in(2) { "land" } else { "stop" };
            given.insert(pilot.order(now, command(line)), line.to_owned());
        } else if busy.is_some_and(|end| end <= now) {
            let (id, line, _) = world.busy.take().unwrap();
            world.post(now, id, &line, Some("ok".to_owned()));
        } else if mail.is_some_and(|when| when <= now) {
            let Reverse(mail) = world.mail.pop().unwrap();
            match mail.answer {
                None => world.drone(now, mail.id, &mail.line),
                Some(answer) => {
                    delivered = Some(mail.id);
                    pilot.hear(now, answer.as_bytes());
                }
            }
        }
    }
    assert!(given.is_empty(), "seed {seed}: nothing became of {given:?}");
    (count as usize, answered)
}

fn ways() -> Ways {
    Ways { keep_alive: None, ..Ways::default() }
}

#[test]
fn no_answer_is_ever_taken_for_that_of_another_command() {
    let (mut given, mut answered) = (0, 0);
    for seed in 0..10_000 {
        let (all, well) = fly(seed, ways());
        (given, answered) = (given + all, answered + well);
    }
    // Most are answered all the same: a pilot that pairs nothing would be right, and of no use.
    assert!(answered * 10 > given * 6, "{answered} of {given}");
}

#[test]
#[should_panic(expected = "the answer to another command")]
fn who_does_not_wait_takes_the_wrong_answers() {
    for seed in 0..10_000 {
        fly(seed, Ways { settle: Duration::ZERO, late: Duration::ZERO, ..ways() });
    }
}
