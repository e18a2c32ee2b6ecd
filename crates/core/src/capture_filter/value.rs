//! Pieces to values and their comparison.

use std::ops::Range;

use super::code;
use super::lex::Token;
use super::parse::Thing;
use super::pieces::Parser;
use super::run::compute;
use super::table::{PROTOS, Proto};
use super::tree::{Node, Relation, Value};
use super::words::Word;
use crate::problem::Problem;

/// The operations: how tightly each binds what stands at its left and how loosely what stands at its right.
///
/// `%` and `^` have no rank in the grammar of libpcap, so there they take what is nearest at the left and all
/// that follows at the right; here too, since one filter must not mean two things.
const OPERATIONS: &[(&str, u16, usize, usize)] = &[
    ("|", code::OR, 1, 2),
    ("&", code::AND, 3, 4),
    ("<<", code::LSH, 5, 6),
    (">>", code::RSH, 5, 6),
    ("+", code::ADD, 7, 8),
    ("-", code::SUB, 7, 8),
    ("*", code::MUL, 9, 10),
    ("/", code::DIV, 9, 10),
    ("%", code::MOD, 100, 0),
    ("^", code::XOR, 100, 0),
];

/// How tightly a minus binds that stands before a value.
const MINUS: usize = 11;

/// More than anybody writes, and few enough for the stack.
const MOST: usize = 500;

impl Parser<'_> {
    /// A value, and if a comparison follows, the whole of it. `first` was read already.
    pub(super) fn relation(&mut self, first: Option<Value>, start: usize) -> Result<Thing, Problem> {
        let left = self.value(first, start, 0)?;
        let relation = match self.peek() {
            Token::Sign("=") => Relation::Equal,
            Token::Sign("!=") => Relation::NotEqual,
            Token::Sign("<") => Relation::Less,
            Token::Sign("<=") => Relation::LessOrEqual,
            Token::Sign(">") => Relation::Greater,
            Token::Sign(">=") => Relation::GreaterOrEqual,
            _ => return Ok(Thing::Value(left, self.since(start))),
        };
        self.next();
        let start = self.span().start;
        let right = self.value(None, start, 0)?;
        Ok(Thing::Test(Node::Compare(relation, left, right), None))
    }

    /// A value made of all that binds at least as tightly as `least`.
    fn value(&mut self, first: Option<Value>, start: usize, least: usize) -> Result<Value, Problem> {
        let mut left = match first {
            Some(first) => first,
            None => self.deeper(Self::single)?,
        };
        while let Some((_, operation, _, at_right)) = self.operation().filter(|found| found.2 >= least) {
            let sign = self.next().span;
            self.operations += 1;
            if self.operations > MOST {
                let remedy = format!("at most {MOST} operations are read");
                return Err(self.problem(sign, "the filter computes too much", remedy));
            }
            let from = self.span().start;
            let right = self.deeper(|parser| parser.value(None, from, at_right))?;
            left = self.compute(operation, left, right, self.since(from))?;
        }
        debug_assert!(start <= self.since(start).end);
        Ok(left)
    }

    fn operation(&self) -> Option<(&'static str, u16, usize, usize)> {
        let Token::Sign(sign) = self.peek() else { return None };
        OPERATIONS.iter().find(|(known, ..)| known == sign).copied()
    }

    /// Two values and an operation as one, as a number where both are.
    fn compute(
        &self,
        operation: u16,
        left: Value,
        right: Value,
        span: Range<usize>,
    ) -> Result<Value, Problem> {
        match right {
            Value::Number(0) if [code::DIV, code::MOD].contains(&operation) => {
                return Err(self.problem(span, "this divides by zero", "divide by something else"));
            }
            Value::Number(32..) if [code::LSH, code::RSH].contains(&operation) => {
                return Err(self.problem(span, "this shifts by more than 31 bits", "a value has 32 bits"));
            }
            _ => {}
        }
        if let (Value::Number(a), Value::Number(b)) = (&left, &right)
            && let Some(number) = compute(operation, *a, *b)
        {
            return Ok(Value::Number(number));
        }
        Ok(Value::Compute(operation, Box::new(left), Box::new(right)))
    }

    fn single(&mut self) -> Result<Value, Problem> {
        let start = self.span();
        match *self.peek() {
            Token::Number(_) => Ok(Value::Number(self.bare()?)),
            Token::Word(Word::Length) => {
                self.next();
                Ok(Value::Length)
            }
            Token::Word(Word::Proto(proto)) => self.bytes(proto),
            Token::Sign("-") => {
                self.next();
                let from = self.span().start;
                Ok(match self.value(None, from, MINUS)? {
                    Value::Number(number) => Value::Number(number.wrapping_neg()),
                    value => Value::Negative(Box::new(value)),
                })
            }
            Token::Sign("(") => {
                self.next();
                let from = self.span().start;
                let value = self.value(None, from, 0)?;
                self.close(&start)?;
                Ok(value)
            }
            _ => Err(self.unexpected("a value such as 80, len or tcp[13]")),
        }
    }

    /// `proto[offset]` or `proto[offset:size]`.
    fn bytes(&mut self, proto: Proto) -> Result<Value, Problem> {
        let start = self.next().span.start;
        let open = self.span();
        if !self.sign("[") {
            return Err(self.unexpected("[ and an offset, as in tcp[13],"));
        }
        let from = self.span().start;
        let offset = Box::new(self.value(None, from, 0)?);
        let at = self.span();
        let size = if self.sign(":") { self.bare()? } else { 1 };
        let size = match size {
            1 | 2 | 4 => size as u8,
            _ => {
                let what = format!("{size} bytes cannot be read at once");
                return Err(self.problem(self.since(at.start), what, "read 1, 2 or 4"));
            }
        };
        if !self.sign("]") {
            return Err(match self.peek() {
                Token::End => self.problem(open, "this bracket is never closed", "close it with ]"),
                _ => self.unexpected("]"),
            });
        }
        if !proto.bytes {
            let words = PROTOS.iter().filter(|proto| proto.bytes).map(|proto| proto.word);
            let remedy = format!("they can be of {}", words.collect::<Vec<_>>().join(", "));
            return Err(self.problem(
                self.since(start),
                format!("bytes of {} cannot be read", proto.word),
                remedy,
            ));
        }
        Ok(Value::Bytes { proto, offset, size })
    }
}
