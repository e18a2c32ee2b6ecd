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

/// A scene with a simulated drone at 127.0.0.2.
fn with_drone(sim: &str, text: &str) -> Option<Finished> {
    let text = format!(
        r#"
"$0" tello sim --bind 127.0.0.2 --quiet {sim} & sim=$!
until grep -q '0200007F:22B9 ' /proc/net/udp || ! kill -0 $sim; do :; done
{text}
code=$?
kill -INT $sim; wait $sim
exit $code
"#
    );
    let folder = tempfile::tempdir().unwrap();
    Some(Program::run(&mut script(&text, folder.path().to_str().unwrap())?))
}

#[test]
fn state_is_shown_line_by_line_and_as_objects() {
    let text = r#"
"$0" tello state --drone 127.0.0.2 --lang zh --count 3 &&
"$0" tello state --drone 127.0.0.2 --json --count 2
"#;
    let Some(told) = with_drone("", text) else { return };
    let told = told.expect(0);
    let lines: Vec<_> = told.text().lines().map(str::to_owned).collect();
    assert!(lines[0].starts_with("电量 87%  高度 0cm  离地 10cm"), "{lines:?}");
    let state: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!((&state["type"], &state["bat"], &state["tof"]), (&"state".into(), &87.into(), &10.into()));
}

#[test]
fn video_is_counted_and_kept_for_a_player() {
    let text = r#"
"$0" tello video --drone 127.0.0.2 --count 45 -o "$1/x.h264" &&
ffprobe -v error -count_frames -show_entries stream=width,nb_read_frames -of csv=p=0 "$1/x.h264" &&
"$0" tello video --drone 127.0.0.2 --for 1ms; code=$?
"$0" tello video --drone 127.0.0.2 --snapshot "$1/x.png" &&
ffprobe -v error -show_entries stream=codec_name,width -of csv=p=0 "$1/x.png"
(exit $code)
"#;
    if sockscope_testkit::peers::peer("ffprobe").is_none() {
        return;
    }
    let Some(told) = with_drone("", text) else { return };
    // Of a millisecond no frame can be seen, and that is no good news.
    let told = told.expect(1);
    if cfg!(feature = "snapshot") {
        assert_eq!(told.text(), "960,45\npng,960\n", "{}", told.err);
    } else {
        assert!(
            told.err.contains("needs a sockscope that was built with the feature snapshot"),
            "{}",
            told.err
        );
    }
    assert!(told.err.contains("45 frames, 2 of them key frames"), "{}", told.err);
    assert!(told.err.contains("nothing missing"), "{}", told.err);
}

#[test]
fn a_film_is_shown_by_the_camera() {
    let text = r#"
echo 'no film' > "$1/none"
ffmpeg -nostdin -v error -f lavfi -i testsrc=size=320x240:rate=30 -frames:v 12 -c:v libx264 -bf 0 -f h264 "$1/film.h264" || exit 9
"$0" tello sim --bind 127.0.0.4 --quiet --video "$1/film.h264" & film=$!
until grep -q '0400007F:22B9 ' /proc/net/udp; do :; done
"$0" tello video --drone 127.0.0.4 --count 24 -o - | ffprobe -v error -count_frames -show_entries stream=width,nb_read_frames -of csv=p=0 -
code=$?
kill -INT $film; wait $film
"$0" tello sim --bind 127.0.0.4 --video "$1/none" --quiet
(exit $code)
"#;
    if sockscope_testkit::peers::peer("ffprobe").is_none() {
        return;
    }
    let Some(told) = with_drone("", text) else { return };
    let told = told.expect(0);
    assert_eq!(told.text(), "320,24\n", "{}", told.err);
    assert!(told.err.contains("is no H.264 byte stream: ffmpeg -i film.mp4"), "{}", told.err);
}

#[test]
fn a_simulated_drone_passes_the_probe_and_a_mute_one_fails() {
    let text = r#"
"$0" tello probe --drone 127.0.0.2 --sdk 3.0 --lang en
echo "code $?"
"$0" tello probe --drone 127.0.0.3 --sdk 3.0 --lang en
"#;
    let Some(told) = with_drone("--sdk 3.0", text) else { return };
    let told = told.expect(1);
    let text = told.text();
    let (sound, mute) = text.split_once("code 0\n").unwrap_or_else(|| panic!("{text}"));
    assert!(sound.contains("pass  unknown ") && !sound.contains("FAIL"), "{sound}");
    assert!(mute.contains("FAIL"), "{mute}");
}

#[test]
fn a_script_is_rehearsed_before_it_is_flown() {
    let text = r#"
printf 'takeoff\nup 50\nland\n' > "$1/fine"; printf 'takeoff\nexpect h > 900\nland\n' > "$1/bad"
"$0" tello fly "$1/bad" --sim --drones 127.0.0.2; echo "code $?"
"$0" tello fly "$1/fine" --sim --drones 127.0.0.2
"#;
    let Some(told) = with_drone("--speed 10", text) else { return };
    let told = told.expect(0);
    assert!(told.text().starts_with("code 1\n") || told.text().starts_with("code 2\n"), "{}", told.text());
    assert!(told.err.contains("the simulated drone fails in line 2: "), "{}", told.err);
    assert!(
        told.err.contains("simulated: 3 steps in ") && told.err.contains("flown to its end"),
        "{}",
        told.err
    );
}

#[test]
fn a_network_of_its_own_needs_rights_and_a_free_address() {
    let text = r#"
"$0" tello sim --netns --quiet --bind 10.9.0.250 --count 9
ip link add there type veth peer name other && ip addr add 192.168.10.7/24 dev there && ip link set there up
"$0" tello sim --netns --quiet
"#;
    let Some(told) = with_drone("", text) else { return };
    let told = told.expect(2);
    assert!(
        told.err.contains("there has the address 192.168.10.7, in the drone's own network already"),
        "{}",
        told.err
    );
    let crowd =
        "9 drones from 10.9.0.250 on and this machine behind them do not fit in one network: at most 4 do";
    assert!(told.err.contains(crowd), "{}", told.err);
    let program = sockscope(&[]).get_program().to_owned();
    let Some(mut nobody) = space::alone_as_nobody(program, &["tello", "sim", "--netns"]) else { return };
    let told = Program::run(&mut nobody).expect(2);
    assert!(told.err.contains("needs the right CAP_NET_ADMIN: run it with sudo, or"), "{}", told.err);
}
