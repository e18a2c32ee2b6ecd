//! What a person is told of a replay: what was taken of the recording, and how it ended.

use std::time::Duration;

use sockscope::core::charset::Charset;
use sockscope::core::quantity::show_duration;
use sockscope::core::replay::{Difference, Pace, Spot, Timing, Verdict};
use sockscope::view::palette::Palette;
use sockscope::view::progress::size;
use sockscope::view::recording::Note;
use sockscope::view::time::Local;

use super::{Outcome, Survey, counted};
use crate::runner::told::painted;

/// Notes that are told one by one.
const NOTES: usize = 10;

/// How a replay is spoken of.
#[derive(Debug)]
pub(crate) struct Words {
    /// The recording.
    pub(crate) name: String,
    /// Where it is sent to.
    pub(crate) endpoint: String,
    pub(crate) charset: Charset,
    pub(crate) pace: Pace,
    pub(crate) expects: bool,
    pub(crate) rounds: u64,
    pub(crate) utc_offset: i32,
}

/// What was wrong in a recording.
pub(crate) fn notes(name: &str, notes: &[Note]) -> String {
    let mut told: String = notes.iter().take(NOTES).map(|note| format!("{name}: {note}\n")).collect();
    if notes.len() > NOTES {
        told += &format!("{name}: {} more of the kind\n", notes.len() - NOTES);
    }
    told
}

/// What was taken of a recording; every line ends in a line feed.
pub(crate) fn taken(name: &str, survey: &Survey) -> String {
    let mut told = format!("{name}: {}", survey.names());
    if let Some((from, to)) = survey.ends.filter(|_| survey.talks.len() == 1) {
        told += &format!(", {from} to {to}");
    }
    told += &format!(": {}", amount(survey.messages, survey.bytes));
    if survey.messages > 1 {
        told += &format!(" over {}", spell(survey.took()));
    }
    told += &match survey.others {
        0 => "; no other conversation with payload\n".to_owned(),
        others => format!("; {} with payload\n", counted(others, "other conversation")),
    };
    let facts = [
        (survey.gaps, "byte", "missing in the recording, skipped"),
        (survey.differing, "byte", "sent again with other values; the first ones are taken"),
        (survey.untimed, "message", "without a time, sent right behind the one before"),
        (survey.lost, "fragment", "of datagrams that are not whole in the recording, left out"),
    ];
    for (count, noun, words) in facts.into_iter().filter(|(count, ..)| *count > 0) {
        told += &format!("{name}: {} {words}\n", counted(count, noun));
    }
    told
}

impl Words {
    /// How it ended; every line ends in a line feed.
    pub(crate) fn ending(&self, outcome: &Outcome, survey: &Survey, palette: &Palette) -> String {
        let mut told = String::new();
        if let Some(Verdict::Unmet(difference)) = &outcome.verdict {
            let unmet = difference.unmet(&self.endpoint, self.charset);
            let place = self.place(difference);
            told += &painted(palette, |paint, out| unmet.write_below(&place, paint, out));
            told += "\n";
        }
        let (report, all) = (outcome.report, survey.messages.saturating_mul(self.rounds));
        let of = if report.sent < all { format!(" of {all}") } else { String::new() };
        let noun = if all == 1 { "message" } else { "messages" };
        told +=
            &format!("sent {}{of} {noun} ({}) in {}", report.sent, size(report.bytes), spell(report.took));
        if report.sent > 0 {
            told += &self.kept(report.late);
        }
        if report.shortened > 0 {
            let most = self.pace.most.map_or_else(String::new, show_duration);
            told += &format!("; {} shortened to {most}", counted(report.shortened, "pause"));
        }
        if report.unsent > 0 {
            told += &format!("; {} could not be sent", counted(report.unsent, "message"));
        }
        if self.expects {
            let all = survey.answers.saturating_mul(self.rounds);
            told += &format!("; {} of {} as recorded", report.met, counted(all, "answer"));
        }
        if outcome.verdict.is_none() {
            told += "; stopped before the end";
        }
        told + "\n"
    }

    /// How well the schedule was kept.
    fn kept(&self, late: Duration) -> String {
        let within = format!("within {:.1} ms", late.as_secs_f64() * 1000.0);
        match self.pace.timing {
            Timing::None => String::new(),
            Timing::Recorded(1_000_000) => format!(", as recorded {within}"),
            timing => format!(", {} times as fast as recorded {within}", timing.factor().unwrap_or(1.0)),
        }
    }

    /// Which answer it is about.
    fn place(&self, difference: &Difference) -> String {
        let mut place = match (&difference.answer, difference.message) {
            (Some(answer), Some((number, _))) => {
                format!("{}: {}, the answer to message {number}", self.name, self.spot(answer))
            }
            (Some(answer), None) => {
                format!("{}: {}, said before the first message", self.name, self.spot(answer))
            }
            (None, Some((number, spot))) => {
                format!("{}: behind the answers to message {number}, {}", self.name, self.spot(&spot))
            }
            (None, None) => format!("{}: before the first message", self.name),
        };
        if self.rounds > 1 {
            place += &format!(", in round {}", difference.round);
        }
        place
    }

    fn spot(&self, spot: &Spot) -> String {
        let Some(time) = spot.time else { return format!("packet {}", spot.packet) };
        let mut clock = Vec::new();
        Local::new(self.utc_offset).time_of_day(time, &mut clock);
        format!("packet {} at {}", spot.packet, String::from_utf8_lossy(&clock))
    }
}

fn amount(messages: u64, bytes: u64) -> String {
    format!("{} ({})", counted(messages, "message"), size(bytes))
}

/// A time as people say it.
fn spell(time: Duration) -> String {
    match time.as_millis() {
        ms @ ..100 => format!("{ms} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
