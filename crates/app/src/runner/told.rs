//! What a person is told of a script: what it says, and how it ended.

use std::io;
use std::time::Duration;

use sockscope::bus::{Bus, Sink};
use sockscope::core::event::Event;
use sockscope::core::script::{Script, Tone, Unmet, Verdict};
use sockscope::view::palette::Palette;
use sockscope::view::text;

use super::Report;
use crate::out;

/// Tells what a script says on standard error, between the rows where it belongs.
pub(crate) struct Voice {
    bus: Bus<'static>,
    /// Those on the bus are told as well: else a person would read it twice.
    passes: bool,
    silent: bool,
}

impl Voice {
    /// `passes`: those on the bus hear what it says too, as JSON lines do; `silent`: nobody else does.
    pub(crate) fn new(bus: Bus<'static>, passes: bool, silent: bool) -> Self {
        Self { bus, passes, silent }
    }
}

impl Sink for Voice {
    fn event(&mut self, _seq: u64, event: &Event<'_>) -> io::Result<()> {
        let Event::Mark(mark) = event else { return self.bus.emit(event) };
        self.bus.idle()?;
        if !self.silent {
            let mut line = Vec::new();
            text::line(mark.text, &mut line);
            line.push(b'\n');
            out::talk(&String::from_utf8_lossy(&line));
        }
        if self.passes { self.bus.emit(event) } else { Ok(()) }
    }

    fn idle(&mut self) -> io::Result<()> {
        self.bus.idle()
    }
}

/// How a script ended; every line ends in a line feed.
pub(crate) fn ending(report: &Report, palette: &Palette) -> String {
    match &report.verdict {
        Some(Verdict::Met) => {
            let steps = if report.done == 1 { "step" } else { "steps" };
            format!("{} {steps} met in {}\n", report.done, spell(report.took))
        }
        Some(Verdict::Unmet(unmet)) => shown(unmet, palette),
        None => match &report.place {
            Some((file, line)) => format!("{file}:{line}: stopped here, before the end of the script\n"),
            None => "stopped before the end of the script\n".to_owned(),
        },
    }
}

/// An expectation that was not met, in colours.
fn shown(unmet: &Unmet, palette: &Palette) -> String {
    painted(palette, |paint, out| unmet.write(paint, out))
}

/// What `write` appends of an expectation that was not met, in colours, apart from the rows and words before it.
pub(crate) fn painted(
    palette: &Palette,
    write: impl FnOnce(&mut dyn FnMut(Tone, &str, &mut Vec<u8>), &mut Vec<u8>),
) -> String {
    let mut out = b"\n".to_vec();
    let mut paint = |tone: Tone, text: &str, out: &mut Vec<u8>| {
        let ink = match tone {
            Tone::Source => &palette.length,
            Tone::Fault | Tone::Differs => &palette.error,
            Tone::Frame => &palette.note,
            Tone::Same => &palette.text,
        };
        ink.paint(out, |out| out.extend_from_slice(text.as_bytes()));
    };
    write(&mut paint, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The steps of a script as they will be done, one a line: number and source.
pub(crate) fn steps(script: &Script) -> String {
    let width = script.steps().last().map_or(1, |(line, ..)| line.to_string().len());
    let mut all = String::new();
    for (line, depth, source) in script.steps() {
        let mut shown = Vec::new();
        text::line(source, &mut shown);
        let source = String::from_utf8_lossy(&shown).into_owned();
        all += &format!("{line:width$}  {}{source}\n", "    ".repeat(depth));
    }
    all
}

/// A time as people say it.
fn spell(time: Duration) -> String {
    match time.as_millis() {
        ms @ ..100 => format!("{ms} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_told() {
        let mut report = Report { verdict: Some(Verdict::Met), done: 12, ..Report::default() };
        let told = |report: &Report| ending(report, &Palette::plain());
        report.took = Duration::from_millis(312);
        assert_eq!(told(&report), "12 steps met in 0.3 s\n");
        (report.done, report.took) = (1, Duration::from_micros(4_700));
        assert_eq!(told(&report), "1 step met in 4 ms\n");
        report.verdict = None;
        assert_eq!(told(&report), "stopped before the end of the script\n");
        report.place = Some(("a.script".to_owned(), 7));
        assert_eq!(told(&report), "a.script:7: stopped here, before the end of the script\n");
    }
}
