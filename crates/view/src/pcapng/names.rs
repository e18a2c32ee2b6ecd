//! Addresses for Unix-domain sockets, which have none: an unused local prefix (RFC 4193) and a number, with a
//! record that gives the name.

use std::collections::HashMap;
use std::net::{Ipv6Addr, SocketAddr};

use sockscope_core::event::SocketId;
use sockscope_core::facts::UnixName;

use super::block;
use crate::text;

/// `fd` and `sockunx`.
const PREFIX: [u16; 4] = [0xfd73, 0x6f63, 0x6b75, 0x6e78];
/// What all are given as their port: the first that nobody may claim for a protocol (RFC 6335 section 6).
const PORT: u16 = 49_152;

/// Which end of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Local = 1,
    Remote = 2,
}

/// The names seen so far, numbered from 1.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(HashMap<UnixName, u32>);

impl Names {
    /// The address of a name; when it is new, a record for it is appended. A socket without a name has the
    /// number of the socket it talks with.
    pub(super) fn address(
        &mut self,
        name: UnixName,
        socket: SocketId,
        end: End,
        out: &mut Vec<u8>,
    ) -> SocketAddr {
        if name.is_unnamed() {
            return at(end as u16, socket.0);
        }
        let next = self.0.len() as u32 + 1;
        let number = *self.0.entry(name).or_insert(next);
        if number == next {
            record(name, number, out);
        }
        at(0, number)
    }

    /// Appends a record for each name: a new file knows none.
    pub(super) fn again(&self, out: &mut Vec<u8>) {
        let mut names: Vec<_> = self.0.iter().collect();
        names.sort_by_key(|(_, number)| **number);
        names.into_iter().for_each(|(name, number)| record(*name, *number, out));
    }
}

fn at(kind: u16, number: u32) -> SocketAddr {
    let [a, b, c, d] = PREFIX;
    let ip = Ipv6Addr::new(a, b, c, d, kind, 0, (number >> 16) as u16, number as u16);
    SocketAddr::new(ip.into(), PORT)
}

fn record(name: UnixName, number: u32, out: &mut Vec<u8>) {
    let mut words = Vec::new();
    text::line(&name.to_string(), &mut words);
    if let SocketAddr::V6(address) = at(0, number) {
        block::name(address.ip().octets(), &String::from_utf8_lossy(&words), out);
    }
}
