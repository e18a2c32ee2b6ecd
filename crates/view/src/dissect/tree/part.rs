//! A piece of a packet whose fields are being told.

use std::borrow::Cow;
use std::fmt::Display;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::{Mark, Node, Scope};
use crate::dissect::bytes::{be16, be32, take};
use crate::dissect::decoded::Place;
use crate::hex;

/// More bytes than this are not told in hex: whoever shows the tree has them.
const HEX: usize = 32;

/// A piece of a packet, from which fields are read by their offset; one that the piece does not have is not told.
pub(super) struct Part<'t, 'a> {
    nodes: &'t mut Vec<Node>,
    bytes: &'a [u8],
    /// Where it begins in its buffer.
    at: usize,
    buffer: usize,
    depth: u16,
}

impl<'t, 'a> Part<'t, 'a> {
    pub(super) fn new(nodes: &'t mut Vec<Node>, scope: &Scope<'_, 'a>, range: Range<usize>) -> Self {
        let bytes = scope.decoded.bytes.get(range.clone()).unwrap_or_default();
        Self { nodes, bytes, at: range.start, buffer: scope.buffer, depth: scope.depth }
    }

    /// The same piece one level down: its nodes are parts of the last one.
    pub(super) fn below(&mut self) -> Part<'_, 'a> {
        let (bytes, at, buffer, depth) = (self.bytes, self.at, self.buffer, self.depth + 1);
        Part { nodes: self.nodes, bytes, at, buffer, depth }
    }

    /// A piece of it one level down; it ends where this one does if it is not all there.
    pub(super) fn piece(&mut self, at: usize, len: usize) -> Part<'_, 'a> {
        let at = at.min(self.bytes.len());
        let end = at.saturating_add(len).min(self.bytes.len());
        let mut part = self.below();
        part.bytes = &part.bytes[at..end];
        part.at += at;
        part
    }

    pub(super) fn nodes(&mut self) -> &mut Vec<Node> {
        self.nodes
    }

    pub(super) fn depth(&self) -> u16 {
        self.depth
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Adds a node, where the piece has its bytes.
    pub(super) fn node(
        &mut self,
        label: impl Into<Cow<'static, str>>,
        at: usize,
        len: usize,
        value: impl Into<String>,
    ) {
        if at.checked_add(len).is_some_and(|end| end <= self.bytes.len()) {
            self.nodes.push(Node {
                depth: self.depth,
                buffer: self.buffer,
                range: self.at + at..self.at + at + len,
                label: label.into(),
                value: value.into(),
                mark: None,
            });
        }
    }

    /// Sets what the layer says whose fields these are.
    pub(super) fn say(&mut self, value: impl Into<String>) {
        let depth = self.depth;
        if let Some(node) = self.nodes.iter_mut().rev().find(|node| node.depth + 1 == depth) {
            node.value = value.into();
        }
    }

    /// Marks the last node.
    pub(super) fn mark(&mut self, mark: Mark) {
        if let Some(node) = self.nodes.last_mut() {
            node.mark = Some(mark);
        }
    }

    /// Adds to the value of the last node, and marks it.
    pub(super) fn add(&mut self, words: &str, mark: Mark) {
        if let Some(node) = self.nodes.last_mut() {
            node.value.push_str(words);
        }
        self.mark(mark);
    }

    pub(super) fn u8(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        be16(self.bytes, at)
    }

    pub(super) fn u32(&self, at: usize) -> Option<u32> {
        be32(self.bytes, at)
    }

    /// A field of one byte, if it is there.
    pub(super) fn byte<V: Display>(&mut self, label: &'static str, at: usize, value: impl FnOnce(u8) -> V) {
        if let Some(number) = self.u8(at) {
            self.node(label, at, 1, value(number).to_string());
        }
    }

    /// A field of two bytes, if it is there.
    pub(super) fn word<V: Display>(&mut self, label: &'static str, at: usize, value: impl FnOnce(u16) -> V) {
        if let Some(number) = self.u16(at) {
            self.node(label, at, 2, value(number).to_string());
        }
    }

    /// A field of four bytes, if it is there.
    pub(super) fn long<V: Display>(&mut self, label: &'static str, at: usize, value: impl FnOnce(u32) -> V) {
        if let Some(number) = self.u32(at) {
            self.node(label, at, 4, value(number).to_string());
        }
    }

    pub(super) fn station(&mut self, label: &'static str, at: usize) {
        if let Some(octets) = take::<6>(self.bytes, at) {
            self.node(label, at, 6, Place::Station(*octets).to_string());
        }
    }

    pub(super) fn v4(&mut self, label: &'static str, at: usize) {
        if let Some(octets) = take::<4>(self.bytes, at) {
            self.node(label, at, 4, Ipv4Addr::from(*octets).to_string());
        }
    }

    pub(super) fn v6(&mut self, label: &'static str, at: usize) {
        if let Some(octets) = take::<16>(self.bytes, at) {
            self.node(label, at, 16, Ipv6Addr::from(*octets).to_string());
        }
    }

    /// A flag in bytes `at` and the `len` that it lies in.
    pub(super) fn flag(&mut self, label: &'static str, (at, len): (usize, usize), on: bool, meaning: &str) {
        let value = if on { format!("set: {meaning}") } else { "not set".to_owned() };
        self.node(label, at, len, value);
    }

    /// Bytes in hex, or how many they are where they are many.
    pub(super) fn hex(&mut self, label: &'static str, at: usize, len: usize) {
        if let Some(bytes) = self.bytes.get(at..).and_then(|rest| rest.get(..len)).filter(|_| len > 0) {
            self.node(label, at, len, in_hex(bytes));
        }
    }

    /// All from `at` on.
    pub(super) fn rest(&mut self, label: &'static str, at: usize) {
        self.hex(label, at, self.bytes.len().saturating_sub(at));
    }
}

/// `1 byte`, `2 bytes`.
pub(super) fn size(bytes: u64) -> String {
    format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
}

/// Bytes in hex, or how many they are where they are many.
pub(super) fn in_hex(bytes: &[u8]) -> String {
    if bytes.len() > HEX {
        return format!("{} bytes", bytes.len());
    }
    let mut out = Vec::new();
    hex::spaced(bytes, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
