//! Text notation is read or refused; what is printed of it reads back as the same payload; every send
//! renders or is refused, and puts nothing into the message when it is refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::charset::{Charset, Unmappable};
use sockscope_core::facts::Stamp;
use sockscope_core::payload::{Context, Eol, Payload};
use sockscope_core::rng::Rng;

fuzz_target!(|input: &str| {
    let payload = match Payload::text(input) {
        Ok(payload) => payload,
        Err(problem) => {
            let _ = (problem.place(), &input[problem.span]);
            return;
        }
    };
    let printed = payload.to_string();
    assert_eq!(Payload::text(&printed).as_ref(), Ok(&payload), "printed as {printed:?}");
    for (charset, unmappable) in [(Charset::UTF_8, Unmappable::Refuse), (Charset::GBK, Unmappable::Skip)] {
        send(&payload, charset, &unmappable);
    }
});

/// Two sends of the payload: the second goes behind the first and leaves it alone.
fn send(payload: &Payload, charset: Charset, unmappable: &Unmappable) {
    let Ok(template) = payload.compile(charset, unmappable, Eol::CrLf) else { return };
    let mut rng = Rng::new(1);
    let mut out = Vec::new();
    for counter in 0..2 {
        let before = out.clone();
        let time = Stamp(1_700_000_000_000_000_000);
        let mut context = Context { counter, time, utc_offset_s: 8 * 3600, rng: &mut rng, groups: None };
        match template.render(&mut context, &mut out) {
            Ok(()) => assert!(out.starts_with(&before) && out.ends_with(b"\r\n")),
            Err(_) => assert_eq!(out, before),
        }
        if template.is_fixed() && counter == 1 {
            assert_eq!(&out[..before.len()], &out[before.len()..]);
        }
    }
}
