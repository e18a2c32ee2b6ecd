//! A packet as one row of a list.

mod domain;
mod transport;

use std::io::Write;

use sockscope_core::charset::Viewing;

use super::bytes::{be16, take};
use super::decoded::{Decoded, Place};
use super::layer::Kind;
use super::names::{self, ETHERTYPES, PROTOCOLS};
use super::stop::Why;
use super::tello::Said;
use super::{dns, quoted};
use crate::palette::Palette;
use crate::text;

/// Who sent a packet to whom, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Who sent it.
    pub source: Place,
    /// To whom.
    pub destination: Place,
    /// What it is, by the innermost layer that has a name: `TCP`, `DNS`, `ARP`.
    pub protocol: &'static str,
}

/// How [`info`] shows what it shows.
#[derive(Debug, Clone, Default)]
pub struct Look<'a> {
    /// What payload is shown in: UTF-8 where nothing is asked for.
    pub charset: Option<&'a Viewing>,
    /// Columns for the text of a payload; all of it where there is no limit. What is folded away is counted.
    pub fold: Option<usize>,
    /// What those know who follow the conversation.
    pub told: Option<Told<'a>>,
}

/// What only the packets before it tell about one of TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// Sequence number, counted from the first of its direction.
    pub seq: u32,
    /// Acknowledgment number, counted from the first of the other direction.
    pub ack: Option<u32>,
    /// Words to put behind the flags: `retransmission`. None where empty.
    pub words: &'a str,
}

impl Row {
    /// The row of a packet.
    pub fn of(decoded: &Decoded<'_>) -> Self {
        Self { source: decoded.from(), destination: decoded.to(), protocol: protocol(decoded) }
    }
}

fn protocol(decoded: &Decoded<'_>) -> &'static str {
    if decoded.fragment.is_some() {
        return if decoded.layer(Kind::Ipv6).is_some() { "IPv6" } else { "IPv4" };
    }
    let named = decoded.layers().iter().rev().find(|layer| !matches!(layer.kind, Kind::Data | Kind::Trailer));
    match named.map(|layer| layer.kind) {
        None => "data",
        Some(Kind::Dns) => dns::flavour(decoded.ports.unwrap_or_default()),
        Some(Kind::Esp) => "ESP",
        Some(Kind::Authentication) => "AH",
        Some(Kind::LinuxSll | Kind::LinuxSll2 | Kind::Family) => "data",
        Some(kind @ (Kind::Ethernet | Kind::Vlan | Kind::Llc)) => {
            ethertype(decoded).and_then(|number| names::name(ETHERTYPES, number)).unwrap_or(match kind {
                Kind::Llc => "LLC",
                _ => "Ethernet",
            })
        }
        Some(Kind::HopByHop | Kind::Routing | Kind::Fragment | Kind::Destination | Kind::Ipv6) => {
            carried(decoded).unwrap_or("IPv6")
        }
        Some(Kind::Ipv4) => carried(decoded).unwrap_or("IPv4"),
        Some(kind) => kind.name(),
    }
}

/// What IP carries that has no layer here.
fn carried(decoded: &Decoded<'_>) -> Option<&'static str> {
    decoded.stop.is_none().then_some(())?;
    names::name(PROTOCOLS, decoded.protocol?.into()).filter(|_| decoded.protocol != Some(59))
}

/// The type that the last header of the link says.
fn ethertype(decoded: &Decoded<'_>) -> Option<u16> {
    let layer = decoded
        .layers()
        .iter()
        .rev()
        .find(|layer| layer.kind != Kind::Data && layer.kind != Kind::Trailer)?;
    be16(decoded.bytes.get(layer.range())?, layer.len.checked_sub(2)? as usize)
}

/// Appends what a packet says, in words on one line, safe to show.
pub fn info(decoded: &Decoded<'_>, look: &Look<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    said(decoded, look, out);
    if let Some(stop) = decoded.stop {
        // Of a packet that was cut behind its headers the lengths say so.
        let space = if out.len() > start { "  " } else { "" };
        match stop.why {
            Why::Cut { .. } => append(out, format_args!("{space}({})", stop.why)),
            why => append(out, format_args!("{space}{why}")),
        }
    }
}

fn said(decoded: &Decoded<'_>, look: &Look<'_>, out: &mut Vec<u8>) {
    if decoded.fragment.is_some() {
        return fragment(decoded, out);
    }
    match decoded.top().map(|layer| layer.kind) {
        Some(Kind::Arp) => arp(decoded, out),
        Some(Kind::Icmp | Kind::Icmpv6) => control(decoded, out),
        Some(Kind::Dns) => domain::info(decoded, out),
        Some(Kind::Tello) => tello(decoded, look, out),
        _ if decoded.ports.is_some() => transport::info(decoded, look, out),
        Some(Kind::Data) => append(out, format_args!("len {}", decoded.payload_len)),
        _ => {}
    }
}

fn fragment(decoded: &Decoded<'_>, out: &mut Vec<u8>) {
    let Some(part) = decoded.fragment else { return };
    match names::name(PROTOCOLS, part.protocol.into()) {
        Some(name) => append(out, format_args!("part of {name}")),
        None => append(out, format_args!("part of protocol {}", part.protocol)),
    }
    let last = part.offset + part.len;
    append(out, format_args!(", bytes {} to {last}", part.offset));
    out.extend_from_slice(if part.more { b", more follow" } else { b", the last" });
    append(out, format_args!(", id {:#x}", part.id));
}

fn arp(decoded: &Decoded<'_>, out: &mut Vec<u8>) {
    let bytes = decoded.top().and_then(|layer| decoded.bytes.get(layer.range())).unwrap_or_default();
    let operation = be16(bytes, 6);
    let (Some([0x08, 0, 6, 4]), Some(from), Some(to)) =
        (take::<4>(bytes, 2), quoted::v4(bytes, 14), quoted::v4(bytes, 24))
    else {
        return append(out, format_args!("operation {}", operation.unwrap_or_default()));
    };
    let station = take::<6>(bytes, 8).map_or(Place::Unknown, |station| Place::Station(*station));
    match operation {
        Some(1) if from.is_unspecified() => append(out, format_args!("who has {to}? (probe)")),
        Some(1) if from == to => append(out, format_args!("{from} is at {station} (gratuitous)")),
        Some(1) => append(out, format_args!("who has {to}? tell {from}")),
        Some(2) if from == to => append(out, format_args!("{from} is at {station} (gratuitous reply)")),
        Some(2) => append(out, format_args!("{from} is at {station}")),
        number => append(out, format_args!("operation {}", number.unwrap_or_default())),
    }
}

fn control(decoded: &Decoded<'_>, out: &mut Vec<u8>) {
    let Some(layer) = decoded.top() else { return };
    let bytes = decoded.bytes.get(layer.range()).unwrap_or_default();
    let Some([kind, code]) = take::<2>(bytes, 0) else { return };
    let table = if layer.kind == Kind::Icmp { names::ICMP } else { names::ICMPV6 };
    let (row, meaning) = names::control(table, *kind, *code);
    match row {
        Some((_, name, ..)) => out.extend_from_slice(name.as_bytes()),
        None => append(out, format_args!("type {kind}, code {code}")),
    }
    if let Some(meaning) = meaning {
        append(out, format_args!(": {meaning}"));
    } else if row.is_some() && *code != 0 {
        append(out, format_args!(", code {code}"));
    }
    let echo = matches!((layer.kind, kind), (Kind::Icmp, 0 | 8) | (Kind::Icmpv6, 128 | 129));
    if let (true, Some(id), Some(seq)) = (echo, be16(bytes, 4), be16(bytes, 6)) {
        append(out, format_args!(" id {id} seq {seq} len {}", decoded.payload_len));
    }
    if layer.kind == Kind::Icmpv6
        && matches!(kind, 135 | 136)
        && let Some(target) = take::<16>(decoded.payload, 0)
    {
        append(out, format_args!(" {}", std::net::Ipv6Addr::from(*target)));
    }
    if row.is_some_and(|row| row.3) {
        about(decoded, out);
    }
}

/// Appends which packet an error of ICMP is about.
fn about(decoded: &Decoded<'_>, out: &mut Vec<u8>) {
    let inner = quoted::decode(decoded);
    let (Some(from), Some(to)) = (inner.source, inner.destination) else { return };
    let protocol = protocol(&inner);
    match inner.ports {
        Some((source, destination)) => {
            let (from, to) =
                (std::net::SocketAddr::new(from, source), std::net::SocketAddr::new(to, destination));
            append(out, format_args!(", about {protocol} {from} → {to}"));
        }
        None => append(out, format_args!(", about {protocol} {from} → {to}")),
    }
}

fn tello(decoded: &Decoded<'_>, look: &Look<'_>, out: &mut Vec<u8>) {
    let said = Said::of(decoded.ports.unwrap_or_default(), decoded.payload);
    transport::ports(decoded, out);
    append(out, format_args!("  len {}  {}", decoded.payload_len, said.word()));
    if said != Said::Binary {
        let bare = decoded.payload.strip_suffix(b"\r\n").unwrap_or(decoded.payload);
        out.push(b' ');
        show(bare, look, out);
    }
}

/// Appends bytes from the wire as text.
fn show(bytes: &[u8], look: &Look<'_>, out: &mut Vec<u8>) {
    static PLAIN: Palette = Palette::plain();
    let (charset, _) = text::charset_for(look.charset, bytes);
    text::show(charset, bytes, look.fold, &PLAIN, out);
}

fn append(out: &mut Vec<u8>, words: std::fmt::Arguments<'_>) {
    out.write_fmt(words).expect("a Vec takes everything");
}
