//! Rows of DNS.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::append;
use crate::dissect::bytes::{be16, take};
use crate::dissect::dns::{Header, Record, name};
use crate::dissect::names::{self, OPCODES, RCODES, RECORDS};
use crate::dissect::{Decoded, Kind};

pub(super) fn info(decoded: &Decoded<'_>, out: &mut Vec<u8>) {
    let framed = usize::from(decoded.layer(Kind::Tcp).is_some()) * 2;
    let message = decoded.payload.get(framed..).unwrap_or_default();
    let Some(header) = Header::read(message) else {
        return append(out, format_args!("len {}", decoded.payload_len));
    };
    append(out, format_args!("{:#06x} ", header.id));
    match (header.is_reply(), header.opcode()) {
        (false, 0) => out.extend_from_slice(b"query"),
        (true, 0) => out.extend_from_slice(b"answer"),
        (reply, opcode) => {
            let name = names::name(OPCODES, opcode).unwrap_or("unknown opcode");
            append(out, format_args!("{name}{}", if reply { " answer" } else { "" }));
        }
    }
    if let Some(wrong) = names::name(RCODES, header.rcode()).filter(|_| header.rcode() != 0) {
        append(out, format_args!(" {wrong}"));
    }
    records(message, header, out);
}

/// So many questions, and so many answers, stand in a row; how many more there are it tells.
const SHOWN: u16 = 8;

/// Appends questions and answers, as far as they can be read.
fn records(message: &[u8], header: Header, out: &mut Vec<u8>) -> Option<()> {
    let mut at = 12;
    for index in 0..header.counts[0] {
        let mut asked = Vec::new();
        let end = name(message, at, &mut asked)?;
        if index < SHOWN {
            out.push(b' ');
            kind(be16(message, end)?, out);
            out.push(b' ');
            out.extend_from_slice(&asked);
        }
        at = end + 4;
    }
    more(header.counts[0], "questions", out);
    for index in 0..header.counts[1] {
        let end = name(message, at, &mut Vec::new())?;
        let record = Record::read(message, end)?;
        if index < SHOWN {
            out.extend_from_slice(if index == 0 { b": " } else { b", " });
            kind(record.kind, out);
            value(message, &record, out);
        }
        at = record.data + record.len;
    }
    more(header.counts[1], "answers", out);
    Some(())
}

fn more(count: u16, what: &str, out: &mut Vec<u8>) {
    if count > SHOWN {
        append(out, format_args!(" …(+{} {what})", count - SHOWN));
    }
}

fn kind(number: u16, out: &mut Vec<u8>) {
    match names::name(RECORDS, number) {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => append(out, format_args!("type {number}")),
    }
}

/// Appends what a record of one address or one name says.
fn value(message: &[u8], record: &Record, out: &mut Vec<u8>) {
    let skip = match record.kind {
        1 if record.len == 4 => {
            if let Some(octets) = take::<4>(message, record.data) {
                append(out, format_args!(" {}", Ipv4Addr::from(*octets)));
            }
            return;
        }
        28 if record.len == 16 => {
            if let Some(octets) = take::<16>(message, record.data) {
                append(out, format_args!(" {}", Ipv6Addr::from(*octets)));
            }
            return;
        }
        2 | 5 | 12 => 0,
        15 => 2,
        33 => 6,
        _ => return,
    };
    out.push(b' ');
    // A name that is broken is shown as far as it goes; the tree says what is wrong with it.
    let _ = name(message, record.data + skip, out);
}
