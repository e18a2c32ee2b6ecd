//! Packets taken apart: from the bytes of a frame to layers, addresses and a payload.
//!
//! [`decode`] walks a packet from header to header without allocating; what it finds, a [`Decoded`], is all that
//! a row of a list ([`Row`]) and whoever follows conversations need. [`Tree`] opens the same layers field by field,
//! so the two never differ in where a layer begins. [`Reassembler`] puts fragments of IP together.
//!
//! Nothing is believed: whatever the bytes are, every range lies within the packet, and where the walk ends
//! early a [`Stop`] says where and why.

mod bytes;
mod decoded;
mod dns;
mod layer;
mod link;
mod names;
mod options;
mod quoted;
mod reassembly;
mod row;
mod stop;
pub mod tello;
mod tree;
mod walk;

pub use decoded::{Decoded, Fragment, Place};
pub use layer::{Kind, Layer};
pub use link::Link;
pub use reassembly::{Limits, Lost, Reassembled, Reassembler, Trouble, Whole};
pub use row::{Look, Row, Told, info};
pub use stop::{Stop, Why};
pub use tree::{Buffer, Context, Mark, Node, Tree};

use walk::Walk;

/// Takes a frame apart. `bytes` is what was recorded of it, `wire_len` its length on the wire, which is more where
/// the recording cut it.
///
/// ```
/// use sockscope_view::dissect::{Kind, Link, decode};
///
/// let packet = [
///     0x45, 0, 0, 29, 0, 0, 0, 0, 64, 17, 0x7c, 0xce, 127, 0, 0, 1, 127, 0, 0, 1, // IPv4
///     0xd4, 0x31, 0x1f, 0x90, 0, 9, 0, 0, b'1', // UDP
/// ];
/// let decoded = decode(Link::Raw, &packet, 29);
/// assert_eq!(decoded.ports, Some((54321, 8080)));
/// assert_eq!((decoded.payload, decoded.payload_len), (&b"1"[..], 1));
/// let kinds: Vec<Kind> = decoded.layers().iter().map(|layer| layer.kind).collect();
/// assert_eq!(kinds, [Kind::Ipv4, Kind::Udp, Kind::Data]);
/// ```
pub fn decode(link: Link, bytes: &[u8], wire_len: u32) -> Decoded<'_> {
    let mut found = Decoded::new(link, bytes, wire_len);
    let mut walk = Walk::new(&mut found);
    walk.link(link);
    walk.done();
    found
}
