//! A place among the pieces of a filter: what was read, what comes next, what is wrong with it.

use std::ops::Range;

use super::lex::{Lexeme, Token, lex};
use super::words::{Word, known};
use crate::near::nearest;
use crate::problem::Problem;

/// Deeper than anybody writes, and not so deep that it could exhaust the stack.
const DEEPEST: usize = 100;

/// A filter and how far it was read.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    lexemes: Vec<Lexeme>,
    at: usize,
    /// How many parentheses, brackets and signs are open.
    depth: usize,
    /// How many operations the values have in all.
    pub(super) operations: usize,
}

impl<'a> Parser<'a> {
    /// At the first piece of a filter.
    pub(super) fn new(text: &'a str) -> Result<Self, Problem> {
        Ok(Self { text, lexemes: lex(text)?, at: 0, depth: 0, operations: 0 })
    }

    pub(super) fn peek(&self) -> &Token {
        &self.lexemes[self.at].token
    }

    pub(super) fn behind(&self) -> &Token {
        self.lexemes.get(self.at + 1).map_or(&Token::End, |lexeme| &lexeme.token)
    }

    /// Takes the next piece; the end is never passed.
    pub(super) fn next(&mut self) -> Lexeme {
        let lexeme = self.lexemes[self.at].clone();
        self.at = (self.at + 1).min(self.lexemes.len() - 1);
        lexeme
    }

    pub(super) fn takes(&mut self, token: &Token) -> bool {
        let is = self.peek() == token;
        if is {
            self.next();
        }
        is
    }

    pub(super) fn word(&mut self, word: Word) -> bool {
        self.takes(&Token::Word(word))
    }

    pub(super) fn sign(&mut self, sign: &'static str) -> bool {
        self.takes(&Token::Sign(sign))
    }

    /// Where the next piece stands.
    pub(super) fn span(&self) -> Range<usize> {
        self.lexemes[self.at].span.clone()
    }

    /// From `start` to the end of what was taken last.
    pub(super) fn since(&self, start: usize) -> Range<usize> {
        let end = self.at.checked_sub(1).map_or(start, |last| self.lexemes[last].span.end);
        start..end.max(start)
    }

    pub(super) fn problem(
        &self,
        span: Range<usize>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        Problem::new(self.text, span, what, remedy)
    }

    pub(super) fn here(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        self.problem(self.span(), what, remedy)
    }

    /// A problem with the next piece where `wanted` should stand.
    pub(super) fn unexpected(&self, wanted: &str) -> Problem {
        let span = self.span();
        let found = &self.text[span.clone()];
        match self.peek() {
            Token::End => self.problem(span, format!("the filter ends where {wanted} should follow"), ""),
            Token::Word(Word::Missing(remedy)) => {
                self.problem(span, format!("{found:?} is not built in"), *remedy)
            }
            Token::Name(name) => {
                let near = nearest(name, known()).map(|word| format!("did you mean {word}? "));
                let remedy = format!("{}{wanted} should stand here", near.unwrap_or_default());
                self.problem(span, format!("unknown word {found:?}"), remedy)
            }
            _ => self.problem(
                span,
                format!("{found:?} has no place here"),
                format!("{wanted} should stand here"),
            ),
        }
    }

    /// Goes one level deeper for as long as `read` takes.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        if self.depth == DEEPEST {
            return Err(
                self.here("the filter is nested too deeply", format!("at most {DEEPEST} levels are read"))
            );
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }
}
