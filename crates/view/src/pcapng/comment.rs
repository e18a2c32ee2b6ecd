//! What headers have no place for, in words.

use sockscope_core::event::{Messages, Opened, Purpose};
use sockscope_core::facts::{Clock, Direction, Facts, Unit};

use crate::number::{counted, decimal, thousandths};
use crate::{connection, text};

/// What every comment begins with: nobody is to take the headers for captured ones.
const MADE: &str = "headers made, not captured";

/// Appends what is known of a message.
pub(super) fn message(messages: &Messages<'_>, facts: &Facts, out: &mut Vec<u8>) {
    say(MADE, out);
    say(if messages.direction == Direction::Rx { "; received " } else { "; sent " }, out);
    say(messages.unit.word(), out);
    match facts.time {
        Some((_, Clock::Kernel)) => say(", time by the kernel", out),
        Some((_, Clock::User)) => say(", time by the program", out),
        None => say(", time not known: that of the one before", out),
    }
    if let Some(count) = facts.train {
        say(", shared by the ", out);
        decimal(count.get().into(), out);
        say(" of a train", out);
    }
    if let Some(number) = facts.number {
        say(", peer ", out);
        decimal(number.get().into(), out);
    }
    if let Some(name) = facts.interface.and_then(|index| messages.interfaces.name(index.get())) {
        say(", by ", out);
        text::line(name, out);
    }
    numbers(messages.direction, facts, out);
    if let Some(from) = facts.cut_from {
        say(", cut from ", out);
        counted(from.into(), "byte", out);
    }
    if let Some(after) = facts.answer_after {
        say(", answer after ", out);
        thousandths(u64::try_from(after.as_nanos()).unwrap_or(u64::MAX) / 1000, out);
        say(" ms", out);
    }
    if let Some(credentials) = facts.credentials {
        say(", from ", out);
        say(&credentials.to_string(), out);
    }
    frame(messages.unit, facts, out);
}

/// What a header says that was received is not a fact where nothing was said of it.
fn numbers(direction: Direction, facts: &Facts, out: &mut Vec<u8>) {
    if direction == Direction::Tx {
        return;
    }
    match (facts.ttl, facts.tclass) {
        (None, None) => {}
        (None, Some(_)) => say(", ttl not known", out),
        (Some(_), None) => say(", traffic class not known", out),
        (Some(_), Some(_)) => {}
    }
}

fn frame(unit: Unit, facts: &Facts, out: &mut Vec<u8>) {
    match facts.frame {
        Some(frame) => {
            say(", on the wire ", out);
            counted(frame.wire.into(), "byte", out);
            match frame.flaw {
                Some(flaw) => {
                    say(", flawed: ", out);
                    text::line(&flaw.to_string(), out);
                }
                None if frame.checked => say(", check right", out),
                None => {}
            }
        }
        None if unit == Unit::Frame => say(", without what the framing adds", out),
        None => {}
    }
    if let Some(is_text) = facts.text {
        say(if is_text { ", text" } else { ", binary" }, out);
    }
}

/// Appends that the next packets are one message.
pub(super) fn part(number: usize, of: usize, out: &mut Vec<u8>) {
    say("; part ", out);
    decimal(number as u64, out);
    say(" of ", out);
    decimal(of as u64, out);
}

/// Appends what is known of a connection when it is open.
pub(super) fn opened(opened: &Opened<'_>, out: &mut Vec<u8>) {
    say(MADE, out);
    if opened.purpose == Purpose::Accept {
        say("; accepted at this time, the handshake was before it", out);
    }
    let Some(known) = opened.connection else { return };
    if let Some(connect) = known.connect {
        say("; connected after ", out);
        connection::millis(connect, out);
        say(" ms", out);
    }
    if let Some(tries) = known.tries.filter(|tries| tries.get() > 1) {
        say(", tries: ", out);
        decimal(tries.get().into(), out);
    }
    for proxy in &known.through {
        say(", through ", out);
        text::line(proxy, out);
    }
    if let Some(credentials) = known.credentials {
        say(", ", out);
        say(&credentials.to_string(), out);
    }
    if let Some(tls) = &known.tls {
        say("; what follows is the plaintext inside ", out);
        connection::agreed(tls, out);
    }
    if let Some(subprotocol) = &known.subprotocol {
        say(", subprotocol ", out);
        text::line(subprotocol, out);
    }
}

/// Appends that a packet stands for something that happened.
pub(super) fn happened(words: &str, out: &mut Vec<u8>) {
    say(MADE, out);
    say("; ", out);
    say(words, out);
}

pub(super) fn say(words: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(words.as_bytes());
}
