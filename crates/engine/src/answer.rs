//! Answers to what was received.

use sockscope_core::batch::Batch;
use sockscope_core::ending::Ending;
use sockscope_core::facts::{Facts, Stamp};
use sockscope_core::payload::{Context, Template};
use sockscope_core::rng::Rng;

use crate::error::Error;
use crate::plan::Answer;
use crate::port::Port;
use crate::tell::Teller;

/// Answers every message as a plan says.
pub(crate) struct Answering {
    answer: Answer,
    out: Batch,
    fields: Fields,
}

/// What the fields of a payload are computed from.
pub(crate) struct Fields {
    counter: u64,
    utc_offset: i32,
    rng: Rng,
}

impl Fields {
    pub(crate) fn new(seed: u64, utc_offset: i32) -> Self {
        Self { counter: 0, utc_offset, rng: Rng::new(seed) }
    }

    /// Runs `with` in the context of the next send, and counts as many sends as it says.
    pub(crate) fn with<T>(&mut self, time: Stamp, with: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let (counter, utc_offset) = (self.counter, self.utc_offset);
        let mut context =
            Context { counter, time, utc_offset_s: utc_offset, rng: &mut self.rng, groups: None };
        let result = with(&mut context);
        self.counter = context.counter;
        result
    }

    /// Appends one message made from `template`.
    pub(crate) fn render(
        &mut self,
        template: &Template,
        time: Stamp,
        facts: Facts,
        out: &mut Batch,
    ) -> Result<(), Error> {
        self.with(time, |context| {
            let result = out.try_push_with(facts, |buffer| template.render(context, buffer));
            context.counter += 1;
            Ok(result?)
        })
    }
}

impl Answering {
    pub(crate) fn new(answer: Answer, seed: u64, utc_offset: i32) -> Self {
        Self { answer, out: Batch::new(), fields: Fields::new(seed, utc_offset) }
    }

    /// Answers the messages of `heard`, each to its own peer.
    pub(crate) fn answer(
        &mut self,
        port: &mut Port,
        heard: &mut Batch,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<(), Error> {
        match &self.answer {
            Answer::Nothing => Ok(()),
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
        }
    }
}
