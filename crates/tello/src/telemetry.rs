//! State for people and for spreadsheets: a line, small plots, and rows of CSV.

use std::collections::VecDeque;
use std::time::Duration;

use sockscope::core::lang::Lang;
use sockscope::core::moment::Moment;

use crate::state::State;

/// What is written to a file, by its key on the wire; units as the SDK manuals have them ([`State`]).
pub const KEYS: [&str; 20] = [
    "bat", "h", "tof", "time", "pitch", "roll", "yaw", "vgx", "vgy", "vgz", "templ", "temph", "baro", "agx",
    "agy", "agz", "mid", "x", "y", "z",
];

/// From one point of a plot to the next.
const STEP: Duration = Duration::from_secs(1);

/// Points of a plot.
const POINTS: usize = 60;

/// Bars from low to high.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The first row of a file: `seconds` since its begin, and the keys.
pub fn csv_head() -> String {
    format!("seconds,{}\n", KEYS.join(","))
}

/// A row; what the drone left out is empty.
pub fn csv_row(since: Duration, state: &State) -> String {
    let value = |key: &&str| state.number(key).map_or(String::new(), |number| number.to_string());
    let values: Vec<_> = KEYS.iter().map(value).collect();
    format!("{:.3},{}\n", since.as_secs_f64(), values.join(","))
}

/// A number that may be missing, with its unit.
fn told(number: Option<impl ToString>, unit: &str) -> String {
    number.map_or_else(|| format!("?{unit}"), |number| format!("{}{unit}", number.to_string()))
}

/// A state in one line.
pub fn line(state: &State, lang: Lang) -> String {
    let [vx, vy, vz] = state.speed.map(|speed| told(speed, ""));
    let heat = told(state.temperature[1], "°C");
    let yaw = told(state.yaw, "°");
    let (battery, height) = (told(state.battery, "%"), told(state.height, "cm"));
    let (tof, time) = (told(state.tof.filter(|tof| *tof != 6553), "cm"), told(state.motor_time, "s"));
    let line = match lang {
        Lang::Zh => {
            format!(
                "电量 {battery}  高度 {height}  离地 {tof}  航向 {yaw}  速度 {vx} {vy} {vz}  温度 {heat}  电机 {time}"
            )
        }
        Lang::En => format!(
            "battery {battery}  height {height}  ground {tof}  yaw {yaw}  speed {vx} {vy} {vz}  {heat}  motors {time}"
        ),
    };
    match (state.pad.seen(), state.pad.place) {
        (Some(pad), place) => {
            let [x, y, z] = place.map(|axis| told(axis, ""));
            format!("{line}  m{pad} {x} {y} {z}")
        }
        _ => line,
    }
}

/// A state in full: the line, and below it every number by its key on the wire, those too that nobody described.
pub fn full(state: &State, lang: Lang) -> String {
    let unknown = state.unknown.iter().map(|(key, value)| format!("{key} {}", value.escape_debug()));
    let known = KEYS.iter().filter_map(|key| Some(format!("{key} {}", state.number(key)?)));
    let numbers: Vec<_> = known.chain(unknown).collect();
    format!("{}\n  {}", line(state, lang), numbers.join("  "))
}

/// A key that is plotted.
struct Plot {
    key: &'static str,
    en: &'static str,
    zh: &'static str,
    unit: &'static str,
    /// The least that the plot spans.
    span: (f64, f64),
}

const PLOTS: [Plot; 4] = [
    Plot { key: "bat", en: "battery", zh: "电量", unit: "%", span: (0.0, 100.0) },
    Plot { key: "h", en: "height", zh: "高度", unit: "cm", span: (0.0, 100.0) },
    Plot { key: "yaw", en: "yaw", zh: "航向", unit: "°", span: (-180.0, 180.0) },
    Plot { key: "temph", en: "heat", zh: "温度", unit: "°C", span: (40.0, 95.0) },
];

/// The last minute as small plots.
#[derive(Debug, Default)]
pub struct Plots {
    points: VecDeque<[Option<f64>; PLOTS.len()]>,
    next: Option<Moment>,
    last: Option<State>,
}

impl Plots {
    /// Takes a state: one a second is kept.
    pub fn take(&mut self, now: Moment, state: &State) {
        self.last = Some(state.clone());
        if self.next.is_some_and(|next| now < next) {
            return;
        }
        self.next = Some(now + STEP);
        self.points.truncate(POINTS - 1);
        self.points.push_front(PLOTS.map(|plot| state.number(plot.key)));
    }

    /// A row for each plot, the newest point at the right, as wide as there is room for.
    pub fn rows(&self, columns: usize, lang: Lang) -> Vec<String> {
        let Some(state) = &self.last else {
            return vec![lang.pick("no state yet", "尚无状态").to_owned()];
        };
        let width = columns.saturating_sub(24).clamp(10, POINTS);
        let mut rows = vec![line(state, lang)];
        for (index, plot) in PLOTS.iter().enumerate() {
            let values: Vec<_> = self.points.iter().take(width).map(|point| point[index]).collect();
            let known = || values.iter().flatten().copied();
            let low = known().fold(plot.span.0, f64::min);
            let high = known().fold(plot.span.1, f64::max);
            let bar = |value: &Option<f64>| {
                value.map_or(' ', |value| {
                    let part = (value - low) / (high - low).max(1e-9);
                    BARS[((part * BARS.len() as f64) as usize).min(BARS.len() - 1)]
                })
            };
            let bars: String = values.iter().rev().map(bar).collect();
            let now = told(state.number(plot.key), plot.unit);
            // Han characters take two columns.
            let name = lang.pick(plot.en, plot.zh);
            let pad = 9_usize.saturating_sub(if lang == Lang::Zh { 4 } else { name.len() });
            rows.push(format!("{name}{:pad$}{bars:>width$} {now}", ""));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(text: &str) -> State {
        State::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_missing_is_empty_and_never_zero() {
        assert_eq!(csv_head().split(',').count(), KEYS.len() + 1);
        let row = csv_row(Duration::from_millis(1500), &state("bat:80;baro:-1.25;mid:-1;"));
        assert_eq!(row, "1.500,80,,,,,,,,,,,,-1.25,,,,-1,,,\n");
        assert_eq!(row.split(',').count(), KEYS.len() + 1);
        assert!(
            line(&state("bat:80;tof:6553;"), Lang::En).starts_with("battery 80%  height ?cm  ground ?cm")
        );
        assert!(full(&state("bat:80;new:1\u{7};"), Lang::En).ends_with("\n  bat 80  new 1\\u{7}"));
        assert!(line(&state("mid:3;x:1;y:-2;z:80;"), Lang::Zh).ends_with("m3 1 -2 80"));
    }

    #[test]
    fn plots_keep_the_last_minute() {
        let mut plots = Plots::default();
        assert_eq!(plots.rows(80, Lang::En), ["no state yet"]);
        for tenths in 0..900_u64 {
            let height = if tenths < 450 { 0 } else { 100 };
            plots.take(Moment(tenths * 100_000_000), &state(&format!("bat:50;h:{height};")));
        }
        let rows = plots.rows(80, Lang::En);
        assert_eq!(rows.len(), 5);
        let bars = &rows[2];
        assert!(bars.starts_with("height   ") && bars.ends_with(" 100cm"), "{bars}");
        let count = |bar: char| bars.chars().filter(|char| *char == bar).count();
        assert_eq!((count('▁'), count('█')), (11, 45), "{bars}");
        assert!(plots.rows(20, Lang::Zh)[2].starts_with("高度"));
    }
}
