//! A batch of pushed messages behaves as a list of byte strings would.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::batch::Batch;
use sockscope_core::facts::Facts;

// The input: what to do and with which bytes, one after the other.
fuzz_target!(|input: Vec<(u8, &[u8])>| {
    let mut batch = Batch::new();
    let mut model: Vec<Vec<u8>> = Vec::new();
    for (what, bytes) in input {
        match what % 5 {
            0 | 1 => {
                batch.push(bytes, Facts::default());
                model.push(bytes.to_vec());
            }
            2 => {
                let refused = batch.try_push_with(Facts::default(), |buffer| {
                    buffer.extend_from_slice(bytes);
                    Err::<(), _>("refused")
                });
                assert_eq!(refused, Err("refused"));
            }
            3 => {
                let keep = |message: &[u8]| message.first() != bytes.first();
                batch.retain(|message| keep(message.bytes));
                model.retain(|message| keep(message));
            }
            _ => {
                batch.clear();
                model.clear();
            }
        }
        assert_eq!((batch.len(), batch.is_empty()), (model.len(), model.is_empty()));
        assert_eq!(batch.bytes(), model.iter().map(Vec::len).sum::<usize>());
        assert!(batch.iter().map(|message| message.bytes).eq(model.iter().map(Vec::as_slice)));
    }
});
