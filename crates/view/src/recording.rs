//! Recordings of packets read: pcap and pcapng, as bytes come, without I/O.
//!
//! A [`Scanner`] is given the bytes at its place and says what it took of them or wants; whoever calls it brings
//! more. What is wrong in a recording is told in a [`Note`], and what can be read besides is read. Formats:
//! draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
//!
//! ```
//! use sockscope_view::recording::{Item, Scanner, Step};
//!
//! let file = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x65\0\0\0\
//!              \x01\0\0\0\x05\0\0\0\x02\0\0\0\x02\0\0\0hi";
//! let (mut scanner, mut rest) = (Scanner::new(), &file[..]);
//! let mut found = Vec::new();
//! loop {
//!     match scanner.step(rest, true).unwrap() {
//!         Step::Took { len, item } => {
//!             if let Item::Packet(packet) = item {
//!                 found.push((packet.time.unwrap().0, packet.data(rest)));
//!             }
//!             rest = &rest[len..];
//!         }
//!         Step::Skip(len) => rest = rest.get(len as usize..).unwrap_or_default(),
//!         Step::Need(_) | Step::End => break,
//!     }
//! }
//! assert_eq!(found, [(1_000_005_000, &b"hi"[..])]);
//! ```

mod block;
mod ground;
mod item;
mod looks;
mod lost;
mod names;
mod note;
mod options;
mod order;
mod pcap;
mod pcapng;
#[cfg(test)]
mod tests;
mod time;

use std::collections::VecDeque;

use sockscope_core::problem::Problem;

pub use crate::dissect::Link;
use ground::{Ground, Known, Part};
pub use item::{Filter, Format, Interface, Item, Named, Names, Other, Packet, Secrets, Section, Statistics};
pub use note::{Flaw, Gzip, Note};
pub use options::Options;
pub use order::Order;
pub use time::Resolution;

/// What a [`Scanner`] did with the bytes that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It took none and wants so many in all, from the same place on; never more than 64 MiB and a header, or 48 MiB
    /// where it looks for something that can be read again.
    Need(usize),
    /// It took the first `len`, which may be none, and this is in them.
    Took {
        /// How many bytes.
        len: usize,
        /// What is in them.
        item: Item,
    },
    /// So many bytes from its place on are not wanted, perhaps more than were given. Where the input ends before
    /// that, it has ended.
    Skip(u64),
    /// All is read.
    End,
}

/// What [`Scanner::packet`] finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// So many bytes are wanted from there on.
    Need(usize),
    /// This.
    Packet(Packet),
    /// No packet begins there.
    Nothing,
}

/// The most bytes of a block that is read.
pub const LONGEST: usize = 64 << 20;

/// The most interfaces, and the most sections, that are kept.
pub const MANY: usize = 1 << 20;

/// Reads a recording as its bytes come.
///
/// It holds none of them; besides what it is given it keeps some bytes for each section and interface, of which no
/// more than [`MANY`] are read.
#[derive(Debug, Clone)]
pub struct Scanner {
    at: u64,
    size: Option<u64>,
    state: State,
    /// The section at hand.
    part: Part,
    sections: Vec<Part>,
    interfaces: Vec<Known>,
    /// What was found together with what was given last.
    pending: VecDeque<Item>,
    /// Second of the packet before, in pcap.
    second: Option<u32>,
    flaws: Vec<Flaw>,
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum State {
    /// The first bytes of the file.
    Start,
    /// A block of pcapng.
    Blocks,
    /// A packet of pcap.
    Records,
    /// A block of pcapng that is too long to be read.
    Long(u32),
    /// The last 4 bytes of that, which began here.
    Behind { at: u64, len: u32 },
    /// Anything, since nothing can be believed from here on.
    Lost(u64),
    /// Nothing that could be read, from here on.
    Rest(u64),
    /// Nothing.
    Done,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl Scanner {
    /// One that is at the beginning of a file.
    pub fn new() -> Self {
        Self {
            at: 0,
            size: None,
            state: State::Start,
            part: Part { at: 0, format: Format::Pcapng, order: Order::Little, first: 0 },
            sections: Vec::new(),
            interfaces: Vec::new(),
            pending: VecDeque::new(),
            second: None,
            flaws: Vec::new(),
        }
    }

    /// Where it is, in bytes from the beginning of the file: what the next step is given begins there.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Says how long the file is, in bytes. A block longer than 64 MiB that would go beyond is not believed then,
    /// rather than passed over. May be said again when the file has grown.
    pub fn set_size(&mut self, size: u64) {
        self.size = Some(size);
    }

    /// Takes what comes next. `last` says that nothing follows behind `bytes`; without it, an end within a block is
    /// no flaw.
    ///
    /// # Errors
    ///
    /// The file is no recording at all.
    #[inline]
    pub fn step(&mut self, bytes: &[u8], last: bool) -> Result<Step, Problem> {
        if let Some(item) = self.pending.pop_front() {
            return Ok(Step::Took { len: 0, item });
        }
        let step = match self.state {
            State::Blocks => self.block(bytes, last),
            State::Records => self.record(bytes, last),
            State::Start => self.start(bytes, last)?,
            State::Long(len) => self.long(len),
            State::Behind { at, len } => self.behind(at, len, bytes, last),
            State::Lost(since) => self.search(since, bytes, last),
            State::Rest(since) => self.rest(since, bytes, last),
            State::Done => Step::End,
        };
        match step {
            Step::Took { len, .. } => self.at += len as u64,
            Step::Skip(len) => self.at = self.at.saturating_add(len),
            Step::Need(_) | Step::End => {}
        }
        Ok(step)
    }

    /// The packet that begins at `at`, where a step took one before; `bytes` begin there and may go on behind it.
    pub fn packet(&self, at: u64, bytes: &[u8]) -> Found {
        let behind = self.sections.partition_point(|part| part.at < at);
        let Some(part) = behind.checked_sub(1).map(|last| self.sections[last]) else { return Found::Nothing };
        let end = self.sections.get(behind).map_or(self.interfaces.len(), |next| next.first as usize);
        let interfaces = &self.interfaces[part.first as usize..end];
        let ground = Ground { at, part, interfaces };
        if part.format == Format::Pcapng {
            pcapng::again(&ground, bytes)
        } else {
            pcap::again(&ground, bytes)
        }
    }

    /// What the packets of an interface begin with, by its number in the file.
    pub fn link(&self, interface: u32) -> Option<Link> {
        self.interfaces.get(interface as usize).map(|known| known.link)
    }

    fn start(&mut self, bytes: &[u8], last: bool) -> Result<Step, Problem> {
        if bytes.len() < 4 && !last {
            return Ok(Step::Need(4));
        }
        if bytes.starts_with(&block::SECTION.to_be_bytes()) {
            self.state = State::Blocks;
            return Ok(self.block(bytes, last));
        }
        if pcap::Shape::of(bytes).is_some() {
            return Ok(self.header(bytes, last));
        }
        if bytes.len() < looks::ENOUGH && !last {
            return Ok(Step::Need(looks::ENOUGH));
        }
        Err(looks::problem(bytes))
    }

    /// What a block may lean on.
    #[inline]
    fn ground(&self) -> Ground<'_> {
        Ground { at: self.at, part: self.part, interfaces: &self.interfaces[self.part.first as usize..] }
    }

    /// A section begins; whether it may.
    fn enter(&mut self, part: Part) -> bool {
        if self.sections.len() == MANY {
            return false;
        }
        self.part = part;
        self.sections.push(part);
        true
    }

    /// Gives what is in the first `len` bytes, and behind it what was wrong there.
    #[inline]
    fn took(&mut self, len: usize, item: Option<Item>) -> Step {
        if !self.flaws.is_empty() {
            self.tell();
        }
        match item.or_else(|| self.pending.pop_front()) {
            Some(item) => Step::Took { len, item },
            None => Step::Skip(len as u64),
        }
    }

    fn tell(&mut self) {
        let at = self.at;
        self.pending.extend(self.flaws.drain(..).map(|flaw| Item::Note(Note { at, flaw })));
    }

    /// Nothing is believed from here on.
    fn lose(&mut self, flaw: Flaw) -> Step {
        self.state = State::Lost(self.at);
        Step::Took { len: 0, item: Item::Note(Note { at: self.at, flaw }) }
    }

    /// The file ends within something.
    fn cut(&mut self, what: &'static str, len: u64, bytes: &[u8]) -> Step {
        self.state = State::Done;
        let flaw = Flaw::Cut { what, len, have: bytes.len() as u64 };
        Step::Took { len: bytes.len(), item: Item::Note(Note { at: self.at, flaw }) }
    }

    /// Goes to the end, and tells how much was not read.
    fn rest(&mut self, since: u64, bytes: &[u8], last: bool) -> Step {
        if !last {
            return if bytes.is_empty() { Step::Need(1) } else { Step::Skip(bytes.len() as u64) };
        }
        self.state = State::Done;
        let flaw = Flaw::Rest(self.at + bytes.len() as u64 - since);
        Step::Took { len: bytes.len(), item: Item::Note(Note { at: since, flaw }) }
    }
}
