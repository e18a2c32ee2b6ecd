//! Fields of the link.

use super::part::size;
use super::{Part, Scope};
use crate::dissect::bytes::{be16, take};
use crate::dissect::decoded::{Decoded, Place};
use crate::dissect::layer::Kind;
use crate::dissect::link::Link;
use crate::dissect::names::{ETHERTYPES, HARDWARE, PACKET_TYPES, name, named};

/// Whether a cooked capture says that the packet left this machine.
pub(super) fn left_here(decoded: &Decoded<'_>) -> bool {
    decoded.layers().first().is_some_and(|layer| match layer.kind {
        Kind::LinuxSll => be16(decoded.bytes, 0) == Some(4),
        Kind::LinuxSll2 => decoded.bytes.get(10) == Some(&4),
        _ => false,
    })
}

/// A type of Ethernet in hex, with its name.
pub(super) fn ethertype(number: u16) -> String {
    match name(ETHERTYPES, number) {
        Some(name) => format!("{number:#06x} ({name})"),
        None => format!("{number:#06x}"),
    }
}

pub(super) fn family(scope: &Scope<'_, '_>, part: &mut Part<'_, '_>) {
    let network = scope.decoded.link == Link::Loop;
    part.long("Address family", 0, |big| {
        let (family, order) = if network || big < big.swap_bytes() {
            (big, "network order")
        } else {
            (big.swap_bytes(), "little-endian")
        };
        match family {
            2 => format!("2 (IPv4), {order}"),
            10 | 24 | 28 | 30 => format!("{family} (IPv6), {order}"),
            _ => format!("{family}, {order}"),
        }
    });
}

pub(super) fn ethernet(part: &mut Part<'_, '_>) {
    part.station("Destination address", 0);
    group(part, 0);
    part.station("Source address", 6);
    group(part, 6);
    kind(part, 12);
    if let (Some(to), Some(from)) = (take::<6>(part.bytes(), 0), take::<6>(part.bytes(), 6)) {
        part.say(format!("{} → {}", Place::Station(*from), Place::Station(*to)));
    }
}

/// What the two lowest bits of the first byte of an address say (IEEE 802 clause 8.2).
fn group(part: &mut Part<'_, '_>, at: usize) {
    let Some(octets) = part.bytes().get(at..at + 6) else { return };
    let (first, all) = (octets[0], octets.iter().all(|octet| *octet == 0xff));
    let mut below = part.below();
    below.node(
        "Group",
        at,
        1,
        match (all, first & 1) {
            (true, _) => "broadcast",
            (_, 1) => "multicast",
            _ => "one station",
        },
    );
    below.node("Administration", at, 1, if first & 2 == 0 { "given by the maker" } else { "given locally" });
}

/// A type, or a length in its place.
fn kind(part: &mut Part<'_, '_>, at: usize) {
    match part.u16(at) {
        Some(len @ 0..=1500) => part.node("Length", at, 2, size(len as u64)),
        Some(number) => part.node("Type", at, 2, ethertype(number)),
        None => {}
    }
}

pub(super) fn vlan(part: &mut Part<'_, '_>) {
    let Some(tag) = part.u16(0) else { return };
    part.node("Priority", 0, 1, (tag >> 13).to_string());
    part.flag("Drop eligible", (0, 1), tag & 0x1000 != 0, "may be dropped first");
    part.node("VLAN identifier", 0, 2, (tag & 0xfff).to_string());
    kind(part, 2);
    part.say(format!("VLAN {}", tag & 0xfff));
}

pub(super) fn llc(part: &mut Part<'_, '_>) {
    part.byte("Destination service access point", 0, |value| format!("{value:#04x}"));
    part.byte("Source service access point", 1, |value| format!("{value:#04x}"));
    match part.bytes().len() {
        0..=2 => {}
        4 => part.word("Control", 2, |value| format!("{value:#06x}")),
        _ => part.byte("Control", 2, |value| format!("{value:#04x}")),
    }
    part.hex("Organization", 3, 3);
    if part.bytes().get(3..6) == Some(&[0, 0, 0]) {
        part.word("Type", 6, ethertype);
    } else {
        part.word("Protocol", 6, |value| format!("{value:#06x}"));
    }
}

pub(super) fn sll(part: &mut Part<'_, '_>) {
    part.word("Packet type", 0, |value| named(PACKET_TYPES, value));
    part.word("Hardware type", 2, |value| named(HARDWARE, value));
    part.word("Address length", 4, |value| size(value.into()));
    address(part, 6, part.u16(4).unwrap_or(0).into());
    part.word("Protocol", 14, ethertype);
}

pub(super) fn sll2(part: &mut Part<'_, '_>) {
    part.word("Protocol", 0, ethertype);
    part.word("Reserved", 2, |value| value);
    part.long("Interface index", 4, |value| value);
    part.word("Hardware type", 8, |value| named(HARDWARE, value));
    part.byte("Packet type", 10, |value| named(PACKET_TYPES, value.into()));
    part.byte("Address length", 11, |value| size(value.into()));
    address(part, 12, part.u8(11).unwrap_or(0).into());
}

/// The address of who sent it, of which the header has room for eight bytes.
fn address(part: &mut Part<'_, '_>, at: usize, len: usize) {
    match len {
        6 => part.station("Source address", at),
        _ => part.hex("Source address", at, len.min(8)),
    }
    part.hex("Unused", at + len.min(8), 8 - len.min(8));
}
