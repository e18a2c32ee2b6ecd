//! Only the packets that a capture filter admits, found bit by bit.

use sockscope::core::capture_filter::Filter;
use sockscope::core::problem::Problem;
use sockscope::view::dissect::Link;

use super::packets::{Packets, STEP};
use crate::sift::Sift;

/// A filter on its way through the packets.
#[derive(Debug)]
pub(super) struct Sieve {
    sift: Sift,
    /// Those that it admits.
    pub(super) set: super::set::Set,
    /// The packet that was chosen before.
    pub(super) origin: u64,
    /// The same until it has come so far, or somebody went elsewhere.
    pub(super) from: Option<u64>,
    /// It goes no further, since somebody said so.
    pub(super) ended: bool,
}

impl Sieve {
    /// A filter that has looked at nothing yet; `origin` is the packet that is chosen.
    pub(super) fn new(filter: Filter, origin: u64) -> Self {
        let (sift, set) = (Sift::new(filter), super::set::Set::default());
        Self { sift, set, origin, from: Some(origin), ended: false }
    }

    /// Its words.
    pub(super) fn text(&self) -> &str {
        self.sift.text()
    }

    /// Makes it ready for the links that are known.
    ///
    /// # Errors
    ///
    /// It has no sense for one of them, or a name has no address.
    pub(super) fn meet(&mut self, links: impl IntoIterator<Item = Link>) -> Result<(), Problem> {
        links.into_iter().try_for_each(|link| self.sift.meet(link).map(drop))
    }

    /// Looks at some more packets; whether there are others.
    ///
    /// # Errors
    ///
    /// One cannot be read, or the filter has no sense for its link.
    pub(super) fn step(&mut self, packets: &mut Packets) -> Result<bool, String> {
        if self.ended {
            return Ok(false);
        }
        let end = packets.len().min(self.set.looked() + STEP);
        while self.set.looked() < end {
            let admits = match packets.read(self.set.looked())? {
                Some(raw) => {
                    let admits = self.sift.admits(raw.link, &raw.bytes, raw.wire_len);
                    admits.map_err(|problem| problem.to_string())?
                }
                None => false,
            };
            self.set.push(admits);
        }
        Ok(self.set.looked() < packets.len())
    }
}
