//! Exit status: 0 done, 1 the answer is no, 2 could not try.

use std::process::ExitCode;

use sockscope::core::event::End;
use sockscope::core::problem::Problem;
use sockscope::drive::Outcome;
use sockscope::error::Error;

use crate::out;

/// How a command ended that could be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done.
    Done,
    /// The other side said no, or something was lost.
    No,
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        match outcome.end {
            End::Failed
            | End::NoAnswer
            | End::Unmet
            | End::Broken(_)
            | End::NotOpened
            | End::TurnedAway
            | End::IdlePeer => Self::No,
            End::Count | End::Idle | End::TimeUp | End::Done | End::Stopped | End::Ended | End::Asked => {
                Self::Done
            }
        }
    }
}

/// The exit status of a result; an error is told on standard error first.
pub(crate) fn code(result: anyhow::Result<Verdict>) -> ExitCode {
    match result {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            out::error(&error);
            let no = error.downcast_ref::<Error>().is_some_and(Error::is_no);
            ExitCode::from(if no { 1 } else { 2 })
        }
    }
}

/// Whoever read the output has had enough: that is success.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<std::io::Error>() {
        Some(io) => io.kind() == std::io::ErrorKind::BrokenPipe,
        None => matches!(cause.downcast_ref(), Some(Error::Output(io)) if io.kind() == std::io::ErrorKind::BrokenPipe),
    })
}

/// The problem behind an error, which can show its place.
pub(crate) fn problem(error: &anyhow::Error) -> Option<&Problem> {
    error.downcast_ref::<Problem>().or_else(|| match error.downcast_ref::<Error>() {
        Some(Error::Input(problem)) => Some(problem),
        _ => None,
    })
}
