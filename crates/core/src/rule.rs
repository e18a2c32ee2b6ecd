//! Rules: what is answered to what.
//!
//! A [`Rule`] is written `PATTERN => ANSWER`; [`Rules`] tries them in order on each message. They take the time
//! and give back what to do, so they are tested in virtual time.
//!
//! ```
//! use sockscope_core::charset::Charset;
//! use sockscope_core::facts::Stamp;
//! use sockscope_core::moment::{Moment, Now};
//! use sockscope_core::rule::{Deed, Rule, Rules};
//!
//! let rule = Rule::parse(r#"re /^AT\+NAME=(\w+)\r/ => text "NAME {group:1}\r\n""#, Charset::UTF_8)?;
//! let mut rules = Rules::new(vec![rule], 42, 0);
//! let now = Now { moment: Moment(0), stamp: Stamp(0) };
//! let answer = rules.answer(now, 1, b"AT+NAME=plc\r")?.unwrap();
//! assert_eq!(answer.what, Deed::Send(b"NAME plc\r\n".to_vec()));
//! assert_eq!(rules.answer(now, 1, b"AT\r")?, None);
//! # Ok::<(), sockscope_core::problem::Problem>(())
//! ```

mod read;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::time::Duration;

use crate::charset::Charset;
use crate::moment::{Moment, Now};
use crate::pattern::{Pattern, Verdict};
use crate::payload::{Context, Template};
use crate::problem::Problem;
use crate::rng::Rng;

/// What is answered to what a pattern matches.
#[derive(Debug, Clone)]
pub struct Rule {
    pattern: Pattern,
    answer: Answer,
    after: Duration,
    limit: Limit,
    written: String,
}

#[derive(Debug, Clone)]
enum Answer {
    Send(Box<Template>),
    Nothing,
    Close,
}

/// How often a rule answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Always,
    Once,
    OncePerPeer,
}

/// What is to be done about a message, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Which rule it was, from 0.
    pub rule: usize,
    /// When to do it: the time of the message and the rule's delay.
    pub due: Moment,
    /// What to do.
    pub what: Deed,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Sends these bytes to the peer that spoke. They are a payload: a framing is still to be put around.
    Send(Vec<u8>),
    /// Stays silent, on purpose.
    Nothing,
    /// Closes the connection; on datagrams, forgets the peer.
    Close,
}

impl Rule {
    /// Reads `PATTERN => ANSWER [after TIME] [once | once per peer]`. The answer is `text "…"`, `hex …`,
    /// `nothing` or `close`; text becomes bytes through `charset`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, pointing at the spot; so is an answer with a group that the pattern does not have.
    pub fn parse(text: &str, charset: Charset) -> Result<Self, Problem> {
        read::rule(text, charset)
    }

    /// The rule as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether its answers have random bytes, so that the seed matters.
    pub fn is_random(&self) -> bool {
        matches!(&self.answer, Answer::Send(template) if template.is_random())
    }
}

/// Rules in order, and what they remember.
#[derive(Debug)]
pub struct Rules {
    states: Vec<State>,
    rng: Rng,
    utc_offset_s: i32,
}

/// A rule and what it remembers.
#[derive(Debug)]
struct State {
    rule: Rule,
    /// How often it has answered.
    times: u64,
    /// The peers that it has answered, where it answers each but once.
    peers: HashSet<u64>,
}

impl Rules {
    /// `seed`: of random bytes in answers. `utc_offset_s`: how far local time is ahead of UTC, seconds.
    pub fn new(rules: Vec<Rule>, seed: u64, utc_offset_s: i32) -> Self {
        let state = |rule| State { rule, times: 0, peers: HashSet::new() };
        Self { states: rules.into_iter().map(state).collect(), rng: Rng::new(seed), utc_offset_s }
    }

    /// Reads a file of rules: one a line, `#` begins a comment. `name` is the file's, for problems.
    ///
    /// # Errors
    ///
    /// The first line that is no rule, with file and line.
    pub fn read(text: &str, name: &str, charset: Charset) -> Result<Vec<Rule>, Problem> {
        read::file(text, name, charset)
    }

    /// What to do about a message, a frame, or where there is no framing, one chunk of a stream: the first rule
    /// that matches the whole of it and may still answer. `None` when there is none. `peer` is any number that
    /// tells peers apart.
    ///
    /// # Errors
    ///
    /// The answer cannot be made now: a group took no part in the match, or a number does not fit its width.
    pub fn answer(&mut self, now: Now, peer: u64, message: &[u8]) -> Result<Option<Answered>, Problem> {
        for (index, state) in self.states.iter_mut().enumerate() {
            if !state.may(peer) {
                continue;
            }
            let Verdict::Match { groups, .. } = state.rule.pattern.test(message, true) else { continue };
            let what = match &state.rule.answer {
                Answer::Nothing => Deed::Nothing,
                Answer::Close => Deed::Close,
                Answer::Send(template) => {
                    let mut context = Context {
                        counter: state.times,
                        time: now.stamp,
                        utc_offset_s: self.utc_offset_s,
                        rng: &mut self.rng,
                        groups: Some(&groups),
                    };
                    let mut bytes = Vec::new();
                    template.render(&mut context, &mut bytes)?;
                    Deed::Send(bytes)
                }
            };
            state.note(peer);
            return Ok(Some(Answered { rule: index, due: now.moment + state.rule.after, what }));
        }
        Ok(None)
    }

    /// Forgets a peer that has gone: `once per peer` begins anew for the next one with its number.
    pub fn forget(&mut self, peer: u64) {
        for state in &mut self.states {
            state.peers.remove(&peer);
        }
    }

    /// How often each rule has answered, in order.
    pub fn times(&self) -> impl Iterator<Item = (&Rule, u64)> {
        self.states.iter().map(|state| (&state.rule, state.times))
    }
}

impl State {
    /// Whether it may still answer this peer.
    fn may(&self, peer: u64) -> bool {
        match self.rule.limit {
            Limit::Always => true,
            Limit::Once => self.times == 0,
            Limit::OncePerPeer => !self.peers.contains(&peer),
        }
    }

    fn note(&mut self, peer: u64) {
        self.times += 1;
        if self.rule.limit == Limit::OncePerPeer {
            self.peers.insert(peer);
        }
    }
}
