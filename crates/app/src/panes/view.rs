//! What is on the screen, and why: all state, without a terminal.

use std::collections::BTreeSet;
use std::ops::Range;

use sockscope::recording::Index;
use sockscope::view::dissect::{Context, Tree};

use super::dump::Dump;
use super::follow::{Follow, Talk};
use super::layers::Layers;
use super::line::Paint;
use super::look::Look;
use super::nodes;
use super::packets::{Packets, Raw};
use super::page::Page;
use super::prompt::Prompt;
use super::rows::Columns;
use super::search::Search;
use super::sieve::Sieve;

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pane {
    List,
    Layers,
    Bytes,
}

/// All there is to see.
#[derive(Debug)]
pub(super) struct View {
    pub(super) packets: Packets,
    pub(super) look: Look,
    /// Columns and rows of the screen.
    pub(super) size: (usize, usize),
    pub(super) pane: Pane,
    /// That pane has the screen alone.
    pub(super) zoomed: bool,
    pub(super) list: List,
    pub(super) layers: Layers,
    pub(super) dump: Dump,
    pub(super) opened: Option<Opened>,
    /// Packets that are marked, by their numbers from 1.
    pub(super) marked: BTreeSet<u64>,
    pub(super) sieve: Option<Sieve>,
    pub(super) search: Option<Search>,
    pub(super) follow: Option<Box<Follow>>,
    /// The conversation that the page shows.
    pub(super) talk: Option<Talk>,
    pub(super) page: Option<Page>,
    pub(super) prompt: Option<Prompt>,
    /// What was said last.
    pub(super) said: Option<(Paint, String)>,
    /// The number that is typed in front of a key.
    pub(super) count: Option<u64>,
    /// The packet to go to as soon as it is known.
    pub(super) target: Option<u64>,
}

/// Where one is in the list. Rows are of those that are shown, from 0.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) row: u64,
    pub(super) top: u64,
    /// Columns of what packets say that are left out on the left.
    pub(super) slide: usize,
    pub(super) columns: Columns,
    /// Stays at the end, whatever comes.
    pub(super) tail: bool,
}

/// The packet whose layers and bytes are shown.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) raw: Raw,
    /// Its bytes and those of buffers made of it, each with where its payload lies.
    pub(super) buffers: Vec<(Vec<u8>, Range<usize>)>,
    /// Which of these is shown.
    pub(super) buffer: usize,
    /// Conversations had been followed through it when it was opened.
    known: bool,
}

impl View {
    pub(super) fn new(index: Index, look: Look) -> Self {
        let mut view = Self {
            packets: Packets::new(index),
            size: (80, 24),
            pane: Pane::List,
            zoomed: false,
            list: List::default(),
            layers: Layers::default(),
            dump: Dump::default(),
            opened: None,
            marked: BTreeSet::new(),
            sieve: None,
            search: None,
            follow: None,
            talk: None,
            page: None,
            prompt: None,
            said: None,
            count: None,
            target: None,
            look,
        };
        if let Some(filter) = view.look.filter.take() {
            view.sieve = Some(Sieve::new(filter, 0));
        }
        view
    }

    /// How many packets the list has.
    pub(super) fn rows(&self) -> u64 {
        self.sieve.as_ref().map_or(self.packets.len(), |sieve| sieve.set.len())
    }

    /// The packet in a row.
    pub(super) fn packet_in(&self, row: u64) -> Option<u64> {
        match &self.sieve {
            Some(sieve) => sieve.set.at(row),
            None => Some(row).filter(|row| *row < self.packets.len()),
        }
    }

    /// The row of a packet, or of the next one that is shown.
    pub(super) fn row_of(&self, packet: u64) -> u64 {
        self.sieve.as_ref().map_or(packet, |sieve| sieve.set.rank(packet))
    }

    /// The chosen packet.
    pub(super) fn packet(&self) -> Option<u64> {
        self.packet_in(self.list.row)
    }

    /// Goes to a row.
    pub(super) fn go_to_row(&mut self, row: u64) {
        self.list.row = row.min(self.rows().saturating_sub(1));
    }

    /// Says something on the last line.
    pub(super) fn say(&mut self, words: impl Into<String>) {
        self.said = Some((Paint::Note, words.into()));
    }

    /// Says that something cannot be done.
    pub(super) fn refuse(&mut self, words: impl Into<String>) {
        self.said = Some((Paint::Error, words.into()));
    }

    /// Brings what is shown in line with the row that is chosen.
    pub(super) fn settle(&mut self) {
        let last = self.rows().saturating_sub(1);
        self.list.row = if self.list.tail { last } else { self.list.row.min(last) };
        let packet = self.packet();
        let known = packet.is_some_and(|packet| packet < self.packets.known().done());
        let same = self
            .opened
            .as_ref()
            .is_some_and(|opened| Some(opened.raw.number - 1) == packet && (opened.known || !known));
        if !same {
            self.open(packet, known);
        }
    }

    /// Opens the chosen packet anew: in another charset.
    pub(super) fn reopen(&mut self) {
        self.opened = None;
        self.settle();
    }

    fn open(&mut self, packet: Option<u64>, known: bool) {
        self.opened = None;
        let raw = packet.and_then(|packet| match self.packets.read(packet) {
            Ok(raw) => raw,
            Err(error) => {
                self.refuse(error);
                None
            }
        });
        let Some(raw) = raw else {
            self.layers.show(Vec::new());
            return self.dump.show(&[], 0..0, self.look.charset_of(&[]));
        };
        let whole = self.packets.whole(raw.number - 1);
        let decoded = raw.decode();
        let context = Context { outgoing: raw.direction.map(nodes::is_out), whole: whole.as_ref() };
        let tree = Tree::of(&decoded, &context);
        let mut all = nodes::packet(&self.packets, &self.look, &raw);
        all.extend(tree.nodes);
        let payload = |decoded: &sockscope::view::dissect::Decoded<'_>| {
            let at = decoded.payload_at as usize;
            at..at + decoded.payload.len()
        };
        let mut buffers = vec![(raw.bytes.clone(), payload(&decoded))];
        if let Some(whole) = &whole {
            buffers.push((whole.bytes.clone(), payload(&whole.decode())));
        }
        self.layers.show(all);
        self.opened = Some(Opened { raw, buffers, buffer: usize::MAX, known });
        self.show_node();
    }

    /// Shows the bytes of the chosen layer.
    pub(super) fn show_node(&mut self) {
        let (buffer, range) = self.layers.node().map_or((0, 0..0), |node| (node.buffer, node.range.clone()));
        let Some(opened) = &mut self.opened else { return };
        let buffer = buffer.min(opened.buffers.len() - 1);
        if opened.buffer != buffer {
            opened.buffer = buffer;
            let (bytes, payload) = &opened.buffers[buffer];
            let charset = self.look.charset_of(bytes.get(payload.clone()).unwrap_or_default());
            self.dump.show(bytes, payload.clone(), charset);
        }
        self.dump.choose(range);
    }

    /// Chooses the layer that has the byte that is chosen.
    pub(super) fn show_byte(&mut self) {
        let Some(opened) = &self.opened else { return };
        self.layers.choose(opened.buffer, self.dump.chosen());
        self.show_node();
    }
}
