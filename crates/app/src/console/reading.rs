//! From a line to what it asks for.
//!
//! A line that does not begin with `/` is a payload to send; `//x` sends `/x`.

use sockscope::core::near::nearest;
use sockscope::core::payload::Payload;
use sockscope::core::problem::Problem;

use super::arguments::Rest;
use super::said::Said;
use super::words::{WORDS, Word};

/// Words that mean two things to people, and what to write instead.
const DOUBTFUL: &[(&str, &str)] = &[
    ("reset", "write /close reset to cut a connection, or /zero to count from zero"),
    ("send", "a line without a word is sent as it is; /text, /hex and /plain say how"),
    ("end", "write /close half to end our direction, or /quit to end everything"),
];

/// Reads a line.
///
/// # Errors
///
/// Whatever is wrong with it, pointing at the spot.
pub(crate) fn read(line: &str) -> Result<Said, Problem> {
    let Some(after) = line.strip_prefix('/') else { return Payload::text(line).map(Said::Send) };
    if after.starts_with('/') {
        return Payload::text(after).map(Said::Send).map_err(|problem| problem.inside(line, 1));
    }
    let (name, rest) = Rest::behind_word(line);
    match find(name) {
        Some(word) => (word.read)(rest),
        None => Err(unknown(line, name)),
    }
}

/// The word of this name or other spelling, letters in any case.
pub(crate) fn find(name: &str) -> Option<&'static Word> {
    let same = |known: &&str| known.eq_ignore_ascii_case(name);
    WORDS.iter().find(|word| same(&word.name) || word.also.iter().any(same))
}

fn unknown(line: &str, name: &str) -> Problem {
    let span = 0..1 + name.len();
    if name.is_empty() {
        return Problem::new(
            line,
            span,
            "there is no word behind the slash",
            "write /help, or // to send a slash",
        );
    }
    if let Some((_, remedy)) = DOUBTFUL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Problem::new(line, span, format!("there is no word /{name}"), *remedy);
    }
    let known = WORDS.iter().flat_map(|word| [word.name].into_iter().chain(word.also.iter().copied()));
    let hint = nearest(name, known).map(|near| format!("did you mean /{near}? ")).unwrap_or_default();
    let remedy = format!("{hint}/help tells all words, and {} sends this", send_it(line));
    Problem::new(line, span, format!("unknown word /{name}"), remedy)
}

/// How a line that begins with a slash is sent, short enough to be told.
fn send_it(line: &str) -> String {
    let start: String = line.chars().take(20).collect();
    let more = if start.len() < line.len() { "…" } else { "" };
    format!("/{start}{more}")
}
