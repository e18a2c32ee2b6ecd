//! What is said on standard error: which sockets are open, and what went through them.

use std::time::Duration;

use sockscope_core::event::{Closed, End, Event, Opened, Pace, Purpose, SocketId, Totals};
use sockscope_core::facts::Peer;

use crate::number::{counted, decimal, thousandths};
use crate::palette::Palette;
use crate::{Render, address, text, warning};

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// What opens and closes; warnings are shown elsewhere.
    Doings,
    /// That, and warnings.
    All,
    /// Only warnings.
    Warnings,
}

/// Says what opens and closes, one line each.
#[derive(Debug, Clone)]
pub struct Talk {
    palette: Palette,
    say: Say,
    open: Vec<Known>,
}

/// What the summary of a socket needs from its opening.
#[derive(Debug, Clone)]
struct Known {
    socket: SocketId,
    purpose: Purpose,
    place: Vec<u8>,
}

impl Talk {
    /// Talk in these colours.
    pub fn new(palette: Palette, say: Say) -> Self {
        Self { palette, say, open: Vec::new() }
    }
}

impl Render for Talk {
    fn event(&mut self, _seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Opened(opened) if self.say != Say::Warnings => self.opened(opened, out),
            Event::Closed(closed) if self.say != Say::Warnings => self.closed(closed, out),
            Event::Warning(warning) if self.say != Say::Doings => {
                self.palette.warning.paint(out, |out| {
                    say("warning: ", out);
                    warning::words(&warning.what, out);
                });
                out.push(b'\n');
            }
            Event::Opened(_)
            | Event::Closed(_)
            | Event::Warning(_)
            | Event::Messages(_)
            | Event::Ended(_)
            | Event::State(_) => {}
        }
    }
}

impl Talk {
    fn opened(&mut self, opened: &Opened<'_>, out: &mut Vec<u8>) {
        let place = place(opened);
        match opened.purpose {
            Purpose::Listen => say("listening on ", out),
            Purpose::Echo => say("echoing on ", out),
            Purpose::Send => say("sending ", out),
            Purpose::Talk => say("talking ", out),
            Purpose::Accept => say("joined: ", out),
            Purpose::Run => say("running ", out),
        }
        match (opened.purpose, opened.local, opened.remote) {
            (Purpose::Send | Purpose::Talk, local, remote) => way(local, remote, &place, out),
            _ => out.extend_from_slice(&place),
        }
        out.push(b'\n');
        for granted in opened.granted {
            self.palette.warning.paint(out, |out| {
                text::line(granted.option, out);
                say(": asked ", out);
                text::line(&granted.asked, out);
                say(", kernel gave ", out);
                text::line(&granted.got, out);
                say(" (", out);
                text::line(granted.why, out);
                say(")", out);
            });
            out.push(b'\n');
        }
        self.open.push(Known { socket: opened.socket, purpose: opened.purpose, place });
    }

    fn closed(&mut self, closed: &Closed, out: &mut Vec<u8>) {
        let at = self.open.iter().position(|known| known.socket == closed.socket);
        let known = at.map(|at| self.open.swap_remove(at));
        summary(&closed.totals, known.as_ref(), out);
        say(reason(closed.why), out);
        out.push(b'\n');
        if let Some(measured) = &closed.pace {
            pace(measured, out);
        }
    }
}

/// The endpoint with the address that was really taken: what is bound for those who wait, what is sent to
/// for those who send.
fn place(opened: &Opened<'_>) -> Vec<u8> {
    let mut place = Vec::new();
    let real = match opened.purpose {
        Purpose::Listen | Purpose::Echo => opened.local,
        Purpose::Send | Purpose::Talk | Purpose::Accept | Purpose::Run => opened.remote,
    };
    match (opened.endpoint.split_once("://"), real) {
        (Some((scheme, _)), Some(real)) => {
            text::line(scheme, &mut place);
            say("://", &mut place);
            address::peer(real, &mut place);
        }
        _ => text::line(opened.endpoint, &mut place),
    }
    place
}

fn way(local: Option<Peer>, remote: Option<Peer>, place: &[u8], out: &mut Vec<u8>) {
    if let Some(local) = local {
        say("from ", out);
        address::peer(local, out);
        out.push(b' ');
    }
    say("to ", out);
    match remote {
        Some(remote) => address::peer(remote, out),
        None => out.extend_from_slice(place),
    }
}

/// What went through, the side that the socket is for first.
fn summary(totals: &Totals, known: Option<&Known>, out: &mut Vec<u8>) {
    let received = ("received ", totals.rx_messages, totals.rx_bytes, " on ");
    let sent = ("sent ", totals.tx_messages, totals.tx_bytes, " to ");
    let sends = known.is_some_and(|known| known.purpose == Purpose::Send);
    let (first, second) = if sends { (sent, received) } else { (received, sent) };
    let (verb, messages, bytes, preposition) = first;
    say(verb, out);
    amount(messages, bytes, out);
    if let Some(known) = known {
        say(preposition, out);
        out.extend_from_slice(&known.place);
    }
    let (verb, messages, bytes, _) = second;
    if messages > 0 {
        say(", ", out);
        say(verb, out);
        amount(messages, bytes, out);
    }
    // That nothing was dropped is news only to those who listened.
    if !sends || totals.dropped > 0 {
        say(", ", out);
        decimal(totals.dropped, out);
        say(" dropped by the kernel", out);
    }
    losses(totals, out);
}

fn amount(messages: u64, bytes: u64, out: &mut Vec<u8>) {
    counted(messages, "message", out);
    say(" (", out);
    decimal(bytes, out);
    say(" B)", out);
}

/// What is rare, where there is any.
fn losses(totals: &Totals, out: &mut Vec<u8>) {
    let counts = [
        (totals.cut, " cut"),
        (totals.ignored, " from other peers left out"),
        (totals.not_sent, " not sent"),
        (totals.faults, " ICMP errors"),
    ];
    for (count, what) in counts {
        if count > 0 {
            say(", ", out);
            decimal(count, out);
            say(if count == 1 { what.trim_end_matches('s') } else { what }, out);
        }
    }
}

fn reason(why: End) -> &'static str {
    match why {
        End::Count => "; stopped after --count",
        End::Idle => "; idle",
        End::TimeUp => "; time is up",
        End::Done => "",
        End::NoAnswer => "; no answer came",
        End::Failed => "; failed",
        End::Stopped => "; stopped by a signal",
        End::Ended => "; both sides ended",
        End::Asked => "; closed",
        End::Broken(_) => "; broken",
        End::NotOpened => "; not opened",
        End::TurnedAway => "; turned away",
        End::IdlePeer => "; idle for too long",
        End::Unmet => "; an expectation was not met",
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

fn millis(time: Duration, out: &mut Vec<u8>) {
    thousandths(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), out);
}

fn say(words: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(words.as_bytes());
}
