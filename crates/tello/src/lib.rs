//! Fly a DJI Tello drone over UDP, or be one.
//!
//! A drone takes one ASCII command in a datagram (`takeoff`, `forward 50`, `battery?`) and answers it with another;
//! nothing says which answer belongs to which command. It sends its state ten times a second to another port and its
//! video to a third.
//!
//! [`table`] knows every command of the three SDKs; [`command`] reads what a person wrote by it; [`reply`] and [`state`]
//! read what a drone says; [`fly`] has scripts; [`judge`] tells who keeps to the protocol, and [`probe`] finds out whether a
//! drone does. All of that is pure: no sockets, no clock. [`client`], [`sim`] and [`probe`] have guides of a run as well.

#![forbid(unsafe_code)]

pub mod client;
pub mod command;
pub mod diagnose;
pub mod fly;
pub mod judge;
pub mod onlooker;
pub mod pilot;
pub mod probe;
pub mod remote;
pub mod reply;
pub mod sdk;
pub mod sim;
pub mod state;
pub mod table;
pub mod telemetry;
pub mod video;

pub use remote::Tello;
