//! The blocks of a recording, one behind the other. All numbers are little-endian.

use sockscope_core::facts::Stamp;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const NAMES: u32 = 4;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;

/// Codes of options, as the format's section on each block has them.
const COMMENT: u16 = 1;
const SECTION_HARDWARE: u16 = 2;
const SECTION_OS: u16 = 3;
const SECTION_APPLICATION: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const INTERFACE_DESCRIPTION: u16 = 3;
const INTERFACE_RESOLUTION: u16 = 9;
const INTERFACE_FILTER: u16 = 11;
const PACKET_FLAGS: u16 = 2;
const PACKET_DROPS: u16 = 4;
const PACKET_ID: u16 = 5;
const STATISTICS_RECEIVED: u16 = 4;
const STATISTICS_DROPPED: u16 = 5;
const STATISTICS_DELIVERED: u16 = 8;

/// A block that is being appended.
#[derive(Debug)]
pub struct Block<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

/// Which way a packet went, as its flags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// In to this machine.
    In,
    /// Out of it.
    Out,
}

/// What a section says of itself.
#[derive(Debug, Clone, Default)]
pub struct Section<'a> {
    /// The processor.
    pub hardware: &'a str,
    /// The operating system.
    pub os: &'a str,
    /// The program that writes it.
    pub application: &'a str,
    /// Anything else.
    pub comment: &'a str,
}

/// What an interface is.
#[derive(Debug, Clone, Default)]
pub struct Interface<'a> {
    /// Number of its link type, as tcpdump.org keeps them.
    pub link: u16,
    /// The most bytes recorded of a packet; no limit for 0.
    pub snap: u32,
    /// Its name.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// The filter that packets went through.
    pub filter: &'a str,
}

/// What passed an interface until a moment.
#[derive(Debug, Clone, Default)]
pub struct Statistics<'a> {
    /// Packets that came, those included that were dropped.
    pub received: u64,
    /// Packets dropped for want of room.
    pub dropped: u64,
    /// Packets that were handed to the program.
    pub delivered: u64,
    /// What happened at that moment.
    pub comment: &'a [u8],
}

impl<'o> Block<'o> {
    /// Begins a block of this type.
    fn begin(kind: u32, out: &'o mut Vec<u8>) -> Self {
        let start = out.len();
        let mut block = Self { out, start };
        block.u32(kind);
        block.u32(0);
        block
    }

    /// Begins a packet at this interface. `bytes` are recorded of it, in pieces; on the wire it has `wire`.
    pub fn packet(interface: u32, time: Stamp, bytes: [&[u8]; 2], wire: u32, out: &'o mut Vec<u8>) -> Self {
        let mut block = Self::begin(PACKET, out);
        block.u32(interface);
        block.time(time);
        let [first, second] = bytes;
        block.u32((first.len() + second.len()) as u32);
        block.u32(wire);
        block.out.extend_from_slice(first);
        block.out.extend_from_slice(second);
        block.pad();
        block
    }

    /// Says which way a packet went.
    pub fn direction(&mut self, direction: Direction) {
        let flags: u32 = match direction {
            Direction::In => 1,
            Direction::Out => 2,
        };
        self.option(PACKET_FLAGS, &flags.to_le_bytes());
    }

    /// Says how many packets were lost between this one and the one before at its interface.
    pub fn drops(&mut self, count: u64) {
        self.option(PACKET_DROPS, &count.to_le_bytes());
    }

    /// Gives a packet a number by which it is known elsewhere.
    pub fn id(&mut self, id: u64) {
        self.option(PACKET_ID, &id.to_le_bytes());
    }

    /// Adds a comment: UTF-8.
    pub fn comment(&mut self, words: &[u8]) {
        self.words(COMMENT, words);
    }

    /// Ends the block, which has options if `options`.
    pub fn end(self, options: bool) {
        if options {
            self.out.extend_from_slice(&[0; 4]);
        }
        let length = (self.out.len() - self.start + 4) as u32;
        self.out.extend_from_slice(&length.to_le_bytes());
        self.out[self.start + 4..self.start + 8].copy_from_slice(&length.to_le_bytes());
    }

    fn u16(&mut self, value: u16) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn time(&mut self, time: Stamp) {
        self.u32((time.0 >> 32) as u32);
        self.u32(time.0 as u32);
    }

    /// Blocks and options end on a multiple of four bytes, counted from the block.
    fn pad(&mut self) {
        let odd = (self.out.len() - self.start) % 4;
        self.out.extend_from_slice(&[0; 3][..(4 - odd) % 4]);
    }

    fn option(&mut self, code: u16, value: &[u8]) {
        self.u16(code);
        self.u16(value.len() as u16);
        self.out.extend_from_slice(value);
        self.pad();
    }

    /// An option of words, unless there are none. A length has 16 bits.
    fn words(&mut self, code: u16, words: &[u8]) {
        let most = words.len().min(u16::MAX.into());
        // Not in the middle of a character.
        let end = (0..=most).rev().find(|&at| words.get(at).is_none_or(|byte| byte & 0xc0 != 0x80));
        if !words.is_empty() {
            self.option(code, &words[..end.unwrap_or(0)]);
        }
    }
}

/// Appends the beginning of a section. Interfaces are numbered anew in each.
pub fn section(about: &Section<'_>, out: &mut Vec<u8>) {
    let mut block = Block::begin(SECTION, out);
    block.u32(0x1a2b_3c4d);
    block.u16(1);
    block.u16(0);
    // The length of the section is not known before its end.
    block.u32(u32::MAX);
    block.u32(u32::MAX);
    block.words(SECTION_HARDWARE, about.hardware.as_bytes());
    block.words(SECTION_OS, about.os.as_bytes());
    block.words(SECTION_APPLICATION, about.application.as_bytes());
    block.comment(about.comment.as_bytes());
    block.end(true);
}

/// Appends an interface whose times are nanoseconds; the first of a section has number 0.
pub fn interface(about: &Interface<'_>, out: &mut Vec<u8>) {
    let mut block = Block::begin(INTERFACE, out);
    block.u16(about.link);
    block.u16(0);
    block.u32(about.snap);
    block.words(INTERFACE_NAME, about.name.as_bytes());
    block.words(INTERFACE_DESCRIPTION, about.description.as_bytes());
    block.option(INTERFACE_RESOLUTION, &[9]);
    if !about.filter.is_empty() {
        // A filter as it was written, rather than as a program for the kernel.
        block.words(INTERFACE_FILTER, &[b"\0", about.filter.as_bytes()].concat());
    }
    block.end(true);
}

/// Appends what passed an interface until `time`.
pub fn statistics(interface: u32, time: Stamp, about: &Statistics<'_>, out: &mut Vec<u8>) {
    let mut block = Block::begin(STATISTICS, out);
    block.u32(interface);
    block.time(time);
    block.option(STATISTICS_RECEIVED, &about.received.to_le_bytes());
    block.option(STATISTICS_DROPPED, &about.dropped.to_le_bytes());
    block.option(STATISTICS_DELIVERED, &about.delivered.to_le_bytes());
    block.comment(about.comment);
    block.end(true);
}

/// Appends a name for an IPv6 address.
pub(super) fn name(address: [u8; 16], name: &str, out: &mut Vec<u8>) {
    const IPV6: u16 = 2;
    let mut block = Block::begin(NAMES, out);
    // A name ends with a NUL, which it cannot have inside.
    let value = [&address, name.as_bytes(), b"\0"].concat();
    block.option(IPV6, &value);
    block.option(0, b"");
    block.end(false);
}
