//! Fields of DNS (RFC 1035 section 4).

use super::part::size;
use super::record;
use super::{Mark, Part, Scope};
use crate::dissect::dns::{Header, Record, flavour, name};
use crate::dissect::layer::Kind;
use crate::dissect::names::{CLASSES, OPCODES, RCODES, RECORDS, named};

const SECTIONS: [&str; 4] = ["Questions", "Answers", "Authorities", "Additional records"];

pub(super) fn fields(scope: &Scope<'_, '_>, part: &mut Part<'_, '_>) {
    let flavour = flavour(scope.decoded.ports.unwrap_or_default());
    if scope.decoded.layer(Kind::Tcp).is_none() {
        part.say(flavour);
        return message(part);
    }
    let mut at = 0;
    while let Some(len) = part.u16(at) {
        let len = usize::from(len);
        part.word("Length", at, |value| size(value.into()));
        part.node("Message", at + 2, len.min(part.bytes().len() - at - 2), "");
        message(&mut part.piece(at + 2, len));
        at += 2 + len;
    }
    part.say(flavour);
}

fn message(part: &mut Part<'_, '_>) {
    part.word("Identifier", 0, |value| format!("{value:#06x}"));
    if let Some(set) = part.u16(2) {
        part.node("Flags", 2, 2, format!("{set:#06x}"));
        flags(set, &mut part.below());
    }
    for (index, section) in SECTIONS.into_iter().enumerate() {
        part.word(section, 4 + 2 * index, |value| value);
    }
    let Some(header) = Header::read(part.bytes()) else {
        let left = part.bytes().len();
        part.node(
            "End",
            0,
            left,
            format!("stops here: {left} of the 12 bytes that the header takes are there"),
        );
        return part.mark(Mark::Stop);
    };
    let mut at = 12;
    for (section, count) in SECTIONS.into_iter().zip(header.counts) {
        for _ in 0..count {
            let next = if section == "Questions" { question(at, part) } else { answer(at, section, part) };
            let Some(next) = next else { return broken(at, section, part) };
            at = next;
        }
    }
    part.rest("Left over", at);
}

fn broken(at: usize, section: &str, part: &mut Part<'_, '_>) {
    let left = part.bytes().len().saturating_sub(at);
    let why = format!("stops here: no whole entry of \"{section}\" in the {left} bytes that are left");
    part.node("End", at.min(part.bytes().len()), left, why);
    part.mark(Mark::Stop);
}

fn flags(set: u16, part: &mut Part<'_, '_>) {
    let bit = |bit: u16| set & bit != 0;
    part.node("Response", 2, 1, if bit(0x8000) { "set: an answer" } else { "not set: a query" });
    part.node("Opcode", 2, 1, named(OPCODES, set >> 11 & 15));
    part.flag("Authoritative", (2, 1), bit(0x400), "the server is in charge of the name");
    part.flag("Truncated", (2, 1), bit(0x200), "the rest did not fit");
    part.flag("Recursion desired", (2, 1), bit(0x100), "the server shall ask others");
    part.flag("Recursion available", (3, 1), bit(0x80), "the server asks others");
    part.flag("Reserved", (3, 1), bit(0x40), "should not be");
    part.flag("Authentic data", (3, 1), bit(0x20), "the server has checked signatures");
    part.flag("Checking disabled", (3, 1), bit(0x10), "signatures need not be checked");
    part.node("Response code", 3, 1, named(RCODES, set & 15));
}

/// The name at `at` as text, and where it ends.
pub(super) fn name_at(message: &[u8], at: usize) -> (String, Option<usize>) {
    let mut out = Vec::new();
    let end = name(message, at, &mut out);
    (String::from_utf8_lossy(&out).into_owned(), end)
}

/// A class without the bit that multicast DNS has in it (RFC 6762 sections 5.4 and 10.2).
fn class(value: u16) -> String {
    let top = if value & 0x8000 != 0 { ", top bit set: unicast wanted, or flush the cache" } else { "" };
    format!("{}{top}", named(CLASSES, value & 0x7fff))
}

fn question(at: usize, part: &mut Part<'_, '_>) -> Option<usize> {
    let (text, end) = name_at(part.bytes(), at);
    let end = end?;
    let (kind, _) = (part.u16(end)?, part.u16(end + 2)?);
    part.node("Question", at, end + 4 - at, format!("{text} {}", named(RECORDS, kind)));
    let mut below = part.below();
    below.node("Name", at, end - at, text);
    below.word("Type", end, |value| named(RECORDS, value));
    below.word("Class", end + 2, class);
    Some(end + 4)
}

fn answer(at: usize, section: &'static str, part: &mut Part<'_, '_>) -> Option<usize> {
    let (text, end) = name_at(part.bytes(), at);
    let record = Record::read(part.bytes(), end?)?;
    let next = record.data + record.len;
    // Its data may have been cut; what comes before is told.
    let there = next.min(part.bytes().len());
    let label = match section {
        "Answers" => "Answer",
        "Authorities" => "Authority",
        _ => "Additional record",
    };
    let value = record::short(part.bytes(), &record);
    part.node(label, at, there - at, format!("{text} {} {value}", named(RECORDS, record.kind)).trim_end());
    let mut below = part.below();
    below.node("Name", at, record.at - at, text);
    below.word("Type", record.at, |value| named(RECORDS, value));
    if record.kind == 41 {
        record::edns(&record, &mut below);
    } else {
        below.word("Class", record.at + 2, class);
        below.long("Time to live", record.at + 4, |value| format!("{value} s"));
    }
    below.word("Data length", record.at + 8, |value| size(value.into()));
    if there < next {
        return None;
    }
    record::data(&record, &mut below);
    Some(next)
}
