//! How frames are cut out of a stream, and how a payload becomes a frame.
//!
//! A [`Framing`] is read from text; [`Framing::wrap`] makes a frame of a payload, a [`Cutter`] takes frames
//! out of the chunks of a stream. One table, [`FRAMINGS`], is behind both.
//!
//! ```
//! use std::sync::Arc;
//! use sockscope_core::batch::Batch;
//! use sockscope_core::facts::Facts;
//! use sockscope_core::framing::{Cutter, Framing};
//! use sockscope_core::moment::Moment;
//!
//! let framing = Framing::parse("netstring")?;
//! let mut wire = Vec::new();
//! framing.wrap(b"hello", &mut wire)?;
//! assert_eq!(wire, b"5:hello,");
//!
//! let mut cutter = Cutter::new(Arc::new(framing));
//! let mut frames = Batch::new();
//! for chunk in wire.chunks(3) {
//!     cutter.cut(Moment(0), chunk, &Facts::default(), &mut frames);
//! }
//! assert_eq!(frames.message(0).bytes, b"hello");
//! assert_eq!(frames.message(0).facts.frame.map(|frame| frame.wire), Some(8));
//! # Ok::<(), sockscope_core::problem::Problem>(())
//! ```

mod check;
mod cutter;
mod escape;
mod frame;
mod head;
mod kind;
mod look;
mod table;
#[cfg(test)]
mod tests;
mod words;
mod wrap;

use std::fmt;
use std::str::FromStr;

pub use check::{Check, Sum};
pub use cutter::Cutter;
pub use frame::{Flaw, Frame};
pub use table::{COMMON, FRAMINGS, FramingSpec};

use crate::near::nearest;
use crate::problem::Problem;
use crate::quantity::show_size;
use kind::Kind;
use words::Words;

/// How frames lie in a stream, as it was asked for. `Display` writes the canonical form, which parses to an
/// equal one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framing {
    kind: Kind,
    check: Option<Check>,
    max: usize,
}

impl Framing {
    /// The largest frame content unless told otherwise: 1 MiB.
    pub const MAX: usize = 1 << 20;

    /// The most that the largest frame content can be set to: 1 GiB.
    pub const MOST: usize = 1 << 30;

    /// Reads a framing: the name of one of [`FRAMINGS`], and after a colon its options with commas between,
    /// those of [`COMMON`] among them: `line`, `length:offset=4,width=2`, `quiet:20ms,check=crc16-modbus`.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it, pointing at the spot.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (name, options) = match text.split_once(':') {
            Some((name, options)) => (name, Some(options)),
            None => (text, None),
        };
        let spec = spec(name).map_err(|problem| problem.inside(text, 0))?;
        let mut words = Words::split(text, options)?;
        let check = words.value("check")?.map(|word| word.read(Check::parse)).transpose()?;
        let max = words.value("max")?.map(|word| word.read(words::max)).transpose()?;
        let kind = (spec.read)(&mut words)?;
        words.done(spec.syntax)?;
        Ok(Self { kind, check, max: max.unwrap_or(Self::MAX) })
    }

    /// The same with this check behind the content of each frame, in place of any other.
    pub fn with_check(self, check: Check) -> Self {
        Self { check: Some(check), ..self }
    }

    /// The same with frame contents of at most this many bytes, not counting the check. `fixed:N` keeps to
    /// its N.
    ///
    /// # Panics
    /// When it is 0 or more than [`Framing::MOST`].
    pub fn with_max(self, bytes: usize) -> Self {
        assert!((1..=Self::MOST).contains(&bytes), "a maximum of {bytes} bytes");
        Self { max: bytes, ..self }
    }

    /// The check behind each content.
    pub fn check(&self) -> Option<Check> {
        self.check
    }

    /// The largest frame content in bytes, not counting the check.
    pub fn max(&self) -> usize {
        self.max
    }

    /// Whether frames are told by a guess: `quiet` goes by pauses, which networks make and unmake.
    pub fn is_guess(&self) -> bool {
        matches!(self.kind, Kind::Quiet(_))
    }

    /// The most bytes of content and check together.
    fn most(&self) -> usize {
        match self.kind {
            Kind::Fixed(bytes) => bytes,
            _ => self.max + self.check.map_or(0, Check::width),
        }
    }
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = self.kind.words();
        words.extend(self.check.map(|check| format!("check={check}")));
        words.extend((self.max != Self::MAX).then(|| format!("max={}", show_size(self.max as u64))));
        f.write_str(self.kind.name())?;
        if !words.is_empty() {
            write!(f, ":{}", words.join(","))?;
        }
        Ok(())
    }
}

impl FromStr for Framing {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

/// The row of the framing called `name`.
fn spec(name: &str) -> Result<&'static FramingSpec, Problem> {
    let names = || FRAMINGS.iter().map(|spec| spec.name);
    FRAMINGS.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let hint = nearest(name, names()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        let all = names().collect::<Vec<_>>().join(" ");
        Problem::whole(name, format!("unknown framing {name:?}"), format!("{hint}framings: {all}"))
    })
}
