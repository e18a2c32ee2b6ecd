//! Scripts flown by real drones: a flight for each of them.

use std::cell::RefCell;
use std::fmt;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::Duration;

use sockscope::core::event::End;
use sockscope::core::lang::Lang;
use sockscope::core::moment::{Moment, Now};

use super::Script;
use super::flight::{Do, Flight, Report};
use crate::client::{Crew, Seat, Trouble};
use crate::command::Command;
use crate::pilot::{Act, Id, Stray, Verdict};
use crate::reply::Reply;
use crate::sdk::Sdk;
use crate::state::State;

/// Something that whoever watches a flight may want to know.
#[derive(Debug, Clone, PartialEq)]
pub enum News<'a> {
    /// A command was answered, or not.
    Done(&'a str, &'a Verdict, Duration),
    /// A command is sent again.
    Again(&'a str),
    /// Something came that answers nothing.
    Stray(&'a Reply, &'a Stray),
    /// The script says this.
    Say(&'a str),
    /// Something is wrong with a socket.
    Trouble(&'a Trouble),
    /// The script failed in this line, for this reason; it lands if it flies.
    Failed(usize, &'a str),
}

/// A drone tells its state within a second of `command`; a script begins with the first one, or without.
const FIRST: Duration = Duration::from_millis(1500);

/// Whoever is told the news; drones count from 0, `None` is all of them.
pub type Told = Box<dyn FnMut(Option<usize>, News<'_>)>;

/// What becomes of it, as far as it has come: a report for each drone.
pub type Reports = Rc<RefCell<Vec<Report>>>;

/// Flies a script with some drones. Each enters SDK mode and is asked its speed before the script begins.
pub struct Party {
    script: Script,
    flights: Vec<Member>,
    told: Told,
    reports: Reports,
    /// Where somebody asks for the end, and how often that was.
    stop: Option<UnixStream>,
    stops: u32,
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Party").field("flights", &self.flights).finish_non_exhaustive()
    }
}

/// One drone.
#[derive(Debug, Default)]
struct Member {
    flight: Option<Flight>,
    /// What is sent before the script, and how far that is.
    entering: Option<Id>,
    /// It is in SDK mode; until then its first state is waited for.
    entered: Option<Moment>,
    state: Option<State>,
    /// The command that the flight waits for.
    waits: Option<Id>,
    failed: bool,
    told: bool,
}

impl Party {
    /// Whoever flies a script with so many drones, and where to read what became of it.
    pub fn new(script: Script, drones: usize, told: Told) -> (Self, Reports) {
        let reports = Rc::new(RefCell::new(vec![Report::default(); drones]));
        let flights = (0..drones).map(|_| Member::default()).collect();
        (Self { script, flights, told, reports: Rc::clone(&reports), stop: None, stops: 0 }, reports)
    }

    /// Brings one drone on.
    fn bring_on(&mut self, now: Now, drone: usize, seat: &mut Seat) {
        let member = &mut self.flights[drone];
        if member.flight.is_none() && member.entering.is_none() && !member.failed {
            let enter = Command::read("command", Sdk::V1_3).expect("a row of the table");
            member.entering = Some(seat.pilot.order(now.moment, enter));
            let speed = Command::read("speed?", Sdk::V1_3).expect("a row of the table");
            seat.pilot.order(now.moment, speed);
        }
        if member.entered.is_some_and(|until| member.state.is_some() || until <= now.moment) {
            member.entered = None;
            let mut flight = Flight::new(self.script.clone(), drone + 1, now.moment);
            member.state.take().into_iter().for_each(|state| flight.state(state));
            member.flight = Some(flight);
        }
        let Some(flight) = &mut member.flight else { return };
        while let Some(act) = flight.next(now.moment) {
            match act {
                Do::Order(command) => member.waits = Some(seat.pilot.order(now.moment, command)),
                Do::Say(words) => (self.told)(Some(drone), News::Say(&words)),
                Do::Barrier | Do::Finish => {}
            }
            self.reports.borrow_mut()[drone] = flight.report().clone();
        }
        self.reports.borrow_mut()[drone] = flight.report().clone();
        if let Some((line, why)) = &flight.report().failed
            && !std::mem::replace(&mut member.told, true)
        {
            (self.told)(Some(drone), News::Failed(*line, why));
        }
    }

    /// Lets drones go on that all wait for each other; whether there were any.
    fn release(&mut self) -> bool {
        let flying = || {
            self.flights
                .iter()
                .filter(|member| !member.failed && !member.flight.as_ref().is_some_and(Flight::is_over))
        };
        let all =
            flying().count() > 0 && flying().all(|member| member.flight.as_ref().is_some_and(Flight::waits));
        if all {
            self.flights.iter_mut().filter_map(|member| member.flight.as_mut()).for_each(Flight::released);
        }
        all
    }

    /// What came of a command.
    fn done(&mut self, now: Now, drone: usize, id: Id, verdict: &Verdict) {
        let member = &mut self.flights[drone];
        if member.entering == Some(id) {
            if verdict.is_good() {
                member.entered = Some(now.moment + FIRST);
            } else {
                member.failed = true;
                self.reports.borrow_mut()[drone].failed =
                    Some((0, format!("command: {}", verdict.words(Lang::En))));
            }
        } else if member.waits == Some(id)
            && let Some(flight) = &mut member.flight
        {
            member.waits = None;
            match verdict {
                good if good.is_good() => flight.answered(now.moment, &good.words(Lang::En)),
                other => flight.refused(now.moment, &other.words(Lang::En)),
            }
        }
    }

    /// Whoever is to be able to end it writes a byte into the other end: all land then that fly; a second byte stops
    /// all motors at once.
    pub fn stopped_by(&mut self, asked: UnixStream) {
        self.stop = Some(asked);
    }

    /// Looks whether somebody wants it to end.
    fn asked(&mut self, now: Now, fleet: &mut [Seat]) {
        let Some(stop) = &mut self.stop else { return };
        let mut bytes = [0; 16];
        while let Ok(count @ 1..) = stop.read(&mut bytes) {
            for _ in 0..count {
                self.stops += 1;
                for (member, seat) in self.flights.iter_mut().zip(&mut *fleet) {
                    match (&mut member.flight, self.stops) {
                        (None, _) => member.failed = true,
                        (Some(flight), 1) => flight.abort("stopped"),
                        (Some(_), _) => {
                            let emergency =
                                Command::read("emergency", Sdk::V1_3).expect("a row of the table");
                            seat.pilot.order(now.moment, emergency);
                            member.failed = true;
                        }
                    }
                }
            }
        }
    }
}

impl Crew for Party {
    fn turn(&mut self, now: Now, fleet: &mut [Seat]) {
        self.asked(now, fleet);
        loop {
            for (drone, seat) in fleet.iter_mut().enumerate() {
                self.bring_on(now, drone, seat);
            }
            if !self.release() {
                return;
            }
        }
    }

    fn act(&mut self, now: Now, drone: usize, act: &Act) {
        match act {
            Act::Send { line, again, .. } if *again > 0 => (self.told)(Some(drone), News::Again(line)),
            Act::Send { .. } => {}
            Act::Done { id, line, verdict, took, own } => {
                if !own {
                    (self.told)(Some(drone), News::Done(line, verdict, *took));
                }
                self.done(now, drone, *id, verdict);
            }
            Act::Stray(reply, stray) => (self.told)(Some(drone), News::Stray(reply, stray)),
        }
    }

    fn state(&mut self, _now: Now, drone: usize, state: &State) {
        let member = &mut self.flights[drone];
        match &mut member.flight {
            Some(flight) => flight.state(state.clone()),
            None => member.state = Some(state.clone()),
        }
    }

    fn trouble(&mut self, _now: Now, trouble: &Trouble) {
        let drone = match trouble {
            Trouble::Refused(drone) | Trouble::Drone(drone, _) => Some(*drone),
            Trouble::PortTaken(..) | Trouble::Stranger(_) => None,
        };
        (self.told)(drone, News::Trouble(trouble));
    }

    fn over(&self) -> Option<End> {
        let over = |member: &Member| member.failed || member.flight.as_ref().is_some_and(Flight::is_over);
        if !self.flights.iter().all(over) {
            return None;
        }
        let failed = self.reports.borrow().iter().any(|report| report.failed.is_some());
        Some(if failed { End::Unmet } else { End::Done })
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.stop.as_ref().map(AsFd::as_fd)
    }

    fn wakeup(&self) -> Option<Moment> {
        let flights = self.flights.iter().filter_map(|member| member.flight.as_ref()?.wakeup());
        flights.chain(self.flights.iter().filter_map(|member| member.entered)).min()
    }
}
