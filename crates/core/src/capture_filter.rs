//! Which packets to capture: `udp port 8080 and host 10.0.0.1`, in the language of pcap-filter(7), as a program
//! for the kernel (linux/filter.h) that can be run over recorded packets as well.
//!
//! Reading, names, and what a link makes of it are apart: a [`Filter`] is read once, looks up names when it is
//! compiled, and gives a [`Program`] for a [`Target`].
//!
//! ```
//! use sockscope_core::capture_filter::{Filter, LinkType, Target, numeric};
//!
//! let filter = Filter::parse("ip6 or tcp[tcpflags] & tcp-syn != 0")?;
//! let program = filter.compile(&Target::file(LinkType::Raw), &mut numeric)?;
//! assert!(program.run(&[0x60, 0, 0, 0], 40) > 0);
//! assert_eq!(program.run(&[0x45, 0, 0, 20], 20), 0);
//! # Ok::<(), sockscope_core::problem::Problem>(())
//! ```

mod access;
mod address;
mod assemble;
mod branch;
mod check;
mod code;
mod id;
mod lex;
mod link;
mod lower;
mod parse;
mod pieces;
mod primitive;
mod primitives;
mod program;
mod run;
mod table;
#[cfg(test)]
mod tests;
mod tidy;
mod tree;
mod value;
mod words;

use std::net::{IpAddr, Ipv4Addr};

pub use check::{Flaw, LONGEST};
pub use link::LinkType;
pub use primitives::{PRIMITIVES, PrimitiveSpec};
pub use program::{Instruction, Program};
pub use run::Ancillary;
pub use table::{CONSTANTS, Layer, NUMBERS, PROTOS, ProtoSpec, SERVICES, Service};
pub use words::MISSING;

use crate::problem::Problem;
use tree::Node;

/// Which packets to capture, as a person wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    text: String,
    /// `None`: every packet.
    root: Option<Node>,
}

/// What a program is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The header that packets begin with.
    pub link: LinkType,
    /// Where packets come from.
    pub source: Source,
    /// How many bytes of an accepted packet to keep; not 0, which would reject it.
    pub keep: u32,
    /// The mask of the network, which only `ip broadcast` needs.
    pub netmask: Option<Ipv4Addr>,
}

/// Where packets come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A file: there are the bytes and their number.
    File,
    /// A packet socket of Linux (packet(7)): the kernel knows the direction, the interface, and the VLAN tag that
    /// it has taken out of the packet.
    Socket,
}

impl Target {
    /// How many bytes are kept unless something else is asked for: more than a packet has.
    pub const KEEP: u32 = 262_144;

    /// For packets of a file.
    pub fn file(link: LinkType) -> Self {
        Self { link, source: Source::File, keep: Self::KEEP, netmask: None }
    }

    /// For a packet socket.
    pub fn socket(link: LinkType) -> Self {
        Self { source: Source::Socket, ..Self::file(link) }
    }
}

impl Filter {
    /// Reads a filter; nothing at all admits every packet.
    ///
    /// # Errors
    ///
    /// What is wrong with it, pointing at the spot.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Ok(Self { text: text.to_owned(), root: parse::parse(text)? })
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Makes a program for `target`. `resolve` gives the addresses of a name, or says why it cannot; [`numeric`]
    /// never does.
    ///
    /// # Errors
    ///
    /// A test that the link does not allow, such as `vlan` where there is no Ethernet; a name without an address;
    /// more than [`LONGEST`] instructions; nothing that could pass.
    pub fn compile(
        &self,
        target: &Target,
        resolve: &mut dyn FnMut(&str) -> Result<Vec<IpAddr>, String>,
    ) -> Result<Program, Problem> {
        lower::program(&self.text, self.root.as_ref(), target, resolve)
    }
}

/// Looks up no names.
///
/// # Errors
///
/// Always, which says so.
pub fn numeric(_: &str) -> Result<Vec<IpAddr>, String> {
    Err("names are not looked up here: write an address".to_owned())
}
