//! What a pilot does and tells.

use std::time::Duration;

use sockscope::core::lang::Lang;

use crate::reply::Reply;

/// A command that was given to a pilot, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub u64);

/// What a pilot does or tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Send this.
    Send {
        /// What it is sent for.
        id: Id,
        /// The payload of the datagram.
        line: String,
        /// How often it was sent before.
        again: u32,
    },
    /// A command is done with.
    Done {
        /// Which.
        id: Id,
        /// What it was.
        line: String,
        /// What came of it.
        verdict: Verdict,
        /// From when it was sent first.
        took: Duration,
        /// The pilot gave it by itself, to keep the drone in the air.
        own: bool,
    },
    /// Something came that is the answer to no command that waits.
    Stray(Reply, Stray),
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered as it should.
    Done(Reply),
    /// It was refused.
    Refused(Reply),
    /// It was sent, and is never answered.
    Sent,
    /// Of `land`: nobody can tell whose answer came, but the state says that its motors have stopped.
    Landed,
    /// It was never sent: `land`, `stop` or `emergency` came before.
    Dropped,
    /// No answer came in time.
    NoAnswer,
    /// This came, which may be its answer or that of another command.
    Unsure(Reply),
}

impl Verdict {
    /// Whether all went well, as far as anybody can tell.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Sent | Self::Landed)
    }

    /// In words for a person; an answer as it came, control characters escaped.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Done(reply) | Self::Refused(reply) => reply.to_string(),
            Self::Sent => lang.pick("sent", "已发送").to_owned(),
            Self::Landed => lang.pick("on the ground, by its state", "状态显示已在地面").to_owned(),
            Self::Dropped => lang
                .pick("not sent: something more urgent came before", "未发送：先执行了更紧急的命令")
                .to_owned(),
            Self::NoAnswer => lang.pick("no answer", "无回复").to_owned(),
            Self::Unsure(reply) => {
                let words = lang.pick("which may be the answer to another command", "可能是另一条命令的回复");
                format!("{reply}, {words}")
            }
        }
    }
}

/// What an answer is that nobody waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stray {
    /// The answer to this command, which was given up.
    Late(String),
    /// The answer to this command once more.
    Again(String),
    /// The answer to one of these, nobody can tell which.
    Either(Vec<String>),
    /// A packet of the app's binary protocol.
    Binary,
    /// No text at all.
    Rubbish,
    /// Nobody asked for it.
    Unasked,
}

impl Stray {
    /// In words for a person, with the answer that it is about.
    pub fn words(&self, reply: &Reply, lang: Lang) -> String {
        match self {
            Self::Late(line) => format!("{reply}, {} {line}", lang.pick("a late answer to", "迟到的回复：")),
            Self::Again(line) => format!("{reply}, {} {line}", lang.pick("once more to", "重复的回复：")),
            Self::Either(lines) => {
                let lines = lines.join(lang.pick(" or ", " 或 "));
                format!("{reply}, {} {lines}", lang.pick("which may answer", "可能回复"))
            }
            Self::Binary => {
                format!(
                    "{reply}, {}",
                    lang.pick("a packet of the app's own protocol", "手机应用协议的数据包")
                )
            }
            Self::Rubbish | Self::Unasked => {
                format!("{reply}, {}", lang.pick("which nobody asked for", "没有命令对应"))
            }
        }
    }
}
