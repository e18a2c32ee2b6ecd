//! Tests that begin with a word: `host`, `tcp dst port`, `vlan`.

use super::lex::Token;
use super::parse::{Kind, Qualifier, Thing};
use super::pieces::Parser;
use super::tree::{Dir, Join, Node, Primitive};
use super::words::Word;
use crate::problem::Problem;

impl Parser<'_> {
    /// A protocol, `host`, `vlan` and all others that begin with a word.
    pub(super) fn primitive(&mut self) -> Result<Thing, Problem> {
        let start = self.span().start;
        let mut proto = None;
        if let Token::Word(Word::Proto(found)) = *self.peek() {
            self.next();
            proto = Some(found);
        }
        let dir = self.dir()?;
        let kind = self.kind(dir);
        if let Some(kind) = kind.or(dir.map(|_| Kind::Unsaid)) {
            let qualifier = Qualifier { proto, dir, kind };
            let node = self.deeper(|parser| parser.ids(qualifier))?;
            return Ok(Thing::Test(node, Some(qualifier)));
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
