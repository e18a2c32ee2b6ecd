//! Which socket is which session of the script, and who its peers are.

use std::collections::HashMap;

use sockscope::core::event::SocketId;
use sockscope::core::facts::{Peer, Unit};
use sockscope::core::script::SessionId;

/// Whom to send to: through which socket, and for those without connection to whom.
pub(super) type Partner = (SocketId, Option<Peer>);

/// The sessions of a script, as the engine knows them.
#[derive(Debug, Default)]
pub(super) struct Seats {
    seats: Vec<Seat>,
    owners: HashMap<SocketId, Owner>,
}

#[derive(Debug)]
struct Seat {
    session: SessionId,
    name: String,
    sockets: Vec<SocketId>,
    open: bool,
    listens: bool,
    /// What its sockets take without a framing.
    unit: Option<Unit>,
    framed: bool,
    /// Peers of a listening session, by their number.
    partners: Vec<Partner>,
    numbers: HashMap<Partner, u64>,
}

/// Whose a socket is.
#[derive(Debug)]
pub(super) struct Owner {
    session: SessionId,
    /// The peer at its other end, where it was accepted.
    peer: Option<u64>,
    /// How it broke, in words, once it has.
    pub(super) broke: Option<String>,
}

impl Seats {
    /// The script opens a session.
    pub(super) fn take(&mut self, session: SessionId, name: &str) {
        self.seats.push(Seat {
            session,
            name: name.to_owned(),
            sockets: Vec::new(),
            open: false,
            listens: false,
            unit: None,
            framed: false,
            partners: Vec::new(),
            numbers: HashMap::new(),
        });
    }

    /// The script has closed a session; returns the sockets that are to be closed.
    pub(super) fn leave(&mut self, session: SessionId) -> Vec<SocketId> {
        let sockets = self.sockets(session);
        self.seats.retain(|seat| seat.session != session);
        self.owners.retain(|_, owner| owner.session != session);
        sockets
    }

    /// The engine has taken up an opening: names are free again before they are taken anew, so one is enough.
    pub(super) fn begun(&mut self, name: &str, socket: SocketId) {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.name == name) else { return };
        seat.sockets.push(socket);
        self.owners.insert(socket, Owner { session: seat.session, peer: None, broke: None });
    }

    /// One of its sockets is open; returns the session if it is the first.
    pub(super) fn opened(&mut self, socket: SocketId, unit: Unit, listens: bool) -> Option<SessionId> {
        let session = self.owners.get(&socket)?.session;
        let seat = self.seat_mut(session)?;
        (seat.unit, seat.listens) = (Some(unit), listens);
        (!std::mem::replace(&mut seat.open, true)).then_some(session)
    }

    /// A peer has come to a listening socket: its session, and its number there.
    pub(super) fn joined(&mut self, parent: SocketId, socket: SocketId) -> Option<(SessionId, u64)> {
        let session = self.owners.get(&parent)?.session;
        let peer = self.seat_mut(session)?.number((socket, None));
        self.owners.insert(socket, Owner { session, peer: Some(peer), broke: None });
        Some((session, peer))
    }

    /// Whose a socket is, to be changed.
    pub(super) fn owner_mut(&mut self, socket: SocketId) -> Option<&mut Owner> {
        self.owners.get_mut(&socket)
    }

    /// A socket is closed.
    pub(super) fn closed(&mut self, socket: SocketId) {
        self.owners.remove(&socket);
    }

    /// Whose a socket is, and the number of whoever is at its other end: 0 in a session that does not listen.
    /// `from` tells peers without connection apart.
    pub(super) fn who(&mut self, socket: SocketId, from: Option<Peer>) -> Option<(SessionId, u64)> {
        let owner = self.owners.get(&socket)?;
        let (session, peer) = (owner.session, owner.peer);
        let seat = self.seat_mut(session)?;
        Some((session, peer.unwrap_or_else(|| if seat.listens { seat.number((socket, from)) } else { 0 })))
    }

    /// Whether a socket listens, and has peers without connection.
    pub(super) fn listens(&self, socket: SocketId) -> bool {
        let owner = self.owners.get(&socket).filter(|owner| owner.peer.is_none());
        owner.and_then(|owner| self.seat(owner.session)).is_some_and(|seat| seat.listens)
    }

    /// Where a send to this peer goes.
    pub(super) fn partner(&self, session: SessionId, peer: u64) -> Option<Partner> {
        let seat = self.seat(session)?;
        let listed = usize::try_from(peer).ok().and_then(|peer| seat.partners.get(peer));
        listed.copied().or_else(|| Some((*seat.sockets.first()?, None)))
    }

    /// The session's own sockets.
    pub(super) fn sockets(&self, session: SessionId) -> Vec<SocketId> {
        self.seat(session).map_or_else(Vec::new, |seat| seat.sockets.clone())
    }

    /// What the session sends are frames from now on, or not.
    pub(super) fn frame(&mut self, session: SessionId, framed: bool) {
        if let Some(seat) = self.seat_mut(session) {
            seat.framed = framed;
        }
    }

    /// Whether what is sent there has bounds.
    pub(super) fn is_bounded(&self, session: SessionId) -> bool {
        let unit = |seat: &Seat| seat.framed || seat.unit.is_some_and(Unit::is_bounded);
        self.seat(session).is_some_and(unit)
    }

    /// Whether it has been opened.
    pub(super) fn is_open(&self, session: SessionId) -> bool {
        self.seat(session).is_some_and(|seat| seat.open)
    }

    fn seat(&self, session: SessionId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.session == session)
    }

    fn seat_mut(&mut self, session: SessionId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.session == session)
    }
}

impl Seat {
    /// The number of a peer, who gets one when first heard of.
    fn number(&mut self, partner: Partner) -> u64 {
        *self.numbers.entry(partner).or_insert_with(|| {
            self.partners.push(partner);
            self.partners.len() as u64 - 1
        })
    }
}
