//! Checksums of the Internet, judged (RFC 1071).

use std::net::IpAddr;

use super::{Mark, Part, Scope};
use crate::dissect::layer::Layer;

/// A sum of 16-bit words in network order, not folded yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sum(u64);

impl Sum {
    /// Adds bytes; an odd last one is the high half of its word.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<2>();
        self.0 += words.iter().map(|word| u64::from(u16::from_be_bytes(*word))).sum::<u64>();
        self.0 += rest.first().map_or(0, |byte| u64::from(*byte) << 8);
    }

    /// The sum of what is put before UDP, TCP and ICMPv6 (RFC 9293 section 3.1, RFC 8200 section 8.1).
    fn pseudo(from: IpAddr, to: IpAddr, protocol: u8, len: u32) -> Self {
        let mut sum = Self::default();
        for address in [from, to] {
            match address {
                IpAddr::V4(address) => sum.add(&address.octets()),
                IpAddr::V6(address) => sum.add(&address.octets()),
            }
        }
        sum.add(&len.to_be_bytes());
        sum.add(&[0, protocol]);
        sum
    }

    fn folded(self) -> u16 {
        let mut sum = self.0;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        sum as u16
    }

    /// What the checksum `found` among what was added should be.
    pub(super) fn should_be(self, found: u16) -> u16 {
        !Self(self.0 - u64::from(found)).folded()
    }

    fn is_good(self) -> bool {
        self.folded() == 0xffff
    }
}

/// Tells a checksum and whether it fits the sum of all it covers, itself included.
pub(super) fn judge(part: &mut Part<'_, '_>, at: usize, label: &'static str, sum: Sum) {
    let Some(found) = part.u16(at) else { return };
    if sum.is_good() {
        return part.node(label, at, 2, format!("{found:#06x}, good"));
    }
    part.node(label, at, 2, format!("{found:#06x}, bad: should be {:#06x}", sum.should_be(found)));
    part.mark(Mark::Bad);
}

/// Tells a checksum that nobody can check, and why not.
pub(super) fn untold(part: &mut Part<'_, '_>, at: usize, why: &str) {
    part.word("Checksum", at, |found| format!("{found:#06x}, cannot be told: {why}"));
}

/// Tells the checksum at `at` of a layer that covers itself, what it carries and its addresses.
pub(super) fn transport(
    scope: &Scope<'_, '_>,
    layer: &Layer,
    at: usize,
    protocol: u8,
    part: &mut Part<'_, '_>,
) {
    let Some(found) = part.u16(at) else { return };
    let decoded = scope.decoded;
    if scope.quoted {
        return untold(part, at, "only the beginning of the packet is quoted");
    }
    if decoded.fragment.is_some() {
        return untold(part, at, "this is one fragment of several");
    }
    let Some(covered) = decoded.bytes.get(layer.at as usize..layer.end as usize) else {
        return untold(part, at, "the packet was cut");
    };
    let Some((from, to)) = decoded.source.zip(decoded.bound_for.or(decoded.destination)) else { return };
    let pseudo = Sum::pseudo(from, to, protocol, layer.end - layer.at);
    let mut sum = pseudo;
    sum.add(covered);
    if !sum.is_good() && pseudo.folded() == found {
        let words = "not filled in: the sum of the addresses only, the rest is left to the network card";
        part.node("Checksum", at, 2, format!("{found:#06x}, {words}"));
        return part.mark(Mark::Note);
    }
    judge(part, at, "Checksum", sum);
    if !sum.is_good() && scope.outgoing {
        part.add("; likely left to the network card, the packet was leaving", Mark::Note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_sums_up() {
        let mut sum = Sum::default();
        sum.add(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        assert_eq!(sum.folded(), 0xddf2);
        sum.add(&[0x22]);
        assert_eq!(sum.folded(), 0xfff2);
        assert_eq!(sum.should_be(0xf6f7), !0x08fb);
    }
}
