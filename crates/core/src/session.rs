//! One conversation through one socket as a state machine: what was received, sent and reported goes in,
//! what to tell comes out. It never touches a socket or a clock, so it is tested in virtual time.

use std::net::IpAddr;
use std::time::Duration;

use crate::batch::Batch;
use crate::connection::Inside;
use crate::event::{Closed, End, Fault, Pace, SocketId, Totals, Trouble, Warning};
use crate::facts::{Peer, Stamp};
use crate::moment::Now;

/// The accounts of one socket.
#[derive(Debug)]
pub struct Session {
    socket: SocketId,
    only: Option<Only>,
    /// The one peer that it stays with.
    first: Option<Peer>,
    rcvbuf: Option<u64>,
    totals: Totals,
    drops_seen: u32,
    captures: bool,
    merges: bool,
    answers: bool,
    last_sent: Option<Stamp>,
}

/// The one peer to be heard: an address, with a port or with any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Only {
    /// Its address.
    pub ip: IpAddr,
    /// Its port; any port when absent.
    pub port: Option<u16>,
}

impl Only {
    fn is(self, peer: Option<Peer>) -> bool {
        let Some(peer) = peer.and_then(Peer::inet) else { return false };
        peer.ip() == self.ip && self.port.is_none_or(|port| port == peer.port())
    }
}

impl Session {
    /// A session on a fresh socket. `rcvbuf`: the receive buffer in bytes as the kernel accounts it.
    pub fn new(socket: SocketId, only: Option<Only>, rcvbuf: Option<u64>) -> Self {
        Self {
            socket,
            only,
            first: None,
            rcvbuf,
            totals: Totals::default(),
            drops_seen: 0,
            captures: false,
            merges: false,
            answers: false,
            last_sent: None,
        }
    }

    /// What it hears are captured packets, and `rcvbuf` is the memory for them.
    pub fn capturing(mut self) -> Self {
        self.captures = true;
        self
    }

    /// What it hears may be trains (`UDP_GRO`), of which the kernel counts each as one when it drops it.
    pub fn merging(mut self) -> Self {
        self.merges = true;
        self
    }

    /// What it sends from now on are answers, to which what comes next is none.
    pub fn answering(&mut self) {
        self.answers = true;
    }

    /// From now on it hears this peer only, unless it already stays with another.
    pub fn stay_with(&mut self, peer: Peer) {
        self.first.get_or_insert(peer);
    }

    /// Which socket.
    pub fn socket(&self) -> SocketId {
        self.socket
    }

    /// What went through so far.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Takes in received messages: leaves out those of other peers (counted) and, of the others, those beyond the
    /// first `room`, which nobody waits for any more, as those that are still with the kernel; adds how long an answer
    /// took. Returns a warning when the kernel had to drop some in between.
    pub fn received(&mut self, now: Now, batch: &mut Batch, room: usize) -> Option<Warning> {
        if let Some(only) = self.only {
            let all = batch.len();
            batch.retain(|message| only.is(message.facts.peer));
            self.totals.ignored += (all - batch.len()) as u64;
        }
        if let Some(first) = self.first {
            let all = batch.len();
            batch.retain(|message| message.facts.peer == Some(first));
            self.totals.ignored += (all - batch.len()) as u64;
        }
        batch.truncate(room);
        let mut drops = None;
        for index in 0..batch.len() {
            let facts = batch.facts_mut(index);
            if let (Some(sent), Some((time, _))) = (self.last_sent, facts.time) {
                facts.answer_after = time.0.checked_sub(sent.0).map(Duration::from_nanos);
            }
            drops = facts.drops.or(drops);
            self.totals.in_trains += u64::from(facts.train.is_some());
            self.totals.cut += u64::from(facts.cut_from.is_some());
        }
        self.totals.rx_messages += batch.len() as u64;
        self.totals.rx_bytes += batch.bytes() as u64;
        self.dropped(now, drops?)
    }

    /// Takes in the kernel's count of dropped datagrams; returns a warning when it has grown.
    pub fn dropped(&mut self, now: Now, counter: u32) -> Option<Warning> {
        // The counter wraps; a count that seems to go back is an older one that came late.
        let count = counter.wrapping_sub(self.drops_seen);
        if count == 0 || count > u32::MAX / 2 {
            return None;
        }
        self.drops_seen = counter;
        self.totals.dropped += u64::from(count);
        self.totals.dropped_at_least = self.merges;
        let (count, total) = (count.into(), self.totals.dropped);
        let what = match self.captures {
            true => Trouble::CaptureDrop { count, total, buffer: self.rcvbuf },
            false => Trouble::KernelDrop { count, total, rcvbuf: self.rcvbuf, at_least: self.merges },
        };
        Some(self.warning(now, what))
    }

    /// Takes note of messages that were sent: `messages` of them with `bytes` in all, handed to the kernel
    /// at `stamp`, `in_trains` of them in trains.
    pub fn sent(&mut self, stamp: Stamp, messages: usize, bytes: usize, in_trains: u64) {
        if !self.answers {
            self.last_sent = Some(stamp);
        }
        self.totals.tx_messages += messages as u64;
        self.totals.tx_bytes += bytes as u64;
        self.totals.in_trains += in_trains;
    }

    /// An ICMP error came back.
    pub fn fault(&mut self, now: Now, peer: Option<Peer>, fault: Fault, reporter: Option<Peer>) -> Warning {
        self.totals.faults += 1;
        self.warning(now, Trouble::Fault { peer, fault, reporter })
    }

    /// A message could not be sent.
    pub fn not_sent(&mut self, now: Now, peer: Option<Peer>, len: usize, why: String) -> Warning {
        self.totals.not_sent += 1;
        self.warning(now, Trouble::NotSent { peer, len: len as u64, why })
    }

    /// Any other trouble of this socket.
    pub fn warning(&self, now: Now, what: Trouble) -> Warning {
        Warning { socket: self.socket, time: now.stamp, what }
    }

    /// The last word.
    pub fn close(&self, now: Now, why: End, pace: Option<Pace>, inside: Inside) -> Closed {
        Closed { socket: self.socket, time: now.stamp, why, totals: self.totals, pace, inside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Clock, Facts};
    use crate::moment::Moment;

    fn at(ms: u64) -> Now {
        Now { moment: Moment(ms * 1_000_000), stamp: Stamp(ms * 1_000_000) }
    }

    fn batch(messages: &[(&str, &str, Option<u32>)]) -> Batch {
        let mut batch = Batch::new();
        for (peer, text, drops) in messages {
            let peer = Some(Peer::Inet(peer.parse().unwrap()));
            let time = Some((at(20).stamp, Clock::Kernel));
            batch.push(text.as_bytes(), Facts { peer, time, drops: *drops, ..Facts::default() });
        }
        batch
    }

    fn session(only: Option<Only>) -> Session {
        Session::new(SocketId(1), only, Some(212_992))
    }

    #[test]
    fn drops_are_told_once_and_add_up() {
        let mut session = session(None);
        let mut first = batch(&[("127.0.0.1:5", "a", None), ("127.0.0.1:5", "b", Some(3))]);
        let warning = session.received(at(1), &mut first, 64).unwrap();
        assert_eq!(warning.what, kernel_drop(3, 3, false));
        assert_eq!(session.received(at(2), &mut batch(&[("127.0.0.1:5", "c", Some(3))]), 64), None);
        let tail = session.dropped(at(3), 10).unwrap();
        assert_eq!(tail.what, kernel_drop(7, 10, false));
        assert_eq!(session.dropped(at(4), 10), None);
        assert_eq!((session.totals().dropped, session.totals().rx_messages), (10, 3));
    }

    fn kernel_drop(count: u64, total: u64, at_least: bool) -> Trouble {
        Trouble::KernelDrop { count, total, rcvbuf: Some(212_992), at_least }
    }

    #[test]
    fn where_trains_come_drops_are_a_lower_bound() {
        let mut session = session(None).merging();
        assert_eq!(session.dropped(at(1), 3).unwrap().what, kernel_drop(3, 3, true));
        assert!(session.totals().dropped_at_least);
    }

    #[test]
    fn an_older_counter_that_comes_late_and_a_wrap_are_not_mistaken() {
        let mut session = session(None);
        assert!(session.dropped(at(1), u32::MAX / 2).is_some());
        assert_eq!(session.dropped(at(1), 5), None);
        assert!(session.dropped(at(1), u32::MAX - 1).is_some());
        assert!(session.dropped(at(1), 3).is_some());
        assert_eq!(session.totals().dropped, u64::from(u32::MAX) + 4);
    }

    #[test]
    fn only_one_peer_is_heard_and_the_others_are_counted() {
        let only = Only { ip: "127.0.0.1".parse().unwrap(), port: Some(5) };
        let mut session = session(Some(only));
        let mut got =
            batch(&[("127.0.0.1:5", "a", None), ("127.0.0.1:6", "b", None), ("[::1]:5", "c", None)]);
        session.received(at(1), &mut got, 64);
        assert_eq!(got.iter().map(|m| m.bytes).collect::<Vec<_>>(), [b"a"]);
        assert_eq!((session.totals().ignored, session.totals().rx_messages), (2, 1));
    }

    #[test]
    fn what_nobody_waits_for_any_more_does_not_count() {
        let only = Only { ip: "127.0.0.1".parse().unwrap(), port: Some(5) };
        let mut session = session(Some(only));
        let (mine, other) = ("127.0.0.1:5", "127.0.0.1:6");
        let mut got = batch(&[(other, "x", None), (mine, "a", None), (mine, "b", None), (mine, "c", None)]);
        session.received(at(1), &mut got, 2);
        assert_eq!(got.iter().map(|m| m.bytes).collect::<Vec<_>>(), [b"a", b"b"]);
        assert_eq!((session.totals().ignored, session.totals().rx_messages), (1, 2));
    }

    #[test]
    fn the_first_peer_stays_the_only_one() {
        let mut session = session(None);
        let mut got = batch(&[("127.0.0.1:5", "a", None), ("127.0.0.1:6", "b", None)]);
        for peer in ["127.0.0.1:5", "127.0.0.1:6"] {
            session.stay_with(Peer::Inet(peer.parse().unwrap()));
        }
        session.received(at(1), &mut got, 64);
        assert_eq!(got.iter().map(|m| m.bytes).collect::<Vec<_>>(), [b"a"]);
        assert_eq!(session.totals().ignored, 1);
    }

    #[test]
    fn an_answer_knows_how_long_it_took() {
        let mut session = session(None);
        session.sent(at(15).stamp, 1, 4, 0);
        let mut got = batch(&[("127.0.0.1:5", "a", None)]);
        session.received(at(21), &mut got, 64);
        assert_eq!(got.message(0).facts.answer_after, Some(Duration::from_millis(5)));
    }

    #[test]
    fn what_comes_after_an_answer_is_none() {
        let mut session = session(None);
        session.answering();
        session.sent(at(15).stamp, 1, 4, 0);
        let mut got = batch(&[("127.0.0.1:5", "a", None)]);
        session.received(at(21), &mut got, 64);
        assert_eq!(got.message(0).facts.answer_after, None);
        assert_eq!(session.totals().tx_messages, 1);
    }
}
