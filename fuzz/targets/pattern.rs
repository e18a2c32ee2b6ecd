//! Patterns and rules are read or refused; a verdict on a stream stays the same whatever follows; a match lies
//! inside of what was compared.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::charset::Charset;
use sockscope_core::facts::Stamp;
use sockscope_core::moment::{Moment, Now};
use sockscope_core::pattern::{Pattern, Verdict};
use sockscope_core::problem::Problem;
use sockscope_core::rule::{Rule, Rules};

fuzz_target!(|input: (&str, &[u8])| {
    let (text, got) = input;
    let got = &got[..got.len().min(64)];
    for charset in [Charset::UTF_8, Charset::GBK] {
        match Pattern::parse(text, charset) {
            Ok(pattern) => holds(&pattern, got),
            Err(problem) => shows(problem),
        }
        match Rule::parse(text, charset) {
            Ok(rule) => {
                let now = Now { moment: Moment(0), stamp: Stamp(0) };
                let _ = Rules::new(vec![rule], 0, 0).answer(now, 0, got);
            }
            Err(problem) => shows(problem),
        }
    }
});

fn shows(problem: Problem) {
    let _ = (problem.place(), &problem.input[problem.span]);
}

fn holds(pattern: &Pattern, got: &[u8]) {
    let mut before = Verdict::Partial;
    for end in 0..=got.len() {
        let verdict = pattern.test(&got[..end], false);
        assert!(
            before == Verdict::Partial || verdict == before,
            "{before:?}, then {verdict:?} of {end} bytes"
        );
        before = verdict;
    }
    assert_ne!(pattern.test(got, true), Verdict::Partial);
    for complete in [false, true] {
        if let Verdict::Match { used, .. } = pattern.test(got, complete) {
            assert!(used.start <= used.end && used.end <= got.len());
        }
    }
}
