//! What goes wrong on purpose: one table for reading, help and documents.

use std::time::Duration;

use sockscope::core::near::nearest;
use sockscope::core::problem::Problem;
use sockscope::core::quantity;

/// What goes wrong, and how often: probabilities from 0 to 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// A command is not heard.
    pub deaf: f64,
    /// An answer is lost.
    pub lose: f64,
    /// An answer is late, by so long.
    pub late: f64,
    /// How late.
    pub by: Duration,
    /// An answer comes twice.
    pub twice: f64,
    /// A state has a byte that is no ASCII.
    pub garble: f64,
    /// A binary packet comes before the first `ok`.
    pub binary: bool,
    /// Battery at the start, in percent.
    pub battery: Option<f64>,
    /// Temperature at the start, in °C.
    pub heat: Option<f64>,
    /// Moves are refused with `error No valid imu`.
    pub blind: bool,
    /// A descent below 28 cm is not done and never answered.
    pub sink: bool,
    /// `takeoff` is answered twice.
    pub double: bool,
    /// It was never activated: `command` is answered `unactive`, and nothing else is.
    pub unactive: bool,
    /// Moves are refused with `error enter stop`.
    pub halted: bool,
}

/// A fault, for people.
#[derive(Debug, Clone, Copy)]
pub struct FaultSpec {
    /// Its name.
    pub name: &'static str,
    /// What stands behind it.
    pub value: &'static str,
    /// What it does, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
    read: Read,
}

type Read = fn(&mut Faults, &str) -> Result<(), Problem>;

/// All faults.
pub static FAULTS: [FaultSpec; 13] = [
    FaultSpec {
        name: "deaf",
        value: "P",
        en: "commands are not heard, P of them",
        zh: "命令丢失的比例 P",
        read: |f, v| share(&mut f.deaf, v),
    },
    FaultSpec {
        name: "lose",
        value: "P",
        en: "answers are lost, P of them",
        zh: "回复丢失的比例 P",
        read: |f, v| share(&mut f.lose, v),
    },
    FaultSpec {
        name: "late",
        value: "P/TIME",
        en: "answers are late by TIME, P of them",
        zh: "回复延迟 TIME 的比例 P",
        read: |f, v| {
            let (part, by) = v.split_once('/').unwrap_or((v, "2s"));
            f.by = quantity::duration(by).map_err(|problem| problem.inside(v, v.len() - by.len()))?;
            share(&mut f.late, part)
        },
    },
    FaultSpec {
        name: "twice",
        value: "P",
        en: "answers come twice, P of them",
        zh: "回复重复的比例 P",
        read: |f, v| share(&mut f.twice, v),
    },
    FaultSpec {
        name: "garble",
        value: "P",
        en: "states have a byte that is no ASCII, P of them",
        zh: "状态含非 ASCII 字节的比例 P",
        read: |f, v| share(&mut f.garble, v),
    },
    FaultSpec {
        name: "binary",
        value: "",
        en: "a binary packet comes before the first ok",
        zh: "首个 ok 之前出现二进制包",
        read: |f, v| flag(&mut f.binary, v),
    },
    FaultSpec {
        name: "battery",
        value: "PERCENT",
        en: "battery at the start",
        zh: "起始电量",
        read: |f, v| number(&mut f.battery, v, 0.0, 100.0),
    },
    FaultSpec {
        name: "heat",
        value: "CELSIUS",
        en: "temperature at the start",
        zh: "起始温度",
        read: |f, v| number(&mut f.heat, v, 0.0, 120.0),
    },
    FaultSpec {
        name: "blind",
        value: "",
        en: "moves are refused: error No valid imu",
        zh: "移动被拒绝：error No valid imu",
        read: |f, v| flag(&mut f.blind, v),
    },
    FaultSpec {
        name: "sink",
        value: "",
        en: "a descent below 28 cm is not done and never answered",
        zh: "降到 28 厘米以下的命令不执行也不回复",
        read: |f, v| flag(&mut f.sink, v),
    },
    FaultSpec {
        name: "double",
        value: "",
        en: "takeoff is answered twice",
        zh: "takeoff 回复两次",
        read: |f, v| flag(&mut f.double, v),
    },
    FaultSpec {
        name: "unactive",
        value: "",
        en: "it was never activated: command is answered unactive",
        zh: "从未激活：command 回复 unactive",
        read: |f, v| flag(&mut f.unactive, v),
    },
    FaultSpec {
        name: "halted",
        value: "",
        en: "moves are refused: error enter stop",
        zh: "移动被拒绝：error enter stop",
        read: |f, v| flag(&mut f.halted, v),
    },
];

impl Faults {
    /// Reads a list of faults: `lose=10%,late=0.2/500ms,binary`.
    ///
    /// # Errors
    ///
    /// A name that is none, or a value that has no sense.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let mut faults = Self::default();
        let mut at = 0;
        for part in text.split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let Some(spec) = FAULTS.iter().find(|spec| spec.name == name) else {
                let names: Vec<_> = FAULTS.iter().map(|spec| spec.name).collect();
                let remedy = nearest(name, names.iter().copied()).map_or_else(
                    || format!("there are {}", names.join(", ")),
                    |near| format!("did you mean {near}?"),
                );
                return Err(Problem::new(
                    text,
                    at..at + name.len(),
                    format!("unknown fault \"{name}\""),
                    remedy,
                ));
            };
            (spec.read)(&mut faults, value)
                .map_err(|problem| problem.inside(text, at + part.len() - value.len()))?;
            at += part.len() + 1;
        }
        Ok(faults)
    }
}

/// `10%` or `0.1`.
fn share(place: &mut f64, text: &str) -> Result<(), Problem> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share =
        number.parse().ok().map(|number: f64| number / scale).filter(|share| (0.0..=1.0).contains(share));
    let what =
        || Problem::whole(text, format!("\"{text}\" is no part of the whole"), "write it like 10% or 0.1");
    *place = share.ok_or_else(what)?;
    Ok(())
}

fn number(place: &mut Option<f64>, text: &str, least: f64, most: f64) -> Result<(), Problem> {
    let number = text.parse().ok().filter(|number: &f64| (least..=most).contains(number));
    let what =
        || Problem::whole(text, format!("\"{text}\" is out of range"), format!("write {least} to {most}"));
    *place = Some(number.ok_or_else(what)?);
    Ok(())
}

fn flag(place: &mut bool, text: &str) -> Result<(), Problem> {
    if !text.is_empty() {
        return Err(Problem::whole(text, format!("\"{text}\" is too much"), "it stands alone"));
    }
    *place = true;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_as_a_list() {
        let faults = Faults::read("lose=10%,late=0.2/500ms,binary,battery=19").unwrap();
        assert_eq!((faults.lose, faults.late, faults.by), (0.1, 0.2, Duration::from_millis(500)));
        assert_eq!((faults.binary, faults.battery, faults.sink), (true, Some(19.0), false));
        let wrong = |text| {
            let problem = Faults::read(text).unwrap_err();
            (problem.to_string(), problem.span)
        };
        assert_eq!(wrong("binary,loose=1"), ("unknown fault \"loose\"; did you mean lose?".into(), 7..12));
        assert_eq!(wrong("lose=2"), ("\"2\" is no part of the whole; write it like 10% or 0.1".into(), 5..6));
        assert_eq!(wrong("sink=1"), ("\"1\" is too much; it stands alone".into(), 5..6));
        assert_eq!(
            wrong("late=1/x"),
            ("\"x\" is not a duration; write a number and a unit, like 500ms or 1.5s".into(), 7..8)
        );
    }
}
