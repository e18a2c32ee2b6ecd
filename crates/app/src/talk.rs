//! `sockscope talk`: sessions that a person at a console opens, uses and closes, or a program through a pipe.
//!
//! ```text
//! lines   what is typed                  console::Lines
//!   v
//! desk    what is asked for: orders      desk, words, session        (pure: lines and events in, orders out)
//!   v
//! engine  carries them out, tells all
//!   v
//! board   what is shown, kept, written   board, store, record
//! ```

mod board;
mod change;
mod desk;
mod finish;
mod happen;
mod help;
mod record;
mod repeat;
mod script;
mod session;
mod store;
mod tell;
#[cfg(test)]
mod tests;
mod words;
mod wrap;

use std::cell::RefCell;
use std::os::fd::BorrowedFd;
use std::rc::Rc;

use sockscope::bus::Bus;
use sockscope::core::event::{Event, SocketId};
use sockscope::core::moment::{Moment, Now};
use sockscope::drive::{self, Outcome};
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};
use sockscope::plan::Plan;
use sockscope::stop::Stop;

use crate::console::{Console, Lines};
use crate::out;
use crate::paper::{Desktop, Paper, Streams};
use board::{Board, Look, Watch};
use desk::Desk;
pub(crate) use desk::{Begin, Ways, reachable};

/// What is shown, and where.
pub(crate) struct Shown {
    /// How rows look.
    pub(crate) layout: sockscope::view::rows::Layout,
    /// The colours of rows.
    pub(crate) palette: sockscope::view::palette::Palette,
    /// The colours of words.
    pub(crate) inks: sockscope::view::palette::Palette,
    /// Whether rows and talk are shown here; else `bus` has who shows them.
    pub(crate) rows: bool,
    /// Who else is told what happens.
    pub(crate) bus: Bus<'static>,
}

/// Talks until somebody ends it. `make` makes a plan of who guides it.
pub(crate) fn run(
    begin: Begin,
    shown: Shown,
    console: Option<Console>,
    lines: Lines,
    stop: &Stop,
    make: impl FnOnce(Box<dyn Guide>) -> Plan,
) -> anyhow::Result<Outcome> {
    let console = console.map(Rc::new);
    let paper: Box<dyn Paper> = match &console {
        Some(console) => Box::new(Desktop::new(Rc::clone(console))),
        None => Box::new(Streams(out::Rows::open()?)),
    };
    let Shown { mut layout, palette, inks, rows, bus } = shown;
    let talk =
        rows.then(|| sockscope::view::talk::Talk::new(inks.clone(), sockscope::view::talk::Say::Doings));
    // Sessions are told apart by their names, and where they are bound is told once.
    layout.own = false;
    let (warnings, failures) = (rows || console.is_some(), console.is_some());
    let look = Look { layout, palette, inks, talk, rows, warnings, failures };
    let board = Rc::new(RefCell::new(Board::new(paper, look)));
    let desk = Desk::new(begin, Rc::clone(&board));
    let mut bus = bus.with(Watch(Rc::clone(&board)));
    let outcome = drive::run(make(Box::new(Chair { lines, desk })), &mut bus, stop);
    let saved = board.borrow_mut().saved();
    match saved {
        Some(Ok(words)) => board.borrow_mut().note(&words),
        Some(Err(words)) => board.borrow_mut().alarm(&words),
        None => {}
    }
    drop((bus, board));
    if let Some(console) = console.and_then(Rc::into_inner) {
        console.end()?;
    }
    Ok(outcome?)
}

/// Who sits at the desk: takes what is typed, and hands out what is to be done.
struct Chair {
    lines: Lines,
    desk: Desk,
}

impl std::fmt::Debug for Chair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chair").finish_non_exhaustive()
    }
}

impl Guide for Chair {
    fn next(&mut self, now: Now) -> Result<Option<Order>, Error> {
        loop {
            self.desk.turn(now);
            if let Some(order) = self.desk.order() {
                return Ok(Some(order));
            }
            match self.desk.listens().then(|| self.lines.next()).flatten() {
                Some(typed) => self.desk.typed(now, typed),
                None => return Ok(None),
            }
        }
    }

    fn event(&mut self, now: Now, event: &Event<'_>) {
        self.desk.happened(now, event);
    }

    fn refused(&mut self, _now: Now, _order: &str, error: Error) -> Result<(), Error> {
        self.desk.refused(error)
    }

    fn begun(&mut self, name: &str, socket: SocketId) {
        self.desk.begun(name, socket);
    }

    fn wakeup(&self) -> Option<Moment> {
        self.desk.wakeup()
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.lines.fd())
    }

    fn awaits(&self) -> bool {
        self.desk.listens()
    }
}
