//! Whether an answer, and what state says when it comes, is what a drone gives.

use crate::command::Command;
use crate::reply::{Reply, Shape};
use crate::sdk::Sdk;
use crate::state::State;
use crate::table::{Answer, Value};

/// Of a way or a turn so much has to be seen when the answer comes: state is up to 100 ms old, and rounded.
const MOST: f64 = 0.7;

/// A way is done with so many cm or degrees to go.
const STILL: f64 = 15.0;

/// A hover is at least so many cm above the ground (hardware: 70 to 120).
pub(super) const HOVER: f64 = 50.0;

/// A drone on the floor has no more below it, in cm.
pub(super) const FLOOR: i32 = 20;

/// What is wrong with the form of what was read.
pub(super) fn form(command: &Command, reply: &Reply, sdk: Sdk) -> Option<String> {
    let Answer::Value(value) = command.spec().answer else { return None };
    let text = reply.text();
    // These are the controller's, and not every drone has one.
    let extra = matches!(
        value,
        Value::WifiVersion | Value::AccessPoint | Value::Network | Value::ExtDistance | Value::ExtVersion
    );
    let fine = extra && reply.shape() == Shape::Unknown || right(value, text, sdk);
    (!fine).then(|| format!("{} was answered with \"{text}\"", command.line()))
}

fn right(value: Value, text: &str, sdk: Sdk) -> bool {
    let whole = |text: &str| text.parse::<i64>().is_ok();
    let unit = |unit: &str| text.strip_suffix(unit).is_some_and(whole);
    match value {
        Value::Battery => text.parse().is_ok_and(|percent: u8| percent <= 100),
        Value::Speed => text
            .split_once('.')
            .is_some_and(|(number, tenth)| whole(number) && tenth.len() == 1 && whole(tenth)),
        Value::Time => unit("s") || whole(text),
        Value::Wifi => whole(text),
        Value::Height => unit("dm"),
        Value::Distance => unit("mm"),
        Value::Barometer => text.contains('.') && text.parse::<f64>().is_ok(),
        Value::Temperature => {
            let range = text.strip_suffix('C').and_then(|range| range.split_once('~'));
            range.is_some_and(|(low, high)| whole(low) && whole(high))
        }
        Value::Attitude => keys(text, &["pitch", "roll", "yaw"]),
        Value::Acceleration => keys(text, &["agx", "agy", "agz"]),
        Value::Sdk => text == if sdk == Sdk::V3_0 { "30" } else { "20" },
        Value::Serial => text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        Value::Hardware => ["TELLO", "RMTT"].contains(&text),
        Value::WifiVersion => text.starts_with("wifiv"),
        Value::AccessPoint | Value::Network => !text.is_empty() && !text.starts_with("unknown"),
        Value::ExtDistance => text.strip_prefix("tof ").is_some_and(whole),
        Value::ExtVersion => text.starts_with("esp32v"),
    }
}

/// Whether these are the keys, each with a number.
fn keys(text: &str, wanted: &[&str]) -> bool {
    let Some(text) = text.strip_suffix(';') else { return false };
    let parts: Vec<_> = text.split(';').filter_map(|part| part.split_once(':')).collect();
    parts.len() == wanted.len()
        && parts
            .iter()
            .zip(wanted)
            .all(|((key, value), wanted)| key == wanted && value.parse::<f64>().is_ok())
}

/// Whether what was read is what state says too; `None` where state does not tell, else what is wrong if anything is.
pub(super) fn agrees(command: &Command, reply: &Reply, state: &State) -> Option<Option<String>> {
    let Answer::Value(value) = command.spec().answer else { return None };
    let read = reply.number()?;
    let (told, off) = match value {
        Value::Battery => (state.battery?.into(), 2.0),
        Value::Time => (state.motor_time?.into(), 2.0),
        // Millimetres are read, and centimetres told.
        Value::Distance => (f64::from(state.tof?) * 10.0, 30.0),
        Value::Barometer => (state.barometer?, 1.0),
        _ => return None,
    };
    let how = || format!("{} was answered with {reply}, and state says {told}", command.line());
    Some(((read - told).abs() > off).then(how))
}

/// How many cm higher a state is than an earlier one, by whichever of its senses says most.
fn rise(before: &State, after: &State, up: bool) -> f64 {
    let tof = |state: &State| state.tof.filter(|tof| *tof < 6553).map(f64::from);
    let metres = |state: &State| state.barometer.map(|metres| metres * 100.0);
    let height = |state: &State| state.height.map(f64::from);
    let by = |of: &dyn Fn(&State) -> Option<f64>| Some(of(after)? - of(before)?);
    let all = [by(&tof), by(&metres), by(&height)].into_iter().flatten();
    if up { all.fold(0.0, f64::max) } else { all.fold(0.0, f64::min) }
}

/// By how many degrees a state is turned, from an earlier one; -180 to 180, clockwise.
fn turned(before: &State, after: &State) -> Option<f64> {
    let by = (f64::from(after.yaw?) - f64::from(before.yaw?)).rem_euclid(360.0);
    Some(if by > 180.0 { by - 360.0 } else { by })
}

/// Whether it rose by so many cm; what is wrong if not.
pub(super) fn rose(before: &State, after: &State, wanted: f64) -> Option<String> {
    let by = rise(before, after, wanted > 0.0);
    (by * wanted.signum() < MOST * wanted.abs()).then(|| format!("it rose by {by:.0} of {wanted} cm"))
}

/// Whether it turned by so many degrees; what is wrong if not.
pub(super) fn turns(before: &State, after: &State, wanted: f64) -> Option<String> {
    let Some(by) = turned(before, after) else { return Some("yaw is missing".to_owned()) };
    let right = by * wanted.signum() >= MOST * wanted.abs() && (by - wanted).abs() <= 90.0 * (1.0 - MOST);
    (!right).then(|| format!("it turned by {by} of {wanted} degrees"))
}

/// Whether it still moves after its answer; what is wrong if so.
pub(super) fn goes_on(answered: &State, later: &State) -> Option<String> {
    let rise = rise(answered, later, true) + rise(answered, later, false);
    let turn = turned(answered, later).unwrap_or_default();
    (rise.abs() > STILL || turn.abs() > STILL)
        .then(|| format!("after the answer it went on, by {rise:.0} cm and {turn:.0} degrees"))
}

/// Whether it is on its way, by its speed or how it leans.
pub(super) fn sways(state: &State) -> bool {
    let [x, y, _] = state.speed;
    [x, y, state.pitch, state.roll].into_iter().flatten().any(|number| number != 0)
}
