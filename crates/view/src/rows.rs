//! Messages as rows for people.
//!
//! ```text
//! 12:00:01.123456  <-  127.0.0.1:54321           4 B  你好                              c4 e3 ba c3
//! 12:00:01.223456  <-  #2 127.0.0.1:51234        4 B chunk  你好                        c4 e3 ba c3
//! ```
//!
//! The chunks of a stream are read as one text in each direction: a character that two chunks cut is shown
//! in the row that completes it. Where the charset is guessed, each chunk is read by itself.

mod route;
mod row;
mod state;

use std::collections::HashMap;
use std::num::NonZeroU32;

use sockscope_core::charset::Viewing;
use sockscope_core::event::{Ended, Event, Mark, Messages, Opened, SocketId, State, Warning};
use sockscope_core::facts::{Direction, Stamp, Unit};

use crate::dissect::Link;
use crate::list::List;
use crate::palette::Palette;
use crate::text::{self, Begun};
use crate::time::Local;
use crate::{Render, address, hex, list, number, warning};
use route::Route;
use row::Row;

/// What rows show, and how wide.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The charset of the text column; without one, bytes are shown as UTF-8.
    pub charset: Option<Viewing>,
    /// How bytes are shown besides as text.
    pub dump: Dump,
    /// Display columns of the text column. Longer text pushes what follows to the right.
    pub width: usize,
    /// Display columns after which text is folded.
    pub fold: usize,
    /// Whether everything is shown, however long.
    pub full: bool,
    /// Whether time to live, type of service and interface are shown.
    pub verbose: bool,
    /// Whether the names that a person gave sockets are shown: where there are several.
    pub names: bool,
    /// Whether this side's address is shown where it could have been guessed.
    pub own: bool,
    /// The wall clock's offset in seconds east of UTC.
    pub offset: i32,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            charset: None,
            dump: Dump::Narrow,
            width: 32,
            fold: 64,
            full: false,
            verbose: false,
            names: true,
            own: true,
            offset: 0,
        }
    }
}

/// How bytes are shown besides as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dump {
    /// As hex at the end of the row, the first [`Dump::NARROW`] bytes.
    #[default]
    Narrow,
    /// As a canonical dump below the row, the first [`Dump::WIDE`] lines.
    Wide,
    /// Not at all.
    None,
}

impl Dump {
    /// Bytes of hex at the end of a row unless all are asked for.
    pub const NARROW: usize = 16;
    /// Lines of dump below a row unless all are asked for.
    pub const WIDE: usize = 16;
}

/// Shows every message and every warning as a row, and the state of a connection as a block of lines.
#[derive(Debug, Clone)]
pub struct Rows {
    layout: Layout,
    palette: Palette,
    clock: Local,
    /// Columns of the widest addresses so far.
    route: usize,
    open: HashMap<SocketId, Known>,
    /// Characters that chunks have begun; nothing is kept of a stream that has begun none.
    begun: HashMap<(SocketId, Direction), Begun>,
    /// Captured packets, told as those of a recording are.
    packets: Option<Box<Packets>>,
}

/// Captured packets so far.
#[derive(Debug, Clone, Default)]
struct Packets {
    list: List,
    count: u64,
}

/// What rows need from a socket's opening.
#[derive(Debug, Clone)]
struct Known {
    unit: Unit,
    number: Option<NonZeroU32>,
    name: Option<Box<str>>,
}

impl Rows {
    /// Rows in these colours.
    pub fn new(layout: Layout, palette: Palette) -> Self {
        let clock = Local::new(layout.offset);
        Self {
            layout,
            palette,
            clock,
            route: route::LEAST,
            open: HashMap::new(),
            begun: HashMap::new(),
            packets: None,
        }
    }

    /// Shows it like this from now on.
    pub fn lay_out(&mut self, layout: Layout) {
        if layout.charset != self.layout.charset {
            // A character begun in another charset never ends in this one.
            self.begun.clear();
        }
        self.layout = layout;
    }

    /// The same for messages out of their order: what chunks have begun is no part of it.
    pub fn aside(&self) -> Self {
        Self { begun: HashMap::new(), ..self.clone() }
    }
}

impl Render for Rows {
    fn event(&mut self, _seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Opened(opened) => self.opened(opened),
            Event::Messages(messages) => self.messages(messages, out),
            Event::Ended(ended) => self.ended(ended, out),
            Event::State(state) => self.state(state, out),
            Event::Warning(warning) => self.warning(warning, out),
            Event::Mark(mark) => self.noted(mark, out),
            Event::Closed(closed) => {
                self.open.remove(&closed.socket);
                for direction in [Direction::Rx, Direction::Tx] {
                    self.unfinished(closed.socket, direction, closed.time, out);
                }
            }
        }
    }
}

impl Rows {
    fn opened(&mut self, opened: &Opened<'_>) {
        // A peer that came has a number; the name is that of the place it came to.
        let name = opened.name.filter(|_| opened.number.is_none()).map(Box::from);
        self.open.insert(opened.socket, Known { unit: opened.unit, number: opened.number, name });
    }

    /// Packets of an interface.
    fn packets(&mut self, link: u16, messages: &Messages<'_>, out: &mut Vec<u8>) {
        let Self { layout, palette, packets, open, .. } = self;
        let packets = packets.get_or_insert_with(|| {
            let clock = list::Clock::OfDay(layout.offset);
            let fold = (!layout.full).then_some(layout.width);
            let layout = list::Layout { charset: layout.charset, clock, fold };
            Box::new(Packets { list: List::new(layout, palette.clone()), count: 0 })
        });
        for message in messages.iter() {
            packets.count += 1;
            let (number, facts) = (packets.count, message.facts);
            // Where a packet passed says something only if it could have passed elsewhere.
            if let Some(name) = facts.interface.and_then(|index| messages.interfaces.name(index.get()))
                && open.len() > 1
            {
                text::line(name, out);
                out.push(b' ');
            }
            let packet = list::Packet {
                number,
                time: facts.time.map(|(time, _)| time),
                link: Link::from_number(link),
                bytes: message.bytes,
                wire_len: facts.cut_from.unwrap_or(message.bytes.len() as u32),
            };
            packets.list.packet(&packet, true, out);
        }
    }

    fn messages(&mut self, messages: &Messages<'_>, out: &mut Vec<u8>) {
        if let Unit::Wire(link) = messages.unit {
            return self.packets(link, messages, out);
        }
        let key = (messages.socket, messages.direction);
        let is_text = messages.unit == Unit::Chunk && !matches!(self.layout.charset, Some(Viewing::Auto(_)));
        let mut begun = is_text.then(|| self.begun.remove(&key).unwrap_or_default());
        let Self { layout, palette, clock, route, open, .. } = self;
        // Where a message arrived says something only if it could have arrived elsewhere.
        let both = (layout.own && open.len() > 1) || address::is_all(messages.local);
        let named = open.get(&messages.socket).filter(|_| layout.names);
        let name = named.and_then(|known| known.name.as_deref());
        let ends = Route { name, both, own: layout.own, full: layout.full };
        for message in messages.iter() {
            time(clock, palette, message.facts.time.map(|(stamp, _)| stamp), out);
            let row = Row { layout, palette, messages, message };
            row.route(ends, route, out);
            row.length(out);
            row.payload(begun.as_mut(), out);
        }
        if let Some(begun) = begun.filter(|begun| *begun != Begun::default()) {
            self.begun.insert(key, begun);
        }
    }

    fn ended(&mut self, ended: &Ended, out: &mut Vec<u8>) {
        self.unfinished(ended.socket, ended.direction, ended.time, out);
    }

    /// A stream is over: tells which bytes were never shown as text.
    fn unfinished(&mut self, socket: SocketId, direction: Direction, time: Stamp, out: &mut Vec<u8>) {
        let Some(begun) = self.begun.remove(&(socket, direction)) else { return };
        let waiting = begun.waiting();
        if waiting.is_empty() {
            return;
        }
        self.mark(time, out, |out| {
            out.extend_from_slice(match direction {
                Direction::Rx => b"what was received ends inside a character: ",
                Direction::Tx => b"what was sent ends inside a character: ",
            });
            number::counted(waiting.len() as u64, "byte", out);
            out.extend_from_slice(b" (");
            hex::spaced(waiting, out);
            out.extend_from_slice(b") not shown as text");
        });
    }

    fn state(&mut self, state: &State<'_>, out: &mut Vec<u8>) {
        time(&mut self.clock, &self.palette, Some(state.time), out);
        let known = self.open.get(&state.socket);
        out.extend_from_slice(b"  ==  ");
        self.palette.peer.paint(out, |out| {
            if let Some(name) = known.and_then(|known| known.name.as_deref()) {
                text::line(name, out);
                out.push(b' ');
            }
            if let Some(number) = known.and_then(|known| known.number) {
                out.push(b'#');
                number::decimal(number.get().into(), out);
                out.push(b' ');
            }
            match state.peer {
                Some(peer) => address::peer(peer, out),
                None => out.push(b'?'),
            }
        });
        out.push(b'\n');
        let unit = known.map_or(Unit::Message, |known| known.unit);
        state::block(state, unit, &self.palette, out);
    }

    /// What a person put between.
    fn noted(&mut self, mark: &Mark<'_>, out: &mut Vec<u8>) {
        time(&mut self.clock, &self.palette, Some(mark.time), out);
        self.palette.length.paint(out, |out| {
            out.extend_from_slice(b"  --  ");
            text::line(mark.text, out);
            out.extend_from_slice(if mark.text.is_empty() { b"----" } else { b" --" });
        });
        out.push(b'\n');
    }

    fn warning(&mut self, warning: &Warning, out: &mut Vec<u8>) {
        let known = self.open.get(&warning.socket).filter(|_| self.layout.names);
        let name = known.and_then(|known| known.name.clone());
        self.mark(warning.time, out, |out| {
            if let Some(name) = name {
                text::line(&name, out);
                out.extend_from_slice(b": ");
            }
            warning::words(&warning.what, out);
        });
    }

    /// A row of this program's own words.
    fn mark(&mut self, time: Stamp, out: &mut Vec<u8>, words: impl FnOnce(&mut Vec<u8>)) {
        self::time(&mut self.clock, &self.palette, Some(time), out);
        self.palette.warning.paint(out, |out| {
            out.extend_from_slice(b"  !!  ");
            words(out);
        });
        out.push(b'\n');
    }
}

#[inline]
fn time(clock: &mut Local, palette: &Palette, stamp: Option<Stamp>, out: &mut Vec<u8>) {
    palette.time.paint(out, |out| match stamp {
        Some(stamp) => clock.time_of_day(stamp, out),
        None => out.extend_from_slice(b"--:--:--.------"),
    });
}
