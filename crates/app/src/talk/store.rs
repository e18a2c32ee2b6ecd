//! The messages that passed, kept to be found again: bounded by their bytes, and what had to go is counted.

use std::collections::VecDeque;

use sockscope::core::batch::Batch;
use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::event::{Event, Interfaces, Messages, SocketId};
use sockscope::core::facts::{Direction, Facts, Peer, Unit};
use sockscope::core::filter::Needle;

/// Memory for what is kept, in bytes.
pub(super) const MOST: usize = 64 << 20;

/// The messages that passed, the latest last.
#[derive(Debug)]
pub(super) struct Store {
    kept: VecDeque<Kept>,
    bytes: usize,
    most: usize,
    /// Messages that had to go.
    pub(super) gone: u64,
}

/// A message, and where it passed.
#[derive(Debug)]
struct Kept {
    seq: u64,
    socket: SocketId,
    direction: Direction,
    unit: Unit,
    local: Option<Peer>,
    facts: Facts,
    bytes: Box<[u8]>,
}

impl Kept {
    fn memory(&self) -> usize {
        size_of::<Self>() + self.bytes.len()
    }
}

impl Store {
    /// Nothing yet; `most` bytes of memory at most, the latest message aside.
    pub(super) fn new(most: usize) -> Self {
        Self { kept: VecDeque::new(), bytes: 0, most, gone: 0 }
    }

    /// Keeps messages; the oldest go when there are too many.
    pub(super) fn keep(&mut self, seq: u64, messages: &Messages<'_>) {
        for (seq, message) in (seq..).zip(messages.iter()) {
            let kept = Kept {
                seq,
                socket: messages.socket,
                direction: messages.direction,
                unit: messages.unit,
                local: messages.local,
                facts: *message.facts,
                bytes: message.bytes.into(),
            };
            self.bytes += kept.memory();
            self.kept.push_back(kept);
        }
        while self.bytes > self.most && self.kept.len() > 1 {
            let Some(oldest) = self.kept.pop_front() else { return };
            self.bytes -= oldest.memory();
            self.gone += 1;
        }
    }

    /// How many are kept.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// Hands out the latest `most` messages that have `needle` as events, in order; returns how many have it
    /// in all.
    pub(super) fn find(
        &self,
        needle: &Needle,
        viewing: Option<&Viewing>,
        most: usize,
        mut show: impl FnMut(u64, &Event<'_>),
    ) -> usize {
        let has = |kept: &&Kept| {
            let charset = viewing.map_or(Charset::UTF_8, |viewing| viewing.resolve(&kept.bytes).0);
            needle.is_in(&kept.bytes, charset)
        };
        let found: Vec<&Kept> = self.kept.iter().filter(has).collect();
        for kept in &found[found.len().saturating_sub(most)..] {
            let mut batch = Batch::new();
            batch.push(&kept.bytes, kept.facts);
            let messages = Messages {
                socket: kept.socket,
                direction: kept.direction,
                unit: kept.unit,
                batch: &batch,
                range: 0..1,
                local: kept.local,
                interfaces: &Interfaces::default(),
            };
            show(kept.seq, &Event::Messages(messages));
        }
        found.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(store: &mut Store, texts: &[&[u8]]) {
        let mut batch = Batch::new();
        texts.iter().for_each(|text| batch.push(text, Facts::default()));
        let messages = Messages {
            socket: SocketId(1),
            direction: Direction::Rx,
            unit: Unit::Datagram,
            range: 0..batch.len(),
            batch: &batch,
            local: None,
            interfaces: &Interfaces::default(),
        };
        store.keep(1, &messages);
    }

    fn found(store: &Store, needle: &str, charset: Charset, most: usize) -> (usize, Vec<Vec<u8>>) {
        let (needle, viewing) = (Needle::Text(needle.to_owned()), Viewing::Chosen(charset));
        let mut shown = Vec::new();
        let count = store.find(&needle, Some(&viewing), most, |_, event| {
            let Event::Messages(messages) = event else { panic!("{event:?}") };
            shown.extend(messages.iter().map(|message| message.bytes.to_vec()));
        });
        (count, shown)
    }

    #[test]
    fn text_is_found_in_its_charset_the_latest_last() {
        let mut store = Store::new(MOST);
        keep(&mut store, &[b"\xc4\xe3\xba\xc3 1", b"ping", b"\xc4\xe3\xba\xc3 2"]);
        let both = vec![b"\xc4\xe3\xba\xc3 1".to_vec(), b"\xc4\xe3\xba\xc3 2".to_vec()];
        assert_eq!(found(&store, "你好", Charset::GBK, 10), (2, both.clone()));
        assert_eq!(found(&store, "你好", Charset::GBK, 1), (2, both[1..].to_vec()));
        assert_eq!(found(&store, "你好", Charset::UTF_8, 10), (0, vec![]));
    }

    #[test]
    fn the_oldest_go_and_are_counted() {
        let one = size_of::<Kept>() + 100;
        let mut store = Store::new(one * 3);
        for n in 0..10_u8 {
            keep(&mut store, &[&[b'a' + n; 100]]);
        }
        assert_eq!((store.len(), store.gone), (3, 7));
        assert_eq!(found(&store, "a", Charset::UTF_8, 10).0, 0);
        assert_eq!(found(&store, "j", Charset::UTF_8, 10).0, 1);
        keep(&mut store, &[&[b'x'; 10_000]]);
        assert_eq!((store.len(), store.gone), (1, 10), "the latest is always kept");
    }
}
