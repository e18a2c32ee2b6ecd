//! What stands behind a word of the console.

use std::path::PathBuf;

use sockscope::core::charset::Charset;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::filter::{Filter, Needle};
use sockscope::core::near::nearest;
use sockscope::core::payload::{Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::core::quantity;

use super::said::{Place, Said, View, Which};
use super::{reading, sample};

/// Words that mean something where a session's name could stand.
const TAKEN: [&str; 7] = ["last", "all", "others", "half", "reset", "off", "none"];

/// A part of a line, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rest<'a> {
    line: &'a str,
    /// The part.
    pub(crate) text: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    /// The word at the start of a line, without its slash, and what follows it. Only one blank separates
    /// them, so that a payload may begin with blanks.
    pub(crate) fn behind_word(line: &'a str) -> (&'a str, Self) {
        let end = line.find(char::is_whitespace).unwrap_or(line.len());
        let skip = line[end..].chars().next().map_or(0, char::len_utf8);
        (&line[1..end], Self { line, text: &line[end + skip..], at: end + skip })
    }

    /// The same without blanks around it.
    fn trimmed(self) -> Self {
        let skip = self.text.len() - self.text.trim_start().len();
        Self { text: self.text.trim(), at: self.at + skip, ..self }
    }

    /// The first word, and what follows behind one blank.
    fn first_word(self) -> (Self, Self) {
        let rest = self.trimmed_start();
        let end = rest.text.find(char::is_whitespace).unwrap_or(rest.text.len());
        let skip = rest.text[end..].chars().next().map_or(0, char::len_utf8);
        (
            Self { text: &rest.text[..end], ..rest },
            Self { text: &rest.text[end + skip..], at: rest.at + end + skip, ..rest },
        )
    }

    /// What comes before the last word, and that word.
    pub(crate) fn last_word(self) -> (Self, Self) {
        let rest = self.trimmed();
        let cut = rest.text.rfind(char::is_whitespace);
        let start = cut.map_or(0, |at| at + rest.text[at..].chars().next().map_or(0, char::len_utf8));
        (
            Self { text: &rest.text[..start], ..rest },
            Self { text: &rest.text[start..], at: rest.at + start, ..rest },
        )
    }

    fn trimmed_start(self) -> Self {
        let text = self.text.trim_start();
        Self { text, at: self.at + self.text.len() - text.len(), ..self }
    }

    /// `said`, if nothing follows the word.
    pub(crate) fn nothing(self, said: Said) -> Result<Said, Problem> {
        let rest = self.trimmed();
        match rest.text {
            "" => Ok(said),
            text => Err(rest.problem(format!("{text:?} is too much here"), "this word stands alone")),
        }
    }

    /// Itself without blanks around it, if there is anything.
    pub(crate) fn something(self, what: &str, example: &str) -> Result<Self, Problem> {
        let rest = self.trimmed();
        match rest.text {
            "" => Err(rest.problem(format!("{what} is missing"), format!("write it like {example}"))),
            _ => Ok(rest),
        }
    }

    /// The text, unless it is the word that stands for nothing.
    pub(crate) fn or(self, nothing: &str) -> Option<String> {
        (self.text != nothing).then(|| self.text.to_owned())
    }

    /// A problem with this part.
    pub(crate) fn problem(self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::new(self.line, self.at..self.at + self.text.len(), what, remedy)
    }

    /// A problem that was found in this part alone, in the whole line.
    fn tells<T>(self, read: Result<T, Problem>) -> Result<T, Problem> {
        read.map_err(|problem| problem.inside(self.line, self.at))
    }
}

/// `[NAME] ENDPOINT`. Whatever has a colon is no name, so that a path may have blanks.
pub(crate) fn place(rest: Rest<'_>) -> Result<Place, Problem> {
    let rest = rest.something("an endpoint", "/open udp://127.0.0.1:7000")?;
    let (first, more) = rest.first_word();
    if first.text.contains(':') {
        return Ok(Place { name: None, endpoint: rest.tells(Endpoint::parse(rest.text))? });
    }
    let name = name(first)?;
    let more = more.trimmed();
    if more.text.is_empty() {
        let known = rest.tells(Endpoint::parse(rest.text)).err();
        return Err(known.unwrap_or_else(|| rest.problem("an endpoint is missing", "write udp://host:port")));
    }
    Ok(Place { name: Some(name), endpoint: more.tells(Endpoint::parse(more.text))? })
}

/// The name of a session: letters, digits, `-`, `_` and `.`, not only digits.
pub(crate) fn name(rest: Rest<'_>) -> Result<String, Problem> {
    let rest = rest.something("the name of a session", "/use plc")?;
    let name = rest.text;
    if TAKEN.contains(&name) {
        return Err(rest.problem(format!("{name:?} means something else"), "call the session otherwise"));
    }
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.chars().all(fits) || name.bytes().all(|byte| byte.is_ascii_digit()) {
        let what = format!("{name:?} is no name of a session");
        return Err(rest.problem(what, "use letters, digits, - _ and .; a peer's number is written #3"));
    }
    Ok(name.to_owned())
}

/// Whether a session can have this name.
///
/// # Errors
///
/// Why not.
pub(crate) fn check_name(text: &str) -> Result<(), Problem> {
    name(Rest { line: text, text, at: 0 }).map(drop)
}

/// The number of a peer: `#3`.
pub(crate) fn number(rest: Rest<'_>) -> Result<u32, Problem> {
    let digits = rest.text.strip_prefix('#').filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse().ok()).filter(|number| *number > 0);
    number.ok_or_else(|| {
        rest.problem(format!("{:?} is no number of a peer", rest.text), "write #1, #2 and so on")
    })
}

/// `[NAME|#N]`.
pub(crate) fn which(rest: Rest<'_>) -> Result<Which, Problem> {
    let rest = rest.trimmed();
    match rest.text {
        "" => Ok(Which::Current),
        text if text.starts_with('#') => number(rest).map(Which::Peer),
        _ => name(rest).map(Which::Session),
    }
}

/// Bytes in hex.
pub(crate) fn hex(rest: Rest<'_>) -> Result<Payload, Problem> {
    let rest = rest.something("bytes", "/hex 01 03 00 0a")?;
    rest.tells(Payload::hex(rest.text))
}

/// Text in notation.
pub(crate) fn text(rest: Rest<'_>) -> Result<Payload, Problem> {
    rest.tells(Payload::text(rest.text))
}

/// The path of a file; `~/` is the home folder. Blanks in it need no quotes.
pub(crate) fn path(rest: Rest<'_>) -> Result<PathBuf, Problem> {
    let rest = rest.something("the path of a file", "/file ~/firmware.bin")?;
    Ok(home(rest.text))
}

/// A path as it was written, with the home folder in place of `~`.
pub(crate) fn home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(text),
    }
}

/// `EVERY [xCOUNT] PAYLOAD`.
pub(crate) fn repeat(rest: Rest<'_>) -> Result<Said, Problem> {
    let (time, rest) =
        rest.something("an interval and a payload", "/repeat 500ms x10 ping {counter}")?.first_word();
    let every = time.tells(quantity::duration(time.text))?;
    let (first, more) = rest.first_word();
    let (count, rest) = match first.text.strip_prefix('x') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            (Some(times(first, digits)?), more)
        }
        _ if first.text.bytes().all(|b| b.is_ascii_digit()) && !first.text.is_empty() => {
            let number = first.text;
            let remedy = format!("write x{number} to send {number} times, or /text {number} to send it");
            return Err(first.problem(format!("{number} may be a count or a payload"), remedy));
        }
        _ => (None, rest),
    };
    if rest.text.trim().is_empty() {
        return Err(rest.problem("what to send is missing", "write it like /repeat 1s x10 ping {counter}"));
    }
    match reading::read(rest.text) {
        Ok(Said::Send(payload)) => Ok(Said::Repeat { every, count, payload }),
        Ok(_) => Err(rest.trimmed().problem("this word sends nothing", "repeat text, /hex, /text or /plain")),
        Err(problem) => Err(problem.inside(rest.line, rest.at)),
    }
}

fn times(rest: Rest<'_>, digits: &str) -> Result<u64, Problem> {
    let count = digits.parse().ok().filter(|count| *count > 0);
    count.ok_or_else(|| rest.problem(format!("{digits} is no number of times"), "write x1 or more"))
}

/// A charset, or `auto`.
pub(crate) fn charset(rest: Rest<'_>) -> Result<Said, Problem> {
    let rest = rest.something("a charset", "/charset gbk")?;
    if rest.text.eq_ignore_ascii_case("auto") {
        return Ok(Said::Charset(None));
    }
    rest.tells(Charset::find(rest.text)).map(|charset| Said::Charset(Some(charset)))
}

/// A line end.
pub(crate) fn eol(rest: Rest<'_>) -> Result<Said, Problem> {
    let rest = rest.something("a line end", "/eol crlf")?;
    rest.tells(Eol::find(rest.text)).map(Said::Eol)
}

/// One view or more.
pub(crate) fn views(rest: Rest<'_>) -> Result<Said, Problem> {
    let mut views = Vec::new();
    let mut rest = rest.something("a view", "/view wide full")?;
    while !rest.text.is_empty() {
        let (word, more) = rest.first_word();
        views.push(view(word)?);
        rest = more.trimmed();
    }
    Ok(Said::View(views))
}

fn view(word: Rest<'_>) -> Result<View, Problem> {
    let known = || View::ALL.iter().map(|(name, _)| *name);
    let found = View::ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(word.text));
    found.map(|(_, view)| *view).ok_or_else(|| {
        let hint =
            nearest(word.text, known()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        let all = known().collect::<Vec<_>>().join(" ");
        word.problem(format!("unknown view {:?}", word.text), format!("{hint}choose of {all}"))
    })
}

/// A filter, or `off`.
pub(crate) fn filter(rest: Rest<'_>) -> Result<Said, Problem> {
    let rest = rest.something("a filter", "/filter rx and not text ping")?;
    match rest.text {
        "off" => Ok(Said::Filter(None)),
        text => rest.tells(Filter::parse(text)).map(|filter| Said::Filter(Some(filter))),
    }
}

/// `hex BYTES`, `text TEXT`, or text.
pub(crate) fn find(rest: Rest<'_>) -> Result<Said, Problem> {
    let rest = rest.something("what to look for", "/find OK")?;
    let (first, more) = rest.first_word();
    Ok(Said::Find(match first.text {
        "text" if !more.text.is_empty() => Needle::Text(more.text.to_owned()),
        "hex" => Needle::Hex(bytes(more)?),
        _ => Needle::Text(rest.text.to_owned()),
    }))
}

/// Bytes without fields.
fn bytes(rest: Rest<'_>) -> Result<Vec<u8>, Problem> {
    let rest = rest.something("bytes", "/find hex 0d 0a, or /find text hex")?;
    let payload = rest.tells(Payload::hex(rest.text))?;
    match sample::message(&payload, Charset::UTF_8, Eol::None) {
        Ok(sample::Message { bytes, fixed: true, .. }) => Ok(bytes),
        _ => Err(rest.problem("a field is nothing to look for", "write the bytes themselves")),
    }
}

/// A path, or `off`.
pub(crate) fn save(rest: Rest<'_>) -> Result<Said, Problem> {
    let rest = rest.something("the path of a file", "/save talk.jsonl")?;
    Ok(Said::Save(rest.or("off").map(|path| home(&path))))
}

/// A path, and arguments behind it.
pub(crate) fn script(rest: Rest<'_>) -> Result<Said, Problem> {
    let mut rest = rest.something("the path of a script", "/script login.script")?;
    let mut given = Vec::new();
    loop {
        let (before, last) = rest.last_word();
        match last.text.split_once('=') {
            Some((name, value)) if !before.text.is_empty() && is_identifier(name) => {
                given.push((name.to_owned(), value.to_owned()));
                rest = before.trimmed();
            }
            _ => break,
        }
    }
    given.reverse();
    Ok(Said::Script(home(rest.text), given))
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
