//! Rules that drones and their simulators keep.

use super::{Datagram, Judge, Sent, shown};
use crate::reply::{Reply, Shape};
use crate::sdk::Sdk;
use crate::table::{Answer, Value};

/// A move is not done sooner, in nanoseconds: settling alone takes a second.
const SOONEST: u64 = 300_000_000;

/// A second answer that comes later than this is none to the same command, in nanoseconds.
const SECOND: u64 = 1_000_000_000;

/// Keys of a state, those of mission pads first.
const KEYS: [&str; 21] = [
    "mid", "x", "y", "z", "mpry", "pitch", "roll", "yaw", "vgx", "vgy", "vgz", "templ", "temph", "tof", "h",
    "bat", "baro", "time", "agx", "agy", "agz",
];

/// How many of them are of pads.
const PADS: usize = 5;

impl Judge {
    /// A datagram from the drone that is no state.
    pub(super) fn reply(&mut self, datagram: &Datagram<'_>) {
        let (number, reply) = (datagram.number, Reply::read(datagram.bytes));
        if reply.shape() == Shape::Binary {
            return;
        }
        let early = self.talk.entered.is_none().then(|| format!("\"{}\"", shown(datagram.bytes)));
        self.rule("silent-first", number, early);
        let open = self.talk.open.iter().position(|sent| reply.may_answer(&sent.line, sent.answer()));
        let Some(at) = open.or_else(|| self.odd(&reply)) else { return self.uncalled(datagram, &reply) };
        let sent = self.talk.open.remove(at);
        let way = (datagram.from, datagram.to) != (sent.to, sent.from);
        let how = || {
            format!(
                "{} came from {} to {}, and the command from {}",
                sent.line, datagram.from, datagram.to, sent.from
            )
        };
        self.rule("from-8889", number, way.then(how));
        self.rule("answers", number, None);
        self.rule("once", number, None);
        self.bytes(datagram, &sent, &reply);
        self.sense(datagram, &sent, &reply);
        self.flying(&sent, &reply, datagram);
        self.talk.last = Some((sent, reply));
    }

    /// The only command that waits, which this is an odd answer to.
    fn odd(&self, reply: &Reply) -> Option<usize> {
        let second = self.talk.last.as_ref().is_some_and(|(_, last)| last == reply);
        (self.talk.open.len() == 1 && !second).then_some(0)
    }

    /// An answer that nothing waits for.
    fn uncalled(&mut self, datagram: &Datagram<'_>, reply: &Reply) {
        let number = datagram.number;
        match &self.talk.last {
            Some((sent, last))
                if last == reply
                    && datagram.time.0.saturating_sub(sent.time.0)
                        < SECOND + sent.patience().as_nanos() as u64 =>
            {
                let how = format!("{} was answered again with {reply}", sent.line);
                self.rule("once", number, Some(how));
            }
            // A second answer to stop, or that of a move which something interrupted.
            _ if reply.shape() == Shape::ForcedStop => {}
            _ => {
                self.rule("rc-silent", number, Some(format!("\"{reply}\" answers nothing that is answered")))
            }
        }
    }

    /// Whether its bytes are right.
    fn bytes(&mut self, datagram: &Datagram<'_>, sent: &Sent, reply: &Reply) {
        let (number, bytes) = (datagram.number, datagram.bytes);
        let fits = reply.may_answer(&sent.line, sent.answer());
        let how = || format!("{} was answered with {reply}", sent.line);
        self.rule("shape", number, (!fits).then(how));
        let said = || format!("\"{}\" answers {}", shown(bytes), sent.line);
        if reply.shape() == Shape::Ok {
            self.rule("ok", number, (bytes != b"ok").then(said));
        }
        if let Answer::Value(value) = sent.answer()
            && fits
            && reply.shape() != Shape::Unknown
        {
            let old = !matches!(
                value,
                Value::Sdk
                    | Value::Serial
                    | Value::Wifi
                    | Value::Hardware
                    | Value::WifiVersion
                    | Value::AccessPoint
                    | Value::Network
                    | Value::ExtDistance
                    | Value::ExtVersion
            );
            // Hardware was seen to send the answer to wifi? either way.
            let wrong = value != Value::Wifi && bytes.ends_with(b"\r\n") != old;
            self.rule("line-ends", number, wrong.then(said));
        }
    }

    /// Whether it is what a drone answers to that.
    fn sense(&mut self, datagram: &Datagram<'_>, sent: &Sent, reply: &Reply) {
        let number = datagram.number;
        let how = || format!("{} was answered with {reply}", sent.line);
        if sent.command.is_none() {
            let right = format!("unknown command: {}", sent.line);
            self.rule("unknown", number, (datagram.bytes != right.as_bytes()).then(how));
        } else if !sent.fine && !sent.is_turn() {
            self.rule("out-of-range", number, reply.is_ok().then(how));
        } else if sent.is_move() && self.talk.flies.is_none() {
            self.rule("motors", number, (reply.text() != "error Motor stop").then(how));
        } else if sent.is_move() && reply.is_ok() {
            let took = datagram.time.0.saturating_sub(sent.time.0);
            let how = || format!("{} was answered after {} ms", sent.line, took / 1_000_000);
            self.rule("takes-time", number, (took < SOONEST).then(how));
        }
    }

    /// Whether it flies now, as far as answers tell.
    fn flying(&mut self, sent: &Sent, reply: &Reply, datagram: &Datagram<'_>) {
        match sent.line.as_str() {
            "takeoff" if reply.is_ok() => self.talk.flies = Some(datagram.time),
            "land" if reply.is_ok() => self.talk.flies = None,
            _ => {}
        }
        // The 15 s count from the end of a command.
        self.talk.spoke = self.talk.spoke.max(Some(datagram.time));
    }

    /// A command that nobody answered.
    pub(super) fn unanswered(&mut self, sent: &Sent) {
        if self.talk.entered.is_none_or(|entered| entered > sent.time) {
            return;
        }
        if sent.command.as_ref().is_some_and(|command| command.spec().is_relative()) {
            self.talk.lost = Some(sent.line.clone());
        }
        self.rule("answers", sent.number, Some(format!("{} was never answered", sent.line)));
    }

    /// A state.
    pub(super) fn state(&mut self, datagram: &Datagram<'_>) {
        let states = &mut self.talk.states;
        let (_, last, count) = states.get_or_insert((datagram.time, datagram.time, 0));
        (*last, *count) = (datagram.time, *count + 1);
        let how = self.form(datagram.bytes);
        self.rule("state", datagram.number, how);
        self.rule("state-numbers", datagram.number, numbers(datagram.bytes));
    }

    /// What is wrong with a state.
    fn form(&self, bytes: &[u8]) -> Option<String> {
        if !bytes.is_ascii() {
            return Some(format!("it is no ASCII: \"{}\"", shown(bytes)));
        }
        let Some(text) = bytes.strip_suffix(b";\r\n") else {
            let end = &bytes[bytes.len().saturating_sub(8)..];
            return Some(format!("it ends in \"{}\"", shown(end)));
        };
        let text = str::from_utf8(text).unwrap_or_default();
        let keys: Vec<_> =
            text.split(';').map(|part| part.split_once(':').map_or(part, |(key, _)| key)).collect();
        let wanted =
            if self.sdk == Sdk::V1_3 || keys.first() != Some(&KEYS[0]) { &KEYS[PADS..] } else { &KEYS[..] };
        if keys != wanted {
            let odd = keys.iter().zip(wanted).find(|(key, wanted)| key != wanted);
            return Some(match odd {
                Some((key, wanted)) => format!("{key} stands where {wanted} should"),
                None => format!("it has {} keys, and should have {}", keys.len(), wanted.len()),
            });
        }
        let height = text.split(';').find_map(|part| part.strip_prefix("h:")?.parse::<i32>().ok());
        height
            .filter(|height| height % 10 != 0)
            .map(|height| format!("h is {height}, and goes in steps of 10"))
    }

    /// Whether states came as often as they should.
    pub(super) fn stated(&mut self) {
        let Some(entered) = self.talk.entered else { return };
        let Some((first, last, count)) = self.talk.states else {
            if self.sees_state {
                self.rule("state-rate", 0, Some("no state came".to_owned()));
            }
            return;
        };
        let seconds = |from: sockscope::core::facts::Stamp, to: sockscope::core::facts::Stamp| {
            to.0.saturating_sub(from.0) as f64 / 1e9
        };
        let late = seconds(entered, first);
        if late > 1.0 {
            return self.rule(
                "state-rate",
                0,
                Some(format!("the first state came {late:.1} s after command")),
            );
        }
        let rate = (count - 1) as f64 / seconds(first, last).max(1e-9);
        let wrong = count > 10 && !(8.0..=12.0).contains(&rate);
        self.rule("state-rate", 0, wrong.then(|| format!("{rate:.1} states a second")));
    }
}

/// What is wrong with the numbers of a state.
fn numbers(bytes: &[u8]) -> Option<String> {
    let text = str::from_utf8(bytes).unwrap_or_default().trim_end();
    let mut parts = text.split(';').filter_map(|part| part.split_once(':'));
    let odd = parts.find(|(key, value)| !match *key {
        "mpry" => value.split(',').count() == 3 && value.split(',').all(whole),
        "baro" | "agx" | "agy" | "agz" => value.split_once('.').is_some_and(|(number, decimals)| {
            whole(number) && decimals.len() == 2 && decimals.bytes().all(|digit| digit.is_ascii_digit())
        }),
        _ => whole(value),
    });
    odd.map(|(key, value)| format!("{key} is \"{value}\""))
}

/// Whether that is a whole number as a drone writes it.
fn whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}
