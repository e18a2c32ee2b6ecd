//! What things are and what to do next. No I/O, no clock, no printing.

#![forbid(unsafe_code)]

pub mod batch;
pub mod capture_filter;
pub mod charset;
pub mod checksum;
pub mod cidr;
pub mod connection;
pub mod ending;
pub mod endpoint;
pub mod event;
pub mod facts;
pub mod filter;
pub mod framing;
pub mod lang;
pub mod measure;
pub mod moment;
pub mod near;
pub mod pattern;
pub mod payload;
pub mod problem;
pub mod proxy;
pub mod quantity;
pub mod replay;
pub mod resume;
pub mod rng;
pub mod rule;
pub mod schedule;
pub mod script;
pub mod session;
pub mod tally;
mod unix_name;
