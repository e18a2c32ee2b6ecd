//! The end that has the file, as a guide.

use std::collections::VecDeque;
use std::fs;
use std::os::fd::BorrowedFd;
use std::path::PathBuf;

use sha2::Sha256;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{Event, Messages, Purpose, SocketId, Trouble};
use sockscope::core::facts::Direction;
use sockscope::core::moment::{Moment, Now};
use sockscope::core::problem::Problem;
use sockscope::core::resume::{self, Act, Failure, Sum};
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

use super::check::{Check, sum};
use super::{Shared, finish, say};
use crate::pieces::Pieces;
use crate::transfer::Transfer;

/// Sends a file from where the peer is.
#[derive(Debug)]
pub(crate) struct Sender {
    path: PathBuf,
    size: u64,
    machine: resume::Sender,
    socket: Option<SocketId>,
    orders: VecDeque<Order>,
    /// Checksums that are being made.
    check: Option<Check>,
    /// The hash of what the peer has.
    first: Option<Sha256>,
    /// The checksum of the whole, as the peer was told.
    announced: Option<Sum>,
    pieces: Option<Pieces>,
    /// What was ordered has gone: there is room for a piece.
    room: bool,
    /// Lines that were ordered and have not gone: they go before all bytes of the file.
    lines: u32,
    shared: Shared,
}

impl Sender {
    /// Whoever sends this file there, and where to read what became of it. `quiet`: nobody looks.
    pub(crate) fn new(path: &str, endpoint: Endpoint, quiet: bool) -> Result<(Self, Shared), Error> {
        let data = fs::metadata(path).map_err(|error| Error::Read { what: path.to_owned(), error })?;
        if !data.is_file() {
            let what = format!("{path} is no file that could be gone on with");
            return Err(Problem::whole(path, what, "leave out --resume").into());
        }
        let shared = Shared::new(path, Direction::Tx, quiet);
        let sender = Self {
            path: path.into(),
            size: data.len(),
            machine: resume::Sender::new(data.len()),
            socket: None,
            orders: [Order::Reach { name: String::new(), endpoint, framing: None }].into(),
            check: None,
            first: None,
            announced: None,
            pieces: None,
            room: false,
            lines: 0,
            shared: shared.clone(),
        };
        Ok((sender, shared))
    }

    fn act(&mut self, act: Act) -> Result<(), Error> {
        match (act, self.socket) {
            (Act::Say(line), Some(socket)) => {
                self.lines += 1;
                self.orders.push_back(say(socket, line));
            }
            (Act::Check { len }, _) => self.check = Some(Check::new(&self.path, len, self.size)?),
            (Act::Send { from, size }, _) => {
                let (hash, quiet) = (self.first.take().unwrap_or_default(), self.shared.0.borrow().quiet);
                let transfer = Transfer::sent(Some(size)).resumed(from, hash, size, !quiet);
                self.shared.0.borrow_mut().transfer = Some(transfer);
                self.pieces = Some(Pieces::between(&self.path, from, size)?);
            }
            (Act::End, Some(socket)) => self.orders.push_back(Order::End(socket)),
            (Act::Finish, _) => self.orders.push_back(finish(self.machine.result())),
            (Act::Take { .. } | Act::Say(_) | Act::End, _) => {}
        }
        Ok(())
    }

    /// Orders the next piece of the file, when the one before has gone.
    fn piece(&mut self) -> Result<(), Error> {
        let (Some(pieces), Some(socket), true) = (&mut self.pieces, self.socket, self.room) else {
            return Ok(());
        };
        self.room = false;
        match pieces.next()? {
            Some(bytes) => self.orders.push_back(Order::Send { to: vec![(socket, None)], bytes }),
            None if pieces.is_short() => self.machine.changed(),
            None => self.pieces = None,
        }
        Ok(())
    }

    /// Makes some of the checksums that are wanted.
    fn check(&mut self, now: Now) -> Result<(), Error> {
        let Some(check) = &mut self.check else { return Ok(()) };
        let Some(checked) = check.some()? else { return Ok(()) };
        self.check = None;
        if checked.short {
            self.machine.changed();
        }
        let whole = sum(&checked.whole);
        self.machine.checked(now.moment, sum(&checked.first), whole);
        self.announced = Some(whole);
        self.first = Some(checked.first);
        Ok(())
    }

    /// Something has gone.
    fn gone(&mut self, messages: &Messages<'_>) {
        self.room = true;
        for message in messages.iter() {
            if self.lines > 0 {
                self.lines -= 1;
                continue;
            }
            self.machine.gone(message.bytes.len() as u64);
            if let Some(transfer) = &mut self.shared.0.borrow_mut().transfer {
                transfer.pass(message.bytes).expect("it writes no file");
            }
        }
    }

    fn heard(&mut self, now: Now, event: &Event<'_>) {
        let own = |socket: SocketId| self.socket == Some(socket);
        match event {
            Event::Opened(opened) if opened.purpose == Purpose::Talk => {
                self.socket = Some(opened.socket);
                self.machine.opened(now.moment);
            }
            Event::Messages(messages) if messages.direction == Direction::Tx => self.gone(messages),
            Event::Messages(messages) => {
                messages.iter().for_each(|message| self.machine.heard(now.moment, message.bytes));
            }
            Event::Ended(ended) if ended.direction == Direction::Rx => self.machine.ended(),
            Event::Closed(closed) if own(closed.socket) => self.machine.closed(),
            Event::Warning(warning) if matches!(warning.what, Trouble::NotOpened { .. }) => {
                self.orders.push_back(finish(None));
            }
            _ => {}
        }
    }

    /// What it comes to: damage that began here has another remedy.
    fn note(&self) {
        let mut result = self.machine.result();
        if let (Some(Err(Failure::PeerDamaged)), Some(transfer)) = (result, &self.shared.0.borrow().transfer)
            && self.announced != Some(transfer.sum())
        {
            result = Some(Err(Failure::Changed));
        }
        self.shared.note(result);
    }
}

impl Guide for Sender {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        self.machine.due(now.moment);
        self.check(now)?;
        self.piece()?;
        while let Some(act) = self.machine.act() {
            self.act(act)?;
        }
        self.note();
        Ok(self.orders.pop_front())
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        self.heard(now, event);
        self.note();
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        Err(error)
    }

    /// Checksums are made in between, without waiting.
    fn wakeup(&self) -> Option<Moment> {
        if self.check.is_some() { Some(Moment(0)) } else { self.machine.wakeup() }
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
