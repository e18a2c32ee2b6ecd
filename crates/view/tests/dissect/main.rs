//! Packets taken apart: made by hand, cut anywhere, and as tshark sees them.

mod corpus;
mod decoding;
mod laws;
mod made;
mod oracle;
mod reassembly;
mod rows;
mod trees;
