//! A bad input, told once and clearly: what was wrong, where, and what would be right.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// What was wrong with something a person wrote, where, and what would be right.
///
/// Prints as one lower-case line; [`Problem::place`] shows the input with a caret under the spot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, lower case, naming the offending value, without a full stop.
    pub what: String,
    /// The input as it was written, or the empty string when there is nothing to point at.
    pub input: String,
    /// The offending bytes of `input`, on character boundaries.
    pub span: Range<usize>,
    /// What would be right, as a phrase that can follow a semicolon; may be empty.
    pub remedy: String,
}

impl Problem {
    /// A problem at `span` (bytes) of `input`.
    pub fn new(input: &str, span: Range<usize>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), input: input.to_owned(), span, remedy: remedy.into() }
    }

    /// A problem with the whole of `input`.
    pub fn whole(input: &str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(input, 0..input.len(), what, remedy)
    }

    /// The same problem seen inside a longer input that contains this one `at` bytes from its start.
    pub fn inside(mut self, longer: &str, at: usize) -> Self {
        self.span = self.span.start + at..self.span.end + at;
        longer.clone_into(&mut self.input);
        self
    }

    /// The input line that holds the spot and a line of carets under it, or `None` when there is
    /// nothing to point at.
    pub fn place(&self) -> Option<String> {
        if self.input.is_empty() {
            return None;
        }
        let start = self.span.start.min(self.input.len());
        let line_start = self.input[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = self.input[start..].find('\n').map_or(self.input.len(), |i| start + i);
        let before = shown(&self.input[line_start..start]);
        let spot = shown(&self.input[start..self.span.end.clamp(start, line_end)]);
        let after = shown(&self.input[self.span.end.clamp(start, line_end)..line_end]);
        let pad = " ".repeat(before.width());
        let carets = "^".repeat(spot.width().max(1));
        Some(format!("  {before}{spot}{after}\n  {pad}{carets}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// Control characters as spaces, so that the caret stands where the eye looks for it.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_wide_characters() {
        let input = "你好\\q!";
        let at = input.find('\\').unwrap();
        let problem = Problem::new(input, at..at + 2, "unknown escape \"\\q\"", "write \\\\ for a backslash");
        assert_eq!(problem.to_string(), "unknown escape \"\\q\"; write \\\\ for a backslash");
        assert_eq!(problem.place().unwrap(), "  你好\\q!\n      ^^");
    }

    #[test]
    fn only_the_line_of_the_spot_is_shown() {
        let problem = Problem::new("ab\ncd ef\n", 6..8, "odd", "");
        assert_eq!(problem.place().unwrap(), "  cd ef\n     ^^");
        assert_eq!(Problem::whole("", "nothing", "say something").place(), None);
    }

    #[test]
    fn a_spot_moves_into_the_longer_input() {
        let problem = Problem::whole("gbx", "unknown", "").inside("udp://h?enc=gbx", 12);
        assert_eq!(problem.span, 12..15);
        assert_eq!(problem.place().unwrap().lines().last().unwrap().trim_start(), "^^^");
    }
}
