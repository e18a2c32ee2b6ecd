//! The walk from header to header.

mod ip;
mod link;
mod tcp;
mod transport;

use super::decoded::{Decoded, MOST};
use super::layer::{Kind, Layer};
use super::stop::{Stop, Why};

/// A walk through a packet: where it is, and how far what it walks in reaches on the wire.
pub(super) struct Walk<'w, 'a> {
    pub(super) out: &'w mut Decoded<'a>,
    at: usize,
    end: usize,
    /// Where the whole packet ends on the wire.
    frame: usize,
    /// An error of ICMP quotes it: it may end anywhere, whatever its lengths say.
    quoted: bool,
    /// A jumbogram (RFC 2675), whose length UDP does not know.
    jumbo: bool,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// A walk that writes down where it is what it finds: that is large, and moving it would take as long as the walk.
    pub(super) fn new(out: &'w mut Decoded<'a>) -> Self {
        let frame = out.wire_len as usize;
        Self { out, at: 0, end: frame, frame, quoted: false, jumbo: false }
    }

    /// A walk from there on through what an error of ICMP quotes.
    pub(super) fn quoted(out: &'w mut Decoded<'a>, at: usize) -> Self {
        Self { at, quoted: true, ..Self::new(out) }
    }

    /// Writes down what lies behind all that was found.
    pub(super) fn done(mut self) {
        let recorded = self.out.bytes.len().min(self.frame);
        if self.end < recorded {
            let (at, len, end) = (self.end as u32, (recorded - self.end) as u32, self.frame as u32);
            self.push(Layer { kind: Kind::Trailer, at, len, end });
        }
    }

    /// Begins a header of at least `N` bytes, or stops where the packet does not have them.
    #[inline]
    fn begin<const N: usize>(&mut self, kind: Kind) -> Option<&'a [u8; N]> {
        // The last two places are for data and trailer.
        if self.out.count + 2 >= MOST {
            return self.stop(self.at, Why::Headers(MOST as u32 - 2));
        }
        let bytes = self.out.bytes;
        let left = self.recorded();
        self.push(Layer { kind, at: self.at as u32, len: N.min(left) as u32, end: self.end as u32 });
        if left < N {
            return self.lacking(N);
        }
        bytes.get(self.at..)?.first_chunk()
    }

    /// Says how long the header that was begun is after all, and goes behind it, or stops as [`Walk::begin`] does.
    #[inline]
    fn pass(&mut self, len: usize) -> Option<&'a [u8]> {
        let left = self.recorded();
        let count = self.out.count;
        if let Some(layer) = self.out.all.get_mut(count.wrapping_sub(1)) {
            layer.len = len.min(left) as u32;
        }
        if left < len {
            return self.lacking(len);
        }
        let header = self.out.bytes.get(self.at..self.at + len);
        self.at += len;
        header
    }

    /// Narrows what is walked in, and the layer that was begun, to what ends at `end`.
    #[inline]
    fn narrow(&mut self, end: usize) {
        self.end = end;
        let count = self.out.count;
        if let Some(layer) = self.out.all.get_mut(count.wrapping_sub(1)) {
            layer.end = end as u32;
        }
    }

    /// The rest is what the last header carries.
    #[inline]
    fn carry(&mut self) {
        let recorded = self.recorded();
        self.out.payload_at = self.at as u32;
        self.out.payload = self.out.bytes.get(self.at..self.at + recorded).unwrap_or_default();
        self.out.payload_len = self.left() as u32;
    }

    /// The rest is what the last header carries, and a layer of its own.
    #[inline]
    fn open(&mut self, kind: Kind) {
        self.carry();
        if self.left() > 0 {
            let (at, len, end) = (self.at as u32, self.out.payload.len() as u32, self.end as u32);
            self.push(Layer { kind, at, len, end });
        }
    }

    fn data(&mut self) {
        self.open(Kind::Data);
    }

    /// Bytes left on the wire.
    #[inline]
    fn left(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    /// Bytes left that were recorded.
    #[inline]
    fn recorded(&self) -> usize {
        self.end.min(self.out.bytes.len()).saturating_sub(self.at)
    }

    #[inline]
    fn push(&mut self, layer: Layer) {
        if let Some(place) = self.out.all.get_mut(self.out.count) {
            *place = layer;
            self.out.count += 1;
        }
    }

    #[cold]
    fn lacking<T>(&mut self, needs: usize) -> Option<T> {
        let (left, recorded) = (self.left(), self.recorded());
        let why = if left < needs {
            Why::Short { left: left as u32, needs: needs as u32 }
        } else {
            Why::Cut { recorded: recorded as u32, of: needs as u32 }
        };
        self.stop(self.at, why)
    }

    #[cold]
    fn stop<T>(&mut self, at: usize, why: Why) -> Option<T> {
        self.out.stop = Some(Stop { at: at as u32, why });
        None
    }
}
