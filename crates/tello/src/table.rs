//! Every command of SDK 1.3, 2.0 and 3.0: one table for reading, completion, hints, warnings, help, the simulator and
//! the document.
//!
//! Ranges are those of the manuals (Tello SDK 1.3, Tello SDK 2.0 User Guide, RoboMaster TT SDK 3.0); what drones do that
//! the manuals do not say was measured on hardware and published by others.

mod basic;
mod extended;
mod fly;

use std::time::Duration;

use crate::sdk::Sdk;

/// One command.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The words that it begins with: `forward`, `battery?`, `EXT led bl`.
    pub name: &'static str,
    /// What follows them.
    pub args: &'static [Arg],
    /// The first SDK that has it in this form.
    pub since: Sdk,
    /// The last one that has.
    pub until: Sdk,
    /// What must hold, or the drone refuses.
    pub needs: Needs,
    /// What the drone answers.
    pub answer: Answer,
    /// How long that takes.
    pub takes: Takes,
    /// What it does, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// What follows the name of a command.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    /// What it is called: `x`, `speed`.
    pub name: &'static str,
    /// What it may be.
    pub form: Form,
}

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// A number; drones take decimals too.
    Number {
        /// The least.
        least: f64,
        /// The most.
        most: f64,
        /// Its unit; may be empty.
        unit: &'static str,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// A mission pad: `m1` to `m8`; in SDK 3.0 also `m-1`, the first one seen, and `m-2`, the nearest one.
    Pad,
    /// A word of one's own without blanks.
    Name,
    /// Text that goes to the end of the line, with at most so many characters.
    Text(usize),
    /// At most so many of `r`, `b`, `p` and `0`: red, blue, purple and dark, row by row.
    Pixels(usize),
}

/// What must hold before a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// That it stands on the ground.
    Ground,
    /// That its motors run; else it answers `error Motor stop`.
    Flying,
    /// That it flies and looks for mission pads; else it answers `error No valid marker`.
    Pads,
}

/// What a drone answers where all goes well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Never anything.
    Nothing,
    /// `ok`.
    Ok,
    /// `OK,drone will reboot in 3s`.
    Reboots,
    /// `led ok`, of the controller's light.
    Led,
    /// `matrix ok`, of its matrix of lights.
    Matrix,
    /// What was read.
    Value(Value),
}

/// What can be read, each with a form of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// `87\r\n`, percent.
    Battery,
    /// `100.0\r\n`, cm/s.
    Speed,
    /// `24s\r\n`, seconds with motors on.
    Time,
    /// `90\r\n`, signal to noise.
    Wifi,
    /// `4dm\r\n`, decimetres.
    Height,
    /// `62~65C\r\n`, the lowest and highest of the board.
    Temperature,
    /// `pitch:0;roll:0;yaw:5;\r\n`, degrees.
    Attitude,
    /// `-57.14\r\n`, metres.
    Barometer,
    /// `agx:-7.00;agy:3.00;agz:-998.00;\r\n`, thousandths of g.
    Acceleration,
    /// `100mm\r\n`, millimetres.
    Distance,
    /// `20`.
    Sdk,
    /// 14 letters and digits.
    Serial,
    /// `TELLO` or `RMTT`.
    Hardware,
    /// `wifivx.x.x.x`.
    WifiVersion,
    /// Name and password of the network it joins.
    AccessPoint,
    /// Name and password of its own network.
    Network,
    /// `tof 812`, millimetres; 8192 is beyond its range.
    ExtDistance,
    /// `esp32vx.x.x.x`.
    ExtVersion,
}

/// How long a command takes until its answer comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    /// No longer than the network.
    AtOnce,
    /// Usually `usual`; after `most` there is no hope.
    About {
        /// Milliseconds.
        usual: u32,
        /// Milliseconds.
        most: u32,
    },
    /// The first argument in cm, at the speed that is set.
    Way,
    /// The first argument in degrees.
    Turn,
    /// Three cm from here, at the fourth argument.
    Straight,
    /// Through three cm to three cm, at the seventh argument.
    Arc,
}

/// An answer that comes at once may still take so long over bad Wi-Fi.
const NETWORK: Duration = Duration::from_secs(3);

/// Beside twice the usual time, moves may take so much longer in poor light.
const SLACK: Duration = Duration::from_secs(5);

/// Time to come to rest after a move.
const REST: Duration = Duration::from_millis(1500);

/// Degrees a second.
const TURNING: f64 = 90.0;

impl Takes {
    /// How long it usually takes, with the arguments `numbers` and `speed` in cm/s.
    pub fn usual(self, numbers: &[f64], speed: f64) -> Duration {
        let at = |index: usize| numbers.get(index).copied().unwrap_or_default();
        let norm = |from: usize| (at(from).powi(2) + at(from + 1).powi(2) + at(from + 2).powi(2)).sqrt();
        let between = || (0..3).map(|axis| (at(axis + 3) - at(axis)).powi(2)).sum::<f64>().sqrt();
        let moving = |way: f64, speed: f64| REST + Duration::from_secs_f64(way.abs() / speed.max(1.0));
        match self {
            Self::AtOnce => Duration::from_millis(50),
            Self::About { usual, .. } => Duration::from_millis(usual.into()),
            Self::Way => moving(at(0), speed),
            Self::Turn => moving(at(0), TURNING),
            Self::Straight => moving(norm(0), at(3)),
            Self::Arc => moving(norm(0) + between(), at(6)),
        }
    }

    /// After how long there is no hope for an answer any more.
    pub fn patience(self, numbers: &[f64], speed: f64) -> Duration {
        match self {
            Self::AtOnce => NETWORK,
            Self::About { most, .. } => Duration::from_millis(most.into()),
            _ => 2 * self.usual(numbers, speed) + SLACK,
        }
    }
}

impl Arg {
    /// What it may be, in short: `20..500 cm`, `l|r|f|b`. `None` of words of one's own.
    pub fn range(&self) -> Option<String> {
        Some(match self.form {
            Form::Number { least, most, unit } => format!("{least}..{most} {unit}").trim_end().to_owned(),
            Form::Word(words) => words.join("|"),
            Form::Pad => "m1..m8".to_owned(),
            Form::Pixels(most) => format!("up to {most} of r b p 0"),
            Form::Text(most) => format!("up to {most} characters"),
            Form::Name => return None,
        })
    }
}

impl Spec {
    /// Whether an SDK has it in this form.
    pub fn is_in(&self, sdk: Sdk) -> bool {
        (self.since..=self.until).contains(&sdk)
    }

    /// Whether it only asks.
    pub fn is_read(&self) -> bool {
        matches!(self.answer, Answer::Value(_))
    }

    /// Whether doing it twice is something else than doing it once, as `forward 50`: it is never sent again in silence.
    pub fn is_relative(&self) -> bool {
        matches!(self.takes, Takes::Way | Takes::Turn | Takes::Straight | Takes::Arc) || self.name == "flip"
    }

    /// How it is written: `forward x`.
    pub fn syntax(&self) -> String {
        self.args.iter().fold(self.name.to_owned(), |all, arg| all + " " + arg.name)
    }
}

/// Every command, the most used first. Where ranges changed a command has a row for each.
pub fn commands() -> impl Iterator<Item = &'static Spec> {
    basic::ROWS.iter().chain(fly::ROWS).chain(extended::ROWS)
}

const fn number(name: &'static str, least: f64, most: f64, unit: &'static str) -> Arg {
    Arg { name, form: Form::Number { least, most, unit } }
}

const fn word(name: &'static str, words: &'static [&'static str]) -> Arg {
    Arg { name, form: Form::Word(words) }
}

/// A command of all SDKs without arguments, that nothing is needed for.
const BARE: Spec = Spec {
    name: "",
    args: &[],
    since: Sdk::V1_3,
    until: Sdk::V3_0,
    needs: Needs::Nothing,
    answer: Answer::Ok,
    takes: Takes::AtOnce,
    en: "",
    zh: "",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_of_an_sdk_mean_the_same_line() {
        for sdk in Sdk::ALL {
            let rows: Vec<_> = commands().filter(|spec| spec.is_in(sdk)).collect();
            for (index, one) in rows.iter().enumerate() {
                let twice = |other: &&&Spec| other.name == one.name && other.args.len() == one.args.len();
                assert_eq!(rows[index + 1..].iter().find(twice).map(|spec| spec.name), None, "{sdk}");
            }
        }
    }

    #[test]
    fn every_row_is_told_in_both_languages() {
        for spec in commands() {
            assert!(!spec.en.is_empty() && !spec.zh.is_empty() && spec.since <= spec.until, "{}", spec.name);
            assert!(!spec.zh.is_ascii() && spec.en.is_ascii(), "{}", spec.name);
        }
    }

    #[test]
    fn times_follow_the_way() {
        let seconds = |takes: Takes, numbers: &[f64], speed| takes.usual(numbers, speed).as_secs_f64();
        assert_eq!(seconds(Takes::Way, &[100.0], 50.0), 3.5);
        assert_eq!(seconds(Takes::Turn, &[-180.0], 50.0), 3.5);
        assert_eq!(seconds(Takes::Straight, &[30.0, -40.0, 0.0, 10.0], 50.0), 6.5);
        assert_eq!(seconds(Takes::Arc, &[30.0, 40.0, 0.0, 60.0, 80.0, 0.0, 50.0], 99.0), 3.5);
        assert!(
            commands().all(|spec| spec.takes.patience(&[20.0; 7], 10.0) > spec.takes.usual(&[20.0; 7], 10.0))
        );
    }
}
