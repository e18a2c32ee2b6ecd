//! An expectation that was not met: what was expected and what came, side by side.

mod show;

use std::time::Duration;

use crate::charset::Charset;
use crate::pattern::Cell;

/// An expectation that was not met, or a step that could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The script's file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The line, its arguments filled in.
    pub source: String,
    /// The session's name, where the step has one.
    pub session: Option<String>,
    /// The charset of that line.
    pub charset: Charset,
    /// What was expected.
    pub wanted: Wanted,
    /// What came instead: a message, or what has come of a stream and was not read.
    pub got: Vec<u8>,
    /// `got` is a whole message.
    pub whole: bool,
    /// In which way it was not met.
    pub how: How,
}

/// What was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// These bytes, from the first one on.
    Cells(Vec<Cell>),
    /// What the line says.
    Words,
}

/// In which way an expectation was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Something else came; the byte at `at` is the first that differs.
    Differs {
        /// Bytes from the start of what came; its length where it ends too soon.
        at: usize,
    },
    /// Not enough came in this time, or nothing at all.
    Late {
        /// How long was waited.
        within: Duration,
    },
    /// The peer said that it will send nothing more.
    Ended,
    /// The connection is gone.
    Closed {
        /// Why.
        why: String,
    },
    /// The session could not be opened.
    Failed {
        /// Why.
        why: String,
    },
    /// Bytes came where none were expected.
    Unwanted,
    /// The end, reset or refusal did not come in this time.
    Stays {
        /// How long was waited.
        within: Duration,
    },
    /// The session was not open after this time.
    NotOpen {
        /// How long was waited.
        within: Duration,
    },
    /// What was to be sent was still not taken after this time.
    NotSent {
        /// How long was waited.
        within: Duration,
    },
    /// Nobody connected or spoke to a listening session in this time.
    Nobody {
        /// How long was waited.
        within: Duration,
    },
    /// Anything else.
    Other {
        /// In words.
        what: String,
    },
}

/// What a part of an [`Unmet`] is, for those who paint it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// File, line and the source.
    Source,
    /// What went wrong.
    Fault,
    /// Offsets, rules and headings.
    Frame,
    /// Bytes that are as they should be, or that nobody compares.
    Same,
    /// Bytes that differ, and the marks under them.
    Differs,
}

impl Unmet {
    /// What went wrong, in one line: `the answer differs at byte 4: expected 03, got 83`.
    pub fn headline(&self) -> String {
        let name = self.session.as_deref().unwrap_or("the script");
        match &self.how {
            How::Differs { at } => self.difference(*at),
            How::Late { within } if self.got.is_empty() => format!("nothing came within {}", spell(*within)),
            How::Late { within } => format!("{} within {}{}", self.came(), spell(*within), self.missing()),
            How::Ended if self.got.is_empty() => "the peer ended without a word".to_owned(),
            How::Ended => format!("the peer ended after {}{}", bytes(self.got.len()), self.missing()),
            How::Closed { why } if self.got.is_empty() => format!("{name} is closed: {why}"),
            How::Closed { why } => format!("{name} was closed after {}: {why}", bytes(self.got.len())),
            How::Failed { why } => format!("{name} could not be opened: {why}"),
            How::Unwanted => format!("{}, and should not have", self.came()),
            How::Stays { within } => format!("that did not happen within {}", spell(*within)),
            How::NotOpen { within } => format!("{name} is not open after {}", spell(*within)),
            How::NotSent { within } => format!("{name} could not send for {}", spell(*within)),
            How::Nobody { within } => format!("nobody has spoken to {name} for {}", spell(*within)),
            How::Other { what } => what.clone(),
        }
    }

    /// Appends the whole as text of 80 columns, its own line of the script aside: `paint` appends each part, for
    /// colours; pass [`Unmet::plain`] for none. Every line ends in a line feed.
    pub fn write(&self, paint: &mut dyn FnMut(Tone, &str, &mut Vec<u8>), out: &mut Vec<u8>) {
        show::write(self, paint, out);
    }

    /// The same where it is of no script: `place` stands for file, line and source.
    pub fn write_below(
        &self,
        place: &str,
        paint: &mut dyn FnMut(Tone, &str, &mut Vec<u8>),
        out: &mut Vec<u8>,
    ) {
        show::below(self, place, paint, out);
    }

    /// Paints nothing.
    pub fn plain(_: Tone, text: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(text.as_bytes());
    }

    fn difference(&self, at: usize) -> String {
        let Wanted::Cells(cells) = &self.wanted else {
            return format!("{}, without a match", self.came());
        };
        let what = if self.whole { "the message" } else { "the answer" };
        match (cells.get(at), self.got.get(at)) {
            (Some(cell), Some(byte)) => {
                format!("{what} differs at byte {at}: expected {}, got {byte:02x}", show::hex(*cell))
            }
            (Some(_), None) => format!("{what} ends too soon{}", self.missing()),
            (None, _) => format!("{what} goes on after the {} expected", bytes(cells.len())),
        }
    }

    fn came(&self) -> String {
        format!("{} came", bytes(self.got.len()))
    }

    fn missing(&self) -> String {
        match &self.wanted {
            Wanted::Cells(cells) if cells.len() > self.got.len() => {
                format!(", {} of {} are missing", cells.len() - self.got.len(), cells.len())
            }
            _ => ", without a match".to_owned(),
        }
    }
}

fn bytes(count: usize) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

/// How long, with a blank before the unit.
fn spell(time: Duration) -> String {
    let text = crate::quantity::show_duration(time);
    let (digits, unit) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    format!("{digits} {unit}")
}
