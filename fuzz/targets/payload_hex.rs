//! Hex and hex dumps are read or refused, pointing at a place that can be shown; what was read is the
//! same payload when it is printed in text notation and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::payload::Payload;

fuzz_target!(|input: &str| {
    match Payload::hex(input) {
        Ok(payload) => {
            let printed = payload.to_string();
            assert_eq!(Payload::text(&printed).as_ref(), Ok(&payload), "printed as {printed:?}");
        }
        Err(problem) => {
            let _ = (problem.place(), &input[problem.span]);
        }
    }
});
