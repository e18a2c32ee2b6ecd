//! Talk to anything on sockets and see every byte, with everything the kernel knows about it.
//!
//! Say what to run as a [`plan::Plan`], give [`drive::run`] a [`bus::Bus`] of sinks and a [`stop::Stop`],
//! and take the events as they come.

#![forbid(unsafe_code)]

mod answer;
pub mod bus;
pub mod clock;
mod command;
mod crlf;
pub mod drive;
pub mod error;
mod fields;
pub mod guide;
mod idle;
pub mod plan;
mod port;
mod ports;
mod queue;
mod reach;
pub mod record;
pub mod recording;
mod sender;
pub mod shard;
pub mod source;
pub mod stop;
mod tell;

pub use sockscope_core as core;
#[cfg(target_os = "linux")]
pub use sockscope_net::capture;
pub use sockscope_net::{interfaces, resolve};
pub use sockscope_view as view;
