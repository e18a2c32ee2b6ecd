//! A command as a person writes it and a drone reads it.

mod check;
mod hint;
#[cfg(test)]
mod tests;

use std::ops::Range;

use sockscope::core::near::nearest;
use sockscope::core::problem::Problem;

use crate::sdk::Sdk;
use crate::table::{Form, Spec, commands};

pub use check::radius;
pub use hint::{complete, hint};

/// A command whose name and number of arguments an SDK knows.
///
/// ```
/// use sockscope_tello::command::Command;
/// use sockscope_tello::sdk::Sdk;
///
/// let forward = Command::read("forward 50", Sdk::V1_3).unwrap();
/// assert_eq!((forward.spec().name, forward.numbers()), ("forward", &[50.0][..]));
/// let error = Command::read("forward 5", Sdk::V1_3).unwrap_err();
/// assert_eq!(error.to_string(), "5 is out of range; x is 20 to 500 cm");
/// ```
#[derive(Debug, Clone)]
pub struct Command {
    spec: &'static Spec,
    line: String,
    /// Where in the line its arguments are.
    args: Vec<Range<usize>>,
    numbers: Vec<f64>,
}

impl Command {
    /// Reads a line and checks its arguments. White space around it does not count.
    ///
    /// # Errors
    ///
    /// The SDK does not know it, or an argument is out of its range.
    pub fn read(line: &str, sdk: Sdk) -> Result<Self, Problem> {
        let command = Self::find(line, sdk)?;
        command.check(sdk)?;
        Ok(command)
    }

    /// Reads a line without a look at ranges, as a drone does first: what this refuses is an `unknown command` to it.
    ///
    /// # Errors
    ///
    /// The SDK has no such name, or it takes other arguments; a number is none.
    pub fn find(line: &str, sdk: Sdk) -> Result<Self, Problem> {
        let line = line.trim();
        let words = words(line);
        if let Some(empty) = words.iter().find(|word| word.is_empty() && !line.is_empty()) {
            let remedy = "words stand one blank apart";
            return Err(Problem::new(line, empty.clone(), "two blanks in a row", remedy));
        }
        let named = |sdk: Sdk| commands().filter(move |spec| spec.is_in(sdk) && begins(line, spec.name));
        let fits = |spec: &&Spec| fits(spec, words.len());
        // The longest name counts: `EXT led br` before `EXT led`.
        let Some(spec) = named(sdk).filter(fits).max_by_key(|spec| spec.name.len()) else {
            return Err(match named(sdk).max_by_key(|spec| spec.name.len()) {
                Some(spec) => arity(line, &words, spec),
                None => unknown(
                    line,
                    &words,
                    sdk,
                    Sdk::ALL.into_iter().find(|other| named(*other).any(|spec| fits(&spec))),
                ),
            });
        };
        let args = arguments(line, &words, spec);
        let mut numbers = Vec::new();
        for (arg, range) in
            spec.args.iter().zip(&args).filter(|(arg, _)| matches!(arg.form, Form::Number { .. }))
        {
            let text = &line[range.clone()];
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            let what = || {
                Problem::new(line, range.clone(), format!("\"{text}\" is no number"), check::wanted(arg, sdk))
            };
            numbers.push(number.ok_or_else(what)?);
        }
        Ok(Self { spec, line: line.to_owned(), args, numbers })
    }

    /// Its row of the table.
    pub fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// What is sent.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Those of its arguments that are numbers, in order.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// An argument as it was written, from 0.
    pub fn arg(&self, index: usize) -> Option<&str> {
        self.args.get(index).map(|range| &self.line[range.clone()])
    }
}

/// Where the words of a line are.
fn words(line: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let range = |word: &str| {
        let start = at;
        at += word.len() + 1;
        start..start + word.len()
    };
    line.split(' ').map(range).collect()
}

/// Whether a line begins with a name and then ends, or goes on with another word.
fn begins(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// How many words a name has.
fn length(name: &str) -> usize {
    name.split(' ').count()
}

/// Whether so many words are those of a command.
fn fits(spec: &Spec, words: usize) -> bool {
    let wanted = length(spec.name) + spec.args.len();
    words == wanted
        || words > wanted && matches!(spec.args.last(), Some(last) if matches!(last.form, Form::Text(_)))
}

/// Where the arguments are; text goes to the end of the line.
fn arguments(line: &str, words: &[Range<usize>], spec: &Spec) -> Vec<Range<usize>> {
    let mut args: Vec<_> = words.iter().skip(length(spec.name)).take(spec.args.len()).cloned().collect();
    if let Some(last) = args.last_mut() {
        let text = spec.args.last().is_some_and(|arg| matches!(arg.form, Form::Text(_)));
        last.end = if text { line.len() } else { last.end };
    }
    args
}

fn arity(line: &str, words: &[Range<usize>], spec: &Spec) -> Problem {
    let (given, wanted) = (words.len() - length(spec.name), spec.args.len());
    let remedy =
        if wanted == 0 { format!("{} stands alone", spec.name) } else { format!("write {}", spec.syntax()) };
    if given < wanted {
        let missing = spec.args[given].name;
        return Problem::new(line, line.len()..line.len(), format!("{missing} is missing"), remedy);
    }
    let extra = words[length(spec.name) + wanted].start..line.len();
    Problem::new(line, extra.clone(), format!("\"{}\" is too much", &line[extra]), remedy)
}

fn unknown(line: &str, words: &[Range<usize>], sdk: Sdk, other: Option<Sdk>) -> Problem {
    if line.is_empty() {
        return Problem::whole(line, "no command", "write one, as takeoff");
    }
    if let Some(other) = other {
        let what = format!("\"{line}\" is of SDK {other}, and this is {sdk}");
        return Problem::whole(line, what, "choose another --sdk, if the drone has it");
    }
    // Of what a controller knows the name has several words.
    let known = || commands().filter(move |spec| spec.is_in(sdk));
    let tries = (1..=words.len().min(4)).rev().map(|count| &line[..words[count - 1].end]);
    let meant = tries.filter_map(|name| nearest(name, known().map(|spec| spec.name))).next();
    let remedy = meant.map_or("commands lists them all".to_owned(), |name| format!("did you mean {name}?"));
    Problem::new(line, words[0].clone(), format!("unknown command \"{}\"", &line[words[0].clone()]), remedy)
}
