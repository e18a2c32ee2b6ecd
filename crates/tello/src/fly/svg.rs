//! A flight as a picture: from above, and its height over time.

use std::fmt::Write as _;

use super::plan::Point;

/// The way of one drone.
#[derive(Debug, Clone)]
pub struct Track {
    /// Whose it is.
    pub label: String,
    /// Its points, in order.
    pub points: Vec<Point>,
}

/// Size of each of the two views in pixels, and what is around them.
const VIEW: (f64, f64) = (420.0, 420.0);
const EDGE: f64 = 48.0;

/// Colours that people who see few of them can tell apart too (Okabe and Ito).
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/// Draws tracks as a document of SVG 1.1. Text is escaped; the picture needs nothing from elsewhere.
pub fn draw(title: &str, tracks: &[Track]) -> String {
    let (width, height) = (2.0 * VIEW.0 + 3.0 * EDGE, VIEW.1 + 2.0 * EDGE + 20.0 * tracks.len() as f64);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    put(&mut out, format_args!("<text x=\"{EDGE}\" y=\"24\" font-size=\"16\">{}</text>\n", escaped(title)));
    // From above: ahead is up, left is left.
    let above = |point: &Point| [-point.place[1], point.place[0]];
    let time = |point: &Point| [point.time.as_secs_f64(), point.place[2]];
    let left = Frame::around(tracks, above, EDGE, true);
    let right = Frame::around(tracks, time, VIEW.0 + 2.0 * EDGE, false);
    left.axes(&mut out, "from above, cm", "");
    right.axes(&mut out, "height, cm", "s");
    for (index, track) in tracks.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        left.line(&mut out, track, above, colour);
        right.line(&mut out, track, time, colour);
        let y = VIEW.1 + 2.0 * EDGE + 20.0 * index as f64;
        put(&mut out, format_args!("<circle cx=\"{EDGE}\" cy=\"{}\" r=\"5\" fill=\"{colour}\"/>\n", y - 4.0));
        put(
            &mut out,
            format_args!("<text x=\"{}\" y=\"{y}\">{}</text>\n", EDGE + 12.0, escaped(&track.label)),
        );
    }
    out.push_str("</svg>\n");
    out
}

/// Where numbers are in the picture.
struct Frame {
    left: f64,
    low: [f64; 2],
    span: [f64; 2],
    step: [f64; 2],
}

impl Frame {
    /// Around all points; `square`: with the same scale on both axes.
    fn around(tracks: &[Track], of: impl Fn(&Point) -> [f64; 2], left: f64, square: bool) -> Self {
        let points = || tracks.iter().flat_map(|track| &track.points).map(&of);
        let most = |axis: usize| points().map(|point| point[axis]).fold(0.0, f64::max);
        let least = |axis: usize| points().map(|point| point[axis]).fold(0.0, f64::min);
        let mut span = [0, 1].map(|axis| (most(axis) - least(axis)).max(if square { 100.0 } else { 1.0 }));
        let middle = [0, 1].map(|axis| f64::midpoint(most(axis), least(axis)));
        if square {
            span = [span[0].max(span[1]) * 1.1; 2];
        }
        let low = [0, 1].map(|axis| if square { middle[axis] - span[axis] / 2.0 } else { least(axis) });
        Self { left, low, span, step: span.map(step) }
    }

    fn x(&self, value: f64) -> f64 {
        self.left + (value - self.low[0]) / self.span[0] * VIEW.0
    }

    fn y(&self, value: f64) -> f64 {
        EDGE + VIEW.1 - (value - self.low[1]) / self.span[1] * VIEW.1
    }

    fn axes(&self, out: &mut String, title: &str, unit: &str) {
        let (left, right, top, bottom) = (self.left, self.left + VIEW.0, EDGE, EDGE + VIEW.1);
        put(out, format_args!("<text x=\"{left}\" y=\"{}\" fill=\"#555\">{title}</text>\n", top - 6.0));
        let marks = |axis: usize| {
            let (low, step) = (self.low[axis], self.step[axis]);
            let first = (low / step).ceil();
            (0..)
                .map(move |index| (first + f64::from(index)) * step)
                .take_while(move |value| *value <= low + self.span[axis] + 1e-9)
        };
        for value in marks(0) {
            let x = self.x(value);
            put(out, format_args!("<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"#ddd\"/>\n"));
            let y = bottom + 14.0;
            put(
                out,
                format_args!(
                    "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\" fill=\"#555\">{value}{unit}</text>\n"
                ),
            );
        }
        for value in marks(1) {
            let y = self.y(value);
            put(out, format_args!("<path d=\"M{left} {y:.1}H{right}\" stroke=\"#ddd\"/>\n"));
            let x = left - 4.0;
            put(
                out,
                format_args!(
                    "<text x=\"{x}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555\">{value}</text>\n",
                    y + 4.0
                ),
            );
        }
    }

    fn line(&self, out: &mut String, track: &Track, of: impl Fn(&Point) -> [f64; 2], colour: &str) {
        let Some(first) = track.points.first().map(&of) else { return };
        let mut path = String::new();
        for (index, point) in track.points.iter().map(&of).enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            put(&mut path, format_args!("{letter}{:.1} {:.1}", self.x(point[0]), self.y(point[1])));
        }
        put(
            out,
            format_args!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n"
            ),
        );
        let (x, y) = (self.x(first[0]), self.y(first[1]));
        put(out, format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>\n"));
    }
}

/// From one mark to the next: 1, 2 or 5 times a power of ten, so that there are four to ten of them.
fn step(span: f64) -> f64 {
    let power = 10_f64.powf((span / 4.0).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|times| times * power).find(|step| span / step >= 4.0).unwrap_or(power)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn put(out: &mut String, words: std::fmt::Arguments<'_>) {
    out.write_fmt(words).expect("a String takes everything");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_square_is_drawn_in_both_views() {
        let corner = |seconds, x, y, z| Point { time: Duration::from_secs(seconds), place: [x, y, z] };
        let points = vec![
            corner(0, 0.0, 0.0, 0.0),
            corner(6, 0.0, 0.0, 80.0),
            corner(9, 100.0, 0.0, 80.0),
            corner(12, 100.0, -100.0, 80.0),
        ];
        let picture = draw("a <square>", &[Track { label: "192.168.10.1".to_owned(), points }]);
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
        assert!(picture.contains("a &lt;square&gt;") && picture.contains(">192.168.10.1<"));
        // Above: home is at the lower left, the last corner at the upper right of the middle.
        let line = picture.lines().find(|line| line.contains("fill=\"none\"")).unwrap();
        assert!(line.contains("d=\"M67.1 448.9L67.1 448.9L67.1 67.1L448.9 67.1\""), "{line}");
        assert_eq!(picture.matches("fill=\"none\"").count(), 2);
    }

    #[test]
    fn marks_are_round_numbers() {
        assert_eq!((step(110.0), step(12.0), step(80.0), step(1.0)), (20.0, 2.0, 20.0, 0.2));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert!(!draw("", &[Track { label: String::new(), points: Vec::new() }]).contains("NaN"));
    }
}
