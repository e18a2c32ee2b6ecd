//! Scripts are read or refused; one that is read can be played with whatever comes, and what it was not met by can
//! be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockscope_core::facts::Stamp;
use sockscope_core::moment::{Moment, Now};
use sockscope_core::script::{
    Act, Args, Failure, Happening, Player, Script, SessionId, Unmet, Verdict, What,
};

fuzz_target!(|input: (&str, Vec<(u8, u8, &[u8])>)| {
    let (text, happenings) = input;
    match Script::parse(text, "fuzz.script", &Args::default()) {
        Ok(script) => play(Player::new(script, 0, 0), &happenings),
        Err(problem) => {
            let _ = (problem.place(), &problem.input[problem.span]);
        }
    }
});

fn play(mut player: Player, happenings: &[(u8, u8, &[u8])]) {
    let mut time = 0;
    for &(kind, session, bytes) in happenings {
        let what = match kind % 8 {
            0 => What::Opened { local: None },
            1 => What::Joined,
            2 => What::Failed { kind: Failure::Refused, why: "refused" },
            3 => What::Received { bytes, whole: false },
            4 => What::Received { bytes, whole: true },
            5 => What::Ended,
            6 => What::Closed { kind: Failure::Reset, why: "reset" },
            _ => What::Sent,
        };
        player.happened(&Happening {
            session: SessionId(u32::from(session % 4)),
            peer: u64::from(kind / 8),
            what,
        });
        if kind & 64 != 0 {
            time = player.wakeup().map_or(time, |moment| moment.0.max(time));
        }
        let now = Now { moment: Moment(time), stamp: Stamp(0) };
        for _ in 0..100 {
            match player.next(now) {
                None => break,
                Some(Act::Finish(verdict)) => {
                    assert_eq!(player.next(now), None);
                    shows(verdict);
                }
                Some(_) => {}
            }
        }
    }
}

/// Nothing of what came reaches a terminal as a control character.
fn shows(verdict: Verdict) {
    let Verdict::Unmet(unmet) = verdict else { return };
    let mut out = Vec::new();
    unmet.write(&mut Unmet::plain, &mut out);
    let text = String::from_utf8(out).expect("it is text");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}
