//! Measuring: what stands in a measured message, when it is due, what became of it. Pure.

pub mod head;
pub mod rtt;
pub mod tally;
pub mod times;
