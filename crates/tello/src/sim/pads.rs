//! Mission pads on the floor, and which of them a drone sees.

use std::net::SocketAddr;

use sockscope::core::moment::Moment;
use sockscope::core::problem::Problem;

use super::state::Sight;
use super::{Doing, Drone, REST};
use crate::command::Command;
use crate::fly::plan::Reckoned;
use crate::table::Form;

/// A pad is seen from so many cm above it.
const HEIGHTS: std::ops::RangeInclusive<f64> = 30.0..=120.0;

/// A pad with its place on the floor, ahead and to the left of the start in cm; all of them point ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pad {
    /// Its number, 1 to 8.
    pub id: u8,
    /// Where its middle is.
    pub at: [f64; 2],
}

/// The pads that lie about. As found: m1 under the start, m2 to m4 ahead of it with 100 cm between them, and m5 to m8 in
/// a second row 100 cm to the left.
#[derive(Debug, Clone, PartialEq)]
pub struct Pads(Vec<Pad>);

impl Default for Pads {
    fn default() -> Self {
        let place = |id: u8| [f64::from((id - 1) % 4) * 100.0, f64::from((id - 1) / 4) * 100.0];
        Self((1..=8).map(|id| Pad { id, at: place(id) }).collect())
    }
}

impl Pads {
    /// Reads `m1@0/0,m2@100/-50`: numbers, and cm ahead and to the left; `none` for a bare floor.
    ///
    /// # Errors
    ///
    /// A part is something else.
    pub fn read(text: &str) -> Result<Self, Problem> {
        if text == "none" {
            return Ok(Self(Vec::new()));
        }
        let mut start = 0;
        let mut pads: Vec<Pad> = Vec::new();
        for part in text.split(',') {
            let span = start..start + part.len();
            start = span.end + 1;
            let wrong =
                |what: String, remedy: &str| Err(Problem::new(text, span.clone(), what, remedy.to_owned()));
            let Some(pad) = read(part) else {
                return wrong(
                    format!("{part:?} is not a pad"),
                    "write its number and cm ahead and to the left: m1@0/0,m2@100/-50, or none",
                );
            };
            if pads.iter().any(|other| other.id == pad.id) {
                return wrong(format!("m{} lies in two places", pad.id), "each pad lies in one");
            }
            pads.push(pad);
        }
        Ok(Self(pads))
    }

    /// The nearest pad in sight: the higher a drone flies, the more it sees.
    pub(super) fn seen(&self, [x, y, z]: [f64; 3]) -> Option<Pad> {
        let far = |pad: &Pad| (pad.at[0] - x).hypot(pad.at[1] - y);
        let nearest = self.0.iter().min_by(|a, b| far(a).total_cmp(&far(b)))?;
        (HEIGHTS.contains(&z) && far(nearest) <= z * 0.6).then_some(*nearest)
    }
}

/// Whether a name is that of a pad: m-1 and m-2 are those of any that is seen.
fn is_named(name: &str, pad: Pad) -> bool {
    name.starts_with("m-") || name == format!("m{}", pad.id)
}

/// `m1@0/0`.
fn read(text: &str) -> Option<Pad> {
    let (id, place) = text.strip_prefix('m')?.split_once('@')?;
    let (ahead, left) = place.split_once('/')?;
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let id = id.parse().ok().filter(|id| (1..=8).contains(id))?;
    Some(Pad { id, at: [number(ahead)?, number(left)?] })
}

impl Drone {
    /// Begins a move whose points are those of a pad.
    pub(super) fn begin_above_pad(
        &mut self,
        now: Moment,
        who: (SocketAddr, String),
        command: &Command,
    ) -> Option<String> {
        let pad = self.pad(now, command)?;
        let number = |at: usize| command.numbers().get(at).copied().unwrap_or_default();
        let point = |at: usize| [pad.at[0] + number(at), pad.at[1] + number(at + 1), number(at + 2)];
        let look = self.body.look(now);
        let mut words = "ok";
        let (way, turn, speed) = match command.spec().name {
            "curve" => {
                let from_here = |to: [f64; 3]| [0, 1, 2].map(|axis| to[axis] - look.place[axis]);
                let way = Reckoned::at(look.place).arc(from_here(point(0)), from_here(point(3)));
                (way, 0.0, number(6))
            }
            "jump" => match self
                .floor
                .seen(point(0))
                .filter(|other| is_named(command.arg(6).unwrap_or_default(), *other))
            {
                // It turns to an angle of the other pad, the shorter way round.
                Some(other) => {
                    let turn = (number(4) - look.yaw + 180.0).rem_euclid(360.0) - 180.0;
                    (vec![point(0), [other.at[0], other.at[1], number(2)]], turn, number(3))
                }
                None => {
                    words = "error No valid marker";
                    (vec![point(0)], 0.0, number(3))
                }
            },
            _ => (vec![point(0)], 0.0, number(3)),
        };
        let took = self.body.along(now, way, turn, speed) + REST.div_f64(self.pace);
        self.doing = Some(Doing { answers: vec![who], name: command.spec().name, end: now + took, words });
        None
    }

    /// The pad that a command is about, if it is seen.
    pub(super) fn pad(&self, now: Moment, command: &Command) -> Option<Pad> {
        let at = command.spec().args.iter().position(|arg| arg.form == Form::Pad)?;
        let Sight::Pad(seen) = self.sight(now) else { return None };
        is_named(command.arg(at)?, seen).then_some(seen)
    }

    /// What it sees of pads.
    pub(super) fn sight(&self, now: Moment) -> Sight {
        match (self.looks, self.floor.seen(self.body.look(now).place)) {
            (None, _) => Sight::Shut,
            (Some(0 | 2), Some(pad)) => Sight::Pad(pad),
            _ => Sight::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_in_sight_is_seen() {
        let pads = Pads::default();
        let id = |place| pads.seen(place).map(|pad| pad.id);
        assert_eq!(id([0.0, 0.0, 80.0]), Some(1));
        assert_eq!(id([60.0, 0.0, 80.0]), Some(2));
        assert_eq!(id([300.0, 120.0, 50.0]), Some(8));
        assert_eq!(id([50.0, 50.0, 40.0]), None, "too low to see so far");
        assert_eq!(id([0.0, 0.0, 20.0]), None, "too low");
        assert_eq!(id([0.0, 0.0, 130.0]), None, "too high");
        assert!(is_named("m-2", pads.0[4]) && is_named("m5", pads.0[4]) && !is_named("m1", pads.0[4]));
    }

    #[test]
    fn pads_lie_where_one_says() {
        let pads = Pads::read("m3@0/0,m1@100/-50.5").unwrap();
        assert_eq!(pads, Pads(vec![Pad { id: 3, at: [0.0, 0.0] }, Pad { id: 1, at: [100.0, -50.5] }]));
        assert_eq!(Pads::read("none").unwrap(), Pads(Vec::new()));
        for (text, error) in [
            ("m9@0/0", "\"m9@0/0\" is not a pad"),
            ("m1@0/0,", "\"\" is not a pad"),
            ("m1@0", "\"m1@0\" is not a pad"),
            ("m1@0/0,m1@5/5", "m1 lies in two places"),
        ] {
            let told = Pads::read(text).unwrap_err().to_string();
            assert!(told.contains(error), "{told}");
        }
    }
}
