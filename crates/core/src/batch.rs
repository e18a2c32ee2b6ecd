//! Many messages in one buffer, with their facts: what travels on the road.

use std::ops::Range;

use crate::facts::Facts;

/// Messages that share one buffer. One message is a batch of one.
///
/// A batch is filled either by the kernel, slot by slot ([`Batch::with_slots`]), or by pushing payloads
/// one behind the other ([`Batch::new`]). Nothing is allocated per message once it has grown.
#[derive(Debug, Default)]
pub struct Batch {
    buffer: Vec<u8>,
    entries: Vec<Entry>,
    slot: usize,
}

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
        Self { buffer: vec![0; slots * size], entries: Vec::with_capacity(slots), slot: size }
    }

    /// Length of one slot in bytes; zero for a batch without slots.
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.buffer.len().checked_div(self.slot).unwrap_or(0)
    }

    /// The whole buffer, for the kernel to fill.
    pub fn buffer_mut(&mut self) -> &mut [u8] {
        &mut self.buffer
    }

    /// Records that the next free slot holds a message of `len` bytes.
    ///
    /// # Panics
    /// When all slots are taken or `len` exceeds the slot.
    #[inline]
    pub fn fill(&mut self, len: usize, facts: Facts) {
        let start = self.entries.len() * self.slot;
        assert!(len <= self.slot && start + len <= self.buffer.len(), "no slot for {len} bytes");
        self.entries.push(Entry { start, len, facts });
    }

    /// Appends a message to a batch without slots.
    ///
    /// # Panics
    /// When the batch has slots.
    #[inline]
    pub fn push(&mut self, bytes: &[u8], facts: Facts) {
        self.push_with(facts, |buffer| buffer.extend_from_slice(bytes));
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

    /// Keeps only the first `len` messages.
    pub fn truncate(&mut self, len: usize) {
        self.entries.truncate(len);
    }

    /// Keeps only the messages that `keep` wants; their bytes do not move.
    pub fn retain(&mut self, mut keep: impl FnMut(Message<'_>) -> bool) {
        let buffer = &self.buffer;
        self.entries.retain(|e| keep(Message { bytes: &buffer[e.start..e.start + e.len], facts: &e.facts }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushed_messages_lie_one_behind_the_other() {
        let mut batch = Batch::new();
        for word in ["1", "", "你好"] {
            batch.push(word.as_bytes(), Facts::default());
        }
        let seen: Vec<_> = batch.iter().map(|m| m.bytes.to_vec()).collect();
        assert_eq!(seen, [b"1".to_vec(), b"".to_vec(), "你好".as_bytes().to_vec()]);
        assert_eq!((batch.len(), batch.bytes()), (3, 7));
        batch.truncate(4);
        assert_eq!(batch.len(), 3, "there are no more");
        batch.truncate(1);
        assert_eq!((batch.len(), batch.bytes()), (1, 1));
        batch.clear();
        assert!(batch.is_empty());
    }

    #[test]
    fn slots_keep_their_places_when_some_messages_go() {
        let mut batch = Batch::with_slots(3, 4);
        batch.buffer_mut().copy_from_slice(b"aaaabbbbcccc");
        for len in [4, 2, 0] {
            batch.fill(len, Facts::default());
        }
        batch.retain(|m| m.bytes != b"aaaa");
        let seen: Vec<_> = batch.iter().map(|m| m.bytes).collect();
        assert_eq!(seen, [b"bb".as_slice(), b""]);
        assert_eq!((batch.slot(), batch.slots()), (4, 3));
    }

    #[test]
    #[should_panic(expected = "no slot")]
    fn a_full_batch_refuses_more() {
        let mut batch = Batch::with_slots(1, 4);
        batch.fill(1, Facts::default());
        batch.fill(1, Facts::default());
    }
}
