//! From text to a script, line by line.

use std::sync::Arc;
use std::time::Duration;

use super::args::{Args, NAMES, is_name};
use super::step::{Awaited, Do, Step};
use super::table::STATEMENTS;
use super::{Script, StatementSpec};
use crate::charset::Charset;
use crate::near::nearest;
use crate::pattern::{Cursor, Pattern};
use crate::problem::Problem;

/// A script in the making.
pub(super) struct Reader<'a> {
    /// What was given for the arguments.
    pub(super) given: &'a Args,
    /// The arguments that the script has so far, with their values.
    pub(super) args: Args,
    pub(super) file: &'a str,
    pub(super) charset: Charset,
    pub(super) timeout: Duration,
    pub(super) seed: Option<u64>,
    pub(super) steps: Vec<Step>,
    pub(super) sessions: Vec<Named>,
    /// Loops that are open.
    pub(super) loops: Vec<Loop>,
    /// The last expression before this line: its groups are what a send may repeat.
    pub(super) captured: Option<Pattern>,
    line: usize,
    source: String,
}

/// A session by its name.
pub(super) struct Named {
    pub(super) name: String,
    /// Whether it is open at this line.
    pub(super) open: bool,
    /// The line that opened or closed it last.
    pub(super) line: usize,
}

/// A loop whose end has not been read.
pub(super) struct Loop {
    /// The first step of its body.
    pub(super) start: usize,
    pub(super) line: usize,
    /// Which sessions were open where it begins.
    pub(super) open: Vec<bool>,
}

pub(super) fn script(text: &str, file: &str, given: &Args) -> Result<Script, Problem> {
    let mut reader = Reader {
        given,
        args: Args::default(),
        file,
        charset: Charset::UTF_8,
        timeout: Duration::from_secs(5),
        seed: None,
        steps: Vec::new(),
        sessions: Vec::new(),
        loops: Vec::new(),
        captured: None,
        line: 0,
        source: String::new(),
    };
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        reader.line = number;
        reader.read(line).map_err(|problem| placed(problem, file, number))?;
    }
    if let Some(open) = reader.loops.last() {
        let line = text.lines().nth(open.line - 1).unwrap_or_default();
        let problem = Problem::whole(line, "this repeat has no end", "write done behind what is repeated");
        return Err(placed(problem, file, open.line));
    }
    reader.check_args()?;
    reader.settle();
    let sessions = reader.sessions.into_iter().map(|session| session.name).collect();
    let steps = reader.steps.into_iter().map(Arc::new).collect();
    Ok(Script { file: file.to_owned(), steps, sessions, seed: reader.seed })
}

/// The problem with its file and line.
fn placed(problem: Problem, file: &str, line: usize) -> Problem {
    Problem { what: format!("{file}:{line}: {}", problem.what), ..problem }
}

impl Reader<'_> {
    fn read(&mut self, line: &str) -> Result<(), Problem> {
        if Cursor::new(line).peek().text.is_empty() {
            return Ok(());
        }
        let line = self.args.fill(line)?;
        let mut cursor = Cursor::new(&line);
        let statement = statement(&mut cursor)?;
        line.trim().clone_into(&mut self.source);
        (statement.read)(self, &mut cursor)?;
        cursor.end().map_err(|problem| {
            let remedy = format!("the line is written: {}", statement.syntax);
            Problem { remedy, ..problem }
        })
    }

    /// Adds a step that may take as long as the time-out says.
    pub(super) fn push(&mut self, what: Do) {
        self.push_within(what, self.timeout);
    }

    pub(super) fn push_within(&mut self, what: Do, limit: Duration) {
        let source = self.source.clone();
        self.steps.push(Step { line: self.line, source, charset: self.charset, limit, what });
    }

    /// The number of the line that is being read, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Takes the name of an open session, or means the only one there is if what follows is one of
    /// `keywords`, a quote or nothing.
    pub(super) fn session(&self, cursor: &mut Cursor<'_>, keywords: &[&str]) -> Result<usize, Problem> {
        let word = cursor.peek();
        if let Some(found) = self.sessions.iter().position(|session| session.name == word.text) {
            cursor.word();
            let session = &self.sessions[found];
            if !session.open {
                let what = format!("{} was closed in line {}", session.name, session.line);
                return Err(cursor.problem(word.span(), what, "open it again before this line"));
            }
            return Ok(found);
        }
        if !word.text.is_empty() && !keywords.contains(&word.text) && !cursor.at_quote() {
            return Err(self.stranger(word.text).inside(cursor.line, word.at));
        }
        let mut open = (0..).zip(&self.sessions).filter(|(_, session)| session.open);
        match (open.next(), open.next()) {
            (Some((only, _)), None) => Ok(only),
            (None, _) => {
                let remedy = "write a line before it, like: open NAME tcp://127.0.0.1:7000";
                Err(cursor.problem(word.span(), "no session is open here", remedy))
            }
            _ => {
                let names = self.sessions.iter().filter(|session| session.open);
                let names = names.map(|session| session.name.as_str()).collect::<Vec<_>>().join(", ");
                let what = format!("several sessions are open: {names}");
                Err(cursor.problem(word.span(), what, "name the one that is meant"))
            }
        }
    }

    /// The problem with a word that names no session.
    pub(super) fn stranger(&self, word: &str) -> Problem {
        let names = self.sessions.iter().map(|session| session.name.as_str());
        let remedy = match nearest(word, names.chain(RESERVED.iter().copied())) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("write a line before it, like: open {word} tcp://127.0.0.1:7000"),
        };
        let remedy = if is_name(word) { remedy } else { String::new() };
        Problem::whole(word, format!("there is no session {word:?}"), remedy)
    }

    /// Takes the name of a session that is about to be opened.
    pub(super) fn name(&mut self, cursor: &mut Cursor<'_>) -> Result<usize, Problem> {
        let word = cursor.need("the name of the session is missing", NAMES)?;
        let wrong = |what: String, remedy: &str| Err(cursor.problem(word.span(), what, remedy));
        if !is_name(word.text) {
            return wrong(format!("{:?} is no name for a session", word.text), NAMES);
        }
        if RESERVED.contains(&word.text) {
            let what = format!("{:?} has a meaning of its own in scripts", word.text);
            return wrong(what, "choose another name");
        }
        let line = self.line;
        let found = self.sessions.iter().position(|session| session.name == word.text);
        match found {
            Some(found) if self.sessions[found].open => {
                let what = format!("{} is open since line {}", word.text, self.sessions[found].line);
                wrong(what, "choose another name, or close it before")
            }
            Some(found) => {
                self.sessions[found] = Named { name: word.text.to_owned(), open: true, line };
                Ok(found)
            }
            None => {
                self.sessions.push(Named { name: word.text.to_owned(), open: true, line });
                Ok(self.sessions.len() - 1)
            }
        }
    }

    fn check_args(&self) -> Result<(), Problem> {
        let Some(name) = self.given.names().find(|name| self.args.get(name).is_none()) else { return Ok(()) };
        let remedy = match nearest(name, self.args.names()) {
            Some(near) => format!("did you mean {near}?"),
            None if self.args.names().next().is_none() => "it takes none".to_owned(),
            None => format!("it has {}", self.args.names().collect::<Vec<_>>().join(", ")),
        };
        let what = format!("{} has no argument {name:?}", self.file);
        let word = format!("{name}={}", self.given.get(name).unwrap_or_default());
        Err(Problem::new(&word, 0..name.len(), what, remedy))
    }

    /// Tells each opening whether the step behind it wants it to be refused.
    fn settle(&mut self) {
        for index in 1..self.steps.len() {
            let Do::Expect { session: wants, what: Awaited::Refused } = self.steps[index].what else {
                continue;
            };
            match &mut self.steps[index - 1].what {
                Do::Open { session, refused, .. } if *session == wants => *refused = true,
                _ => {}
            }
        }
    }
}

fn statement(cursor: &mut Cursor<'_>) -> Result<&'static StatementSpec, Problem> {
    let word = cursor.word();
    let found = STATEMENTS.iter().find(|statement| statement.word == word.text);
    found.ok_or_else(|| {
        let words = || STATEMENTS.iter().map(|statement| statement.word);
        let remedy = match nearest(word.text, words()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("a line begins with one of: {}", words().collect::<Vec<_>>().join(" ")),
        };
        cursor.problem(word.span(), format!("unknown statement {:?}", word.text), remedy)
    })
}

/// Words that no session can be called, since they may stand where a name may be left out.
pub(super) const RESERVED: &[&str] = &[
    "text", "hex", "file", "mask", "prefix", "contains", "re", "nothing", "end", "reset", "refused",
    "within", "for", "none",
];
