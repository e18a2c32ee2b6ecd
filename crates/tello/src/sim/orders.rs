//! What a drone does when it is told to, and what it answers at once.

use std::net::SocketAddr;

use sockscope::core::moment::Moment;

use super::{AIR, Doing, Drone, Kind, Note, REST, STATE, Say, words};
use crate::command::Command;
use crate::sdk::{STATE_PORT, Sdk, VIDEO_PORT};
use crate::table::{Answer, Needs};

impl Drone {
    /// Does a command; what is answered at once, if anything is.
    pub(super) fn at_once(&mut self, now: Moment, from: SocketAddr, tag: &str, line: &str) -> Option<String> {
        let Ok(command) = Command::find(line, self.sdk) else { return Some(words::unknown(line)) };
        let spec = command.spec();
        self.heard = now;
        // Firmware does not look at how far it is to turn.
        if command.check(self.sdk).is_err() && !["cw", "ccw"].contains(&spec.name) {
            return words::out_of_range(&command);
        }
        match spec.name {
            "command" => Some(self.enter(now, from)),
            "rc" => {
                self.body.sticks(now, command.numbers());
                None
            }
            "emergency" => {
                self.doing = None;
                self.body.cut(now);
                None
            }
            "stop" => {
                self.interrupt(now, "forced stop");
                self.body.halt(now);
                Some("ok".to_owned())
            }
            "reboot" => {
                self.client = None;
                self.tick = None;
                self.camera.off();
                None
            }
            _ => match self.refuses(now, &command) {
                Some(why) => Some(why.to_owned()),
                None => self.begin(now, (from, tag.to_owned()), &command),
            },
        }
    }

    fn enter(&mut self, now: Moment, from: SocketAddr) -> String {
        if self.faults.unactive {
            return "unactive".to_owned();
        }
        if !std::mem::replace(&mut self.greeted, true) && self.faults.binary {
            self.notes.push_back(Note::Fault("binary"));
            self.later.push((
                now + AIR / 2,
                Say { to: from, bytes: words::FLIGHT_DATA.to_vec(), kind: Kind::Answer },
            ));
        }
        if self.client.replace(from) != Some(from) {
            self.notes.push_back(Note::Entered(from));
        }
        self.tick.get_or_insert(now + STATE);
        "ok".to_owned()
    }

    /// Why it does not do a command now.
    fn refuses(&self, now: Moment, command: &Command) -> Option<&'static str> {
        let spec = command.spec();
        let flies = self.body.flies();
        let busy = self.doing.as_ref().map(|doing| doing.name);
        match spec.needs {
            // Where to look is said of who looks.
            Needs::Nothing if spec.name == "mdirection" && self.looks.is_none() => Some("error"),
            Needs::Nothing => None,
            Needs::Ground if flies => Some("error"),
            Needs::Ground if self.body.battery(now) < 1.0 => Some("error Motor stop"),
            Needs::Ground if self.body.battery(now) < 10.0 => Some("error"),
            Needs::Ground if self.body.heat(now) > 92.0 => Some("error, high temp"),
            Needs::Ground => None,
            Needs::Flying | Needs::Pads if !flies => Some("error Motor stop"),
            Needs::Flying if spec.name == "land" => None,
            _ if busy == Some("land") => Some("error Auto land"),
            _ if busy.is_some() => Some("error Not joystick"),
            _ if self.faults.halted => Some("error enter stop"),
            _ if self.faults.blind => Some("error No valid imu"),
            Needs::Pads if self.pad(now, command).is_none() => Some("error No valid marker"),
            Needs::Flying if spec.name == "flip" && self.body.battery(now) < 50.0 => Some("error"),
            Needs::Flying | Needs::Pads => None,
        }
    }

    /// Begins what may be done.
    fn begin(&mut self, now: Moment, who: (SocketAddr, String), command: &Command) -> Option<String> {
        let spec = command.spec();
        let took = match spec.name {
            "land" => {
                self.interrupt(now, "error Auto land");
                self.body.land(now)
            }
            "takeoff" | "throwfly" => self.body.take_off(now),
            "down" if self.sinks(now, command) => {
                // The drone stops before it and never says a word.
                self.notes.push_back(Note::Fault("sink"));
                return None;
            }
            "flip" => self.body.flip(now),
            _ if spec.needs == Needs::Pads => return self.begin_above_pad(now, who, command),
            _ if spec.needs == Needs::Flying => {
                self.body.fly(now, command, self.speed) + REST.div_f64(self.pace)
            }
            _ => return self.set(now, command),
        };
        self.doing = Some(Doing { answers: vec![who], name: spec.name, end: now + took, words: "ok" });
        None
    }

    fn sinks(&self, now: Moment, command: &Command) -> bool {
        let height = self.body.look(now).place[2];
        self.faults.sink && height - command.numbers().first().unwrap_or(&0.0) < 28.0
    }

    /// Sets something, or reads it.
    fn set(&mut self, now: Moment, command: &Command) -> Option<String> {
        match command.spec().name {
            "speed" => self.speed = command.numbers().first().copied().unwrap_or(self.speed),
            "mon" => self.looks = Some(if self.sdk == Sdk::V3_0 { 0 } else { 2 }),
            "moff" => self.looks = None,
            "mdirection" => self.looks = command.arg(0).and_then(|arg| arg.parse().ok()),
            "port" => {
                let mut ports = command.numbers().iter().map(|port| *port as u16);
                self.state_port = ports.next().unwrap_or(STATE_PORT);
                self.camera.port = ports.next().unwrap_or(VIDEO_PORT);
            }
            "streamon" => self.camera.on(now),
            "streamoff" => self.camera.off(),
            "setfps" => {
                self.camera.rate = match command.arg(0) {
                    Some("low") => 5,
                    Some("middle") => 15,
                    _ => 30,
                }
            }
            "setresolution" => {
                self.camera.size = if command.arg(0) == Some("low") { (640, 480) } else { (960, 720) };
            }
            _ => {}
        }
        match command.spec().answer {
            Answer::Nothing => None,
            Answer::Ok => Some("ok".to_owned()),
            Answer::Reboots => Some("OK,drone will reboot in 3s".to_owned()),
            Answer::Led => Some("led ok".to_owned()),
            Answer::Matrix => Some("matrix ok".to_owned()),
            Answer::Value(value) => {
                Some(words::value(value, &self.body, now, self.sdk, self.speed, &self.serial))
            }
        }
    }
}
