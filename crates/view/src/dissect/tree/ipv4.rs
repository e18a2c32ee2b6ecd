//! Fields of IPv4 (RFC 791 section 3.1).

use super::check::{Sum, judge, untold};
use super::part::size;
use super::{Mark, Part, Scope};
use crate::dissect::layer::Layer;
use crate::dissect::names::{DSCP, ECN, IPV4_OPTIONS, PROTOCOLS, name, named};
use crate::dissect::options::{Flaw, Opt, Options};

pub(super) fn fields(scope: &Scope<'_, '_>, layer: &Layer, around: usize, part: &mut Part<'_, '_>) {
    if let Some((from, to)) = scope.decoded.source.zip(scope.decoded.destination) {
        part.say(format!("{from} → {to}"));
    }
    part.byte("Version", 0, |value| value >> 4);
    part.byte("Header length", 0, |value| format!("{} bytes ({} words)", (value & 15) * 4, value & 15));
    services(part, 1, part.u8(1));
    total(scope, layer, around, part);
    part.word("Identification", 4, |value| format!("{value:#06x} ({value})"));
    part.byte("Flags", 6, |value| format!("{:#05b}", value >> 5));
    if let Some(flags) = part.u8(6) {
        let mut below = part.below();
        below.flag("Reserved", (6, 1), flags & 0x80 != 0, "should not be");
        below.flag("Don't fragment", (6, 1), flags & 0x40 != 0, "routers must not cut it up");
        below.flag("More fragments", (6, 1), flags & 0x20 != 0, "others come after it");
    }
    part.word("Fragment offset", 6, |value| format!("{} bytes", u32::from(value & 0x1fff) * 8));
    part.byte("Time to live", 8, |value| value);
    part.byte("Protocol", 9, |value| named(PROTOCOLS, value.into()));
    checksum(part);
    part.v4("Source address", 12);
    part.v4("Destination address", 16);
    let len = part.bytes().len().saturating_sub(20);
    if len > 0 {
        part.node("Options", 20, len, "");
        options(&mut part.piece(20, len));
    }
}

/// The eight bits of service and congestion that both versions have (RFC 2474, RFC 3168).
pub(super) fn services(part: &mut Part<'_, '_>, at: usize, value: Option<u8>) {
    let Some(value) = value else { return };
    part.node("DSCP", at, 1, named(DSCP, (value >> 2).into()));
    part.node("ECN", at, 1, named(ECN, (value & 3).into()));
}

fn total(scope: &Scope<'_, '_>, layer: &Layer, around: usize, part: &mut Part<'_, '_>) {
    let Some(total) = part.u16(2) else { return };
    let there = around.saturating_sub(layer.at as usize);
    part.node("Total length", 2, 2, size(total.into()));
    if total == 0 {
        part.add(": the network card was to cut the packet into segments", Mark::Note);
    } else if usize::from(total) > there && !scope.quoted {
        part.add(&format!(", more than the {there} that are there"), Mark::Bad);
    }
}

fn checksum(part: &mut Part<'_, '_>) {
    let len = part.u8(0).map_or(0, |first| usize::from(first & 15) * 4);
    match part.bytes().get(..len) {
        Some(header) if len >= 20 => {
            let mut sum = Sum::default();
            sum.add(header);
            judge(part, 10, "Header checksum", sum);
        }
        Some(_) => part.word("Header checksum", 10, |value| format!("{value:#06x}")),
        None => untold(part, 10, "the packet was cut"),
    }
}

fn options(part: &mut Part<'_, '_>) {
    for option in Options::tcp(part.bytes()) {
        match option {
            Ok(option) => known(option, part),
            Err(flaw) => return wrong(flaw, part),
        }
        if matches!(option, Ok(Opt { kind: 0, .. })) {
            return part.rest("Padding", option.map_or(0, |option| option.at + 1));
        }
    }
}

/// Tells an option that cannot be.
pub(super) fn wrong(flaw: Flaw, part: &mut Part<'_, '_>) {
    let value = match flaw.says {
        Some(says) => format!("length {says} cannot be: {} bytes are left", flaw.left),
        None => "has no length".to_owned(),
    };
    part.node("Option", flaw.at, flaw.left, value);
    part.mark(Mark::Bad);
}

fn known(option: Opt<'_>, part: &mut Part<'_, '_>) {
    let Opt { at, len, kind, value } = option;
    let label = name(IPV4_OPTIONS, kind.into()).unwrap_or("Option");
    part.node(label, at, len, format!("option {kind}"));
    if len < 2 {
        return;
    }
    let mut below = part.piece(at, len);
    below.byte("Length", 1, |value| value);
    match (kind, value.len()) {
        (7 | 131 | 137, 1..) => addresses(&mut below),
        (68, 2..) => timestamps(&mut below),
        (148, 2) => below.word("Value", 2, |value| match value {
            0 => "0 (routers shall look at the packet)".to_owned(),
            _ => value.to_string(),
        }),
        (136, 2) => below.word("Stream", 2, |value| value),
        (130, 9) => {
            below.word("Security", 2, |value| format!("{value:#06x}"));
            below.word("Compartments", 4, |value| format!("{value:#06x}"));
            below.word("Handling restrictions", 6, |value| format!("{value:#06x}"));
            below.hex("Transmission control code", 8, 3);
        }
        _ => below.rest("Value", 2),
    }
}

/// A pointer, and the addresses of a route.
fn addresses(part: &mut Part<'_, '_>) {
    part.byte("Pointer", 2, |value| value);
    let mut at = 3;
    while part.u32(at).is_some() {
        part.v4("Address", at);
        at += 4;
    }
    part.rest("Left over", at);
}

fn timestamps(part: &mut Part<'_, '_>) {
    part.byte("Pointer", 2, |value| value);
    part.byte("Overflow", 3, |value| value >> 4);
    let form = part.u8(3).map_or(0, |value| value & 15);
    part.node(
        "Flag",
        3,
        1,
        match form {
            0 => "0 (times only)".to_owned(),
            1 => "1 (each with its address)".to_owned(),
            3 => "3 (addresses given before)".to_owned(),
            other => other.to_string(),
        },
    );
    let mut at = 4;
    while part.u32(at).is_some() {
        if form != 0 {
            part.v4("Address", at);
            at += 4;
        }
        part.long("Time", at, |value| format!("{value} ms since midnight UT"));
        at += 4;
    }
    part.rest("Left over", at);
}
