//! The blocks of pcapng (draft-ietf-opsawg-pcapng): whole ones, whose length can be believed.

use sockscope_core::facts::Direction;

use super::ground::{Ground, Known};
use super::item::{Filter, Format, Interface, Item, Names, Other, Packet, Secrets, Section, Statistics};
use super::names::Records;
use super::note::Flaw;
use super::{Link, Options, Order, Resolution};

/// Section header block.
pub(super) const SECTION: u32 = 0x0a0d_0d0a;
/// Interface description block.
const INTERFACE: u32 = 1;
/// Packet block, as it was before enhanced ones.
const PACKET: u32 = 2;
/// Simple packet block.
const SIMPLE: u32 = 3;
/// Name resolution block.
const NAMES: u32 = 4;
/// Interface statistics block.
const STATISTICS: u32 = 5;
/// Enhanced packet block.
const ENHANCED: u32 = 6;
/// Decryption secrets block.
const SECRETS: u32 = 10;

/// Kinds that are known: besides those above the journal of systemd and the two custom blocks.
const KNOWN: &[u32] =
    &[INTERFACE, PACKET, SIMPLE, NAMES, STATISTICS, ENHANCED, 9, SECRETS, 0xbad, 0x4000_0bad];

/// Whether blocks of this kind are written by anybody we know.
pub(super) fn is_known(kind: u32) -> bool {
    KNOWN.contains(&kind)
}

/// What a block of this kind is called where something is wrong with it.
pub(super) fn name(kind: u32) -> &'static str {
    match kind {
        SECTION => "the header of a section",
        INTERFACE => "the description of an interface",
        PACKET | ENHANCED => "a packet block",
        SIMPLE => "a simple packet block",
        NAMES => "a block of names",
        STATISTICS => "statistics of an interface",
        SECRETS => "a block of secrets",
        _ => "a block of another kind",
    }
}

/// What a block holds; nothing where it is too short. It has 12 bytes at least, and no section begins with it.
#[inline]
pub(super) fn read(ground: &Ground<'_>, block: &[u8], flaws: &mut Vec<Flaw>) -> Option<Item> {
    let kind = ground.part.order.u32(block, 0);
    if kind == ENHANCED {
        return packet(ground, block, flaws).map(Item::Packet);
    }
    let body = 8..block.len() as u32 - 4;
    let item = match kind {
        PACKET | SIMPLE => Item::Packet(packet(ground, block, flaws)?),
        INTERFACE => Item::Interface(Box::new(interface(ground, block, flaws)?)),
        STATISTICS => Item::Statistics(Box::new(statistics(ground, block, flaws)?)),
        NAMES => Item::Names(names(ground.part.order, block, flaws)),
        SECRETS => Item::Secrets(secrets(ground.part.order, block, flaws)?),
        kind => Item::Other(Other { kind, body }),
    };
    Some(item)
}

/// The packet in a block of any of the three kinds.
#[inline]
pub(super) fn packet(ground: &Ground<'_>, block: &[u8], flaws: &mut Vec<Flaw>) -> Option<Packet> {
    match ground.part.order.u32(block, 0) {
        ENHANCED => stamped(ground, block, flaws, false),
        PACKET => stamped(ground, block, flaws, true),
        SIMPLE => simple(ground, block, flaws),
        _ => None,
    }
}

/// Whether the fields of a block fit into it, its lengths included.
fn fits(kind: u32, block: &[u8], least: usize, flaws: &mut Vec<Flaw>) -> Option<()> {
    if block.len() < least {
        flaws.push(Flaw::Short { what: name(kind), len: block.len() as u32 });
        return None;
    }
    Some(())
}

/// An enhanced packet block, or an old one, which differs in how it writes interface and drops.
#[inline]
fn stamped(ground: &Ground<'_>, block: &[u8], flaws: &mut Vec<Flaw>, old: bool) -> Option<Packet> {
    fits(ENHANCED, block, 32, flaws)?;
    let order = ground.part.order;
    let (number, drops) = if old {
        let drops = order.u16(block, 10);
        (u32::from(order.u16(block, 8)), (drops != u16::MAX).then_some(u64::from(drops)))
    } else {
        (order.u32(block, 8), None)
    };
    let interface = ground.interface(number, flaws);
    let time = interface.and_then(|(_, known)| known.time(order.halves(block, 12), flaws));
    let (said, wire_len) = (order.u32(block, 20), order.u32(block, 24));
    let end = block.len() as u32 - 4;
    let captured = captured(said, end - 28, wire_len, interface.map_or(0, |(_, known)| known.snap), flaws);
    let options = 28 + captured.next_multiple_of(4)..end;
    let mut packet = Packet {
        interface: interface.map(|(number, _)| number),
        time,
        wire_len,
        direction: None,
        drops,
        data: 28..28 + captured,
        options: options.start.min(end)..end,
        order,
    };
    // Most packets have none.
    if !packet.options.is_empty() {
        said_of(&mut packet, block, flaws);
    }
    Some(packet)
}

/// How many bytes are captured: what is said, as far as it is there.
#[inline]
fn captured(said: u32, room: u32, wire: u32, snap: u32, flaws: &mut Vec<Flaw>) -> u32 {
    if said > room {
        flaws.push(Flaw::Overrun { said, there: room });
    }
    let captured = said.min(room);
    if snap != 0 && captured > snap {
        flaws.push(Flaw::Snap { captured, snap });
    }
    if captured > wire {
        flaws.push(Flaw::Wire { captured, wire });
    }
    captured
}

/// The options of a packet that are fields: `epb_flags` and `epb_dropcount`.
fn said_of(packet: &mut Packet, block: &[u8], flaws: &mut Vec<Flaw>) {
    let mut options = packet.options(block);
    for (code, value) in options.by_ref() {
        match (code, value.len()) {
            (2, 4) => {
                packet.direction = match packet.order.u32(value, 0) & 3 {
                    1 => Some(Direction::Rx),
                    2 => Some(Direction::Tx),
                    _ => None,
                }
            }
            (4, 8) => packet.drops = Some(packet.order.u64(value, 0)),
            _ => {}
        }
    }
    if options.broken() {
        flaws.push(Flaw::Options);
    }
}

/// A simple packet block: of the first interface, without a time; what is captured follows from the snap length.
fn simple(ground: &Ground<'_>, block: &[u8], flaws: &mut Vec<Flaw>) -> Option<Packet> {
    fits(SIMPLE, block, 16, flaws)?;
    let interface = ground.interface(0, flaws);
    let snap = interface.map_or(0, |(_, known)| known.snap);
    let wire_len = ground.part.order.u32(block, 8);
    let said = if snap == 0 { wire_len } else { wire_len.min(snap) };
    let end = block.len() as u32 - 4;
    Some(Packet {
        interface: interface.map(|(number, _)| number),
        time: None,
        wire_len,
        direction: None,
        drops: None,
        data: 12..12 + captured(said, end - 12, wire_len, snap, flaws),
        options: end..end,
        order: ground.part.order,
    })
}

/// The head of a section; its length and magic are known to be right.
pub(super) fn section(order: Order, block: &[u8], flaws: &mut Vec<Flaw>) -> Section {
    let version = (order.u16(block, 12), order.u16(block, 14));
    // 1.2 is written by some, and means 1.0.
    if !matches!(version, (1, 0 | 2)) {
        flaws.push(Flaw::Version(version.0, version.1));
    }
    let length = order.u64(block, 16);
    let mut section = Section {
        format: Format::Pcapng,
        order,
        version,
        length: (length != u64::MAX).then_some(length),
        hardware: None,
        os: None,
        application: None,
        comments: Vec::new(),
    };
    each(order, &block[24..block.len() - 4], flaws, |code, value| match code {
        1 => section.comments.push(value.to_vec()),
        2 => section.hardware = Some(value.to_vec()),
        3 => section.os = Some(value.to_vec()),
        4 => section.application = Some(value.to_vec()),
        _ => {}
    });
    section
}

/// Goes through options and notes where they are broken.
fn each(order: Order, bytes: &[u8], flaws: &mut Vec<Flaw>, mut take: impl FnMut(u16, &[u8])) {
    let mut options = Options::new(bytes, order);
    for (code, value) in options.by_ref() {
        take(code, value);
    }
    if options.broken() {
        flaws.push(Flaw::Options);
    }
}

/// The description of an interface, whose number is that of the next one.
fn interface(ground: &Ground<'_>, block: &[u8], flaws: &mut Vec<Flaw>) -> Option<Interface> {
    fits(INTERFACE, block, 20, flaws)?;
    let order = ground.part.order;
    let snap = order.u32(block, 12);
    let described = ground.interfaces.partition_point(|known| known.at < ground.at);
    let mut found = Interface::new(
        ground.part.first + described as u32,
        Link::from_number(order.u16(block, 8)),
        (snap != 0).then_some(snap),
        Resolution::MICROSECONDS,
    );
    each(order, &block[16..block.len() - 4], flaws, |code, value| match (code, value) {
        (1, _) => found.comments.push(value.to_vec()),
        (2, _) => found.name = Some(value.to_vec()),
        (3, _) => found.description = Some(value.to_vec()),
        (8, [_, _, _, _, _, _, _, _]) => found.speed = Some(order.u64(value, 0)),
        (9, [byte]) => found.resolution = Resolution::from_byte(*byte),
        (11, [0, words @ ..]) => found.filter = Some(Filter::Words(words.to_vec())),
        (11, [kind, code @ ..]) => found.filter = Some(Filter::Code(*kind, code.to_vec())),
        (12, _) => found.os = Some(value.to_vec()),
        (13, [len]) => found.fcs = Some(*len),
        (14, [_, _, _, _, _, _, _, _]) => found.offset = order.u64(value, 0).cast_signed(),
        _ => {}
    });
    Some(found)
}

impl Interface {
    /// One of which no more is known.
    pub(super) fn new(number: u32, link: Link, snap: Option<u32>, resolution: Resolution) -> Self {
        Self {
            number,
            link,
            snap,
            name: None,
            description: None,
            filter: None,
            os: None,
            resolution,
            offset: 0,
            speed: None,
            fcs: None,
            comments: Vec::new(),
        }
    }

    /// What its packets need of it.
    pub(super) fn known(&self, at: u64) -> Known {
        let Self { link, snap, resolution, offset, .. } = *self;
        Known { at, link, snap: snap.unwrap_or(0), resolution, offset }
    }
}

fn statistics(ground: &Ground<'_>, block: &[u8], flaws: &mut Vec<Flaw>) -> Option<Statistics> {
    fits(STATISTICS, block, 24, flaws)?;
    let order = ground.part.order;
    let interface = ground.interface(order.u32(block, 8), flaws);
    let mut late = Vec::new();
    let mut time = |ticks| interface.and_then(|(_, known)| known.time(ticks, &mut late));
    let mut found = Statistics {
        interface: interface.map(|(number, _)| number),
        time: time(order.halves(block, 12)),
        ..Statistics::default()
    };
    each(order, &block[20..block.len() - 4], flaws, |code, value| match (code, value.len()) {
        (1, _) => found.comments.push(value.to_vec()),
        (2, 8) => found.start = time(order.halves(value, 0)),
        (3, 8) => found.end = time(order.halves(value, 0)),
        (4, 8) => found.received = Some(order.u64(value, 0)),
        (5, 8) => found.dropped = Some(order.u64(value, 0)),
        (6, 8) => found.accepted = Some(order.u64(value, 0)),
        (7, 8) => found.os_dropped = Some(order.u64(value, 0)),
        (8, 8) => found.delivered = Some(order.u64(value, 0)),
        _ => {}
    });
    flaws.append(&mut late);
    Some(found)
}

fn names(order: Order, block: &[u8], flaws: &mut Vec<Flaw>) -> Names {
    let body = &block[8..block.len() - 4];
    let mut records = Records { rest: body, order };
    records.by_ref().for_each(drop);
    let used = body.len() - records.rest.len();
    each(order, records.rest, flaws, |_, _| {});
    Names { records: 8..8 + used as u32, order }
}

fn secrets(order: Order, block: &[u8], flaws: &mut Vec<Flaw>) -> Option<Secrets> {
    fits(SECRETS, block, 20, flaws)?;
    let room = block.len() as u32 - 20;
    let said = order.u32(block, 12);
    if said > room {
        flaws.push(Flaw::Overrun { said, there: room });
    }
    Some(Secrets { kind: order.u32(block, 8), data: 16..16 + said.min(room) })
}
