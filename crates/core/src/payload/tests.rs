//! Tests of the whole notation: what was written against the bytes or the problem it gives.

mod dumps;
mod fields;
mod hex;
mod laws;
mod text;

use super::{Context, Eol, Groups, Payload};
use crate::charset::{Charset, Unmappable};
use crate::facts::Stamp;
use crate::problem::Problem;
use crate::rng::Rng;

/// The message of the send number `counter` at 2009-02-14 07:31:30.987654321 in China.
fn nth(payload: &Payload, counter: u64) -> Result<Vec<u8>, Problem> {
    let template = payload.compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None)?;
    let mut rng = Rng::new(1);
    let time = Stamp(1_234_567_890_987_654_321);
    let mut groups = Groups::default();
    groups.push(None, Some(b"a=\xff"));
    groups.push(Some("value"), Some(b"\xff"));
    let groups = Some(&groups);
    let mut context = Context { counter, time, utc_offset_s: 8 * 3600, rng: &mut rng, groups };
    let mut out = b"an earlier message".to_vec();
    let earlier = out.len();
    let result = template.render(&mut context, &mut out);
    let message = out.split_off(earlier);
    assert_eq!(out, b"an earlier message");
    result.map(|()| message)
}

/// The first message of a payload in text notation.
fn first(notation: &str) -> Vec<u8> {
    nth(&Payload::text(notation).unwrap(), 0).unwrap()
}

/// The problem and what it points at.
fn told(problem: Problem) -> (String, String) {
    let spot = problem.input[problem.span.clone()].to_owned();
    (problem.to_string(), spot)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Problem>, spot: &str, start: &str) {
    let (message, at) = told(result.unwrap_err());
    assert!(message.starts_with(start), "{message}");
    assert_eq!(at, spot, "{message}");
}
