//! What a console shows of its drone: the prompt, the panel, help.

use std::time::Duration;

use sockscope::core::moment::Moment;
use sockscope_tello::client::Seat;
use sockscope_tello::command;
use sockscope_tello::diagnose::Diagnosis;
use sockscope_tello::pilot::Flying;

use super::{Cockpit, Manner, WORDS};

/// When the end is near, this is said of it once.
const SOON: Duration = Duration::from_secs(5);

impl Cockpit {
    /// What the prompt says now: battery, height, and what is left of the fifteen seconds.
    pub(super) fn ask(&mut self, now: Moment, seat: &Seat) {
        if !self.manner.interactive {
            return;
        }
        let mut words = String::from("tello");
        match seat.pilot.state().filter(|(at, _)| now - *at < Duration::from_secs(2)) {
            Some((_, state)) => {
                let battery = state.battery.map_or("?".to_owned(), |battery| battery.to_string());
                words += &format!(" {battery}%");
                if seat.pilot.flying(now) == Flying::Yes {
                    words += &state.height.map(|height| format!(" {height}cm")).unwrap_or_default();
                }
            }
            None if self.entered => words += self.pick(" no state", " 无状态"),
            None => words += self.pick(" no link", " 未连接"),
        }
        let left = seat.pilot.left(now);
        self.tick = left
            .filter(|left| !left.is_zero())
            .map(|left| now + (left - Duration::from_secs(left.as_secs()) + Duration::from_millis(1)));
        if let Some(left) = left {
            words += &format!(" {}s", left.as_secs());
            if left <= SOON && !std::mem::replace(&mut self.warned, true) {
                self.say(self.pick(
                    "it lands by itself in 5 s: any command keeps it up",
                    "5 秒后将自动降落：发送任意命令可保持飞行",
                ));
            }
            self.warned &= left <= SOON;
        }
        words += "> ";
        if words != self.prompt {
            self.paper.prompt(&words);
            self.prompt = words;
        }
    }

    /// Draws the panel, twice a second.
    pub(super) fn draw(&mut self, now: Moment) {
        if !self.watching || self.draw.is_some_and(|due| now < due) {
            return;
        }
        self.draw = Some(now + Duration::from_millis(500));
        let columns = self.paper.columns().unwrap_or(80);
        let mut rows = self.plots.rows(columns, self.manner.lang);
        rows.push("─".repeat(columns));
        if !matches!(self.paper.panel(&rows), Ok(true)) {
            self.watching = false;
            self.say(self.pick("the panel needs a terminal with more lines", "面板需要行数更多的终端"));
        }
    }

    pub(super) fn tell(&mut self, diagnosis: &Diagnosis) {
        let words = diagnosis.words(self.manner.lang);
        self.say(&format!("{}: {words}", self.pick("warning", "警告")));
    }

    pub(super) fn help(&mut self, about: &str) {
        let Manner { sdk, lang, .. } = self.manner;
        let known = sockscope_tello::table::commands().filter(|spec| spec.is_in(sdk));
        let mut rows: Vec<_> = known
            .filter(|spec| about.is_empty() || spec.name.starts_with(about))
            .map(|spec| {
                let hint = command::hint(spec.name, sdk).filter(|_| !about.is_empty()).unwrap_or_default();
                let range =
                    hint.split_once("   ").map(|(_, range)| format!(" ({range})")).unwrap_or_default();
                format!("{:<28} {}{range}", spec.syntax(), lang.pick(spec.en, spec.zh))
            })
            .collect();
        if rows.is_empty() {
            return self.result(&format!("{} {about:?}", self.pick("there is no command", "没有命令")));
        }
        if about.is_empty() {
            rows.extend(WORDS.iter().map(|(word, en, zh)| format!("{word:<28} {}", lang.pick(en, zh))));
        }
        self.result(&rows.join("\n"));
    }
}
