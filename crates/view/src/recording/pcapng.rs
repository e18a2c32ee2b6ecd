//! Blocks of pcapng: where one ends, and whether that can be believed.

use super::ground::{Ground, Part};
use super::note::{Flaw, Note};
use super::{Format, Found, Item, LONGEST, MANY, Order, Scanner, State, Step, block};

/// No block is shorter.
pub(super) const LEAST: usize = 12;

/// A block longer than any packet that people capture: its length is doubted where the file ends before it does.
const UNUSUAL: usize = 256 << 10;

/// What a block begins with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) kind: u32,
    pub(super) len: u32,
    /// Of the section that it belongs to, or begins.
    pub(super) order: Order,
}

impl Head {
    /// Of at least 12 bytes in a section of this order; the magic where a section begins that has none.
    #[inline]
    pub(super) fn read(bytes: &[u8], order: Order) -> Result<Self, u32> {
        let kind = order.u32(bytes, 0);
        // It reads the same in both orders.
        let order = if kind == block::SECTION { magic(bytes)? } else { order };
        Ok(Self { kind, len: order.u32(bytes, 4), order })
    }

    /// Its length, where a block can have it.
    #[inline]
    pub(super) fn len(&self) -> Option<usize> {
        let least = if self.kind == block::SECTION { 28 } else { LEAST };
        Some(self.len as usize).filter(|len| *len >= least)
    }

    /// The length that stands at the end of the first `len` bytes.
    #[inline]
    pub(super) fn tail(&self, bytes: &[u8], len: usize) -> u32 {
        self.order.u32(bytes, len - 4)
    }
}

/// The byte order of a section.
fn magic(bytes: &[u8]) -> Result<Order, u32> {
    match Order::Little.u32(bytes, 8) {
        0x1a2b_3c4d => Ok(Order::Little),
        0x4d3c_2b1a => Ok(Order::Big),
        other => Err(other),
    }
}

/// Where a block ends.
enum End {
    Need(usize),
    /// After so many bytes.
    At(usize),
    /// The file ends before.
    Beyond,
    Nowhere(Flaw),
}

impl Scanner {
    /// Takes a block.
    #[inline]
    pub(super) fn block(&mut self, bytes: &[u8], last: bool) -> Step {
        if bytes.len() < LEAST {
            return self.stub(bytes, last);
        }
        let head = match Head::read(bytes, self.part.order) {
            Ok(head) => head,
            Err(magic) => return self.lose(Flaw::Magic(magic)),
        };
        let Some(len) = head.len() else { return self.lose(Flaw::Length(head.len)) };
        if len > LONGEST {
            return self.too_long(head);
        }
        match self.end(head, len, bytes, last) {
            End::Need(len) => Step::Need(len),
            End::At(len) => self.whole(head, &bytes[..len]),
            End::Beyond if self.continues(len, bytes) => self.lose(Flaw::Beyond(len as u64)),
            End::Beyond => self.cut(block::name(head.kind), len as u64, bytes),
            End::Nowhere(flaw) => self.lose(flaw),
        }
    }

    /// Less than any block has.
    fn stub(&mut self, bytes: &[u8], last: bool) -> Step {
        match bytes.len() {
            _ if !last => Step::Need(LEAST),
            0 => Step::End,
            _ => self.cut("the header of a block", LEAST as u64, bytes),
        }
    }

    #[inline]
    fn end(&mut self, head: Head, len: usize, bytes: &[u8], last: bool) -> End {
        if !len.is_multiple_of(4) {
            return self.ragged(head, len, bytes, last);
        }
        if bytes.len() < len {
            return if last { End::Beyond } else { End::Need(len) };
        }
        let tail = head.tail(bytes, len);
        if tail == head.len { End::At(len) } else { self.doubted(head, tail, bytes, last) }
    }

    /// Where a block ends whose length is no multiple of 4: there, or behind its padding.
    fn ragged(&mut self, head: Head, len: usize, bytes: &[u8], last: bool) -> End {
        let padded = len.next_multiple_of(4);
        if bytes.len() < padded + LEAST && !last {
            return End::Need(padded + LEAST);
        }
        let ends = |at: usize| {
            bytes.len() >= at && head.tail(bytes, at) == head.len && self.follows(&bytes[at..], head.order)
        };
        let Some(end) = [padded, len].into_iter().find(|at| ends(*at)) else {
            return End::Nowhere(Flaw::Length(head.len));
        };
        self.flaws.push(Flaw::Ragged(head.len));
        End::At(end)
    }

    /// Where a block ends that ends in another length: where it says at first, if another follows or nothing, and
    /// the end is not that of another block, which the length happens to reach.
    fn doubted(&mut self, head: Head, tail: u32, bytes: &[u8], last: bool) -> End {
        let len = head.len as usize;
        if bytes.len() < len + LEAST && !last {
            return End::Need(len + LEAST);
        }
        let follows = bytes.len() == len || self.follows(&bytes[len..], head.order);
        let other = len
            .checked_sub(tail as usize)
            .filter(|at| *at + LEAST <= len)
            .is_some_and(|at| Head::read(&bytes[at..], head.order).is_ok_and(|other| other.len == tail));
        let believed = follows && !other;
        let flaw = Flaw::Trailer { head: head.len, tail, believed };
        if !believed {
            return End::Nowhere(flaw);
        }
        self.flaws.push(flaw);
        End::At(len)
    }

    /// Takes a block whose end is known.
    #[inline]
    fn whole(&mut self, head: Head, block: &[u8]) -> Step {
        let mut flaws = std::mem::take(&mut self.flaws);
        let item = if head.kind == block::SECTION {
            let section = block::section(head.order, block, &mut flaws);
            let first = self.interfaces.len() as u32;
            if !self.enter(Part { at: self.at, format: Format::Pcapng, order: head.order, first }) {
                return self.too_many();
            }
            Some(Item::Section(Box::new(section)))
        } else {
            block::read(&self.ground(), block, &mut flaws)
        };
        let item = match item {
            Some(Item::Interface(_)) if self.interfaces.len() == MANY => {
                flaws.push(Flaw::Many(MANY));
                None
            }
            Some(Item::Interface(interface)) => {
                self.interfaces.push(interface.known(self.at));
                Some(Item::Interface(interface))
            }
            item => item,
        };
        self.flaws = flaws;
        self.took(block.len(), item)
    }

    fn too_many(&mut self) -> Step {
        self.state = State::Rest(self.at);
        Step::Took { len: 0, item: Item::Note(Note { at: self.at, flaw: Flaw::Many(MANY) }) }
    }

    /// Whether a block that goes beyond the end of the file says so wrongly, since others follow before. A packet
    /// that holds such a file, and is cut, does not end with it.
    fn continues(&self, len: usize, bytes: &[u8]) -> bool {
        let from = (1..bytes.len()).find(|at| self.plausible(&bytes[*at..], true) == super::lost::Look::Yes);
        from.is_some_and(|from| len > UNUSUAL || self.chain(&bytes[from..]))
    }

    /// Whether these bytes are whole blocks and nothing else.
    fn chain(&self, mut bytes: &[u8]) -> bool {
        let mut order = self.part.order;
        while bytes.len() >= LEAST {
            let Ok(head) = Head::read(bytes, order) else { return false };
            let Some(len) = head.len().filter(|len| *len <= bytes.len()) else { return false };
            if head.tail(bytes, len) != head.len {
                return false;
            }
            (bytes, order) = (&bytes[len..], head.order);
        }
        bytes.is_empty()
    }

    /// A block that is longer than any that is read, or says so.
    fn too_long(&mut self, head: Head) -> Step {
        let len = u64::from(head.len);
        if !head.len.is_multiple_of(4) || head.kind == block::SECTION {
            return self.lose(Flaw::Length(head.len));
        }
        if self.is_beyond(len) {
            return self.lose(Flaw::Beyond(len));
        }
        self.state = State::Long(head.len);
        Step::Took { len: 0, item: Item::Note(Note { at: self.at, flaw: Flaw::Long(len) }) }
    }

    fn is_beyond(&self, len: u64) -> bool {
        self.size.is_some_and(|size| self.at + len > size)
    }

    /// Passes over it, up to the length at its end.
    pub(super) fn long(&mut self, len: u32) -> Step {
        // The size may have become known meanwhile.
        if self.is_beyond(len.into()) {
            return self.lose(Flaw::Beyond(len.into()));
        }
        self.state = State::Behind { at: self.at, len };
        Step::Skip(u64::from(len) - 4)
    }

    /// Looks whether it was as long as it said.
    pub(super) fn behind(&mut self, at: u64, len: u32, bytes: &[u8], last: bool) -> Step {
        if bytes.len() < 4 {
            if !last {
                return Step::Need(4);
            }
            self.state = State::Done;
            let have = self.size.unwrap_or(self.at + bytes.len() as u64).saturating_sub(at);
            let flaw = Flaw::Cut { what: "a block too long", len: len.into(), have: have.min(len.into()) };
            return Step::Took { len: bytes.len(), item: Item::Note(Note { at, flaw }) };
        }
        let tail = self.part.order.u32(bytes, 0);
        if tail == len {
            self.state = State::Blocks;
            return Step::Skip(4);
        }
        self.lose(Flaw::Trailer { head: len, tail, believed: false })
    }
}

/// Reads the packet in a block that was read before.
pub(super) fn again(ground: &Ground<'_>, bytes: &[u8]) -> Found {
    if bytes.len() < LEAST {
        return Found::Need(LEAST);
    }
    let head = Head { kind: 0, len: ground.part.order.u32(bytes, 4), order: ground.part.order };
    let Some(len) = head.len().filter(|len| *len <= LONGEST) else { return Found::Nothing };
    // One whose length is no multiple of 4 ends there, or behind its padding.
    let padded = len.next_multiple_of(4);
    if bytes.len() < len {
        return Found::Need(len);
    }
    let end = if bytes.len() >= padded && head.tail(bytes, padded) == head.len { padded } else { len };
    block::packet(ground, &bytes[..end], &mut Vec::new()).map_or(Found::Nothing, Found::Packet)
}
