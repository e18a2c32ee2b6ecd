//! Files of pcap: a header, and packets with headers of their own.

use sockscope_core::facts::{Direction, Stamp};

use super::ground::{Ground, Part};
use super::lost::Look;
use super::note::{Flaw, Note};
use super::{
    Format, Found, Interface, Item, LONGEST, Link, MANY, Order, Packet, Resolution, Scanner, Section, State,
    Step,
};

/// The header of a file.
const HEADER: usize = 24;

/// No program captures more of a packet where no snap length says so.
const LARGE: u32 = 256 << 10;

/// So many packets in a row, with times within a day of each other, are found by no chance.
const ROW: usize = 3;

/// A longer one is not searched for.
const SEARCHED: u32 = 16 << 20;

const DAY: u32 = 24 * 60 * 60;

/// What the magic of a file says about its packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    format: Format,
    order: Order,
}

impl Shape {
    /// From the first bytes of a file.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let raw = *bytes.first_chunk::<4>()?;
        let format = |magic| match magic {
            0xa1b2_c3d4_u32 => Some(Format::Pcap),
            0xa1b2_3c4d => Some(Format::PcapNanoseconds),
            0xa1b2_cd34 => Some(Format::PcapModified),
            _ => None,
        };
        let little = format(u32::from_le_bytes(raw)).map(|format| Self { format, order: Order::Little });
        little.or_else(|| format(u32::from_be_bytes(raw)).map(|format| Self { format, order: Order::Big }))
    }
}

/// The length of a packet's header.
#[inline]
fn header(format: Format) -> usize {
    if format == Format::PcapModified { 24 } else { 16 }
}

/// What the header of a packet says.
#[derive(Debug, Clone, Copy)]
struct Head {
    second: u32,
    fraction: u32,
    captured: u32,
    wire: u32,
}

impl Head {
    #[inline]
    fn read(order: Order, bytes: &[u8]) -> Self {
        let at = |at| order.u32(bytes, at);
        Self { second: at(0), fraction: at(4), captured: at(8), wire: at(12) }
    }

    /// Whether the fraction is less than a second.
    #[inline]
    fn timely(&self, format: Format) -> bool {
        self.fraction < if format == Format::PcapNanoseconds { 1_000_000_000 } else { 1_000_000 }
    }

    /// Whether it may be the header of a packet.
    fn sound(&self, ground: &Ground<'_>) -> bool {
        self.timely(ground.part.format)
            && self.captured <= snap(ground).max(LARGE)
            && self.captured <= LONGEST as u32
    }

    /// Whether it is that of a packet with something in it, not long before or after another.
    fn fine(&self, ground: &Ground<'_>, near: Option<u32>) -> bool {
        let near = near.is_none_or(|near| self.second.abs_diff(near) < DAY);
        let usual = (1..=SEARCHED).contains(&self.captured) && self.captured <= self.wire;
        usual && near && self.sound(ground)
    }
}

/// The snap length, 0 where there is none.
fn snap(ground: &Ground<'_>) -> u32 {
    ground.interfaces.first().map_or(0, |known| known.snap)
}

/// The most bytes that a packet should have.
fn room(ground: &Ground<'_>) -> u32 {
    match snap(ground) {
        0 => LARGE,
        snap => snap,
    }
}

impl Scanner {
    /// Takes the header of a file.
    pub(super) fn header(&mut self, bytes: &[u8], last: bool) -> Step {
        if bytes.len() < HEADER {
            return if last { self.cut("the file header", HEADER as u64, bytes) } else { Step::Need(HEADER) };
        }
        let Some(Shape { format, order }) = Shape::of(bytes) else { return self.lose(Flaw::Magic(0)) };
        let first = self.interfaces.len() as u32;
        if self.interfaces.len() == MANY || !self.enter(Part { at: self.at, format, order, first }) {
            self.state = State::Rest(self.at);
            return Step::Took { len: 0, item: Item::Note(Note { at: self.at, flaw: Flaw::Many(MANY) }) };
        }
        self.state = State::Records;
        let version = (order.u16(bytes, 4), order.u16(bytes, 6));
        if version != (2, 4) {
            self.flaws.push(Flaw::Version(version.0, version.1));
        }
        let zone = order.u32(bytes, 8).cast_signed();
        if zone != 0 {
            self.flaws.push(Flaw::Zone(zone));
        }
        let interface = interface(first, Shape { format, order }, bytes);
        self.interfaces.push(interface.known(self.at));
        self.pending.push_back(Item::Interface(Box::new(interface)));
        let section = Section {
            format,
            order,
            version,
            length: None,
            hardware: None,
            os: None,
            application: None,
            comments: Vec::new(),
        };
        self.took(HEADER, Some(Item::Section(Box::new(section))))
    }

    /// Takes a packet.
    #[inline]
    pub(super) fn record(&mut self, bytes: &[u8], last: bool) -> Step {
        let Part { format, order, .. } = self.part;
        let header = header(format);
        if bytes.len() < header {
            return match bytes.len() {
                _ if !last => Step::Need(header),
                0 => Step::End,
                _ => self.cut("the header of a packet", header as u64, bytes),
            };
        }
        let head = Head::read(order, bytes);
        if head.captured == 0 && self.is_header(bytes) {
            self.pending.push_back(Item::Note(Note { at: self.at, flaw: Flaw::Joined }));
            self.state = State::Start;
            return Step::Skip(0);
        }
        if head.captured as usize > LONGEST {
            return self.lose(Flaw::Captured(head.captured));
        }
        let len = header + head.captured as usize;
        if bytes.len() < len {
            return self.unfinished(head, len, bytes, last);
        }
        let large = head.captured > room(&self.ground());
        if (large || head.captured > head.wire || !head.timely(format))
            && let Some(step) = self.doubted_packet(head, len, bytes, last)
        {
            return step;
        }
        self.second = Some(head.second);
        let packet = packet(&self.ground(), head, bytes);
        self.took(len, Some(Item::Packet(packet)))
    }

    /// Whether the header of a file of the same kind stands where a packet should.
    fn is_header(&self, bytes: &[u8]) -> bool {
        let shape = Shape { format: self.part.format, order: self.part.order };
        Shape::of(bytes) == Some(shape)
            && (self.part.order.u16(bytes, 4), self.part.order.u16(bytes, 6)) == (2, 4)
    }

    /// A packet that goes beyond what is there. One that is longer than any should be is not believed where others
    /// follow before.
    fn unfinished(&mut self, head: Head, len: usize, bytes: &[u8], last: bool) -> Step {
        if !last {
            return Step::Need(len);
        }
        let usual = head.captured <= room(&self.ground());
        if !usual && (1..bytes.len()).any(|at| self.plausible(&bytes[at..], true) == Look::Yes) {
            return self.lose(Flaw::Captured(head.captured));
        }
        self.cut("a packet", len as u64, bytes)
    }

    /// What to do with a packet that looks odd, unless what follows it speaks for it.
    fn doubted_packet(&mut self, head: Head, len: usize, bytes: &[u8], last: bool) -> Option<Step> {
        let Part { format, order, .. } = self.part;
        let next = len + header(format);
        if bytes.len() < next && !last {
            return Some(Step::Need(next));
        }
        if bytes.len() >= next && !Head::read(order, &bytes[len..]).sound(&self.ground()) {
            return Some(self.lose(Flaw::Captured(head.captured)));
        }
        let snap = snap(&self.ground());
        let Head { captured, wire, fraction, .. } = head;
        self.flaws.extend((snap != 0 && captured > snap).then_some(Flaw::Snap { captured, snap }));
        self.flaws.extend((captured > wire).then_some(Flaw::Wire { captured, wire }));
        self.flaws.extend((!head.timely(format)).then_some(Flaw::Fraction(fraction)));
        None
    }
}

/// The one interface that a file header describes.
fn interface(number: u32, shape: Shape, bytes: &[u8]) -> Interface {
    let resolution =
        if shape.format == Format::PcapNanoseconds { Resolution::Ten(9) } else { Resolution::MICROSECONDS };
    let snap = shape.order.u32(bytes, 16);
    let network = shape.order.u32(bytes, 20);
    let link = Link::from_number(network as u16);
    let mut interface = Interface::new(number, link, (snap != 0).then_some(snap), resolution);
    // Bits 28 to 31 count words of 16 bits, where bit 26 says that they count.
    interface.fcs = (network & 0x0400_0000 != 0).then_some((network >> 28) as u8 * 2);
    interface
}

/// A packet that is there in whole.
#[inline]
fn packet(ground: &Ground<'_>, head: Head, bytes: &[u8]) -> Packet {
    let Part { format, order, first, .. } = ground.part;
    let unit = if format == Format::PcapNanoseconds { 1 } else { 1000 };
    let start = header(format) as u32;
    let end = start + head.captured;
    Packet {
        interface: Some(first),
        time: Some(Stamp(u64::from(head.second) * 1_000_000_000 + u64::from(head.fraction) * unit)),
        wire_len: head.wire,
        direction: (format == Format::PcapModified).then(|| {
            // PACKET_OUTGOING, packet(7).
            if bytes[22] == 4 { Direction::Tx } else { Direction::Rx }
        }),
        drops: None,
        data: start..end,
        options: end..end,
        order,
    }
}

/// Whether packets follow here.
pub(super) fn plausible(ground: &Ground<'_>, mut near: Option<u32>, bytes: &[u8], last: bool) -> Look {
    let header = header(ground.part.format);
    let mut at = 0;
    for _ in 0..ROW {
        if last && at > 0 && bytes.len() == at {
            return Look::Yes;
        }
        if bytes.len() < at + header {
            return if last { Look::No } else { Look::Need(at + header) };
        }
        let head = Head::read(ground.part.order, &bytes[at..]);
        if !head.fine(ground, near) {
            return Look::No;
        }
        near = Some(head.second);
        at += header + head.captured as usize;
        if bytes.len() < at {
            return if last { Look::No } else { Look::Need(at) };
        }
    }
    Look::Yes
}

/// Reads a packet that was read before.
pub(super) fn again(ground: &Ground<'_>, bytes: &[u8]) -> Found {
    let header = header(ground.part.format);
    if bytes.len() < header {
        return Found::Need(header);
    }
    let head = Head::read(ground.part.order, bytes);
    match header + head.captured as usize {
        len if len > LONGEST + header => Found::Nothing,
        len if len > bytes.len() => Found::Need(len),
        _ => Found::Packet(packet(ground, head, bytes)),
    }
}
