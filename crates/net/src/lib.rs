//! Sockets and everything the kernel knows about a message.
//!
//! [`open`] turns an endpoint into sockets, [`transport::Transport`] is what each of them promises:
//! batches with facts, both ways, without waiting. Nothing here decides what to do next and nothing here
//! prints. Unsafe code stands in one file, for the batch calls of Linux.

#![deny(unsafe_code)]

mod address;
#[cfg(target_os = "linux")]
pub mod capture;
pub mod error;
pub mod holder;
mod inet;
pub mod interfaces;
mod kernel;
pub mod lookup;
pub mod open;
mod options;
mod proxied;
pub mod resolve;
mod stream;
mod tcp;
#[cfg(feature = "tls")]
mod tls;
pub mod transport;
mod udp;
mod unix;
mod unix_file;
mod unixgram;
pub mod wait;
#[cfg(feature = "ws")]
mod ws;

pub use udp::{LONGEST_V4, LONGEST_V6};
