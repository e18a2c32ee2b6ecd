//! Scripts: a conversation written down, one statement a line, to be held and checked.
//!
//! [`Script::parse`] reads one in the words of [`STATEMENTS`]. A [`Player`] holds the conversation: it takes what
//! happened and the time, and gives back what to do, up to the verdict; so whole conversations are tested in
//! virtual time. An expectation that is not met is an [`Unmet`], which shows both sides.
//!
//! ```
//! use sockscope_core::script::{Args, Script};
//!
//! let text = "arg addr udp://127.0.0.1:9000\nopen cli {arg:addr}\nsend \"hello\"\nexpect \"hello\" within 1s\n";
//! let args = Args::parse(&["addr=udp://127.0.0.1:9001"])?;
//! assert!(Script::parse(text, "echo.script", &args).is_ok());
//!
//! let problem = Script::parse("open cli\n", "echo.script", &Args::default()).unwrap_err();
//! assert_eq!(problem.to_string(), "echo.script:1: the endpoint is missing; write it like tcp://127.0.0.1:7000");
//! # Ok::<(), sockscope_core::problem::Problem>(())
//! ```

mod args;
mod expect;
mod place;
mod player;
mod read;
mod session;
mod step;
mod table;
#[cfg(test)]
mod tests;
mod unmet;
mod words;

pub use args::Args;
pub use player::Player;
pub use session::{Failure, Happening, SessionId, What};
pub use step::{Act, Verdict};
pub use table::{STATEMENTS, StatementSpec};
pub use unmet::{How, Tone, Unmet, Wanted};

use std::sync::Arc;

use crate::charset::Charset;
use crate::problem::Problem;
use step::Step;

/// A conversation to be held and checked.
#[derive(Debug, Clone)]
pub struct Script {
    file: String,
    steps: Vec<Arc<Step>>,
    /// The names of its sessions; steps know them by their number.
    sessions: Vec<String>,
    seed: Option<u64>,
}

impl Script {
    /// Reads a script. `file` is its path: problems name it, and files to send are looked for beside it.
    ///
    /// # Errors
    ///
    /// The first line that cannot be read, as `FILE:LINE: …`, pointing at the spot of that line as it is with the
    /// arguments filled in; or an argument that the script does not have.
    pub fn parse(text: &str, file: &str, args: &Args) -> Result<Self, Problem> {
        read::script(text, file, args)
    }

    /// Its file, as it was given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its statements that do something, in order: the line's number from 1, how many loops it stands in, and the
    /// line with its arguments filled in.
    pub fn steps(&self) -> impl Iterator<Item = (usize, usize, &str)> {
        let mut depth: usize = 0;
        self.steps.iter().map(move |step| {
            let shown = match step.what {
                step::Do::Done { .. } => {
                    depth = depth.saturating_sub(1);
                    depth
                }
                step::Do::Repeat { .. } => {
                    depth += 1;
                    depth - 1
                }
                _ => depth,
            };
            (step.line, shown, step.source.as_str())
        })
    }

    /// The charset of its text, where it is one throughout and not UTF-8.
    pub fn charset(&self) -> Option<Charset> {
        let mut others =
            self.steps.iter().map(|step| step.charset).filter(|charset| *charset != Charset::UTF_8);
        let first = others.next()?;
        others.all(|charset| charset == first).then_some(first)
    }

    /// The seed that it sets for its random bytes.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Whether it sends random bytes, so that the seed matters.
    pub fn is_random(&self) -> bool {
        self.steps.iter().any(|step| step.is_random())
    }
}
