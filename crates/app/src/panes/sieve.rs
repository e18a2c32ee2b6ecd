//! Only the packets that a capture filter admits, found bit by bit.

use std::collections::HashMap;

use sockscope::core::capture_filter::{Filter, LinkType, Program, Target};
use sockscope::core::problem::Problem;
use sockscope::resolve;
use sockscope::view::dissect::Link;

use super::packets::{Packets, Raw, STEP};

/// A filter on its way through the packets.
#[derive(Debug)]
pub(super) struct Sieve {
    filter: Filter,
    /// What it is for each link; none where it does not know such packets, of which none is admitted.
    programs: HashMap<Link, Option<Program>>,
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
        let (programs, set) = (HashMap::new(), super::set::Set::default());
        Self { filter, programs, set, origin, from: Some(origin), ended: false }
    }

    /// Its words.
    pub(super) fn text(&self) -> &str {
        self.filter.text()
    }

    /// Makes it ready for the links that are known.
    ///
    /// # Errors
    ///
    /// It has no sense for one of them, or a name has no address.
    pub(super) fn meet(&mut self, links: impl IntoIterator<Item = Link>) -> Result<(), Problem> {
        for link in links {
            if !self.programs.contains_key(&link) {
                let program = program(&self.filter, link)?;
                self.programs.insert(link, program);
            }
        }
        Ok(())
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
                Some(raw) => self.admits(&raw).map_err(|problem| problem.to_string())?,
                None => false,
            };
            self.set.push(admits);
        }
        Ok(self.set.looked() < packets.len())
    }

    fn admits(&mut self, raw: &Raw) -> Result<bool, Problem> {
        self.meet([raw.link])?;
        let program = self.programs.get(&raw.link).and_then(Option::as_ref);
        Ok(program.is_some_and(|program| program.run(&raw.bytes, raw.wire_len) > 0))
    }
}

/// The filter for a link.
fn program(filter: &Filter, link: Link) -> Result<Option<Program>, Problem> {
    let number = match link {
        Link::Ipv4 | Link::Ipv6 => Link::Raw.number(),
        link => link.number(),
    };
    let Some(link) = LinkType::from_number(number) else { return Ok(None) };
    let mut names = |name: &str| resolve::addresses(name).map_err(|error| error.why());
    filter.compile(&Target::file(link), &mut names).map(Some)
}
