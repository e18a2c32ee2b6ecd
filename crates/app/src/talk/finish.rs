//! When it is over: the end of the input, Ctrl-C and Ctrl-D, sessions that have ended.

use sockscope::core::event::{End, SocketId};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::payload::Context;
use sockscope::guide::Order;

use super::desk::{Desk, FULL};
use super::session::Session;

/// How far the end is.
#[derive(Debug, Default)]
pub(super) struct Finish {
    /// When the input ended.
    input: Option<Moment>,
    /// Ctrl-C or Ctrl-D came, and nothing was typed since: the same again ends all.
    again: bool,
    /// It ends once all has gone.
    quits: bool,
    /// The end was ordered.
    over: bool,
    /// What went wrong first.
    pub(super) failed: Option<End>,
}

impl Finish {
    pub(super) fn input_ended(&self) -> bool {
        self.input.is_some()
    }

    /// Whether the end was ordered.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Something was typed: the person stays.
    pub(super) fn stays(&mut self) {
        self.again = false;
    }
}

impl Desk {
    /// Does what is due at this moment.
    pub(super) fn turn(&mut self, now: Now) {
        if self.finish.over || !self.orders.is_empty() {
            return;
        }
        self.take_turns(now);
        if self.finish.quits && self.pending.values().all(|bytes| *bytes == 0) {
            return self.end(End::Asked);
        }
        if self.orders.is_empty() {
            let order = self.follow(now);
            self.scripted = order.is_some();
            self.orders.extend(order);
        }
        let (Some(since), false, false) = (self.finish.input, self.interactive, self.script.is_some()) else {
            return;
        };
        if !self.repeats.is_empty() || !self.orders.is_empty() {
            return;
        }
        self.hang_up();
        if self.sessions.iter().all(|session| self.is_done(session, since, now.moment)) {
            let end = self.finish.failed.unwrap_or(End::Done);
            self.end(end);
        }
    }

    /// When to look again.
    pub(super) fn wakeup(&self) -> Option<Moment> {
        let turns = self.repeats.iter().map(|repeat| repeat.due().unwrap_or_default());
        let since = self.finish.input.filter(|_| !self.interactive);
        let silent = self.sessions.iter().filter(|session| !session.halves());
        let quiet = since.into_iter().flat_map(move |since| {
            silent.clone().map(move |session| session.whole.active.max(since) + self.ways.wait)
        });
        let script = self.script.as_ref().and_then(super::script::Playing::wakeup);
        turns.chain(quiet).chain(script).min()
    }

    /// Orders the end.
    pub(super) fn end(&mut self, end: End) {
        if !self.finish.over {
            self.finish.over = true;
            self.orders.push_back(Order::Finish(end));
        }
    }

    /// Ends once all that was typed has gone; at once if asked again.
    pub(super) fn quit(&mut self) {
        let left: u64 = self.pending.values().sum();
        if left == 0 || self.finish.quits {
            return self.end(End::Asked);
        }
        self.finish.quits = true;
        self.board.borrow_mut().note(&format!("{left} B are still to be sent; /quit again ends at once"));
    }

    /// Ctrl-C where nothing was typed.
    pub(super) fn interrupted(&mut self) {
        if !self.repeats.is_empty() || self.script.is_some() {
            return self.stop();
        }
        if self.sessions.is_empty() || std::mem::replace(&mut self.finish.again, true) {
            return self.end(End::Asked);
        }
        self.board.borrow_mut().note("Ctrl-C again ends everything");
    }

    /// The input has ended; at a terminal: Ctrl-D was typed where nothing else was.
    pub(super) fn input_ended(&mut self, now: Moment) {
        if !self.interactive {
            self.finish.input = Some(now);
            return;
        }
        if std::mem::replace(&mut self.finish.again, true) || self.sessions.is_empty() {
            return self.quit();
        }
        let halves = self.halves();
        let words = match (self.session(), halves.as_slice()) {
            (Some(session), [_, ..]) => {
                format!("our direction of {} has ended; Ctrl-D again ends everything", session.name)
            }
            _ => "Ctrl-D again ends everything".to_owned(),
        };
        halves.into_iter().for_each(|socket| self.half(socket));
        self.board.borrow_mut().note(&words);
    }

    /// The connections that lines go to now and that still can be sent to.
    fn halves(&self) -> Vec<SocketId> {
        let session = self.session().filter(|session| session.connects() && session.open);
        let recipients = session.and_then(|session| session.recipients().ok()).unwrap_or_default();
        recipients.into_iter().map(|(socket, _)| socket).collect()
    }

    /// Ends the sending half of a connection.
    pub(super) fn half(&mut self, socket: SocketId) {
        self.orders.push_back(Order::End(socket));
        let Some((name, number)) = self.owners.get(&socket).cloned() else { return };
        let Some(session) = self.named(&name) else { return };
        match number {
            Some(number) => {
                if let Some(party) = session.peers.get_mut(&number) {
                    party.said_all = true;
                }
            }
            None => session.whole.said_all = true,
        }
    }

    /// Nobody speaks any more: every connection gets to know.
    fn hang_up(&mut self) {
        let mut sockets = Vec::new();
        for session in self.sessions.iter().filter(|session| session.halves() && session.open) {
            if session.listens() {
                let parties = session.peers.values().filter(|party| !party.said_all);
                sockets.extend(parties.filter_map(|party| party.socket));
            } else if !session.whole.said_all {
                sockets.extend(session.sockets.iter().copied());
            }
        }
        sockets.into_iter().for_each(|socket| self.half(socket));
    }

    /// Whether nothing is to be expected of a session, `since` the input ended.
    fn is_done(&self, session: &Session, since: Moment, now: Moment) -> bool {
        if session.halves() {
            return session.listens() && session.visited && session.peers.is_empty();
        }
        session.open && now >= session.whole.active.max(since) + self.ways.wait
    }

    /// Sends what repeats, where its time has come.
    fn take_turns(&mut self, now: Now) {
        let mut repeats = std::mem::take(&mut self.repeats);
        repeats.retain_mut(|repeat| {
            let there = self.sessions.iter().any(|session| session.name == repeat.session);
            let Some(due) = repeat.due().filter(|_| there) else {
                // Told when the last one has been carried out.
                self.board.borrow_mut().note(&repeat.summary());
                return false;
            };
            if due <= now.moment {
                repeat.turn(now.moment);
                self.repeated(now, repeat);
            }
            true
        });
        self.repeats.append(&mut repeats);
    }

    fn repeated(&mut self, now: Now, repeat: &mut super::repeat::Repeat) {
        let session = self.sessions.iter().find(|session| session.name == repeat.session);
        let to = session.filter(|session| !session.must_wait()).and_then(|session| session.recipients().ok());
        let free = |socket: &SocketId| self.pending.get(socket).is_none_or(|bytes| *bytes <= FULL);
        let Some(to) = to.filter(|to| to.iter().all(|(socket, _)| free(socket))) else {
            repeat.skipped += 1;
            return;
        };
        let utc_offset_s = self.ways.utc_offset;
        let mut context =
            Context { counter: repeat.sent, time: now.stamp, utc_offset_s, rng: &mut self.rng, groups: None };
        let mut bytes = Vec::new();
        match repeat.template.render(&mut context, &mut bytes) {
            Ok(()) => {
                repeat.sent += 1;
                self.send(to, bytes);
            }
            Err(problem) => {
                repeat.skipped += 1;
                self.wrong(&problem);
            }
        }
    }

    /// Ends what repeats and what is played, and tells what became of it.
    pub(super) fn stop(&mut self) {
        if !self.stop_script() && self.repeats.is_empty() {
            self.board.borrow_mut().note("nothing repeats, and no script is played");
        }
        for repeat in std::mem::take(&mut self.repeats) {
            self.board.borrow_mut().note(&repeat.summary());
        }
    }
}
