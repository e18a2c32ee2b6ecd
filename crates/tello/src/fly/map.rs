//! Ways as seen from above, in characters: each holds two by four dots (Braille patterns).

use super::plan::Point;

/// The dots of a character, by column and row.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// Draws ways, ahead up and left to the left, in so many characters; under it how long a side is.
///
/// Both axes have one scale. What hardly moves is drawn as a dot in the middle.
pub fn draw(ways: &[&[Point]], columns: usize, rows: usize) -> Vec<String> {
    let places = || ways.iter().flat_map(|way| way.iter().map(|point| point.place));
    // To the right, and down.
    let flat = |[ahead, left, _]: [f64; 3]| [-left, -ahead];
    let bound = |axis: usize| {
        let values = || places().map(|place| flat(place)[axis]);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let ([wide, high], bounds) = ([columns * 2, rows * 4], [bound(0), bound(1)]);
    let span = |(low, high): (f64, f64)| (high - low).max(50.0);
    // cm a dot.
    let scale = (span(bounds[0]) / (wide - 1) as f64).max(span(bounds[1]) / (high - 1) as f64);
    let dot = |place: [f64; 3]| {
        let at = flat(place);
        [(0, wide), (1, high)].map(|(axis, most)| {
            let middle = (bounds[axis].0 + bounds[axis].1) / 2.0;
            ((at[axis] - middle) / scale + (most as f64 - 1.0) / 2.0).round().clamp(0.0, most as f64 - 1.0)
                as usize
        })
    };
    let mut cells = vec![0_u8; columns * rows];
    let mut put = |[x, y]: [usize; 2]| cells[y / 4 * columns + x / 2] |= DOTS[x % 2][y % 4];
    for way in ways {
        for leg in way.windows(2) {
            let (a, b) = (leg[0].place, leg[1].place);
            let steps = (0..2).map(|axis| (b[axis] - a[axis]).abs() * 2.0 / scale).fold(1.0, f64::max).ceil();
            for step in 0..=steps as usize {
                let part = step as f64 / steps;
                put(dot([0, 1, 2].map(|axis| a[axis] + part * (b[axis] - a[axis]))));
            }
        }
        way.first().into_iter().for_each(|point| put(dot(point.place)));
    }
    let row = |cells: &[u8]| {
        let row: String =
            cells.iter().map(|dots| char::from_u32(0x2800 + u32::from(*dots)).unwrap_or(' ')).collect();
        row.replace('\u{2800}', " ").trim_end().to_owned()
    };
    let mut drawn: Vec<_> = cells.chunks(columns).map(row).collect();
    drawn.push(format!("├{}┤ {:.0} cm", "─".repeat(8), scale * 20.0));
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(places: &[[f64; 2]]) -> Vec<Point> {
        let point = |[x, y]: &[f64; 2]| Point { place: [*x, *y, 80.0], ..Point::default() };
        places.iter().map(point).collect()
    }

    #[test]
    fn ahead_is_up_and_left_is_left() {
        // Ahead, then to the left: the corner is at the top right.
        let drawn = draw(&[&way(&[[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])], 6, 3);
        assert_eq!(drawn[..3], ["⠉⠉⠉⠉⠉⢹", "     ⢸", "     ⢸"][..], "{drawn:#?}");
        assert!(drawn[3].ends_with(" cm"));
    }

    #[test]
    fn what_stands_still_is_a_dot() {
        let drawn = draw(&[&way(&[[5.0, 5.0]]), &[]], 5, 3);
        assert_eq!(drawn[..3].concat().chars().filter(|char| *char != ' ').count(), 1, "{drawn:#?}");
    }
}
