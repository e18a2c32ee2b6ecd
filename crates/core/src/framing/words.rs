//! The options of a framing as they are written, each with its place.

use std::ops::Range;

use super::Framing;
use crate::problem::Problem;
use crate::quantity;

/// What stands behind the colon of a framing: words with commas between.
pub(super) struct Words<'a> {
    whole: &'a str,
    words: Vec<Word<'a>>,
}

/// A word, or the value of one, and where it stands.
pub(super) struct Word<'a> {
    whole: &'a str,
    span: Range<usize>,
}

impl<'a> Words<'a> {
    /// Splits `options`, the end of `whole`; commas between single quotes do not count.
    pub(super) fn split(whole: &'a str, options: Option<&'a str>) -> Result<Self, Problem> {
        let mut words = Vec::new();
        let Some(options) = options else { return Ok(Self { whole, words }) };
        let mut from = whole.len() - options.len();
        let mut quote = None;
        for (at, byte) in whole.bytes().enumerate().skip(from) {
            match (byte, quote) {
                (b'\'', None) => quote = Some(at),
                (b'\'', Some(_)) => quote = None,
                (b',', None) => {
                    words.push(Word { whole, span: from..at });
                    from = at + 1;
                }
                _ => {}
            }
        }
        if let Some(at) = quote {
            let remedy = "write a second one behind; inside of quotes, \\x27 is a quote";
            return Err(Problem::new(whole, at..at + 1, "a quote is not closed", remedy));
        }
        words.push(Word { whole, span: from..whole.len() });
        Ok(Self { whole, words })
    }

    /// Takes out `name=value`; gives the value.
    pub(super) fn value(&mut self, name: &str) -> Result<Option<Word<'a>>, Problem> {
        let named =
            |word: &Word<'_>| word.text().strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
        let found = self.take(named)?;
        Ok(found.map(|word| Word { span: word.span.start + name.len() + 1..word.span.end, ..word }))
    }

    /// Takes out the word `name`; says whether it was there.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        self.take(|word| word.text() == name).map(|found| found.is_some())
    }

    /// Takes out the first word.
    pub(super) fn first(&mut self) -> Option<Word<'a>> {
        (!self.words.is_empty()).then(|| self.words.remove(0))
    }

    /// A problem with all that was written.
    pub(super) fn problem(&self, what: &str, syntax: &str) -> Problem {
        Problem::whole(self.whole, what, format!("write {syntax}"))
    }

    /// Fails on the first word that nobody took.
    pub(super) fn done(mut self, syntax: &str) -> Result<(), Problem> {
        let Some(word) = self.first() else { return Ok(()) };
        let common = "check=NAME and max=SIZE go with all";
        Err(word.problem(format!("unknown option {:?}", word.text()), format!("write {syntax}; {common}")))
    }

    fn take(&mut self, wanted: impl Fn(&Word<'_>) -> bool) -> Result<Option<Word<'a>>, Problem> {
        let Some(at) = self.words.iter().position(&wanted) else { return Ok(None) };
        let word = self.words.remove(at);
        match self.words.iter().find(|word| wanted(word)) {
            None => Ok(Some(word)),
            Some(again) => {
                let what = format!("{:?} comes after {:?}", again.text(), word.text());
                Err(again.problem(what, "give it once"))
            }
        }
    }
}

impl<'a> Word<'a> {
    pub(super) fn text(&self) -> &'a str {
        &self.whole[self.span.clone()]
    }

    pub(super) fn problem(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::new(self.whole, self.span.clone(), what, remedy)
    }

    /// What `read` makes of it.
    pub(super) fn read<T>(&self, read: impl FnOnce(&str) -> Result<T, Problem>) -> Result<T, Problem> {
        read(self.text()).map_err(|problem| problem.inside(self.whole, self.span.start))
    }

    /// A whole number of `what` within `range`.
    pub(super) fn number(&self, what: &str, range: Range<i64>) -> Result<i64, Problem> {
        let text = self.text();
        let digits = text.strip_prefix(['+', '-']).filter(|_| range.start < 0).unwrap_or(text);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let number = plain.then(|| text.parse().ok()).flatten().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let remedy = format!("write a whole number from {} to {}", range.start, range.end - 1);
            self.problem(format!("{text:?} is not {what}"), remedy)
        })
    }
}

/// Reads the largest content.
pub(super) fn max(text: &str) -> Result<usize, Problem> {
    let size = quantity::size(text)?;
    match usize::try_from(size) {
        Ok(size @ 1..=Framing::MOST) => Ok(size),
        _ => Err(Problem::whole(text, format!("a maximum of {text} cannot be"), "write 1 to 1GiB")),
    }
}
