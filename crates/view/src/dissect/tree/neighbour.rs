//! Fields of neighbour discovery (RFC 4861 sections 4.1 to 4.6).

use super::part::size;
use super::{Mark, Part};
use crate::dissect::names::{Table, name};

const OPTIONS: Table = &[
    (1, "Source link-layer address"),
    (2, "Target link-layer address"),
    (3, "Prefix information"),
    (4, "Redirected header"),
    (5, "MTU"),
    (14, "Nonce"),
    (24, "Route information"),
    (25, "Recursive DNS server"),
    (31, "DNS search list"),
    (37, "Captive portal"),
    (38, "PREF64"),
];

pub(super) fn fields(kind: u8, part: &mut Part<'_, '_>) {
    match kind {
        133 => {
            part.long("Reserved", 4, |value| value);
            options(8, part);
        }
        134 => {
            advertisement(part);
            options(16, part);
        }
        135 => {
            part.long("Reserved", 4, |value| value);
            part.v6("Target address", 8);
            options(24, part);
        }
        136 => {
            let flags = part.u8(4).unwrap_or_default();
            part.flag("Router", (4, 1), flags & 0x80 != 0, "the sender is a router");
            part.flag("Solicited", (4, 1), flags & 0x40 != 0, "somebody had asked");
            part.flag("Override", (4, 1), flags & 0x20 != 0, "replaces what is known");
            part.v6("Target address", 8);
            options(24, part);
        }
        _ => {
            part.long("Reserved", 4, |value| value);
            part.v6("Target address", 8);
            part.v6("Destination address", 24);
            options(40, part);
        }
    }
}

fn advertisement(part: &mut Part<'_, '_>) {
    part.byte("Hop limit", 4, |value| value);
    let flags = part.u8(5).unwrap_or_default();
    part.flag("Managed addresses", (5, 1), flags & 0x80 != 0, "DHCPv6 gives addresses");
    part.flag("Other configuration", (5, 1), flags & 0x40 != 0, "DHCPv6 gives other things");
    part.flag("Home agent", (5, 1), flags & 0x20 != 0, "the sender is one (RFC 6275)");
    // RFC 4191 section 2.2.
    part.node(
        "Preference",
        5,
        1,
        match flags >> 3 & 3 {
            0 => "medium",
            1 => "high",
            3 => "low",
            _ => "reserved",
        },
    );
    part.word("Router lifetime", 6, |value| format!("{value} s"));
    part.long("Reachable time", 8, |value| format!("{value} ms"));
    part.long("Retransmission timer", 12, |value| format!("{value} ms"));
}

/// Options of a kind, a length in units of eight bytes, a value.
fn options(mut at: usize, part: &mut Part<'_, '_>) {
    while let (Some(kind), Some(units)) = (part.u8(at), part.u8(at + 1)) {
        let left = part.bytes().len() - at;
        let len = usize::from(units) * 8;
        let label = name(OPTIONS, kind.into()).unwrap_or("Option");
        if len == 0 || len > left {
            part.node(label, at, left, format!("length {len} cannot be: {left} bytes are left"));
            return part.mark(Mark::Bad);
        }
        part.node(label, at, len, format!("option {kind}"));
        let mut option = part.piece(at, len);
        option.byte("Length", 1, |_| size(len as u64));
        value(kind, len, &mut option);
        at += len;
    }
    part.rest("Left over", at);
}

fn seconds(value: u32) -> String {
    if value == u32::MAX { "for ever".to_owned() } else { format!("{value} s") }
}

fn value(kind: u8, len: usize, part: &mut Part<'_, '_>) {
    match (kind, len) {
        (1 | 2, 8) => part.station("Address", 2),
        (3, 32) => {
            part.byte("Prefix length", 2, |value| format!("{value} bits"));
            let flags = part.u8(3).unwrap_or_default();
            part.flag("On link", (3, 1), flags & 0x80 != 0, "reached without a router");
            part.flag("Autonomous", (3, 1), flags & 0x40 != 0, "hosts make addresses from it");
            part.long("Valid lifetime", 4, seconds);
            part.long("Preferred lifetime", 8, seconds);
            part.v6("Prefix", 16);
        }
        (5, 8) => part.long("MTU", 4, |value| size(value.into())),
        (25, 24..) => {
            part.long("Lifetime", 4, seconds);
            for at in (8..len).step_by(16) {
                part.v6("Address", at);
            }
        }
        _ => part.rest("Value", 2),
    }
}
