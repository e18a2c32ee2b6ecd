//! Fields of IPv6 and its extension headers (RFC 8200 sections 3 and 4).

use super::ipv4::{services, wrong};
use super::part::size;
use super::{Mark, Part, Scope};
use crate::dissect::layer::Layer;
use crate::dissect::names::{IPV6_OPTIONS, PROTOCOLS, ROUTING, name, named};
use crate::dissect::options::{Opt, Options};

pub(super) fn fields(scope: &Scope<'_, '_>, layer: &Layer, around: usize, part: &mut Part<'_, '_>) {
    part.byte("Version", 0, |value| value >> 4);
    if let Some(first) = part.u16(0) {
        part.node("Traffic class", 0, 2, format!("{:#04x}", first >> 4 & 0xff));
        services(&mut part.below(), 0, Some((first >> 4) as u8));
        // Both lie across bytes.
        for node in part.nodes().iter_mut().rev().take(2) {
            node.range.end = node.range.start + 2;
        }
    }
    if let Some(first) = part.u32(0) {
        part.node("Flow label", 1, 3, format!("{:#07x}", first & 0xf_ffff));
    }
    length(scope, layer, around, part);
    part.byte("Next header", 6, |value| named(PROTOCOLS, value.into()));
    part.byte("Hop limit", 7, |value| value);
    part.v6("Source address", 8);
    part.v6("Destination address", 24);
    let address = |at: usize| part.bytes().get(at..at + 16)?.first_chunk::<16>().copied();
    if let Some((from, to)) = address(8).zip(address(24)) {
        part.say(format!("{} → {}", std::net::Ipv6Addr::from(from), std::net::Ipv6Addr::from(to)));
    }
}

fn length(scope: &Scope<'_, '_>, layer: &Layer, around: usize, part: &mut Part<'_, '_>) {
    let Some(len) = part.u16(4) else { return };
    let there = around.saturating_sub(layer.at as usize + 40);
    part.node("Payload length", 4, 2, size(len as u64));
    if len == 0 && layer.end > layer.at + 40 {
        part.add(&format!(": too long to say here, {} bytes", layer.end - layer.at - 40), Mark::Note);
    } else if usize::from(len) > there && !scope.quoted {
        part.add(&format!(", more than the {there} that are there"), Mark::Bad);
    }
}

/// What all extension headers begin with: the next one, and their own length in units of eight bytes.
fn begin(part: &mut Part<'_, '_>) {
    part.byte("Next header", 0, |value| named(PROTOCOLS, value.into()));
    part.byte("Header extension length", 1, |value| format!("{} bytes", (usize::from(value) + 1) * 8));
}

/// Hop-by-hop and destination options.
pub(super) fn options(part: &mut Part<'_, '_>) {
    begin(part);
    let bytes = part.bytes().get(2..).unwrap_or_default();
    for option in Options::ipv6(bytes) {
        match option {
            Ok(option) => known(Opt { at: option.at + 2, ..option }, part),
            Err(mut flaw) => {
                flaw.at += 2;
                return wrong(flaw, part);
            }
        }
    }
}

fn known(option: Opt<'_>, part: &mut Part<'_, '_>) {
    let Opt { at, len, kind, value } = option;
    let label = name(IPV6_OPTIONS, kind.into()).unwrap_or("Option");
    part.node(label, at, len, format!("option {kind:#04x}"));
    if len < 2 {
        return;
    }
    let mut below = part.piece(at, len);
    below.node(
        "If not known",
        0,
        1,
        match kind >> 6 {
            0 => "skip it",
            1 => "discard the packet",
            2 => "discard the packet and say so",
            _ => "discard the packet and say so unless it went to many",
        },
    );
    below.flag("May change", (0, 1), kind & 0x20 != 0, "routers may change it on the way");
    below.byte("Length", 1, |value| value);
    match (kind, value.len()) {
        (0xc2, 4) => below.long("Jumbo payload length", 2, |value| size(value.into())),
        (5, 2) => below.word("Value", 2, |value| match value {
            0 => "0 (multicast listener discovery)".to_owned(),
            1 => "1 (RSVP)".to_owned(),
            2 => "2 (active networks)".to_owned(),
            _ => value.to_string(),
        }),
        (4, 1) => below.byte("Limit", 2, |value| value),
        (0xc9, 16) => below.v6("Home address", 2),
        _ => below.rest("Value", 2),
    }
}

pub(super) fn routing(part: &mut Part<'_, '_>) {
    begin(part);
    part.byte("Routing type", 2, |value| named(ROUTING, value.into()));
    part.byte("Segments left", 3, |value| value);
    let label = match part.u8(2) {
        Some(0 | 2) => {
            part.long("Reserved", 4, |value| value);
            "Address"
        }
        Some(4) => {
            part.byte("Last entry", 4, |value| value);
            part.byte("Flags", 5, |value| format!("{value:#04x}"));
            part.word("Tag", 6, |value| value);
            "Segment"
        }
        _ => return part.rest("Data", 4),
    };
    let mut at = 8;
    // What follows the segments of type 4 are its own options.
    let most =
        if label == "Segment" { part.u8(4).map_or(0, |last| usize::from(last) + 1) } else { usize::MAX };
    for _ in 0..most {
        if part.bytes().len() < at + 16 {
            break;
        }
        part.v6(label, at);
        at += 16;
    }
    part.rest("Data", at);
}

pub(super) fn fragment(part: &mut Part<'_, '_>) {
    part.byte("Next header", 0, |value| named(PROTOCOLS, value.into()));
    part.byte("Reserved", 1, |value| value);
    part.word("Fragment offset", 2, |value| format!("{} bytes", value & 0xfff8));
    if let Some(place) = part.u16(2) {
        part.flag("More fragments", (3, 1), place & 1 != 0, "others come after it");
        if place & 0xfff9 == 0 {
            part.say("whole by itself (RFC 6946)");
        }
    }
    part.long("Identification", 4, |value| format!("{value:#010x}"));
}

pub(super) fn authentication(part: &mut Part<'_, '_>) {
    part.byte("Next header", 0, |value| named(PROTOCOLS, value.into()));
    part.byte("Payload length", 1, |value| format!("{} bytes", (usize::from(value) + 2) * 4));
    part.word("Reserved", 2, |value| value);
    part.long("Security parameters index", 4, |value| format!("{value:#010x}"));
    part.long("Sequence number", 8, |value| value);
    part.rest("Integrity check value", 12);
}

pub(super) fn esp(part: &mut Part<'_, '_>) {
    part.long("Security parameters index", 0, |value| format!("{value:#010x}"));
    part.long("Sequence number", 4, |value| value);
    part.say("what follows is encrypted");
}
