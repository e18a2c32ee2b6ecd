//! Sockets for simulated drones: each has an address of its own, and speaks from there.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{Event as Happened, SocketId};
use sockscope::core::facts::{Direction, Peer};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::problem::Problem;
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

use super::{Drone, Kind, Look, Note};

/// Something that whoever watches simulated drones may want to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// A drone heard this.
    Heard(SocketAddr, &'a [u8]),
    /// It said this; its state is not told.
    Said(SocketAddr, &'a [u8]),
    /// Something happened to it.
    Note(Note),
    /// Where it is, ten times a second.
    Look(Look),
}

/// From one look to the next.
const LOOK: Duration = Duration::from_millis(100);

/// Whoever is told; drones count from 0.
type Told = Box<dyn FnMut(Now, usize, Event<'_>)>;

/// Simulated drones, as the guide of a run that never ends by itself.
pub struct Simulator {
    drones: Vec<(Drone, Option<SocketId>)>,
    /// When it is told next where they are, where anybody wants to know.
    looks: Option<Moment>,
    orders: VecDeque<Order>,
    told: Told,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("drones", &self.drones.len()).finish_non_exhaustive()
    }
}

impl Simulator {
    /// Drones, each at the address and port where it takes commands.
    ///
    /// # Errors
    ///
    /// An address cannot be written as an endpoint.
    pub fn new(drones: Vec<(SocketAddr, Drone)>, told: Told) -> Result<Self, Problem> {
        let mut orders = VecDeque::new();
        for (number, (address, _)) in drones.iter().enumerate() {
            let endpoint = Endpoint::parse(&format!("udp://{address}"))?;
            orders.push_back(Order::Listen { name: (number + 1).to_string(), endpoint, framing: None });
        }
        Ok(Self {
            drones: drones.into_iter().map(|(_, drone)| (drone, None)).collect(),
            looks: None,
            orders,
            told,
        })
    }

    /// The same, telling where they are ten times a second.
    pub fn watched(self) -> Self {
        Self { looks: Some(Moment::default()), ..self }
    }

    /// Tells where they are.
    fn look(&mut self, now: Now) {
        let Some(due) = self.looks.as_mut().filter(|due| **due <= now.moment) else { return };
        *due = now.moment + LOOK;
        for (number, (drone, _)) in self.drones.iter().enumerate() {
            (self.told)(now, number, Event::Look(drone.look(now.moment)));
        }
    }

    fn turn(&mut self, now: Now) {
        self.look(now);
        for (number, (drone, socket)) in self.drones.iter_mut().enumerate() {
            while let Some(say) = drone.next(now.moment) {
                let Some(socket) = *socket else { continue };
                if say.kind == Kind::Answer {
                    (self.told)(now, number, Event::Said(say.to, &say.bytes));
                }
                self.orders.push_back(Order::Send {
                    to: vec![(socket, Some(Peer::Inet(say.to)))],
                    bytes: say.bytes,
                });
            }
            while let Some(note) = drone.note() {
                (self.told)(now, number, Event::Note(note));
            }
        }
    }
}

impl Guide for Simulator {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        if self.orders.is_empty() {
            self.turn(now);
        }
        Ok(self.orders.pop_front())
    }

    fn event(&mut self, now: Now, event: &Happened<'_>) {
        let Happened::Messages(messages) = event else { return };
        if messages.direction != Direction::Rx {
            return;
        }
        let Some(number) = self.drones.iter().position(|(_, socket)| *socket == Some(messages.socket)) else {
            return;
        };
        for message in messages.iter() {
            let Some(from) = message.facts.peer.and_then(|peer| peer.inet()) else { continue };
            (self.told)(now, number, Event::Heard(from, message.bytes));
            self.drones[number].0.hear(now.moment, from, message.bytes);
        }
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        Err(error)
    }

    fn begun(&mut self, name: &str, socket: SocketId) {
        if let Some((_, place)) =
            name.parse::<usize>().ok().and_then(|number| self.drones.get_mut(number - 1))
        {
            *place = Some(socket);
        }
    }

    fn wakeup(&self) -> Option<Moment> {
        self.drones.iter().filter_map(|(drone, _)| drone.wakeup()).chain(self.looks).min()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
