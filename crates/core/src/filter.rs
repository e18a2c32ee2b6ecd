//! Which messages to show: `rx and peer 10.0.0.1 and not text ping`.
//!
//! | written | admits |
//! | --- | --- |
//! | `rx` `tx` | what was received, what was sent |
//! | `warning` | warnings |
//! | `bad` | frames with a flaw |
//! | `peer 10.0.0.1` `peer [::1]:7000` `peer @name` | messages from or to this peer; any port where none is given |
//! | `#3` | messages of the peer with this number |
//! | `socket NAME` | what belongs to the session of this name |
//! | `text WORD` `text "two words"` | messages whose text has it; letters count as they are written |
//! | `hex 0d0a` | messages that have these bytes |
//! | `len > 100` | messages by their length in bytes: `<` `<=` `=` `!=` `>=` `>` |
//!
//! `not` binds closest, then `and`, then `or`; parentheses group. `!`, `&&` and `||` are read as well. In
//! quotes `\"` `\\` `\r` `\n` `\t` and `\u{4f60}` stand for one character each.

mod needle;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;

pub use needle::Needle;

use crate::charset::Charset;
use crate::facts::{Direction, Peer};
use crate::problem::Problem;

/// Which messages and warnings to show, as a person wrote it.
///
/// Prints in canonical form, which reads as an equal filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Test);

/// A message or a warning, as far as a filter looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Which way it went; `None` for a warning.
    pub dir: Option<Direction>,
    /// The other side, where it is known.
    pub peer: Option<Peer>,
    /// The number of that peer in its session, where peers have numbers.
    pub number: Option<u32>,
    /// The name of the session.
    pub session: &'a str,
    /// The payload; empty for a warning.
    pub bytes: &'a [u8],
    /// Whether it is a frame with a flaw.
    pub flawed: bool,
    /// Whether it is a warning. What a filter says of messages is false for warnings.
    pub is_warning: bool,
    /// The charset its text is shown in.
    pub text: Charset,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Direction(Direction),
    Warning,
    Bad,
    Peer(Who),
    Number(u32),
    Socket(String),
    Has(Needle),
    Len(Order, u64),
    Not(Box<Self>),
    /// Two or more, none of which is an `All`.
    All(Vec<Self>),
    /// Two or more, none of which is an `Any`.
    Any(Vec<Self>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    /// An address, with a port or with any.
    At(IpAddr, Option<u16>),
    /// A peer that is no address, as it is shown: a path or an `@name`.
    Shown(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Less,
    AtMost,
    Is,
    IsNot,
    AtLeast,
    More,
}

impl Filter {
    /// Reads a filter.
    ///
    /// ```
    /// use sockscope_core::filter::Filter;
    ///
    /// let filter = Filter::parse("rx && !(text ping or len>1k)")?;
    /// assert_eq!(filter.to_string(), "rx and not (text ping or len > 1KiB)");
    /// # Ok::<(), sockscope_core::problem::Problem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it, pointing at the spot.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        read::read(text).map(Self)
    }

    /// Whether it is to be shown.
    pub fn admits(&self, seen: &Seen<'_>) -> bool {
        self.0.holds(seen)
    }
}

impl Test {
    fn holds(&self, seen: &Seen<'_>) -> bool {
        match self {
            Self::Direction(way) => seen.dir == Some(*way),
            Self::Warning => seen.is_warning,
            Self::Bad => seen.flawed,
            Self::Peer(who) => seen.peer.is_some_and(|peer| who.is(peer)),
            Self::Number(number) => seen.number == Some(*number),
            Self::Socket(name) => seen.session == name,
            Self::Has(needle) => !seen.is_warning && needle.is_in(seen.bytes, seen.text),
            Self::Len(order, len) => !seen.is_warning && order.holds(seen.bytes.len() as u64, *len),
            Self::Not(test) => !test.holds(seen),
            Self::All(tests) => tests.iter().all(|test| test.holds(seen)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(seen)),
        }
    }

    /// All of `tests`, of which there is at least one; nested ones join.
    fn all(tests: Vec<Self>) -> Self {
        let flat = tests.into_iter().flat_map(|test| match test {
            Self::All(inner) => inner,
            test => vec![test],
        });
        one_or(flat.collect(), Self::All)
    }

    /// Any of `tests`, of which there is at least one; nested ones join.
    fn any(tests: Vec<Self>) -> Self {
        let flat = tests.into_iter().flat_map(|test| match test {
            Self::Any(inner) => inner,
            test => vec![test],
        });
        one_or(flat.collect(), Self::Any)
    }
}

fn one_or(mut tests: Vec<Test>, join: fn(Vec<Test>) -> Test) -> Test {
    match tests.pop() {
        Some(only) if tests.is_empty() => only,
        Some(last) => {
            tests.push(last);
            join(tests)
        }
        None => join(tests),
    }
}

impl Who {
    fn is(&self, peer: Peer) -> bool {
        match self {
            Self::At(ip, port) => peer
                .inet()
                .is_some_and(|peer| peer.ip() == *ip && port.is_none_or(|port| port == peer.port())),
            Self::Shown(shown) => peer.to_string() == *shown,
        }
    }
}

impl Order {
    const ALL: [(&'static str, Self); 6] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("!=", Self::IsNot),
        ("<", Self::Less),
        (">", Self::More),
        ("=", Self::Is),
    ];

    fn holds(self, len: u64, than: u64) -> bool {
        match self {
            Self::Less => len < than,
            Self::AtMost => len <= than,
            Self::Is => len == than,
            Self::IsNot => len != than,
            Self::AtLeast => len >= than,
            Self::More => len > than,
        }
    }

    fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, order)| *order == self).map_or("=", |(sign, _)| sign)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direction(way) => f.write_str(way.word()),
            Self::Warning => f.write_str("warning"),
            Self::Bad => f.write_str("bad"),
            Self::Peer(who) => write!(f, "peer {who}"),
            Self::Number(number) => write!(f, "#{number}"),
            Self::Socket(name) => {
                f.write_str("socket ")?;
                needle::show(name, f)
            }
            Self::Has(needle) => needle.fmt(f),
            Self::Len(order, len) => {
                write!(f, "len {} {}", order.sign(), crate::quantity::show_size(*len))
            }
            Self::Not(test) => match **test {
                Self::All(_) | Self::Any(_) => write!(f, "not ({test})"),
                _ => write!(f, "not {test}"),
            },
            Self::All(tests) => joined(tests, " and ", |test| matches!(test, Self::Any(_)), f),
            Self::Any(tests) => joined(tests, " or ", |_| false, f),
        }
    }
}

fn joined(tests: &[Test], word: &str, group: fn(&Test) -> bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, test) in tests.iter().enumerate() {
        f.write_str(if i > 0 { word } else { "" })?;
        if group(test) { write!(f, "({test})")? } else { write!(f, "{test}")? }
    }
    Ok(())
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(ip, None) => ip.fmt(f),
            Self::At(ip, Some(port)) => std::net::SocketAddr::new(*ip, *port).fmt(f),
            Self::Shown(shown) => needle::show(shown, f),
        }
    }
}
