//! Conversations between two ports: what the packets of a recording say together.

mod segment;

pub use segment::{Flags, Head, Segment, Tcp};
