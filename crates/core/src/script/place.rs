//! Endpoints that are complete only when the script runs: `tcp://127.0.0.1:{port:srv}`.

use crate::endpoint::{Endpoint, Role};
use crate::problem::Problem;

/// An endpoint, with ports of other sessions to be filled in.
#[derive(Debug, Clone)]
pub(super) struct Place {
    parts: Vec<Part>,
    role: Role,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    /// The port at which this session listens.
    Port(usize),
}

const OPEN: &str = "{port:";

impl Place {
    /// Reads an endpoint; `find` gives the session of a name.
    pub(super) fn parse(
        text: &str,
        listen: bool,
        find: impl Fn(&str) -> Result<usize, Problem>,
    ) -> Result<Self, Problem> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(OPEN) {
            let at = text.len() - rest.len() + open;
            let Some(length) = rest[open..].find('}') else {
                let what = "the field {port: does not end";
                return Err(Problem::new(text, at..text.len(), what, "close it with }"));
            };
            let name = &rest[open + OPEN.len()..open + length];
            parts.push(Part::Text(rest[..open].to_owned()));
            parts.push(Part::Port(find(name).map_err(|problem| problem.inside(text, at + OPEN.len()))?));
            rest = &rest[open + length + 1..];
        }
        parts.push(Part::Text(rest.to_owned()));
        let role = if listen { Role::Listen } else { Role::Send };
        let place = Self { parts, role };
        place.check(text)?;
        Ok(place)
    }

    /// The endpoint, with the ports that `port` tells.
    pub(super) fn endpoint(&self, port: impl Fn(usize) -> Option<u16>) -> Result<Endpoint, Problem> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Port(session) => match port(*session) {
                    Some(port) => text.push_str(&port.to_string()),
                    None => return Err(Problem::whole("", "that session listens at no port", "")),
                },
            }
        }
        let endpoint = Endpoint::parse(&text)?;
        endpoint.check(self.role)?;
        Ok(endpoint)
    }

    /// Finds out before the script runs what is wrong whatever the ports will be.
    fn check(&self, text: &str) -> Result<(), Problem> {
        let pointed = self.parts.len() == 1;
        match self.endpoint(|_| Some(1)) {
            Ok(_) => Ok(()),
            Err(problem) if pointed && problem.input == text => Err(problem),
            Err(problem) => Err(Problem::whole(text, problem.what, problem.remedy)),
        }
    }
}
