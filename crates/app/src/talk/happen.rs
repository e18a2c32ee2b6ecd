//! What happens, as far as the desk has to know it.

use sockscope::core::event::{
    Closed, End, Ended, Event, Fault, Messages, Opened, Purpose, SocketId, Trouble, Warning,
};
use sockscope::core::facts::Direction;
use sockscope::core::moment::{Moment, Now};
use sockscope::view::warning;

use super::desk::Desk;
use super::session::{Party, Session};

impl Desk {
    /// Something happened.
    pub(super) fn happened(&mut self, now: Now, event: &Event<'_>) {
        if let Some(playing) = &mut self.script {
            playing.heard(now, event);
        }
        match event {
            Event::Opened(opened) => self.opened(now, opened),
            Event::Messages(messages) if !self.passed(now.moment, messages) => {
                // Nobody is new: only the prompt may change.
                return self.ask();
            }
            Event::Messages(_) => {}
            Event::Ended(ended) => self.half_closed(ended),
            Event::Warning(warning) => self.warned(warning),
            Event::Closed(closed) => self.closed(closed),
            Event::State(_) | Event::Mark(_) => return,
        }
        self.refresh();
    }

    fn opened(&mut self, now: Now, opened: &Opened<'_>) {
        let socket = opened.socket;
        let number = opened.number.map(u32::from).filter(|_| opened.purpose == Purpose::Accept);
        if let (Some(number), Some(parent)) = (number, opened.parent) {
            let Some((name, _)) = self.owners.get(&parent).cloned() else { return };
            self.owners.insert(socket, (name.clone(), Some(number)));
            let Some(session) = self.named(&name) else { return };
            let (peer, active) = (opened.remote, now.moment);
            let party = Party { socket: Some(socket), peer, active, ..Party::default() };
            session.come(number, party);
        } else if let Some((name, _)) = self.owners.get(&socket).cloned()
            && let Some(session) = self.named(&name)
        {
            session.open = true;
            session.whole.socket = Some(socket);
            session.whole.peer = opened.remote.or(opened.local);
        }
        self.catch_up(socket);
    }

    /// Sends what waited for somebody to get it.
    fn catch_up(&mut self, socket: SocketId) {
        let Some((name, _)) = self.owners.get(&socket).cloned() else { return };
        let Some(session) = self.named(&name).filter(|session| !session.must_wait()) else { return };
        let waiting = std::mem::take(&mut session.waiting);
        // Whoever came first gets it.
        let to = session.recipients();
        for bytes in waiting {
            match &to {
                Ok(to) => self.send(to.clone(), bytes),
                Err(why) => self.alarm(&format!("not sent ({} B): {why}", bytes.len())),
            }
        }
    }

    /// Messages went; returns whether somebody came with them.
    fn passed(&mut self, now: Moment, messages: &Messages<'_>) -> bool {
        let Some((name, own)) = self.owners.get(&messages.socket) else { return false };
        let Some(session) = self.sessions.iter_mut().find(|session| session.name == *name) else {
            return false;
        };
        let (own, direction, mut bytes, mut came) = (*own, messages.direction, 0, false);
        for message in messages.iter() {
            bytes += message.bytes.len() as u64;
            session.whole.count(direction, message.bytes.len(), now);
            let Some(number) = own.or(message.facts.number.map(u32::from)) else { continue };
            if direction == Direction::Rx && !session.peers.contains_key(&number) {
                let (socket, peer) = (Some(messages.socket), message.facts.peer);
                session.come(number, Party { socket, peer, ..Party::default() });
                came = true;
            }
            if let Some(party) = session.peers.get_mut(&number) {
                party.count(direction, message.bytes.len(), now);
            }
            if direction == Direction::Rx {
                session.last = Some(number);
            }
        }
        if direction == Direction::Tx {
            self.went(messages.socket, bytes);
        }
        if came {
            self.catch_up(messages.socket);
        }
        came
    }

    /// Bytes are on their way, or will never be.
    fn went(&mut self, socket: SocketId, bytes: u64) {
        if let Some(pending) = self.pending.get_mut(&socket) {
            *pending = pending.saturating_sub(bytes);
        }
    }

    fn half_closed(&mut self, ended: &Ended) {
        let Some((name, number)) = self.owners.get(&ended.socket).cloned() else { return };
        let Some(session) = self.named(&name) else { return };
        let party = match number {
            Some(number) => session.peers.get_mut(&number),
            None => Some(&mut session.whole),
        };
        let Some(party) = party else { return };
        match ended.direction {
            Direction::Rx => party.heard_all = true,
            Direction::Tx => party.said_all = true,
        }
    }

    fn warned(&mut self, warning: &Warning) {
        match &warning.what {
            Trouble::NotOpened { .. } => {
                let Some((name, None)) = self.owners.get(&warning.socket).cloned() else { return };
                if !self.interactive && !self.is_scripted(&name) {
                    let mut words = Vec::new();
                    warning::words(&warning.what, &mut words);
                    self.alarm(&String::from_utf8_lossy(&words));
                }
                self.gone(&name, End::NotOpened);
            }
            Trouble::Fault { fault: Fault::Refused, .. } if !self.owned_by_script(warning.socket) => {
                self.finish.failed.get_or_insert(End::Failed);
            }
            Trouble::NotSent { len, .. } => {
                self.went(warning.socket, *len);
                self.finish.failed.get_or_insert(End::Failed);
            }
            _ => {}
        }
    }

    fn closed(&mut self, closed: &Closed) {
        self.pending.remove(&closed.socket);
        let Some((name, number)) = self.owners.remove(&closed.socket) else { return };
        let broken = matches!(closed.why, End::Broken(_));
        if broken && !self.is_scripted(&name) {
            self.finish.failed.get_or_insert(closed.why);
        }
        let Some(session) = self.named(&name) else { return };
        match number {
            Some(number) => session.leave(number),
            None => {
                session.sockets.retain(|socket| *socket != closed.socket);
                if session.sockets.is_empty() {
                    self.gone(&name, closed.why);
                }
            }
        }
    }

    /// A session is over, or never was.
    pub(super) fn gone(&mut self, name: &str, why: End) {
        let Some(at) = self.sessions.iter().position(|session| session.name == name) else { return };
        let session = self.sessions.remove(at);
        for socket in &session.sockets {
            self.owners.remove(socket);
            self.pending.remove(socket);
        }
        if !session.waiting.is_empty() {
            let (lines, bytes) = (session.waiting.len(), session.waiting.iter().map(Vec::len).sum::<usize>());
            let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
            self.alarm(&format!("{lines} ({bytes} B) typed for {name} were not sent"));
        }
        self.board.borrow_mut().several(self.sessions.len() > 1);
        let scripted = self.is_scripted(name);
        if self.current.as_deref() == Some(name) {
            self.current = None;
            self.left_alone(name);
        }
        if why == End::NotOpened && !scripted {
            self.finish.failed.get_or_insert(why);
        }
        // In a pipe nobody opens another one, unless words do.
        if !self.interactive && self.sessions.is_empty() && !self.by_hand && why != End::Asked {
            let end = self.finish.failed.unwrap_or(End::Done);
            self.end(end);
        }
    }

    /// Whether a socket belongs to the script that is being played, which judges for itself.
    fn owned_by_script(&self, socket: SocketId) -> bool {
        self.owners.get(&socket).is_some_and(|(name, _)| self.is_scripted(name))
    }

    /// Lines go nowhere now, rather than to somebody they were not meant for.
    fn left_alone(&self, name: &str) {
        let others: Vec<&str> = self.sessions.iter().map(|session| session.name.as_str()).collect();
        if self.interactive && !others.is_empty() && !self.finish.is_over() {
            let words = format!("{name} is gone: lines go nowhere; /use {}", others.join(", /use "));
            self.board.borrow_mut().note(&words);
        }
    }
}

impl Session {
    /// Somebody is there whom nobody knew.
    fn come(&mut self, number: u32, party: Party) {
        self.peers.insert(number, party);
        self.visited = true;
        self.last.get_or_insert(number);
    }

    /// Somebody has left.
    fn leave(&mut self, number: u32) {
        self.peers.remove(&number);
        self.last = self.last.filter(|last| *last != number);
    }
}
