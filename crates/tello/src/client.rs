//! The client's sockets: commands to one or many drones, their answers, and the state that all of them send to one port.
//!
//! A [`Client`] is a guide of a run. It gives what comes to the [`Pilot`] of each drone, sends what those want sent, and tells all of it
//! to a [`Crew`]: a script, a console, a program of your own.

use std::collections::VecDeque;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::fd::BorrowedFd;

use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{End, Event, Fault, SocketId, Trouble as Warned};
use sockscope::core::facts::Direction;
use sockscope::core::moment::{Moment, Now};
use sockscope::core::problem::Problem;
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

use crate::pilot::{Act, Pilot, Ways};
use crate::sdk::STATE_PORT;
use crate::state::State;

/// Whoever decides what drones do.
pub trait Crew: fmt::Debug {
    /// Gives the pilots what is to be done now.
    fn turn(&mut self, now: Now, fleet: &mut [Seat]);

    /// A pilot did or tells something; `drone` counts from 0.
    fn act(&mut self, now: Now, drone: usize, act: &Act);

    /// A drone told its state.
    fn state(&mut self, now: Now, drone: usize, state: &State);

    /// A datagram of a drone's video came.
    fn video(&mut self, _now: Now, _drone: usize, _bytes: &[u8]) {}

    /// Something is wrong with a socket.
    fn trouble(&mut self, now: Now, trouble: &Trouble);

    /// How it ends, once it is over.
    fn over(&self) -> Option<End>;

    /// When to ask again at the latest.
    fn wakeup(&self) -> Option<Moment>;

    /// What to wait on for more to do; always the same.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// What is wrong with a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The port for state, or for video, cannot be had, and why.
    PortTaken(&'static str, String),
    /// State or video comes from somebody who is none of the drones.
    Stranger(IpAddr),
    /// The machine of this drone, which counts from 0, says that nobody takes commands at that port.
    Refused(usize),
    /// Something else about the socket of this drone.
    Drone(usize, String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortTaken(what, why) => write!(f, "no {what} will come: {why}"),
            Self::Stranger(from) => {
                write!(f, "state or video comes from {from}, which is none of the drones here")
            }
            Self::Refused(_) => f.write_str("nobody takes commands at that address and port"),
            Self::Drone(_, words) => f.write_str(words),
        }
    }
}

/// A drone, with the pilot who speaks to it.
#[derive(Debug)]
pub struct Seat {
    /// Where it takes commands.
    pub address: SocketAddr,
    /// Who speaks to it.
    pub pilot: Pilot,
    socket: Option<SocketId>,
}

/// Which ports a client uses.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// Where it sends commands from; any where there is none, and with several drones.
    pub local: Option<u16>,
    /// Where it takes state.
    pub state: u16,
    /// Where it takes video; nowhere where there is none.
    pub video: Option<u16>,
    /// At which address it takes state and video.
    pub at: IpAddr,
}

impl Default for Ports {
    fn default() -> Self {
        Self { local: None, state: STATE_PORT, video: None, at: Ipv4Addr::UNSPECIFIED.into() }
    }
}

/// The names of the sockets for state and video.
const STATE: &str = "state";
const VIDEO: &str = "video";

/// Drones, and who decides what they do.
#[derive(Debug)]
pub struct Client<C> {
    crew: C,
    fleet: Vec<Seat>,
    orders: VecDeque<Order>,
    /// The socket for state.
    state: Option<SocketId>,
    /// The socket for video.
    video: Option<SocketId>,
    over: bool,
    /// It was told that somebody else sends state.
    stranger: bool,
}

impl<C: Crew> Client<C> {
    /// A client for these drones.
    ///
    /// # Errors
    ///
    /// An address cannot be written as an endpoint.
    pub fn new(crew: C, drones: &[SocketAddr], ways: &Ways, ports: Ports) -> Result<Self, Problem> {
        let mut orders = VecDeque::new();
        for (name, port) in [(STATE, Some(ports.state)), (VIDEO, ports.video)] {
            let Some(port) = port else { continue };
            let endpoint = Endpoint::parse(&format!("udp://{}", SocketAddr::new(ports.at, port)))?;
            orders.push_back(Order::Listen { name: name.to_owned(), endpoint, framing: None });
        }
        for (index, drone) in drones.iter().enumerate() {
            let bind = match ports.local.filter(|_| drones.len() == 1) {
                Some(port) => format!("?bind=:{port}"),
                None => String::new(),
            };
            let endpoint = Endpoint::parse(&format!("udp://{drone}{bind}"))?;
            orders.push_back(Order::Reach { name: (index + 1).to_string(), endpoint, framing: None });
        }
        let seat =
            |address: &SocketAddr| Seat { address: *address, pilot: Pilot::new(ways.clone()), socket: None };
        Ok(Self {
            crew,
            fleet: drones.iter().map(seat).collect(),
            orders,
            state: None,
            video: None,
            over: false,
            stranger: false,
        })
    }

    /// Asks everybody what to do; returns whether there is anything.
    fn ask(&mut self, now: Now) -> bool {
        // What is told may be what somebody waited for, to go on.
        let mut any = true;
        while std::mem::take(&mut any) {
            self.crew.turn(now, &mut self.fleet);
            for (drone, seat) in self.fleet.iter_mut().enumerate() {
                while let Some(act) = seat.pilot.next(now.moment) {
                    any = true;
                    if let (Act::Send { line, .. }, Some(socket)) = (&act, seat.socket) {
                        let bytes = line.clone().into_bytes();
                        self.orders.push_back(Order::Send { to: vec![(socket, None)], bytes });
                    }
                    self.crew.act(now, drone, &act);
                }
            }
        }
        if let Some(end) = self.crew.over().filter(|_| !self.over) {
            self.over = true;
            self.orders.push_back(Order::Finish(end));
        }
        !self.orders.is_empty()
    }

    fn heard(&mut self, now: Now, socket: SocketId, from: Option<IpAddr>, bytes: &[u8]) {
        if [self.state, self.video].contains(&Some(socket)) {
            // Several drones send to one port.
            let Some(drone) = self.fleet.iter().position(|seat| Some(seat.address.ip()) == from) else {
                if let Some(from) = from.filter(|_| !std::mem::replace(&mut self.stranger, true)) {
                    self.crew.trouble(now, &Trouble::Stranger(from));
                }
                return;
            };
            if Some(socket) == self.video {
                return self.crew.video(now, drone, bytes);
            }
            let pilot = &mut self.fleet[drone].pilot;
            if pilot.told(now.moment, bytes)
                && let Some((_, state)) = pilot.state()
            {
                self.crew.state(now, drone, state);
            }
        } else if let Some(seat) = self.fleet.iter_mut().find(|seat| seat.socket == Some(socket)) {
            seat.pilot.hear(now.moment, bytes);
        }
    }
}

impl<C: Crew> Guide for Client<C> {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        let opened = self.fleet.iter().all(|seat| seat.socket.is_some());
        loop {
            if let Some(order) = self.orders.pop_front() {
                return Ok(Some(order));
            }
            if !opened || !self.ask(now) {
                return Ok(None);
            }
        }
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        match event {
            Event::Messages(messages) if messages.direction == Direction::Rx => {
                for message in messages.iter() {
                    let from = message.facts.peer.and_then(|peer| peer.inet()).map(|peer| peer.ip());
                    self.heard(now, messages.socket, from, message.bytes);
                }
            }
            Event::Warning(warning) => {
                let Some(drone) = self.fleet.iter().position(|seat| seat.socket == Some(warning.socket))
                else {
                    return;
                };
                let trouble = match &warning.what {
                    Warned::Fault { fault: Fault::Refused, .. } => Trouble::Refused(drone),
                    Warned::Fault { fault, .. } => Trouble::Drone(drone, fault.to_string()),
                    Warned::NotSent { why, .. } | Warned::NotOpened { why, .. } => {
                        Trouble::Drone(drone, why.clone())
                    }
                    _ => return,
                };
                self.crew.trouble(now, &trouble);
            }
            _ => {}
        }
    }

    fn refused(&mut self, now: Now, order: &str, error: Error) -> Result<(), Error> {
        if !order.starts_with("listen") {
            return Err(error);
        }
        let what = if order.split(' ').any(|word| word == VIDEO) { VIDEO } else { STATE };
        self.crew.trouble(now, &Trouble::PortTaken(what, error.to_string()));
        Ok(())
    }

    fn begun(&mut self, name: &str, socket: SocketId) {
        if name == STATE {
            self.state = Some(socket);
        } else if name == VIDEO {
            self.video = Some(socket);
        } else if let Some(seat) =
            name.parse::<usize>().ok().and_then(|number| self.fleet.get_mut(number - 1))
        {
            seat.socket = Some(socket);
        }
    }

    fn wakeup(&self) -> Option<Moment> {
        let pilots = self.fleet.iter().filter_map(|seat| seat.pilot.wakeup());
        pilots.chain(self.crew.wakeup()).min()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.crew.fd()
    }
}
