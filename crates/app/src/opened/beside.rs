//! A session that was recorded while a capture ran, or the capture: what one knows of the other.

use std::net::SocketAddr;

use sockscope::core::facts::Direction;
use sockscope::recording::{Recording, Walk};
use sockscope::view::flow::explain::Sent;
use sockscope::view::flow::{Seen, Segment, Transport};
use sockscope::view::list::Ties;

use super::{Past, segments};
use crate::out;

/// Another recording, to be tied to.
pub(crate) struct Beside {
    name: String,
    ties: Ties,
}

impl Beside {
    /// Reads where payload lies in it.
    pub(crate) fn read(recording: Recording) -> anyhow::Result<Self> {
        let name = recording.name().to_owned();
        let mut ties = Ties::default();
        segments(&mut Past::new(Walk::new(recording)), |segment, seen, _| {
            ties.take(segment, seen);
            Ok(())
        })?;
        Ok(Self { name, ties })
    }

    /// What it has of a packet, as a line.
    pub(super) fn told(&mut self, segment: &Segment<'_>, seen: &Seen) -> Option<String> {
        if segment.len == 0 {
            return None;
        }
        let packets = self.ties.of(segment, seen);
        let numbers: Vec<_> = packets.iter().map(u64::to_string).collect();
        Some(match &numbers[..] {
            [] => format!("not in {}", self.name),
            [one] => format!("packet {one} of {}", self.name),
            more => format!("packets {} of {}", more.join(", "), self.name),
        })
    }
}

/// What programs sent over TCP, each time they did.
pub(super) struct Calls {
    name: String,
    calls: Vec<(SocketAddr, SocketAddr, Sent)>,
}

impl Calls {
    pub(super) fn read(recording: Recording) -> anyhow::Result<Self> {
        let name = recording.name().to_owned();
        let mut calls = Vec::new();
        segments(&mut Past::new(Walk::new(recording)), |segment, seen, direction| {
            let sent = Sent { time: segment.time, from: seen.from, len: segment.len.into() };
            if seen.transport == Transport::Tcp && segment.len > 0 && direction == Some(Direction::Tx) {
                calls.push((segment.source, segment.destination, sent));
            }
            Ok(())
        })?;
        Ok(Self { name, calls })
    }

    /// Those of the conversation of this segment, and says so where there are none.
    pub(super) fn of(&self, segment: &Segment<'_>, seen: &Seen) -> Vec<Sent> {
        let (here, there) = (segment.source, segment.destination);
        let sends: Vec<_> = (self.calls.iter())
            .filter_map(|&(from, to, sent)| match (from, to) {
                ends if ends == (here, there) => Some(Sent { from: seen.from, ..sent }),
                ends if ends == (there, here) => Some(Sent { from: seen.from.other(), ..sent }),
                _ => None,
            })
            .collect();
        // Of UDP each datagram is a send: there is nothing to know besides.
        if sends.is_empty() && seen.transport == Transport::Tcp {
            out::talk(&format!("{} knows of nothing that was sent in this conversation\n", self.name));
        }
        sends
    }
}
