//! Listening and letting peers in.

use std::io;
use std::sync::Arc;

use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::{Break, End, Purpose, SocketId, Trouble};
use sockscope_core::facts::Peer;
use sockscope_core::problem::Problem;
#[cfg(target_os = "linux")]
use sockscope_net::capture::{self, Capture, Wish};
use sockscope_net::open::{self, Opened, Socket};
use sockscope_net::transport::{Listener, Transport};
use sockscope_net::wait::Interest;

use super::{Run, named};
use crate::error::Error;
use crate::plan::WHOLE;
use crate::port::Port;
use crate::ports::{Door, Entry};
use crate::reach::Reach;
use crate::shard::Shard;

/// Peers let in before others get their turn.
const AT_ONCE: usize = 64;

impl Run<'_, '_> {
    /// Listens on every address of an endpoint. `name`: what a person calls it.
    pub(super) fn listen(
        &mut self,
        endpoint: Endpoint,
        purpose: Purpose,
        name: Option<&str>,
    ) -> Result<Vec<SocketId>, Error> {
        self.take_in(open::listen(&endpoint)?, &endpoint, purpose, name)
    }

    /// Hears with the sockets of a shard.
    pub(super) fn take_up(&mut self, shard: Shard) -> Result<(), Error> {
        self.ports.number_from(shard.taken);
        self.take_in(shard.sockets, &shard.endpoint, shard.purpose, Some(&shard.name)).map(drop)
    }

    fn take_in(
        &mut self,
        sockets: Vec<Opened>,
        endpoint: &Endpoint,
        purpose: Purpose,
        name: Option<&str>,
    ) -> Result<Vec<SocketId>, Error> {
        if endpoint.options.gro == Some(true) && self.up.buffer < WHOLE {
            let what =
                format!("a train is up to {WHOLE} bytes long, and the buffer takes {}", self.up.buffer);
            return Err(Problem::whole("gro=yes", what, "leave out gro, or the length of the buffer").into());
        }
        let mut ids = Vec::new();
        for opened in sockets {
            let id = self.ports.number();
            self.tell.begun(name, id);
            let without_v6 = opened.without_v6;
            match opened.socket {
                Socket::Hears(transport) => {
                    self.hears(transport, id, purpose, &endpoint.to_string(), name)?
                }
                Socket::Accepts(listener) => self.accepts(listener, id, purpose, endpoint, name)?,
            }
            if without_v6 {
                self.tell.warn(id, Trouble::NoIpv6)?;
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// Hears interfaces.
    #[cfg(target_os = "linux")]
    pub(super) fn captures(&mut self, wishes: &[Wish], give_up_rights: bool) -> Result<(), Error> {
        for wish in wishes {
            let capture = Capture::open(wish)?;
            let id = self.ports.number();
            self.hears(Box::new(capture), id, Purpose::Capture, &wish.interface, None)?;
        }
        if give_up_rights { capture::give_up_rights().map_err(Error::Wait) } else { Ok(()) }
    }

    fn hears(
        &mut self,
        transport: Box<dyn Transport>,
        id: SocketId,
        purpose: Purpose,
        place: &str,
        name: Option<&str>,
    ) -> Result<(), Error> {
        let text = place.into();
        let mut port = Port::new(transport, id, purpose, &text, self.only, self.tell.now().moment);
        port.name = named(name);
        port.interest = Interest::READ;
        self.tell.opened(&mut port)?;
        let key = self.ports.add(Entry::Port(Box::new(port)));
        self.fresh.push(key);
        Ok(())
    }

    fn accepts(
        &mut self,
        listener: Box<dyn Listener>,
        id: SocketId,
        purpose: Purpose,
        endpoint: &Endpoint,
        name: Option<&str>,
    ) -> Result<(), Error> {
        let door = Door {
            listener,
            id,
            purpose,
            text: endpoint.to_string().into(),
            endpoint: endpoint.clone(),
            name: named(name),
            framing: self.framing.clone(),
            interest: Interest::READ,
            shut: false,
            totals: Default::default(),
        };
        self.tell.listening(&door)?;
        let key = self.ports.add(Entry::Door(Box::new(door)));
        self.fresh.push(key);
        Ok(())
    }

    /// Lets in who has come.
    pub(super) fn accept(&mut self, key: usize) -> Result<(), Error> {
        for _ in 0..AT_ONCE {
            let Some(door) = self.ports.door(key) else { return Ok(()) };
            match door.listener.accept() {
                Ok(transport) => self.came(key, transport)?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                // It was gone before it could be let in; or a signal came.
                Err(error) if is_passing(&error) => {}
                Err(error) if is_scarce(&error) => return self.scarce(key),
                Err(error) => return Err(Error::Wait(error)),
            }
        }
        self.more.push(key);
        Ok(())
    }

    /// Somebody has come through a door.
    fn came(&mut self, door_key: usize, transport: Box<dyn Transport>) -> Result<(), Error> {
        let now = self.tell.now().moment;
        let id = self.ports.number();
        let Some(door) = self.ports.door(door_key) else { return Ok(()) };
        let (parent, text, endpoint) = (door.id, Arc::clone(&door.text), door.endpoint.clone());
        let (name, framing) = (door.name.clone(), door.framing.clone());
        if let Err(why) = self.welcome(transport.remote()) {
            let what = Trouble::TurnedAway { peer: transport.remote(), why };
            return self.tell.warn(parent, what);
        }
        let mut port = Port::new(transport, id, Purpose::Accept, &text, self.only, now);
        port.parent = Some(parent);
        port.name = name;
        port.frame(framing.as_ref());
        port.reach = Some(Box::new(Reach::came(endpoint, now)));
        self.ports.peers += 1;
        let key = self.ports.add(Entry::Port(Box::new(port)));
        self.fresh.push(key);
        self.advance(key)
    }

    /// Whether a peer may come in, and if not, why.
    fn welcome(&self, peer: Option<Peer>) -> Result<(), String> {
        if let Some(Peer::Inet(address)) = peer {
            self.gate.access.admits(address.ip()).map_err(|refusal| refusal.to_string())?;
        }
        match self.gate.max_peers {
            _ if self.gate.first && self.ports.peers > 0 => Err("somebody is there already".to_owned()),
            Some(most) if self.ports.peers >= most => {
                Err(format!("as many peers are there as --max-peers allows, {most}"))
            }
            _ => Ok(()),
        }
    }

    /// No descriptors are left: who comes now waits in the backlog until somebody leaves.
    fn scarce(&mut self, key: usize) -> Result<(), Error> {
        let open = self.ports.len() as u64;
        let Some(door) = self.ports.door(key) else { return Ok(()) };
        let id = door.id;
        if !std::mem::replace(&mut door.shut, true) {
            self.tell.warn(id, Trouble::NoDescriptors { open })?;
        }
        self.refresh(key)
    }

    /// Lets peers in again, since a descriptor has become free.
    pub(super) fn unshut(&mut self) -> Result<(), Error> {
        let shut: Vec<usize> = self.ports.shut_doors();
        for key in shut {
            if let Some(door) = self.ports.door(key) {
                door.shut = false;
            }
            self.refresh(key)?;
        }
        Ok(())
    }

    /// The one peer is there: nobody else comes in, through this door or another.
    pub(super) fn shut_up(&mut self, parent: Option<SocketId>) -> Result<(), Error> {
        let doors = self.ports.keys(|entry| matches!(entry, Entry::Door(_)));
        // A door that somebody came through while it was the last one open may be in use just now.
        debug_assert!(parent.is_some(), "whoever comes has a door");
        doors.into_iter().try_for_each(|key| self.close_door(key, End::Done))
    }

    /// Starts a command for a peer: what the peer sends it reads, what it writes the peer gets.
    pub(super) fn start(&mut self, key: usize, words: &[String]) -> Result<(), Error> {
        let now = self.tell.now().moment;
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let id = port.session.socket();
        let (peer, local, parent) = (port.transport.remote(), port.transport.local(), port.session.socket());
        match crate::command::start(words, peer, local, &port.endpoint) {
            Ok((transport, child)) => {
                let number = self.ports.number();
                let text: Arc<str> = words.join(" ").into();
                let mut port = Port::new(transport, number, Purpose::Run, &text, None, now);
                port.parent = Some(parent);
                port.pair = Some(key);
                self.tell.opened(&mut port)?;
                let own = self.ports.add(Entry::Port(Box::new(port)));
                self.fresh.push(own);
                self.children.push(child);
                if let Some(port) = self.ports.port(key) {
                    port.pair = Some(own);
                }
                self.refresh(own)
            }
            Err(error) => {
                let why = sockscope_net::error::words(&error);
                self.tell.warn(id, Trouble::NotOpened { what: words.join(" "), why, refused: false })?;
                self.broken(key, Break::Other, "its command could not be started".to_owned())
            }
        }
    }
}

/// Not the listener's trouble: the next call may do better.
fn is_passing(error: &io::Error) -> bool {
    use nix::errno::Errno;
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted)
        || [Errno::EPROTO, Errno::ENETDOWN, Errno::EHOSTUNREACH, Errno::ENETUNREACH, Errno::EPERM]
            .iter()
            .any(|errno| error.raw_os_error() == Some(*errno as i32))
}

/// Descriptors or memory have run out (accept(2)).
fn is_scarce(error: &io::Error) -> bool {
    use nix::errno::Errno;
    [Errno::EMFILE, Errno::ENFILE, Errno::ENOBUFS, Errno::ENOMEM]
        .iter()
        .any(|errno| error.raw_os_error() == Some(*errno as i32))
}
