//! Where a script would lead, and how long it would take: a flight on paper.

use std::time::Duration;

use super::{Script, What};
use crate::command::Command;

/// Height of the hover after take-off in cm.
pub const HOVER: f64 = 80.0;

/// Speed of a drone that nobody told another, in cm/s.
const SPEED: f64 = 100.0;

/// Points of an arc.
const STEPS: u32 = 16;

/// A flight on paper of one drone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Where it is when.
    pub points: Vec<Point>,
    /// How long it usually takes: waits for a state are not counted.
    pub takes: Duration,
    /// What will not go well, in words.
    pub warnings: Vec<String>,
}

/// A place at a time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Since the beginning.
    pub time: Duration,
    /// Ahead, to the left and up in cm, from the place of take-off and as it stood there.
    pub place: [f64; 3],
}

/// Where a drone is and how it is turned, reckoned from the commands that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reckoned {
    /// Ahead, to the left and up in cm.
    pub place: [f64; 3],
    /// Degrees clockwise.
    pub yaw: f64,
    speed: Option<f64>,
}

impl Plan {
    /// Follows a script as the drone `number` does it, from 1.
    pub fn of(script: &Script, number: usize) -> Self {
        let mut plan = Self { points: vec![Point::default()], ..Self::default() };
        let mut at = Reckoned::default();
        let mut index = 0;
        let mut turns: Vec<u32> = Vec::new();
        while let Some(step) = script.steps.get(index) {
            index += 1;
            if step.only.is_some_and(|only| only != number) {
                continue;
            }
            match &step.what {
                What::Command(command) => plan.command(&mut at, command, step.line),
                What::Wait(time) => plan.takes += *time,
                What::Repeat { times, .. } => turns.push(*times - 1),
                What::Again { start } => match turns.last_mut() {
                    Some(0) | None => drop(turns.pop()),
                    Some(left) => {
                        *left -= 1;
                        index = start + 1;
                    }
                },
                What::Until(..) | What::Expect(_) | What::Say(_) | What::Barrier => {}
            }
        }
        if at.place[2] > 0.0 {
            plan.warnings.push("it still flies at the end, and will be landed".to_owned());
        }
        plan
    }

    fn command(&mut self, at: &mut Reckoned, command: &Command, line: usize) {
        let start = self.takes;
        self.takes += command.spec().takes.usual(command.numbers(), at.speed.unwrap_or(SPEED));
        let way = at.follow(command);
        let legs = way.len().max(1) as u32;
        for (leg, place) in (1..).zip(&way) {
            self.points.push(Point { time: start + (self.takes - start) * leg / legs, place: *place });
        }
        let depth = way.iter().map(|place| place[2]).fold(0.0, f64::min);
        if depth < 0.0 {
            self.warnings.push(format!(
                "line {line}: {} leads {:.0} cm below the ground",
                command.line(),
                -depth
            ));
            at.place[2] = at.place[2].max(0.0);
        }
    }
}

impl Reckoned {
    /// One that stands at a place and looks ahead.
    pub(crate) fn at(place: [f64; 3]) -> Self {
        Self { place, ..Self::default() }
    }

    /// Follows a command that was done; returns the way in points, empty where it leads nowhere.
    pub fn follow(&mut self, command: &Command) -> Vec<[f64; 3]> {
        let number = |index: usize| command.numbers().get(index).copied().unwrap_or_default();
        let x = number(0);
        match command.spec().name {
            "takeoff" | "throwfly" => self.rise(HOVER - self.place[2]),
            "land" => self.rise(-self.place[2]),
            "up" => self.rise(x),
            "down" => self.rise(-x),
            "forward" => self.go([x, 0.0, 0.0]),
            "back" => self.go([-x, 0.0, 0.0]),
            "left" => self.go([0.0, x, 0.0]),
            "right" => self.go([0.0, -x, 0.0]),
            "go" | "jump" => self.go([x, number(1), number(2)]),
            "curve" => self.arc([x, number(1), number(2)], [number(3), number(4), number(5)]),
            "cw" | "ccw" => {
                let turn = if command.spec().name == "cw" { x } else { -x };
                self.yaw = (self.yaw + turn).rem_euclid(360.0);
                Vec::new()
            }
            "speed" => {
                self.speed = Some(x);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn rise(&mut self, by: f64) -> Vec<[f64; 3]> {
        self.go([0.0, 0.0, by])
    }

    /// A way from here, as the nose points.
    fn go(&mut self, way: [f64; 3]) -> Vec<[f64; 3]> {
        self.place = self.seen(way);
        vec![self.place]
    }

    /// A place ahead, to the left and up of here, as seen from the place of take-off.
    fn seen(&self, [ahead, left, up]: [f64; 3]) -> [f64; 3] {
        let (sin, cos) = self.yaw.to_radians().sin_cos();
        let [x, y, z] = self.place;
        [x + ahead * cos + left * sin, y - ahead * sin + left * cos, z + up]
    }

    /// The arc through one point to another.
    pub(crate) fn arc(&mut self, through: [f64; 3], to: [f64; 3]) -> Vec<[f64; 3]> {
        let way =
            arc(through, to).map_or(vec![through, to], |arc| (1..=STEPS).map(|step| arc.at(step)).collect());
        let way: Vec<_> = way.into_iter().map(|point| self.seen(point)).collect();
        self.place = way.last().copied().unwrap_or(self.place);
        way
    }
}

/// A part of a circle from the origin.
struct Arc {
    centre: [f64; 3],
    /// Two axes at right angles in its plane, as long as the radius.
    axes: [[f64; 3]; 2],
    /// How far it goes round, in radians.
    angle: f64,
}

impl Arc {
    fn at(&self, step: u32) -> [f64; 3] {
        let (sin, cos) = (self.angle * f64::from(step) / f64::from(STEPS)).sin_cos();
        [0, 1, 2].map(|axis| self.centre[axis] + cos * self.axes[0][axis] + sin * self.axes[1][axis])
    }
}

/// The arc from the origin; `None` where the points lie on a line.
fn arc(through: [f64; 3], to: [f64; 3]) -> Option<Arc> {
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let scaled = |a: [f64; 3], by: f64| a.map(|axis| axis * by);
    let add = |a: [f64; 3], b: [f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    // The centre is where both chords' middles are as far from it as their ends.
    let (aa, ab, bb) = (dot(through, through), dot(through, to), dot(to, to));
    let det = aa * bb - ab * ab;
    if det < 1e-6 {
        return None;
    }
    let (s, t) = (bb * (aa - ab) / (2.0 * det), aa * (bb - ab) / (2.0 * det));
    let centre = add(scaled(through, s), scaled(to, t));
    let first = scaled(centre, -1.0);
    let radius = dot(first, first).sqrt();
    let from = |point: [f64; 3]| add(point, first);
    // The second axis is what of the chord to the point between is at right angles to the first.
    let chord = from(through);
    let across = add(chord, scaled(first, -dot(chord, first) / (radius * radius)));
    let second = scaled(across, radius / dot(across, across).sqrt());
    let angle = |point: [f64; 3]| {
        dot(from(point), second).atan2(dot(from(point), first)).rem_euclid(std::f64::consts::TAU)
    };
    let (between, whole) = (angle(through), angle(to));
    let angle = if whole < between { whole - std::f64::consts::TAU } else { whole };
    Some(Arc { centre, axes: [first, second], angle })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdk::Sdk;

    fn plan(text: &str) -> Plan {
        Plan::of(&Script::read(text, Sdk::V2_0).unwrap(), 1)
    }

    fn ends(plan: &Plan) -> [i64; 3] {
        plan.points.last().unwrap().place.map(|axis| axis.round() as i64)
    }

    #[test]
    fn a_square_comes_home() {
        let plan = plan("takeoff\nspeed 50\nrepeat 4\nforward 100\ncw 90\nend\nland\n");
        assert_eq!(ends(&plan), [0, 0, 0]);
        // Take-off, eight moves of a second and a half and their ways, landing.
        assert!(
            (plan.takes.as_secs_f64() - (6.1 + 0.05 + 4.0 * (3.5 + 2.5) + 3.7)).abs() < 1e-6,
            "{:?}",
            plan.takes
        );
        assert_eq!((plan.points.len(), plan.warnings.len()), (7, 0));
        assert_eq!(plan.points[3].place.map(|axis| axis.round() as i64), [100, -100, 80]);
    }

    #[test]
    fn ways_follow_the_nose() {
        assert_eq!(ends(&plan("takeoff\ncw 90\nforward 100\nleft 20\n")), [20, -100, 80]);
        assert_eq!(ends(&plan("takeoff\nccw 90\ngo 100 20 30 50\n")), [-20, 100, 110]);
        assert_eq!(ends(&plan("takeoff\n@2 up 50\n")), [0, 0, 80]);
    }

    #[test]
    fn an_arc_keeps_its_distance_from_its_centre() {
        let plan = plan("takeoff\ncurve 100 100 0 200 0 0 30\n");
        assert_eq!(ends(&plan), [200, 0, 80]);
        for Point { place, .. } in &plan.points[2..] {
            let distance = ((place[0] - 100.0).powi(2) + place[1].powi(2)).sqrt();
            assert!((distance - 100.0).abs() < 1e-6 && place[1] > -1e-6, "{place:?}");
        }
    }

    #[test]
    fn what_will_not_go_well_is_told() {
        let warnings = plan("takeoff\ndown 100\nup 50").warnings;
        let below = "line 2: down 100 leads 20 cm below the ground";
        assert_eq!(warnings, [below, "it still flies at the end, and will be landed"]);
    }
}
