//! Links: where what lies in a packet, and how a link says what it carries.

use super::branch::{Branch, Step, Test};
use super::code::*;

/// The kind of header before IP: the link types that pcap files and packet sockets know
/// (<https://www.tcpdump.org/linktypes.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkType {
    /// Ethernet (`EN10MB`, 1); also the loopback interface of Linux.
    Ethernet,
    /// A family of addresses in the order of bytes of the machine that captured (`NULL`, 0).
    Null,
    /// The same in network order (`LOOP`, 108).
    Loop,
    /// IPv4 or IPv6 at once (`RAW`, 101); a tun device.
    Raw,
    /// The cooked header of Linux (`LINUX_SLL`, 113).
    LinuxSll,
    /// Its second version (`LINUX_SLL2`, 276).
    LinuxSll2,
}

/// Where a load begins to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// The header of the link.
    Link,
    /// What says the protocol of the payload.
    Type,
    /// The payload of the link.
    Payload,
    /// What an IPv4 header carries.
    Inside4,
    /// What stands behind the fixed header of IPv6.
    Inside6,
}

/// The places in a packet, as far as they are known; `vlan` moves them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) link: LinkType,
    /// Where the type stands.
    pub(super) kind: u32,
    /// Where the payload begins.
    pub(super) payload: u32,
    /// Whether the word of memory [`MOVED`] says how much further both are in this packet.
    pub(super) moved: bool,
}

/// The word of memory that says how far a tag has moved the type and the payload.
pub(super) const MOVED: u32 = 0;

impl LinkType {
    /// All link types.
    pub const ALL: [Self; 6] =
        [Self::Ethernet, Self::Null, Self::Loop, Self::Raw, Self::LinuxSll, Self::LinuxSll2];

    /// Its name in libpcap, as `tcpdump -y` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ethernet => "EN10MB",
            Self::Null => "NULL",
            Self::Loop => "LOOP",
            Self::Raw => "RAW",
            Self::LinuxSll => "LINUX_SLL",
            Self::LinuxSll2 => "LINUX_SLL2",
        }
    }

    /// Its number in pcap and pcapng files.
    pub fn number(self) -> u16 {
        match self {
            Self::Ethernet => 1,
            Self::Null => 0,
            Self::Loop => 108,
            Self::Raw => 101,
            Self::LinuxSll => 113,
            Self::LinuxSll2 => 276,
        }
    }

    /// The link type with this number, if a filter can be compiled for it.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|link| link.number() == number)
    }
}

impl Places {
    pub(super) fn new(link: LinkType) -> Self {
        let (kind, payload) = match link {
            LinkType::Ethernet => (12, 14),
            LinkType::Null | LinkType::Loop => (0, 4),
            LinkType::Raw => (0, 0),
            LinkType::LinuxSll => (14, 16),
            LinkType::LinuxSll2 => (0, 20),
        };
        Self { link, kind, payload, moved: false }
    }

    /// Steps that load `size` (`W`, `H`, `B`) bytes into the accumulator.
    pub(super) fn load(&self, from: From, offset: u32, size: u16) -> Vec<Step> {
        let base = match from {
            From::Link => return vec![Step::Plain(LD | ABS | size, offset)],
            From::Type => self.kind,
            From::Payload => self.payload,
            From::Inside6 => self.payload + 40,
            From::Inside4 => {
                let mut steps = self.inside4();
                steps.push(Step::Plain(LD | IND | size, self.payload + offset));
                return steps;
            }
        };
        match self.moved {
            true => vec![Step::Plain(LDX | MEM, MOVED), Step::Plain(LD | IND | size, base + offset)],
            false => vec![Step::Plain(LD | ABS | size, base + offset)],
        }
    }

    /// Steps that leave in the index register how far what IPv4 carries is from the payload.
    pub(super) fn inside4(&self) -> Vec<Step> {
        if !self.moved {
            return vec![Step::Plain(LDX | MSH | B, self.payload)];
        }
        let mut steps = self.load(From::Payload, 0, B);
        steps.extend([
            Step::Plain(ALU | AND | K, 0xf),
            Step::Plain(ALU | LSH | K, 2),
            Step::Plain(ALU | ADD | X, 0),
            Step::Plain(TAX, 0),
        ]);
        steps
    }

    /// Whether the bytes are this number.
    pub(super) fn equal(&self, from: From, offset: u32, size: u16, k: u32) -> Branch {
        self.compare(from, offset, size, JEQ, k)
    }

    pub(super) fn compare(&self, from: From, offset: u32, size: u16, jump: u16, k: u32) -> Branch {
        Branch::Test(Test { steps: self.load(from, offset, size), jump, k })
    }

    /// Whether the bits of `mask` are those of this number.
    pub(super) fn masked(&self, from: From, offset: u32, size: u16, mask: u32, k: u32) -> Branch {
        let mut steps = self.load(from, offset, size);
        if mask != u32::MAX {
            steps.push(Step::Plain(ALU | AND | K, mask));
        }
        Branch::Test(Test { steps, jump: JEQ, k })
    }

    /// Whether the link says that it carries this: a type of Ethernet, or where it is at most 1500 a service
    /// access point of IEEE 802.2.
    pub(super) fn carries(&self, kind: u32) -> Branch {
        match self.link {
            LinkType::Ethernet => {
                let framed = self.compare(From::Type, 0, H, JGT, LONGEST_802_3).not();
                self.ether(kind, framed.clone(), framed)
            }
            LinkType::LinuxSll => self.ether(
                kind,
                self.equal(From::Type, 0, H, SLL_802_2),
                self.equal(From::Type, 0, H, SLL_802_3),
            ),
            LinkType::LinuxSll2 => self.equal(From::Type, 0, H, kind),
            LinkType::Null | LinkType::Loop => self.family(kind),
            LinkType::Raw => match kind {
                IPV4 => self.masked(From::Link, 0, B, 0xf0, 0x40),
                IPV6 => self.masked(From::Link, 0, B, 0xf0, 0x60),
                _ => Branch::Always(false),
            },
        }
    }

    /// `framed`: whether IEEE 802.2 follows; `bare`: whether a frame of 802.3 does.
    fn ether(&self, kind: u32, framed: Branch, bare: Branch) -> Branch {
        let typed = |kind| self.equal(From::Type, 0, H, kind);
        match kind {
            0x06 | 0xf0 | 0xfe => {
                Branch::all(vec![framed, self.equal(From::Payload, 0, H, kind << 8 | kind)])
            }
            0xe0 if self.link == LinkType::Ethernet => {
                let inside = Branch::any(vec![
                    self.snap(0, IPX),
                    self.equal(From::Payload, 0, B, 0xe0),
                    self.equal(From::Payload, 0, H, 0xffff),
                ]);
                Branch::any(vec![typed(IPX), Branch::all(vec![framed, inside])])
            }
            0xe0 => {
                let inside = Branch::any(vec![self.equal(From::Payload, 0, B, 0xe0), self.snap(0, IPX)]);
                Branch::any(vec![typed(IPX), bare, Branch::all(vec![framed, inside])])
            }
            0x809b => Branch::any(vec![typed(kind), Branch::all(vec![framed, self.snap(0x08_0007, kind)])]),
            0x80f3 => Branch::any(vec![typed(kind), Branch::all(vec![framed, self.snap(0, kind)])]),
            0..=LONGEST_802_3 => Branch::all(vec![framed, self.equal(From::Payload, 0, B, kind)]),
            _ => typed(kind),
        }
    }

    /// A header of 802.2 that says an organisation and a type (SNAP, RFC 1042).
    fn snap(&self, organisation: u32, kind: u32) -> Branch {
        Branch::all(vec![
            self.equal(From::Payload, 4, W, organisation << 16 | kind),
            self.equal(From::Payload, 0, W, 0xaaaa_0300 | organisation >> 16),
        ])
    }

    /// A family of addresses: that of IPv6 is 24, 28 or 30 after the system that captured, 10 on Linux.
    fn family(&self, kind: u32) -> Branch {
        let families: &[u32] = match kind {
            IPV4 => &[2],
            IPV6 => &[24, 28, 30, 10],
            _ => return Branch::Always(false),
        };
        // Which order the machine had that captured is not known here: no family looks like another one swapped.
        let orders = families.iter().flat_map(|family| match self.link {
            LinkType::Null => vec![family.swap_bytes(), *family],
            _ => vec![*family],
        });
        Branch::any(orders.map(|family| self.equal(From::Link, 0, W, family)).collect())
    }
}

pub(super) const IPV4: u32 = 0x0800;
pub(super) const IPV6: u32 = 0x86dd;
const IPX: u32 = 0x8137;
/// The longest payload of a frame of IEEE 802.3; what is above in its place is a type of Ethernet.
const LONGEST_802_3: u32 = 1500;
/// What the cooked header says of frames without a type of Ethernet (linux/if_ether.h).
const SLL_802_3: u32 = 0x0001;
const SLL_802_2: u32 = 0x0004;
