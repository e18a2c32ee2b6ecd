//! Words that open, close and choose: sessions, peers, charsets, framings.

use std::sync::Arc;

use sockscope::core::charset::{Charset, Guess, Viewing};
use sockscope::core::endpoint::{Role, Shape};
use sockscope::core::event::{End, SocketId};
use sockscope::core::framing::Framing;
use sockscope::core::moment::Now;
use sockscope::core::near::nearest;
use sockscope::core::problem::Problem;
use sockscope::guide::Order;

use super::desk::{Desk, reachable};
use super::session::Target;
use super::words::problem;
use crate::console::{Closing, Place, To, Which};

impl Desk {
    /// Opens a session by a word.
    pub(super) fn open_place(&mut self, now: Now, place: Place, role: Role) -> Result<(), Problem> {
        place.endpoint.check(role)?;
        if role == Role::Send {
            reachable(&place.endpoint)?;
        }
        if let Some(name) = &place.name
            && self.named(name).is_some()
        {
            return Err(problem(&format!(
                "there is a session {name} already; /close {name} or another name"
            )));
        }
        self.by_hand = true;
        self.open(place.name, place.endpoint, role, now.moment);
        Ok(())
    }

    /// The sockets that are meant, and whether they are one peer's.
    pub(super) fn sockets(&mut self, which: &Which) -> Result<(String, Vec<SocketId>), String> {
        let name = match which {
            Which::Current => self.current.clone().ok_or_else(|| self.nowhere())?,
            Which::Session(name) => name.clone(),
            Which::Peer(number) => {
                let (name, socket) = self.peer(*number)?;
                return Ok((name, vec![socket]));
            }
        };
        let nobody = self.no_session(&name);
        let session = self.named(&name).ok_or(nobody)?;
        Ok((name, session.sockets.clone()))
    }

    /// The session and the socket of a peer.
    fn peer(&self, number: u32) -> Result<(String, SocketId), String> {
        let found = self.sessions.iter().find_map(|session| {
            let party = session.peers.get(&number)?;
            Some((session.name.clone(), party.socket?))
        });
        found.ok_or_else(|| format!("there is no #{number}; /peers tells who is there"))
    }

    fn no_session(&self, name: &str) -> String {
        let known = self.sessions.iter().map(|session| session.name.as_str());
        match nearest(name, known) {
            Some(near) => format!("there is no session {name}; did you mean {near}?"),
            None => format!("there is no session {name}; /sessions lists them"),
        }
    }

    /// Closes a session or a peer's connection, or half of it.
    pub(super) fn close(&mut self, which: &Which, how: Closing) -> Result<(), String> {
        let (name, sockets) = self.sockets(which)?;
        let Some(session) = self.named(&name) else { return Ok(()) };
        let connects = session.connects();
        let peers = || session.peers.values().filter_map(|party| party.socket).collect::<Vec<_>>();
        if !connects && (how != Closing::Whole || matches!(which, Which::Peer(_))) {
            return Err(format!(
                "{} has no connections: there is only /close {name}",
                session.endpoint.scheme.name
            ));
        }
        let mut meant = sockets;
        if session.listens() && how == Closing::Half && !matches!(which, Which::Peer(_)) {
            meant = peers();
        }
        let open = session.open;
        for socket in meant {
            match how {
                Closing::Half => self.half(socket),
                _ => self.orders.push_back(Order::Close { socket, reset: how == Closing::Reset }),
            }
        }
        if !open && how != Closing::Half {
            // What never was open is not told to be closed.
            self.gone(&name, End::Asked);
        }
        Ok(())
    }

    /// Lets lines go to this session.
    pub(super) fn go_to(&mut self, name: String) -> Result<(), String> {
        if self.named(&name).is_none() {
            return Err(self.no_session(&name));
        }
        self.current = Some(name);
        Ok(())
    }

    /// Lets lines go to these peers.
    pub(super) fn aim(&mut self, to: To) -> Result<(), String> {
        let target = match to {
            To::Session(name) => return self.go_to(name),
            To::Peer(number) => {
                self.current = Some(self.peer(number)?.0);
                Target::Peer(number)
            }
            To::Last => Target::Last,
            To::All => Target::All,
            To::Others => Target::Others,
        };
        let name = self.current.clone().ok_or_else(|| self.nowhere())?;
        let Some(session) = self.named(&name) else { return Ok(()) };
        if session.connects() && !session.listens() && target == Target::Others {
            return Err(format!("{name} is one connection: there is nobody else"));
        }
        session.to = target;
        Ok(())
    }

    /// Sends and shows text in this charset, or shows what is likeliest.
    pub(super) fn charset(&mut self, charset: Option<Charset>) {
        let viewing = match charset {
            Some(charset) => {
                self.ways.charset = charset;
                Viewing::Chosen(charset)
            }
            None => Viewing::Auto(Guess::new(&self.ways.locale)),
        };
        self.board.borrow_mut().charset(viewing);
        if charset.is_none() {
            let words =
                format!("each message is shown in the likeliest charset, and sent in {}", self.ways.charset);
            self.board.borrow_mut().note(&words);
        }
    }

    /// Frames the stream of the session from now on.
    pub(super) fn frame(&mut self, spec: Option<&str>, line: &str) -> Result<(), Problem> {
        let at = spec.map_or(0, |spec| line.rfind(spec).unwrap_or(0));
        let parsed = spec.map(Framing::parse).transpose().map_err(|problem| problem.inside(line, at))?;
        let framing = parsed.map(Arc::new);
        let name = self.current.clone().ok_or_else(|| problem(&self.nowhere()))?;
        let Some(session) = self.named(&name) else { return Ok(()) };
        if session.endpoint.scheme.shape != Shape::Stream {
            let why = format!(
                "only streams have frames; {} keeps the bounds of messages by itself",
                session.endpoint.scheme.name
            );
            return Err(problem(&why));
        }
        session.framing.clone_from(&framing);
        let sockets = session.sockets.clone();
        let orders = sockets.into_iter().map(|socket| Order::Frame { socket, framing: framing.clone() });
        self.orders.extend(orders);
        Ok(())
    }
}
