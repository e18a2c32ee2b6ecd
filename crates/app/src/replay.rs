//! Sends a recording's payloads again.
//!
//! ```text
//! Player    what to send when, and whether the answers are right   core::replay
//!   | acts   ^ what is in the recording, what happens
//! Replayer  orders; feeds the player as it asks                     here
//!   |         ^ Reader: one side of a recording, put together       reader, packets
//!   v orders  | events
//! engine    carries them out, tells all
//! ```

mod edits;
mod list;
mod packets;
mod reader;
mod survey;
pub(crate) mod told;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::os::fd::BorrowedFd;
use std::rc::Rc;

use sockscope::core::endpoint::{Endpoint, Shape};
use sockscope::core::event::{End, Event, Fault, SocketId, Trouble};
use sockscope::core::facts::{Direction, Unit};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::replay::{Act, Entry, Player, Report, Verdict, Ways, What};
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};
use sockscope::recording::{Recording, Walk};
use sockscope::view::recording::Note;

pub(crate) use edits::Edits;
pub(crate) use list::list;
use packets::Packets;
pub(crate) use packets::Sieve;
pub(crate) use reader::{Choice, Part, Talk};
use reader::{Found, Reader};
pub(crate) use survey::{Gaps, Survey, counted};

/// A recording that was looked through, ready to be played.
#[derive(Debug)]
pub(crate) struct Source {
    reader: Reader,
    pub(crate) survey: Survey,
    pub(crate) notes: Vec<Note>,
}

impl Source {
    /// Looks a recording through.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is none; what is to be sent is not in it, or not in whole.
    pub(crate) fn open(path: &str, sieve: Sieve, mut choice: Choice, gaps: Gaps) -> Result<Self, Error> {
        let mut packets = Packets::new(Walk::new(Recording::open(path)?), sieve, u64::MAX);
        let all = survey::choose(&mut packets, &mut choice)?;
        let notes = std::mem::take(&mut packets.notes);
        let mut reader = Reader::new(packets.again(), choice);
        let survey = survey::survey(&mut reader, &choice, gaps, all)?;
        Ok(Self { reader: reader.again(), survey, notes })
    }
}

/// What became of a replay, as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) report: Report,
    /// How it ended; `None` while it goes on, or when it was stopped.
    pub(crate) verdict: Option<Verdict>,
}

/// Plays a side of a recording.
#[derive(Debug)]
pub(crate) struct Replayer {
    player: Player,
    /// `None` while it is turned back to its beginning.
    reader: Option<Reader>,
    /// Rounds that follow this one.
    rounds: u64,
    edits: Edits,
    orders: VecDeque<Order>,
    socket: Option<SocketId>,
    unit: Unit,
    /// How the connection broke, in words, once it has.
    broke: Option<String>,
    outcome: Rc<RefCell<Outcome>>,
}

impl Replayer {
    /// Whoever plays `source` so often toward `endpoint`, and where to read what became of it.
    pub(crate) fn new(
        source: Source,
        endpoint: Endpoint,
        ways: Ways,
        rounds: u64,
        edits: Edits,
    ) -> (Self, Survey, Rc<RefCell<Outcome>>) {
        let bounded = source.survey.is_bounded() && endpoint.scheme.shape != Shape::Stream;
        let outcome = Rc::default();
        let replayer = Self {
            player: Player::new(Ways { bounded, ..ways }),
            reader: Some(source.reader),
            rounds: rounds.saturating_sub(1),
            edits,
            orders: [Order::Reach { name: String::new(), endpoint, framing: None }].into(),
            socket: None,
            unit: Unit::Datagram,
            broke: None,
            outcome: Rc::clone(&outcome),
        };
        (replayer, source.survey, outcome)
    }

    /// What comes next in the recording.
    fn entry(&mut self) -> Result<Entry, Error> {
        while let Some(reader) = &mut self.reader {
            match reader.next()?.map(Found::recorded) {
                // Only the last round can end what is sent.
                Some(Some(recorded)) if recorded.what == What::End && self.rounds > 0 => {}
                Some(Some(recorded)) => return Ok(Entry::Recorded(recorded)),
                Some(None) => {}
                None if self.rounds > 0 => {
                    self.rounds -= 1;
                    self.reader = self.reader.take().map(Reader::again);
                    return Ok(Entry::Again);
                }
                None => self.reader = None,
            }
        }
        Ok(Entry::End)
    }

    fn act(&mut self, now: Now, act: Act) -> Result<(), Error> {
        match (act, self.socket) {
            (Act::Send { number, bytes }, Some(socket)) => {
                let bytes = self.edits.apply(number, bytes, now.stamp)?;
                self.orders.push_back(Order::Send { to: vec![(socket, None)], bytes });
            }
            // A WebSocket has no half: ending it would keep answers from coming.
            (Act::End, Some(socket)) if self.unit != Unit::Message => {
                self.orders.push_back(Order::End(socket));
            }
            (Act::Finish(verdict), socket) => {
                if let Some(socket) = socket.filter(|_| self.unit == Unit::Message) {
                    self.orders.push_back(Order::End(socket));
                }
                let end = match &verdict {
                    Verdict::Done => End::Done,
                    Verdict::Unmet(_) => End::Unmet,
                    Verdict::NoAnswer => End::NoAnswer,
                    Verdict::Failed => End::Failed,
                };
                self.outcome.borrow_mut().verdict = Some(verdict);
                self.orders.push_back(Order::Finish(end));
            }
            (Act::Send { .. } | Act::End, _) => {}
        }
        Ok(())
    }

    fn warned(&mut self, now: Now, what: &Trouble) {
        match what {
            Trouble::NotOpened { why, .. } => self.player.closed(why),
            Trouble::NotSent { .. } => self.player.unsent(now.moment),
            Trouble::Broken { why, .. } if !why.is_empty() => self.broke = Some(why.clone()),
            // The next datagram is sent in pieces.
            Trouble::Fault { fault: Fault::TooLong { .. }, .. } => {}
            Trouble::Fault { fault, .. } => self.player.refused(&fault.to_string()),
            _ => {}
        }
    }

    /// Writes down how far it is.
    fn note(&self) {
        self.outcome.borrow_mut().report = self.player.report();
    }
}

impl Guide for Replayer {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        loop {
            if let Some(order) = self.orders.pop_front() {
                return Ok(Some(order));
            }
            let act = self.player.next(now.moment);
            self.note();
            match act {
                Some(act) => self.act(now, act)?,
                None if self.player.is_hungry() => {
                    let entry = self.entry()?;
                    self.player.feed(entry);
                }
                None => return Ok(None),
            }
        }
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        let own = |socket: SocketId| self.socket == Some(socket);
        match event {
            Event::Opened(opened) => {
                (self.socket, self.unit) = (Some(opened.socket), opened.unit);
                self.player.opened(now.moment);
            }
            Event::Messages(messages) if own(messages.socket) => {
                for message in messages.iter() {
                    match messages.direction {
                        Direction::Tx => self.player.gone(now.moment),
                        Direction::Rx => self.player.heard(now.moment, message.bytes),
                    }
                }
            }
            Event::Ended(ended) if own(ended.socket) && ended.direction == Direction::Rx => {
                self.player.ended();
            }
            Event::Warning(warning) => self.warned(now, &warning.what),
            Event::Closed(closed) if own(closed.socket) => {
                let why = self.broke.take().unwrap_or_else(|| closed.why.word().replace('_', " "));
                self.player.closed(&why);
            }
            _ => {}
        }
        self.note();
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        Err(error)
    }

    fn wakeup(&self) -> Option<Moment> {
        self.player.wakeup()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
