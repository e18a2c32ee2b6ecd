//! Sockets for an exercise: two for commands, one for state.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::Read;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{End, Event, SocketId};
use sockscope::core::facts::{Direction, Peer};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::problem::Problem;
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

use super::{Cut, Depth, Door, Exercise, Places, Report};
use crate::client::Ports;
use crate::sdk::Sdk;

/// The names of the sockets.
const NAMES: [&str; 3] = ["commands", "other", "state"];

/// An exercise with a drone, as the guide of a run. It ends by itself: [`End::Done`] where the drone passes, else [`End::Unmet`].
#[derive(Debug)]
pub struct Probe {
    drone: SocketAddr,
    sdk: Sdk,
    depth: Depth,
    slow: bool,
    orders: VecDeque<Order>,
    /// Sockets in the order of [`NAMES`], and where they are bound.
    sockets: [(Option<SocketId>, Option<SocketAddr>); 3],
    exercise: Option<Exercise>,
    report: Rc<RefCell<Report>>,
    /// Where somebody asks for the end, and how often that was.
    stop: Option<UnixStream>,
    stops: u32,
    over: bool,
}

impl Probe {
    /// A probe of the drone that takes commands there, and where to read what came of it, once the run is over.
    ///
    /// # Errors
    ///
    /// An address cannot be written as an endpoint.
    pub fn new(
        drone: SocketAddr,
        sdk: Sdk,
        depth: Depth,
        ports: Ports,
    ) -> Result<(Self, Rc<RefCell<Report>>), Problem> {
        let mut orders = VecDeque::new();
        // A socket that is connected would not see what comes from elsewhere.
        for (name, port) in NAMES.into_iter().zip([ports.local.unwrap_or(0), 0, ports.state]) {
            let endpoint = Endpoint::parse(&format!("udp://{}", SocketAddr::new(ports.at, port)))?;
            orders.push_back(Order::Listen { name: name.to_owned(), endpoint, framing: None });
        }
        let report = Rc::new(RefCell::new(Report::default()));
        let probe = Self {
            drone,
            sdk,
            depth,
            slow: false,
            orders,
            sockets: [(None, None); 3],
            exercise: None,
            report: Rc::clone(&report),
            stop: None,
            stops: 0,
            over: false,
        };
        Ok((probe, report))
    }

    /// Waits for the landing after 15 s of silence too, in a flight.
    pub fn slow(self) -> Self {
        Self { slow: true, ..self }
    }

    /// Whoever is to be able to end it writes a byte into the other end: the drone lands if it flies; a second byte
    /// stops its motors at once. It must not block.
    pub fn stopped_by(&mut self, asked: UnixStream) {
        self.stop = Some(asked);
    }

    /// Looks whether somebody wants it to end.
    fn asked(&mut self, now: Now) {
        let mut bytes = [0; 16];
        while let Some(Ok(count @ 1..)) = self.stop.as_mut().map(|stop| stop.read(&mut bytes)) {
            self.stops += count as u32;
            if let Some(exercise) = &mut self.exercise {
                exercise.stop();
            }
        }
        if self.stops >= 2 && !self.over {
            self.send(Door::First, b"emergency".to_vec());
        }
        if self.stops >= 2 || self.stops == 1 && self.exercise.is_none() {
            self.finish(now);
        }
    }

    fn send(&mut self, door: Door, bytes: Vec<u8>) {
        let [(first, _), (other, _), _] = self.sockets;
        let socket = if door == Door::First { first } else { other };
        if let Some(socket) = socket {
            self.orders.push_back(Order::Send { to: vec![(socket, Some(Peer::Inet(self.drone)))], bytes });
        }
    }

    /// Ends the run.
    fn finish(&mut self, now: Now) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        let report = match self.exercise.take() {
            Some(exercise) => exercise.end(now.moment),
            None => Report { cut: Some(Cut::Stopped), ..Report::default() },
        };
        let end = if report.passes() { End::Done } else { End::Unmet };
        *self.report.borrow_mut() = report;
        self.orders.push_back(Order::Finish(end));
    }

    /// Begins once all sockets are there, and goes on.
    fn turn(&mut self, now: Now) {
        self.asked(now);
        if self.over {
            return;
        }
        if self.exercise.is_none()
            && let [(_, Some(client)), (_, Some(other)), (_, Some(state))] = self.sockets
        {
            let places = Places { drone: self.drone, client, other, state };
            let exercise = Exercise::new(self.sdk, self.depth, places, now.moment);
            self.exercise = Some(if self.slow { exercise.slow() } else { exercise });
        }
        while let Some(send) = self.exercise.as_mut().and_then(|exercise| exercise.next(now.moment)) {
            self.send(send.door, send.line.into_bytes());
        }
        if self.exercise.as_ref().is_some_and(Exercise::is_over) {
            self.finish(now);
        }
    }
}

impl Guide for Probe {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        if self.orders.is_empty() {
            self.turn(now);
        }
        Ok(self.orders.pop_front())
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        match event {
            Event::Opened(opened) => {
                let place = self.sockets.iter_mut().find(|(socket, _)| *socket == Some(opened.socket));
                if let (Some((_, place)), Some(local)) = (place, opened.local.and_then(Peer::inet)) {
                    *place = Some(local);
                }
            }
            Event::Messages(messages) if messages.direction == Direction::Rx => {
                let socket = self.sockets.iter().find(|(socket, _)| *socket == Some(messages.socket));
                let (Some((_, Some(to))), Some(exercise)) = (socket, &mut self.exercise) else { return };
                for message in messages.iter() {
                    if let Some(from) = message.facts.peer.and_then(Peer::inet) {
                        exercise.hear(now.moment, from, *to, message.bytes);
                    }
                }
            }
            _ => {}
        }
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        Err(error)
    }

    fn begun(&mut self, name: &str, socket: SocketId) {
        if let Some(at) = NAMES.iter().position(|known| *known == name) {
            self.sockets[at].0 = Some(socket);
        }
    }

    fn wakeup(&self) -> Option<Moment> {
        self.exercise.as_ref().and_then(Exercise::wakeup)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.stop.as_ref().map(AsFd::as_fd)
    }
}
