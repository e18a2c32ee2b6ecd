//! Data of the records of DNS.

use std::net::{Ipv4Addr, Ipv6Addr};

use sockscope_core::charset::Charset;

use super::Part;
use super::domain::name_at;
use super::part::{in_hex, size};
use crate::dissect::bytes::{be16, take};
use crate::dissect::dns::Record;
use crate::dissect::names::{SVC_PARAMETERS, Table, name, named};
use crate::palette::Palette;
use crate::text;

/// Options of EDNS (<https://www.iana.org/assignments/dns-parameters>).
const EDNS: Table = &[
    (3, "Name server identifier"),
    (8, "Client subnet"),
    (9, "Expire"),
    (10, "Cookie"),
    (11, "TCP keepalive"),
    (12, "Padding"),
    (15, "Extended error"),
];

/// Bytes as text that is safe to show.
fn shown(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    text::show(Charset::UTF_8, bytes, None, &Palette::plain(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// What the data of a record says, in few words.
pub(super) fn short(message: &[u8], record: &Record) -> String {
    let name = |skip: usize| name_at(message, record.data + skip).0;
    match (record.kind, record.len) {
        (1, 4) => take::<4>(message, record.data).map(|octets| Ipv4Addr::from(*octets).to_string()),
        (28, 16) => take::<16>(message, record.data).map(|octets| Ipv6Addr::from(*octets).to_string()),
        (2 | 5 | 6 | 12 | 39, _) => Some(name(0)),
        (15, 3..) => Some(name(2)),
        (33, 7..) => Some(format!("{}:{}", name(6), be16(message, record.data + 4).unwrap_or_default())),
        (16, _) => message.get(record.data..record.data + record.len).map(|bytes| {
            let mut rest = bytes;
            let mut strings = Vec::new();
            while let Some((len, tail)) = rest.split_first() {
                let (string, tail) = tail.split_at(tail.len().min((*len).into()));
                strings.push(format!("\"{}\"", shown(string)));
                rest = tail;
            }
            strings.join(" ")
        }),
        _ => None,
    }
    .unwrap_or_default()
}

/// What OPT has in the places of class and time to live (RFC 6891 section 6.1.3).
pub(super) fn edns(record: &Record, part: &mut Part<'_, '_>) {
    part.word("UDP payload size", record.at + 2, |value| size(value.into()));
    part.byte("Extended response code", record.at + 4, |value| value);
    part.byte("EDNS version", record.at + 5, |value| value);
    let set = part.u16(record.at + 6).unwrap_or_default();
    part.flag(
        "DNSSEC wanted",
        (record.at + 6, 1),
        set & 0x8000 != 0,
        "signatures shall come with the answer",
    );
}

/// The fields of the data.
pub(super) fn data(record: &Record, part: &mut Part<'_, '_>) {
    let Record { data: at, len, kind, .. } = *record;
    let end = at + len;
    match (kind, len) {
        (1, 4) => part.v4("Address", at),
        (28, 16) => part.v6("Address", at),
        (2, _) => named_field("Name server", at, end, part),
        (5 | 39, _) => named_field("Canonical name", at, end, part),
        (12, _) => named_field("Domain name", at, end, part),
        (15, 3..) => {
            part.word("Preference", at, |value| value);
            named_field("Exchange", at + 2, end, part);
        }
        (16, _) => strings(at, end, part),
        (6, _) => authority(at, end, part),
        (33, 7..) => {
            part.word("Priority", at, |value| value);
            part.word("Weight", at + 2, |value| value);
            part.word("Port", at + 4, |value| value);
            named_field("Target", at + 6, end, part);
        }
        (41, _) => pairs(at, end, EDNS, part),
        (64 | 65, 3..) => {
            part.word("Priority", at, |value| value);
            let (target, after) = name_at(part.bytes(), at + 2);
            let Some(after) = after.filter(|after| *after <= end) else {
                return part.hex("Data", at + 2, len - 2);
            };
            part.node("Target", at + 2, after - at - 2, target);
            pairs(after, end, SVC_PARAMETERS, part);
        }
        _ => part.hex("Data", at, len),
    }
}

/// A name that ends at `end` or before; where there is none, its bytes. Returns where it ended.
fn named_field(label: &'static str, at: usize, end: usize, part: &mut Part<'_, '_>) {
    match name_at(part.bytes(), at) {
        (text, Some(after)) if after <= end => {
            part.node(label, at, after - at, text);
            part.hex("Left over", after, end - after);
        }
        _ => part.hex(label, at, end.saturating_sub(at)),
    }
}

fn strings(mut at: usize, end: usize, part: &mut Part<'_, '_>) {
    while at < end {
        let len = usize::from(part.u8(at).unwrap_or(0)).min(end - at - 1);
        let text = shown(&part.bytes()[at + 1..at + 1 + len]);
        part.node("Text", at, 1 + len, text);
        at += 1 + len;
    }
}

/// RFC 1035 section 3.3.13.
fn authority(at: usize, end: usize, part: &mut Part<'_, '_>) {
    let (primary, after) = name_at(part.bytes(), at);
    let Some(middle) = after.filter(|after| *after <= end) else { return part.hex("Data", at, end - at) };
    part.node("Primary server", at, middle - at, primary);
    let (mail, after) = name_at(part.bytes(), middle);
    let Some(after) = after.filter(|after| *after + 20 <= end) else {
        return part.hex("Data", middle, end - middle);
    };
    part.node("Mailbox", middle, after - middle, mail);
    part.long("Serial", after, |value| value);
    for (index, label) in ["Refresh", "Retry", "Expire", "Minimum"].into_iter().enumerate() {
        part.long(label, after + 4 + 4 * index, |value| format!("{value} s"));
    }
}

/// Options of EDNS and parameters of a service: a number, a length, a value.
fn pairs(mut at: usize, end: usize, table: Table, part: &mut Part<'_, '_>) {
    while at < end {
        let (Some(number), Some(len)) = (part.u16(at), part.u16(at + 2).map(usize::from)) else { break };
        if at + 4 + len > end {
            break;
        }
        let value = part.bytes().get(at + 4..at + 4 + len).unwrap_or_default();
        let label = name(table, number).unwrap_or("Option");
        part.node(label, at, 4 + len, pair(table, number, value));
        at += 4 + len;
    }
    part.hex("Left over", at, end - at);
}

fn pair(table: Table, number: u16, value: &[u8]) -> String {
    let services = std::ptr::eq(table, SVC_PARAMETERS);
    match (services, number, value.len()) {
        (true, 3, 2) => be16(value, 0).map_or_else(String::new, |port| port.to_string()),
        (true, 1, _) => {
            let mut rest = value;
            let mut names = Vec::new();
            while let Some((len, tail)) = rest.split_first() {
                let (name, tail) = tail.split_at(tail.len().min((*len).into()));
                names.push(shown(name));
                rest = tail;
            }
            names.join(", ")
        }
        (true, 4, _) => {
            let (octets, _) = value.as_chunks::<4>();
            octets.iter().map(|octets| Ipv4Addr::from(*octets).to_string()).collect::<Vec<_>>().join(", ")
        }
        (true, 6, _) => {
            let (octets, _) = value.as_chunks::<16>();
            octets.iter().map(|octets| Ipv6Addr::from(*octets).to_string()).collect::<Vec<_>>().join(", ")
        }
        (true, 7, _) => shown(value),
        _ if name(table, number).is_none() => format!("{}: {}", named(table, number), in_hex(value)),
        _ => in_hex(value),
    }
}
