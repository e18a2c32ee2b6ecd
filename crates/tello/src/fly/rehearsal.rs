//! A script flown with a simulated drone, in no time: nothing is sent, and nothing waits.

use std::net::SocketAddr;

use sockscope::core::lang::Lang;
use sockscope::core::moment::Moment;

use super::Script;
use super::flight::{Do, Flight, Report};
use crate::command::Command;
use crate::pilot::{Act, Pilot, Ways};
use crate::sdk::Sdk;
use crate::sim::{Drone, Kind};

/// Who speaks to whom.
pub const CLIENT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 10, 2)), 9000);
/// Where the drone takes commands.
pub const DRONE: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 10, 1)), 8889);

/// Whoever is given each datagram: when, from whom, to whom, and its bytes.
pub type See<'a> = dyn FnMut(Moment, SocketAddr, SocketAddr, &[u8]) + 'a;

/// A flight that goes on in virtual time.
struct Rehearsal<'a> {
    drone: &'a mut Drone,
    pilot: Pilot,
    flight: Option<Flight>,
    see: &'a mut See<'a>,
}

/// Flies a script as the drone `number`, from 1. Barriers
/// open at once.
pub fn rehearse(
    script: &Script,
    sdk: Sdk,
    number: usize,
    drone: &mut Drone,
    see: &mut See<'_>,
) -> (Report, Moment) {
    let mut pilot = Pilot::new(Ways { sdk, ..Ways::default() });
    let mut now = Moment(0);
    let enter = pilot.order(now, Command::read("command", sdk).expect("a row of the table"));
    let mut all = Rehearsal { drone, pilot, flight: None, see };
    let mut waits = None;
    loop {
        let mut any = false;
        while let Some(act) = all.pilot.next(now) {
            any = true;
            all.act(now, &act, waits);
            if let Act::Done { id, verdict, .. } = act
                && id == enter
            {
                if !verdict.is_good() {
                    let failed = Some((0, format!("command: {}", verdict.words(Lang::En))));
                    return (Report { failed, ..Report::default() }, now);
                }
                all.flight = Some(Flight::new(script.clone(), number, now));
            }
        }
        while let Some(order) = all.flight.as_mut().and_then(|flight| flight.next(now)) {
            any = true;
            match order {
                Do::Order(command) => waits = Some(all.pilot.order(now, command)),
                Do::Barrier => all.flight.as_mut().into_iter().for_each(Flight::released),
                Do::Say(_) | Do::Finish => {}
            }
        }
        if let Some(flight) = all.flight.as_ref().filter(|flight| flight.is_over()) {
            return (flight.report().clone(), now);
        }
        any |= all.listen(now);
        if !any {
            let due = [all.drone.wakeup(), all.pilot.wakeup(), all.flight.as_ref().and_then(Flight::wakeup)];
            // A drone that was spoken to tells its state for ever.
            now = due.into_iter().flatten().min().map_or(now, |due| due.max(now));
        }
    }
}

impl Rehearsal<'_> {
    fn act(&mut self, now: Moment, act: &Act, waits: Option<crate::pilot::Id>) {
        match act {
            Act::Send { line, .. } => {
                (self.see)(now, CLIENT, DRONE, line.as_bytes());
                self.drone.hear(now, CLIENT, line.as_bytes());
            }
            Act::Done { id, verdict, .. } if waits == Some(*id) => {
                let Some(flight) = &mut self.flight else { return };
                let words = verdict.words(Lang::En);
                match verdict.is_good() {
                    true => flight.answered(now, &words),
                    false => flight.refused(now, &words),
                }
            }
            Act::Done { .. } | Act::Stray(..) => {}
        }
    }

    /// Takes what the drone says now; whether it says anything.
    fn listen(&mut self, now: Moment) -> bool {
        let mut any = false;
        while let Some(say) = self.drone.next(now) {
            any = true;
            (self.see)(now, DRONE, say.to, &say.bytes);
            match say.kind {
                Kind::Answer => self.pilot.hear(now, &say.bytes),
                Kind::State => {
                    if self.pilot.told(now, &say.bytes)
                        && let (Some(flight), Some((_, state))) = (&mut self.flight, self.pilot.state())
                    {
                        flight.state(state.clone());
                    }
                }
                Kind::Video => {}
            }
        }
        any
    }
}
