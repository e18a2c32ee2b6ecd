//! Scripts flown by a pilot with a simulated drone, in virtual time, and judged.

use sockscope::core::facts::Stamp;

use super::*;
use crate::fly::Script;
use crate::fly::flight::Report;
use crate::fly::rehearsal::rehearse;
use crate::judge::{Datagram, Judge, Party, RULES};

const SCRIPT: &str = "takeoff\nuntil time > 1 within 8s\nspeed 50\nforward 100\ncw 90\ngo 50 50 20 50\nup 20\nbattery?\nflip l\nland\n";

/// Flies a script; what became of it, and which rules the drone broke.
fn fly(sdk: Sdk, text: &str, faults: &str) -> (Report, Vec<&'static str>) {
    let faults = if faults.is_empty() { Faults::default() } else { Faults::read(faults).unwrap() };
    let mut drone = Drone::new(sdk, 0, faults, 1.0, 11);
    let mut judge = Judge::new(sdk, None).seeing_state();
    let mut number = 0;
    let script = Script::read(text, sdk).unwrap();
    let (report, now) = rehearse(&script, sdk, 1, &mut drone, &mut |now, from, to, bytes| {
        number += 1;
        assert!(number < 100_000, "it hangs at {now:?}");
        judge.take(&Datagram { number, time: Stamp(now.0), from, to, bytes });
    });
    assert!(!drone.look(now).flies, "it stands in the end");
    let findings = judge.end(Stamp(now.0 + 60_000_000_000));
    let broken =
        RULES.iter().zip(findings).filter(|(rule, finding)| rule.party == Party::Drone && finding.broken > 0);
    (report, broken.map(|(rule, _)| rule.name).collect())
}

#[test]
fn each_profile_flies_a_script_and_keeps_all_rules() {
    for sdk in Sdk::ALL {
        let (report, broken) = fly(sdk, SCRIPT, "");
        assert_eq!((report.failed, broken), (None, vec![]), "{sdk}");
        let end = report.track.last().unwrap();
        assert!((20.0..40.0).contains(&end.time.as_secs_f64()), "{end:?}");
    }
}

#[test]
fn with_each_fault_a_script_comes_to_its_end_or_lands_and_says_why() {
    let why =
        |faults: &str| fly(Sdk::V2_0, SCRIPT, faults).0.failed.map(|(line, why)| format!("{line}: {why}"));
    for harmless in ["binary", "double", "garble=30%", "twice=100%", "late=100%/500ms", "heat=80"] {
        assert_eq!(why(harmless), None, "{harmless}");
    }
    assert!(why("battery=8").unwrap().starts_with("1: takeoff: error"));
    assert!(why("heat=110").unwrap().contains("error, high temp"));
    assert!(why("battery=40").unwrap().starts_with("9: flip l: error"));
    assert!(why("blind").unwrap().contains("error No valid imu"));
    let sunk = fly(Sdk::V2_0, "takeoff\ndown 60\nland\n", "sink").0.failed.unwrap();
    assert_eq!(sunk, (2, "down 60: no answer".to_owned()));
}

#[test]
fn broken_drones_are_found_out() {
    let broken = |faults: &str| fly(Sdk::V2_0, SCRIPT, faults).1;
    assert_eq!(broken("garble=100%"), ["state"]);
    assert!(broken("double").contains(&"once"));
    assert!(fly(Sdk::V2_0, "takeoff\ndown 60\nland\n", "sink").1.contains(&"answers"));
}
