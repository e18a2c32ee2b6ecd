//! Events of the engine as happenings of the script.

use sockscope::core::event::{
    Break, Closed, End, Event, Fault, Messages, Opened, Purpose, SocketId, Trouble, Warning,
};
use sockscope::core::facts::{Direction, Peer};
use sockscope::core::script::{Failure, What};

use super::Runner;

impl Runner {
    /// Tells the script what happened, as far as it concerns its sessions.
    pub(super) fn heard(&mut self, event: &Event<'_>) {
        match event {
            Event::Opened(opened) => self.opened(opened),
            Event::Messages(messages) => match messages.direction {
                Direction::Rx => self.received(messages),
                Direction::Tx => self.sent(messages),
            },
            Event::Ended(ended) if ended.direction == Direction::Rx => {
                self.at(ended.socket, None, What::Ended);
            }
            Event::Warning(warning) => self.warned(warning),
            Event::Closed(closed) => self.closed(closed),
            Event::Ended(_) | Event::State(_) | Event::Mark(_) => {}
        }
    }

    fn opened(&mut self, opened: &Opened<'_>) {
        if let (Purpose::Accept, Some(parent)) = (opened.purpose, opened.parent) {
            if let Some((session, peer)) = self.seats.joined(parent, opened.socket) {
                self.tell(session, peer, What::Joined);
            }
            return;
        }
        let listens = opened.purpose == Purpose::Listen;
        // Of a name with several addresses the first one counts, as for {port:NAME}.
        if let Some(session) = self.seats.opened(opened.socket, opened.unit, listens) {
            self.tell(session, 0, What::Opened { local: opened.local });
        }
    }

    fn received(&mut self, messages: &Messages<'_>) {
        let whole = messages.unit.is_bounded();
        for message in messages.iter() {
            let Some((session, peer)) = self.seats.who(messages.socket, message.facts.peer) else { return };
            self.tell(session, peer, What::Received { bytes: message.bytes, whole });
            if let Some(flaw) = message.facts.frame.and_then(|frame| frame.flaw) {
                self.tell(session, peer, What::Flawed { why: &flaw.to_string() });
            }
        }
    }

    /// A script sends one thing at a time, so that what has gone is what it waits for.
    fn sent(&mut self, messages: &Messages<'_>) {
        match &self.file {
            Some(_) => self.next_piece(),
            None => self.at(messages.socket, messages.iter().next().and_then(|m| m.facts.peer), What::Sent),
        }
    }

    fn warned(&mut self, warning: &Warning) {
        let socket = warning.socket;
        match &warning.what {
            Trouble::NotOpened { why, refused, .. } => {
                let kind = if *refused { Failure::Refused } else { Failure::Other };
                let why = why.strip_prefix("cannot connect: ").unwrap_or(why);
                self.at(socket, None, What::Failed { kind, why });
            }
            Trouble::Broken { how, why, .. } => {
                let why = if why.is_empty() { words(*how) } else { why };
                if let Some(owner) = self.seats.owner_mut(socket) {
                    owner.broke = Some(why.to_owned());
                }
            }
            Trouble::NotSent { peer, why, .. } => {
                self.at(socket, *peer, What::Unsent { why });
            }
            // The next datagram is sent in pieces.
            Trouble::Fault { fault: Fault::TooLong { .. }, .. } => {}
            Trouble::Fault { peer, fault, .. } => self.came_back(socket, *peer, *fault),
            _ => {}
        }
    }

    /// A datagram was answered by an error: in a listening session that concerns one peer only.
    fn came_back(&mut self, socket: SocketId, peer: Option<Peer>, fault: Fault) {
        let kind = if fault == Fault::Refused { Failure::Refused } else { Failure::Other };
        let why = &fault.to_string();
        match self.seats.listens(socket) {
            true => self.at(socket, peer, What::Closed { kind, why }),
            false => self.at(socket, peer, What::Failed { kind, why }),
        }
    }

    fn closed(&mut self, closed: &Closed) {
        let (kind, why) = match closed.why {
            End::Ended => (Failure::Ended, "both sides have ended".to_owned()),
            End::Broken(how) => {
                let told = self.seats.owner_mut(closed.socket).and_then(|owner| owner.broke.take());
                (kind(how), told.unwrap_or_else(|| words(how).to_owned()))
            }
            // The script itself is over, or it asked for this.
            End::Asked | End::Done | End::Unmet | End::Stopped => return self.seats.closed(closed.socket),
            other => (Failure::Other, other.word().replace('_', " ")),
        };
        self.at(closed.socket, None, What::Closed { kind, why: &why });
        self.seats.closed(closed.socket);
    }

    /// Something happened at a socket.
    fn at(&mut self, socket: SocketId, peer: Option<Peer>, what: What<'_>) {
        if let Some((session, peer)) = self.seats.who(socket, peer) {
            self.tell(session, peer, what);
        }
    }
}

/// A broken pipe is what a reset looks like to who was told before that the peer sends no more.
fn kind(how: Break) -> Failure {
    match how {
        Break::Reset | Break::BrokenPipe => Failure::Reset,
        Break::TimedOut | Break::Unreachable | Break::Protocol | Break::Other => Failure::Other,
    }
}

fn words(how: Break) -> &'static str {
    match how {
        Break::Reset => "reset by the peer",
        Break::BrokenPipe => "broken pipe: the peer no longer reads",
        Break::TimedOut => "nothing came back for too long",
        Break::Unreachable => "there is no way to the host any more",
        Break::Protocol => "what came does not follow the protocol",
        Break::Other => "the connection broke",
    }
}
