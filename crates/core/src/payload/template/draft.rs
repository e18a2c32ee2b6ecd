//! One message in the making.

use std::ops::Range;

use super::{Context, Part, Template};
use crate::payload::clock::{Clock, civil};
use crate::payload::cover::Place;
use crate::payload::field::{Computed, Field, Of};
use crate::payload::number::Shape;
use crate::problem::Problem;

/// Where `{group:1}` makes sense.
const GROUPS: &str = "a rule or a script's re captures them, as in re /(\\d+)/";

/// One message in the making: it begins at `start` of `out`.
pub(super) struct Draft<'a> {
    pub(super) template: &'a Template,
    pub(super) start: usize,
    pub(super) out: &'a mut Vec<u8>,
    /// Where the computed fields lie in the message, in order.
    pub(super) places: &'a mut [Place],
}

impl Draft<'_> {
    pub(super) fn write(mut self, context: &mut Context<'_>) -> Result<(), Problem> {
        self.lay(context)?;
        self.stretch();
        self.fill(|of| of == Of::Length)?;
        self.fill(|of| of != Of::Length)
    }

    /// Writes what the context decides and leaves room, all zeros, for what depends on other bytes; no
    /// room yet for a length of as many digits as it needs.
    fn lay(&mut self, context: &mut Context<'_>) -> Result<(), Problem> {
        let mut next = 0;
        for part in &self.template.parts {
            match part {
                Part::Bytes(bytes) => self.out.extend_from_slice(bytes),
                Part::Field { field: Field::Computed(computed), .. } => {
                    let len = self.template.width(computed).unwrap_or(0);
                    self.places[next] = Place { at: self.out.len() - self.start, len };
                    next += 1;
                    self.out.resize(self.out.len() + len, 0);
                }
                Part::Field { field, span } => self.now(field, span, context)?,
            }
        }
        Ok(())
    }

    /// Writes a field that the context alone decides.
    fn now(&mut self, field: &Field, span: &Range<usize>, context: &mut Context<'_>) -> Result<(), Problem> {
        match field {
            Field::Counter { from, step, shape } => {
                let number = from.wrapping_add(step.wrapping_mul(context.counter));
                self.number(number, *shape, span)
            }
            Field::Time(Clock::Unix(unit, shape)) => {
                let count = unit.count(context.time.0);
                self.check_fit(count.into(), *shape, span)?;
                self.number(count, *shape, span)
            }
            Field::Time(Clock::Rfc3339) => self.civil(None, span, context),
            Field::Time(Clock::Format(format)) => self.civil(Some(format), span, context),
            Field::Random(length) => {
                let at = self.out.len();
                self.out.resize(at + length, 0);
                context.rng.fill(&mut self.out[at..]);
                Ok(())
            }
            Field::Group(key) => {
                let captured = match context.groups {
                    Some(groups) => groups.get(key),
                    None => Err("there is no pattern whose groups could be put in here".to_owned()),
                };
                let bytes = captured.map_err(|what| self.problem(span, what, GROUPS))?;
                self.out.extend_from_slice(bytes);
                Ok(())
            }
            Field::Computed(_) => Ok(()),
        }
    }

    fn civil(
        &mut self,
        format: Option<&str>,
        span: &Range<usize>,
        context: &Context<'_>,
    ) -> Result<(), Problem> {
        let text = civil(format, context.time.0, context.utc_offset_s).map_err(|error| {
            self.problem(span, format!("the time cannot be written so: {error}"), "choose another format")
        })?;
        self.text(&text, span)
    }

    fn number(&mut self, number: u64, shape: Shape, span: &Range<usize>) -> Result<(), Problem> {
        let written = shape.write(number.into());
        if shape.is_text() {
            return self.text(written.as_text(), span);
        }
        self.out.extend_from_slice(written.as_bytes());
        Ok(())
    }

    fn text(&mut self, text: &str, span: &Range<usize>) -> Result<(), Problem> {
        let Template { charset, unmappable, .. } = self.template;
        match charset.encode(text, unmappable, self.out) {
            Ok(_) => Ok(()),
            Err(lacks) => Err(self.problem(span, lacks.to_string(), "choose another --encoding")),
        }
    }

    /// Opens the room for lengths whose digits depend on the lengths themselves. Each round only widens,
    /// so this ends; a length that turns out shorter than its room gets zeros in front.
    fn stretch(&mut self) {
        if self.template.computed_fields().all(|(computed, _)| self.template.width(computed).is_some()) {
            return;
        }
        let laid = self.out.len();
        let mut total = laid - self.start;
        while let Some((index, more)) = self.too_narrow(total) {
            self.places[index].len += more;
            self.places[index + 1..].iter_mut().for_each(|place| place.at += more);
            total += more;
        }
        self.out.resize(self.start + total, 0);
        let mut end = laid;
        for (index, (computed, _)) in self.template.computed_fields().enumerate() {
            if self.template.width(computed).is_some() {
                continue;
            }
            let Place { at, len } = self.places[index];
            let at = self.start + at;
            self.out.copy_within(at..end, at + len);
            self.out[at..at + len].fill(0);
            end += len;
        }
    }

    /// The first length that needs more room in a message of `total` bytes, and how much more.
    fn too_narrow(&self, total: usize) -> Option<(usize, usize)> {
        let fields = self.template.computed_fields().zip(self.places.iter());
        fields.enumerate().find_map(|(index, ((computed, _), &place))| {
            if self.template.width(computed).is_some() {
                return None;
            }
            let length = computed.cover.range(place, total).len();
            let digits = computed.shape.write(length as u128).as_bytes().len();
            let more = (digits * self.template.digit_bytes).saturating_sub(place.len);
            (more > 0).then_some((index, more))
        })
    }

    /// Fills in the computed fields that are `wanted`, from left to right.
    fn fill(&mut self, wanted: impl Fn(Of) -> bool) -> Result<(), Problem> {
        for (index, (computed, span)) in self.template.computed_fields().enumerate() {
            if wanted(computed.of) {
                let place = self.places[index];
                let value = self.value(computed, place, span)?;
                self.put(value, computed.shape, place, span)?;
            }
        }
        Ok(())
    }

    fn value(&self, computed: &Computed, place: Place, span: &Range<usize>) -> Result<u128, Problem> {
        let message = &self.out[self.start..];
        let range = computed.cover.range(place, message.len());
        let Some(covered) = message.get(range.clone()) else {
            let what = format!(
                "{computed} covers bytes {}..{} of a message of {} bytes",
                range.start,
                range.end,
                message.len()
            );
            return Err(self.problem(span, what, "choose a range inside the message"));
        };
        match computed.of {
            Of::Checksum(algorithm) => Ok(algorithm.compute(covered)),
            Of::Length => {
                self.check_fit(covered.len() as u128, computed.shape, span)?;
                Ok(covered.len() as u128)
            }
        }
    }

    fn put(&mut self, value: u128, shape: Shape, place: Place, span: &Range<usize>) -> Result<(), Problem> {
        let at = self.start + place.at;
        if !shape.is_text() {
            self.out[at..at + place.len].copy_from_slice(shape.write(value).as_bytes());
            return Ok(());
        }
        let digits = place.len / self.template.digit_bytes.max(1);
        let shape = match shape {
            Shape::Digits { radix, .. } => Shape::Digits { radix, least: digits },
            other => other,
        };
        let end = self.out.len();
        self.text(shape.write(value).as_text(), span)?;
        if self.out.len() - end != place.len {
            let what =
                format!("{} does not write all digits in the same width", self.template.charset.name());
            return Err(self.problem(span, what, "choose another --encoding"));
        }
        self.out.copy_within(end.., at);
        self.out.truncate(end);
        Ok(())
    }

    fn check_fit(&self, value: u128, shape: Shape, span: &Range<usize>) -> Result<(), Problem> {
        if shape.holds(value) {
            return Ok(());
        }
        let bits = 8 * shape.width().unwrap_or(0);
        Err(self.problem(span, format!("{value} does not fit into u{bits}"), "choose a wider one, up to u64"))
    }

    fn problem(&self, span: &Range<usize>, what: String, remedy: &str) -> Problem {
        Problem::new(&self.template.input, span.clone(), what, remedy)
    }
}
