//! Packets taken apart: made by hand, cut anywhere, and as tshark sees them.

mod decoding;
mod laws;
mod made;
mod rows;
