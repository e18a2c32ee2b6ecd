//! Recordings of whole programs, read by Wireshark's own.

#[path = "../common/mod.rs"]
mod common;

mod files;
mod killed;
mod kinds;
mod shards;
mod tshark;
