//! Whoever only looks: a crew that enters SDK mode, switches the camera on if wanted, and hands out what comes.

use std::fmt;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use sockscope::core::event::End;
use sockscope::core::moment::{Moment, Now};

use crate::client::{Crew, Seat, Trouble};
use crate::command::Command;
use crate::diagnose::{Diagnosis, Doctor};
use crate::pilot::{Act, Id, Verdict};
use crate::sdk::Sdk;
use crate::state::State;

/// Something that whoever looks may want to know.
#[derive(Debug)]
pub enum Seen<'a> {
    /// A state.
    State(&'a State),
    /// A datagram of video.
    Video(&'a [u8]),
    /// Time passes: told ten times a second.
    Tick,
    /// Something is wrong.
    Wrong(Diagnosis),
    /// Something else is wrong with a socket, or a command was refused.
    Trouble(String),
}

/// Whether whoever looks has seen enough.
pub type Eyes = Box<dyn FnMut(Now, Seen<'_>) -> Enough>;

/// Whether it has been enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enough {
    /// It goes on.
    No,
    /// It ends, all is well.
    Yes,
    /// It ends, something was not as it should be.
    Failed,
}

const TICK: Duration = Duration::from_millis(100);

/// Looks at one drone.
pub struct Onlooker {
    eyes: Eyes,
    doctor: Doctor,
    film: bool,
    stop: UnixStream,
    enter: Option<Id>,
    answered: bool,
    next: Option<Moment>,
    over: Option<End>,
    /// `streamoff` on its way.
    leaving: Option<Id>,
    ended: Option<End>,
}

impl fmt::Debug for Onlooker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Onlooker").field("film", &self.film).finish_non_exhaustive()
    }
}

impl Onlooker {
    /// Whoever looks, at video too if `film`, until a byte comes from `stop`.
    pub fn new(eyes: Eyes, doctor: Doctor, film: bool, stop: UnixStream) -> Self {
        Self {
            eyes,
            doctor,
            film,
            stop,
            enter: None,
            answered: false,
            next: None,
            over: None,
            leaving: None,
            ended: None,
        }
    }

    fn see(&mut self, now: Now, seen: Seen<'_>) {
        if self.ended.is_some() {
            return;
        }
        let end = match (self.eyes)(now, seen) {
            Enough::No => return,
            Enough::Yes => End::Done,
            Enough::Failed => End::Unmet,
        };
        self.ended.get_or_insert(end);
    }

    fn order(now: Now, seat: &mut Seat, line: &str) -> Id {
        seat.pilot.order(now.moment, Command::read(line, Sdk::V1_3).expect("a row of the table"))
    }
}

impl Crew for Onlooker {
    fn turn(&mut self, now: Now, fleet: &mut [Seat]) {
        let Some(seat) = fleet.first_mut() else { return };
        if self.enter.is_none() {
            self.enter = Some(Self::order(now, seat, "command"));
            if self.film {
                Self::order(now, seat, "streamon");
            }
        }
        if self.stop.read(&mut [0; 16]).is_ok_and(|got| got > 0) {
            // A second time nobody waits for streamoff.
            let again = self.ended.replace(End::Done).is_some();
            self.over = self.over.or(again.then_some(End::Done));
        }
        while let Some(diagnosis) = self.doctor.next(now.moment) {
            self.see(now, Seen::Wrong(diagnosis));
        }
        if self.next.is_none_or(|next| next <= now.moment) {
            self.next = Some(now.moment + TICK);
            self.see(now, Seen::Tick);
        }
        if let Some(end) = self.ended
            && self.over.is_none()
            && self.leaving.is_none()
        {
            match self.film && self.answered {
                true => self.leaving = Some(Self::order(now, seat, "streamoff")),
                false => self.over = Some(end),
            }
        }
    }

    fn act(&mut self, now: Now, _drone: usize, act: &Act) {
        let Act::Done { id, line, verdict, own: false, .. } = act else { return };
        if verdict.is_good() {
            self.answered = true;
            self.doctor.entered(now.moment);
        } else if *verdict == Verdict::NoAnswer && self.enter == Some(*id) {
            self.doctor.unanswered();
        } else if self.leaving != Some(*id) {
            let words = verdict.words(sockscope::core::lang::Lang::En);
            self.see(now, Seen::Trouble(format!("{line}: {words}")));
        }
        if self.leaving == Some(*id) {
            self.over = self.ended;
        }
    }

    fn state(&mut self, now: Now, _drone: usize, state: &State) {
        self.doctor.told(now.moment, state);
        self.see(now, Seen::State(state));
    }

    fn video(&mut self, now: Now, _drone: usize, bytes: &[u8]) {
        self.see(now, Seen::Video(bytes));
    }

    fn trouble(&mut self, now: Now, trouble: &Trouble) {
        match trouble {
            Trouble::PortTaken("state", _) => self.doctor.deaf(),
            Trouble::Refused(_) => self.doctor.refused(),
            other => self.see(now, Seen::Trouble(other.to_string())),
        }
    }

    fn over(&self) -> Option<End> {
        self.over
    }

    fn wakeup(&self) -> Option<Moment> {
        self.doctor.wakeup().into_iter().chain(self.next).min()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.stop.as_fd())
    }
}
