//! Recordings in the format pcapng, which Wireshark, tshark and their kin read
//! (draft-ietf-opsawg-pcapng, "PCAP Now Generic (pcapng) Capture File Format").
//!
//! [`Recorder`] writes what sockets tell. A socket gives payloads and facts, no packets; so that a viewer of
//! packets can show them, each message gets headers of IP and UDP or TCP made from its facts, with right
//! checksums and with sequence numbers that go on. Its comment says that they are made, and every fact that
//! no header has a place for.

mod block;
mod comment;
mod headers;
mod names;
mod places;
mod recorder;
mod socket;
mod stream;
#[cfg(test)]
mod tests;

pub use block::{Block, Direction, Interface, Section, Statistics, interface, section, statistics};
pub use recorder::{About, Recorder};
