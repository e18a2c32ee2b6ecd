//! What was said before and is needed to read a block.

use sockscope_core::facts::Stamp;

use super::note::Flaw;
use super::{Format, Link, Order, Resolution};

/// A section, as far as its packets need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Where it begins.
    pub(super) at: u64,
    pub(super) format: Format,
    pub(super) order: Order,
    /// The number of its first interface.
    pub(super) first: u32,
}

/// An interface, as far as its packets need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Where it is described.
    pub(super) at: u64,
    pub(super) link: Link,
    /// 0 where there is no limit.
    pub(super) snap: u32,
    pub(super) resolution: Resolution,
    pub(super) offset: i64,
}

/// What was said before a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    /// Where the block begins.
    pub(super) at: u64,
    pub(super) part: Part,
    /// The interfaces of its section.
    pub(super) interfaces: &'a [Known],
}

impl Ground<'_> {
    /// An interface by its number in the section, with its number in the file.
    #[inline]
    pub(super) fn interface(&self, number: u32, flaws: &mut Vec<Flaw>) -> Option<(u32, Known)> {
        let found = self.interfaces.get(number as usize).filter(|known| known.at < self.at);
        if found.is_none() {
            flaws.push(Flaw::Interface(number));
        }
        found.map(|known| (self.part.first + number, *known))
    }
}

impl Known {
    /// The time of so many units.
    #[inline]
    pub(super) fn time(&self, ticks: u64, flaws: &mut Vec<Flaw>) -> Option<Stamp> {
        let time = self.resolution.stamp(ticks, self.offset);
        if time.is_none() {
            flaws.push(Flaw::Time);
        }
        time
    }
}
