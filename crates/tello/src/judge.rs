//! Who keeps to the protocol, by what went between: a client from its traffic, and a drone or simulator from its own.
//!
//! A judge takes datagrams in their order, live or from a recording, and has a rule for each thing that clients and
//! simulators get wrong. Of each rule it tells whether it was kept, how often it was looked at, and the first datagram that broke it.

mod client;
mod drone;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sockscope::core::facts::Stamp;

use crate::command::Command;
use crate::reply::Reply;
use crate::sdk::{COMMAND_PORT, STATE_PORT, Sdk, VIDEO_PORT};
use crate::state::State;
use crate::table::{Answer, Needs, Takes};

/// A datagram that went by.
#[derive(Debug, Clone, Copy)]
pub struct Datagram<'a> {
    /// Its number among those that were seen, from 1.
    pub number: u64,
    /// When.
    pub time: Stamp,
    /// Who sent it.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// Its payload.
    pub bytes: &'a [u8],
}

/// Who a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// Whoever commands.
    Client,
    /// A drone, or a simulator of one.
    Drone,
}

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Who has to keep it.
    pub party: Party,
    /// What it says, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

const fn client(name: &'static str, en: &'static str, zh: &'static str) -> Rule {
    Rule { name, party: Party::Client, en, zh }
}

const fn drone(name: &'static str, en: &'static str, zh: &'static str) -> Rule {
    Rule { name, party: Party::Drone, en, zh }
}

/// All rules.
pub static RULES: [Rule; 23] = [
    client("command-first", "the first thing sent is command", "首先发送 command"),
    client("known", "each command is one that the SDK knows", "每条命令都是该 SDK 所支持的"),
    client("range", "arguments are in their ranges", "参数在允许范围内"),
    client(
        "plain",
        "a datagram is one line of ASCII with nothing behind it",
        "每个数据报是一行 ASCII，末尾无其他字节",
    ),
    client(
        "one-at-a-time",
        "a command waits for the answer to the one before",
        "上一条命令得到回复后才发下一条",
    ),
    client(
        "no-repeat",
        "a relative move without an answer is not sent again",
        "未得到回复的相对移动不会重发",
    ),
    client(
        "keep-alive",
        "no more than 15 s pass in the air without a command",
        "飞行中发送命令的间隔不超过 15 秒",
    ),
    client("lands", "who took off lands", "起飞后会降落"),
    drone("silent-first", "nothing is answered before command", "进入 SDK 模式之前不应答"),
    drone(
        "from-8889",
        "answers come from where the command went, to where it came from",
        "从收到命令的地址回复到发送方",
    ),
    drone("ok", "ok is two bytes", "ok 恰为两个字节"),
    drone(
        "line-ends",
        "numbers of old commands end in CR LF, sdk? and sn? in nothing",
        "旧命令的数字回复以 CR LF 结尾，sdk? 与 sn? 没有",
    ),
    drone("shape", "an answer looks like one to its command", "回复的形式与命令相符"),
    drone("answers", "each command is answered, within its time", "每条命令都在时限内得到回复"),
    drone("once", "a command is answered once", "每条命令只回复一次"),
    drone("rc-silent", "rc is never answered, nor is emergency", "rc 和 emergency 从不回复"),
    drone(
        "unknown",
        "what is unknown is answered with unknown command: and the line",
        "未知命令回复 unknown command: 加原文",
    ),
    drone("out-of-range", "an argument out of its range is refused", "超出范围的参数会被拒绝"),
    drone(
        "motors",
        "a move on the ground is answered with error Motor stop",
        "在地面上的移动命令回复 error Motor stop",
    ),
    drone("takes-time", "a move is answered when it is finished", "移动完成后才回复"),
    drone(
        "state",
        "state has its keys in order, in ASCII, and ends in ;CR LF",
        "状态键值顺序正确、为 ASCII、以 ;CR LF 结尾",
    ),
    drone(
        "state-numbers",
        "numbers of state are whole, those of baro, agx, agy and agz have two decimals",
        "状态数值为整数，baro、agx、agy、agz 带两位小数",
    ),
    drone(
        "state-rate",
        "state comes ten times a second, from one second after command on",
        "command 一秒内开始发送状态，每秒十次",
    ),
];

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finding {
    /// How often there was something to look at.
    pub seen: u64,
    /// How often it was broken.
    pub broken: u64,
    /// The first datagram that broke it, and how; 0 where what is wrong is that none came.
    pub first: Option<(u64, String)>,
}

/// Looks at what goes by.
#[derive(Debug)]
pub struct Judge {
    sdk: Sdk,
    /// Whether state would have been seen.
    sees_state: bool,
    /// The drone; the first that somebody sent a datagram to its command port, unless it is known.
    drone: Option<IpAddr>,
    /// Where the drone takes commands, and where it sends state.
    ports: (u16, u16),
    findings: Vec<Finding>,
    talk: Talk,
}

/// How a conversation stands.
#[derive(Debug, Default)]
struct Talk {
    /// When `command` was sent.
    entered: Option<Stamp>,
    /// Commands that may still be answered, the oldest first.
    open: Vec<Sent>,
    /// The one answered last, to know a second answer by.
    last: Option<(Sent, Reply)>,
    /// The last relative move that nobody answered.
    lost: Option<String>,
    /// When a command was sent last.
    spoke: Option<Stamp>,
    /// Told to take off and not to land since: the number of that datagram.
    aloft: Option<u64>,
    /// When it took off, as far as answers tell.
    flies: Option<Stamp>,
    /// State: the first and the last, and how many.
    states: Option<(Stamp, Stamp, u64)>,
    any: bool,
}

/// A command that was sent.
#[derive(Debug, Clone)]
struct Sent {
    number: u64,
    time: Stamp,
    from: SocketAddr,
    to: SocketAddr,
    line: String,
    /// What it is, where the SDK knows it.
    command: Option<Command>,
    /// Whether its arguments are in their ranges.
    fine: bool,
}

impl Sent {
    fn answer(&self) -> Answer {
        self.command.as_ref().map_or(Answer::Ok, |command| command.spec().answer)
    }

    fn is_move(&self) -> bool {
        self.command.as_ref().is_some_and(|command| {
            matches!(command.spec().needs, Needs::Flying | Needs::Pads) && command.spec().name != "land"
        })
    }

    /// Whether it is a turn: firmware does not look at how far that is to be, nor which way.
    fn is_turn(&self) -> bool {
        self.command.as_ref().is_some_and(|command| command.spec().takes == Takes::Turn)
    }

    /// After how long there is no hope.
    fn patience(&self) -> Duration {
        // Nobody knows at which speed it flies: the slowest there is.
        self.command
            .as_ref()
            .map_or(Duration::from_secs(3), |command| command.spec().takes.patience(command.numbers(), 10.0))
    }
}

impl Judge {
    /// A judge of what is said in an SDK. `drone`: who is commanded, where that is known.
    pub fn new(sdk: Sdk, drone: Option<IpAddr>) -> Self {
        Self {
            sdk,
            sees_state: false,
            drone,
            ports: (COMMAND_PORT, STATE_PORT),
            findings: vec![Finding::default(); RULES.len()],
            talk: Talk::default(),
        }
    }

    /// Says that state would be seen if there were any: then it is a fault that there is none.
    pub fn seeing_state(self) -> Self {
        Self { sees_state: true, ..self }
    }

    /// Says where the drone takes commands and sends state, where that is not 8889 and 8890.
    pub fn at(self, command: u16, state: u16) -> Self {
        Self { ports: (command, state), ..self }
    }

    /// Takes the next datagram. Those of others, and of other ports, are passed over.
    pub fn take(&mut self, datagram: &Datagram<'_>) {
        let (from, to) = (datagram.from, datagram.to);
        let (command, state) = self.ports;
        if self.drone.is_none() && to.port() == command {
            self.drone = Some(to.ip());
        }
        let drone = self.drone;
        self.expire(datagram.time);
        if Some(to.ip()) == drone && to.port() == command && !(from.ip() == to.ip() && from.port() == command)
        {
            self.command(datagram);
        } else if Some(from.ip()) == drone {
            match to.port() {
                port if port == state
                    && (from.port() != command || State::read(datagram.bytes).is_some()) =>
                {
                    self.state(datagram)
                }
                VIDEO_PORT => {}
                _ => self.reply(datagram),
            }
        }
    }

    /// What became of each rule, in the order of [`RULES`]. `end`: until when it was looked at.
    pub fn end(mut self, end: Stamp) -> Vec<Finding> {
        self.expire(end);
        self.landed();
        self.stated();
        self.findings
    }

    /// Looks at a rule, which was broken in so many words or was kept.
    fn rule(&mut self, name: &str, number: u64, broken: Option<String>) {
        let Some(index) = RULES.iter().position(|rule| rule.name == name) else { return };
        let finding = &mut self.findings[index];
        finding.seen += 1;
        if let Some(how) = broken {
            finding.broken += 1;
            finding.first.get_or_insert((number, how));
        }
    }

    /// Gives up what can no longer be answered.
    fn expire(&mut self, now: Stamp) {
        let late = |sent: &Sent| now.0.saturating_sub(sent.time.0) > sent.patience().as_nanos() as u64;
        while let Some(at) = self.talk.open.iter().position(late) {
            let sent = self.talk.open.remove(at);
            self.unanswered(&sent);
        }
    }
}

/// Text from the wire, safe to show.
fn shown(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(60)].escape_ascii().to_string()
}
