//! Drones: scripts flown with simulated ones over real sockets, in a network of their own, and judged.

mod common;

use std::process::Command;

use common::sockscope;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::space;

/// A shell script in a network of its own; `$0` is this program, `$1` a folder.
fn script(text: &str, folder: &str) -> Option<Command> {
    space::alone("sh", &["-c", text, sockscope(&[]).get_program().to_str().unwrap(), folder])
}

/// Flies a script with drones at 127.0.0.2 and on, ten times as fast; what was told of it, and what the judge said.
fn fly(sim: &str, script_text: &str, fly: &str) -> Option<(Finished, String)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flight"), script_text).unwrap();
    let text = format!(
        r#"
"$0" tello sim --bind 127.0.0.2 --speed 10 --quiet {sim} & sim=$!
until grep -q '0200007F:22B9 ' /proc/net/udp; do :; done
"$0" tello fly "$1/flight" --plot "$1/way.svg" --save "$1/x.pcapng" {fly}
code=$?
kill -INT $sim; wait $sim
"$0" tello judge "$1/x.pcapng" --drone 127.0.0.2 --lang en > "$1/judge"
exit $code
"#
    );
    let mut scene = script(&text, folder.path().to_str().unwrap())?;
    let told = Program::run(&mut scene);
    let judged = std::fs::read_to_string(folder.path().join("judge")).unwrap();
    let picture = std::fs::read_to_string(folder.path().join("way.svg")).unwrap();
    assert!(picture.starts_with("<svg "), "{picture}");
    Some((told, judged))
}

#[test]
fn a_square_is_flown_and_judged() {
    let square = include_str!("../../../examples/square.tello");
    let Some((told, judged)) = fly("", square, "--drones 127.0.0.2") else { return };
    let told = told.expect(0);
    for line in [
        "takeoff                    ok",
        "cw 90                      ok",
        "home again",
        "land                       ok",
    ] {
        assert!(told.text().contains(line), "{}", told.text());
    }
    assert!(told.err.contains("flown to its end: "), "{}", told.err);
    // Ten times as fast as in truth, moves take less than any drone's.
    let failed: Vec<_> = judged.lines().filter(|line| line.contains("FAIL")).collect();
    assert!(failed.iter().all(|line| line.contains("takes-time")), "{judged}");
    assert!(judged.contains("pass  state-rate"), "{judged}");
}

#[test]
fn several_wait_for_each_other_and_each_failure_is_told() {
    let text = "takeoff\nbarrier\n@2 flip l\nup 20\nland\n";
    let many = fly("--count 2 --faults battery=40,twice=50% --seed 3", text, "--drones 127.0.0.2,127.0.0.3");
    let Some((told, _)) = many else { return };
    let told = told.expect(1);
    assert!(told.text().contains("#1 up 20                      ok"), "{}", told.text());
    assert!(told.text().contains("#2 flip l                     error"), "{}", told.text());
    assert!(told.text().contains("#2 land                       ok"), "{}", told.text());
    assert!(told.err.contains("#2 line 3: flip l: error; it lands, if it flies"), "{}", told.err);
    assert!(told.err.contains("127.0.0.2: flown to its end"), "{}", told.err);
    assert!(told.err.contains("127.0.0.3: failed in line 3: flip l: error"), "{}", told.err);
}

#[test]
fn whoever_stops_a_flight_lands_it() {
    let text = r#"
"$0" tello sim --bind 127.0.0.2 --speed 10 --quiet & sim=$!
until grep -q '0200007F:22B9 ' /proc/net/udp; do :; done
printf 'takeoff\nwait 1h\nland\n' > "$1/flight"
"$0" tello fly "$1/flight" --drones 127.0.0.2 > "$1/told" & fly=$!
until grep -q takeoff "$1/told"; do :; done
kill -INT $fly; wait $fly; code=$?
kill -INT $sim; wait $sim
cat "$1/told"
exit $code
"#;
    let folder = tempfile::tempdir().unwrap();
    let Some(mut scene) = script(text, folder.path().to_str().unwrap()) else { return };
    let told = Program::run(&mut scene).expect(1);
    assert!(told.text().contains("land                       ok"), "{}", told.text());
    assert!(told.err.contains("line 2: stopped; it lands, if it flies"), "{}", told.err);
}

#[test]
fn a_script_that_is_wrong_flies_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flight").display().to_string();
    std::fs::write(&path, "takeoff\nforwrd 20\nup 5\n").unwrap();
    let told = Program::run(&mut sockscope(&["tello", "fly", &path])).expect(2);
    assert!(
        told.err.contains("line 2: unknown command \"forwrd\"; did you mean forward?\n  forwrd 20\n  ^^^^^^"),
        "{}",
        told.err
    );
    assert!(told.err.contains("line 3: 5 is out of range; x is 20 to 500 cm"), "{}", told.err);
    std::fs::write(&path, "takeoff\ndown 100\n").unwrap();
    let told = Program::run(&mut sockscope(&["tello", "fly", &path, "--dry-run"])).expect(0);
    assert!(told.text().starts_with("takes about "), "{}", told.text());
    assert!(told.err.contains("warning: line 2: down 100 leads 20 cm below the ground"), "{}", told.err);
}
