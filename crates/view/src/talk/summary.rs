//! What went through a socket, once it is closed.

use sockscope_core::event::{Break, Closed, End, Pace, Purpose, Totals};
use sockscope_core::facts::Unit;

use super::known::Known;
use super::say;
use crate::connection::{amount, losses, millis};
use crate::number::{counted, decimal};

/// Appends the lines that say so.
pub(super) fn closed(closed: &Closed, known: Option<&Known>, out: &mut Vec<u8>) {
    match known {
        None if closed.why == End::NotOpened => return,
        Some(known) if known.purpose == Purpose::Accept => left(closed, known, out),
        _ => {
            known.inspect(|known| known.name(out));
            totals(&closed.totals, known, out);
            if closed.why != End::Done {
                say("; ", out);
                say(reason(closed.why), out);
            }
        }
    }
    out.push(b'\n');
    if let Some(measured) = &closed.pace {
        pace(measured, out);
    }
}

/// A peer that had come is gone: by itself, or because this side closed the connection.
fn left(closed: &Closed, known: &Known, out: &mut Vec<u8>) {
    let Closed { why, totals, .. } = closed;
    out.extend_from_slice(&known.who);
    say(if matches!(why, End::Ended | End::Broken(_)) { " left" } else { " is closed" }, out);
    if *why != End::Done {
        say(": ", out);
        say(reason(*why), out);
    }
    say("; received ", out);
    amount(totals.rx_messages, totals.rx_bytes, known.unit, out);
    if totals.tx_messages > 0 {
        say(", sent ", out);
        amount(totals.tx_messages, totals.tx_bytes, known.unit, out);
    }
    losses(totals, out);
}

/// What went through, the side that the socket is for first.
fn totals(totals: &Totals, known: Option<&Known>, out: &mut Vec<u8>) {
    let sends = known.is_some_and(|known| known.purpose == Purpose::Send);
    let unit = known.map_or(Unit::Message, |known| known.unit);
    let from = match known.map(|known| known.purpose) {
        Some(Purpose::Talk | Purpose::Run) => " from ",
        _ => " on ",
    };
    let captures = known.is_some_and(|known| known.purpose == Purpose::Capture);
    let verb = if captures { "captured " } else { "received " };
    let received = (verb, totals.rx_messages, totals.rx_bytes, from);
    let sent = ("sent ", totals.tx_messages, totals.tx_bytes, " to ");
    let (first, second) = if sends { (sent, received) } else { (received, sent) };
    let (verb, count, bytes, preposition) = first;
    say(verb, out);
    amount(count, bytes, unit, out);
    if let Some(known) = known {
        say(preposition, out);
        out.extend_from_slice(&known.who);
    }
    if totals.peers > 0 {
        say(" from ", out);
        counted(totals.peers, "peer", out);
    }
    let (verb, count, bytes, _) = second;
    if count > 0 {
        say(", ", out);
        say(verb, out);
        amount(count, bytes, unit, out);
    }
    // That nothing was dropped is news only to those who listened where something may be.
    if !sends && unit.is_droppable() || totals.dropped > 0 {
        say(if totals.dropped_at_least { ", at least " } else { ", " }, out);
        decimal(totals.dropped, out);
        say(" dropped by the kernel", out);
    }
    losses(totals, out);
}

fn reason(why: End) -> &'static str {
    match why {
        End::Count => "stopped after --count",
        End::Idle => "idle",
        End::TimeUp => "time is up",
        End::Done => "done",
        End::NoAnswer => "no answer came",
        End::Failed => "failed",
        End::Stopped => "stopped by a signal",
        End::Ended => "both sides ended",
        End::Asked => "as asked",
        End::Broken(Break::Reset) => "reset by the peer",
        End::Broken(Break::BrokenPipe) => "the peer no longer reads (broken pipe)",
        End::Broken(Break::TimedOut) => "timed out",
        End::Broken(Break::Unreachable) => "no way to the host any more",
        End::Broken(Break::Protocol) => "it broke the protocol",
        End::Broken(Break::Other) => "the connection broke",
        End::NotOpened => "not opened",
        End::TurnedAway => "turned away",
        End::IdlePeer => "idle for too long",
        End::Unmet => "an expectation was not met",
    }
}

fn pace(pace: &Pace, out: &mut Vec<u8>) {
    say("interval asked ", out);
    millis(pace.asked, out);
    say(" ms, measured ", out);
    millis(pace.mean, out);
    say(" ms (", out);
    millis(pace.min, out);
    say(" to ", out);
    millis(pace.max, out);
    say("), ", out);
    decimal(pace.missed, out);
    say(" missed\n", out);
}
