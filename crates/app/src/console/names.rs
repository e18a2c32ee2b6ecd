//! What the editor knows of the world: what can be completed, and what a payload will become.

use std::sync::{Arc, Mutex};

use sockscope::core::charset::Charset;
use sockscope::core::payload::Eol;

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
