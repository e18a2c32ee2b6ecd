//! What a drone tells of itself ten times a second: `pitch:0;roll:0;yaw:0;…;\r\n`.

use std::fmt;

use sockscope::view::dissect::tello::{Pair, pairs};

/// A state. Whatever a drone leaves out, or says in a way that is no number, is absent; nothing makes a state unreadable.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// Where it is seen from a mission pad.
    pub pad: Pad,
    /// Pitch in degrees.
    pub pitch: Option<i32>,
    /// Roll in degrees.
    pub roll: Option<i32>,
    /// Yaw in degrees, -180 to 180, clockwise.
    pub yaw: Option<i32>,
    /// Speed ahead, to the right and down, in dm/s.
    pub speed: [Option<i32>; 3],
    /// Lowest and highest temperature of the board in °C.
    pub temperature: [Option<i32>; 2],
    /// Distance to the ground in cm: 10 on the floor, 6553 where there is no reading.
    pub tof: Option<i32>,
    /// Height above the place of take-off in cm, by the barometer, in steps of 10; may be 0 or less while it flies.
    pub height: Option<i32>,
    /// Battery in percent.
    pub battery: Option<i32>,
    /// Height by the barometer in metres.
    pub barometer: Option<f64>,
    /// Seconds the motors have run since it was switched on: the most honest sign of whether it flies.
    pub motor_time: Option<i32>,
    /// Acceleration in thousandths of g, ahead, to the right and down.
    pub acceleration: [Option<f64>; 3],
    /// Keys that nobody described, and their values.
    pub unknown: Vec<(String, String)>,
    /// Keys whose values are no numbers, and parts without a key.
    pub broken: Vec<(String, String)>,
}

/// Where a drone is, seen from a mission pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pad {
    /// Its number, 1 to 8; -1 while none is seen, -2 while it does not look (SDK 3.0).
    pub id: Option<i32>,
    /// The drone's place above it in cm.
    pub place: [Option<i32>; 3],
    /// Pitch, yaw and roll to it in degrees.
    pub turned: Option<[i32; 3]>,
}

impl Pad {
    /// The number of the pad that is seen.
    pub fn seen(&self) -> Option<u8> {
        self.id.filter(|id| (1..=8).contains(id)).map(|id| id as u8)
    }
}

impl State {
    /// Reads a state. `None` of what has no key at all: an answer that went to the wrong port, or rubbish.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut state = Self::default();
        let mut any = false;
        for Pair { key, value, .. } in pairs(bytes) {
            let (key, value) = (text(key), text(value));
            any |= !key.is_empty();
            match state.take(&key, value.trim()) {
                Taken::Yes => {}
                Taken::Broken => state.broken.push((key, value)),
                Taken::Unknown => state.unknown.push((key, value)),
            }
        }
        any.then_some(state)
    }

    fn take(&mut self, key: &str, value: &str) -> Taken {
        let whole = match key {
            "mid" => &mut self.pad.id,
            "x" => &mut self.pad.place[0],
            "y" => &mut self.pad.place[1],
            "z" => &mut self.pad.place[2],
            "pitch" => &mut self.pitch,
            "roll" => &mut self.roll,
            "yaw" => &mut self.yaw,
            "vgx" => &mut self.speed[0],
            "vgy" => &mut self.speed[1],
            "vgz" => &mut self.speed[2],
            "templ" => &mut self.temperature[0],
            "temph" => &mut self.temperature[1],
            "tof" => &mut self.tof,
            "h" => &mut self.height,
            "bat" => &mut self.battery,
            "time" => &mut self.motor_time,
            "mpry" => return into(&mut self.pad.turned, triple(value)),
            "baro" => return into(&mut self.barometer, real(value)),
            "agx" => return into(&mut self.acceleration[0], real(value)),
            "agy" => return into(&mut self.acceleration[1], real(value)),
            "agz" => return into(&mut self.acceleration[2], real(value)),
            "" => return Taken::Broken,
            _ => return Taken::Unknown,
        };
        // Some firmware writes a whole number with decimals.
        let number = value.parse().ok().or_else(|| real(value).map(|real| real as i32));
        into(whole, number)
    }

    /// A number by its key, as it is named on the wire.
    pub fn number(&self, key: &str) -> Option<f64> {
        let whole = match key {
            "mid" => self.pad.id,
            "x" => self.pad.place[0],
            "y" => self.pad.place[1],
            "z" => self.pad.place[2],
            "pitch" => self.pitch,
            "roll" => self.roll,
            "yaw" => self.yaw,
            "vgx" => self.speed[0],
            "vgy" => self.speed[1],
            "vgz" => self.speed[2],
            "templ" => self.temperature[0],
            "temph" => self.temperature[1],
            "tof" => self.tof,
            "h" => self.height,
            "bat" => self.battery,
            "time" => self.motor_time,
            "baro" => return self.barometer,
            "agx" => return self.acceleration[0],
            "agy" => return self.acceleration[1],
            "agz" => return self.acceleration[2],
            _ => {
                let (_, value) = self.unknown.iter().find(|(known, _)| known == key)?;
                return real(value);
            }
        };
        whole.map(f64::from)
    }
}

/// What became of a value.
enum Taken {
    Yes,
    Broken,
    Unknown,
}

fn into<T>(place: &mut Option<T>, value: Option<T>) -> Taken {
    let taken = if value.is_some() { Taken::Yes } else { Taken::Broken };
    *place = value.or(place.take());
    taken
}

fn real(value: &str) -> Option<f64> {
    value.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn triple(value: &str) -> Option<[i32; 3]> {
    let mut parts = value.split(',').map(|part| part.trim().parse().ok());
    let all = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(all)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// The most telling of it, for a line on a screen.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut space = "";
        let mut put = |f: &mut fmt::Formatter<'_>, name: &str, value: Option<i32>, unit: &str| {
            let Some(value) = value else { return Ok(()) };
            write!(f, "{space}{name} {value}{unit}")?;
            space = "  ";
            Ok(())
        };
        put(f, "bat", self.battery, "%")?;
        put(f, "h", self.height, "cm")?;
        put(f, "tof", self.tof, "cm")?;
        put(f, "yaw", self.yaw, "°")?;
        put(f, "motors", self.motor_time, "s")?;
        put(f, "", self.temperature[1], "°C")?;
        put(f, "pad", self.pad.seen().map(i32::from), "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OLD: &[u8] = b"pitch:0;roll:0;yaw:0;vgx:0;vgy:0;vgz:0;templ:86;temph:88;tof:10;h:0;bat:19;baro:-24.59;time:0;agx:9.00;agy:-6.00;agz:-1000.00;\r\n";
    const PADS: &[u8] = b"mid:-1;x:-100;y:-100;z:-100;mpry:-1,-1,-1;pitch:0;roll:0;yaw:-3;vgx:0;vgy:0;vgz:1;templ:58;temph:60;tof:71;h:50;bat:82;baro:-57.14;time:14;agx:17.00;agy:-4.00;agz:-956.00;\r\n";

    #[test]
    fn real_states_are_read_in_whole() {
        let old = State::read(OLD).unwrap();
        assert_eq!((old.temperature, old.tof, old.battery), ([Some(86), Some(88)], Some(10), Some(19)));
        assert_eq!(
            (old.barometer, old.acceleration[2], old.motor_time),
            (Some(-24.59), Some(-1000.0), Some(0))
        );
        assert_eq!((old.pad, old.unknown.len(), old.broken.len()), (Pad::default(), 0, 0));
        let pads = State::read(PADS).unwrap();
        assert_eq!((pads.pad.id, pads.pad.seen(), pads.pad.turned), (Some(-1), None, Some([-1; 3])));
        assert_eq!(
            (pads.number("yaw"), pads.number("h"), pads.number("agz")),
            (Some(-3.0), Some(50.0), Some(-956.0))
        );
        assert_eq!(old.to_string(), "bat 19%  h 0cm  tof 10cm  yaw 0°  motors 0s   88°C");
    }

    #[test]
    fn what_is_odd_is_kept_and_spoils_nothing() {
        let text = b"pitch:;roll:x;yaw:-3.0;extra:7;bat:82;noise;mpry:1,2;h:-20;\xff:1;";
        let state = State::read(text).unwrap();
        assert_eq!((state.pitch, state.roll, state.yaw), (None, None, Some(-3)));
        assert_eq!((state.battery, state.height, state.number("extra")), (Some(82), Some(-20), Some(7.0)));
        assert_eq!(state.unknown.len(), 2);
        let broken: Vec<_> = state.broken.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(broken, [("pitch", ""), ("roll", "x"), ("", "noise"), ("mpry", "1,2")]);
        assert_eq!((State::read(b"ok"), State::read(b"")), (None, None));
    }

    proptest! {
        #[test]
        fn no_bytes_stop_it(bytes: Vec<u8>) {
            let _ = State::read(&bytes);
        }

        #[test]
        fn a_state_cut_anywhere_is_read_as_far_as_it_goes(end in 0..PADS.len()) {
            let (whole, cut) = (State::read(PADS).unwrap(), State::read(&PADS[..end]));
            let keys = ["mid", "x", "yaw", "bat"];
            // The last value may be cut itself.
            let semicolons = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b';').count();
            let done = semicolons(&PADS[..end]);
            for key in keys {
                let at = PADS.windows(key.len() + 1).position(|part| part == format!("{key}:").as_bytes()).unwrap();
                if semicolons(&PADS[..at]) < done {
                    prop_assert_eq!(cut.as_ref().unwrap().number(key), whole.number(key), "{}", key);
                }
            }
        }
    }
}
