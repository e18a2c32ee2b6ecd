//! What is remembered of one side of a TCP conversation.

use sockscope_core::facts::Stamp;

use super::unacked::Unacked;
use crate::flow::{Marks, Tcp};

/// One side, as its own segments and the other side's acknowledgments told it.
#[derive(Debug, Clone, Default)]
pub(super) struct Half {
    /// Where relative numbers count from: its SYN.
    pub(super) base: Option<u32>,
    /// The end of what it sent so far.
    pub(super) reached: Option<Reached>,
    /// The end of what was seen without a hole, or is acknowledged anyway.
    pub(super) whole: Option<u32>,
    /// Whether it was told that more is acknowledged than was seen at all.
    pub(super) told: bool,
    /// What it said of the other side last.
    pub(super) said: Option<Said>,
    /// How often it said that again.
    pub(super) duplicates: u32,
    /// Which packet said it first.
    pub(super) said_first: u64,
    /// How its windows are scaled.
    pub(super) scale: Scale,
    /// The marks of its last segment.
    pub(super) marks: Marks,
    /// Whether there was a hole, and nothing acknowledged since: bytes in flight mean nothing then.
    pub(super) hole: bool,
    /// Its segments that are not acknowledged.
    pub(super) unacked: Unacked,
    /// Whether it sent a FIN.
    pub(super) fin: bool,
}

/// The end of what one side sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached {
    /// The next sequence number.
    pub(super) next: u32,
    /// When it was reached.
    pub(super) time: Stamp,
}

/// What one side said of the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    /// Acknowledgment, where there was one.
    pub(super) ack: Option<u32>,
    /// Window, as it stands in the header.
    pub(super) window: u16,
    /// Whether it stood in a SYN, where no window is scaled (RFC 7323 section 2.2).
    pub(super) syn: bool,
    /// When.
    pub(super) time: Stamp,
    /// Blocks that it has beyond the acknowledgment.
    pub(super) sack: [Option<(u32, u32)>; 4],
}

/// How windows are scaled (RFC 7323 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Scale {
    /// No SYN told it.
    #[default]
    Unknown,
    /// Not at all: one side did not offer it.
    Never,
    /// By this shift.
    Shift(u8),
}

impl Scale {
    fn shift(self) -> Option<u8> {
        match self {
            Self::Unknown => None,
            Self::Never => Some(0),
            Self::Shift(shift) => Some(shift),
        }
    }
}

impl Half {
    /// A sequence number of this side, counted from its SYN.
    pub(super) fn relative(&self, seq: u32) -> u32 {
        seq.wrapping_sub(self.base.unwrap_or(0))
    }

    /// The window of its segment in bytes, where that is known.
    pub(super) fn window(&self, tcp: &Tcp) -> Option<u32> {
        let syn = tcp.flags.has(crate::flow::Flags::SYN);
        let shift = if syn { Some(0) } else { self.scale.shift() };
        shift.map(|shift| u32::from(tcp.window) << shift)
    }

    /// The first byte that it has no room for, where that is known.
    pub(super) fn edge(&self) -> Option<u32> {
        let said = self.said?;
        let shift = self.scale.shift()?;
        let shift = if said.syn { 0 } else { shift };
        Some(said.ack?.wrapping_add(u32::from(said.window) << shift))
    }
}

impl Said {
    /// Bytes that it has beyond the acknowledgment.
    pub(super) fn selected(&self) -> u32 {
        self.sack.iter().flatten().map(|(left, right)| right.wrapping_sub(*left)).fold(0, u32::wrapping_add)
    }
}
