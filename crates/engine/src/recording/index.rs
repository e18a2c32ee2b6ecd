//! Where the packets of a recording are, so that any can be read at once.

use sockscope_core::facts::Stamp;
use sockscope_view::recording::{Found, Interface, Item, Link, Note, Packet, Section, Statistics};

use super::Recording;
use super::window::{Next, Window};
use crate::error::Error;

/// Entries that are allocated at once.
const PART: usize = 1 << 16;

/// The most notes that are kept; the others are counted.
pub const NOTES: usize = 1000;

/// How many bytes are read for a packet at first: more than all but few packets have.
const FIRST: u64 = 16 << 10;

/// Where a packet is, and when: 16 bytes.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at: u64,
    /// Nanoseconds since 1970; the greatest number where there is no time.
    time: u64,
}

/// How far an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is more to go through.
    More,
    /// It is through with what there is; a file may grow.
    Waiting,
    /// It is through with all.
    End,
}

/// A packet with the bytes of its block.
#[derive(Debug)]
pub struct Taken<'a> {
    /// Where its block begins: bytes from the beginning of the file, unpacked.
    pub at: u64,
    /// The packet.
    pub packet: Packet,
    /// The bytes of its block and perhaps more; ranges in the packet are of these.
    pub bytes: &'a [u8],
}

impl Taken<'_> {
    /// The packet's own bytes, as far as they were captured.
    pub fn data(&self) -> &[u8] {
        self.packet.data(self.bytes)
    }
}

/// Where the packets of a recording are.
///
/// It is made in steps, so that somebody can look at the first packets while there are more to come. Of each packet
/// it keeps 16 bytes: where its block is, and its time. Sections, interfaces and statistics it keeps in whole.
#[derive(Debug)]
pub struct Index {
    recording: Recording,
    window: Window,
    parts: Vec<Vec<Entry>>,
    len: u64,
    sections: Vec<Section>,
    interfaces: Vec<Interface>,
    statistics: Vec<Statistics>,
    notes: Vec<Note>,
    noted: u64,
    buffer: Vec<u8>,
}

impl Index {
    /// An index that knows nothing yet.
    pub fn new(recording: Recording) -> Self {
        Self {
            recording,
            window: Window::new(),
            parts: Vec::new(),
            len: 0,
            sections: Vec::new(),
            interfaces: Vec::new(),
            statistics: Vec::new(),
            notes: Vec::new(),
            noted: 0,
            buffer: Vec::new(),
        }
    }

    /// Goes on through `budget` bytes, and at least one thing. Once it is through with what there is, it may be
    /// asked again: what came behind it meanwhile is gone through. A block that is not there in whole is waited for.
    /// What is not a plain file is waited for within this too.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no recording.
    pub fn advance(&mut self, budget: u64) -> Result<Progress, Error> {
        self.go_on(budget, false)
    }

    /// Goes through the rest; what is not there in whole is not waited for, but noted.
    ///
    /// # Errors
    ///
    /// As [`Index::advance`].
    pub fn finish(&mut self) -> Result<(), Error> {
        self.go_on(u64::MAX, true).map(drop)
    }

    fn go_on(&mut self, budget: u64, last: bool) -> Result<Progress, Error> {
        let end = self.at().saturating_add(budget);
        loop {
            match self.window.next(&mut self.recording, last)? {
                Next::Item(at, item, _) => self.take(at, item),
                Next::Waiting => return Ok(Progress::Waiting),
                Next::End => return Ok(Progress::End),
            }
            if self.at() >= end {
                return Ok(Progress::More);
            }
        }
    }

    #[inline]
    fn take(&mut self, at: u64, item: Item) {
        match item {
            Item::Packet(packet) => {
                let entry = Entry { at, time: packet.time.map_or(u64::MAX, |Stamp(time)| time) };
                match self.parts.last_mut() {
                    Some(part) if part.len() < PART => part.push(entry),
                    _ => {
                        let mut part = Vec::with_capacity(PART);
                        part.push(entry);
                        self.parts.push(part);
                    }
                }
                self.len += 1;
            }
            Item::Section(section) => self.sections.push(*section),
            Item::Interface(interface) => self.interfaces.push(*interface),
            Item::Statistics(statistics) => self.statistics.push(*statistics),
            Item::Note(note) => {
                self.noted += 1;
                if self.notes.len() < NOTES {
                    self.notes.push(note);
                }
            }
            _ => {}
        }
    }

    /// How many packets are known.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether no packet is known.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How far it has gone through: bytes from the beginning of the file, unpacked.
    pub fn at(&self) -> u64 {
        self.window.scanner.at()
    }

    /// The recording.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The sections so far.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The interfaces so far, by their numbers in the file.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// What interfaces counted, so far.
    pub fn statistics(&self) -> &[Statistics] {
        &self.statistics
    }

    /// What was wrong so far: the first [`NOTES`] notes.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// How many notes there were, those included that are not kept.
    pub fn noted(&self) -> u64 {
        self.noted
    }

    /// What a block lacks that is not there in whole, once the index waits for it.
    pub fn unfinished(&self) -> Option<Note> {
        self.window.unfinished()
    }

    fn entry(&self, number: u64) -> Option<Entry> {
        let number = usize::try_from(number).ok()?;
        self.parts.get(number / PART)?.get(number % PART).copied()
    }

    /// When packet `number`, from 0, was: `None` where that is not known.
    pub fn time(&self, number: u64) -> Option<Stamp> {
        self.entry(number).map(|entry| Stamp(entry.time)).filter(|time| time.0 != u64::MAX)
    }

    /// What the bytes of a packet begin with.
    pub fn link(&self, packet: &Packet) -> Option<Link> {
        self.window.scanner.link(packet.interface?)
    }

    /// Reads packet `number`, from 0, with one read but for the longest; `None` where it is not known.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is not there any more.
    pub fn packet(&mut self, number: u64) -> Result<Option<Taken<'_>>, Error> {
        let Some(Entry { at, .. }) = self.entry(number) else { return Ok(None) };
        let next = self.entry(number + 1).map_or_else(|| self.at(), |next| next.at);
        let mut len = (next - at).min(FIRST) as usize;
        loop {
            let there = self.read(at, len)?;
            match self.window.scanner.packet(at, &self.buffer[..there]) {
                Found::Packet(packet) => {
                    return Ok(Some(Taken { at, packet, bytes: &self.buffer[..there] }));
                }
                Found::Need(more) if more > len => len = more,
                Found::Need(_) | Found::Nothing => return Err(self.changed()),
            }
        }
    }

    /// Reads `len` bytes into the buffer, or as many as there are.
    fn read(&mut self, at: u64, len: usize) -> Result<usize, Error> {
        if self.buffer.len() < len {
            self.buffer.resize(len, 0);
        }
        let mut there = 0;
        while there < len {
            let place = at + there as u64;
            match self.recording.source.read(&mut self.buffer[there..len], place, &self.recording.name)? {
                0 => break,
                more => there += more,
            }
        }
        Ok(there)
    }

    fn changed(&self) -> Error {
        let error = std::io::Error::other("the file was changed while it was read");
        Error::Read { what: self.recording.name.clone(), error }
    }
}
