//! How a script is read.

use std::ops::Range;
use std::time::Duration;

use sockscope::core::problem::Problem;
use sockscope::core::quantity;

use super::condition::Condition;
use super::{Script, Step, What};
use crate::command::Command;
use crate::sdk::Sdk;

/// How long `until` waits where nothing else is said.
const WITHIN: Duration = Duration::from_secs(10);

/// Steps that a script does at most, repeats counted.
const MOST: u64 = 100_000;

impl Script {
    /// Reads a script for an SDK, all of it, and follows it once: a move on the ground, a take-off in the air and a number
    /// out of range are found before anything flies. `#` begins a comment.
    ///
    /// # Errors
    ///
    /// Each line that is wrong, with its number before what is wrong.
    pub fn read(text: &str, sdk: Sdk) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader { sdk, steps: Vec::new(), open: Vec::new() };
        let mut problems = Vec::new();
        let mut at = 0;
        for (index, line) in text.split('\n').enumerate() {
            if let Err(problem) = reader.line(index + 1, line) {
                problems.push(named(index + 1, problem.inside(text, at)));
            }
            at += line.len() + 1;
        }
        if let Some(start) = reader.open.first() {
            let line = reader.steps[*start].line;
            let problem = Problem::whole(
                text.split('\n').nth(line - 1).unwrap_or_default(),
                "repeat has no end",
                "write end below",
            );
            problems.push(named(line, problem));
        }
        if problems.is_empty() {
            let script = Self { steps: reader.steps };
            problems.extend(script.check(text).err());
            if problems.is_empty() {
                return Ok(script);
            }
        }
        Err(problems)
    }

    /// How many steps are done, repeats counted.
    fn length(&self) -> u64 {
        let mut factor = vec![1_u64];
        let mut length = 0_u64;
        for step in &self.steps {
            match step.what {
                What::Repeat { times, .. } => {
                    factor.push(factor[factor.len() - 1].saturating_mul(times.into()))
                }
                What::Again { .. } => drop(factor.pop()),
                _ => length = length.saturating_add(factor[factor.len() - 1]),
            }
        }
        length
    }

    /// Follows it once on paper.
    fn check(&self, text: &str) -> Result<(), Problem> {
        if self.length() > MOST {
            let what = format!("that makes {} steps", self.length());
            return Err(Problem::whole("", what, format!("at most {MOST} are done")));
        }
        if !self.steps.iter().any(|step| matches!(step.what, What::Command(_))) {
            return Err(Problem::whole("", "there is no command in this script", "write one, as takeoff"));
        }
        for step in &self.steps {
            let What::Command(command) = &step.what else { continue };
            if command.spec().name == "emergency" {
                return Err(self.at(text, step, "emergency drops the drone where it is", "land instead"));
            }
        }
        self.airborne(text)
    }

    /// Whether each command comes where it can be done; what is repeated is followed twice, which shows whether its end
    /// fits its beginning.
    fn airborne(&self, text: &str) -> Result<(), Problem> {
        use crate::table::Needs;
        let drones = self.steps.iter().filter_map(|step| step.only).max().unwrap_or(1);
        for drone in 1..=drones {
            let mut flies = false;
            let mut turned = vec![false; self.steps.len()];
            let mut index = 0;
            while let Some(step) = self.steps.get(index) {
                index += 1;
                match &step.what {
                    What::Again { start } if !turned[index - 1] => {
                        turned[index - 1] = true;
                        index = start + 1;
                    }
                    What::Command(command) if step.only.is_none_or(|only| only == drone) => {
                        let spec = command.spec();
                        match (spec.needs, flies) {
                            (Needs::Flying | Needs::Pads, false) => {
                                let what =
                                    format!("{} comes while the drone stands on the ground", spec.name);
                                return Err(self.at(text, step, &what, "take off before"));
                            }
                            (Needs::Ground, true) => {
                                let what = format!("{} comes while the drone flies", spec.name);
                                return Err(self.at(text, step, &what, "land before"));
                            }
                            _ => {}
                        }
                        flies = match spec.name {
                            "takeoff" | "throwfly" => true,
                            "land" => false,
                            _ => flies,
                        };
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn at(&self, text: &str, step: &Step, what: &str, remedy: &str) -> Problem {
        let before: usize = text.split('\n').take(step.line - 1).map(|line| line.len() + 1).sum();
        let line = text.split('\n').nth(step.line - 1).unwrap_or_default();
        let bare = bare(line);
        named(step.line, Problem::new(text, before + bare.start..before + bare.end, what, remedy))
    }
}

/// What is read so far.
struct Reader {
    sdk: Sdk,
    steps: Vec<Step>,
    /// Repeats that have no end yet.
    open: Vec<usize>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), Problem> {
        let Range { start, end } = bare(line);
        let text = &line[start..end];
        if text.is_empty() {
            return Ok(());
        }
        let inside = |problem: Problem, at: usize| problem.inside(line, at);
        let (only, text, start) = match text.strip_prefix('@') {
            None => (None, text, start),
            Some(rest) => {
                let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let only = word.parse().ok().filter(|drone| *drone > 0);
                let what = || {
                    Problem::new(
                        line,
                        start..start + 1 + word.len(),
                        "no number of a drone",
                        "write it like @2 forward 50",
                    )
                };
                let at = end - rest.trim_start().len();
                (Some(only.ok_or_else(what)?), rest.trim_start(), at)
            }
        };
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let at = start + text.len() - rest.len();
        let what = match word {
            "wait" => What::Wait(quantity::duration(rest.trim()).map_err(|problem| inside(problem, at))?),
            "until" => {
                let (condition, within) =
                    rest.split_once(" within ").map_or((rest, None), |(a, b)| (a, Some(b)));
                let condition = Condition::read(condition).map_err(|problem| inside(problem, at))?;
                let read = |text: &str| {
                    quantity::duration(text.trim()).map_err(|problem| inside(problem, end - text.len()))
                };
                What::Until(condition, within.map_or(Ok(WITHIN), read)?)
            }
            "expect" => What::Expect(Condition::read(rest).map_err(|problem| inside(problem, at))?),
            "say" => What::Say(rest.to_owned()),
            "barrier" if rest.is_empty() => What::Barrier,
            "repeat" => return self.repeat(number, line, rest, at),
            "end" if rest.is_empty() => return self.end(number, line),
            _ => What::Command(Command::read(text, self.sdk).map_err(|problem| inside(problem, start))?),
        };
        self.steps.push(Step { line: number, only, what });
        Ok(())
    }

    fn repeat(&mut self, number: usize, line: &str, times: &str, at: usize) -> Result<(), Problem> {
        let count = times.trim().parse().ok().filter(|times| (1..=10_000).contains(times));
        let what = || {
            Problem::new(
                line,
                at..at + times.len(),
                format!("\"{times}\" is no number of times"),
                "write 1 to 10000",
            )
        };
        self.open.push(self.steps.len());
        self.steps.push(Step {
            line: number,
            only: None,
            what: What::Repeat { times: count.unwrap_or(1), end: 0 },
        });
        count.map(drop).ok_or_else(what)
    }

    fn end(&mut self, number: usize, line: &str) -> Result<(), Problem> {
        let Some(start) = self.open.pop() else {
            return Err(Problem::new(line, bare(line), "there is nothing to end", "repeat comes before end"));
        };
        let behind = self.steps.len() + 1;
        if let Some(Step { what: What::Repeat { end, .. }, .. }) = self.steps.get_mut(start) {
            *end = behind;
        }
        self.steps.push(Step { line: number, only: None, what: What::Again { start } });
        Ok(())
    }
}

/// A line without its comment and the white space around.
fn bare(line: &str) -> Range<usize> {
    let code = line.split('#').next().unwrap_or_default();
    let start = code.len() - code.trim_start().len();
    start..start.max(code.trim_end().len())
}

/// A problem with the number of its line before it.
fn named(line: usize, mut problem: Problem) -> Problem {
    problem.what = format!("line {line}: {}", problem.what);
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "\
# A square
takeoff
until h > 40 within 8s
repeat 4   # sides
  forward 100
  cw 90
end
expect bat > 20
say home again
wait 1.5s
@2 flip l
barrier
land
";

    #[test]
    fn a_script_is_read_in_whole() {
        let script = Script::read(SQUARE, Sdk::V2_0).unwrap();
        let lines: Vec<_> = script.steps.iter().map(|step| step.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
        assert!(matches!(script.steps[2].what, What::Repeat { times: 4, end: 6 }));
        assert!(matches!(script.steps[5].what, What::Again { start: 2 }));
        assert!(matches!(&script.steps[7].what, What::Say(text) if text == "home again"));
        assert_eq!(script.steps[9].only, Some(2));
        assert_eq!(script.length(), 16);
    }

    #[test]
    fn every_wrong_line_is_told() {
        let text = "takeoff\nforwrd 50\nup 5\nwait long\nuntil hh > 3\nend\nrepeat 0\nland\nend\n";
        let wrong: Vec<_> =
            Script::read(text, Sdk::V1_3).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            wrong,
            [
                "line 2: unknown command \"forwrd\"; did you mean forward?",
                "line 3: 5 is out of range; x is 20 to 500 cm",
                "line 4: \"long\" is not a duration; write a number and a unit, like 500ms or 1.5s",
                "line 5: the state has no \"hh\"; did you mean h?",
                "line 6: there is nothing to end; repeat comes before end",
                "line 7: \"0\" is no number of times; write 1 to 10000",
            ]
        );
    }

    #[test]
    fn what_cannot_be_done_there_is_found_on_the_ground() {
        let wrong = |text: &str| {
            let problems = Script::read(text, Sdk::V2_0).unwrap_err();
            let first = &problems[0];
            (first.to_string(), first.input[first.span.clone()].to_owned())
        };
        let of = |what: &str, spot: &str| (what.to_owned(), spot.to_owned());
        let ground = "line 1: forward comes while the drone stands on the ground; take off before";
        assert_eq!(wrong("forward 50\n"), of(ground, "forward 50"));
        let twice = "line 2: takeoff comes while the drone flies; land before";
        assert_eq!(wrong("repeat 2\n takeoff # up\nend\nland"), of(twice, "takeoff"));
        assert_eq!(
            wrong("takeoff\nemergency"),
            of("line 2: emergency drops the drone where it is; land instead", "emergency")
        );
        assert_eq!(wrong("# nothing\n").0, "there is no command in this script; write one, as takeoff");
        assert_eq!(wrong("takeoff\nrepeat 2\nland").0, "line 2: repeat has no end; write end below");
        let many = "takeoff\nrepeat 10000\nrepeat 10000\nup 20\nend\nend\n";
        assert_eq!(wrong(many).0, "that makes 100000001 steps; at most 100000 are done");
        assert!(Script::read("@2 takeoff\nland\n", Sdk::V2_0).is_err());
        assert!(Script::read("takeoff\n@2 up 50\nland\n", Sdk::V2_0).is_ok());
    }
}
