//! What became of each rule, for people and programs.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use sockscope::core::lang::Lang;

use crate::judge::{Finding, Rule};

/// What a probe found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Every rule for drones of [`crate::judge::RULES`], then every one of [`super::CHECKS`].
    pub rows: Vec<Row>,
    /// Why not all was looked at, if that is so.
    pub cut: Option<Cut>,
    /// The exercise has come to its end.
    pub over: bool,
}

/// A rule and what became of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The rule.
    pub rule: &'static Rule,
    /// How often it was looked at and broken, and how first.
    pub finding: Finding,
    /// The datagram that broke it first; absent where what is wrong is that none came.
    pub datagram: Option<Seen>,
}

/// What became of a rule, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It was looked at, and never broken.
    Kept,
    /// It was broken.
    Broken,
    /// There was nothing to look at.
    NotSeen,
}

/// A datagram that went by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its number, from 1.
    pub number: u64,
    /// How long after the begin.
    pub after: Duration,
    /// Who sent it.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// Its bytes, with what is no printable ASCII escaped.
    pub text: String,
}

/// Why an exercise was not gone through to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// Nobody answered `command`.
    NoAnswer,
    /// It answered no more.
    Silent,
    /// Its battery has so many percent, which is too little to fly.
    Battery(i32),
    /// It does not take off.
    Stays,
    /// It does not come down.
    Aloft,
    /// Somebody ended it.
    Stopped,
}

impl Cut {
    /// In words.
    pub fn words(&self, lang: Lang) -> String {
        let Self::Battery(percent) = self else {
            let (en, zh) = match self {
                Self::NoAnswer => ("nobody answers command there", "该地址无人应答 command"),
                Self::Silent => ("it answers no more", "不再应答"),
                Self::Stays => ("it does not take off", "未能起飞"),
                Self::Aloft => ("it does not land", "未能降落"),
                _ => ("it was stopped", "已中止"),
            };
            return lang.pick(en, zh).to_owned();
        };
        lang.pick(
            format!("its battery has {percent} %, too little to fly"),
            format!("电量 {percent}%，不足以飞行"),
        )
    }
}

impl Row {
    /// What became of it.
    pub fn verdict(&self) -> Verdict {
        match &self.finding {
            Finding { seen: 0, .. } => Verdict::NotSeen,
            Finding { broken: 0, .. } => Verdict::Kept,
            _ => Verdict::Broken,
        }
    }

    fn text(&self, lang: Lang) -> String {
        let Finding { seen, broken, first } = &self.finding;
        let verdict = match self.verdict() {
            Verdict::NotSeen => "-",
            Verdict::Kept => "pass",
            Verdict::Broken => "FAIL",
        };
        let mut text =
            format!("  {verdict:<4}  {:<14}  {}", self.rule.name, lang.pick(self.rule.en, self.rule.zh));
        text += &match self.verdict() {
            Verdict::NotSeen => String::new(),
            Verdict::Kept => lang.pick(format!(" ({seen})"), format!("（{seen}）")),
            Verdict::Broken => {
                lang.pick(format!(": {broken} of {seen}"), format!("：{seen} 次中违反 {broken} 次"))
            }
        };
        text.push('\n');
        if let Some((_, how)) = first {
            text += &format!("          {}\n", safe(how));
        }
        if let Some(seen) = &self.datagram {
            text += &format!("          {}\n", seen.text(lang));
        }
        text
    }
}

impl Seen {
    fn text(&self, lang: Lang) -> String {
        let Self { number, after, from, to, text } = self;
        let after = after.as_secs_f64();
        lang.pick(
            format!("datagram {number} after {after:.2} s, {from} to {to}: \"{text}\""),
            format!("第 {number} 个数据报，{after:.2} 秒，{from} 至 {to}：\"{text}\""),
        )
    }
}

impl Report {
    /// Whether the exercise was gone through and every rule that it looked at was kept.
    pub fn passes(&self) -> bool {
        self.over && self.cut.is_none() && self.broken().next().is_none()
    }

    /// The rules that were broken.
    pub fn broken(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.verdict() == Verdict::Broken)
    }

    /// A line for each rule; below those that were broken, how, and by which datagram. The last line sums it up.
    pub fn text(&self, lang: Lang) -> String {
        let mut text: String = self.rows.iter().map(|row| row.text(lang)).collect();
        let count = |verdict| self.rows.iter().filter(|row| row.verdict() == verdict).count();
        let (kept, broken, not) = (count(Verdict::Kept), count(Verdict::Broken), count(Verdict::NotSeen));
        let sum = lang.pick(
            format!("{kept} rules kept, {broken} broken, {not} not looked at"),
            format!("{kept} 条规则遵守，{broken} 条违反，{not} 条未检查"),
        );
        let verdict =
            if self.passes() { lang.pick("passes", "通过") } else { lang.pick("fails", "未通过") };
        let _ = write!(text, "{verdict}{}{sum}", lang.pick(": ", "："));
        if let Some(cut) = &self.cut {
            let _ = write!(text, "{}{}", lang.pick("; ", "；"), cut.words(lang));
        }
        text.push('\n');
        text
    }
}

/// The same with control characters escaped: a drone may say anything.
fn safe(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escape).collect()
}
