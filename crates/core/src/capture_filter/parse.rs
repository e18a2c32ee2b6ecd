//! Pieces to tests: how primitives are joined, and what is left out between them.

use std::ops::Range;

use super::lex::Token;
use super::pieces::Parser;
use super::table::Proto;
use super::tree::{Dir, Join, Node, Value};
use super::words::{Word, known};
use crate::near::nearest;
use crate::problem::Problem;

/// What stands before a name or number: `tcp dst port`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Qualifier {
    pub(super) proto: Option<Proto>,
    pub(super) dir: Option<Dir>,
    pub(super) kind: Kind,
}

/// What a name or number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing was said: a host.
    Unsaid,
    Host,
    Net,
    Port,
    Portrange,
    Number,
}

/// What was read: a value may yet become a test, when something is compared with it.
pub(super) enum Thing {
    Value(Value, Range<usize>),
    /// A test, and the qualifier that a bare name or number behind it has.
    Test(Node, Option<Qualifier>),
}

/// Reads a filter; nothing at all is `None`.
pub(super) fn parse(text: &str) -> Result<Option<Node>, Problem> {
    let mut parser = Parser::new(text)?;
    if parser.peek() == &Token::End {
        return Ok(None);
    }
    let thing = parser.chain(None)?;
    let (node, _) = parser.test(thing, None)?;
    match parser.peek() {
        Token::End => Ok(Some(node)),
        Token::Sign(")") => {
            Err(parser.here("this parenthesis was never opened", "leave it out, or open it with ("))
        }
        _ => Err(parser.unexpected("and, or, or the end")),
    }
}

impl Parser<'_> {
    /// Tests joined by `and` and `or`, which bind alike, or a single value.
    fn chain(&mut self, before: Option<Qualifier>) -> Result<Thing, Problem> {
        let first = self.unit(before)?;
        if self.join().is_none() {
            return Ok(first);
        }
        let (node, mut last) = self.test(first, before)?;
        let mut all = vec![(Join::And, node)];
        while let Some(join) = self.join() {
            self.next();
            let thing = self.unit(last)?;
            let (node, now) = self.test(thing, last)?;
            all.push((join, node));
            last = now;
        }
        Ok(Thing::Test(Node::Chain(all), last))
    }

    pub(super) fn join(&self) -> Option<Join> {
        match self.peek() {
            Token::Word(Word::And) => Some(Join::And),
            Token::Word(Word::Or) => Some(Join::Or),
            _ => None,
        }
    }

    /// A thing as a test: a bare number is one of what was spoken of before.
    fn test(&self, thing: Thing, before: Option<Qualifier>) -> Result<(Node, Option<Qualifier>), Problem> {
        match thing {
            Thing::Test(node, last) => Ok((node, last)),
            Thing::Value(Value::Number(number), span) => {
                Ok((self.number(number, self.spoken(before, &span)?, span)?, before))
            }
            Thing::Value(_, span) => {
                Err(self.problem(span, "this is a value and no test", "compare it, as in len > 100"))
            }
        }
    }

    /// The qualifier that a bare name or number has from what stands before it.
    fn spoken(&self, before: Option<Qualifier>, span: &Range<usize>) -> Result<Qualifier, Problem> {
        before.ok_or_else(|| {
            let found = &self.text[span.clone()];
            let near = nearest(found, known()).map(|word| format!("did you mean {word}? "));
            let what = format!("nothing says what {found:?} is");
            let remedy = format!("{}write host, net or port before it", near.unwrap_or_default());
            self.problem(span.clone(), what, remedy)
        })
    }

    /// One test or value.
    fn unit(&mut self, before: Option<Qualifier>) -> Result<Thing, Problem> {
        let mut negated = false;
        let mut signs = 0;
        while self.word(Word::Not) {
            negated = !negated;
            signs += 1;
        }
        let thing = self.plain(before)?;
        if signs == 0 {
            return Ok(thing);
        }
        let (node, last) = self.test(thing, before)?;
        Ok(Thing::Test(if negated { Node::Not(Box::new(node)) } else { node }, last))
    }

    fn plain(&mut self, before: Option<Qualifier>) -> Result<Thing, Problem> {
        let span = self.span();
        match self.peek() {
            Token::Sign("(") => self.group(before),
            Token::Number(_) | Token::Sign("-") | Token::Word(Word::Length) => {
                self.relation(None, span.start)
            }
            Token::Word(Word::Proto(_)) if self.behind() == &Token::Sign("[") => {
                self.relation(None, span.start)
            }
            Token::Name(_) | Token::Dotted(..) | Token::Ip6(_) | Token::Mac(_) => {
                let qualifier = self.spoken(before, &span)?;
                let node = self.id(qualifier)?;
                Ok(Thing::Test(node, Some(qualifier)))
            }
            _ => self.primitive(),
        }
    }

    /// What stands in parentheses: tests, or a value that more can follow.
    fn group(&mut self, before: Option<Qualifier>) -> Result<Thing, Problem> {
        let open = self.next().span;
        let thing = self.deeper(|parser| parser.chain(before))?;
        self.close(&open)?;
        match thing {
            Thing::Value(value, _) => self.relation(Some(value), open.start),
            Thing::Test(node, _) => Ok(Thing::Test(node, before)),
        }
    }

    /// Takes the closing parenthesis.
    pub(super) fn close(&mut self, open: &Range<usize>) -> Result<(), Problem> {
        if self.sign(")") {
            return Ok(());
        }
        match self.peek() {
            Token::End => {
                Err(self.problem(open.clone(), "this parenthesis is never closed", "close it with )"))
            }
            _ => Err(self.unexpected("and, or, or )")),
        }
    }
}
