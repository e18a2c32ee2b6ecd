//! From a line to a rule.

use std::time::Duration;

use super::{Answer, Limit, Rule};
use crate::charset::Charset;
use crate::pattern::{Cursor, Pattern, pattern, template};
use crate::problem::Problem;
use crate::quantity::duration;

/// Where bytes in hex end: on the left side, and on the right.
const ARROW: &[&str] = &["=>"];
const BEHIND: &[&str] = &["after", "once"];

pub(super) fn rule(text: &str, charset: Charset) -> Result<Rule, Problem> {
    let mut cursor = Cursor::new(text);
    let pattern = pattern(&mut cursor, charset, ARROW)?;
    if !cursor.takes("=>") {
        let spot = cursor.peek();
        let remedy = "write PATTERN => ANSWER, with blanks around the =>";
        return Err(cursor.problem(spot.span(), "\"=>\" is missing between pattern and answer", remedy));
    }
    let answer = answer(&mut cursor, charset, &pattern)?;
    let (mut after, mut limit) = (None, None);
    loop {
        let word = cursor.peek();
        match word.text {
            "after" if after.is_none() => after = Some(delay(&mut cursor)?),
            "once" if limit.is_none() => limit = Some(once(&mut cursor)?),
            "after" | "once" => {
                return Err(cursor.problem(
                    word.span(),
                    format!("a second {:?}", word.text),
                    "leave one out",
                ));
            }
            _ => break,
        }
    }
    cursor.end().map_err(|problem| Problem {
        remedy: "behind an answer there may be: after TIME, once, once per peer".to_owned(),
        ..problem
    })?;
    Ok(Rule {
        pattern,
        answer,
        after: after.unwrap_or_default(),
        limit: limit.unwrap_or(Limit::Always),
        written: text.trim().to_owned(),
    })
}

fn answer(cursor: &mut Cursor<'_>, charset: Charset, pattern: &Pattern) -> Result<Answer, Problem> {
    if cursor.takes("nothing") {
        return Ok(Answer::Nothing);
    }
    if cursor.takes("close") {
        return Ok(Answer::Close);
    }
    if cursor.peek().text.is_empty() {
        let remedy = "write text \"…\", hex …, nothing or close";
        return Err(cursor.problem(cursor.peek().span(), "the answer is missing", remedy));
    }
    let (template, written) = template(cursor, charset, BEHIND)?;
    if let Some((key, span)) = template.groups().find(|(key, _)| !pattern.has(key)) {
        let what = format!("the pattern has no group {key}");
        let problem = Problem::new(&written.text, span, what, "an re captures groups, as in re /(\\d+)/");
        return Err(written.seen(problem, cursor.line));
    }
    Ok(Answer::Send(Box::new(template)))
}

/// `after TIME`.
fn delay(cursor: &mut Cursor<'_>) -> Result<Duration, Problem> {
    cursor.word();
    let word = cursor.need("how long after is missing", "write a time, like after 100ms")?;
    duration(word.text).map_err(|problem| problem.inside(cursor.line, word.at))
}

/// `once` or `once per peer`.
fn once(cursor: &mut Cursor<'_>) -> Result<Limit, Problem> {
    cursor.word();
    if !cursor.takes("per") {
        return Ok(Limit::Once);
    }
    let word = cursor.word();
    match word.text {
        "peer" => Ok(Limit::OncePerPeer),
        _ => Err(cursor.problem(word.span(), "once per what?", "write once, or once per peer")),
    }
}

pub(super) fn file(text: &str, name: &str, charset: Charset) -> Result<Vec<Rule>, Problem> {
    let lines = (1..).zip(text.lines().map(|line| line.trim_start_matches('\u{feff}')));
    let written = lines.filter(|(_, line)| !Cursor::new(line).peek().text.is_empty());
    let rules = written.map(|(number, line)| {
        rule(line, charset)
            .map_err(|problem| Problem { what: format!("{name}:{number}: {}", problem.what), ..problem })
    });
    rules.collect()
}
