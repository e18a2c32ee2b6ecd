//! Answers, byte for byte.

use sockscope::core::moment::Moment;

use super::body::Body;
use crate::command::{Command, radius};
use crate::sdk::Sdk;
use crate::table::{Answer, Value};

/// A packet of the app's own protocol with flight data, as it comes once after power-on before the first `ok`.
pub(super) const FLIGHT_DATA: [u8; 35] = [
    0xcc, 0x18, 0x01, 0xb9, 0x88, 0x56, 0x00, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x57, 0x00, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x2a,
    0x6b,
];

pub(super) fn unknown(line: &str) -> String {
    format!("unknown command: {line}")
}

/// What is said of arguments that have no sense; nothing by what is never answered.
pub(super) fn out_of_range(command: &Command) -> Option<String> {
    let points = match command.numbers() {
        [x1, y1, z1, x2, y2, z2, ..] => {
            radius([*x1, *y1, *z1], [*x2, *y2, *z2]).map(|radius| (50.0..=1000.0).contains(&radius))
        }
        _ => Some(true),
    };
    let words = match command.spec().answer {
        Answer::Nothing => return None,
        Answer::Led => "led error",
        Answer::Matrix => "matrix error",
        _ if command.spec().name == "curve" && points != Some(true) => "error Radius is too large!",
        _ => "out of range",
    };
    Some(words.to_owned())
}

/// What is read.
pub(super) fn value(value: Value, body: &Body, now: Moment, sdk: Sdk, speed: f64, serial: &str) -> String {
    let look = body.look(now);
    let (height, heat, yaw) = (look.place[2], look.heat.round(), super::state::yaw(look.yaw));
    match value {
        Value::Battery => format!("{:.0}\r\n", look.battery.floor()),
        Value::Speed => format!("{speed:.1}\r\n"),
        Value::Time => format!("{:.0}s\r\n", look.motors.floor()),
        Value::Wifi => "90\r\n".to_owned(),
        Value::Height => format!("{:.0}dm\r\n", (height / 10.0).floor()),
        Value::Temperature => format!("{heat}~{}C\r\n", heat + 2.0),
        Value::Attitude => format!("pitch:0;roll:0;yaw:{yaw};\r\n"),
        Value::Barometer => format!("{:.2}\r\n", body.ground + height / 100.0),
        Value::Acceleration => "agx:-7.00;agy:3.00;agz:-998.00;\r\n".to_owned(),
        Value::Distance => format!("{:.0}mm\r\n", height.max(10.0) * 10.0),
        Value::Sdk if sdk == Sdk::V3_0 => "30".to_owned(),
        Value::Sdk => "20".to_owned(),
        Value::Serial => serial.to_owned(),
        Value::Hardware => "RMTT".to_owned(),
        Value::WifiVersion => "wifiv1.3.0.0".to_owned(),
        Value::AccessPoint | Value::Network => "RMTT-SIM 12345678".to_owned(),
        Value::ExtDistance => "tof 8192".to_owned(),
        Value::ExtVersion => "esp32v1.0.33.1".to_owned(),
    }
}
