//! The state, byte for byte, with the quirks of the hardware.

use std::fmt::Write as _;

use sockscope::core::moment::Moment;

use super::body::{Body, Look};
use super::pads::Pad;
use crate::sdk::Sdk;

/// What `tof` says on the floor, in cm.
const FLOOR: f64 = 10.0;

/// What a drone sees of mission pads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sight {
    /// It does not look for them.
    Shut,
    /// None.
    Nothing,
    /// This one.
    Pad(Pad),
}

/// Speeds in dm/s ahead, to the right and down, as the nose points.
fn speeds(look: &Look) -> [i64; 3] {
    let (sin, cos) = look.yaw.to_radians().sin_cos();
    let [vx, vy, vz] = look.speed;
    [vx * cos - vy * sin, -vx * sin - vy * cos, -vz].map(|speed| (speed / 10.0).round() as i64)
}

/// Pitch and roll in degrees: it leans where it flies.
pub(super) fn attitude(look: &Look) -> (i64, i64) {
    let [ahead, right, _] = speeds(look);
    (-ahead, right)
}

/// What a drone tells of itself.
pub(super) fn text(body: &Body, now: Moment, sdk: Sdk, sight: Sight) -> String {
    let look = body.look(now);
    let [x, y, z] = look.place;
    let mut text = String::new();
    if sdk != Sdk::V1_3 {
        // SDK 3.0 tells by its numbers whether it looks for pads; 2.0 does not.
        let (id, place, turned) = match (sdk, sight) {
            (_, Sight::Pad(pad)) => (pad.id.into(), [x - pad.at[0], y - pad.at[1], z], [0, yaw(look.yaw), 0]),
            (Sdk::V3_0, Sight::Shut) => (-2, [-200.0; 3], [-2; 3]),
            (Sdk::V3_0, Sight::Nothing) => (-1, [-100.0; 3], [-1; 3]),
            _ => (-1, [0.0; 3], [0; 3]),
        };
        let [px, py, pz] = place.map(|axis| axis.round() as i64);
        let [pitch, turn, roll] = turned;
        put(&mut text, format_args!("mid:{id};x:{px};y:{py};z:{pz};mpry:{pitch},{turn},{roll};"));
    }
    let speeds = speeds(&look);
    let (pitch, roll) = attitude(&look);
    put(&mut text, format_args!("pitch:{pitch};roll:{roll};yaw:{};", yaw(look.yaw)));
    put(&mut text, format_args!("vgx:{};vgy:{};vgz:{};", speeds[0], speeds[1], speeds[2]));
    let heat = look.heat.round();
    put(&mut text, format_args!("templ:{heat};temph:{};", heat + 2.0));
    let height = if look.flies { ((z + body.offset) / 10.0).round() * 10.0 } else { 0.0 };
    put(&mut text, format_args!("tof:{:.0};h:{:.0};", z.max(FLOOR), height + 0.0));
    let metres = body.ground + z / 100.0;
    put(
        &mut text,
        format_args!("bat:{:.0};baro:{metres:.2};time:{:.0};", look.battery.floor(), look.motors.floor()),
    );
    // A steady tremble of a few thousandths, that depends on where it is.
    let tremble = |seed: f64| ((x + y + z) * seed).sin() * 8.0;
    put(
        &mut text,
        format_args!(
            "agx:{:.2};agy:{:.2};agz:{:.2};\r\n",
            tremble(0.7).round(),
            tremble(1.3).round(),
            -998.0 + tremble(0.3).round()
        ),
    );
    text
}

/// Degrees from -180 to 180.
pub(super) fn yaw(degrees: f64) -> i64 {
    let turned = degrees.rem_euclid(360.0).round() as i64;
    if turned > 180 { turned - 360 } else { turned }
}

fn put(out: &mut String, words: std::fmt::Arguments<'_>) {
    out.write_fmt(words).expect("a String takes everything");
}
