//! Measures round trips: hands the player of `core::measure` what happens, and sends what it has due.

pub(crate) mod told;

use std::cell::RefCell;
use std::os::fd::BorrowedFd;
use std::rc::Rc;
use std::sync::Arc;

use sockscope::core::batch::Batch;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{End, Event, SocketId, Trouble};
use sockscope::core::facts::Direction;
use sockscope::core::framing::Framing;
use sockscope::core::measure::rtt::{Rtt, Ways};
use sockscope::core::moment::{Moment, Now};
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

use crate::out;
use told::Rows;

/// How far it is.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) rtt: Rtt,
    /// What went wrong with the socket, in words.
    pub(crate) trouble: Option<String>,
    /// When it was last looked at.
    pub(crate) now: Option<Now>,
    pub(crate) rows: u64,
}

/// Measures toward one endpoint.
#[derive(Debug)]
pub(crate) struct Meter {
    reach: Option<Order>,
    course: Rc<RefCell<Course>>,
    socket: Option<SocketId>,
    rows: Rows,
}

impl Meter {
    /// Whoever measures, and where to read how far it is. `flow`: a random number.
    pub(crate) fn new(
        ways: Ways,
        flow: u64,
        endpoint: Endpoint,
        framing: Option<Arc<Framing>>,
        rows: Rows,
    ) -> (Self, Rc<RefCell<Course>>) {
        let course = Course { rtt: Rtt::new(ways, flow), trouble: None, now: None, rows: 0 };
        let course = Rc::new(RefCell::new(course));
        let reach = Some(Order::Reach { name: String::new(), endpoint, framing });
        (Self { reach, course: Rc::clone(&course), socket: None, rows }, course)
    }

    fn warned(course: &mut Course, what: &Trouble) {
        match what {
            Trouble::NotOpened { why, .. } | Trouble::NotSent { why, .. } => {
                course.trouble = Some(why.clone());
                course.rtt.closed();
            }
            Trouble::Broken { how, .. } => course.trouble = Some(format!("{how:?}").to_lowercase()),
            // Who starts a moment later is still found by the next hello; and a peer that stops has lost the rest.
            Trouble::Fault { fault, .. } if course.rtt.other().is_none() => {
                course.trouble = Some(fault.to_string());
            }
            _ => {}
        }
    }
}

impl Guide for Meter {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        if let Some(reach) = self.reach.take() {
            return Ok(Some(reach));
        }
        let mut course = self.course.borrow_mut();
        course.now = Some(now);
        while let Some(row) = course.rtt.row(now.moment) {
            let line = self.rows.row(course.rows, now, &row);
            course.rows += 1;
            out::result(&line)?;
        }
        Ok(course.rtt.is_over().then_some(Order::Finish(End::Done)))
    }

    fn fill(&mut self, now: Now, out: &mut Batch) -> Option<SocketId> {
        self.course.borrow_mut().rtt.fill(now, out);
        self.socket
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        let own = |socket: SocketId| self.socket == Some(socket);
        let mut course = self.course.borrow_mut();
        match event {
            Event::Opened(opened) => {
                self.socket = Some(opened.socket);
                course.rtt.opened(now.moment);
            }
            Event::Messages(messages) if own(messages.socket) && messages.direction == Direction::Rx => {
                for message in messages.iter() {
                    course.rtt.heard(now, message.bytes, message.facts);
                }
                if course.rtt.other().is_some() {
                    course.trouble = None;
                }
            }
            Event::Ended(ended) if own(ended.socket) && ended.direction == Direction::Rx => {
                course.trouble = Some("the other side ended the connection".to_owned());
                course.rtt.closed();
            }
            Event::Warning(warning) => Self::warned(&mut course, &warning.what),
            Event::Closed(closed) if own(closed.socket) => course.rtt.closed(),
            _ => {}
        }
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        Err(error)
    }

    fn wakeup(&self) -> Option<Moment> {
        self.course.borrow().rtt.wakeup()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
