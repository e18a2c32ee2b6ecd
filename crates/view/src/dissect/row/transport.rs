//! Rows of UDP and TCP.

use super::{Look, append, show};
use crate::dissect::Decoded;
use crate::flow::{Flags, Head, Tcp};
use crate::number::decimal;

/// The flags in the order in which they are told.
const FLAGS: [(Flags, &str); 8] = [
    (Flags::SYN, "SYN"),
    (Flags::FIN, "FIN"),
    (Flags::RST, "RST"),
    (Flags::PSH, "PSH"),
    (Flags::ACK, "ACK"),
    (Flags::URG, "URG"),
    (Flags::ECE, "ECE"),
    (Flags::CWR, "CWR"),
];

/// Appends `54321 → 80`.
pub(super) fn ports(decoded: &Decoded<'_>, out: &mut Vec<u8>) {
    if let Some((from, to)) = decoded.ports {
        decimal(from.into(), out);
        out.extend_from_slice(" → ".as_bytes());
        decimal(to.into(), out);
    }
}

pub(super) fn info(decoded: &Decoded<'_>, look: &Look<'_>, out: &mut Vec<u8>) {
    ports(decoded, out);
    let len = decoded.payload_len;
    match decoded.head {
        Some(Head::Tcp(tcp)) => {
            segment(&tcp, look, out);
            named(b" len ", len, out);
            options(&tcp, out);
        }
        Some(Head::Udp) => named(b"  len ", len, out),
        None => return,
    }
    let recorded = decoded.payload.len();
    if recorded > 0 {
        out.extend_from_slice(b"  ");
        show(decoded.payload, look, out);
    }
    if recorded < len as usize && decoded.stop.is_none() {
        append(out, format_args!("  (cut: {recorded} of {len} bytes recorded)"));
    }
}

fn segment(tcp: &Tcp, look: &Look<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b" [");
    let mut between = "";
    for (flag, name) in FLAGS {
        if tcp.flags.has(flag) {
            out.extend_from_slice(between.as_bytes());
            out.extend_from_slice(name.as_bytes());
            between = " ";
        }
    }
    out.push(b']');
    if let Some(told) = look.told.filter(|told| !told.words.is_empty()) {
        append(out, format_args!(" [{}]", told.words));
    }
    named(b" seq ", look.told.map_or(tcp.seq, |told| told.seq), out);
    let ack = look.told.map_or(tcp.ack, |told| told.ack.or(tcp.ack));
    if let Some(ack) = ack.filter(|_| tcp.ack.is_some()) {
        named(b" ack ", ack, out);
    }
    named(b" win ", tcp.window.into(), out);
}

/// Appends a number and what it is. Rows are many, so this goes without the formatting machinery.
#[inline]
fn named(name: &[u8], number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    decimal(number.into(), out);
}

fn options(tcp: &Tcp, out: &mut Vec<u8>) {
    if let Some(mss) = tcp.mss {
        append(out, format_args!(" mss {mss}"));
    }
    if let Some(scale) = tcp.scale {
        append(out, format_args!(" scale {scale}"));
    }
    if tcp.sack_permitted {
        out.extend_from_slice(b" sack permitted");
    }
    for (left, right) in tcp.sack.iter().flatten() {
        append(out, format_args!(" sack {left}-{right}"));
    }
}
