//! Options as the part of an endpoint after `?`.

use std::fmt;

use super::{OPTIONS, Options, option_of};
use crate::endpoint::Scheme;
use crate::endpoint::percent::{Decoded, encode};
use crate::problem::Problem;

impl Options {
    /// Reads `option=value&option=value`, percent-decoding the values. Every
    /// option must be one of `scheme`.
    pub(in crate::endpoint) fn read(text: &str, scheme: &Scheme) -> Result<Self, Problem> {
        let mut options = Self::default();
        let mut at = 0;
        for part in text.split('&') {
            if !part.is_empty() {
                options.read_one(part, scheme).map_err(|problem| problem.inside(text, at))?;
            }
            at += part.len() + 1;
        }
        Ok(options)
    }

    fn read_one(&mut self, part: &str, scheme: &Scheme) -> Result<(), Problem> {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (part, None),
        };
        let spec = option_of(name, scheme).map_err(|problem| problem.inside(part, 0))?;
        let once = if spec.repeatable { Vec::new() } else { (spec.show)(self) };
        if let Some(first) = once.first() {
            let what = format!("{name} is given twice, first as {first}");
            return Err(Problem::whole(part, what, "give it once"));
        }
        let Some(value) = value else {
            if spec.flag {
                return self.set(name, "yes");
            }
            let remedy = format!("write {name}={}", spec.example);
            return Err(Problem::whole(part, format!("{name} needs a value"), remedy));
        };
        let at = name.len() + 1;
        let value = Decoded::read(value).map_err(|problem| problem.inside(part, at))?;
        self.set(name, &value.text).map_err(|problem| value.problem(problem, part, at))
    }

    /// Writes them in canonical form: `?option=value&option=value`, or nothing.
    pub(in crate::endpoint) fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = '?';
        for spec in OPTIONS {
            for value in (spec.show)(self) {
                write!(f, "{before}{}={}", spec.name, encode(&value))?;
                before = '&';
            }
        }
        Ok(())
    }
}
