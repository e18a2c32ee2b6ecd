//! A script that is played at the desk. What it opens are sessions of the desk, which stay when it is over.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

use sockscope::core::endpoint::{Endpoint, Role};
use sockscope::core::event::{End, Event, SocketId};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::problem::Problem;
use sockscope::core::script::{Failure, Player, Script, Verdict};
use sockscope::error::Error;
use sockscope::guide::{Guide, Order};

use super::desk::Desk;
use super::words::problem;
use crate::runner::{Report, Runner, failure, load, told};

/// A script on its way.
pub(super) struct Playing {
    runner: Runner,
    report: Rc<RefCell<Report>>,
    file: String,
    /// The sessions it opened.
    names: HashSet<String>,
    /// The last of them.
    last: Option<String>,
    /// The order that was handed out last is its own.
    asked: bool,
}

impl Playing {
    /// Tells it what happens.
    pub(super) fn heard(&mut self, now: Now, event: &Event<'_>) {
        self.runner.event(now, event);
    }

    /// A session that is being opened has this socket.
    pub(super) fn begun(&mut self, name: &str, socket: SocketId) {
        if self.names.contains(name) {
            self.runner.begun(name, socket);
        }
    }

    /// When to look again.
    pub(super) fn wakeup(&self) -> Option<Moment> {
        self.runner.wakeup()
    }

    /// An order was handed out, which came from the script or from somebody else.
    pub(super) fn handed_out(&mut self, asked: bool) {
        self.asked = asked;
    }

    /// An order cannot be carried out; returns whether the script knows what to do about that.
    pub(super) fn refused(&mut self, error: &Error) -> bool {
        self.asked && self.runner.unable(failure(error), &error.to_string())
    }
}

impl Desk {
    /// Plays the script of a file.
    pub(super) fn play_file(&mut self, path: &Path, values: &[(String, String)]) -> Result<(), Problem> {
        if let Some(playing) = &self.script {
            return Err(problem(&format!("{} is being played; /stop ends it", playing.file)));
        }
        let values: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let script = load(path, &values).map_err(|error| match error.downcast::<Problem>() {
            Ok(wrong) => wrong,
            Err(error) => problem(&error.to_string()),
        })?;
        self.play(script, &path.display().to_string());
        Ok(())
    }

    /// Plays a script; `file` is what it is called.
    pub(super) fn play(&mut self, script: Script, file: &str) {
        if script.is_random() && script.seed().is_none() {
            self.tell_seed();
        }
        if self.interactive {
            self.board.borrow_mut().note(&format!("playing {file}; /stop ends it"));
        }
        let (runner, report) = Runner::new(Player::new(script, self.ways.seed.0, self.ways.utc_offset));
        let (file, names) = (file.to_owned(), HashSet::new());
        self.by_hand = true;
        self.script = Some(Playing { runner, report, file, names, last: None, asked: false });
    }

    /// Whether a session belongs to the script that is being played.
    pub(super) fn is_scripted(&self, name: &str) -> bool {
        self.script.as_ref().is_some_and(|playing| playing.names.contains(name))
    }

    /// The next order of the script, if there is one; tells how it ended when it did.
    pub(super) fn follow(&mut self, now: Now) -> Option<Order> {
        loop {
            let order = self.script.as_mut()?.runner.order(now)?;
            match order {
                Order::Reach { name, endpoint, .. } => {
                    if let Some(order) = self.take_seat(name, endpoint, Role::Send, now.moment) {
                        return Some(order);
                    }
                }
                Order::Listen { name, endpoint, .. } => {
                    if let Some(order) = self.take_seat(name, endpoint, Role::Listen, now.moment) {
                        return Some(order);
                    }
                }
                Order::Finish(_) => self.played(),
                Order::Send { to, bytes } => return Some(self.sending(to, bytes)),
                Order::Frame { socket, framing } => {
                    let owner = self.owners.get(&socket).map(|(name, _)| name.clone());
                    if let Some(session) = owner.and_then(|name| self.named(&name)) {
                        session.framing.clone_from(&framing);
                    }
                    return Some(Order::Frame { socket, framing });
                }
                order => return Some(order),
            }
        }
    }

    /// Makes room for a session of the script, whose name nobody else may have.
    fn take_seat(&mut self, name: String, endpoint: Endpoint, role: Role, now: Moment) -> Option<Order> {
        let taken = self.named(&name).is_some();
        let playing = self.script.as_mut()?;
        if taken {
            let why = format!("the console has a session {name} already; /close {name} first");
            playing.runner.unable(Failure::Other, &why);
            return None;
        }
        playing.names.insert(name.clone());
        playing.last = Some(name.clone());
        Some(self.seat(name, endpoint, role, None, now))
    }

    /// The script is over: tells how it ended. Lines go to what it opened last, unless they go elsewhere already.
    fn played(&mut self) {
        let Some(playing) = self.script.take() else { return };
        let report = playing.report.borrow();
        let words = told::ending(&report, self.board.borrow().inks());
        if report.verdict == Some(Verdict::Met) {
            self.board.borrow_mut().note(&format!("{}: {}", playing.file, words.trim_end()));
        } else {
            self.board.borrow_mut().lay(&words);
            self.finish.failed.get_or_insert(End::Unmet);
            if !self.interactive {
                self.end(End::Unmet);
            }
        }
        if self.current.is_none() {
            self.current = playing.last.filter(|name| self.named(name).is_some());
        }
        self.refresh();
    }

    /// Ends the script before its end; returns whether there was one.
    pub(super) fn stop_script(&mut self) -> bool {
        if self.script.is_none() {
            return false;
        }
        self.played();
        true
    }
}
