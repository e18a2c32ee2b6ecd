//! Pieces to tests: how primitives are joined, and what is left out between them.

use std::ops::Range;

use super::lex::{Lexeme, Token, lex};
use super::table::Proto;
use super::tree::{Dir, Join, Node, Primitive, Value};
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

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    lexemes: Vec<Lexeme>,
    at: usize,
    /// How many parentheses, brackets and signs are open.
    depth: usize,
    /// How many operations the values have in all.
    pub(super) operations: usize,
}

/// Deeper than anybody writes, and not so deep that it could exhaust the stack.
const DEEPEST: usize = 100;

/// Reads a filter; nothing at all is `None`.
pub(super) fn parse(text: &str) -> Result<Option<Node>, Problem> {
    let mut parser = Parser { text, lexemes: lex(text)?, at: 0, depth: 0, operations: 0 };
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
    pub(super) fn peek(&self) -> &Token {
        &self.lexemes[self.at].token
    }

    fn behind(&self) -> &Token {
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

    fn join(&self) -> Option<Join> {
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

    /// A protocol, `host`, `vlan` and all others that begin with a word.
    fn primitive(&mut self) -> Result<Thing, Problem> {
        let start = self.span().start;
        let mut proto = None;
        if let Token::Word(Word::Proto(found)) = *self.peek() {
            self.next();
            proto = Some(found);
        }
        let dir = self.dir()?;
        let kind = self.kind(dir);
        if proto.is_some() || dir.is_some() || kind.is_some() {
            if let Some(kind) = kind.or(dir.map(|_| Kind::Unsaid)) {
                let qualifier = Qualifier { proto, dir, kind };
                let node = self.deeper(|parser| parser.ids(qualifier))?;
                return Ok(Thing::Test(node, Some(qualifier)));
            }
        }
        let found = match self.peek() {
            Token::Word(Word::Broadcast) => Some(Primitive::Broadcast(proto)),
            Token::Word(Word::Multicast) => Some(Primitive::Multicast(proto)),
            _ => None,
        };
        if found.is_some() {
            self.next();
        }
        let primitive = match (found, proto) {
            (Some(found), _) => found,
            (None, Some(proto)) => Primitive::Proto(proto),
            (None, None) => self.other()?,
        };
        Ok(Thing::Test(Node::Primitive(primitive, self.since(start)), None))
    }

    fn dir(&mut self) -> Result<Option<Dir>, Problem> {
        let (first, other) = match self.peek() {
            Token::Word(Word::Src) => (Dir::Src, Word::Dst),
            Token::Word(Word::Dst) => (Dir::Dst, Word::Src),
            _ => return Ok(None),
        };
        self.next();
        let both = match self.join() {
            None => return Ok(Some(first)),
            Some(Join::And) => Dir::Both,
            Some(Join::Or) => Dir::Either,
        };
        self.next();
        if self.word(other) { Ok(Some(both)) } else { Err(self.unexpected("the other of src and dst")) }
    }

    fn kind(&mut self, dir: Option<Dir>) -> Option<Kind> {
        let kind = match self.peek() {
            Token::Word(Word::Host) => Kind::Host,
            Token::Word(Word::Net) => Kind::Net,
            Token::Word(Word::Port) => Kind::Port,
            Token::Word(Word::Portrange) => Kind::Portrange,
            Token::Word(Word::Number) if dir.is_none() => Kind::Number,
            _ => return None,
        };
        self.next();
        Some(kind)
    }

    /// What follows a qualifier: one name or number, `not` one, or several in parentheses.
    fn ids(&mut self, qualifier: Qualifier) -> Result<Node, Problem> {
        if self.word(Word::Not) {
            return Ok(Node::Not(Box::new(self.deeper(|parser| parser.ids(qualifier))?)));
        }
        let open = self.span();
        if !self.sign("(") {
            return self.id(qualifier);
        }
        let mut all = vec![(Join::And, self.deeper(|parser| parser.ids(qualifier))?)];
        while let Some(join) = self.join() {
            self.next();
            all.push((join, self.deeper(|parser| parser.ids(qualifier))?));
        }
        self.close(&open)?;
        Ok(Node::Chain(all))
    }

    fn other(&mut self) -> Result<Primitive, Problem> {
        let word = match self.peek() {
            Token::Word(word) => *word,
            _ => return Err(self.unexpected("a test such as tcp, host 10.0.0.1 or port 80")),
        };
        let primitive = match word {
            Word::Less | Word::Greater | Word::Interface | Word::Vlan => None,
            Word::Inbound => Some(Primitive::Inbound),
            Word::Outbound => Some(Primitive::Outbound),
            _ => return Err(self.unexpected("a test such as tcp, host 10.0.0.1 or port 80")),
        };
        self.next();
        Ok(match (primitive, word) {
            (Some(primitive), _) => primitive,
            (None, Word::Less) => Primitive::Less(self.bare()?),
            (None, Word::Greater) => Primitive::Greater(self.bare()?),
            (None, Word::Interface) => Primitive::Interface(self.bare()?),
            (None, _) => Primitive::Vlan(self.tag()?),
        })
    }

    /// A number by itself.
    pub(super) fn bare(&mut self) -> Result<u32, Problem> {
        let Token::Number(number) = *self.peek() else { return Err(self.unexpected("a number")) };
        self.next();
        Ok(number)
    }

    /// The number behind `vlan`, if there is one; parentheses may stand around it.
    fn tag(&mut self) -> Result<Option<u32>, Problem> {
        let open = self.span();
        let tag = match self.peek() {
            Token::Number(_) => self.bare()?,
            Token::Sign("(") => {
                self.next();
                let tag = self.deeper(Self::tag)?;
                self.close(&open)?;
                return tag.map(Some).ok_or_else(|| self.problem(open, "a number should stand in here", ""));
            }
            _ => return Ok(None),
        };
        if tag > 0xfff {
            let span = self.since(open.start);
            return Err(self.problem(span, format!("there is no VLAN {tag}"), "they are 0 to 4095"));
        }
        Ok(Some(tag))
    }
}
