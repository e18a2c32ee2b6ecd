//! Fields of ARP (RFC 826, RFC 5227).

use super::Part;
use super::link::ethertype;
use super::part::size;
use crate::dissect::names::{ARP_OPERATIONS, HARDWARE, named};

pub(super) fn fields(part: &mut Part<'_, '_>) {
    part.word("Hardware type", 0, |value| named(HARDWARE, value));
    part.word("Protocol type", 2, ethertype);
    part.byte("Hardware address length", 4, |value| size(value.into()));
    part.byte("Protocol address length", 5, |value| size(value.into()));
    part.word("Operation", 6, |value| named(ARP_OPERATIONS, value));
    let (Some(hardware), Some(protocol)) = (part.u8(4), part.u8(5)) else { return };
    let (hardware, protocol) = (usize::from(hardware), usize::from(protocol));
    let four = protocol == 4 && part.u16(2) == Some(0x0800);
    let labels = [
        ("Sender hardware address", "Sender protocol address"),
        ("Target hardware address", "Target protocol address"),
    ];
    for (index, (first, second)) in labels.into_iter().enumerate() {
        let at = 8 + index * (hardware + protocol);
        match hardware {
            6 => part.station(first, at),
            _ => part.hex(first, at, hardware),
        }
        match four {
            true => part.v4(second, at + hardware),
            false => part.hex(second, at + hardware, protocol),
        }
    }
    if four {
        part.say(kind(part, 8 + hardware, 8 + 2 * hardware + 4));
    }
}

/// What it is for, by the addresses at `from` and `to`.
fn kind(part: &Part<'_, '_>, from: usize, to: usize) -> &'static str {
    match (part.u16(6), part.u32(from), part.u32(to)) {
        (Some(1), Some(0), _) => "request, a probe whether an address is in use",
        (Some(1), from, to) if from == to => "request, gratuitous: tells its own address",
        (Some(2), from, to) if from == to => "reply, gratuitous: tells its own address",
        (Some(1), ..) => "request",
        (Some(2), ..) => "reply",
        _ => "",
    }
}
