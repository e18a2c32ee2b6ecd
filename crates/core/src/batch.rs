//! Many messages in one buffer, with their facts: what travels on the road.

#[cfg(test)]
mod tests;

use std::num::NonZeroU16;
use std::ops::Range;

use crate::facts::Facts;

/// Most messages of one train (`UDP_MAX_SEGMENTS` of every kernel that has `UDP_SEGMENT`, udp(7)).
const TRAIN: usize = 64;
/// Most bytes of one train: those of the longest datagram of IPv4.
const TRAIN_BYTES: usize = 65_507;

/// Messages that share one buffer. One message is a batch of one.
///
/// A batch is filled either by the kernel, slot by slot ([`Batch::with_slots`]), or by pushing payloads
/// one behind the other ([`Batch::new`]). Nothing is allocated per message once it has grown.
#[derive(Debug, Default)]
pub struct Batch {
    buffer: Vec<u8>,
    entries: Vec<Entry>,
    slot: usize,
    /// Slots that hold messages.
    filled: usize,
}

/// Bytes from the end of a slot to the begin of the next. Slots whose length is a power of two would otherwise all begin
/// in the same few lines of a processor's cache, and drive each other out of it: a short message costs a tenth more then.
const GAP: usize = 64;

/// Where one message lies in the buffer, and what is known about it.
#[derive(Debug, Clone, Copy)]
struct Entry {
    start: usize,
    len: usize,
    facts: Facts,
}

/// One message of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The payload.
    pub bytes: &'a [u8],
    /// What is known about it.
    pub facts: &'a Facts,
}

impl Batch {
    /// An empty batch for payloads pushed one behind the other.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty batch with room for `slots` messages of up to `size` bytes each. The memory is touched
    /// only where messages arrive.
    pub fn with_slots(slots: usize, size: usize) -> Self {
        let buffer = vec![0; slots * (size + GAP)];
        Self { buffer, entries: Vec::with_capacity(slots), slot: size, filled: 0 }
    }

    /// Length of one slot in bytes; zero for a batch without slots.
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        if self.slot == 0 { 0 } else { self.buffer.len() / (self.slot + GAP) }
    }

    /// The room of one slot, for the kernel to fill.
    ///
    /// # Panics
    /// When there is no such slot.
    #[inline]
    pub fn slot_mut(&mut self, index: usize) -> &mut [u8] {
        let start = index * (self.slot + GAP);
        &mut self.buffer[start..start + self.slot]
    }

    /// The room of the next free slot.
    ///
    /// # Panics
    /// When all slots are taken.
    pub fn free_mut(&mut self) -> &mut [u8] {
        self.slot_mut(self.filled)
    }

    /// Records that the next free slot holds a message of `len` bytes.
    ///
    /// # Panics
    /// When all slots are taken or `len` exceeds the slot.
    #[inline]
    pub fn fill(&mut self, len: usize, facts: Facts) {
        self.fill_train(len, len.max(1), facts);
    }

    /// Records that the next free slot holds a train: messages of `segment` bytes each one behind the other, of which the
    /// last may be shorter, `len` bytes in all. Without bytes it is one empty message.
    ///
    /// # Panics
    /// When all slots are taken, `len` exceeds the slot or a segment has no bytes.
    #[inline]
    pub fn fill_train(&mut self, len: usize, segment: usize, mut facts: Facts) {
        let start = self.filled * (self.slot + GAP);
        assert!(len <= self.slot && start + len <= self.buffer.len(), "no slot for {len} bytes");
        let end = start + len;
        self.filled += 1;
        if len > segment {
            facts.train = NonZeroU16::new(len.div_ceil(segment).try_into().unwrap_or(u16::MAX));
        }
        self.entries.push(Entry { start, len: segment.min(len), facts });
        let mut start = start + segment;
        while start < end {
            self.entries.push(Entry { start, len: segment.min(end - start), facts });
            start += segment;
        }
    }

    /// Appends a message to a batch without slots.
    ///
    /// # Panics
    /// When the batch has slots.
    #[inline]
    pub fn push(&mut self, bytes: &[u8], facts: Facts) {
        self.push_with(facts, |buffer| buffer.extend_from_slice(bytes));
    }

    /// Appends messages that lie one behind the other in `bytes`, each of which ends before one of `ends`, in order.
    ///
    /// # Panics
    /// When the batch has slots, or an end is before another or behind `bytes`.
    #[inline]
    pub fn push_row(&mut self, bytes: &[u8], ends: impl Iterator<Item = usize>, facts: Facts) {
        assert!(self.slot == 0, "a batch with slots is filled, not pushed to");
        let base = self.buffer.len();
        let mut start = 0;
        for end in ends {
            assert!(start <= end && end <= bytes.len(), "{end} is no end in {start}..{}", bytes.len());
            self.entries.push(Entry { start: base + start, len: end - start, facts });
            start = end;
        }
        self.buffer.extend_from_slice(&bytes[..start]);
    }

    /// Appends a message that `write` appends to the buffer, to a batch without slots.
    ///
    /// # Panics
    /// When the batch has slots.
    #[inline]
    pub fn push_with<T>(&mut self, facts: Facts, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        assert!(self.slot == 0, "a batch with slots is filled, not pushed to");
        let start = self.buffer.len();
        let result = write(&mut self.buffer);
        self.entries.push(Entry { start, len: self.buffer.len() - start, facts });
        result
    }

    /// Appends a message that `write` appends to the buffer; on an error the batch stays as it was.
    ///
    /// # Panics
    /// When the batch has slots.
    #[inline]
    pub fn try_push_with<T, E>(
        &mut self,
        facts: Facts,
        write: impl FnOnce(&mut Vec<u8>) -> Result<T, E>,
    ) -> Result<T, E> {
        let start = self.buffer.len();
        let result = self.push_with(facts, write);
        if result.is_err() {
            self.entries.pop();
            self.buffer.truncate(start);
        }
        result
    }

    /// Forgets all messages; keeps the memory.
    #[inline]
    pub fn clear(&mut self) {
        self.entries.clear();
        self.filled = 0;
        if self.slot == 0 {
            self.buffer.clear();
        }
    }

    /// Bytes of memory that the buffer holds.
    pub fn memory(&self) -> usize {
        self.buffer.capacity()
    }

    /// Number of messages.
    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no message.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Payload bytes of all messages together.
    pub fn bytes(&self) -> usize {
        self.entries.iter().map(|e| e.len).sum()
    }

    /// The message at `index`.
    ///
    /// # Panics
    /// When there is none.
    #[inline]
    pub fn message(&self, index: usize) -> Message<'_> {
        let entry = &self.entries[index];
        Message { bytes: &self.buffer[entry.start..entry.start + entry.len], facts: &entry.facts }
    }

    /// The facts of the message at `index`, to be added to.
    ///
    /// # Panics
    /// When there is none.
    #[inline]
    pub fn facts_mut(&mut self, index: usize) -> &mut Facts {
        &mut self.entries[index].facts
    }

    /// The messages of `range`, in order.
    ///
    /// # Panics
    /// When the range reaches past the last message.
    #[inline]
    pub fn range(&self, range: Range<usize>) -> impl Iterator<Item = Message<'_>> {
        self.entries[range]
            .iter()
            .map(|e| Message { bytes: &self.buffer[e.start..e.start + e.len], facts: &e.facts })
    }

    /// All messages, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = Message<'_>> {
        self.range(0..self.len())
    }

    /// How many messages from the begin of `range` on can leave as one train: one behind the other in the buffer, to one
    /// peer from one address, all of the length of the first but for the last, which may be shorter. One where that length
    /// is above `longest`.
    ///
    /// # Panics
    /// When the range is empty or reaches past the last message.
    #[inline]
    pub fn train(&self, range: Range<usize>, longest: usize) -> usize {
        let entries = &self.entries[range];
        let first = &entries[0];
        if first.len == 0 || first.len > longest {
            return 1;
        }
        let most = (TRAIN_BYTES / first.len).clamp(1, TRAIN);
        let mut count = 1;
        let mut end = first.start + first.len;
        for entry in entries.iter().take(most).skip(1) {
            let fits = entry.start == end && entry.len <= first.len && entry.len > 0;
            if !fits || entry.facts.peer != first.facts.peer || entry.facts.local != first.facts.local {
                break;
            }
            count += 1;
            end += entry.len;
            if entry.len < first.len {
                break;
            }
        }
        count
    }

    /// Notes on messages from `first` on, which have left, with how many others each went: the first `counts[0]` of them
    /// together, and so on. Returns how many did not go alone.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn mark_trains(&mut self, first: usize, counts: &[usize]) -> u64 {
        let mut at = first;
        let mut marked = 0;
        for count in counts {
            if *count > 1 {
                let train = NonZeroU16::new(*count as u16);
                self.entries[at..at + count].iter_mut().for_each(|entry| entry.facts.train = train);
                marked += *count as u64;
            }
            at += count;
        }
        marked
    }

    /// The bytes of `count` messages from `first` on, which lie one behind the other.
    ///
    /// # Panics
    /// When there are not so many.
    #[inline]
    pub fn joined(&self, first: usize, count: usize) -> &[u8] {
        let last = &self.entries[first + count - 1];
        &self.buffer[self.entries[first].start..last.start + last.len]
    }

    /// Keeps only the first `count` messages.
    pub fn truncate(&mut self, count: usize) {
        self.entries.truncate(count);
    }

    /// Keeps only the messages that `keep` wants; their bytes do not move.
    pub fn retain(&mut self, mut keep: impl FnMut(Message<'_>) -> bool) {
        let buffer = &self.buffer;
        self.entries.retain(|e| keep(Message { bytes: &buffer[e.start..e.start + e.len], facts: &e.facts }));
    }
}
