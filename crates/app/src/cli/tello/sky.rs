//! Where simulated drones are, seen from above.

use std::time::Duration;

use sockscope::core::moment::Moment;
use sockscope_tello::fly::map;
use sockscope_tello::fly::plan::Point;
use sockscope_tello::sim::Look;

use crate::out;

/// A way that is longer loses its begin.
const POINTS: usize = 3000;

/// From one picture to the next.
const STEP: Duration = Duration::from_millis(200);

/// Lines for what is said of each drone, at most.
const TOLD: usize = 8;

/// The ways of all drones, and where they are.
pub(super) struct Sky {
    ways: Vec<Vec<Point>>,
    looks: Vec<Option<Look>>,
    next: Option<Moment>,
    rows: usize,
}

impl Sky {
    pub(super) fn new(drones: usize) -> Self {
        Self { ways: vec![Vec::new(); drones], looks: vec![None; drones], next: None, rows: 0 }
    }

    /// Takes where one is; when all are known, it is drawn.
    pub(super) fn look(&mut self, now: Moment, drone: usize, look: &Look) {
        let way = &mut self.ways[drone];
        if way.last().is_none_or(|last| last.place != look.place) {
            way.push(Point { time: Duration::ZERO, place: look.place });
            way.drain(..way.len().saturating_sub(POINTS));
        }
        self.looks[drone] = Some(*look);
        if drone + 1 == self.ways.len() && self.next.is_none_or(|next| next <= now) {
            self.next = Some(now + STEP);
            self.draw();
        }
    }

    fn draw(&mut self) {
        let told: Vec<_> = self
            .looks
            .iter()
            .flatten()
            .zip(1..)
            .take(TOLD)
            .map(|(look, number)| words(number, look))
            .collect();
        let (columns, lines) = (out::columns().unwrap_or(80).min(100), out::lines().unwrap_or(24).min(50));
        let ways: Vec<_> = self.ways.iter().map(Vec::as_slice).collect();
        let mut rows = map::draw(&ways, columns - 1, lines.saturating_sub(told.len() + 3).max(5));
        rows.extend(told);
        // Over what was there: CUU and ED (ECMA-48).
        let back = if self.rows > 0 { format!("\x1b[{}A\x1b[J", self.rows) } else { String::new() };
        self.rows = rows.len();
        // Nobody left to see it is nobody's trouble.
        let _ = out::result(format!("{back}{}\n", rows.join("\n")).as_bytes());
    }
}

/// A drone in a line.
fn words(number: usize, look: &Look) -> String {
    let [ahead, left, up] = look.place.map(|axis| axis.round() as i64);
    let doing = if look.flies { "flies" } else { "stands" };
    format!(
        "#{number} {doing}: {ahead} cm ahead, {left} left, {up} up, {:.0}°, {:.0} %, {:.0} °C",
        look.yaw, look.battery, look.heat
    )
}
