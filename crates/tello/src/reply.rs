//! What a drone answers.
//!
//! Nothing in an answer says which command it belongs to. Its shape tells which commands it cannot belong to: `87` is
//! no answer to `takeoff`, and `ok` none to `battery?`.

use std::fmt::{self, Write as _};

use sockscope::view::dissect::tello::BINARY;

use crate::table::{Answer, Value};

/// An answer, taken by what it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    shape: Shape,
    text: String,
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `ok`, in any case.
    Ok,
    /// `OK,drone will reboot in 3s`.
    Reboots,
    /// `led ok`, `led error`, `unknow command: led`.
    Led,
    /// `matrix ok`, `mled ok`, `matrix error`, `unknow command: mled`, `command error: 254`.
    Matrix,
    /// `error`, `error Motor stop`, `out of range`, `FALSE`, `unactive`: done was nothing.
    Refused,
    /// `forced stop`: an interrupted move, or a second answer to `stop`.
    ForcedStop,
    /// `unknown command: <line>`: the only answer that says to what.
    Unknown,
    /// `87`.
    Integer,
    /// `100.0`.
    Decimal,
    /// `24s`.
    Seconds,
    /// `4dm`.
    Decimetres,
    /// `100mm`.
    Millimetres,
    /// `62~65C`.
    Span,
    /// `pitch:0;roll:0;yaw:5;`.
    Attitude,
    /// `agx:-7.00;agy:3.00;agz:-998.00;`.
    Acceleration,
    /// `tof 812`.
    ExtDistance,
    /// `esp32v1.0.0.0`.
    ExtVersion,
    /// Other text.
    Text,
    /// A packet of the app's own protocol, which is no answer at all: it comes once after power-on, right before the
    /// first `ok`.
    Binary,
    /// Nothing, or bytes that are no text.
    Rubbish,
}

/// A longer answer is none.
const LONGEST: usize = 1024;

impl Reply {
    /// Takes a datagram from port 8889.
    pub fn read(bytes: &[u8]) -> Self {
        if BINARY.iter().any(|begin| bytes.starts_with(begin)) {
            return Self {
                shape: Shape::Binary,
                text: format!("{} bytes of the app's binary protocol", bytes.len()),
            };
        }
        // Some firmware ends answers with CR LF, some with a NUL.
        let bare = bytes.trim_ascii_end();
        let bare = bare.strip_suffix(b"\0").unwrap_or(bare).trim_ascii();
        match str::from_utf8(bare) {
            Ok(text) if !text.is_empty() && text.len() <= LONGEST => {
                Self { shape: shape(text), text: text.to_owned() }
            }
            _ => Self {
                shape: Shape::Rubbish,
                text: String::from_utf8_lossy(&bare[..bare.len().min(LONGEST)]).into_owned(),
            },
        }
    }

    /// What it looks like.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Its text, without what ends it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether all went well, of what can go wrong.
    pub fn is_ok(&self) -> bool {
        match self.shape {
            Shape::Ok | Shape::Reboots => true,
            Shape::Led | Shape::Matrix => self.text.ends_with("ok"),
            Shape::Refused | Shape::ForcedStop | Shape::Unknown | Shape::Binary | Shape::Rubbish => false,
            _ => true,
        }
    }

    /// The command that it says it does not know.
    pub fn unknown(&self) -> Option<&str> {
        let line = self.text.strip_prefix("unknown command:")?;
        Some(line.trim_start())
    }

    /// Whether it may be the answer to a command.
    pub fn may_answer(&self, line: &str, answer: Answer) -> bool {
        match self.shape {
            Shape::Unknown => self.unknown() == Some(line),
            shape => shapes(answer).contains(&shape),
        }
    }

    /// The first number in it.
    pub fn number(&self) -> Option<f64> {
        let start = self.text.find(|c: char| c.is_ascii_digit())?;
        let start = start - usize::from(self.text[..start].ends_with('-'));
        let rest = &self.text[start..];
        let end = rest[1..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(rest.len(), |end| end + 1);
        rest[..end].parse().ok()
    }
}

/// As it came, control characters escaped.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.is_empty() {
            return f.write_str("\"\"");
        }
        self.text.chars().try_for_each(|char| match char.is_control() {
            true => write!(f, "{}", char.escape_default()),
            false => f.write_char(char),
        })
    }
}

/// Whether there is an answer that may belong to either.
pub fn alike(one: Answer, other: Answer) -> bool {
    shapes(one).iter().any(|shape| shapes(other).contains(shape))
}

/// What an answer may look like. Firmware differs in units; none answers a read with an error.
fn shapes(answer: Answer) -> &'static [Shape] {
    match answer {
        Answer::Nothing => &[],
        Answer::Ok | Answer::Reboots => &[Shape::Ok, Shape::Reboots, Shape::Refused, Shape::ForcedStop],
        Answer::Led => &[Shape::Led],
        Answer::Matrix => &[Shape::Matrix],
        Answer::Value(value) => match value {
            Value::Battery | Value::Wifi | Value::Sdk => &[Shape::Integer],
            Value::Speed | Value::Barometer => &[Shape::Integer, Shape::Decimal],
            Value::Time => &[Shape::Integer, Shape::Seconds],
            Value::Height => &[Shape::Integer, Shape::Decimetres],
            Value::Distance => &[Shape::Integer, Shape::Millimetres],
            Value::Temperature => &[Shape::Span],
            Value::Attitude => &[Shape::Attitude],
            Value::Acceleration => &[Shape::Acceleration],
            Value::ExtDistance => &[Shape::ExtDistance],
            Value::ExtVersion => &[Shape::ExtVersion],
            Value::Serial | Value::Hardware | Value::WifiVersion | Value::AccessPoint | Value::Network => {
                &[Shape::Text]
            }
        },
    }
}

fn shape(text: &str) -> Shape {
    let lower = text.to_ascii_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    match lower.as_str() {
        "ok" => Shape::Ok,
        "led ok" | "led error" | "unknow command: led" => Shape::Led,
        "matrix ok" | "mled ok" | "matrix error" | "mled error" | "unknow command: mled" => Shape::Matrix,
        "forced stop" => Shape::ForcedStop,
        "out of range" | "false" | "unactive" => Shape::Refused,
        _ if begins(&["command error:"]) => Shape::Matrix,
        _ if begins(&["unknown command:"]) => Shape::Unknown,
        _ if begins(&["error"]) => Shape::Refused,
        _ if begins(&["ok,"]) => Shape::Reboots,
        _ if begins(&["pitch:"]) => Shape::Attitude,
        _ if begins(&["agx:"]) => Shape::Acceleration,
        _ if begins(&["tof "]) => Shape::ExtDistance,
        _ if begins(&["esp32"]) => Shape::ExtVersion,
        _ => measured(&lower),
    }
}

/// A number and its unit.
fn measured(text: &str) -> Shape {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let (whole, real) = (number.parse::<i64>().is_ok(), number.parse::<f64>().is_ok());
    match unit {
        "" if whole => Shape::Integer,
        "" if real => Shape::Decimal,
        "s" if whole => Shape::Seconds,
        "dm" if whole => Shape::Decimetres,
        "mm" if whole => Shape::Millimetres,
        _ if whole && unit.starts_with('~') && unit.ends_with('c') => Shape::Span,
        _ => Shape::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::commands;

    #[test]
    fn answers_are_known_by_their_shape() {
        let cases: [(&[u8], Shape, bool); 24] = [
            (b"ok", Shape::Ok, true),
            (b"OK\r\n", Shape::Ok, true),
            (b"OK,drone will reboot in 3s\0", Shape::Reboots, true),
            (b"error", Shape::Refused, false),
            (b"error Motor stop", Shape::Refused, false),
            (b"error, high temp", Shape::Refused, false),
            (b"out of range", Shape::Refused, false),
            (b"FALSE", Shape::Refused, false),
            (b"unactive", Shape::Refused, false),
            (b"unknown command: sn?", Shape::Unknown, false),
            (b"forced stop", Shape::ForcedStop, false),
            (b"led ok", Shape::Led, true),
            (b"matrix ok", Shape::Matrix, true),
            (b"unknow command: mled", Shape::Matrix, false),
            (b"command error: 254", Shape::Matrix, false),
            (b"87\r\n", Shape::Integer, true),
            (b"100.0\r\n", Shape::Decimal, true),
            (b"24s\r\n", Shape::Seconds, true),
            (b"0dm\r\n", Shape::Decimetres, true),
            (b"62~65C\r\n", Shape::Span, true),
            (b"tof 812", Shape::ExtDistance, true),
            (b"0TQDG7REDB0001", Shape::Text, true),
            (b"\xcc\x18\x01\xb9\x88\x56", Shape::Binary, false),
            (b"", Shape::Rubbish, false),
        ];
        for (bytes, shape, ok) in cases {
            let reply = Reply::read(bytes);
            assert_eq!((reply.shape(), reply.is_ok()), (shape, ok), "{:?}", bytes.escape_ascii().to_string());
        }
        assert_eq!(Reply::read(&[b'x'; 5000]).shape(), Shape::Rubbish);
        assert_eq!(Reply::read(b"ok\xff").shape(), Shape::Rubbish);
    }

    #[test]
    fn an_answer_fits_its_command_only() {
        let fits = |bytes: &[u8], line: &str| {
            let spec = commands().find(|spec| line.starts_with(spec.name)).unwrap();
            Reply::read(bytes).may_answer(line, spec.answer)
        };
        assert!(
            fits(b"ok", "takeoff")
                && fits(b"error Not joystick", "forward 50")
                && fits(b"87\r\n", "battery?")
        );
        assert!(!fits(b"ok", "battery?") && !fits(b"87\r\n", "takeoff") && !fits(b"error", "battery?"));
        assert!(fits(b"unknown command: sn?", "sn?") && !fits(b"unknown command: sn?", "sdk?"));
        assert!(!fits(b"\xcc\x18", "command") && !fits(b"", "command") && !fits(b"ok", "rc 0 0 0 0"));
        assert!(alike(Answer::Ok, Answer::Reboots) && !alike(Answer::Ok, Answer::Value(Value::Battery)));
        assert!(alike(Answer::Value(Value::Battery), Answer::Value(Value::Wifi)));
        assert!(!alike(Answer::Nothing, Answer::Nothing));
    }

    #[test]
    fn numbers_are_found_whatever_their_unit() {
        let number = |text: &str| Reply::read(text.as_bytes()).number();
        assert_eq!(number("87\r\n"), Some(87.0));
        assert_eq!(number("-57.14"), Some(-57.14));
        assert_eq!(number("24s"), Some(24.0));
        assert_eq!(number("tof 812"), Some(812.0));
        assert_eq!(number("ok"), None);
    }
}
