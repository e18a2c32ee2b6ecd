//! A drone that is none: it answers, moves and tells its state as the hardware does, in time.
//!
//! [`Drone`] is pure: given datagrams and the time, it says what to send when. [`Simulator`] gives sockets to one or many of them.

mod body;
mod camera;
pub mod faults;
mod guide;
mod orders;
pub mod pads;
mod state;
mod tagged;
#[cfg(test)]
mod tests;
mod words;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use sockscope::core::moment::Moment;
use sockscope::core::rng::Rng;
use sockscope::view::dissect::tello::BINARY;

use crate::pilot::ALONE;
use crate::sdk::{STATE_PORT, Sdk};
use body::Body;
pub use body::Look;
use camera::Camera;
pub use camera::Film;
use faults::Faults;
pub use guide::{Event, Simulator};
use pads::Pads;

/// From one state to the next.
const STATE: Duration = Duration::from_millis(100);

/// A drone answers no sooner over Wi-Fi than after this.
const AIR: Duration = Duration::from_millis(8);

/// Time to come to rest after a move; part of the time that it takes.
const REST: Duration = Duration::from_millis(900);

/// What a datagram was that needs no answer by itself, for a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Somebody entered SDK mode.
    Entered(SocketAddr),
    /// Somebody speaks the app's binary protocol, which is not understood here.
    Binary(SocketAddr),
    /// Somebody spoke before `command`.
    Early(SocketAddr),
    /// Nobody said anything for 15 s: it lands.
    Alone,
    /// A fault was put in, by its name.
    Fault(&'static str),
}

/// What leaves a drone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// To whom.
    pub to: SocketAddr,
    /// What.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: Kind,
}

/// What a datagram of a drone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An answer, or what comes in its place.
    Answer,
    /// Its state.
    State,
    /// A part of a picture.
    Video,
}

/// A drone.
#[derive(Debug)]
pub struct Drone {
    sdk: Sdk,
    serial: String,
    /// How many times as fast as in truth things happen.
    pace: f64,
    faults: Faults,
    rng: Rng,
    /// Who entered SDK mode last.
    client: Option<SocketAddr>,
    state_port: u16,
    camera: Camera,
    body: Body,
    doing: Option<Doing>,
    /// When a command was heard last, or one that takes long ended.
    heard: Moment,
    /// When the next state is due.
    tick: Option<Moment>,
    later: Vec<(Moment, Say)>,
    notes: VecDeque<Note>,
    speed: f64,
    floor: Pads,
    /// Where it looks for pads: 0 down, 1 ahead, 2 both; absent when it does not.
    looks: Option<u8>,
    greeted: bool,
    /// Labels of tagged commands that were done, and what was answered.
    tags: VecDeque<(String, String)>,
}

/// What takes long.
#[derive(Debug)]
struct Doing {
    /// Who waits for an answer, and the tag before it; nobody, where it lands by itself.
    answers: Vec<(SocketAddr, String)>,
    name: &'static str,
    end: Moment,
    /// What is answered at the end.
    words: &'static str,
}

impl Doing {
    /// The label that all its copies bear, where it is tagged.
    fn label(&self) -> Option<&str> {
        self.answers.first()?.1.get(2..4)
    }
}

impl Drone {
    /// A drone that was just switched on. `pace` 10 makes it ten times as fast, its state excepted.
    pub fn new(sdk: Sdk, number: usize, faults: Faults, pace: f64, seed: u64) -> Self {
        let mut rng = Rng::new(seed.wrapping_add(number as u64));
        let mut body = Body::new(&mut rng, pace.max(0.1));
        body.start(faults.battery, faults.heat);
        Self {
            sdk,
            serial: format!("0TQDG7REDB{number:04}"),
            pace: pace.max(0.1),
            faults,
            rng,
            client: None,
            state_port: STATE_PORT,
            camera: Camera::default(),
            body,
            doing: None,
            heard: Moment::default(),
            tick: None,
            later: Vec::new(),
            notes: VecDeque::new(),
            speed: 100.0,
            floor: Pads::default(),
            looks: None,
            greeted: false,
            tags: VecDeque::new(),
        }
    }

    /// The same, with its state sent to another port than 8890 of the client.
    pub fn telling(self, state_port: u16) -> Self {
        Self { state_port, ..self }
    }

    /// The same with a film instead of the built-in picture.
    pub fn showing(mut self, film: Film) -> Self {
        self.camera.film = Some(film);
        self
    }

    /// The same above another floor.
    pub fn above(self, floor: Pads) -> Self {
        Self { floor, ..self }
    }

    /// What happened that nobody was told on the wire.
    pub fn note(&mut self) -> Option<Note> {
        self.notes.pop_front()
    }

    /// Where it is.
    pub fn look(&self, now: Moment) -> Look {
        self.body.look(now)
    }

    /// Takes a datagram.
    pub fn hear(&mut self, now: Moment, from: SocketAddr, bytes: &[u8]) {
        self.turn(now);
        if BINARY.iter().any(|begin| bytes.starts_with(begin)) {
            return self.notes.push_back(Note::Binary(from));
        }
        if self.chance(self.faults.deaf) {
            return self.notes.push_back(Note::Fault("deaf"));
        }
        let text = String::from_utf8_lossy(bytes).trim().to_owned();
        if self.client.is_none() && text != "command" {
            return self.notes.push_back(Note::Early(from));
        }
        match text.strip_prefix("Re").filter(|_| self.sdk == Sdk::V3_0).and_then(tagged::tag) {
            Some((label, line)) => self.tagged(now, from, label, line),
            None => self.order(now, from, &text),
        }
    }

    fn order(&mut self, now: Moment, from: SocketAddr, line: &str) {
        if let Some(answer) = self.at_once(now, from, "", line) {
            self.reply(now, from, answer);
        }
    }

    /// What is under way is not finished; whoever waits is told so.
    fn interrupt(&mut self, now: Moment, words: &str) {
        if let Some(doing) = self.doing.take() {
            self.done(now, &doing, words);
        }
    }

    /// Answers whoever waits.
    fn done(&mut self, now: Moment, doing: &Doing, words: &str) {
        if let Some(label) = doing.label() {
            self.remember(label, words);
        }
        for (from, tag) in &doing.answers {
            self.reply(now, *from, format!("{tag}{words}"));
        }
    }

    /// Sends an answer, unless a fault keeps it.
    fn reply(&mut self, now: Moment, to: SocketAddr, words: String) {
        let mut due = now + AIR;
        if self.chance(self.faults.lose) {
            return self.notes.push_back(Note::Fault("lose"));
        }
        if self.chance(self.faults.late) {
            self.notes.push_back(Note::Fault("late"));
            due = due + self.faults.by;
        }
        let say = Say { to, bytes: words.into_bytes(), kind: Kind::Answer };
        if self.chance(self.faults.twice) {
            self.notes.push_back(Note::Fault("twice"));
            self.later.push((due + Duration::from_millis(20), say.clone()));
        }
        self.later.push((due, say));
    }

    fn chance(&mut self, of: f64) -> bool {
        of > 0.0 && (self.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 <= of
    }

    /// Goes on to this moment.
    fn turn(&mut self, now: Moment) {
        if let Some(doing) = self.doing.take_if(|doing| doing.end <= now) {
            self.heard = doing.end;
            self.body.arrive(doing.end);
            self.done(doing.end, &doing, doing.words);
            if doing.name == "takeoff" && self.faults.double {
                self.notes.push_back(Note::Fault("double"));
                self.done(doing.end, &doing, "ok");
            }
        }
        if self.body.flies() && self.doing.is_none() && now >= self.heard + ALONE.div_f64(self.pace) {
            self.notes.push_back(Note::Alone);
            let took = self.body.land(now);
            self.doing = Some(Doing { answers: Vec::new(), name: "land", end: now + took, words: "ok" });
        }
        while let (Some(tick), Some(client)) = (self.tick, self.client) {
            if tick > now {
                break;
            }
            self.tick = Some(tick + STATE);
            // What nobody could have taken in time is left out.
            if now - tick < STATE {
                let mut bytes = state::text(&self.body, now, self.sdk, self.sight(now)).into_bytes();
                if self.chance(self.faults.garble) {
                    self.notes.push_back(Note::Fault("garble"));
                    bytes[0] = 0xff;
                }
                let to = SocketAddr::new(client.ip(), self.state_port);
                self.later.push((now, Say { to, bytes, kind: Kind::State }));
            }
        }
        self.film(now);
    }

    /// Films what is to be seen.
    fn film(&mut self, now: Moment) {
        let Some(client) = self.client else { return };
        let to = SocketAddr::new(client.ip(), self.camera.port);
        let datagrams = self.camera.picture(now, || self.body.look(now)).unwrap_or_default();
        self.later.extend(datagrams.into_iter().map(|bytes| (now, Say { to, bytes, kind: Kind::Video })));
    }

    /// The next thing to send now, if there is one.
    pub fn next(&mut self, now: Moment) -> Option<Say> {
        self.turn(now);
        let first = (0..self.later.len()).min_by_key(|at| self.later[*at].0)?;
        (self.later[first].0 <= now).then(|| self.later.remove(first).1)
    }

    /// When something is due next.
    pub fn wakeup(&self) -> Option<Moment> {
        let alone =
            (self.body.flies() && self.doing.is_none()).then(|| self.heard + ALONE.div_f64(self.pace));
        let doing = self.doing.as_ref().map(|doing| doing.end);
        let later = self.later.iter().map(|(due, _)| *due).min();
        [alone, doing, self.tick, later, self.camera.next].into_iter().flatten().min()
    }
}
