//! The console as the crew of its drone: what happens, and what to do about it.

use std::io::Write;
use std::os::fd::BorrowedFd;

use sockscope::core::event::End;
use sockscope::core::moment::{Moment, Now};
use sockscope_tello::client::{Crew, Seat, Trouble};
use sockscope_tello::command::Command;
use sockscope_tello::pilot::{Act, Stray, Verdict};
use sockscope_tello::sdk::Sdk;
use sockscope_tello::state::State;
use sockscope_tello::telemetry;

use super::Cockpit;

impl Crew for Cockpit {
    fn turn(&mut self, now: Now, fleet: &mut [Seat]) {
        let Some(seat) = fleet.first_mut() else { return };
        let now = now.moment;
        if self.enter.is_none() {
            self.began = Some(now);
            let enter = Command::read("command", Sdk::V1_3).expect("a row of the table");
            self.enter = Some(seat.pilot.order(now, enter));
            self.under_way = 1;
        }
        self.listen(now, seat);
        self.landed(now, seat);
        while let Some(diagnosis) = self.doctor.next(now) {
            self.tell(&diagnosis);
        }
        self.ask(now, seat);
        self.draw(now);
    }

    fn act(&mut self, now: Now, _drone: usize, act: &Act) {
        match act {
            Act::Send { line, again, .. } if *again > 0 => {
                self.say(&format!("{line}: {}", self.pick("no answer yet, sent again", "未收到回复，重发")));
            }
            Act::Send { .. } => {}
            Act::Done { id, line, verdict, took, own } => {
                if verdict.is_good() {
                    self.doctor.entered(now.moment);
                }
                if *verdict == Verdict::NoAnswer {
                    self.doctor.unanswered();
                }
                // Whoever never entered may try: a drone that wakes up later answers then.
                self.entered |= self.enter == Some(*id);
                if !own {
                    self.under_way -= 1;
                    self.done(*id, line, verdict, *took);
                }
            }
            Act::Stray(reply, stray) => {
                if *stray == Stray::Binary {
                    self.doctor.binary();
                }
                let words = stray.words(reply, self.manner.lang);
                self.say(&format!("  {words}"));
            }
        }
    }

    fn state(&mut self, now: Now, _drone: usize, state: &State) {
        self.doctor.told(now.moment, state);
        self.plots.take(now.moment, state);
        if let (Some(file), Some(began)) = (&mut self.csv, self.began)
            && let Err(error) = file.write_all(telemetry::csv_row(now.moment - began, state).as_bytes())
        {
            self.csv = None;
            self.bad = true;
            self.say(&format!("the CSV file ends here: {error}"));
        }
    }

    fn trouble(&mut self, _now: Now, trouble: &Trouble) {
        match trouble {
            Trouble::PortTaken(..) => self.doctor.deaf(),
            Trouble::Refused(_) => self.doctor.refused(),
            Trouble::Stranger(_) | Trouble::Drone(..) => {
                self.say(&format!("{}: {trouble}", self.pick("warning", "警告")));
            }
        }
    }

    fn over(&self) -> Option<End> {
        self.over
    }

    fn wakeup(&self) -> Option<Moment> {
        self.doctor.wakeup().into_iter().chain(self.tick).min()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.lines.fd())
    }
}
