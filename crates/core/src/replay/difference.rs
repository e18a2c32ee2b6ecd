//! An answer that is not the one that was recorded.

use super::{Player, Recorded};
use crate::charset::Charset;
use crate::facts::Stamp;
use crate::pattern::Cell;
use crate::script::{How, Unmet, Wanted};

/// An answer that is not the one that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The answer as it was recorded; `None` where none was.
    pub answer: Option<Spot>,
    /// The message before it; `None` where there was none.
    pub message: Option<(u64, Spot)>,
    /// The round, from 1.
    pub round: u64,
    /// What was recorded.
    pub wanted: Vec<u8>,
    /// What came instead.
    pub got: Vec<u8>,
    /// `got` is a whole message.
    pub whole: bool,
    /// In which way they differ.
    pub how: How,
}

/// A place in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The packet's number, from 1.
    pub packet: u64,
    /// Its time, where that is known.
    pub time: Option<Stamp>,
}

impl Spot {
    pub(super) fn of(recorded: &Recorded) -> Self {
        Self { packet: recorded.packet, time: recorded.time }
    }
}

impl Difference {
    /// The same as a script would tell it of the session `name`, with text in this charset.
    pub fn unmet(&self, name: &str, charset: Charset) -> Unmet {
        let cells = self.wanted.iter().map(|value| Cell { value: *value, mask: 0xff }).collect();
        Unmet {
            file: String::new(),
            line: 0,
            source: String::new(),
            session: Some(name.to_owned()),
            charset,
            wanted: if self.answer.is_some() { Wanted::Cells(cells) } else { Wanted::Words },
            got: self.got.clone(),
            whole: self.whole,
            how: self.how.clone(),
        }
    }
}

impl Player {
    /// A difference from the answer that is due.
    pub(super) fn differs(&self, how: How) -> Difference {
        let due = self.answers.due();
        let wanted = due.map_or_else(Vec::new, |answer| answer.bytes.clone());
        Difference {
            answer: due.map(|answer| answer.spot),
            message: self.last,
            round: self.round,
            wanted,
            got: self.answers.came(),
            whole: self.ways.bounded,
            how,
        }
    }
}
