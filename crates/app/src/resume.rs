//! A file through a stream that goes on where it broke off.
//!
//! ```text
//! Sender, Receiver   what is said, and whether it is right            core::resume
//!   | acts   ^ what happens
//! sender, receiver   orders; the file, its pieces and checksums       here
//!   v orders | events
//! engine             carries them out, tells all
//! ```

mod check;
mod receiver;
mod saved;
mod sender;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use sockscope::bus::Sink;
use sockscope::core::endpoint::{Endpoint, SCHEMES, Scheme, Shape};
use sockscope::core::event::{End, Event, SocketId};
use sockscope::core::facts::Direction;
use sockscope::core::problem::Problem;
use sockscope::core::resume::{Done, Failure, Line};
use sockscope::guide::Order;
use sockscope::view::progress::size;

pub(crate) use receiver::Receiver;
pub(crate) use saved::Saved;
pub(crate) use sender::Sender;

use crate::exit::Verdict;
use crate::out;
use crate::transfer::Transfer;

/// How far it is, and how it ended: what the guide writes and the command line reads.
#[derive(Debug)]
pub(crate) struct Report {
    /// The file, as it was typed.
    path: String,
    direction: Direction,
    /// Nothing is to be said but errors.
    quiet: bool,
    transfer: Option<Transfer>,
    result: Option<Result<Done, Failure>>,
}

/// The report, for those who share it.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Rc<RefCell<Report>>);

impl Shared {
    fn new(path: &str, direction: Direction, quiet: bool) -> Self {
        let (path, transfer, result) = (path.to_owned(), None, None);
        Self(Rc::new(RefCell::new(Report { path, direction, quiet, transfer, result })))
    }

    /// Takes note of how it ended.
    fn note(&self, result: Option<Result<Done, Failure>>) {
        let mut report = self.0.borrow_mut();
        if report.result.is_none() && result.is_some() {
            report.result = result;
            if let Some(transfer) = &mut report.transfer {
                transfer.stop();
            }
        }
    }

    /// Tells how it ended.
    pub(crate) fn tell(&self) -> Verdict {
        let mut report = self.0.borrow_mut();
        if let Some(transfer) = &mut report.transfer {
            transfer.clear();
        }
        match report.result {
            Some(Ok(done)) => {
                if !report.quiet {
                    out::talk(&report.whole(done));
                }
                Verdict::Done
            }
            Some(Err(failure)) => {
                out::talk(&format!("sockscope: {}: {failure}\n", report.path));
                Verdict::No
            }
            // Why there was no connection, or that it was stopped, has been told.
            None => Verdict::No,
        }
    }
}

impl Report {
    /// That the file is whole at the receiver.
    fn whole(&self, done: Done) -> String {
        let sent = self.direction == Direction::Tx;
        let Done { from, size: all, sum } = done;
        let all = size(all);
        match &self.transfer {
            Some(transfer) if done.from < done.size || done.size == 0 => {
                let place = if sent { "whole at the peer" } else { "whole and as it was sent" };
                let before = match from {
                    0 => String::new(),
                    from => format!("; {} of {all} were there before", size(from)),
                };
                format!("{}, {place}{before}\n", transfer.words())
            }
            _ if sent => format!("nothing to send: the peer has all {all} already, sha256 {sum}\n"),
            _ => format!("{} is whole already, {all}, sha256 {sum}, as the peer has it\n", self.path),
        }
    }
}

impl Sink for Shared {
    fn event(&mut self, _seq: u64, event: &Event<'_>) -> io::Result<()> {
        if let (Some(transfer), false) =
            (&mut self.0.borrow_mut().transfer, matches!(event, Event::Messages(_)))
        {
            // Others may have something to say about it.
            transfer.clear();
        }
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a file can go on through this endpoint.
///
/// # Errors
///
/// What travels there may be lost, or is no connection.
pub(crate) fn check(endpoint: &Endpoint) -> Result<(), Problem> {
    if carries(endpoint.scheme) {
        return Ok(());
    }
    let text = endpoint.to_string();
    let usable: Vec<_> = SCHEMES.iter().filter(|s| s.built_in && carries(s)).map(|s| s.name).collect();
    let what = format!("--resume needs a stream, and {} is none", endpoint.scheme.name);
    Err(Problem::new(&text, 0..endpoint.scheme.name.len(), what, format!("use {}", usable.join(", "))))
}

/// A stream, or messages on a connection of their own that come in order.
fn carries(scheme: &Scheme) -> bool {
    scheme.shape == Shape::Stream || scheme.features.contains(&"ws")
}

/// The order to send a line.
fn say(socket: SocketId, line: Line) -> Order {
    Order::Send { to: vec![(socket, None)], bytes: format!("{line}\n").into_bytes() }
}

/// The order to end the run.
fn finish(result: Option<Result<Done, Failure>>) -> Order {
    Order::Finish(if matches!(result, Some(Ok(_))) { End::Done } else { End::Failed })
}
