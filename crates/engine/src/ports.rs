//! Every open socket of a run, by a key that is small and used again.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::{Purpose, SocketId, Totals};
use sockscope_core::facts::Peer;
use sockscope_core::framing::Framing;
use sockscope_core::moment::Moment;
use sockscope_net::transport::Listener;
use sockscope_net::wait::Interest;

use crate::port::Port;

/// Something that is open.
pub(crate) enum Entry {
    /// Messages pass through it.
    Port(Box<Port>),
    /// Peers come through it.
    Door(Box<Door>),
}

/// A listening socket whose peers get sockets of their own.
pub(crate) struct Door {
    pub(crate) listener: Box<dyn Listener>,
    pub(crate) id: SocketId,
    pub(crate) purpose: Purpose,
    pub(crate) endpoint: Endpoint,
    /// The endpoint as it was asked for.
    pub(crate) text: Arc<str>,
    /// What a person calls it.
    pub(crate) name: Option<Arc<str>>,
    /// How the streams of its peers are framed.
    pub(crate) framing: Option<Arc<Framing>>,
    /// What went through its peers that have left.
    pub(crate) totals: Totals,
    pub(crate) interest: Interest,
    /// Nobody is let in until a descriptor is free.
    pub(crate) shut: bool,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Ports {
    entries: slab::Slab<Entry>,
    /// Number of the last socket that was opened.
    last: u32,
    /// Peers of listeners that are there now.
    pub(crate) peers: usize,
    /// Peers that were given a number so far.
    came: u32,
    /// Numbers of peers without connection, where somebody calls peers by number.
    strangers: HashMap<(SocketId, Option<Peer>), NonZeroU32>,
}

impl Ports {
    /// A number for one more socket.
    pub(crate) fn number(&mut self) -> SocketId {
        self.last += 1;
        SocketId(self.last)
    }

    /// Sockets that others open come first: so many have their numbers already.
    pub(crate) fn number_from(&mut self, taken: u32) {
        self.last = taken;
    }

    pub(crate) fn add(&mut self, entry: Entry) -> usize {
        self.entries.insert(entry)
    }

    pub(crate) fn get_mut(&mut self, key: usize) -> Option<&mut Entry> {
        self.entries.get_mut(key)
    }

    pub(crate) fn port(&mut self, key: usize) -> Option<&mut Port> {
        match self.entries.get_mut(key) {
            Some(Entry::Port(port)) => Some(port),
            _ => None,
        }
    }

    pub(crate) fn door(&mut self, key: usize) -> Option<&mut Door> {
        match self.entries.get_mut(key) {
            Some(Entry::Door(door)) => Some(door),
            _ => None,
        }
    }

    pub(crate) fn remove(&mut self, key: usize) -> Option<Entry> {
        self.entries.try_remove(key)
    }

    pub(crate) fn ports(&mut self) -> impl Iterator<Item = (usize, &mut Port)> {
        self.entries.iter_mut().filter_map(|(key, entry)| match entry {
            Entry::Port(port) => Some((key, &mut **port)),
            Entry::Door(_) => None,
        })
    }

    /// The key of a socket.
    pub(crate) fn key(&self, id: SocketId) -> Option<usize> {
        self.entries.iter().find_map(|(key, entry)| {
            let its = match entry {
                Entry::Port(port) => port.session.socket(),
                Entry::Door(door) => door.id,
            };
            (its == id).then_some(key)
        })
    }

    /// What to wait on for it, and for what.
    pub(crate) fn watched(&self, key: usize) -> Option<(BorrowedFd<'_>, Interest)> {
        match self.entries.get(key)? {
            Entry::Port(port) => Some((port.transport.fd(), port.interest)),
            Entry::Door(door) => Some((door.listener.fd(), door.interest)),
        }
    }

    /// When it wants to be looked after though no descriptor tells.
    pub(crate) fn timer(&self, key: usize) -> Option<Moment> {
        let Entry::Port(port) = self.entries.get(key)? else { return None };
        let opening = port.reach.as_ref().map(|reach| reach.deadline());
        let pause = port.cutter.as_ref().and_then(|cutter| cutter.wakeup());
        [opening, port.retry, pause].into_iter().flatten().min()
    }

    /// The number of the socket that comes in this one's place: its own, unless it was told to be open.
    pub(crate) fn number_after(&mut self, key: usize) -> SocketId {
        match self.port(key) {
            Some(port) if !port.told => port.session.socket(),
            _ => self.number(),
        }
    }

    /// A number for one more peer.
    pub(crate) fn next_peer(&mut self) -> Option<NonZeroU32> {
        self.came += 1;
        NonZeroU32::new(self.came)
    }

    /// The number of a peer without connection, who gets one when first heard of.
    pub(crate) fn stranger(&mut self, id: SocketId, peer: Option<Peer>) -> Option<NonZeroU32> {
        if let Some(number) = self.strangers.get(&(id, peer)) {
            return Some(*number);
        }
        let number = self.next_peer()?;
        self.strangers.insert((id, peer), number);
        Some(number)
    }

    /// Keys of what is of a kind.
    pub(crate) fn keys(&self, is: impl Fn(&Entry) -> bool) -> Vec<usize> {
        self.entries.iter().filter(|(_, entry)| is(entry)).map(|(key, _)| key).collect()
    }

    /// Keys of the peers that came and are open.
    pub(crate) fn accepted(&self) -> Vec<usize> {
        self.keys(|entry| match entry {
            Entry::Port(port) => port.purpose == Purpose::Accept && port.reach.is_none(),
            Entry::Door(_) => false,
        })
    }

    /// Keys of the doors that let nobody in just now.
    pub(crate) fn shut_doors(&self) -> Vec<usize> {
        self.keys(|entry| matches!(entry, Entry::Door(door) if door.shut))
    }

    /// Keys of a socket and, for a listener, of all peers that came through it.
    pub(crate) fn family(&self, id: SocketId) -> Vec<usize> {
        self.keys(|entry| match entry {
            Entry::Port(port) => port.session.socket() == id || port.parent == Some(id),
            Entry::Door(door) => door.id == id,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
