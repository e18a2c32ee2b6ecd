//! A capture filter over the packets of a recording, whatever links they were on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sockscope::core::capture_filter::{Filter, LinkType, Program, Target};
use sockscope::core::problem::Problem;
use sockscope::resolve;
use sockscope::view::dissect::Link;

/// A filter, made ready for each link when it is first met.
#[derive(Debug, Clone)]
pub(crate) struct Sift {
    filter: Filter,
    /// None where it does not know such links, of which no packet is admitted.
    programs: HashMap<Link, Option<Program>>,
}

impl Sift {
    pub(crate) fn new(filter: Filter) -> Self {
        Self { filter, programs: HashMap::new() }
    }

    /// Its words.
    pub(crate) fn text(&self) -> &str {
        self.filter.text()
    }

    /// Makes it ready for a link.
    ///
    /// # Errors
    ///
    /// It has no sense there, or a name has no address.
    pub(crate) fn meet(&mut self, link: Link) -> Result<Option<&Program>, Problem> {
        Ok(match self.programs.entry(link) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(fresh) => fresh.insert(program(&self.filter, link)?),
        }
        .as_ref())
    }

    /// Whether a packet is admitted, of which these bytes are recorded.
    ///
    /// # Errors
    ///
    /// As for [`Sift::meet`].
    pub(crate) fn admits(&mut self, link: Link, bytes: &[u8], wire_len: u32) -> Result<bool, Problem> {
        Ok(self.meet(link)?.is_some_and(|program| program.run(bytes, wire_len) > 0))
    }
}

fn program(filter: &Filter, link: Link) -> Result<Option<Program>, Problem> {
    let number = match link {
        Link::Ipv4 | Link::Ipv6 => Link::Raw.number(),
        link => link.number(),
    };
    let Some(link) = LinkType::from_number(number) else { return Ok(None) };
    let mut names = |name: &str| resolve::addresses(name).map_err(|error| error.why());
    filter.compile(&Target::file(link), &mut names).map(Some)
}
