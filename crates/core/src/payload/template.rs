//! A payload made ready: renders one message for each send.

mod draft;

use std::ops::Range;

use super::capture::{GroupKey, Groups};
use super::clock::Clock;
use super::cover::Place;
use super::field::{Computed, Field, Of};
use super::number::Shape;
use crate::charset::{Charset, Unmappable};
use crate::facts::Stamp;
use crate::problem::Problem;
use crate::rng::Rng;
use draft::Draft;

/// A payload made ready for a charset and a line end: renders one message for each send.
///
/// Fields that depend on other bytes are filled in last: lengths first, then checksums from left to
/// right. A checksum that covers another one further right sees zeros there.
#[derive(Debug, Clone)]
pub struct Template {
    pub(super) parts: Vec<Part>,
    pub(super) unmapped: u64,
    input: String,
    charset: Charset,
    unmappable: Unmappable,
    /// How many bytes the charset makes of a digit.
    digit_bytes: usize,
    /// How many fields depend on other bytes.
    computed: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Part {
    Bytes(Vec<u8>),
    Field { field: Field, span: Range<usize> },
}

/// What a send knows that the payload does not.
#[derive(Debug)]
pub struct Context<'a> {
    /// How many sends were before this one, from 0.
    pub counter: u64,
    /// The time of the send.
    pub time: Stamp,
    /// How far local time is ahead of UTC, seconds, within ±93599 (25:59:59).
    pub utc_offset_s: i32,
    /// Where random fields draw from.
    pub rng: &'a mut Rng,
    /// What the pattern captured that this message answers; `None` where it answers none.
    pub groups: Option<&'a Groups>,
}

/// Templates with more computed fields than this allocate at each render.
const NEAR: usize = 8;

impl Template {
    /// `true` if it renders the same bytes each time.
    pub fn is_fixed(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Bytes(_)))
    }

    /// How many characters of each message are skipped or replaced because the charset lacks them.
    pub fn unmapped(&self) -> u64 {
        self.unmapped
    }

    /// Whether it has random bytes, so that the seed matters.
    pub fn is_random(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Field { field: Field::Random(_), .. }))
    }

    /// Whether two sends may differ: it has a counter, a time, random bytes or a group.
    pub fn varies(&self) -> bool {
        let still =
            |part: &Part| matches!(part, Part::Bytes(_) | Part::Field { field: Field::Computed(_), .. });
        !self.parts.iter().all(still)
    }

    /// The groups of a pattern that it needs, and where in the payload they were written.
    pub fn groups(&self) -> impl Iterator<Item = (&GroupKey, Range<usize>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field { field: Field::Group(key), span } => Some((key, span.clone())),
            _ => None,
        })
    }

    /// The charset of its text.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// Appends the message of this context to `out`. What `out` held before is no part of the message:
    /// fields do not cover it.
    ///
    /// Fails, pointing at the field, if a field covers bytes outside of the message, a length or time
    /// does not fit its width, the time cannot be written, or a group is absent; `out` is then as it was.
    pub fn render(&self, context: &mut Context<'_>, out: &mut Vec<u8>) -> Result<(), Problem> {
        if let [Part::Bytes(bytes)] = &self.parts[..] {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        let start = out.len();
        let mut near = [Place::default(); NEAR];
        let mut far = Vec::new();
        let places = match near.get_mut(..self.computed) {
            Some(places) => places,
            None => {
                far.resize(self.computed, Place::default());
                &mut far[..]
            }
        };
        let result = Draft { template: self, start, out, places }.write(context);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    pub(super) fn new(input: &str, charset: Charset, unmappable: &Unmappable) -> Self {
        Self {
            parts: Vec::new(),
            unmapped: 0,
            input: input.to_owned(),
            charset,
            unmappable: unmappable.clone(),
            digit_bytes: 1,
            computed: 0,
        }
    }

    /// The bytes at the end of the template that stay the same, to append to.
    pub(super) fn still(&mut self) -> &mut Vec<u8> {
        if !matches!(self.parts.last(), Some(Part::Bytes(_))) {
            self.parts.push(Part::Bytes(Vec::new()));
        }
        match self.parts.last_mut() {
            Some(Part::Bytes(bytes)) => bytes,
            _ => unreachable!("bytes were just put there"),
        }
    }

    /// Counts and measures what `render` wants to know. If the length of the message does not vary,
    /// renders one, so that a field that cannot be filled in is told before the first send.
    pub(super) fn settle(&mut self) -> Result<(), Problem> {
        let mut digit = Vec::new();
        // Refused by a charset without digits: then each field of digits will say so.
        let _ = self.charset.encode("0", &self.unmappable, &mut digit);
        self.digit_bytes = digit.len();
        self.computed = self.computed_fields().count();
        if !self.is_fixed() && self.parts.iter().all(Part::is_steady) {
            let mut rng = Rng::new(0);
            // A time of our days, so that a width that it does not fit is found out.
            let time = Stamp(1_800_000_000_000_000_000);
            let mut context = Context { counter: 0, time, utc_offset_s: 0, rng: &mut rng, groups: None };
            self.render(&mut context, &mut Vec::new())?;
        }
        Ok(())
    }

    fn computed_fields(&self) -> impl Iterator<Item = (&Computed, &Range<usize>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field { field: Field::Computed(computed), span } => Some((computed, span)),
            _ => None,
        })
    }

    /// How many bytes the field takes in every message, or `None` if that varies.
    fn width(&self, computed: &Computed) -> Option<usize> {
        let digit_bytes = if computed.shape.is_text() { self.digit_bytes } else { 1 };
        computed.fixed().map(|count| count * digit_bytes)
    }
}

impl Part {
    /// `true` if it has the same length in every message.
    fn is_steady(&self) -> bool {
        let Self::Field { field, .. } = self else { return true };
        match field {
            Field::Counter { shape, .. } | Field::Time(Clock::Unix(_, shape)) => shape.fixed().is_some(),
            Field::Time(_) | Field::Group(_) => false,
            Field::Random(_) => true,
            Field::Computed(computed) => computed.fixed().is_some(),
        }
    }
}

impl Computed {
    /// How many bytes or digits it takes, or `None` if that depends on the number.
    fn fixed(&self) -> Option<usize> {
        match (self.of, self.shape) {
            (Of::Checksum(_), Shape::Digits { least, .. }) => Some(least),
            _ => self.shape.fixed(),
        }
    }
}
