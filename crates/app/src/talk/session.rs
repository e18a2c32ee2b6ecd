//! One session at the desk: where it is, who is there, and to whom lines go.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use sockscope::core::endpoint::{Endpoint, Role, Shape};
use sockscope::core::event::SocketId;
use sockscope::core::facts::{Direction, Peer};
use sockscope::core::framing::Framing;
use sockscope::core::moment::Moment;

/// One session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) name: String,
    pub(super) endpoint: Endpoint,
    pub(super) role: Role,
    /// Its own sockets: the connection, or those that are listened on.
    pub(super) sockets: Vec<SocketId>,
    /// It is open, so that what is sent goes.
    pub(super) open: bool,
    pub(super) framing: Option<Arc<Framing>>,
    /// To whom lines go.
    pub(super) to: Target,
    /// Who is there, by number.
    pub(super) peers: BTreeMap<u32, Party>,
    /// Who was heard last, or came where nobody was.
    pub(super) last: Option<u32>,
    /// Somebody was there once.
    pub(super) visited: bool,
    /// What was typed before there was anybody to get it.
    pub(super) waiting: VecDeque<Vec<u8>>,
    /// The session as one party: what went through all its sockets.
    pub(super) whole: Party,
}

/// To whom lines of a session go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Where the endpoint points to.
    Home,
    /// Whoever was heard last.
    Last,
    /// All that are there.
    All,
    /// All but whoever was heard last.
    Others,
    /// This one.
    Peer(u32),
}

/// Somebody on the other side, and what went to and fro.
#[derive(Debug, Clone, Default)]
pub(super) struct Party {
    /// Through which socket.
    pub(super) socket: Option<SocketId>,
    pub(super) peer: Option<Peer>,
    /// The other side sends no more.
    pub(super) heard_all: bool,
    /// This side sends no more.
    pub(super) said_all: bool,
    pub(super) rx: Count,
    pub(super) tx: Count,
    /// When something last went either way.
    pub(super) active: Moment,
}

/// Messages and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

impl Party {
    /// One message went.
    pub(super) fn count(&mut self, direction: Direction, bytes: usize, now: Moment) {
        let count = if direction == Direction::Rx { &mut self.rx } else { &mut self.tx };
        count.messages += 1;
        count.bytes += bytes as u64;
        self.active = now;
    }
}

/// A socket, and the peer behind it where it has no connection.
pub(super) type Recipient = (SocketId, Option<Peer>);

impl Session {
    /// A session that is about to be opened.
    pub(super) fn new(
        name: String,
        endpoint: Endpoint,
        role: Role,
        framing: Option<Arc<Framing>>,
        now: Moment,
    ) -> Self {
        Self {
            name,
            endpoint,
            role,
            sockets: Vec::new(),
            open: false,
            framing,
            to: if role == Role::Listen { Target::Last } else { Target::Home },
            peers: BTreeMap::new(),
            last: None,
            visited: false,
            waiting: VecDeque::new(),
            whole: Party { active: now, ..Party::default() },
        }
    }

    /// Whether its peers have connections of their own, or it is one.
    pub(super) fn connects(&self) -> bool {
        self.endpoint.scheme.shape != Shape::Datagram
    }

    /// Whether one direction of its connections can end by itself. A WebSocket has no half-close: who closes it
    /// hears nothing more (RFC 6455 section 5.5.1).
    pub(super) fn halves(&self) -> bool {
        self.connects() && self.endpoint.scheme.shape != Shape::Messages
    }

    /// Whether it listens.
    pub(super) fn listens(&self) -> bool {
        self.role == Role::Listen
    }

    /// Whether what passes has no bounds of its own.
    pub(super) fn is_stream(&self) -> bool {
        self.endpoint.scheme.shape == Shape::Stream && self.framing.is_none()
    }

    /// Whoever was heard last; or who alone is there.
    pub(super) fn latest(&self) -> Option<u32> {
        let last = self.last.filter(|last| self.peers.contains_key(last));
        last.or_else(|| self.peers.keys().next().copied().filter(|_| self.peers.len() == 1))
    }

    /// Whether lines have to wait: it is not open yet, or nobody is there yet.
    pub(super) fn must_wait(&self) -> bool {
        !self.open || (self.listens() && self.peers.is_empty())
    }

    /// Who gets what is sent now.
    ///
    /// # Errors
    ///
    /// Nobody does: why, with a remedy.
    pub(super) fn recipients(&self) -> Result<Vec<Recipient>, String> {
        let own = || self.sockets.first().map(|socket| (*socket, None)).into_iter().collect();
        if !self.listens() && self.connects() {
            return match (self.whole.said_all, self.to) {
                (true, _) => Err(format!("our direction of {} has ended: nothing can be sent", self.name)),
                (_, Target::Others) => Err("there is nobody else; /to last".to_owned()),
                _ => Ok(own()),
            };
        }
        let numbers: Vec<u32> = match self.to {
            Target::Home => return Ok(own()),
            Target::Last if !self.listens() && self.latest().is_none() => return Ok(own()),
            Target::All if !self.listens() => return Ok(own()),
            Target::Last => self.latest().into_iter().collect(),
            Target::All => self.peers.keys().copied().collect(),
            Target::Others => {
                let last = self.latest();
                self.peers.keys().copied().filter(|number| Some(*number) != last).collect()
            }
            Target::Peer(number) => vec![number],
        };
        self.among(&numbers)
    }

    fn among(&self, numbers: &[u32]) -> Result<Vec<Recipient>, String> {
        let there = numbers.iter().filter_map(|number| self.peers.get(number));
        let open = there.filter(|party| !party.said_all);
        let way = |party: &Party| {
            let peer = party.peer.filter(|_| !self.connects());
            party.socket.map(|socket| (socket, peer))
        };
        let found: Vec<Recipient> = open.filter_map(way).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        Err(match (self.to, numbers) {
            (Target::Peer(number), _) if !self.peers.contains_key(&number) => {
                format!("#{number} is not there any more; /to last or /peers")
            }
            (_, [number]) => format!("our direction to #{number} has ended: nothing can be sent"),
            (Target::Last, _) => {
                format!("{} peers are there and none was heard yet; /to #N or /to all", self.peers.len())
            }
            _ => "nobody else is there; /to last".to_owned(),
        })
    }

    /// How the prompt tells to whom lines go; empty where there is nobody to choose.
    pub(super) fn target(&self) -> String {
        let number = |number: Option<u32>| number.map_or(String::new(), |number| format!(" #{number}"));
        match self.to {
            Target::Home => String::new(),
            _ if self.connects() && !self.listens() => String::new(),
            Target::Last => format!("→last{}", number(self.latest())),
            Target::All => "→all".to_owned(),
            Target::Others => format!("→all but{}", number(self.latest())),
            Target::Peer(number) => format!("→#{number}"),
        }
    }
}
