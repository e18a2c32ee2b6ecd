//! Who: the column of addresses.

use std::num::NonZeroU32;

use sockscope_core::batch::Message;
use sockscope_core::event::Messages;
use sockscope_core::facts::{Direction, Peer, Unit};
use unicode_width::UnicodeWidthStr;

use crate::number::decimal;
use crate::{address, text};

/// Columns of an IPv4 address with its port at their longest: the least that addresses get, and the most
/// that a name of a Unix-domain socket gets with the peer's number.
pub(super) const LEAST: usize = 21;

/// How the ends of messages are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route<'a> {
    /// What a person calls the socket, where there are several.
    pub(super) name: Option<&'a str>,
    /// Whether this side is shown for what was received as well.
    pub(super) both: bool,
    /// Whether this side is shown for what was sent.
    pub(super) own: bool,
    /// Whether names are shown whole, however long.
    pub(super) full: bool,
}

impl Route<'_> {
    /// Appends the ends of a message; returns the columns. Of a connection only the other side is shown: this
    /// side is the same all the time.
    #[inline]
    pub(super) fn write(self, messages: &Messages<'_>, message: Message<'_>, out: &mut Vec<u8>) -> usize {
        let named = self.name.map_or(0, |name| {
            let start = out.len();
            text::line(name, out);
            out.push(b' ');
            String::from_utf8_lossy(&out[start..]).width()
        });
        let peer = |out: &mut Vec<u8>| self.peer(message.facts.number, message.facts.peer, out);
        let columns = match (messages.unit, messages.direction) {
            (Unit::Datagram, Direction::Rx) if self.both => {
                peer(out) + arrow(out) + self.local(messages, message, out)
            }
            (Unit::Datagram, Direction::Tx) if self.own || self.both => {
                self.local(messages, message, out) + arrow(out) + peer(out)
            }
            _ => peer(out),
        };
        named + columns
    }

    #[inline]
    fn peer(self, number: Option<NonZeroU32>, peer: Option<Peer>, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        if let Some(number) = number {
            out.push(b'#');
            decimal(number.get().into(), out);
            out.push(b' ');
        }
        let numbered = out.len() - start;
        numbered + self.end(peer, LEAST.saturating_sub(numbered), out)
    }

    #[inline]
    fn end(self, peer: Option<Peer>, room: usize, out: &mut Vec<u8>) -> usize {
        let Some(peer) = peer else {
            out.push(b'?');
            return 1;
        };
        address::fitted(peer, if self.full { usize::MAX } else { room }, out)
    }

    #[inline]
    fn local(self, messages: &Messages<'_>, message: Message<'_>, out: &mut Vec<u8>) -> usize {
        if message.facts.local.is_none() {
            return self.end(messages.local, LEAST, out);
        }
        let start = out.len();
        address::local(message.facts, messages.local, out);
        out.len() - start
    }
}

#[inline]
fn arrow(out: &mut Vec<u8>) -> usize {
    out.extend_from_slice(b" -> ");
    4
}
