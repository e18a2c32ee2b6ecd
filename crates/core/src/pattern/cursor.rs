//! A place in a line of words, quotes and expressions: what patterns, rules and scripts are read with.

use std::ops::Range;

use crate::problem::Problem;

/// A place in a line. What stands behind `#` after a blank is a comment.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    /// The whole line.
    pub(crate) line: &'a str,
    /// The next byte to read.
    pub(crate) at: usize,
}

/// A part of a line and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

/// What stands between quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// The text, its escaped quotes as quotes.
    pub(crate) text: String,
    /// Where it begins in the line.
    at: usize,
    /// Where in `text` a backslash before a quote was taken away.
    taken: Vec<usize>,
}

impl Spot<'_> {
    pub(crate) fn span(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

impl Quoted {
    /// A text that stands in its line as it is.
    pub(crate) fn plain(spot: Spot<'_>) -> Self {
        Self { text: spot.text.to_owned(), at: spot.at, taken: Vec::new() }
    }

    /// A problem with the text as one with the line.
    pub(crate) fn seen(&self, problem: Problem, line: &str) -> Problem {
        let place = |at: usize| self.at + at + self.taken.iter().filter(|taken| **taken <= at).count();
        let (start, end) = (place(problem.span.start), place(problem.span.end));
        Problem { span: start..end.clamp(start, line.len()), input: line.to_owned(), ..problem }
    }
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(line: &'a str) -> Self {
        Self { line, at: 0 }
    }

    /// The next word, up to a blank, without taking it; empty at the end of the line or at a comment.
    pub(crate) fn peek(&self) -> Spot<'a> {
        let rest = &self.line[self.at..];
        let at = self.at + (rest.len() - rest.trim_start().len());
        let word = self.line[at..].split(char::is_whitespace).next().unwrap_or_default();
        let behind_blank = at == 0 || at > self.at || self.line[..at].ends_with(char::is_whitespace);
        let text = if behind_blank && word.starts_with('#') { "" } else { word };
        Spot { text, at }
    }

    /// Takes the next word.
    pub(crate) fn word(&mut self) -> Spot<'a> {
        let word = self.peek();
        self.at = word.at + word.text.len();
        word
    }

    /// Takes the next word if it is this one.
    pub(crate) fn takes(&mut self, word: &str) -> bool {
        let next = self.peek();
        let is = next.text == word && !word.is_empty();
        if is {
            self.at = next.at + next.text.len();
        }
        is
    }

    /// Takes the next word; fails with `what` and `remedy` if there is none.
    pub(crate) fn need(&mut self, what: &str, remedy: &str) -> Result<Spot<'a>, Problem> {
        let word = self.word();
        if word.text.is_empty() { Err(self.problem(word.span(), what, remedy)) } else { Ok(word) }
    }

    /// Takes all words up to one of `stops`, a comment or the end.
    pub(crate) fn until(&mut self, stops: &[&str]) -> Spot<'a> {
        let at = self.peek().at;
        let mut end = at;
        loop {
            let next = self.peek();
            if next.text.is_empty() || stops.contains(&next.text) {
                break;
            }
            self.word();
            end = self.at;
        }
        self.at = end;
        Spot { text: &self.line[at..end], at }
    }

    /// Whether a quote comes next.
    pub(crate) fn at_quote(&self) -> bool {
        self.peek().text.starts_with(['"', '\''])
    }

    /// Takes a text between `"` or `'`; inside, a backslash and the same quote are a quote.
    pub(crate) fn quoted(&mut self) -> Result<Quoted, Problem> {
        let open = self.peek();
        let Some(quote) = open.text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            let span = open.span();
            return Err(self.problem(span, "a text in quotes is missing", "write it as \"text\" or 'text'"));
        };
        let at = open.at + 1;
        let mut quoted = Quoted { text: String::new(), at, taken: Vec::new() };
        let mut chars = self.line[at..].char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            match c {
                '\\' if chars.peek().is_some_and(|(_, next)| *next == quote) => {
                    quoted.taken.push(quoted.text.len());
                    chars.next();
                    quoted.text.push(quote);
                }
                '\\' => {
                    quoted.text.push(c);
                    quoted.text.extend(chars.next().map(|(_, next)| next));
                }
                c if c == quote => {
                    self.at = at + offset + 1;
                    return Ok(quoted);
                }
                c => quoted.text.push(c),
            }
        }
        let what = format!("the text has no closing {quote}");
        Err(self.problem(open.at..self.line.trim_end().len(), what, format!("close it with {quote}")))
    }

    /// Fails unless the line ends here, but for a comment.
    pub(crate) fn end(&mut self) -> Result<(), Problem> {
        let next = self.peek();
        if next.text.is_empty() {
            return Ok(());
        }
        let rest = self.until(&[]);
        let what = format!("{:?} is too much here", rest.text);
        Err(self.problem(rest.span(), what, "leave it out, or begin a comment with \" #\""))
    }

    /// A problem at `span` of the line.
    pub(crate) fn problem(
        &self,
        span: Range<usize>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        Problem::new(self.line, span, what, remedy)
    }
}
