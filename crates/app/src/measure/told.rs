//! What is told of round trips, as text and as JSON lines.

use std::fmt::Write;
use std::time::Duration;

use sockscope::core::measure::rtt::{Other, Report, Row, Ways};
use sockscope::core::measure::times::{PERCENTILES, Times};
use sockscope::core::moment::Now;
use sockscope::view::json::Object;
use sockscope::view::schema;

use super::Course;

/// Columns of the longest bar.
const BAR: u64 = 40;
const KEYS: [&str; 5] = ["p50_us", "p90_us", "p99_us", "p99_9_us", "p99_99_us"];

/// How each second is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    None,
    Text,
    Json,
}

impl Rows {
    pub(crate) fn new(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }

    /// The line of a second.
    pub(crate) fn row(self, seq: u64, now: Now, row: &Row) -> Vec<u8> {
        match self {
            Self::None => Vec::new(),
            Self::Json => line(seq, now, "second", |object| {
                object.number("second", row.second);
                object.number("sent", row.sent);
                object.number("answered", row.answered);
                object.object("due", |object| times(object, &row.times));
            }),
            Self::Text => {
                let [p50, p99] = [50.0, 99.0].map(|percent| shown(row.times.percentile(percent)));
                let (second, sent, answered) = (row.second, row.sent, row.answered);
                let max = shown(row.times.max());
                format!("{second:>4} s  sent {sent}  answered {answered}  p50 {p50}  p99 {p99}  max {max}\n")
                    .into_bytes()
            }
        }
    }
}

/// What is said where nobody answered.
pub(crate) fn nobody(endpoint: &str, trouble: Option<&str>) -> String {
    let why = trouble.map(|why| format!(" ({why})")).unwrap_or_default();
    format!("nobody answers at {endpoint}{why}; start there: sockscope echo {endpoint}\n")
}

/// What became of all messages.
pub(crate) fn report(course: &Course, ways: &Ways, json: bool) -> Vec<u8> {
    let report = course.rtt.report();
    match course.now.filter(|_| json) {
        Some(now) => line(course.rows, now, "done", |object| fields(object, &report, course, ways)),
        None => text(&report, course, ways).into_bytes(),
    }
}

fn fields(object: &mut Object<'_>, report: &Report, course: &Course, ways: &Ways) {
    let counts = &report.counts;
    object.text("loop", if ways.closed { "closed" } else { "open" });
    object.text("other", if course.rtt.other() == Some(Other::Measures) { "measures" } else { "echo" });
    object.number("sent", counts.sent);
    object.number("answered", counts.answered);
    object.number("lost", counts.unanswered());
    object.number("late", counts.late);
    object.number("reordered", counts.reordered);
    object.number("duplicates", counts.duplicates);
    object.number("foreign", counts.foreign);
    object.number("kernel_times", report.by_kernel);
    object.number("backward", report.backward);
    object.micros_known("kept_us", report.kept());
    object.micros("sent_after_due_us", report.latest);
    object.object("due", |object| times(object, &report.due));
    object.object("sent_times", |object| times(object, &report.sent));
    if report.network.count() > 0 {
        object.object("network", |object| times(object, &report.network));
    }
    object.known("trouble", course.trouble.as_deref());
}

fn times(object: &mut Object<'_>, times: &Times) {
    object.micros_known("min_us", times.min());
    object.micros_known("mean_us", times.mean());
    object.micros_known("stddev_us", times.deviation());
    for (key, percent) in KEYS.into_iter().zip(PERCENTILES) {
        object.micros_known(key, times.percentile(percent));
    }
    object.micros_known("max_us", times.max());
}

fn line(seq: u64, now: Now, state: &'static str, fields: impl FnOnce(&mut Object<'_>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut object = Object::begin(&mut out);
    object.number("v", schema::VERSION);
    object.text("type", "measure");
    object.number("seq", seq);
    object.time_known("t", Some(now.stamp));
    object.text("state", state);
    fields(&mut object);
    object.end();
    out.push(b'\n');
    out
}

fn text(report: &Report, course: &Course, ways: &Ways) -> String {
    let c = &report.counts;
    let mut text = format!(
        "sent {}, answered {}, lost {}\nlate {}, out of order {}, duplicates {}, foreign {}\n",
        c.sent,
        c.answered,
        c.unanswered(),
        c.late,
        c.reordered,
        c.duplicates,
        c.foreign
    );
    table(&mut text, report, ways);
    if !ways.closed {
        let (asked, kept) = (shown(Some(ways.every)), shown(report.kept()));
        let _ = writeln!(
            text,
            "interval asked {asked}, kept {kept}, sent after due at most {}",
            shown(Some(report.latest))
        );
    } else {
        text.push_str("closed loop: a slow answer holds back the next message, so this hides delay\n");
    }
    let (kernel, own) = (report.by_kernel, c.answered - report.by_kernel);
    let _ = writeln!(
        text,
        "sent by this program's clock; answers by the kernel's {kernel}, by this program's {own}"
    );
    if report.backward > 0 {
        let _ = writeln!(text, "the clock was set back: {} times count as zero", report.backward);
    }
    if let Some(trouble) = &course.trouble {
        let _ = writeln!(text, "ended early: {trouble}");
    }
    bars(&mut text, &report.due);
    text
}

fn table(text: &mut String, report: &Report, ways: &Ways) {
    let mut row = |name: &str, cells: [String; 9]| {
        let _ = write!(text, "{name:<11}");
        for cell in cells {
            let _ = write!(text, "{cell:>10}");
        }
        text.push('\n');
    };
    let heads = ["min", "mean", "stddev", "p50", "p90", "p99", "p99.9", "p99.99", "max"];
    row("", heads.map(str::to_owned));
    let cells = |times: &Times| {
        let [p50, p90, p99, p999, p9999] = PERCENTILES.map(|percent| shown(times.percentile(percent)));
        let [min, mean, deviation, max] =
            [times.min(), times.mean(), times.deviation(), times.max()].map(shown);
        [min, mean, deviation, p50, p90, p99, p999, p9999, max]
    };
    if !ways.closed {
        row("since due", cells(&report.due));
    }
    row("since sent", cells(&report.sent));
    if report.network.count() > 0 {
        row("on the way", cells(&report.network));
    }
}

fn bars(text: &mut String, times: &Times) {
    let ranges = times.ranges();
    let most = ranges.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    for (end, count) in ranges {
        let bar = "#".repeat(usize::try_from((count * BAR).div_ceil(most)).unwrap_or(0));
        let _ = writeln!(text, "below {:>8}  {count:>9}  {bar}", shown(Some(end)));
    }
}

/// A time in the unit that fits it; `-` where it is not known.
fn shown(time: Option<Duration>) -> String {
    let Some(time) = time else { return "-".to_owned() };
    let nanos = time.as_nanos() as f64;
    match time.as_nanos() {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{:.1} us", nanos / 1e3),
        1_000_000..1_000_000_000 => format!("{:.2} ms", nanos / 1e6),
        _ => format!("{:.3} s", nanos / 1e9),
    }
}
