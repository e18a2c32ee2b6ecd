//! What sockets tell, as blocks of a recording.

use std::collections::HashMap;

use sockscope_core::endpoint::{SCHEMES, Shape};
use sockscope_core::event::{
    Closed, End, Ended, Event, Mark, Messages, Opened, Purpose, SocketId, Trouble, Warning,
};
use sockscope_core::facts::{Direction, Facts, Stamp, Unit};

use super::block::{self, Section};
use super::comment;
use super::headers::{self, Path};
use super::names::Names;
use super::places::{NULL, Passing, Places, RAW};
use super::socket::Socket;
use super::stream::Stream;
use crate::flow::Flags;
use crate::{Render, text, warning};

/// How much of a recording is true.
const MADE: &str = "Recorded at sockets, without a capture: payloads, times, addresses and what comments say are as the \
     kernel told them; headers are made to fit.";
const CAPTURED: &str = "Captured: packets are as they were on the link.";

/// What a recording says of itself.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The operating system, in the words of uname(1).
    pub os: String,
    /// The program that records, with its version.
    pub application: String,
    /// The charset that text is in, where it is known.
    pub charset: Option<String>,
    /// It is of packets as they were, rather than of what sockets told.
    pub captured: bool,
    /// Made packets begin with the header of a BSD loopback, as a capture of lo0 on macOS does.
    pub null: bool,
    /// The most bytes of a packet, its headers included; what is left out is told by its length.
    pub snap: Option<u32>,
}

/// Turns what sockets tell into packets and statistics of a recording.
#[derive(Debug, Clone)]
pub struct Recorder {
    about: About,
    places: Places,
    sockets: HashMap<SocketId, Socket>,
    names: Names,
    words: Vec<u8>,
}

impl Recorder {
    /// Nothing is known yet.
    pub fn new(about: About) -> Self {
        let places = Places::new(about.snap);
        Self { about, places, sockets: HashMap::new(), names: Names::default(), words: Vec::new() }
    }

    /// Appends what a file begins with, so that what follows can be read from there on.
    pub fn head(&self, out: &mut Vec<u8>) {
        let section = Section {
            os: &self.about.os,
            application: &self.about.application,
            comment: if self.about.captured { CAPTURED } else { MADE },
            ..Section::default()
        };
        block::section(&section, out);
        self.places.again(out);
        self.names.again(out);
    }

    /// How many packets were appended.
    pub fn packets(&self) -> u64 {
        self.places.packets
    }

    /// How many of them were cut.
    pub fn cut(&self) -> u64 {
        self.places.cut
    }

    fn opened(&mut self, opened: &Opened<'_>, out: &mut Vec<u8>) {
        // What a program says and hears has passed the socket of its peer.
        if opened.purpose == Purpose::Run {
            return;
        }
        let parent = opened.parent.and_then(|parent| self.sockets.get(&parent)).map(|parent| parent.place);
        let place = parent.unwrap_or_else(|| self.place(opened, out));
        let scheme = opened.endpoint.split_once("://").map_or("", |(scheme, _)| scheme);
        let shape = SCHEMES.iter().find(|known| known.name == scheme).map(|known| known.shape);
        let flows = matches!(shape, Some(Shape::Stream | Shape::Messages) | None);
        // A listener passes nothing itself.
        let flows = flows && !matches!(opened.unit, Unit::Wire(_));
        let stream = (flows && opened.remote.is_some()).then(Stream::default);
        let (id, local, remote, connected) = (opened.socket, opened.local, opened.remote, stream.is_some());
        self.sockets.insert(id, Socket { id, place, local, remote, stream, drops: 0 });
        if connected {
            self.handshake(opened, out);
        }
    }

    /// A new endpoint.
    fn place(&mut self, opened: &Opened<'_>, out: &mut Vec<u8>) -> usize {
        let charset = self.about.charset.as_deref().unwrap_or("not told");
        let name = opened.name.map_or_else(String::new, |name| format!(", called {name}"));
        let (purpose, unit) = (opened.purpose.word(), opened.unit.word());
        let mut description = format!("{purpose}{name}, {unit}s, charset {charset}");
        for granted in opened.granted {
            description += &format!(", {} asked {} got {}", granted.option, granted.asked, granted.got);
        }
        let mut words = Vec::new();
        text::line(opened.endpoint, &mut words);
        let link = match opened.unit {
            Unit::Wire(link) => link,
            _ if self.about.null => NULL,
            _ => RAW,
        };
        self.places.open(link, String::from_utf8_lossy(&words).into_owned(), description, out)
    }

    /// The three packets with which a connection begins, as far as it is known when they went.
    fn handshake(&mut self, opened: &Opened<'_>, out: &mut Vec<u8>) {
        let (asks, answers) = match opened.purpose {
            Purpose::Accept => (Direction::Rx, Direction::Tx),
            _ => (Direction::Tx, Direction::Rx),
        };
        let took = opened.connection.and_then(|known| known.connect).unwrap_or_default();
        let began = Stamp(opened.time.0.saturating_sub(took.as_nanos() as u64));
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        comment::opened(opened, &mut words);
        self.control(opened.socket, asks, began, Flags::SYN, &words, out);
        self.control(opened.socket, answers, opened.time, Flags::SYN.and(Flags::ACK), &words, out);
        self.control(opened.socket, asks, opened.time, Flags::ACK, &words, out);
        self.words = words;
    }

    /// A packet of a connection without payload.
    fn control(
        &mut self,
        socket: SocketId,
        direction: Direction,
        time: Stamp,
        flags: Flags,
        words: &[u8],
        out: &mut Vec<u8>,
    ) {
        let Some(known) = self.sockets.get_mut(&socket) else { return };
        let Some(stream) = &mut known.stream else { return };
        let head = stream.send(direction, flags, 0);
        let path = known.path(self.about.null, direction, &Facts::default(), &mut self.names, out);
        let place = known.place;
        let headers = headers::tcp(&path, head, &[]);
        let passing = Passing { place, time, direction, drops: 0, id: None };
        self.places.packet(&passing, &headers, &[], 0, words, out);
    }

    /// Packets as they were on the link.
    fn wire(&mut self, messages: &Messages<'_>, out: &mut Vec<u8>) {
        let Some(place) = self.sockets.get(&messages.socket).map(|known| known.place) else { return };
        for message in messages.iter() {
            let outgoing = message.facts.outgoing == Some(true);
            let direction = if outgoing { Direction::Tx } else { Direction::Rx };
            let time = message.facts.time.map_or(self.places.last, |(time, _)| time);
            let passing = Passing { place, time, direction, drops: 0, id: None };
            let wire = message.facts.cut_from.unwrap_or(message.bytes.len() as u32);
            self.places.passed(place);
            self.places.put(&passing, [message.bytes, &[]], wire, &[], out);
        }
    }

    fn messages(&mut self, first: u64, messages: &Messages<'_>, out: &mut Vec<u8>) {
        if let Unit::Wire(_) = messages.unit {
            return self.wire(messages, out);
        }
        let mut words = std::mem::take(&mut self.words);
        for (number, message) in messages.iter().enumerate() {
            words.clear();
            comment::message(messages, message.facts, &mut words);
            self.message(first + number as u64, messages, message.facts, message.bytes, &mut words, out);
        }
        self.words = words;
    }

    fn message(
        &mut self,
        id: u64,
        messages: &Messages<'_>,
        facts: &Facts,
        bytes: &[u8],
        words: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        let Some(socket) = self.sockets.get_mut(&messages.socket) else { return };
        let (place, direction) = (socket.place, messages.direction);
        let drops = facts.drops.map_or(0, |drops| drops.wrapping_sub(socket.drops));
        socket.drops = facts.drops.unwrap_or(socket.drops);
        let path = socket.path(self.about.null, direction, facts, &mut self.names, out);
        let flows = socket.stream.is_some();
        let time = facts.time.map_or(self.places.last, |(time, _)| time);
        self.places.passed(place);
        let passing = Passing { place, time, direction, drops: drops.into(), id: Some(id) };
        if flows {
            self.acknowledge(messages.socket, direction, time, out);
            return self.segments(messages.socket, &passing, &path, bytes, words, out);
        }
        let wire = facts.cut_from.map_or(bytes.len(), |from| from as usize);
        let headers = headers::udp(&path, bytes, wire);
        self.places.packet(&passing, &headers, bytes, wire, words, out);
    }

    /// Bytes of a connection, in as few segments as they fit into.
    fn segments(
        &mut self,
        socket: SocketId,
        passing: &Passing,
        path: &Path,
        bytes: &[u8],
        words: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        let (parts, whole) = (bytes.len().div_ceil(headers::SEGMENT).max(1), words.len());
        for number in 1..=parts {
            let part = &bytes[(number - 1) * headers::SEGMENT..bytes.len().min(number * headers::SEGMENT)];
            let stream = self.sockets.get_mut(&socket).and_then(|known| known.stream.as_mut());
            let Some(stream) = stream else { return };
            let flags = if number == parts { Flags::PSH.and(Flags::ACK) } else { Flags::ACK };
            let headers = headers::tcp(path, stream.send(passing.direction, flags, part.len()), part);
            if parts > 1 {
                words.truncate(whole);
                comment::part(number, parts, words);
            }
            self.places.packet(passing, &headers, part, part.len(), words, out);
        }
    }

    /// The acknowledgment that must have come, where much has gone one way.
    fn acknowledge(&mut self, socket: SocketId, direction: Direction, time: Stamp, out: &mut Vec<u8>) {
        let stream = self.sockets.get(&socket).and_then(|known| known.stream);
        if stream.is_some_and(|stream| stream.owes(direction)) {
            let mut words = Vec::new();
            comment::happened("an acknowledgment that must have come by now", &mut words);
            self.control(socket, other(direction), time, Flags::ACK, &words, out);
        }
    }

    fn ended(&mut self, ended: &Ended, out: &mut Vec<u8>) {
        let mut words = Vec::new();
        comment::happened("this side has ended in order", &mut words);
        self.control(ended.socket, ended.direction, ended.time, Flags::FIN.and(Flags::ACK), &words, out);
    }

    /// Something that is no packet: statistics bear it at once, and the next packet is told of it.
    fn happened(&mut self, socket: SocketId, time: Stamp, words: &[u8], out: &mut Vec<u8>) {
        let Some(place) = self.sockets.get(&socket).map(|known| known.place) else { return };
        self.places.happened(place, time, words, out);
    }

    fn warning(&mut self, warning: &Warning, out: &mut Vec<u8>) {
        if let Trouble::KernelDrop { count, .. } | Trouble::CaptureDrop { count, .. } = warning.what
            && let Some(known) = self.sockets.get(&warning.socket)
        {
            self.places.dropped(known.place, count);
        }
        let mut words = Vec::new();
        warning::words(&warning.what, &mut words);
        self.happened(warning.socket, warning.time, &words, out);
    }

    fn marked(&mut self, mark: &Mark<'_>, out: &mut Vec<u8>) {
        let mut words = b"mark: ".to_vec();
        text::line(mark.text, &mut words);
        // It is between all that happens, wherever that was.
        let sockets: Vec<_> = self.sockets.iter().map(|(id, known)| (known.place, *id)).collect();
        if let Some((_, socket)) = sockets.into_iter().min() {
            self.happened(socket, mark.time, &words, out);
        }
    }

    fn closed(&mut self, closed: &Closed, out: &mut Vec<u8>) {
        let Some(known) = self.sockets.get(&closed.socket) else { return };
        let place = known.place;
        if let Some(stream) = known.stream {
            let broken = matches!(closed.why, End::Broken(_));
            let mut words = Vec::new();
            if broken && !(stream.ended(Direction::Rx) && stream.ended(Direction::Tx)) {
                comment::happened("the connection broke: ", &mut words);
                comment::say(closed.why.word(), &mut words);
                self.control(
                    closed.socket,
                    Direction::Rx,
                    closed.time,
                    Flags::RST.and(Flags::ACK),
                    &words,
                    out,
                );
            } else if !stream.ended(Direction::Tx) {
                comment::happened("closed by this side: ", &mut words);
                comment::say(closed.why.word(), &mut words);
                self.control(
                    closed.socket,
                    Direction::Tx,
                    closed.time,
                    Flags::FIN.and(Flags::ACK),
                    &words,
                    out,
                );
            }
        }
        self.sockets.remove(&closed.socket);
        let mut words = b"closed: ".to_vec();
        comment::say(closed.why.word(), &mut words);
        self.places.statistics(place, closed.time, &words, out);
    }
}

fn other(direction: Direction) -> Direction {
    match direction {
        Direction::Rx => Direction::Tx,
        Direction::Tx => Direction::Rx,
    }
}

impl Render for Recorder {
    fn event(&mut self, seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Opened(opened) => self.opened(opened, out),
            Event::Messages(messages) => self.messages(seq, messages, out),
            Event::Ended(ended) => self.ended(ended, out),
            Event::Warning(warning) => self.warning(warning, out),
            Event::Mark(mark) => self.marked(mark, out),
            Event::Closed(closed) => self.closed(closed, out),
            // What somebody asked to see has not passed the socket.
            Event::State(_) => {}
        }
    }
}
