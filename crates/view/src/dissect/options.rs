//! Options as IPv4, IPv6 and TCP have them: a kind, a length, a value.

use std::net::Ipv4Addr;

use super::bytes::{be32, take};

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opt<'a> {
    /// Where it begins in the options.
    pub(super) at: usize,
    /// Length of all of it.
    pub(super) len: usize,
    pub(super) kind: u8,
    /// What stands behind kind and length.
    pub(super) value: &'a [u8],
}

/// An option that cannot be: its length is less than its own header, or reaches behind the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) at: usize,
    pub(super) says: Option<u8>,
    pub(super) left: usize,
}

/// The options in `bytes`, one after another; the first flaw is the last item, as is what ends the list.
#[derive(Debug, Clone)]
pub(super) struct Options<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Bytes of kind and length that the length does not count.
    beside: usize,
    /// The kinds of one byte: what ends the list, what pads it.
    end: Option<u8>,
    pad: u8,
    over: bool,
}

impl<'a> Options<'a> {
    /// Those of TCP (RFC 9293 section 3.1) and of IPv4 (RFC 791 section 3.1).
    #[inline]
    pub(super) fn tcp(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, beside: 0, end: Some(0), pad: 1, over: false }
    }

    /// Those of IPv6 (RFC 8200 section 4.2).
    pub(super) fn ipv6(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, beside: 2, end: None, pad: 0, over: false }
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = Result<Opt<'a>, Flaw>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty() && !self.over)?;
        let (at, kind) = (self.at, rest[0]);
        if self.end == Some(kind) || kind == self.pad {
            self.over = self.end == Some(kind);
            self.at += 1;
            return Some(Ok(Opt { at, len: 1, kind, value: &[] }));
        }
        let says = rest.get(1).copied();
        let len = usize::from(says.unwrap_or(0)) + self.beside;
        let Some(value) = rest.get(2..len).filter(|_| says.is_some()) else {
            self.over = true;
            return Some(Err(Flaw { at, says, left: rest.len() }));
        };
        self.at += len;
        Some(Ok(Opt { at, len, kind, value }))
    }
}

/// Where a source route among these options of IPv4 ends, unless the packet is there already.
pub(super) fn ipv4_route_end(bytes: &[u8]) -> Option<Ipv4Addr> {
    let route = Options::tcp(bytes).flatten().find(|option| matches!(option.kind, 131 | 137))?;
    let pointer = usize::from(*route.value.first()?);
    let last = route.value.len().checked_sub(4).filter(|_| pointer < route.len)?;
    take::<4>(route.value, last).filter(|_| last > 0).map(|octets| Ipv4Addr::from(*octets))
}

/// The length of a jumbogram among these options of IPv6 (RFC 2675 section 2).
pub(super) fn jumbo(bytes: &[u8]) -> Option<u32> {
    let option = Options::ipv6(bytes).flatten().find(|option| option.kind == 0xc2)?;
    be32(option.value, 0).filter(|len| option.value.len() == 4 && *len > 0xffff)
}
