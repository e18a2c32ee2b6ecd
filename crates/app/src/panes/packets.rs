//! The packets of a recording, read one by one, and how far it is gone through.

use sockscope::core::facts::{Direction, Stamp};
use sockscope::recording::{Index, Progress};
use sockscope::view::dissect::{Decoded, Link, Reassembler, Whole, decode};
use sockscope::view::list;
use sockscope::view::recording::Interface;

use super::known::Known;

/// A packet as it was read.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    /// Its number, from 1.
    pub(super) number: u64,
    pub(super) time: Option<Stamp>,
    pub(super) link: Link,
    pub(super) interface: Option<u32>,
    pub(super) wire_len: u32,
    pub(super) direction: Option<Direction>,
    /// Packets that were dropped before it.
    pub(super) drops: Option<u64>,
    pub(super) comments: Vec<Vec<u8>>,
    pub(super) bytes: Vec<u8>,
}

impl Raw {
    pub(super) fn decode(&self) -> Decoded<'_> {
        decode(self.link, &self.bytes, self.wire_len)
    }

    /// As those take it who follow conversations.
    pub(super) fn packet(&self) -> list::Packet<'_> {
        let Self { number, time, link, wire_len, .. } = *self;
        list::Packet { number, time, link, bytes: &self.bytes, wire_len }
    }
}

/// The packets of a recording, by their numbers from 0.
#[derive(Debug)]
pub(super) struct Packets {
    index: Index,
    known: Known,
    progress: Progress,
    /// Why it goes no further.
    broken: Option<String>,
}

/// Bytes that are indexed at once: a few milliseconds.
const BYTES: u64 = 2 << 20;
/// Packets that are looked at in one go: a few milliseconds.
pub(super) const STEP: u64 = 1000;

impl Packets {
    pub(super) fn new(index: Index) -> Self {
        Self { index, known: Known::default(), progress: Progress::More, broken: None }
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn known(&self) -> &Known {
        &self.known
    }

    /// How many are there so far.
    pub(super) fn len(&self) -> u64 {
        self.index.len()
    }

    /// Whether there is more to go through at once.
    pub(super) fn is_more(&self) -> bool {
        self.progress == Progress::More && self.broken.is_none()
    }

    /// Whether more may come.
    pub(super) fn may_grow(&self) -> bool {
        self.progress != Progress::End && self.broken.is_none()
    }

    /// Why it could not be gone through to its end.
    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Goes through a part of what there is.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no recording. Packets before are there nevertheless.
    pub(super) fn advance(&mut self) -> Result<(), sockscope::error::Error> {
        let result = self.index.advance(BYTES);
        match result {
            Ok(progress) => self.progress = progress,
            Err(error) => {
                self.broken = Some(error.to_string());
                return Err(error);
            }
        }
        Ok(())
    }

    /// How far it is gone through, in percent, where its size is known.
    pub(super) fn percent(&self) -> Option<u64> {
        let size = self.index.recording().size().filter(|size| *size > 0)?;
        Some((u128::from(self.index.at()) * 100 / u128::from(size)).min(100) as u64)
    }

    /// Follows conversations through some more packets; whether there are others to go through.
    pub(super) fn learn(&mut self) -> bool {
        let end = self.len().min(self.known.done() + STEP);
        while self.known.done() < end {
            match self.read(self.known.done()) {
                Ok(Some(raw)) => self.known.take(&raw),
                // What cannot be read has no part in a conversation.
                _ => self.known.skip(),
            }
        }
        self.known.done() < self.len()
    }

    /// Reads a packet; `None` where there is none.
    pub(super) fn read(&mut self, number: u64) -> Result<Option<Raw>, String> {
        let Some(taken) = self.index.packet(number).map_err(|error| error.to_string())? else {
            return Ok(None);
        };
        let (packet, bytes) = (&taken.packet, taken.data().to_vec());
        let comments = packet.options(taken.bytes).comments().map(<[u8]>::to_vec).collect();
        let mut raw = Raw {
            number: number + 1,
            time: packet.time,
            // Of an interface that nobody described.
            link: Link::Other(u16::MAX),
            interface: packet.interface,
            wire_len: packet.wire_len,
            direction: packet.direction,
            drops: packet.drops,
            comments,
            bytes,
        };
        if let Some(interface) = self.interface(raw.interface) {
            raw.link = interface.link;
        }
        Ok(Some(raw))
    }

    pub(super) fn interface(&self, number: Option<u32>) -> Option<&Interface> {
        self.index.interfaces().get(number? as usize)
    }

    /// The datagram that a packet is the last part of, if that is known by now.
    pub(super) fn whole(&mut self, number: u64) -> Option<Whole> {
        let parts = self.known.parts(number + 1)?.to_vec();
        let mut reassembler = Reassembler::default();
        let mut whole = None;
        for part in parts {
            let raw = self.read(part.checked_sub(1)?).ok()??;
            let time = raw.time.unwrap_or(Stamp(0));
            whole = reassembler.push(part, time, &raw.decode()).whole;
        }
        whole
    }
}
