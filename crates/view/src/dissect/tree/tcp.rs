//! Fields of TCP (RFC 9293 section 3.1).

use super::check::transport;
use super::ipv4::wrong;
use super::part::size;
use super::{Mark, Part, Scope};
use crate::dissect::layer::Layer;
use crate::dissect::names::{TCP_OPTIONS, name};
use crate::dissect::options::{Opt, Options};

/// The flags from the highest bit on, with what each means where it is set.
const FLAGS: [(&str, u16, &str); 9] = [
    ("AE", 0x100, "counts marks of congestion, or was the nonce sum"),
    ("CWR", 0x80, "the congestion window was reduced"),
    ("ECE", 0x40, "congestion was met on the way; with SYN: could tell of it"),
    ("URG", 0x20, "the urgent pointer counts"),
    ("ACK", 0x10, "the acknowledgment number counts"),
    ("PSH", 0x08, "what is held back should be handed over"),
    ("RST", 0x04, "the connection is reset"),
    ("SYN", 0x02, "sequence numbers begin here"),
    ("FIN", 0x01, "no more data from the sender"),
];

pub(super) fn fields(scope: &Scope<'_, '_>, layer: &Layer, part: &mut Part<'_, '_>) {
    part.word("Source port", 0, |value| value);
    part.word("Destination port", 2, |value| value);
    part.long("Sequence number", 4, |value| value);
    part.long("Acknowledgment number", 8, |value| value);
    let set = part.u16(12);
    if set.is_some_and(|flags| flags & 0x10 == 0) && part.u32(8).is_some_and(|ack| ack != 0) {
        part.add(": does not count, ACK is not set", Mark::Note);
    }
    part.byte("Data offset", 12, |value| {
        format!("{} bytes ({} words)", u16::from(value >> 4) * 4, value >> 4)
    });
    flags(scope, set, part);
    part.word("Window", 14, |value| value);
    transport(scope, layer, 16, 6, part);
    part.word("Urgent pointer", 18, |value| value);
    if set.is_some_and(|flags| flags & 0x20 == 0) && part.u16(18).is_some_and(|urgent| urgent != 0) {
        part.add(": does not count, URG is not set", Mark::Note);
    }
    let len = part.bytes().len().saturating_sub(20);
    if len > 0 {
        part.node("Options", 20, len, "");
        options(&mut part.piece(20, len));
    }
}

fn flags(scope: &Scope<'_, '_>, set: Option<u16>, part: &mut Part<'_, '_>) {
    let Some(set) = set else { return };
    let names: Vec<&str> =
        FLAGS.iter().filter(|(_, bit, _)| set & bit != 0).map(|(name, ..)| *name).collect();
    let (from, to) = scope.decoded.ports.unwrap_or_default();
    part.say(format!("{from} → {to} [{}]", names.join(" ")));
    part.node("Reserved", 12, 1, (set >> 9 & 7).to_string());
    part.node("Flags", 12, 2, format!("{:#05x} ({})", set & 0x1ff, names.join(" ")));
    let mut below = part.below();
    for (name, bit, meaning) in FLAGS {
        below.flag(name, (if bit > 0xff { 12 } else { 13 }, 1), set & bit != 0, meaning);
    }
}

fn options(part: &mut Part<'_, '_>) {
    for option in Options::tcp(part.bytes()) {
        match option {
            Ok(option) => known(option, part),
            // The recording may end within them; its own node says so.
            Err(flaw) => return wrong(flaw, part),
        }
        if matches!(option, Ok(Opt { kind: 0, .. })) {
            return part.rest("Padding", option.map_or(0, |option| option.at + 1));
        }
    }
}

fn known(option: Opt<'_>, part: &mut Part<'_, '_>) {
    let Opt { at, len, kind, value } = option;
    let label = name(TCP_OPTIONS, kind.into()).unwrap_or("Option");
    let whole = part.bytes().get(at..at + len).unwrap_or_default();
    part.node(label, at, len, short(kind, whole));
    if len < 2 {
        return;
    }
    let mut below = part.piece(at, len);
    below.byte("Kind", 0, |value| value);
    below.byte("Length", 1, |value| value);
    match (kind, value.len()) {
        (2, 2) => below.word("Value", 2, |value| size(value.into())),
        (3, 1) => below.byte("Shift", 2, |value| value),
        (5, _) => {
            let mut at = 2;
            while below.bytes().len() >= at + 8 {
                below.long("Left edge", at, |value| value);
                below.long("Right edge", at + 4, |value| value);
                at += 8;
            }
            below.rest("Left over", at);
        }
        (8, 8) => {
            below.long("Timestamp", 2, |value| value);
            below.long("Timestamp echo", 6, |value| value);
        }
        (28, 2) => below.word("Timeout", 2, timeout),
        (29, 2..) => {
            below.byte("Key", 2, |value| value);
            below.byte("Next key of the sender", 3, |value| value);
            below.rest("Message authentication code", 4);
        }
        (30, 1..) => {
            below.byte("Subtype", 2, |value| value >> 4);
            below.rest("Value", 2);
        }
        (253 | 254, 2..) => {
            below.word("Experiment", 2, |value| format!("{value:#06x}"));
            below.rest("Value", 4);
        }
        _ => below.rest("Value", 2),
    }
}

/// RFC 5482 section 3.1.
fn timeout(value: u16) -> String {
    format!("{} {}", value & 0x7fff, if value & 0x8000 == 0 { "s" } else { "min" })
}

/// What an option says, in few words.
fn short(kind: u8, option: &[u8]) -> String {
    let word = |at: usize| crate::dissect::bytes::be16(option, at).unwrap_or_default();
    let long = |at: usize| crate::dissect::bytes::be32(option, at).unwrap_or_default();
    match (kind, option.len()) {
        (2, 4) => format!("{} bytes", word(2)),
        // A shift beyond 14 counts as 14 (RFC 7323 section 2.3).
        (3, 3) if option[2] > 14 => format!("{} counts as 14: windows are times 16384", option[2]),
        (3, 3) => format!("windows are times {}", 1 << option[2]),
        (5, 10..) => {
            let blocks = (2..option.len() - 7).step_by(8);
            blocks.map(|at| format!("{} to {}", long(at), long(at + 4))).collect::<Vec<_>>().join(", ")
        }
        (8, 10) => format!("{}, echo {}", long(2), long(6)),
        (28, 4) => timeout(word(2)),
        (0 | 1 | 4, _) => String::new(),
        _ => format!("option {kind}"),
    }
}
