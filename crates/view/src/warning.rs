//! Warnings in words, with a remedy where one is known.

use std::io::Write;
use std::net::SocketAddr;

use sockscope_core::event::{Fault, Trouble};
use sockscope_core::facts::Peer;

use crate::number::{counted, decimal};
use crate::{address, text};

/// Appends what happened, as one line without its end.
pub fn words(what: &Trouble, out: &mut Vec<u8>) {
    match what {
        Trouble::KernelDrop { count, total, rcvbuf } => kernel_drop(*count, *total, *rcvbuf, out),
        Trouble::Fault { peer, fault, reporter } => came_back(*peer, *fault, *reporter, out),
        Trouble::NotSent { peer, len, why } => not_sent(*peer, *len, why, out),
        Trouble::Unmappable { count, charset } => {
            counted(*count, "character", out);
            say(if *count == 1 { " is not in " } else { " are not in " }, out);
            text::line(charset, out);
            say(": skipped or replaced in what was sent", out);
        }
        Trouble::NextAddress { failed, next, .. } => {
            address::peer(*failed, out);
            say(" did not work; trying the next address of the name, ", out);
            address::peer(*next, out);
        }
        Trouble::Broken { peer, how, why, unsent } => {
            let _ = (peer, how, why, unsent);
            say("broken", out);
        }
        Trouble::NotOpened { what, why } => {
            text::line(what, out);
            say(": ", out);
            text::line(why, out);
        }
        Trouble::TurnedAway { why, .. } => text::line(why, out),
        Trouble::NoDescriptors { .. } => say("no file descriptors are left", out),
        Trouble::Missed { .. } => say("missed", out),
        Trouble::Unacknowledged { .. } => say("unacknowledged", out),
        Trouble::Unread { .. } => say("unread", out),
        Trouble::NoIpv6 => say("this machine has no IPv6: only IPv4 is heard", out),
    }
}

fn kernel_drop(count: u64, total: u64, rcvbuf: Option<u64>, out: &mut Vec<u8>) {
    say("kernel dropped ", out);
    counted(count, "datagram", out);
    say(" (", out);
    decimal(total, out);
    match rcvbuf {
        Some(size) => {
            say(" in all): the receive buffer of ", out);
            decimal(size, out);
            say(" bytes was full; try --rcvbuf ", out);
        }
        None => say(" in all), most often because the receive buffer is full; try --rcvbuf ", out),
    }
    decimal(roomier(rcvbuf.unwrap_or(0)), out);
    say("MiB", out);
}

/// A receive buffer in MiB that is worth trying next. The kernel accounts twice what was asked for
/// (socket(7), `SO_RCVBUF`), so this is four times that.
fn roomier(rcvbuf: u64) -> u64 {
    rcvbuf.saturating_mul(2).div_ceil(1 << 20).max(4).next_power_of_two()
}

fn came_back(peer: Option<Peer>, fault: Fault, reporter: Option<Peer>, out: &mut Vec<u8>) {
    match peer {
        Some(peer) => address::peer(peer, out),
        None => say("what was sent", out),
    }
    write!(out, " {fault}").expect("a Vec takes everything");
    if let Some(reporter) = reporter {
        say(", as told by ", out);
        host(reporter, out);
    }
    if let (Fault::TooLong { mtu }, Some(peer)) = (fault, peer.and_then(Peer::inet)) {
        say("; send at most ", out);
        decimal(mtu.saturating_sub(headers(peer)).into(), out);
        say(" bytes", out);
    }
}

/// IP header (RFC 791, RFC 8200) and UDP header (RFC 768) in bytes, without options.
fn headers(peer: SocketAddr) -> u32 {
    8 + if peer.is_ipv4() { 20 } else { 40 }
}

fn not_sent(peer: Option<Peer>, len: u64, why: &str, out: &mut Vec<u8>) {
    say("not sent", out);
    if let Some(peer) = peer {
        say(" to ", out);
        address::peer(peer, out);
    }
    say(" (", out);
    decimal(len, out);
    say(" B): ", out);
    text::line(why, out);
}

/// A router reports without a port.
fn host(peer: Peer, out: &mut Vec<u8>) {
    match peer.inet() {
        Some(reporter) if reporter.port() == 0 => address::ip(reporter.ip(), out),
        _ => address::peer(peer, out),
    }
}

fn say(words: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(words.as_bytes());
}
