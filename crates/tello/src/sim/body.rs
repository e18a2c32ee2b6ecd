//! Where a drone is, and what its sensors say: a body in three dimensions, moved along straight lines and arcs.

use std::time::Duration;

use sockscope::core::moment::Moment;
use sockscope::core::rng::Rng;

use crate::command::Command;
use crate::fly::plan::{HOVER, Reckoned};

/// Degrees a second.
const TURNING: f64 = 90.0;

/// Take-off, landing from the hover and a flip take so long on hardware.
const TAKE_OFF: Duration = Duration::from_millis(6000);
const LANDING: Duration = Duration::from_millis(3700);
const FLIP: Duration = Duration::from_millis(2500);

/// Percent of the battery that a second with motors on takes, and one without.
const DRAIN: (f64, f64) = (0.13, 0.005);

/// Where a drone is and how it is turned.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Look {
    /// Ahead, to the left and up in cm, from the place and heading of its start.
    pub place: [f64; 3],
    /// Degrees clockwise.
    pub yaw: f64,
    /// Speed on each axis in cm/s.
    pub speed: [f64; 3],
    /// Whether its motors run.
    pub flies: bool,
    /// Percent.
    pub battery: f64,
    /// °C.
    pub heat: f64,
    /// Seconds with motors on.
    pub motors: f64,
}

/// The body of a drone.
#[derive(Debug, Clone)]
pub(super) struct Body {
    at: Reckoned,
    flies: bool,
    way: Option<Way>,
    /// Sticks that are in force, since when.
    sticks: [f64; 4],
    since: Moment,
    /// Battery, heat and motor seconds as they were at `since`.
    battery: f64,
    heat: f64,
    motors: f64,
    /// What the barometer says on the ground in metres.
    pub(super) ground: f64,
    /// By how much the height above take-off reads wrong this time, in cm.
    pub(super) offset: f64,
    pace: f64,
}

/// A way that is flown.
#[derive(Debug, Clone)]
struct Way {
    points: Vec<[f64; 3]>,
    yaw: (f64, f64),
    begin: Moment,
    took: Duration,
}

impl Body {
    pub(super) fn new(rng: &mut Rng, pace: f64) -> Self {
        let ground = (rng.next_u64() % 20_000) as f64 / 100.0 - 100.0;
        let offset = (rng.next_u64() % 3) as f64 * -10.0;
        Self {
            at: Reckoned::default(),
            flies: false,
            way: None,
            sticks: [0.0; 4],
            since: Moment::default(),
            battery: 87.9,
            heat: 60.0,
            motors: 0.0,
            ground,
            offset,
            pace,
        }
    }

    /// How it is when it is switched on.
    pub(super) fn start(&mut self, battery: Option<f64>, heat: Option<f64>) {
        self.battery = battery.unwrap_or(self.battery);
        self.heat = heat.unwrap_or(self.heat);
    }

    pub(super) fn flies(&self) -> bool {
        self.flies
    }

    pub(super) fn battery(&self, now: Moment) -> f64 {
        self.look(now).battery
    }

    pub(super) fn heat(&self, now: Moment) -> f64 {
        self.look(now).heat
    }

    /// Where it is at this moment.
    pub(super) fn look(&self, now: Moment) -> Look {
        let elapsed = (now - self.since).as_secs_f64() * self.pace;
        let running = if self.flies { elapsed } else { 0.0 };
        let drain = if self.flies { DRAIN.0 } else { DRAIN.1 };
        // It comes near 75 °C with the wind of its motors, and 85 °C without.
        let warm = if self.flies { 75.0 } else { 85.0 };
        let (place, yaw, speed) = self.placed(now);
        Look {
            place,
            yaw,
            speed,
            flies: self.flies,
            battery: (self.battery - drain * elapsed).max(0.0),
            heat: warm + (self.heat - warm) * (-elapsed / 300.0).exp(),
            motors: self.motors + running,
        }
    }

    fn placed(&self, now: Moment) -> ([f64; 3], f64, [f64; 3]) {
        if let Some(way) = &self.way {
            return way.at(now);
        }
        let elapsed = (now - self.since).as_secs_f64() * self.pace;
        let [right, ahead, up, turn] = self.sticks;
        let yaw = self.at.yaw + turn * elapsed;
        let (sin, cos) = yaw.to_radians().sin_cos();
        let (x, y) = (ahead * cos - right * sin, -ahead * sin - right * cos);
        if !self.flies {
            return (self.at.place, self.at.yaw, [0.0; 3]);
        }
        let [px, py, pz] = self.at.place;
        let z = (pz + up * elapsed).max(10.0);
        ([px + x * elapsed, py + y * elapsed, z], yaw.rem_euclid(360.0), [x, y, up])
    }

    /// Goes on from how it is at this moment.
    fn settle(&mut self, now: Moment) {
        let look = self.look(now);
        (self.at.place, self.at.yaw) = (look.place, look.yaw);
        (self.battery, self.heat, self.motors) = (look.battery, look.heat, look.motors);
        self.since = now;
        self.way = None;
    }

    fn go(&mut self, now: Moment, points: Vec<[f64; 3]>, turn: f64, took: Duration) -> Duration {
        let begin = self.at.place;
        let took = took.div_f64(self.pace);
        let points = std::iter::once(begin).chain(points).collect();
        self.way = Some(Way { points, yaw: (self.at.yaw, self.at.yaw + turn), begin: now, took });
        took
    }

    pub(super) fn take_off(&mut self, now: Moment) -> Duration {
        self.settle(now);
        self.flies = true;
        let [x, y, _] = self.at.place;
        self.go(now, vec![[x, y, HOVER]], 0.0, TAKE_OFF)
    }

    pub(super) fn land(&mut self, now: Moment) -> Duration {
        self.settle(now);
        let [x, y, z] = self.at.place;
        let took = LANDING.mul_f64((z / HOVER).max(0.5));
        self.go(now, vec![[x, y, 0.0]], 0.0, took)
    }

    pub(super) fn flip(&mut self, now: Moment) -> Duration {
        self.settle(now);
        let [x, y, z] = self.at.place;
        self.go(now, vec![[x, y, z + 20.0], [x, y, z]], 0.0, FLIP)
    }

    /// Flies as a command says, at a speed in cm/s where it does not say one; how long that takes.
    pub(super) fn fly(&mut self, now: Moment, command: &Command, speed: f64) -> Duration {
        self.settle(now);
        let mut reckoned = self.at;
        let points: Vec<_> =
            reckoned.follow(command).into_iter().map(|[x, y, z]| [x, y, z.max(10.0)]).collect();
        let number = |at: usize| command.numbers().get(at).copied().unwrap_or_default();
        let (turn, speed) = match command.spec().name {
            "cw" => (number(0), speed),
            "ccw" => (-number(0), speed),
            "go" => (0.0, number(3)),
            "curve" => (0.0, number(6)),
            _ => (0.0, speed),
        };
        let points = if points.is_empty() { vec![self.at.place] } else { points };
        self.along(now, points, turn, speed)
    }

    /// Flies along points at a speed in cm/s, and turns on the way.
    pub(super) fn along(&mut self, now: Moment, points: Vec<[f64; 3]>, turn: f64, speed: f64) -> Duration {
        self.settle(now);
        let legs = std::iter::once(&self.at.place).chain(&points).zip(&points);
        let far: f64 = legs.map(|(a, b)| distance(*a, *b)).sum();
        let seconds = (far / speed.max(1.0)).max(turn.abs() / TURNING);
        self.go(now, points, turn, Duration::from_secs_f64(seconds))
    }

    /// A way has come to its end.
    pub(super) fn arrive(&mut self, now: Moment) {
        self.settle(now);
        if self.at.place[2] <= 0.0 {
            self.flies = false;
        }
    }

    /// It stays where it is.
    pub(super) fn halt(&mut self, now: Moment) {
        self.settle(now);
        self.sticks = [0.0; 4];
    }

    /// The motors stop: it falls.
    pub(super) fn cut(&mut self, now: Moment) {
        self.settle(now);
        self.flies = false;
        self.at.place[2] = 0.0;
    }

    /// Sticks: right, ahead, up, clockwise, each -100 to 100; ignored on the ground, but they stay in force.
    pub(super) fn sticks(&mut self, now: Moment, values: &[f64]) {
        if self.way.is_none() {
            self.settle(now);
        }
        for (stick, value) in self.sticks.iter_mut().zip(values) {
            *stick = *value;
        }
    }
}

impl Way {
    fn at(&self, now: Moment) -> ([f64; 3], f64, [f64; 3]) {
        let part = ((now - self.begin).as_secs_f64() / self.took.as_secs_f64().max(1e-9)).min(1.0);
        let legs: Vec<_> = self.points.windows(2).map(|leg| distance(leg[0], leg[1])).collect();
        let mut left = part * legs.iter().sum::<f64>();
        let yaw = (self.yaw.0 + part * (self.yaw.1 - self.yaw.0)).rem_euclid(360.0);
        for (leg, far) in self.points.windows(2).zip(&legs) {
            if left <= *far {
                let of = if *far > 0.0 { left / far } else { 0.0 };
                let place = [0, 1, 2].map(|axis| leg[0][axis] + of * (leg[1][axis] - leg[0][axis]));
                let fast = legs.iter().sum::<f64>() / self.took.as_secs_f64().max(1e-9);
                let speed = [0, 1, 2]
                    .map(|axis| if *far > 0.0 { (leg[1][axis] - leg[0][axis]) / far * fast } else { 0.0 });
                return (place, yaw, if part < 1.0 { speed } else { [0.0; 3] });
            }
            left -= far;
        }
        (self.points.last().copied().unwrap_or_default(), yaw, [0.0; 3])
    }
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|axis| (b[axis] - a[axis]).powi(2)).sum::<f64>().sqrt()
}
