//! IPv4 and IPv6, with the extension headers of the latter.

use std::net::IpAddr;

use super::Walk;
use crate::dissect::bytes::{be16, be32, v4, v6};
use crate::dissect::decoded::Fragment;
use crate::dissect::layer::Kind;
use crate::dissect::options;
use crate::dissect::stop::Why;

impl Walk<'_, '_> {
    pub(super) fn ipv4(&mut self) {
        let start = self.at;
        let Some(fixed) = self.begin::<20>(Kind::Ipv4) else { return };
        let words = fixed[0] & 15;
        if fixed[0] >> 4 != 4 {
            return self.halt(start, Why::Version { says: fixed[0] >> 4, want: 4 });
        }
        self.out.source = v4(fixed, 12);
        self.out.destination = v4(fixed, 16);
        if words < 5 {
            return self.halt(start, Why::HeaderLength { says: words, least: 5 });
        }
        let header_len = usize::from(words) * 4;
        let total = usize::from(u16::from_be_bytes([fixed[2], fixed[3]]));
        // Zero is what a packet has that the network card was to cut into segments.
        if total != 0 {
            if total < header_len {
                return self.halt(start + 2, Why::Length { says: total as u32, header: header_len as u32 });
            }
            self.narrow((start + total).min(self.end));
        }
        let Some(header) = self.pass(header_len) else { return };
        if header.len() > 20 {
            self.out.bound_for = options::ipv4_route_end(&header[20..]).map(IpAddr::V4);
        }
        let place = u16::from_be_bytes([fixed[6], fixed[7]]);
        let (offset, more) = (u32::from(place & 0x1fff) * 8, place & 0x2000 != 0);
        if offset != 0 || more {
            self.part(u32::from(u16::from_be_bytes([fixed[4], fixed[5]])), offset, more, fixed[9]);
        }
        self.upper(fixed[9], false);
    }

    pub(super) fn ipv6(&mut self) {
        let start = self.at;
        let Some(fixed) = self.begin::<40>(Kind::Ipv6) else { return };
        if fixed[0] >> 4 != 6 {
            return self.halt(start, Why::Version { says: fixed[0] >> 4, want: 6 });
        }
        self.out.source = v6(fixed, 8);
        self.out.destination = v6(fixed, 24);
        self.at += 40;
        let len = usize::from(u16::from_be_bytes([fixed[4], fixed[5]]));
        let jumbo = if len == 0 && fixed[6] == 0 { self.jumbo_len() } else { None };
        self.jumbo = jumbo.is_some();
        match jumbo {
            Some(len) => self.narrow(self.at.saturating_add(len).min(self.end)),
            // A packet that the network card was to cut into segments may say 0 too.
            None if len == 0 && self.left() > 0xffff => self.jumbo = true,
            None => self.narrow((self.at + len).min(self.end)),
        }
        self.upper(fixed[6], true);
    }

    /// The length that an option of the hop-by-hop header right here has (RFC 2675 section 2).
    fn jumbo_len(&self) -> Option<usize> {
        let header = self.out.bytes.get(self.at..)?;
        let len = (usize::from(*header.get(1)?) + 1) * 8;
        options::jumbo(header.get(2..len)?).map(|len| len as usize)
    }

    /// Remembers which part of a datagram the rest is.
    fn part(&mut self, id: u32, offset: u32, more: bool, protocol: u8) {
        let (at, len) = (self.at as u32, self.left() as u32);
        self.out.fragment = Some(Fragment { id, offset, more, protocol, at, len });
    }

    /// What IP carries, behind extension headers where there are such.
    pub(in crate::dissect) fn upper(&mut self, protocol: u8, six: bool) {
        let mut next = protocol;
        loop {
            self.out.protocol = Some(next);
            if self.out.fragment.is_some_and(|part| part.offset != 0) {
                return self.data();
            }
            let after = match next {
                0 if six => self.extension(Kind::HopByHop),
                43 if six => self.routing(),
                60 if six => self.extension(Kind::Destination),
                44 if six => self.fragment(),
                51 => self.authentication(),
                _ => return self.carried(next),
            };
            match after {
                Some(after) => next = after,
                None => return,
            }
        }
    }

    /// A header with its successor first and then its length in units of eight bytes, less one.
    fn extension(&mut self, kind: Kind) -> Option<u8> {
        let fixed = self.begin::<8>(kind)?;
        self.pass((usize::from(fixed[1]) + 1) * 8)?;
        Some(fixed[0])
    }

    fn routing(&mut self) -> Option<u8> {
        let fixed = self.begin::<8>(Kind::Routing)?;
        let header = self.pass((usize::from(fixed[1]) + 1) * 8)?;
        if fixed[3] != 0 {
            self.out.bound_for = match fixed[2] {
                0 | 2 => v6(header, header.len() - 16 * usize::from(header.len() >= 24)),
                // The list of segment routing is in reverse (RFC 8754 section 2).
                4 => v6(header, 8),
                _ => None,
            };
        }
        Some(fixed[0])
    }

    fn fragment(&mut self) -> Option<u8> {
        let header = self.begin::<8>(Kind::Fragment)?;
        self.pass(8)?;
        let (place, id) = (be16(header, 2)?, be32(header, 4)?);
        let (offset, more) = (u32::from(place & 0xfff8), place & 1 != 0);
        // One that is whole by itself is no fragment (RFC 6946).
        if offset != 0 || more {
            self.part(id, offset, more, header[0]);
        }
        Some(header[0])
    }

    fn authentication(&mut self) -> Option<u8> {
        let fixed = self.begin::<12>(Kind::Authentication)?;
        let len = (usize::from(fixed[1]) + 2) * 4;
        if len < 12 {
            return self.stop(self.at + 1, Why::Length { says: len as u32, header: 12 });
        }
        self.pass(len)?;
        Some(fixed[0])
    }

    /// Stops where nothing is to be given back.
    pub(super) fn halt(&mut self, at: usize, why: Why) {
        let _: Option<()> = self.stop(at, why);
    }
}
