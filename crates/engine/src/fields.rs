//! What the fields of payloads are computed from in one run.

use sockscope_core::batch::Batch;
use sockscope_core::facts::{Facts, Stamp};
use sockscope_core::payload::{Context, Template};
use sockscope_core::rng::Rng;

use crate::error::Error;

/// A counter, a generator and a time zone.
#[derive(Debug)]
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
