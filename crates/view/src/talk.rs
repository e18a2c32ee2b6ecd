//! What is said on standard error: which sockets are open, who comes and goes, and what went through them.

mod known;
mod summary;

use std::collections::HashMap;

use sockscope_core::connection::{Connection, Inside};
use sockscope_core::event::{Closed, End, Ended, Event, Granted, Opened, Purpose, SocketId, Totals};
use sockscope_core::facts::{Direction, Peer, Stamp, Unit};

use crate::connection::{millis, process, shown, tls};
use crate::number::{counted, decimal};
use crate::palette::Palette;
use crate::{Render, address, text, warning};
use known::Known;

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
    verbose: bool,
    /// Whether it was told that a stream has no messages.
    chunks: bool,
    open: HashMap<SocketId, Known>,
}

impl Talk {
    /// Talk in these colours.
    pub fn new(palette: Palette, say: Say) -> Self {
        Self { palette, say, verbose: false, chunks: false, open: HashMap::new() }
    }

    /// Whether a connection's certificate is told at its opening, and what TCP knows at its end.
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }
}

impl Render for Talk {
    fn event(&mut self, _seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        let doings = self.say != Say::Warnings;
        match event {
            Event::Opened(opened) if doings => self.opened(opened, out),
            Event::Ended(ended) if doings => self.ended(ended, out),
            Event::Closed(closed) if doings => self.closed(closed, out),
            Event::Warning(warning) if self.say != Say::Doings => {
                let known = self.open.get(&warning.socket);
                self.palette.warning.paint(out, |out| {
                    say("warning: ", out);
                    known.inspect(|known| known.name(out));
                    warning::words(&warning.what, out);
                });
                out.push(b'\n');
            }
            Event::Opened(_)
            | Event::Ended(_)
            | Event::Closed(_)
            | Event::Warning(_)
            | Event::Messages(_)
            | Event::State(_)
            | Event::Mark(_) => {}
        }
    }
}

impl Talk {
    fn opened(&mut self, opened: &Opened<'_>, out: &mut Vec<u8>) {
        let known = Known::new(opened);
        known.name(out);
        match (opened.purpose, opened.connection) {
            (Purpose::Accept, _) => {
                out.extend_from_slice(&known.who);
                say(" joined", out);
            }
            (Purpose::Send | Purpose::Talk, Some(connection)) => connected(opened, connection, &known, out),
            _ => waits(opened, &known.who, out),
        }
        out.push(b'\n');
        if let Some(tls) = opened.connection.and_then(|connection| connection.tls.as_ref()) {
            self::tls(tls, opened.time, self.verbose, &self.palette, out);
        }
        if let Some(certificate) = opened.connection.and_then(|connection| connection.shown.as_ref()) {
            shown(certificate, opened.time, &self.palette, out);
        }
        opened.granted.iter().for_each(|granted| self.granted(granted, out));
        if opened.unit == Unit::Chunk && opened.purpose != Purpose::Send && !self.chunks {
            self.chunks = true;
            // Sessions that have names are those of the console and of scripts, where it is a word.
            let frame = if opened.name.is_some() { "the word frame" } else { "--frame" };
            self.palette.note.paint(out, |out| {
                say("a stream has no messages: rows are chunks, what one read gave; ", out);
                say(frame, out);
                say(" cuts frames\n", out);
            });
        }
        self.open.insert(opened.socket, known);
    }

    fn granted(&self, granted: &Granted, out: &mut Vec<u8>) {
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

    fn ended(&mut self, ended: &Ended, out: &mut Vec<u8>) {
        let other = other(self.open.get(&ended.socket), ended);
        if let Some(known) = self.open.get_mut(&ended.socket) {
            // When the second direction ends the connection closes, which says so.
            if known.ended.replace(ended.direction).is_some_and(|before| before != ended.direction) {
                return;
            }
            known.name(out);
        }
        let words: [&[u8]; 3] = match ended.direction {
            Direction::Rx => [&other, b" has ended its sending; this side still can send", b""],
            Direction::Tx => [b"this side has ended its sending; ", &other, b" still can send"],
        };
        words.iter().for_each(|words| out.extend_from_slice(words));
        out.push(b'\n');
    }

    fn closed(&mut self, closed: &Closed, out: &mut Vec<u8>) {
        let known = self.open.remove(&closed.socket);
        summary::closed(closed, known.as_ref(), out);
        if let (true, Some(tcp)) = (self.verbose, &closed.inside.tcp) {
            self.palette.note.paint(out, |out| {
                say("  rtt ", out);
                millis(tcp.rtt, out);
                say(" ms (± ", out);
                millis(tcp.rtt_deviation, out);
                say(" ms), ", out);
                counted(tcp.retransmits.into(), "segment", out);
                say(" sent again\n", out);
            });
        }
    }
}

/// Appends what went through all `shards` of a UDP endpoint together, and why they ended. `purpose`: what for.
pub fn together(shards: usize, purpose: Purpose, why: End, totals: &Totals, out: &mut Vec<u8>) {
    let known = Known::of_all(purpose, format!("all {shards} shards together"));
    let closed = Closed {
        socket: SocketId(0),
        time: Stamp(0),
        why,
        totals: *totals,
        pace: None,
        inside: Inside::default(),
    };
    summary::closed(&closed, Some(&known), out);
}

/// Who waits for others, or sends without a connection.
fn waits(opened: &Opened<'_>, place: &[u8], out: &mut Vec<u8>) {
    match opened.purpose {
        Purpose::Listen => say("listening on ", out),
        Purpose::Echo => say("echoing on ", out),
        Purpose::Run => say("running ", out),
        Purpose::Capture => say("capturing on ", out),
        Purpose::Accept => {}
        Purpose::Send => {
            say("sending ", out);
            return way(opened.local, opened.remote, place, out);
        }
        Purpose::Talk => {
            say("talking ", out);
            return way(opened.local, opened.remote, place, out);
        }
    }
    out.extend_from_slice(place);
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

/// A connection that this side has opened.
fn connected(opened: &Opened<'_>, connection: &Connection, known: &Known, out: &mut Vec<u8>) {
    say("connected to ", out);
    out.extend_from_slice(&known.who);
    for (number, proxy) in connection.through.iter().enumerate() {
        say(if number == 0 { " through " } else { ", " }, out);
        text::line(proxy, out);
    }
    if let Some(local) = opened.local.filter(|local| local.inet().is_some()) {
        say(" from ", out);
        address::peer(local, out);
    }
    if let Some(time) = connection.connect {
        say(" in ", out);
        millis(time, out);
        say(" ms", out);
    }
    if let Some(tries) = connection.tries.filter(|tries| tries.get() > 1) {
        say(", at try ", out);
        decimal(tries.get().into(), out);
    }
    if let Some(credentials) = connection.credentials {
        say(", ", out);
        process(credentials, out);
    }
    if let Some(subprotocol) = &connection.subprotocol {
        say(", subprotocol ", out);
        text::line(subprotocol, out);
    }
}

/// The other side of a connection.
fn other(known: Option<&Known>, ended: &Ended) -> Vec<u8> {
    let mut who = Vec::new();
    match known {
        Some(known) if known.purpose == Purpose::Accept => who.extend_from_slice(&known.who),
        _ => known::peer(ended.number, ended.peer, None, &mut who),
    }
    who
}

fn say(words: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(words.as_bytes());
}
