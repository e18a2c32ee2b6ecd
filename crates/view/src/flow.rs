//! Conversations between two ports: what the packets of a recording say together.
//!
//! Whoever reads packets makes a [`Segment`] of each one of UDP or TCP and gives them in order to a [`Tracker`],
//! which tells the conversation and what the packet means there. [`follow`] puts streams together again, [`stats`]
//! counts, [`explain`] tells a conversation in sentences.

pub mod explain;
pub mod follow;
mod mark;
mod segment;
mod seq;
pub mod stats;
mod tracker;

pub use mark::{MARKS, Mark, Marks, Spec};
pub use segment::{Flags, Head, Segment, Tcp};
pub use tracker::{Duplicate, Earlier, Seen, SeenTcp, Side, Step, Tracker, Transport, UNACKED};
