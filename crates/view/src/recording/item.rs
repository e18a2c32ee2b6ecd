//! What a recording is made of.

use std::net::IpAddr;
use std::ops::Range;

use sockscope_core::facts::{Direction, Stamp};

use super::{Link, Note, Options, Order, Resolution};

/// One thing in a recording. Ranges are of the bytes that the step took, text is the bytes that stand there: the
/// format wants UTF-8, and not every writer cares.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// A section begins; a file of pcap is one.
    Section(Box<Section>),
    /// An interface is described; a file of pcap has one.
    Interface(Box<Interface>),
    /// A packet.
    Packet(Packet),
    /// What an interface counted.
    Statistics(Box<Statistics>),
    /// Names of addresses.
    Names(Names),
    /// Secrets to decrypt packets with.
    Secrets(Secrets),
    /// A block of another kind.
    Other(Other),
    /// Something was wrong.
    Note(Note),
}

/// How a section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// pcap with microseconds.
    Pcap,
    /// pcap with nanoseconds (magic 0xa1b23c4d).
    PcapNanoseconds,
    /// pcap with longer headers of packets, as Linux distributions wrote it once (magic 0xa1b2cd34).
    PcapModified,
    /// pcapng.
    Pcapng,
}

/// The head of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// How it is written.
    pub format: Format,
    /// The order of its bytes.
    pub order: Order,
    /// Major and minor version.
    pub version: (u16, u16),
    /// The length in bytes that it says it has behind its head; it is not relied upon.
    pub length: Option<u64>,
    /// The machine it was written on (`shb_hardware`).
    pub hardware: Option<Vec<u8>>,
    /// Its operating system (`shb_os`).
    pub os: Option<Vec<u8>>,
    /// The program that wrote it (`shb_userappl`).
    pub application: Option<Vec<u8>>,
    /// Comments.
    pub comments: Vec<Vec<u8>>,
}

/// The description of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its number in the file, from 0, over all sections.
    pub number: u32,
    /// What packets begin with.
    pub link: Link,
    /// The most bytes that are captured of a packet, where there is a limit.
    pub snap: Option<u32>,
    /// Its name (`if_name`).
    pub name: Option<Vec<u8>>,
    /// What it is (`if_description`).
    pub description: Option<Vec<u8>>,
    /// What was captured of all (`if_filter`).
    pub filter: Option<Filter>,
    /// The operating system of its machine (`if_os`).
    pub os: Option<Vec<u8>>,
    /// The unit of its times (`if_tsresol`).
    pub resolution: Resolution,
    /// Seconds to add to its times (`if_tsoffset`).
    pub offset: i64,
    /// Its speed in bits a second (`if_speed`).
    pub speed: Option<u64>,
    /// Bytes of frame check sequence at the end of packets (`if_fcslen`; pcap: bits 28 to 31 of the network field).
    pub fcs: Option<u8>,
    /// Comments.
    pub comments: Vec<Vec<u8>>,
}

/// A filter of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// In the words of libpcap.
    Words(Vec<u8>),
    /// Of this other kind; 1 is code for a BPF machine.
    Code(u8, Vec<u8>),
}

/// A packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The number of its interface, over all sections; `None` when that was not described.
    pub interface: Option<u32>,
    /// When; what is finer than nanoseconds is rounded down. A simple packet block has no time.
    pub time: Option<Stamp>,
    /// Length on the wire in bytes.
    pub wire_len: u32,
    /// Which way (`epb_flags`).
    pub direction: Option<Direction>,
    /// Packets that were dropped between the one before of the same interface and this (`epb_dropcount`).
    pub drops: Option<u64>,
    pub(super) data: Range<u32>,
    pub(super) options: Range<u32>,
    pub(super) order: Order,
}

impl Packet {
    /// Its bytes, as far as they were captured, in the bytes that the step took.
    #[inline]
    pub fn data<'a>(&self, taken: &'a [u8]) -> &'a [u8] {
        &taken[self.range()]
    }

    /// Where in the bytes that the step took its own lie.
    #[inline]
    pub fn range(&self) -> Range<usize> {
        within(&self.data)
    }

    /// Its options, those included that are fields here.
    pub fn options<'a>(&self, taken: &'a [u8]) -> Options<'a> {
        Options::new(&taken[within(&self.options)], self.order)
    }
}

/// What an interface counted, each where it is known. Times are absolute, counts are of packets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    /// The number of the interface, over all sections; `None` when that was not described.
    pub interface: Option<u32>,
    /// When it counted.
    pub time: Option<Stamp>,
    /// When the capture began (`isb_starttime`).
    pub start: Option<Stamp>,
    /// When it ended (`isb_endtime`).
    pub end: Option<Stamp>,
    /// Received (`isb_ifrecv`).
    pub received: Option<u64>,
    /// Dropped by the interface for want of room (`isb_ifdrop`).
    pub dropped: Option<u64>,
    /// Let through by the filter (`isb_filteraccept`).
    pub accepted: Option<u64>,
    /// Dropped by the operating system (`isb_osdrop`).
    pub os_dropped: Option<u64>,
    /// Delivered to the program (`isb_usrdeliv`).
    pub delivered: Option<u64>,
    /// Comments.
    pub comments: Vec<Vec<u8>>,
}

/// Names of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub(super) records: Range<u32>,
    pub(super) order: Order,
}

/// An address that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Named {
    /// Of IPv4 or IPv6.
    Ip(IpAddr),
    /// Of an interface of 48 bits.
    Mac([u8; 6]),
    /// Of an interface of 64 bits.
    Eui64([u8; 8]),
}

/// Secrets to decrypt packets with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// Their kind, such as 0x544c534b for a key log of TLS.
    pub kind: u32,
    pub(super) data: Range<u32>,
}

impl Secrets {
    /// Where in the bytes that the step took they lie.
    pub fn range(&self) -> Range<usize> {
        within(&self.data)
    }
}

/// A block of a kind that is not read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its kind.
    pub kind: u32,
    pub(super) body: Range<u32>,
}

impl Other {
    /// Where in the bytes that the step took its content lies.
    pub fn range(&self) -> Range<usize> {
        within(&self.body)
    }
}

/// No block is longer than 64 MiB.
#[inline]
fn within(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
