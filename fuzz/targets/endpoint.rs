//! An endpoint is read or refused; its canonical form reads as the same endpoint and stays as it is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::endpoint::{Endpoint, Role};

fuzz_target!(|input: &str| {
    match Endpoint::parse(input) {
        Ok(endpoint) => {
            let canonical = endpoint.to_string();
            let again = Endpoint::parse(&canonical);
            assert_eq!(again.as_ref(), Ok(&endpoint), "canonical form {canonical:?}");
            assert_eq!(again.map(|endpoint| endpoint.to_string()), Ok(canonical));
            let _ = (endpoint.check(Role::Listen), endpoint.check(Role::Send));
        }
        Err(problem) => {
            let _ = (problem.place(), &input[problem.span]);
        }
    }
});
