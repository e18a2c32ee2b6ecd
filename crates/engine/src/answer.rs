//! Answers to what was received.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use sockscope_core::batch::Batch;
use sockscope_core::ending::Ending;
use sockscope_core::event::{End, SocketId};
use sockscope_core::facts::Facts;
use sockscope_core::moment::Moment;
use sockscope_core::rule::{Answered, Deed};

use crate::error::Error;
use crate::fields::Fields;
use crate::plan::Answer;
use crate::port::{Port, Way};
use crate::tell::Teller;

/// Answers every message as a plan says.
#[derive(Debug)]
pub(crate) struct Answering {
    answer: Answer,
    out: Batch,
    fields: Fields,
    /// Answers whose time has not come, in the order in which they are due.
    later: VecDeque<Later>,
}

/// An answer that waits.
#[derive(Debug)]
struct Later {
    due: Moment,
    socket: SocketId,
    what: Due,
}

/// An answer whose time has come, and to what it is one.
#[derive(Debug)]
pub(crate) struct Due {
    facts: Facts,
    deed: Deed,
}

impl Default for Answering {
    fn default() -> Self {
        Self::new(Answer::Nothing, 0, 0)
    }
}

impl Answering {
    pub(crate) fn new(answer: Answer, seed: u64, utc_offset: i32) -> Self {
        let fields = Fields::new(seed, utc_offset);
        Self { answer, out: Batch::new(), fields, later: VecDeque::new() }
    }

    /// What is answered.
    pub(crate) fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Answers the messages of `heard`, each to its own peer.
    pub(crate) fn reply(
        &mut self,
        port: &mut Port,
        heard: &mut Batch,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<Way, Error> {
        match &mut self.answer {
            Answer::Nothing | Answer::Others | Answer::Chat | Answer::Command(_) => Ok(Way::Open),
            Answer::Echo => {
                for index in 0..heard.len() {
                    let facts = heard.facts_mut(index);
                    *facts = facts.answered();
                }
                let all = 0..heard.len();
                port.send(heard, all, tell, ending)
            }
            Answer::Payload(template) => {
                self.out.clear();
                let time = tell.now().stamp;
                for message in heard.iter() {
                    let facts = message.facts.answered();
                    self.fields.render(template, time, facts, &mut self.out)?;
                }
                let all = 0..self.out.len();
                port.send(&mut self.out, all, tell, ending)
            }
            Answer::Rules(rules) => {
                let now = tell.now();
                for message in heard.iter() {
                    let peer = who(port.session.socket(), message.facts);
                    let Some(Answered { due, what, .. }) = rules.answer(now, peer, message.bytes)? else {
                        continue;
                    };
                    let what = Due { facts: message.facts.answered(), deed: what };
                    let at = self.later.partition_point(|later| later.due <= due);
                    self.later.insert(at, Later { due, socket: port.session.socket(), what });
                }
                Ok(Way::Open)
            }
        }
    }

    /// The next answer whose time has come, and the socket it goes through.
    pub(crate) fn due(&mut self, now: Moment) -> Option<(SocketId, Due)> {
        self.later.front().filter(|later| later.due <= now)?;
        self.later.pop_front().map(|later| (later.socket, later.what))
    }

    /// Does what an answer says.
    pub(crate) fn carry_out(
        &mut self,
        port: &mut Port,
        answer: Due,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<Way, Error> {
        match answer.deed {
            Deed::Nothing => Ok(Way::Open),
            Deed::Close => Ok(Way::Closed(End::Asked)),
            Deed::Send(bytes) => {
                self.out.clear();
                self.out.push(&bytes, answer.facts);
                port.send(&mut self.out, 0..1, tell, ending)
            }
        }
    }

    /// When the next answer is due.
    pub(crate) fn wakeup(&self) -> Option<Moment> {
        self.later.front().map(|later| later.due)
    }

    /// A socket is closed.
    pub(crate) fn forget(&mut self, socket: SocketId) {
        self.later.retain(|later| later.socket != socket);
        if let Answer::Rules(rules) = &mut self.answer {
            rules.forget(socket.0.into());
        }
    }
}

/// A number for the peer of a message, as rules tell peers apart.
fn who(socket: SocketId, facts: &Facts) -> u64 {
    if facts.number.is_some() {
        return socket.0.into();
    }
    let mut hasher = DefaultHasher::new();
    (socket, facts.peer).hash(&mut hasher);
    hasher.finish()
}
