//! The part of a message's line that is mostly the same from one message to the next: who, where, how.
//! It is written once and copied while it stays the same.

use std::net::IpAddr;
use std::num::NonZeroU32;

use sockscope_core::batch::Message;
use sockscope_core::event::{Messages, SocketId};
use sockscope_core::facts::{Clock, Direction, Facts, Peer, Unit};

use super::object::Object;
use crate::{address, number};

/// The last such part, and what it was made from.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeated {
    made_from: Option<Key>,
    text: Vec<u8>,
}

/// All that the part is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    socket: SocketId,
    direction: Direction,
    unit: Unit,
    number: Option<NonZeroU32>,
    peer: Option<Peer>,
    own: Option<Peer>,
    local: Option<IpAddr>,
    interface: Option<NonZeroU32>,
    ttl: Option<u8>,
    tclass: Option<u8>,
    clock: Option<Clock>,
}

impl Repeated {
    /// Appends the part for a message to its line.
    #[inline]
    pub(super) fn append(&mut self, messages: &Messages<'_>, message: Message<'_>, line: &mut Object<'_>) {
        let facts = message.facts;
        let key = Key {
            socket: messages.socket,
            direction: messages.direction,
            unit: messages.unit,
            number: facts.number,
            peer: facts.peer,
            own: messages.local,
            local: facts.local,
            interface: facts.interface,
            ttl: facts.ttl,
            tclass: facts.tclass,
            clock: facts.time.map(|(_, clock)| clock),
        };
        if self.made_from != Some(key) {
            self.make(&key, messages, facts);
        }
        line.fields(&self.text);
    }

    fn make(&mut self, key: &Key, messages: &Messages<'_>, facts: &Facts) {
        self.text.clear();
        let mut part = Object::inside(&mut self.text);
        part.number("socket", key.socket.0.into());
        part.text("dir", key.direction.word());
        part.text("unit", key.unit.word());
        part.fact("number", key.number.map(u32::from));
        part.peer("peer", key.peer);
        if key.local.is_some() {
            let out = part.key("local");
            out.push(b'"');
            address::local(facts, key.own, out);
            out.push(b'"');
        } else {
            part.peer("local", key.own);
        }
        if let Some(index) = key.interface {
            interface(&mut part, messages, index.get());
        }
        part.fact("ttl", key.ttl);
        part.fact("tclass", key.tclass);
        if let Some(clock) = key.clock {
            part.text("t_src", clock.word());
        }
        self.made_from = Some(*key);
    }
}

/// The interface's name, or its index in digits where it has no name (any more).
fn interface(part: &mut Object<'_>, messages: &Messages<'_>, index: u32) {
    match messages.interfaces.name(index) {
        Some(name) => part.text("iface", name),
        None => {
            let out = part.key("iface");
            out.push(b'"');
            number::decimal(index.into(), out);
            out.push(b'"');
        }
    }
}
