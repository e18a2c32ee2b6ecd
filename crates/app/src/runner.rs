//! Plays a script with real sockets: what it wants becomes orders, what happens becomes happenings.
//!
//! ```text
//! Player   what the script wants, and whether it is met     core::script
//!   | acts          ^ happenings
//! Runner   sessions by name, peers by number                runner, seats, happen
//!   v orders        | events
//! engine   carries them out, tells all
//! ```

mod happen;
mod load;
mod seats;
pub(crate) mod told;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use sockscope::core::event::{End, Event, SocketId};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::script::{Act, Failure, Happening, Player, SessionId, Verdict, What};
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

pub(crate) use load::load;
use seats::Seats;

use crate::pieces::Pieces;

/// What became of a script, as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How it ended; `None` while it goes on, or when it was stopped.
    pub(crate) verdict: Option<Verdict>,
    /// How many statements were done.
    pub(crate) done: u64,
    /// How long it took.
    pub(crate) took: Duration,
    /// The statement that is being done: file and line.
    pub(crate) place: Option<(String, usize)>,
}

/// Plays a script.
#[derive(Debug)]
pub(crate) struct Runner {
    player: Player,
    seats: Seats,
    orders: VecDeque<Order>,
    /// The session whose order was handed out last, to know whose it was when it could not be carried out.
    asked: Option<SessionId>,
    /// The file that is being sent, and to whom.
    file: Option<(SessionId, u64, Pieces)>,
    begun: Option<Moment>,
    report: Rc<RefCell<Report>>,
}

impl Runner {
    /// Whoever plays it, and where to read what became of it.
    pub(crate) fn new(player: Player) -> (Self, Rc<RefCell<Report>>) {
        let report = Rc::default();
        let runner = Self {
            player,
            seats: Seats::default(),
            orders: VecDeque::new(),
            asked: None,
            file: None,
            begun: None,
            report: Rc::clone(&report),
        };
        (runner, report)
    }

    fn tell(&mut self, session: SessionId, peer: u64, what: What<'_>) {
        self.player.happened(&Happening { session, peer, what });
    }

    /// Turns what the script wants into orders.
    fn act(&mut self, act: Act) {
        match act {
            Act::Open { session, name, endpoint, listen } => {
                self.asked = Some(session);
                self.seats.take(session, &name);
                let (endpoint, framing) = (*endpoint, None);
                self.orders.push_back(match listen {
                    true => Order::Listen { name, endpoint, framing },
                    false => Order::Reach { name, endpoint, framing },
                });
            }
            Act::Frame { session, framing } => {
                self.seats.frame(session, framing.is_some());
                for socket in self.seats.sockets(session) {
                    self.orders.push_back(Order::Frame { socket, framing: framing.clone() });
                }
            }
            Act::Send { session, peer, bytes } => self.send(session, peer, bytes),
            Act::SendFile { session, peer, path } => self.send_file(session, peer, &path),
            Act::End { session, peer } => {
                self.orders.extend(self.seats.partner(session, peer).map(|(socket, _)| Order::End(socket)));
            }
            Act::Close { session } => {
                for socket in self.seats.leave(session) {
                    self.orders.push_back(Order::Close { socket, reset: false });
                }
            }
            Act::Say(text) => self.orders.push_back(Order::Mark(text)),
            Act::Finish(verdict) => {
                let end = if verdict == Verdict::Met { End::Done } else { End::Unmet };
                self.report.borrow_mut().verdict = Some(verdict);
                self.orders.push_back(Order::Finish(end));
            }
        }
    }

    fn send(&mut self, session: SessionId, peer: u64, bytes: Vec<u8>) {
        self.asked = Some(session);
        // One that is gone has been told so, and the script knows why.
        if let Some(to) = self.seats.partner(session, peer) {
            self.orders.push_back(Order::Send { to: vec![to], bytes });
        }
    }

    fn send_file(&mut self, session: SessionId, peer: u64, path: &Path) {
        let whole = self.seats.is_bounded(session);
        match Pieces::open(path, whole) {
            Ok(pieces) => {
                self.file = Some((session, peer, pieces));
                self.next_piece();
            }
            Err(error) => self.tell(session, peer, What::Unsent { why: &error.to_string() }),
        }
    }

    /// Sends the next piece of the file; without one, all has gone.
    fn next_piece(&mut self) {
        let Some((session, peer, mut pieces)) = self.file.take() else { return };
        match pieces.next() {
            Ok(Some(bytes)) => {
                self.file = Some((session, peer, pieces));
                self.send(session, peer, bytes);
            }
            Ok(None) => self.tell(session, peer, What::Sent),
            Err(error) => self.tell(session, peer, What::Unsent { why: &error.to_string() }),
        }
    }

    /// Writes down how far the script is.
    fn note(&mut self, now: Now) {
        let begun = *self.begun.get_or_insert(now.moment);
        let mut report = self.report.borrow_mut();
        report.done = self.player.done();
        report.took = now.moment - begun;
        report.place = self.player.place().map(|(file, line)| (file.to_owned(), line));
    }

    /// What to do now.
    pub(crate) fn order(&mut self, now: Now) -> Option<Order> {
        loop {
            if let Some(order) = self.orders.pop_front() {
                return Some(order);
            }
            let act = self.player.next(now);
            self.note(now);
            self.act(act?);
        }
    }

    /// The last order cannot be carried out. The script is told, since it may have expected just that; returns
    /// whether it had a session there.
    pub(crate) fn unable(&mut self, kind: Failure, why: &str) -> bool {
        let Some(session) = self.asked else { return false };
        let what = match self.seats.is_open(session) {
            true => What::Unsent { why },
            false => What::Failed { kind, why },
        };
        self.tell(session, 0, what);
        true
    }
}

/// As a failure the script may expect.
pub(crate) fn failure(error: &Error) -> Failure {
    if error.is_refused() { Failure::Refused } else { Failure::Other }
}

impl Guide for Runner {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        Ok(self.order(now))
    }

    fn event(&mut self, _now: Now, event: &Event<'_>) {
        self.heard(event);
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        if self.unable(failure(&error), &error.to_string()) { Ok(()) } else { Err(error) }
    }

    fn begun(&mut self, name: &str, socket: SocketId) {
        self.seats.begun(name, socket);
    }

    fn wakeup(&self) -> Option<Moment> {
        self.player.wakeup()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
