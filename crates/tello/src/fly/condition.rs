//! What a state must say: `h > 50`.

use std::fmt;

use sockscope::core::near::nearest;
use sockscope::core::problem::Problem;

use crate::state::State;

/// A comparison of one key of the state with a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    key: String,
    is: Is,
    number: f64,
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Less,
    AtMost,
    Equal,
    Not,
    AtLeast,
    More,
}

const WORDS: [(&str, Is); 7] = [
    ("<", Is::Less),
    ("<=", Is::AtMost),
    ("=", Is::Equal),
    ("==", Is::Equal),
    ("!=", Is::Not),
    (">=", Is::AtLeast),
    (">", Is::More),
];

/// The keys that a drone's state may have, as they are named on the wire.
pub const KEYS: [&str; 20] = [
    "h", "bat", "tof", "yaw", "pitch", "roll", "vgx", "vgy", "vgz", "templ", "temph", "baro", "time", "agx",
    "agy", "agz", "mid", "x", "y", "z",
];

impl Condition {
    /// Reads `KEY IS NUMBER`, three words.
    ///
    /// # Errors
    ///
    /// One of them is missing, or is none of those known.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let mut words = text.split_whitespace();
        let (Some(key), Some(is), Some(number), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Problem::whole(text, "three words are wanted here", "write it like h > 50"));
        };
        let place = |word: &str| {
            let at = word.as_ptr() as usize - text.as_ptr() as usize;
            at..at + word.len()
        };
        if !KEYS.contains(&key) {
            let remedy = nearest(key, KEYS.into_iter()).map_or_else(
                || format!("there are {}", KEYS.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            return Err(Problem::new(text, place(key), format!("the state has no \"{key}\""), remedy));
        }
        let Some((_, is)) = WORDS.iter().find(|(word, _)| *word == is) else {
            let remedy = "there are < <= = != >= >";
            return Err(Problem::new(text, place(is), format!("\"{is}\" compares nothing"), remedy));
        };
        let value = number.parse().ok().filter(|number: &f64| number.is_finite());
        let what =
            || Problem::new(text, place(number), format!("\"{number}\" is no number"), "write it like 50");
        Ok(Self { key: key.to_owned(), is: *is, number: value.ok_or_else(what)? })
    }

    /// Whether a state says so; `None` where it does not say.
    pub fn holds(&self, state: &State) -> Option<bool> {
        let number = state.number(&self.key)?;
        Some(match self.is {
            Is::Less => number < self.number,
            Is::AtMost => number <= self.number,
            Is::Equal => number == self.number,
            Is::Not => number != self.number,
            Is::AtLeast => number >= self.number,
            Is::More => number > self.number,
        })
    }

    /// The key that it looks at.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = WORDS.iter().find(|(_, is)| *is == self.is).map_or("", |(word, _)| word);
        write!(f, "{} {word} {}", self.key, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_held_against_a_state() {
        let state = State::read(b"h:50;bat:19;baro:-24.59;roll:x;\r\n").unwrap();
        let holds = |text| Condition::read(text).unwrap().holds(&state);
        assert_eq!(
            (holds("h > 40"), holds("h > 50"), holds("h >= 50")),
            (Some(true), Some(false), Some(true))
        );
        assert_eq!(
            (holds("bat < 20"), holds("bat != 19"), holds("baro <= -24.5")),
            (Some(true), Some(false), Some(true))
        );
        assert_eq!((holds("tof = 10"), holds("roll = 0")), (None, None));
        assert_eq!(Condition::read("h  ==  50").unwrap().to_string(), "h = 50");
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        let wrong = |text| {
            let problem = Condition::read(text).unwrap_err();
            (problem.to_string(), problem.span)
        };
        assert_eq!(wrong("hh > 3"), ("the state has no \"hh\"; did you mean h?".into(), 0..2));
        assert_eq!(wrong("h ~ 3"), ("\"~\" compares nothing; there are < <= = != >= >".into(), 2..3));
        assert_eq!(wrong("h > x"), ("\"x\" is no number; write it like 50".into(), 4..5));
        assert_eq!(wrong("h >"), ("three words are wanted here; write it like h > 50".into(), 0..3));
    }
}
