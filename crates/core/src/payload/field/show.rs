//! A field as it is written: the same text reads back as the same field.

use std::fmt;

use super::{Computed, Field, Of};
use crate::checksum::ByteOrder;
use crate::payload::clock::Clock;
use crate::payload::cover::Cover;
use crate::payload::number::{Radix, Shape};

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Counter { from, step, shape } => {
                let mut options = number(*shape);
                options.extend((*from != 1).then(|| format!("from={from}")));
                options.extend((*step != 1).then(|| format!("step={step}")));
                write(f, "counter", &options)
            }
            Self::Time(Clock::Rfc3339) => write(f, "time", &[]),
            Self::Time(Clock::Format(format)) => write!(f, "{{time:{format}}}"),
            Self::Time(Clock::Unix(unit, shape)) => {
                let mut options = vec![unit.to_string()];
                options.extend(number(*shape));
                write(f, "time", &options)
            }
            Self::Random(length) => write!(f, "{{random:{length}}}"),
            Self::Group(key) => write!(f, "{{group:{key}}}"),
            Self::Computed(computed) => computed.fmt(f),
        }
    }
}

impl fmt::Display for Computed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, mut options, usual) = match self.of {
            Of::Length => ("len", number(self.shape), Cover::After),
            Of::Checksum(algorithm) => (algorithm.name(), digest(self.shape), Cover::Before),
        };
        options.extend((self.cover != usual).then(|| self.cover.to_string()));
        write(f, name, &options)
    }
}

fn write(f: &mut fmt::Formatter<'_>, name: &str, options: &[String]) -> fmt::Result {
    let colon = if options.is_empty() { "" } else { ":" };
    write!(f, "{{{name}{colon}{}}}", options.join(","))
}

/// The options that say how a counter, a time or a length is written.
fn number(shape: Shape) -> Vec<String> {
    match shape {
        Shape::Binary { bytes, order } => vec![format!("u{}{}", 8 * bytes, word(order))],
        Shape::HexBytes { bytes, order, upper } => {
            vec![format!("u{}{}", 8 * bytes, word(order)), hex(upper).to_owned()]
        }
        Shape::Digits { radix, least } => {
            let mut options = Vec::new();
            if let Radix::Hex { upper } = radix {
                options.push(hex(upper).to_owned());
            }
            options.extend((least > 1).then(|| format!("0{least}")));
            options
        }
    }
}

/// The options that say how a checksum is written; its width is known.
fn digest(shape: Shape) -> Vec<String> {
    match shape {
        Shape::Binary { order, .. } => vec![word(order).to_owned()],
        Shape::HexBytes { order, upper, .. } => vec![word(order).to_owned(), hex(upper).to_owned()],
        Shape::Digits { .. } => vec!["dec".to_owned()],
    }
}

fn word(order: ByteOrder) -> &'static str {
    match order {
        ByteOrder::Big => "be",
        ByteOrder::Little => "le",
    }
}

fn hex(upper: bool) -> &'static str {
    if upper { "HEX" } else { "hex" }
}
