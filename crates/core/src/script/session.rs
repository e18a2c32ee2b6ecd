//! What happens to a script's sessions, and what it has not read yet.

use std::collections::{BTreeMap, VecDeque};

use crate::facts::Peer;

/// A session that a script has opened; each opening has a number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u32);

/// Something that happened in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happening<'a> {
    /// In which one.
    pub session: SessionId,
    /// With which peer: any number that tells the peers of a listening session apart; 0 in others.
    pub peer: u64,
    /// What.
    pub what: What<'a>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'a> {
    /// The session is open: bound, or connected.
    Opened {
        /// Its own address.
        local: Option<Peer>,
    },
    /// A peer has connected to a listening session.
    Joined,
    /// The session could not be opened, or a datagram was answered by an error.
    Failed {
        /// Of which kind.
        kind: Failure,
        /// In words.
        why: &'a str,
    },
    /// Bytes came.
    Received {
        /// The bytes.
        bytes: &'a [u8],
        /// They are a datagram or a frame: their bounds count. Else a chunk of a stream: they go on where the last
        /// one ended.
        whole: bool,
    },
    /// What this peer said last is a frame with something wrong in it.
    Flawed {
        /// In words.
        why: &'a str,
    },
    /// The peer will send nothing more.
    Ended,
    /// The connection is gone.
    Closed {
        /// Of which kind.
        kind: Failure,
        /// In words.
        why: &'a str,
    },
    /// What was to be sent has been handed to the kernel.
    Sent,
    /// What was to be sent could not be, and will not be.
    Unsent {
        /// In words.
        why: &'a str,
    },
}

/// Why something is no more, or never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// In order: both sides have ended.
    Ended,
    /// Reset by the peer (RFC 9293 section 3.5.2, `ECONNRESET`).
    Reset,
    /// Nobody listens there (`ECONNREFUSED`).
    Refused,
    /// Anything else.
    Other,
}

/// One session as the script sees it.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) local: Option<Peer>,
    pub(super) opened: bool,
    pub(super) listens: bool,
    /// Why it is gone, if it is.
    pub(super) gone: Option<(Failure, String)>,
    /// Something is being sent, to this peer.
    pub(super) sending: Option<u64>,
    /// Why it could not be sent.
    pub(super) unsent: Option<String>,
    /// The peer whose words were read last.
    partner: Option<u64>,
    /// The peer that connected or spoke last.
    latest: Option<u64>,
    talks: BTreeMap<u64, Talk>,
    /// How many items have come.
    arrived: u64,
    /// Bytes that have not been read.
    pub(super) unread: usize,
    /// The script has closed it.
    left_behind: bool,
}

/// What one peer has said that the script has not read.
#[derive(Debug, Default)]
struct Talk {
    items: VecDeque<Item>,
    /// Why it will say no more.
    gone: Option<(Failure, String)>,
    /// It hears no more either.
    closed: bool,
}

/// A message, or a stretch of a stream.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) bytes: Vec<u8>,
    pub(super) whole: bool,
    /// What is wrong with the frame that it is.
    pub(super) flaw: Option<String>,
    /// As the how manieth it came.
    order: u64,
}

impl Session {
    pub(super) fn new(listens: bool) -> Self {
        Self {
            local: None,
            opened: false,
            listens,
            gone: None,
            sending: None,
            unsent: None,
            partner: None,
            latest: None,
            talks: BTreeMap::new(),
            arrived: 0,
            unread: 0,
            left_behind: false,
        }
    }

    /// The script has closed it: nothing that happens in it counts any more.
    pub(super) fn leave(&mut self) {
        self.left_behind = true;
        self.talks.clear();
        self.unread = 0;
    }

    pub(super) fn happened(&mut self, peer: u64, what: What<'_>) {
        if self.left_behind {
            return;
        }
        match what {
            What::Opened { local } => {
                self.opened = true;
                self.local = local;
            }
            What::Joined => {
                self.talks.entry(peer).or_default();
                self.latest = Some(peer);
            }
            What::Failed { kind, why } => self.gone = Some((kind, why.to_owned())),
            What::Received { bytes, whole } => self.received(peer, bytes, whole),
            What::Flawed { why } => {
                let item = self.talks.get_mut(&peer).and_then(|talk| talk.items.back_mut());
                if let Some(item) = item {
                    item.flaw = Some(why.to_owned());
                }
            }
            What::Ended => self.left(peer, Failure::Ended, "the peer has ended"),
            What::Closed { kind, why } => {
                self.left(peer, kind, why);
                self.talks.entry(peer).or_default().closed = true;
                if !self.listens {
                    self.gone = Some((kind, why.to_owned()));
                }
            }
            What::Sent => self.sending = None,
            What::Unsent { why } => self.unsent = Some(why.to_owned()),
        }
    }

    fn received(&mut self, peer: u64, bytes: &[u8], whole: bool) {
        let items = &mut self.talks.entry(peer).or_default().items;
        self.latest = Some(peer);
        self.arrived += 1;
        self.unread += bytes.len();
        match items.back_mut() {
            Some(item) if !whole && !item.whole => item.bytes.extend_from_slice(bytes),
            _ => items.push_back(Item { bytes: bytes.to_vec(), whole, flaw: None, order: self.arrived }),
        }
    }

    fn left(&mut self, peer: u64, kind: Failure, why: &str) {
        let talk = self.talks.entry(peer).or_default();
        // A close behind an end is no news; a reset is.
        if talk.gone.is_none() || kind != Failure::Ended {
            talk.gone = Some((kind, why.to_owned()));
        }
    }

    /// Whom a send is for: whose words were read last, else who connected or spoke last; in a session that
    /// does not listen, the one there is.
    pub(super) fn partner(&self) -> Option<u64> {
        let closed = |peer: &u64| self.talks.get(peer).is_some_and(|talk| talk.closed);
        self.partner
            .filter(|peer| !closed(peer))
            .or(self.latest)
            .or(self.partner)
            .or((!self.listens).then_some(0))
    }

    /// The oldest thing said that was not read, and who said it.
    pub(super) fn next(&self) -> Option<(u64, &Item)> {
        let firsts = self.talks.iter().filter_map(|(peer, talk)| Some((*peer, talk.items.front()?)));
        firsts.min_by_key(|(_, item)| item.order)
    }

    /// Takes the first `count` bytes of what this peer said as read, or the whole message.
    pub(super) fn read(&mut self, peer: u64, count: usize) {
        self.partner = Some(peer);
        let Some(talk) = self.talks.get_mut(&peer) else { return };
        let Some(item) = talk.items.front_mut() else { return };
        if item.whole || count >= item.bytes.len() {
            self.unread -= item.bytes.len();
            talk.items.pop_front();
        } else {
            self.unread -= count;
            item.bytes.drain(..count);
        }
    }

    /// Why nothing can be sent to this peer any more.
    pub(super) fn deaf(&self, peer: Option<u64>) -> Option<&str> {
        let talk = peer.or(self.partner()).and_then(|peer| self.talks.get(&peer));
        let gone = talk.filter(|talk| talk.closed).and_then(|talk| talk.gone.as_ref()).or(self.gone.as_ref());
        gone.map(|(_, why)| why.as_str())
    }

    /// Why this peer, or without one the partner, will say no more.
    pub(super) fn silent(&self, peer: Option<u64>) -> Option<&(Failure, String)> {
        let talk = peer.or(self.partner()).and_then(|peer| self.talks.get(&peer));
        talk.and_then(|talk| talk.gone.as_ref()).or(self.gone.as_ref())
    }
}
