//! 64 MiB of random bytes through every kind of connection, in both directions at once, against this program
//! itself and against others.

#[path = "../common/mod.rs"]
mod common;

mod bytes;
mod kinds;
mod others;
mod ours;
mod python;
