//! The last bytes of a stream, to compare with what is sent again.

use std::collections::VecDeque;

/// How many of them are kept.
const KEPT: usize = 1 << 16;

/// The end of what was given, with nothing where it was missing.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: VecDeque<u8>,
    /// Where in the stream they end.
    end: u64,
}

impl Tail {
    /// Keeps bytes that were given at this place.
    pub(super) fn keep(&mut self, offset: u64, bytes: &[u8]) {
        if offset != self.end {
            self.bytes.clear();
        }
        let last = &bytes[bytes.len().saturating_sub(KEPT)..];
        let over = (self.bytes.len() + last.len()).saturating_sub(KEPT);
        self.bytes.drain(..over);
        self.bytes.extend(last);
        self.end = offset + bytes.len() as u64;
    }

    /// How many of these bytes are others than those kept of the same place.
    pub(super) fn differing(&self, offset: u64, bytes: &[u8]) -> u64 {
        let first = self.end - self.bytes.len() as u64;
        let skip = first.saturating_sub(offset).min(bytes.len() as u64) as usize;
        let from = (offset + skip as u64).saturating_sub(first);
        let Ok(from) = usize::try_from(from) else { return 0 };
        let kept = self.bytes.iter().skip(from);
        kept.zip(&bytes[skip..]).filter(|(kept, new)| kept != new).count() as u64
    }
}
