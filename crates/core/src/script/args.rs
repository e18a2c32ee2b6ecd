//! Arguments of a script: `addr=tcp://192.0.2.1:502` on the command line, `{arg:addr}` in the script.

use crate::payload::Payload;
use crate::problem::Problem;

/// Values for the arguments of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Args {
    pairs: Vec<(String, String)>,
}

impl Args {
    /// Reads words like `NAME=value`.
    ///
    /// # Errors
    ///
    /// A word without `=`, one whose name is none, and a name that comes twice.
    pub fn parse(words: &[impl AsRef<str>]) -> Result<Self, Problem> {
        let mut args = Self::default();
        for word in words.iter().map(AsRef::as_ref) {
            let Some((name, value)) = word.split_once('=') else {
                let what = format!("{word:?} is no argument for a script");
                return Err(Problem::whole(word, what, "write NAME=value"));
            };
            if !is_name(name) {
                let what = format!("{name:?} is no name of an argument");
                return Err(Problem::new(word, 0..name.len(), what, NAMES));
            }
            if args.get(name).is_some() {
                let what = format!("{name} is given twice");
                return Err(Problem::new(word, 0..name.len(), what, "give it once"));
            }
            args.pairs.push((name.to_owned(), value.to_owned()));
        }
        Ok(args)
    }

    /// The value of an argument.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    /// The line with each `{arg:NAME}` replaced by its value. Between quotes the value stands for itself: its
    /// braces, backslashes and quotes are escaped.
    pub(super) fn fill(&self, line: &str) -> Result<String, Problem> {
        let mut out = String::new();
        let mut quote = None;
        let mut at = 0;
        while let Some(c) = line[at..].chars().next() {
            if let Some(length) = line[at..].starts_with(OPEN).then(|| line[at..].find('}')).flatten() {
                let name = &line[at + OPEN.len()..at + length];
                let value = self.get(name).ok_or_else(|| self.lacking(line, at..at + length + 1, name))?;
                match quote {
                    Some(quote) => out.push_str(&literal(value, quote)),
                    None => out.push_str(value),
                }
                at += length + 1;
                continue;
            }
            let escaped = if c == '\\' { line[at + 1..].chars().next() } else { None };
            match (quote, c) {
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                _ => {}
            }
            out.push(c);
            out.extend(escaped);
            at += c.len_utf8() + escaped.map_or(0, char::len_utf8);
        }
        Ok(out)
    }

    fn lacking(&self, line: &str, span: std::ops::Range<usize>, name: &str) -> Problem {
        let remedy = match crate::near::nearest(name, self.names()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("write a line before it, like: arg {name} DEFAULT"),
        };
        Problem::new(line, span, format!("the script has no argument {name:?}"), remedy)
    }
}

const OPEN: &str = "{arg:";

/// What may be a name, for remedies.
pub(super) const NAMES: &str = "a name is letters, digits, - and _, and begins with a letter";

/// Whether it may be the name of an argument or of a session.
pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(char::is_alphabetic)
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// The value so that it stands for itself between these quotes.
fn literal(value: &str, quote: char) -> String {
    let notation = Payload::plain(value).to_string();
    notation.replace(quote, &format!("\\{quote}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in() {
        let args = Args::parse(&["addr=udp://h:1?ttl=2", "说=a{b}\"\\'"]).unwrap();
        let fill = |line: &str| args.fill(line).unwrap();
        assert_eq!(fill("open a {arg:addr}"), "open a udp://h:1?ttl=2");
        assert_eq!(fill("say \"<{arg:说}>\""), r#"say "<a\{b}\"\\'>""#);
        assert_eq!(fill(r#"say '\'{arg:说}'"#), r#"say '\'a\{b}"\\\''"#);
        assert_eq!(fill("say \"\\{arg:addr}\" 'x'"), "say \"\\{arg:addr}\" 'x'");
        assert_eq!(fill("expect \"{arg"), "expect \"{arg");
        let problem = args.fill("open a {arg:adr}").unwrap_err();
        assert_eq!(problem.to_string(), "the script has no argument \"adr\"; did you mean addr?");
        assert_eq!(&problem.input[problem.span], "{arg:adr}");
    }

    #[test]
    fn words_that_are_no_arguments_are_refused() {
        let told = |words: &[&str]| Args::parse(words).unwrap_err().to_string();
        assert_eq!(told(&["verbose"]), "\"verbose\" is no argument for a script; write NAME=value");
        assert_eq!(told(&["a=1", "a=2"]), "a is given twice; give it once");
        assert!(told(&["=1"]).starts_with("\"\" is no name of an argument; a name is letters"));
        assert_eq!(Args::parse(&["a="]).unwrap().get("a"), Some(""));
    }
}
