//! Warnings in words, with a remedy where one is known.

use std::io::Write;
use std::net::SocketAddr;

use sockscope_core::event::{Break, Fault, Trouble};
use sockscope_core::facts::Peer;

use crate::number::{counted, decimal};
use crate::{address, text};

/// Appends what happened, as one line without its end.
pub fn words(what: &Trouble, out: &mut Vec<u8>) {
    match what {
        Trouble::KernelDrop { count, total, rcvbuf, at_least } => {
            kernel_drop((*count, *total), *at_least, *rcvbuf, out)
        }
        Trouble::CaptureDrop { count, total, buffer } => capture_drop(*count, *total, *buffer, out),
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
        Trouble::Broken { peer, how, why, unsent } => broken(*peer, *how, why, *unsent, out),
        Trouble::NotOpened { what, why, .. } => {
            say("no connection with ", out);
            text::line(what, out);
            because(why, out);
        }
        Trouble::TurnedAway { peer, why } => {
            say("turned away ", out);
            who(*peer, "a peer", out);
            because(why, out);
        }
        Trouble::NoDescriptors { open } => {
            say("no file descriptors are left with ", out);
            counted(*open, "socket", out);
            say(" open: who comes now waits until one is closed; raise the limit (ulimit -n)", out);
        }
        Trouble::Missed { peer, messages, bytes } => missed(*peer, *messages, *bytes, out),
        Trouble::Unacknowledged { peer, bytes } => unacknowledged(*peer, *bytes, out),
        Trouble::Unread { peer, bytes } => unread(*peer, *bytes, out),
        Trouble::NoIpv6 => say("this machine has no IPv6: only IPv4 is heard", out),
    }
}

fn kernel_drop((count, total): (u64, u64), at_least: bool, rcvbuf: Option<u64>, out: &mut Vec<u8>) {
    let bound = if at_least { "at least " } else { "" };
    say("kernel dropped ", out);
    say(bound, out);
    counted(count, "datagram", out);
    say(" (", out);
    say(bound, out);
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

fn capture_drop(count: u64, total: u64, buffer: Option<u64>, out: &mut Vec<u8>) {
    say("kernel dropped ", out);
    counted(count, "packet", out);
    say(" (", out);
    decimal(total, out);
    say(" in all): the capture's memory was full; try --ring ", out);
    decimal(buffer.unwrap_or(0).saturating_mul(4).div_ceil(1 << 20).max(4).next_power_of_two(), out);
    say("MiB, or a filter", out);
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

fn broken(peer: Option<Peer>, how: Break, why: &str, unsent: u64, out: &mut Vec<u8>) {
    who(peer, "the connection", out);
    say(": ", out);
    say(
        match how {
            Break::Reset => {
                "reset by the peer: it closed without reading all, crashed, or knows no such connection"
            }
            Break::BrokenPipe => "the peer no longer reads (broken pipe)",
            Break::TimedOut => "timed out: nothing came back for too long",
            Break::Unreachable => "no way to the host any more",
            Break::Protocol => "what came does not follow the protocol",
            Break::Other => "the connection broke",
        },
        out,
    );
    because(why, out);
    if unsent > 0 {
        say("; ", out);
        left_over(unsent, out);
        say(" not sent any more", out);
    }
}

fn missed(peer: Option<Peer>, messages: u64, bytes: u64, out: &mut Vec<u8>) {
    who(peer, "a peer", out);
    say(" does not read: it missed ", out);
    counted(messages, "send", out);
    say(" (", out);
    decimal(bytes, out);
    say(" B); send slower, or let it read", out);
}

fn unacknowledged(peer: Option<Peer>, bytes: u64, out: &mut Vec<u8>) {
    who(peer, "the connection", out);
    say(": closed while ", out);
    left_over(bytes, out);
    say(" not acknowledged yet, so whether the peer got ", out);
    say(if bytes == 1 { "it" } else { "them" }, out);
    say(" is not known; --wait 1s gives it time", out);
}

fn unread(peer: Option<Peer>, bytes: u64, out: &mut Vec<u8>) {
    who(peer, "the connection", out);
    say(": closed while ", out);
    left_over(bytes, out);
    say(
        " received and not read, which resets it: the peer may lose what it has not read; \
         --wait 1s reads what comes",
        out,
    );
}

/// So many bytes, and the verb that goes with them.
fn left_over(bytes: u64, out: &mut Vec<u8>) {
    decimal(bytes, out);
    say(if bytes == 1 { " B was" } else { " B were" }, out);
}

fn who(peer: Option<Peer>, otherwise: &str, out: &mut Vec<u8>) {
    match peer {
        Some(peer) => address::peer(peer, out),
        None => say(otherwise, out),
    }
}

/// A colon and the reason, where there is one.
fn because(why: &str, out: &mut Vec<u8>) {
    if !why.is_empty() {
        say(": ", out);
        text::line(why, out);
    }
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
