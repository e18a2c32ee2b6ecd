//! `sockscope tello`: a drone's console. Lines are commands; each answer is told below its own, with the time it took.
//!
//! Whoever leaves while it flies lands it first. A person types at a prompt that tells battery, height and the time that is
//! left; a program gives lines and gets one for each.

mod crew;
mod show;
mod vocabulary;

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::time::Duration;

use sockscope::core::event::End;
use sockscope::core::lang::Lang;
use sockscope::core::moment::Moment;
use sockscope::core::problem::Problem;
use sockscope_tello::client::Seat;
use sockscope_tello::command::Command;
use sockscope_tello::diagnose::{Doctor, means};
use sockscope_tello::pilot::{Flying, Id, Verdict};
use sockscope_tello::sdk::Sdk;
use sockscope_tello::table::Needs;
use sockscope_tello::telemetry::{self, Plots};

use crate::console::{Lines, Typed};
use crate::paper::Paper;
pub(crate) use vocabulary::Commands;

/// The console's own words, and what they do, in English and Chinese.
pub(crate) static WORDS: [(&str, &str, &str); 4] = [
    ("help", "all commands, or what one takes: help curve", "列出命令；help curve 查看某条命令"),
    ("state", "the drone's state in full", "显示完整状态"),
    ("watch", "show or hide the panel with plots", "显示或隐藏曲线面板"),
    ("end", "leave; it lands first if it flies", "退出；飞行中先降落"),
];

/// How often `land` is sent before one gives up.
const LANDINGS: u32 = 3;

/// How often `emergency` is sent.
const EMERGENCIES: u32 = 3;

/// How it is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) sdk: Sdk,
    pub(crate) lang: Lang,
    /// A person sits there; else each line is answered by one, in order, before the next is looked at.
    pub(crate) interactive: bool,
}

/// The console of one drone.
pub(crate) struct Cockpit {
    manner: Manner,
    lines: Lines,
    paper: Box<dyn Paper>,
    doctor: Doctor,
    csv: Option<File>,
    plots: Plots,
    watching: bool,
    /// Lines that wait until the one before is answered.
    waiting: VecDeque<String>,
    input_over: bool,
    enter: Option<Id>,
    /// Commands of which nothing was told yet.
    under_way: usize,
    entered: bool,
    began: Option<Moment>,
    /// It was sent into the air, and nothing says that it is down again.
    airborne: bool,
    warned: bool,
    /// How often `land` was sent to leave, once somebody wants to.
    leaving: Option<u32>,
    bad: bool,
    over: Option<End>,
    prompt: String,
    /// When the panel is drawn next.
    draw: Option<Moment>,
    /// When the prompt says another second.
    tick: Option<Moment>,
}

impl fmt::Debug for Cockpit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cockpit").field("manner", &self.manner).finish_non_exhaustive()
    }
}

impl Cockpit {
    pub(crate) fn new(manner: Manner, lines: Lines, paper: Box<dyn Paper>, doctor: Doctor) -> Self {
        Self {
            manner,
            lines,
            paper,
            doctor,
            csv: None,
            plots: Plots::default(),
            watching: false,
            waiting: VecDeque::new(),
            input_over: false,
            enter: None,
            under_way: 0,
            entered: false,
            began: None,
            airborne: false,
            warned: false,
            leaving: None,
            bad: false,
            over: None,
            prompt: String::new(),
            draw: None,
            tick: None,
        }
    }

    /// Writes each state to a file.
    pub(crate) fn keep(&mut self, file: File) {
        self.csv = Some(file);
    }

    /// Shows the panel with plots from the begin.
    pub(crate) fn watch(&mut self) {
        self.watching = true;
    }

    fn pick(&self, en: &'static str, zh: &'static str) -> &'static str {
        self.manner.lang.pick(en, zh)
    }

    /// A result: an answer for whoever gave the line.
    fn result(&mut self, words: &str) {
        // Nobody left to read it is no reason to let a drone fall.
        let _ = self.paper.told(format!("{words}\n").as_bytes());
        let _ = self.paper.idle();
    }

    /// Words beside the results.
    fn say(&mut self, words: &str) {
        let _ = self.paper.say(format!("{words}\n").as_bytes());
    }

    fn typed(&mut self, now: Moment, seat: &mut Seat, typed: Typed) {
        match typed {
            Typed::Line(line, _) if self.manner.interactive => self.line(now, seat, &line),
            Typed::Line(line, _) => self.waiting.push_back(line),
            Typed::Interrupt => self.interrupt(now, seat),
            Typed::Note(words) => self.say(&words),
            Typed::End if self.manner.interactive => self.leave(now, seat),
            Typed::End => self.input_over = true,
            Typed::Broken(words) => {
                self.say(&words);
                self.bad = true;
                self.leave(now, seat);
            }
        }
    }

    /// Does what a line asks for.
    fn line(&mut self, now: Moment, seat: &mut Seat, line: &str) {
        let line = line.trim();
        match line.split_once(' ').unwrap_or((line, "")) {
            ("", _) => {}
            ("end" | "quit" | "exit", "") => self.leave(now, seat),
            ("help" | "?", about) => self.help(about),
            ("state", "") => match seat.pilot.state() {
                Some((_, state)) => self.result(&telemetry::full(state, self.manner.lang)),
                None => self.result(self.pick("no state yet", "尚无状态")),
            },
            ("watch", "") if self.manner.interactive => {
                self.watching = !self.watching;
                self.draw = None;
                if !self.watching {
                    let _ = self.paper.panel(&[]);
                }
            }
            _ => match self.read(line) {
                Ok(command) => self.order(now, seat, command),
                Err(problem) => self.wrong(&problem),
            },
        }
    }

    fn read(&self, line: &str) -> Result<Command, Problem> {
        let command = Command::find(line, self.manner.sdk)?;
        command.check(self.manner.sdk)?;
        Ok(command)
    }

    /// A line that is not sent.
    fn wrong(&mut self, problem: &Problem) {
        self.bad = true;
        let place = problem.place().map(|place| format!("\n{place}")).unwrap_or_default();
        if self.manner.interactive {
            return self.say(&format!("{}: {problem}{place}", self.pick("not sent", "未发送")));
        }
        self.say(&format!("{problem}{place}"));
        self.result(&format!("{}: {}", self.pick("not sent", "未发送"), problem.what));
    }

    fn order(&mut self, now: Moment, seat: &mut Seat, command: Command) {
        let needs = command.spec().needs;
        let grounded = seat.pilot.flying(now) == Flying::No && !self.airborne;
        if grounded && matches!(needs, Needs::Flying | Needs::Pads) && command.spec().name != "land" {
            self.say(self.pick(
                "warning: the motors are off, the drone will refuse it: takeoff first",
                "警告：电机未启动，无人机会拒绝；请先 takeoff",
            ));
        }
        if self.manner.interactive
            && self.under_way > 0
            && !["land", "stop", "emergency", "rc"].contains(&command.spec().name)
        {
            self.say(self.pick("it waits for the answer before", "等待上一条命令的回复"));
        }
        // Whoever leaves from here on has to land it, sent or not.
        self.airborne |= matches!(command.spec().name, "takeoff" | "throwfly");
        self.under_way += 1;
        seat.pilot.order(now, command);
    }

    /// Somebody asks for the end at once.
    fn interrupt(&mut self, now: Moment, seat: &mut Seat) {
        if self.leaving.is_none() || !self.airborne {
            return self.leave(now, seat);
        }
        self.say(self.pick("emergency: the motors stop, it falls", "紧急停止：电机停转，无人机坠落"));
        // It is never answered, and may be lost.
        (0..EMERGENCIES).for_each(|_| self.send(now, seat, "emergency"));
        self.finish(End::Unmet);
    }

    /// Lands it if it flies, and leaves.
    fn leave(&mut self, now: Moment, seat: &mut Seat) {
        if self.leaving.is_some() {
            return;
        }
        self.waiting.clear();
        if !self.airborne && seat.pilot.flying(now) != Flying::Yes {
            return self.finish(if self.bad && !self.manner.interactive { End::Unmet } else { End::Done });
        }
        self.airborne = true;
        self.leaving = Some(1);
        self.say(self.pick(
            "it lands first; Ctrl-C now is emergency: the motors stop and it falls",
            "先降落；再按 Ctrl-C 为紧急停止：电机停转，无人机坠落",
        ));
        self.send(now, seat, "land");
    }

    fn send(&mut self, now: Moment, seat: &mut Seat, line: &str) {
        self.under_way += 1;
        seat.pilot.order(now, Command::read(line, Sdk::V1_3).expect("a row of the table"));
    }

    fn finish(&mut self, end: End) {
        self.over.get_or_insert(end);
    }

    /// What came of a command.
    fn done(&mut self, id: Id, line: &str, verdict: &Verdict, took: Duration) {
        let words = verdict.words(self.manner.lang);
        let entering = self.enter == Some(id);
        match (self.manner.interactive, entering) {
            (true, _) if *verdict == Verdict::Sent => self.result(&format!("{line}: {words}")),
            (true, _) => self.result(&format!("{line}: {words}  ({:.2} s)", took.as_secs_f64())),
            (false, true) => {}
            // Nobody gave a line for it.
            (false, false) if self.leaving.is_some() => self.say(&format!("{line}: {words}")),
            (false, false) => self.result(&words),
        }
        if let Verdict::Refused(reply) = verdict
            && let Some(meaning) = means(reply.text())
        {
            self.say(&format!("  {}", self.manner.lang.pick(meaning.en, meaning.zh)));
        }
        match (line, verdict) {
            ("takeoff" | "throwfly", Verdict::Refused(_)) => self.airborne = false,
            ("land", Verdict::Done(_) | Verdict::Landed | Verdict::Refused(_)) | ("emergency", _) => {
                self.airborne = false
            }
            _ => {}
        }
        self.bad |= !verdict.is_good();
    }

    /// What to do about a landing that was to be the last thing.
    fn landed(&mut self, now: Moment, seat: &mut Seat) {
        let Some(times) = self.leaving.filter(|_| self.under_way == 0 && self.over.is_none()) else {
            return;
        };
        if !self.airborne || seat.pilot.flying(now) == Flying::No {
            return self.finish(if self.bad && !self.manner.interactive { End::Unmet } else { End::Done });
        }
        if times == LANDINGS {
            self.say(self.pick(
                "it does not answer; left alone it lands by itself after 15 s",
                "无人机没有回复；15 秒无命令后会自动降落",
            ));
            return self.finish(End::Unmet);
        }
        self.leaving = Some(times + 1);
        self.send(now, seat, "land");
    }

    /// Takes what was typed, as far as it may be done now.
    fn listen(&mut self, now: Moment, seat: &mut Seat) {
        while let Some(typed) = self.lines.next() {
            self.typed(now, seat, typed);
        }
        while self.under_way == 0 && self.entered && self.leaving.is_none() && self.over.is_none() {
            match self.waiting.pop_front() {
                Some(line) => self.line(now, seat, &line),
                None if self.input_over => return self.leave(now, seat),
                None => return,
            }
        }
    }
}
