//! `sockscope replay` as a person has it: recordings of own sockets and of tcpdump, against echoes and others.

#[path = "../common/mod.rs"]
mod common;

mod captured;
mod datagrams;
mod made;
mod wrong;
