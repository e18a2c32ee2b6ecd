//! Messages pushed, filled, cut into trains and put together.

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
    for (len, word) in [(4, b"aaaa"), (2, b"bbbb"), (0, b"cccc")] {
        batch.free_mut().copy_from_slice(word);
        batch.fill(len, Facts::default());
    }
    batch.retain(|m| m.bytes != b"aaaa");
    let seen: Vec<_> = batch.iter().map(|m| m.bytes).collect();
    assert_eq!(seen, [b"bb".as_slice(), b""]);
    assert_eq!((batch.slot(), batch.slots()), (4, 3));
}

#[test]
fn a_train_is_taken_apart_in_its_slot() {
    let mut batch = Batch::with_slots(3, 8);
    batch.free_mut()[..5].copy_from_slice(b"aabbc");
    batch.fill_train(5, 2, Facts::default());
    batch.fill_train(0, 2, Facts::default());
    batch.free_mut()[..4].copy_from_slice(b"ddee");
    batch.fill_train(4, 2, Facts::default());
    let seen: Vec<_> = batch.iter().map(|m| m.bytes).collect();
    assert_eq!(seen, [b"aa".as_slice(), b"bb", b"c", b"", b"dd", b"ee"]);
    let trains: Vec<_> = batch.iter().map(|m| m.facts.train.map_or(1, NonZeroU16::get)).collect();
    assert_eq!(trains, [3, 3, 3, 1, 2, 2]);
    batch.clear();
    batch.free_mut()[0] = b'x';
    batch.fill(1, Facts::default());
    assert_eq!(batch.message(0).bytes, b"x");
}

#[test]
fn trains_are_runs_of_one_length_with_a_shorter_end() {
    let mut batch = Batch::new();
    for len in [3, 3, 2, 3, 4, 0, 0, 1, 1] {
        batch.push(&vec![b'x'; len], Facts::default());
    }
    let mut counts = Vec::new();
    let mut at = 0;
    while at < batch.len() {
        counts.push(batch.train(at..batch.len(), 1472));
        at += counts.last().unwrap();
    }
    assert_eq!(counts, [3, 1, 1, 1, 1, 2]);
    assert_eq!(batch.joined(0, 3).len(), 8);
    assert_eq!(batch.train(0..9, 2), 1, "longer than may be");
    assert_eq!(batch.train(0..2, 9), 2, "no further than the range");
    assert_eq!(batch.mark_trains(1, &[2, 1, 3]), 5);
    let marked: Vec<_> = batch.iter().map(|m| m.facts.train.map_or(1, NonZeroU16::get)).collect();
    assert_eq!(marked, [1, 2, 2, 1, 3, 3, 3, 1, 1]);
}

#[test]
fn a_row_of_messages_is_appended_at_once() {
    let mut batch = Batch::new();
    batch.push(b"first", Facts::default());
    batch.push_row(b"abcdefg", [1, 1, 4].into_iter(), Facts::default());
    batch.push(b"last", Facts::default());
    let seen: Vec<_> = batch.iter().map(|m| m.bytes).collect();
    assert_eq!(seen, [b"first".as_slice(), b"a", b"", b"bcd", b"last"]);
    assert_eq!(batch.train(1..5, 9), 1);
}

#[test]
fn a_train_is_no_longer_than_the_kernel_takes() {
    let mut batch = Batch::new();
    (0..200).for_each(|_| batch.push(&[0; 32], Facts::default()));
    assert_eq!(batch.train(0..200, 1472), TRAIN);
    let mut batch = Batch::new();
    (0..20).for_each(|_| batch.push(&[0; 8972], Facts::default()));
    assert_eq!(batch.train(0..20, 9000), 7);
    let mut batch = Batch::new();
    for port in [1, 1, 2] {
        let peer = Some(crate::facts::Peer::Inet(([127, 0, 0, 1], port).into()));
        batch.push(b"x", Facts { peer, ..Facts::default() });
    }
    assert_eq!(batch.train(0..3, 1472), 2, "to one peer");
}

#[test]
#[should_panic(expected = "no slot")]
fn a_full_batch_refuses_more() {
    let mut batch = Batch::with_slots(1, 4);
    batch.fill(1, Facts::default());
    batch.fill(1, Facts::default());
}
