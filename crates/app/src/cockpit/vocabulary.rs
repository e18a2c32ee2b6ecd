//! What may be typed to a drone, while it is typed.

use sockscope_tello::command;
use sockscope_tello::sdk::Sdk;

use super::WORDS;
use crate::console::{Candidate, Vocabulary};

/// The commands of an SDK, and the console's own words.
pub(crate) struct Commands(pub(crate) Sdk);

impl Vocabulary for Commands {
    fn complete(&self, line: &str, pos: usize) -> (usize, Vec<Candidate>) {
        let typed = &line[..pos];
        let about = typed.strip_prefix("help ").unwrap_or(typed);
        let start = typed.rfind(' ').map_or(0, |blank| blank + 1);
        let own = WORDS.iter().map(|(word, ..)| *word).filter(|word| start == 0 && word.starts_with(typed));
        let found = command::complete(about, self.0).into_iter().chain(own);
        let candidate = |word: &str| Candidate { display: word.to_owned(), replacement: word.to_owned() };
        (start, found.map(candidate).collect())
    }

    fn hint(&self, line: &str) -> String {
        if line.is_empty() {
            return String::new();
        }
        command::hint(line, self.0).unwrap_or_default()
    }
}
