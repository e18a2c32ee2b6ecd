//! What waits to be sent through one socket because the kernel has no room for it.

use std::ops::Range;

use sockscope_core::batch::Batch;

/// Memory that an empty queue may keep, in bytes.
const KEEP: usize = 64 << 10;

/// Messages in order, the first of them perhaps begun. Empty, it owns nothing.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// As they go on the wire.
    wire: Batch,
    /// As they are shown, where a framing makes that differ.
    shown: Option<Box<Batch>>,
    next: usize,
    /// Bytes of the next message that have gone.
    gone: usize,
    /// Bytes that have not gone.
    left: usize,
}

impl Queue {
    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.next == self.wire.len()
    }

    /// Bytes that wait.
    pub(crate) fn bytes(&self) -> usize {
        self.left
    }

    /// Appends messages that are shown as they go. Of the first, `gone` bytes have gone, which only can
    /// be when nothing else waits.
    pub(crate) fn push(&mut self, batch: &Batch, range: Range<usize>, gone: usize) {
        debug_assert!(gone == 0 || self.is_empty(), "one message is begun at a time");
        self.gone += gone;
        for message in batch.range(range) {
            self.left += message.bytes.len();
            self.wire.push(message.bytes, *message.facts);
            if let Some(shown) = &mut self.shown {
                shown.push(message.bytes, *message.facts);
            }
        }
        self.left -= gone;
    }

    /// Appends a message that goes as what `wrap` appends to a buffer.
    pub(crate) fn push_framed<E>(
        &mut self,
        batch: &Batch,
        index: usize,
        wrap: impl FnOnce(&[u8], &mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let message = batch.message(index);
        let waiting = self.wire.len();
        self.wire.try_push_with(*message.facts, |buffer| wrap(message.bytes, buffer))?;
        self.left += self.wire.message(waiting).bytes.len();
        let wire = &self.wire;
        let shown = self.shown.get_or_insert_with(|| {
            let mut shown = Batch::new();
            wire.range(0..waiting).for_each(|message| shown.push(message.bytes, *message.facts));
            Box::new(shown)
        });
        shown.push(message.bytes, *message.facts);
        Ok(())
    }

    /// What is to be sent, and how much of the first has gone.
    pub(crate) fn waiting(&self) -> (&Batch, Range<usize>, usize) {
        (&self.wire, self.next..self.wire.len(), self.gone)
    }

    /// The same messages as they are shown, to be given the time of their sending.
    pub(crate) fn shown(&mut self) -> &mut Batch {
        match &mut self.shown {
            Some(shown) => shown,
            None => &mut self.wire,
        }
    }

    /// So many messages have gone, and so many bytes of the one after them.
    pub(crate) fn went(&mut self, messages: usize, bytes: usize) {
        let whole: usize = self.wire.range(self.next..self.next + messages).map(|m| m.bytes.len()).sum();
        self.left = self.left + self.gone - whole - bytes;
        self.next += messages;
        self.gone = bytes;
    }

    /// Drops the next message, which cannot be sent.
    pub(crate) fn skip(&mut self) {
        let len = self.wire.message(self.next).bytes.len();
        self.left -= len - self.gone;
        self.next += 1;
        self.gone = 0;
    }

    /// Gives the memory of messages that have gone back once all have.
    pub(crate) fn tidy(&mut self) {
        if !self.is_empty() {
            return;
        }
        if self.wire.memory() > KEEP {
            self.wire = Batch::new();
        }
        self.wire.clear();
        self.shown = None;
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use sockscope_core::facts::Facts;

    use super::*;

    fn batch(words: &[&str]) -> Batch {
        let mut batch = Batch::new();
        words.iter().for_each(|word| batch.push(word.as_bytes(), Facts::default()));
        batch
    }

    #[test]
    fn what_went_is_taken_off_and_what_waits_is_counted() {
        let mut queue = Queue::default();
        queue.push(&batch(&["begun", "whole", "last"]), 0..3, 2);
        assert_eq!(queue.bytes(), 12);
        assert_eq!((queue.waiting().1, queue.waiting().2), (0..3, 2));
        queue.went(1, 3);
        assert_eq!((queue.bytes(), queue.waiting().2), (6, 3));
        queue.skip();
        queue.went(1, 0);
        assert!(queue.is_empty() && queue.bytes() == 0);
        queue.tidy();
        queue.push(&batch(&["x"]), 0..1, 0);
        assert_eq!((queue.bytes(), queue.waiting().1), (1, 0..1));
    }

    #[test]
    fn frames_are_shown_without_their_framing() {
        let mut queue = Queue::default();
        queue.push(&batch(&["plain"]), 0..1, 0);
        let line = |bytes: &[u8], out: &mut Vec<u8>| {
            out.extend_from_slice(bytes);
            out.push(b'\n');
            Ok::<_, ()>(())
        };
        queue.push_framed(&batch(&["a", "framed"]), 1, line).unwrap();
        assert_eq!(queue.waiting().0.message(1).bytes, b"framed\n");
        assert_eq!(queue.shown().message(1).bytes, b"framed");
        assert_eq!(queue.shown().message(0).bytes, b"plain");
        assert_eq!(queue.bytes(), 12);
        assert_eq!(queue.push_framed(&batch(&["x"]), 0, |_, _| Err(())), Err(()));
        assert_eq!(queue.waiting().1.len(), 2);
    }
}
