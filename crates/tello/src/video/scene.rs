//! The built-in test picture: an artificial horizon that shows how the drone flies, and the number of the frame.

use super::canvas::{Canvas, Colour};

const SKY: Colour = Colour::rgb(58, 132, 206);
const HIGH_SKY: Colour = Colour::rgb(34, 92, 168);
const GROUND: Colour = Colour::rgb(124, 92, 58);
const FAR_GROUND: Colour = Colour::rgb(150, 116, 78);
const LINE: Colour = Colour::rgb(250, 250, 250);
const DARK: Colour = Colour::rgb(24, 26, 30);
const GREEN: Colour = Colour::rgb(80, 200, 96);
const RED: Colour = Colour::rgb(226, 66, 52);
const WINGS: Colour = Colour::rgb(255, 204, 0);

/// What the picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scene {
    /// Degrees, nose up.
    pub pitch: f64,
    /// Degrees, right side down.
    pub roll: f64,
    /// Degrees clockwise.
    pub yaw: f64,
    /// cm.
    pub height: f64,
    /// Percent.
    pub battery: f64,
    /// Its number.
    pub frame: u32,
}

/// Digits and a few letters, five rows of three cells each, the left one highest.
const GLYPHS: [(char, [u8; 5]); 17] = [
    ('0', [7, 5, 5, 5, 7]),
    ('1', [2, 6, 2, 2, 7]),
    ('2', [7, 1, 7, 4, 7]),
    ('3', [7, 1, 7, 1, 7]),
    ('4', [5, 5, 7, 1, 1]),
    ('5', [7, 4, 7, 1, 7]),
    ('6', [7, 4, 7, 5, 7]),
    ('7', [7, 1, 2, 2, 2]),
    ('8', [7, 5, 7, 5, 7]),
    ('9', [7, 5, 7, 1, 7]),
    ('%', [5, 1, 2, 4, 5]),
    ('c', [0, 7, 4, 4, 7]),
    ('m', [0, 7, 7, 5, 5]),
    ('N', [5, 7, 7, 5, 5]),
    ('E', [7, 4, 6, 4, 7]),
    ('S', [7, 4, 7, 1, 7]),
    ('W', [5, 5, 7, 7, 5]),
];

impl Scene {
    /// Paints it.
    pub fn paint(&self, canvas: &mut Canvas) {
        self.horizon(canvas);
        let (width, height) = (canvas.width() as i32, canvas.height() as i32);
        self.heading(canvas, width);
        let low = self.battery < 20.0;
        gauge(canvas, 6, height, self.battery / 100.0, if low { RED } else { GREEN });
        write(canvas, (4, height - 14), 2, &format!("{:.0}%", self.battery));
        gauge(canvas, width - 12, height, self.height / 300.0, LINE);
        let told = format!("{:.0}cm", self.height.max(0.0));
        write(canvas, (width - 4 - 8 * told.len() as i32, height - 14), 2, &told);
        let number = self.frame.to_string();
        write(canvas, (width / 2 - 8 * number.len() as i32, height - 26), 4, &number);
    }

    /// Sky above ground, and wings that never move.
    fn horizon(&self, canvas: &mut Canvas) {
        let (width, height) = (canvas.width() as i32, canvas.height() as i32);
        let slope = self.roll.clamp(-60.0, 60.0).to_radians().tan();
        // As many degrees up and down as a camera sees.
        let middle = f64::from(height) / 2.0 + self.pitch * f64::from(height) / 60.0;
        for x in 0..width {
            let at = middle - slope * f64::from(x - width / 2);
            for y in 0..height {
                let below = f64::from(y) - at;
                let colour = match below {
                    below if below < -f64::from(height) / 4.0 => HIGH_SKY,
                    below if below < 0.0 => SKY,
                    below if below < 2.0 => LINE,
                    below if below < f64::from(height) / 5.0 => FAR_GROUND,
                    _ => GROUND,
                };
                canvas.set(x, y, colour);
            }
        }
        for side in [-1, 1] {
            canvas.fill((width / 2 + side * 30 - 12, height / 2 - 1), (24, 3), WINGS);
        }
        canvas.fill((width / 2 - 2, height / 2 - 2), (4, 4), WINGS);
    }

    /// A tape with a mark at each ten degrees and the four directions.
    fn heading(&self, canvas: &mut Canvas, width: i32) {
        canvas.fill((0, 0), (width, 18), DARK);
        for mark in 0..36 {
            let away = (f64::from(mark * 10) - self.yaw + 180.0).rem_euclid(360.0) - 180.0;
            let x = width / 2 + (away * 1.5).round() as i32;
            let name = [(0, "N"), (9, "E"), (18, "S"), (27, "W")].into_iter().find(|(at, _)| *at == mark);
            match name {
                Some((_, name)) => write(canvas, (x - 3, 4), 2, name),
                None => canvas.fill((x, 10), (1, 4), LINE),
            }
        }
        canvas.fill((width / 2 - 1, 14), (2, 4), WINGS);
    }
}

/// A bar that is filled from below.
fn gauge(canvas: &mut Canvas, x: i32, height: i32, part: f64, colour: Colour) {
    let (top, long) = (26, height - 46);
    let filled = (part.clamp(0.0, 1.0) * f64::from(long)).round() as i32;
    canvas.fill((x, top), (6, long), DARK);
    canvas.fill((x + 1, top + long - filled), (4, filled), colour);
}

/// Writes on a dark ground, each cell of a glyph so many cells wide.
fn write(canvas: &mut Canvas, (x, y): (i32, i32), size: i32, text: &str) {
    canvas.fill((x - size, y - size), (size * (4 * text.len() as i32 + 1), size * 7), DARK);
    for (place, char) in (0..).zip(text.chars()) {
        let Some((_, rows)) = GLYPHS.iter().find(|(known, _)| *known == char) else { continue };
        for (row, bits) in (0..).zip(rows) {
            for column in 0..3 {
                if bits >> (2 - column) & 1 == 1 {
                    canvas.fill((x + (place * 4 + column) * size, y + row * size), (size, size), LINE);
                }
            }
        }
    }
}
