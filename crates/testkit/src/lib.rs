//! Development only: real programs as peers, and what it takes to test against them without sleeping.
//!
//! [`Program`](program::Program) is a running program whose output can be waited for; [`peers`] finds
//! other people's programs, [`place`] where they listen, [`queue`] paces a sender by what the receiver has not read
//! yet, [`terminal`] gives a program a terminal, [`window`] one that is looked at, [`space`] an empty network of its
//! own, and [`schema`] checks JSON lines.

#![forbid(unsafe_code)]

mod capture;
pub mod peers;
pub mod place;
pub mod program;
pub mod queue;
pub mod schema;
pub mod space;
pub mod terminal;
pub mod window;

use std::time::Duration;

/// How long a test waits for what must come. Long enough for a machine under load; reached only when the
/// test fails.
pub const PATIENCE: Duration = Duration::from_secs(60);
