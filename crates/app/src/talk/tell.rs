//! Sessions, peers and counters in words.

use std::time::Duration;

use sockscope::core::moment::Moment;
use sockscope::guide::Order;

use super::desk::Desk;
use super::session::{Count, Party, Session};
use crate::console::Which;

impl Desk {
    pub(super) fn tell_sessions(&mut self) {
        let mut words = String::new();
        let wide = self.sessions.iter().map(|session| session.name.chars().count()).max().unwrap_or_default();
        for session in &self.sessions {
            let here = if self.current.as_ref() == Some(&session.name) { "*" } else { " " };
            let pad = " ".repeat(wide - session.name.chars().count());
            words += &format!("{here} {}{pad}  {}, {}\n", session.name, session.endpoint, standing(session));
        }
        if words.is_empty() {
            words = "no session is open; /open tcp://HOST:PORT or /listen udp://:PORT\n".to_owned();
        }
        self.board.borrow_mut().say(&words);
    }

    pub(super) fn tell_peers(&mut self, now: Moment) -> Result<(), String> {
        let Some(session) = self.session() else {
            return Err("lines go to no session; /use NAME or /open ENDPOINT".to_owned());
        };
        let mut words = String::new();
        for (number, party) in &session.peers {
            let last = if session.latest() == Some(*number) { "  ← last" } else { "" };
            let who = party.peer.map_or("?".to_owned(), |peer| peer.to_string());
            let quiet = now - party.active;
            words += &format!("#{number} {who}  {}, {} ago{last}\n", went(party), brief(quiet));
        }
        if words.is_empty() {
            words = format!(
                "nobody has {} {}\n",
                if session.listens() { "come to" } else { "been heard on" },
                session.name
            );
        }
        self.board.borrow_mut().say(&words);
        Ok(())
    }

    /// Tells all that is known of it: what the desk counted here, what the kernel knows behind it.
    pub(super) fn info(&mut self, now: Moment, which: &Which) -> Result<(), String> {
        let (name, sockets) = self.sockets(which)?;
        let since = now - self.since;
        let Some(session) = self.named(&name) else { return Ok(()) };
        let (head, party) = match which {
            Which::Peer(number) => {
                let Some(party) = session.peers.get(number) else { return Ok(()) };
                (format!("#{number} of {name}"), party.clone())
            }
            _ => (name.clone(), session.whole.clone()),
        };
        let mut words = format!("{head}: {}, {}\n", session.endpoint, standing(session));
        if let Some(framing) = &session.framing {
            words += &format!("  framing    {framing}\n");
        }
        words += &format!("  counted    {} in {}{}\n", went(&party), brief(since), rates(&party, since));
        self.board.borrow_mut().say(&words);
        self.orders.extend(sockets.into_iter().map(Order::Tell));
        Ok(())
    }

    /// Counts from zero again.
    pub(super) fn zero(&mut self, now: Moment) {
        self.since = now;
        for session in &mut self.sessions {
            for party in session.peers.values_mut().chain([&mut session.whole]) {
                (party.rx, party.tx) = (Count::default(), Count::default());
            }
        }
        self.board.borrow_mut().note("counted from zero again: /info and /peers tell");
    }
}

/// How a session stands, in a few words.
fn standing(session: &Session) -> String {
    let mut words = if session.open { "open".to_owned() } else { "opening".to_owned() };
    if session.open && session.listens() {
        let peers = session.peers.len();
        words = format!("listening, {peers} {}", if peers == 1 { "peer" } else { "peers" });
    }
    match (session.whole.said_all, session.whole.heard_all) {
        (true, false) => words += ", our direction has ended",
        (false, true) => words += ", their direction has ended",
        (true, true) => words += ", both directions have ended",
        (false, false) => {}
    }
    if !session.waiting.is_empty() {
        words += &format!(", {} lines wait", session.waiting.len());
    }
    let target = session.target();
    if target.is_empty() { words } else { format!("{words}, {target}") }
}

fn went(party: &Party) -> String {
    let Party { rx, tx, .. } = party;
    format!("rx {} ({} B), tx {} ({} B)", rx.messages, rx.bytes, tx.messages, tx.bytes)
}

fn rates(party: &Party, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.001 {
        return String::new();
    }
    let rate = |count: u64| format!("{:.0}", count as f64 / seconds);
    format!("; {} and {} B/s", rate(party.rx.bytes), rate(party.tx.bytes))
}

/// A time as people say it.
fn brief(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds @ 1..=119 => format!("{seconds} s"),
        seconds @ 120..=7199 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}
