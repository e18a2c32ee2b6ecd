//! Datagrams put together from their fragments (RFC 791 section 3.2, RFC 815, RFC 8200 section 4.5).

mod held;

use std::fmt::{self, Display, Formatter};
use std::net::IpAddr;

use sockscope_core::facts::Stamp;

use super::decoded::{Decoded, Fragment};
use super::link::Link;
use super::walk::Walk;
use held::{Held, Key, Taken};

/// How long fragments wait for the others, in nanoseconds of the time of packets: what Linux does for IPv4
/// (`ipfrag_time` in ip-sysctl), and RFC 8200 section 4.5 for IPv6.
const PATIENCE: [u64; 2] = [30_000_000_000, 60_000_000_000];

/// How much is held that is not whole yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Datagrams at most, those that were refused among them until their time is over.
    pub datagrams: usize,
    /// Bytes of all of them together at most.
    pub bytes: usize,
}

impl Default for Limits {
    /// 256 datagrams, 4 MiB.
    fn default() -> Self {
        Self { datagrams: 256, bytes: 4 << 20 }
    }
}

/// Puts fragments together. It holds no more than its limits; the oldest datagrams are given up first.
#[derive(Debug, Clone, Default)]
pub struct Reassembler {
    limits: Limits,
    /// In the order in which they began.
    held: Vec<Held>,
    bytes: usize,
}

/// A datagram that is whole again: all that IP carries in it, without a header of IP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Who sent it.
    pub source: IpAddr,
    /// To whom.
    pub destination: IpAddr,
    /// Where its route ends, as [`Decoded::bound_for`].
    pub bound_for: Option<IpAddr>,
    /// What it carries: of IPv6 an extension header perhaps.
    pub protocol: u8,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The numbers of the packets that it was made of, in the order in which they came.
    pub packets: Vec<u64>,
}

impl Whole {
    /// Takes it apart. Offsets are those in [`Whole::bytes`].
    pub fn decode(&self) -> Decoded<'_> {
        let mut found = Decoded::new(Link::Raw, &self.bytes, self.bytes.len() as u32);
        found.source = Some(self.source);
        found.destination = Some(self.destination);
        found.bound_for = self.bound_for;
        let mut walk = Walk::new(&mut found);
        walk.upper(self.protocol, self.source.is_ipv6());
        walk.done();
        found
    }
}

/// Why fragments did not become a datagram, or one was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trouble {
    /// Others did not come in time.
    Late,
    /// There was no room for it any more.
    Room,
    /// Two of them overlap (refused by RFC 5722); so are all that still come.
    Overlap,
    /// The same bytes came before; the datagram goes on without these.
    Repeated,
    /// It lies behind the end that another one says; so are all refused that still come.
    Length,
    /// The recording has only the first bytes of it.
    Cut,
    /// It is not the last one, and no multiple of eight bytes.
    Odd,
    /// It reaches beyond the 65535 bytes that a datagram can have.
    TooLong,
    /// It belongs to a datagram that was refused before.
    Refused,
    /// The recording ended first.
    Missing,
}

impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Late => "other fragments did not come in time",
            Self::Room => "given up: too many others are not whole",
            Self::Overlap => "refused: fragments overlap",
            Self::Repeated => "left out: came before",
            Self::Length => "refused: fragments disagree where the datagram ends",
            Self::Cut => "not whole: a fragment was cut when it was recorded",
            Self::Odd => "refused: a fragment before the last is no multiple of 8 bytes",
            Self::TooLong => "refused: longer than a datagram can be",
            Self::Refused => "refused: its datagram was refused before",
            Self::Missing => "other fragments are not in the recording",
        })
    }
}

/// Fragments that do not become part of a datagram, by the numbers of their packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Why.
    pub why: Trouble,
    /// Who sent them.
    pub source: IpAddr,
    /// To whom.
    pub destination: IpAddr,
    /// What they have in common.
    pub id: u32,
    /// The numbers of their packets.
    pub packets: Vec<u64>,
}

/// What a packet brought about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reassembled {
    /// The datagram of which it was the last part to come.
    pub whole: Option<Whole>,
    /// What was lost: of its own datagram, and of others whose time or room was over.
    pub lost: Vec<Lost>,
}

impl Reassembler {
    /// Nothing held yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Bytes held.
    pub fn held(&self) -> usize {
        self.bytes
    }

    /// Takes the packet `number`, recorded at `time`. One that is no fragment changes nothing but the time.
    pub fn push(&mut self, number: u64, time: Stamp, packet: &Decoded<'_>) -> Reassembled {
        let mut out = Reassembled::default();
        self.expire(time, &mut out.lost);
        if let (Some(part), Some(source), Some(destination)) =
            (packet.fragment, packet.source, packet.destination)
        {
            let key = Key::new(source, destination, &part);
            self.take(number, time, key, &part, packet, &mut out);
        }
        out
    }

    /// What is not whole when no more packets come.
    pub fn finish(&mut self) -> Vec<Lost> {
        self.bytes = 0;
        std::mem::take(&mut self.held).into_iter().filter_map(|held| held.lost(Trouble::Missing)).collect()
    }

    fn take(
        &mut self,
        number: u64,
        time: Stamp,
        key: Key,
        part: &Fragment,
        packet: &Decoded<'_>,
        out: &mut Reassembled,
    ) {
        let index = self.held.iter().position(|held| held.key == key).unwrap_or_else(|| {
            self.held.push(Held::new(key, time));
            self.held.len() - 1
        });
        let held = &mut self.held[index];
        let before = held.len();
        let taken = held.take(number, part, packet);
        self.bytes = self.bytes - before + held.len();
        match taken {
            Taken::Waiting => {}
            Taken::Whole => {
                let held = self.held.remove(index);
                self.bytes -= held.len();
                out.whole = Some(held.whole());
            }
            Taken::Left(lost) => out.lost.push(lost),
        }
        self.shrink(&mut out.lost);
    }

    /// Gives up those whose time is over.
    fn expire(&mut self, now: Stamp, lost: &mut Vec<Lost>) {
        let over = |held: &Held| {
            let patience = PATIENCE[usize::from(held.key.source.is_ipv6())];
            now.0.saturating_sub(held.began.0) > patience
        };
        if self.held.iter().any(over) {
            let (gone, kept) = std::mem::take(&mut self.held).into_iter().partition(over);
            self.held = kept;
            self.bytes = self.held.iter().map(Held::len).sum();
            let gone: Vec<Held> = gone;
            lost.extend(gone.into_iter().filter_map(|held| held.lost(Trouble::Late)));
        }
    }

    /// Gives up the oldest until the rest is within the limits.
    fn shrink(&mut self, lost: &mut Vec<Lost>) {
        while self.held.len() > self.limits.datagrams || self.bytes > self.limits.bytes {
            let oldest = self.held.remove(0);
            self.bytes -= oldest.len();
            lost.extend(oldest.lost(Trouble::Room));
        }
    }
}
