//! Finding the way back: the next place from which blocks or packets follow.

use super::note::{Flaw, Note};
use super::pcapng::{Head, LEAST};
use super::{Format, Item, LONGEST, Order, Scanner, State, Step, block, pcap};

/// Whether a place is one to go on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Yes,
    No,
    /// So many bytes from there on would tell.
    Need(usize),
}

/// A block longer than this is not searched for.
const SEARCHED: usize = 16 << 20;

impl Scanner {
    /// Looks for a place to go on from; what lies before it is skipped.
    pub(super) fn search(&mut self, since: u64, bytes: &[u8], last: bool) -> Step {
        // Where it got lost is no place to go on from.
        for at in usize::from(self.at == since)..bytes.len() {
            match self.plausible(&bytes[at..], last) {
                Look::No => {}
                Look::Yes | Look::Need(_) if at > 0 => return Step::Skip(at as u64),
                Look::Need(len) => return Step::Need(len),
                Look::Yes => return self.found(since),
            }
        }
        if last {
            return self.rest(since, bytes, last);
        }
        if bytes.is_empty() || self.at == since && bytes.len() == 1 {
            return Step::Need(2);
        }
        Step::Skip(bytes.len() as u64)
    }

    fn found(&mut self, since: u64) -> Step {
        self.state = if self.part.format == Format::Pcapng { State::Blocks } else { State::Records };
        let flaw = Flaw::Skipped(self.at - since);
        Step::Took { len: 0, item: Item::Note(Note { at: since, flaw }) }
    }

    /// Whether what begins here can be read, and what follows it too.
    pub(super) fn plausible(&self, bytes: &[u8], last: bool) -> Look {
        if self.part.format != Format::Pcapng {
            return pcap::plausible(&self.ground(), self.second, bytes, last);
        }
        if bytes.len() < LEAST {
            return if last { Look::No } else { Look::Need(LEAST) };
        }
        let Some((head, len)) = self.known(bytes, self.part.order) else { return Look::No };
        if len > SEARCHED || !len.is_multiple_of(4) {
            return Look::No;
        }
        if bytes.len() < len {
            return if last { Look::No } else { Look::Need(len) };
        }
        if head.tail(bytes, len) != head.len {
            return Look::No;
        }
        if bytes.len() < len + LEAST {
            return if last { Look::Yes } else { Look::Need(len + LEAST) };
        }
        if self.follows(&bytes[len..], head.order) { Look::Yes } else { Look::No }
    }

    /// Whether these bytes, behind a block in a section of this order, begin another; a few may be its beginning.
    pub(super) fn follows(&self, bytes: &[u8], order: Order) -> bool {
        bytes.len() < LEAST || self.known(bytes, order).is_some()
    }

    /// A block of a kind and length that there are. Before any section only that can begin.
    fn known(&self, bytes: &[u8], order: Order) -> Option<(Head, usize)> {
        let head = Head::read(bytes, order).ok()?;
        let kind = head.kind == block::SECTION || block::is_known(head.kind) && !self.sections.is_empty();
        let len = head.len().filter(|len| kind && *len <= LONGEST)?;
        Some((head, len))
    }
}
