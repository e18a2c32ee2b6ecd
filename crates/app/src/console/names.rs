//! What the editor knows of the world: what can be completed, and what a line will become.

use std::sync::{Arc, Mutex, PoisonError};

use sockscope::core::charset::Charset;
use sockscope::core::payload::Eol;

use super::complete;

/// Who knows what may be typed, while it is typed.
pub(crate) trait Vocabulary: Send {
    /// Where in the line the part begins that ends at `pos` and is completed, and what could stand in its place.
    fn complete(&self, line: &str, pos: usize) -> (usize, Vec<Candidate>);

    /// What is shown behind the line.
    fn hint(&self, line: &str) -> String;
}

/// Something that could stand where one types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// How it is listed.
    pub(crate) display: String,
    /// What is typed instead.
    pub(crate) replacement: String,
}

/// Shared with whoever knows what is open.
pub(crate) type Shared = Arc<Mutex<Names>>;

/// What the editor knows of the world.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// The open sessions.
    pub(crate) sessions: Vec<String>,
    /// The peers of the session that lines go to: their numbers and addresses.
    pub(crate) peers: Vec<(u32, String)>,
    /// The framings there are, as one begins to write them: `line`, `fixed:`.
    pub(crate) framings: Vec<String>,
    /// The charset that lines go in.
    pub(crate) charset: Charset,
    /// What goes behind each line.
    pub(crate) eol: Eol,
}

impl Default for Names {
    /// Nothing is open.
    fn default() -> Self {
        Self {
            sessions: Vec::new(),
            peers: Vec::new(),
            framings: Vec::new(),
            charset: Charset::UTF_8,
            eol: Eol::None,
        }
    }
}

impl Vocabulary for Shared {
    fn complete(&self, line: &str, pos: usize) -> (usize, Vec<Candidate>) {
        complete::complete(line, pos, &self.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn hint(&self, line: &str) -> String {
        complete::hint(line, &self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
