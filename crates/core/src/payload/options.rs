//! What stands behind a field's name: `{name:OPTION,OPTION}`.

use super::cover::Cover;
use super::number::{MOST_DIGITS, Radix, Shape};
use crate::checksum::ByteOrder;
use crate::problem::Problem;

/// The text behind the colon of a field, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    /// The whole payload as it was written.
    pub(super) input: &'a str,
    /// The argument text; empty if there is no colon.
    pub(super) text: &'a str,
    /// Where it begins in `input`.
    pub(super) at: usize,
    /// Where the field begins in `input`.
    pub(super) open: usize,
}

/// The options of one field, each given at most once.
#[derive(Default)]
pub(super) struct Options {
    pub(super) from: Option<u64>,
    pub(super) step: Option<u64>,
    pub(super) cover: Option<Cover>,
    pub(super) order: Option<ByteOrder>,
    pub(super) radix: Option<Radix>,
    width: Option<usize>,
    pad: Option<usize>,
}

/// A kind of option, to say which a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    From,
    Step,
    Cover,
    Order,
    Radix,
    Width,
    Pad,
}

impl<'a> Arguments<'a> {
    /// A problem with the whole argument text, or with the field if there is none.
    pub(super) fn problem(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        let start = if self.text.is_empty() { self.open } else { self.at };
        Problem::new(self.input, start..self.at + self.text.len(), what, remedy)
    }

    /// The first option and what follows its comma.
    pub(super) fn split(self) -> (&'a str, Self) {
        let first = self.text.split(',').next().unwrap_or_default();
        let skip = (first.len() + 1).min(self.text.len());
        (first, Self { text: &self.text[skip..], at: self.at + skip, ..self })
    }

    /// Reads all options; `kinds` are those that the field takes.
    pub(super) fn options(self, kinds: &[Kind]) -> Result<Options, Problem> {
        let mut options = Options::default();
        let mut at = self.at;
        for word in self.text.split(',').filter(|_| !self.text.is_empty()) {
            let start = at + (word.len() - word.trim_start().len());
            let trimmed = word.trim();
            options.take(trimmed, kinds).map_err(|what| {
                Problem::new(self.input, start..start + trimmed.len(), what, remedy(kinds))
            })?;
            at += word.len() + 1;
        }
        Ok(options)
    }
}

impl Options {
    /// The shape of a number that is decimal digits unless told otherwise.
    pub(super) fn shape(&self, arguments: Arguments<'_>) -> Result<Shape, Problem> {
        let order = self.order.unwrap_or(ByteOrder::Big);
        match (self.width, self.radix) {
            (None, _) if self.order.is_some() => {
                Err(arguments.problem("a byte order needs a width", "write it as u16be or u32le"))
            }
            (Some(_), _) if self.pad.is_some() => Err(arguments
                .problem("a width in bytes and one in digits exclude each other", "leave out one of them")),
            (Some(_), Some(Radix::Dec)) => Err(arguments
                .problem("decimal digits have no width in bytes", "give a width in digits, such as 05")),
            (None, radix) => {
                let radix = radix.unwrap_or(Radix::Dec);
                Ok(Shape::Digits { radix, least: self.pad.unwrap_or(1) })
            }
            (Some(bytes), None) => Ok(Shape::Binary { bytes, order }),
            (Some(bytes), Some(Radix::Hex { upper })) => Ok(Shape::HexBytes { bytes, order, upper }),
        }
    }

    fn take(&mut self, word: &str, kinds: &[Kind]) -> Result<(), String> {
        let unknown = || format!("unknown option {word:?}");
        let found = find(word)?.ok_or_else(unknown)?;
        if !kinds.contains(&found.kind()) {
            return Err(unknown());
        }
        match found {
            Word::From(number) => once(&mut self.from, number, word),
            Word::Step(number) => once(&mut self.step, number, word),
            Word::Cover(cover) => once(&mut self.cover, cover, word),
            Word::Order(order) => once(&mut self.order, order, word),
            Word::Radix(radix) => once(&mut self.radix, radix, word),
            Word::Pad(digits) => once(&mut self.pad, digits, word),
            Word::Width(bytes, order) => {
                once(&mut self.width, bytes, word)?;
                order.map_or(Ok(()), |order| once(&mut self.order, order, word))
            }
        }
    }
}

/// An option that was understood.
enum Word {
    From(u64),
    Step(u64),
    Cover(Cover),
    Order(ByteOrder),
    Radix(Radix),
    Width(usize, Option<ByteOrder>),
    Pad(usize),
}

impl Word {
    fn kind(&self) -> Kind {
        match self {
            Self::From(_) => Kind::From,
            Self::Step(_) => Kind::Step,
            Self::Cover(_) => Kind::Cover,
            Self::Order(_) => Kind::Order,
            Self::Radix(_) => Kind::Radix,
            Self::Width(..) => Kind::Width,
            Self::Pad(_) => Kind::Pad,
        }
    }
}

/// `None` for a word that no option has.
fn find(word: &str) -> Result<Option<Word>, String> {
    let found = match word.split_once('=') {
        Some(("from", value)) => Some(Word::From(number(value)?)),
        Some(("step", value)) => Some(Word::Step(number(value)?)),
        _ if word.starts_with('0') && word.bytes().all(|b| b.is_ascii_digit()) => {
            Some(Word::Pad(digits(word)?))
        }
        _ => None,
    };
    let found = found
        .or_else(|| width(word).map(|(bytes, order)| Word::Width(bytes, order)))
        .or_else(|| byte_order(word).map(Word::Order))
        .or_else(|| radix(word).map(Word::Radix))
        .or_else(|| Cover::find(word).map(Word::Cover));
    match found {
        Some(Word::Cover(Cover::Slice { from, to: Some(to) })) if from > to => {
            Err(format!("the range {word} ends before it begins"))
        }
        found => Ok(found),
    }
}

fn once<T>(slot: &mut Option<T>, value: T, word: &str) -> Result<(), String> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{word:?} says a second time what an option before it said")),
    }
}

fn width(word: &str) -> Option<(usize, Option<ByteOrder>)> {
    let (bytes, order) = match word.as_bytes() {
        [b'u', b'8', order @ ..] => (1, order),
        [b'u', b'1', b'6', order @ ..] => (2, order),
        [b'u', b'3', b'2', order @ ..] => (4, order),
        [b'u', b'6', b'4', order @ ..] => (8, order),
        _ => return None,
    };
    match order {
        b"" => Some((bytes, None)),
        b"be" => Some((bytes, Some(ByteOrder::Big))),
        b"le" => Some((bytes, Some(ByteOrder::Little))),
        _ => None,
    }
}

fn byte_order(word: &str) -> Option<ByteOrder> {
    match word {
        "be" => Some(ByteOrder::Big),
        "le" => Some(ByteOrder::Little),
        _ => None,
    }
}

fn radix(word: &str) -> Option<Radix> {
    match word {
        "dec" => Some(Radix::Dec),
        "hex" => Some(Radix::Hex { upper: false }),
        "HEX" => Some(Radix::Hex { upper: true }),
        _ => None,
    }
}

/// A number of at most 64 bits; `str::parse` would take a sign.
pub(super) fn number(word: &str) -> Result<u64, String> {
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("{word:?} is not a whole number"));
    }
    word.parse().map_err(|_| format!("{word} is more than {}", u64::MAX))
}

fn digits(word: &str) -> Result<usize, String> {
    match number(word)? {
        0 => Err(format!("{word} is no number of digits")),
        n if n <= MOST_DIGITS as u64 => Ok(n as usize),
        _ => Err(format!("{word} is more than {MOST_DIGITS} digits")),
    }
}

/// What the field does take, for people.
fn remedy(kinds: &[Kind]) -> String {
    let told = kinds.iter().map(|kind| match kind {
        Kind::From => "from=N",
        Kind::Step => "step=N",
        Kind::Cover => "before, after, all or a range such as 0..4",
        Kind::Order => "be or le",
        Kind::Radix => "dec, hex or HEX",
        Kind::Width => "u8, u16, u32 or u64 with be or le",
        Kind::Pad => "a width in digits such as 05",
    });
    format!("this field takes {}", told.collect::<Vec<_>>().join("; "))
}
