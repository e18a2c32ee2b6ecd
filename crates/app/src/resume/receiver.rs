//! The end that is to have the file, as a guide.

use std::collections::VecDeque;
use std::os::fd::BorrowedFd;

use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{Event, Purpose, SocketId};
use sockscope::core::facts::Direction;
use sockscope::core::moment::{Moment, Now};
use sockscope::core::problem::Problem;
use sockscope::core::resume::{self, Act};
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

use super::check::sum;
use super::saved::unwritable;
use super::{Saved, Shared, finish, say};
use crate::transfer::Transfer;

/// Takes what it lacks of a file from the one peer that comes.
#[derive(Debug)]
pub(crate) struct Receiver {
    machine: resume::Receiver,
    socket: Option<SocketId>,
    orders: VecDeque<Order>,
    saved: Saved,
    /// What came could not be saved.
    broken: Option<Error>,
    shared: Shared,
}

impl Receiver {
    /// Whoever saves into this file, named `path`, what comes at one of these places, and where to read what became
    /// of it. `quiet`: nobody looks.
    pub(crate) fn new(saved: Saved, path: &str, endpoints: Vec<Endpoint>, quiet: bool) -> (Self, Shared) {
        let shared = Shared::new(path, Direction::Rx, quiet);
        let listen = |endpoint| Order::Listen { name: String::new(), endpoint, framing: None };
        let receiver = Self {
            machine: resume::Receiver::new(saved.have, sum(&saved.hash)),
            socket: None,
            orders: endpoints.into_iter().map(listen).collect(),
            saved,
            broken: None,
            shared: shared.clone(),
        };
        (receiver, shared)
    }

    /// The peer sent something.
    fn received(&mut self, now: Now, bytes: &[u8]) {
        let bytes = self.machine.heard(now.moment, bytes);
        self.act(now);
        if bytes.is_empty() {
            return;
        }
        if let Err(problem) = self.save(bytes) {
            self.broken.get_or_insert(problem.into());
        }
        self.machine.taken(bytes.len() as u64);
        self.act(now);
    }

    fn save(&self, bytes: &[u8]) -> Result<(), Problem> {
        let mut report = self.shared.0.borrow_mut();
        let Some(transfer) = &mut report.transfer else { return Ok(()) };
        transfer.pass(bytes).map_err(|error| {
            let remedy = "what came before is kept: the same command again goes on";
            Problem {
                remedy: remedy.to_owned(),
                ..unwritable(&self.saved.path.display().to_string(), &error)
            }
        })
    }

    /// Does at once what is to be done, or orders it.
    fn act(&mut self, now: Now) {
        while let Some(act) = self.machine.act() {
            match (act, self.socket) {
                (Act::Say(line), Some(socket)) => self.orders.push_back(say(socket, line)),
                (Act::Take { from, size }, _) => self.take(from, size),
                (Act::Check { .. }, _) => {
                    let transfer = self.shared.0.borrow().transfer.as_ref().map(Transfer::sum);
                    let whole = transfer.unwrap_or_else(|| sum(&self.saved.hash));
                    self.machine.checked(now.moment, whole);
                }
                (Act::End, Some(socket)) => self.orders.push_back(Order::End(socket)),
                (Act::Finish, _) => self.orders.push_back(finish(self.machine.result())),
                (Act::Send { .. } | Act::Say(_) | Act::End, _) => {}
            }
        }
        self.shared.note(self.machine.result());
    }

    /// Bytes will come.
    fn take(&mut self, from: u64, size: u64) {
        self.saved.keep();
        match self.saved.file.try_clone() {
            Ok(file) => {
                let mut report = self.shared.0.borrow_mut();
                let transfer = Transfer::received(file);
                report.transfer = Some(transfer.resumed(from, self.saved.hash.clone(), size, !report.quiet));
            }
            Err(error) => {
                self.broken = Some(unwritable(&self.saved.path.display().to_string(), &error).into());
            }
        }
    }
}

impl Guide for Receiver {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        self.machine.due(now.moment);
        self.act(now);
        Ok(self.orders.pop_front())
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        let own = |socket: SocketId| self.socket == Some(socket);
        match event {
            Event::Opened(opened) if opened.purpose == Purpose::Accept && self.socket.is_none() => {
                self.socket = Some(opened.socket);
                self.machine.opened();
            }
            Event::Messages(messages) if own(messages.socket) && messages.direction == Direction::Rx => {
                messages.iter().for_each(|message| self.received(now, message.bytes));
            }
            Event::Ended(ended) if own(ended.socket) && ended.direction == Direction::Rx => {
                self.machine.ended();
            }
            Event::Closed(closed) if own(closed.socket) => self.machine.closed(),
            _ => {}
        }
        self.act(now);
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        Err(error)
    }

    fn wakeup(&self) -> Option<Moment> {
        self.machine.wakeup()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
