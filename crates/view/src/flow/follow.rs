//! The two streams of a TCP conversation put together again, and the datagrams of one of UDP.

mod stream;
mod tail;

use sockscope_core::facts::Stamp;

use super::{Flags, Head, Segment, Side};
use stream::Stream;

/// How many bytes beyond a hole are held back of each side, counted with 64 more for each segment.
pub const HELD: usize = 1 << 20;

/// A piece of a conversation, in the order in which it became readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'p> {
    /// Who sent it.
    pub from: Side,
    /// When the packet came that brought or told it.
    pub time: Stamp,
    /// That packet's number.
    pub packet: u64,
    /// Where in the stream of its sender it begins, in bytes from its first one; 0 of a datagram.
    pub offset: u64,
    /// What it is.
    pub what: What<'p>,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'p> {
    /// Bytes of the stream, or a datagram.
    Bytes(&'p [u8]),
    /// So many bytes of the stream are not there.
    Gap(u64, Why),
    /// So many bytes were sent again with other values; the first ones count.
    Differs(u64),
    /// So many bytes came after they had been given up, and were told as a gap.
    Late(u64),
}

/// Why bytes are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The other side acknowledged them, so they were there, but they are not in the recording.
    NotCaptured,
    /// The recording ended before they came, or more than [`HELD`] bytes came after them.
    NotSeen,
    /// Packets were recorded up to a length only.
    Cut,
}

/// Puts one conversation together.
///
/// Where bytes come twice the first ones count; whether the second ones are the same is looked at as far as the
/// last 64 KiB of each side.
#[derive(Debug)]
pub struct Follow {
    client: Stream,
    server: Stream,
}

impl Default for Follow {
    fn default() -> Self {
        Self::with_bound(HELD)
    }
}

impl Follow {
    /// One that holds back no more than `bound` bytes of each side.
    pub fn with_bound(bound: usize) -> Self {
        Self { client: Stream::new(bound), server: Stream::new(bound) }
    }

    /// Takes the next packet of the conversation, sent by `from`; gives what became readable.
    pub fn take(&mut self, from: Side, segment: &Segment<'_>, out: &mut dyn FnMut(Piece<'_>)) {
        let Segment { time, number: packet, .. } = *segment;
        let Head::Tcp(tcp) = &segment.head else {
            return datagram(from, segment, out);
        };
        let (own, peer) = match from {
            Side::Client => (&mut self.client, &mut self.server),
            Side::Server => (&mut self.server, &mut self.client),
        };
        let mut give = |from, offset, what: What<'_>| out(Piece { from, time, packet, offset, what });
        // What it acknowledges was sent before it.
        if let Some(ack) = tcp.ack.filter(|_| !tcp.flags.has(Flags::RST)) {
            peer.acknowledged(ack, &mut |offset, what| give(from.other(), offset, what));
        }
        let syn = tcp.flags.has(Flags::SYN);
        let seq = tcp.seq.wrapping_add(u32::from(syn));
        // Nobody reads what comes with a RST (RFC 9293 section 3.10.7.4).
        if !tcp.flags.has(Flags::RST) {
            own.take(seq, syn, segment.payload, segment.len, &mut |offset, what| give(from, offset, what));
        }
    }

    /// The recording is over: gives what is held back, with `time` and number of its last packet.
    pub fn end(&mut self, time: Stamp, packet: u64, out: &mut dyn FnMut(Piece<'_>)) {
        for (from, stream) in [(Side::Client, &mut self.client), (Side::Server, &mut self.server)] {
            stream.end(&mut |offset, what| out(Piece { from, time, packet, offset, what }));
        }
    }

    /// How much is held back of both sides, counted as [`HELD`] is.
    pub fn held(&self) -> usize {
        self.client.held() + self.server.held()
    }
}

fn datagram(from: Side, segment: &Segment<'_>, out: &mut dyn FnMut(Piece<'_>)) {
    let Segment { time, number: packet, payload, len, .. } = *segment;
    let mut give = |offset, what| out(Piece { from, time, packet, offset, what });
    give(0, What::Bytes(payload));
    let cut = u64::from(len).saturating_sub(payload.len() as u64);
    if cut > 0 {
        give(payload.len() as u64, What::Gap(cut, Why::Cut));
    }
}
