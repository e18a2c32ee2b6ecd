//! Fields of ICMP (RFC 792) and ICMPv6 (RFC 4443).

use super::check::{Sum, judge, transport, untold};
use super::part::size;
use super::{Part, Scope, neighbour};
use crate::dissect::layer::{Kind, Layer};
use crate::dissect::names::{ICMP, ICMPV6, control};

pub(super) fn fields(scope: &Scope<'_, '_>, layer: &Layer, part: &mut Part<'_, '_>) {
    let six = layer.kind == Kind::Icmpv6;
    let (Some(kind), code) = (part.u8(0), part.u8(1)) else { return };
    let (row, meaning) = control(if six { ICMPV6 } else { ICMP }, kind, code.unwrap_or_default());
    let named = |number: u8, name: Option<&str>| match name {
        Some(name) => format!("{number} ({name})"),
        None => number.to_string(),
    };
    part.byte("Type", 0, |kind| named(kind, row.map(|row| row.1)));
    part.byte("Code", 1, |code| named(code, meaning));
    let what = row.map_or("", |row| row.1);
    part.say(meaning.map_or_else(|| what.to_owned(), |meaning| format!("{what}: {meaning}")));
    checksum(scope, layer, part);
    if six {
        six_body(scope, kind, part);
    } else {
        four_body(scope, kind, code, part);
    }
}

fn checksum(scope: &Scope<'_, '_>, layer: &Layer, part: &mut Part<'_, '_>) {
    if layer.kind == Kind::Icmpv6 {
        return transport(scope, layer, 2, 58, part);
    }
    let covered = scope.decoded.bytes.get(layer.at as usize..layer.end as usize);
    match covered {
        _ if scope.quoted => untold(part, 2, "only the beginning of the packet is quoted"),
        _ if scope.decoded.fragment.is_some() => untold(part, 2, "this is one fragment of several"),
        None => untold(part, 2, "the packet was cut"),
        Some(covered) => {
            let mut sum = Sum::default();
            sum.add(covered);
            judge(part, 2, "Checksum", sum);
        }
    }
}

fn four_body(scope: &Scope<'_, '_>, kind: u8, code: Option<u8>, part: &mut Part<'_, '_>) {
    match kind {
        0 | 8 => echo(part),
        3 if code == Some(4) => {
            part.word("Unused", 4, |value| value);
            part.word("Next-hop MTU", 6, |value| size(value.into()));
            quote(scope, part);
        }
        3 | 4 | 11 => {
            part.long("Unused", 4, |value| value);
            quote(scope, part);
        }
        5 => {
            part.v4("Gateway address", 4);
            quote(scope, part);
        }
        12 => {
            part.byte("Pointer", 4, |value| value);
            part.hex("Unused", 5, 3);
            quote(scope, part);
        }
        13 | 14 => {
            identified(part);
            for (index, label) in ["Originate", "Receive", "Transmit"].into_iter().enumerate() {
                part.long(label, 8 + 4 * index, |value| format!("{value} ms since midnight UT"));
            }
            part.rest("Data", 20);
        }
        9 => routers(part),
        17 | 18 => {
            identified(part);
            part.v4("Address mask", 8);
        }
        15 | 16 => identified(part),
        _ => part.rest("Data", 4),
    }
}

/// RFC 1256 section 3.
fn routers(part: &mut Part<'_, '_>) {
    part.byte("Number of addresses", 4, |value| value);
    part.byte("Address entry size", 5, |value| format!("{value} words"));
    part.word("Lifetime", 6, |value| format!("{value} s"));
    part.rest("Addresses", 8);
}

fn six_body(scope: &Scope<'_, '_>, kind: u8, part: &mut Part<'_, '_>) {
    match kind {
        1 | 3 => {
            part.long("Unused", 4, |value| value);
            quote(scope, part);
        }
        2 => {
            part.long("MTU", 4, |value| size(value.into()));
            quote(scope, part);
        }
        4 => {
            part.long("Pointer", 4, |value| value);
            quote(scope, part);
        }
        128 | 129 => echo(part),
        130..=132 => listener(part),
        133..=137 => neighbour::fields(kind, part),
        143 => reports(part),
        _ => part.rest("Data", 4),
    }
}

fn identified(part: &mut Part<'_, '_>) {
    part.word("Identifier", 4, |value| value);
    part.word("Sequence number", 6, |value| value);
}

fn echo(part: &mut Part<'_, '_>) {
    identified(part);
    part.rest("Data", 8);
}

fn quote(scope: &Scope<'_, '_>, part: &mut Part<'_, '_>) {
    let len = part.bytes().len().saturating_sub(8);
    if len > 0 {
        part.node("Quoted packet", 8, len, "");
        scope.quote(&mut part.piece(8, len));
    }
}

/// Queries, reports and ends of listening (RFC 2710 section 3, RFC 3810 section 5.1).
fn listener(part: &mut Part<'_, '_>) {
    part.word("Maximum response delay", 4, |value| format!("{value} ms"));
    part.word("Reserved", 6, |value| value);
    part.v6("Multicast address", 8);
    part.rest("More of version 2", 24);
}

/// Reports of version 2 (RFC 3810 section 5.2).
fn reports(part: &mut Part<'_, '_>) {
    part.word("Reserved", 4, |value| value);
    part.word("Number of records", 6, |value| value);
    let mut at = 8;
    for _ in 0..part.u16(6).unwrap_or(0) {
        let (Some(data), Some(sources)) = (part.u8(at + 1), part.u16(at + 2)) else { break };
        let len = 20 + 16 * usize::from(sources) + 4 * usize::from(data);
        part.node("Record", at, len.min(part.bytes().len() - at), "");
        let mut record = part.piece(at, len);
        record.byte("Type", 0, |value| value);
        record.byte("Auxiliary data length", 1, |value| format!("{value} words"));
        record.word("Number of sources", 2, |value| value);
        record.v6("Multicast address", 4);
        for index in 0..usize::from(sources) {
            record.v6("Source address", 20 + 16 * index);
        }
        at += len;
    }
    part.rest("Data", at);
}
