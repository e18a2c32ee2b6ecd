//! The console of a drone: flights with simulated ones, as a program drives it and as a person does.

mod common;

use std::path::Path;
use std::process::Command;

use common::sockscope;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::space;
use sockscope_testkit::window::Window;

/// A shell script in a network of its own, with a simulated drone at 127.0.0.2, ten times as fast as in truth. `$0` is this
/// program, `$1` a folder.
fn scene(sim: &str, script: &str, folder: &Path) -> Option<Command> {
    let text = format!(
        r#"
"$0" tello sim --bind 127.0.0.2 --quiet {sim} & sim=$!
until grep -q '0200007F:22B9 ' /proc/net/udp || ! kill -0 $sim; do :; done
{script}
code=$?
kill -INT $sim; wait $sim
exit $code
"#
    );
    let path = folder.join("scene");
    std::fs::write(&path, text).unwrap();
    let program = sockscope(&[]).get_program().to_owned();
    let path = path.to_str().unwrap().to_owned();
    space::alone("sh", &["-c", ". \"$2\"", program.to_str().unwrap(), folder.to_str().unwrap(), &path])
}

/// Lines through a pipe, to a drone with these faults; `options` are those of the console.
fn piped(sim: &str, options: &str, lines: &str) -> Option<Finished> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lines"), lines).unwrap();
    let script = format!(r#""$0" tello --drone 127.0.0.2 --lang en {options} < "$1/lines""#);
    let sim = format!("--speed 10 {sim}");
    Some(Program::run(&mut scene(&sim, &script, folder.path())?))
}

#[test]
fn a_program_gives_lines_and_gets_one_for_each() {
    let lines = "battery?\nup 50\ntakeoff\nflop\nup 501\nrc 0 0 0 0\ncw 90\nland\n";
    let Some(told) = piped("", "", lines) else { return };
    let told = told.expect(1);
    let expected = [
        "87",
        "error Motor stop",
        "ok",
        "not sent: unknown command \"flop\"",
        "not sent: 501 is out of range",
        "sent",
        "ok",
        "ok",
    ];
    assert_eq!(told.text().lines().collect::<Vec<_>>(), expected, "{}", told.err);
    for words in [
        "the motors are off: takeoff first",
        "unknown command \"flop\"; did you mean flip?\n  flop\n  ^^^^",
        "501 is out of range; x is 20 to 500 cm\n  up 501\n     ^^^",
    ] {
        assert!(told.err.contains(words), "{}", told.err);
    }
}

#[test]
fn an_input_that_ends_in_the_air_lands() {
    let Some(told) = piped("", "", "takeoff\n") else { return };
    let told = told.expect(0);
    assert_eq!(told.text(), "ok\n");
    assert!(told.err.contains("it lands first") && told.err.contains("land: ok"), "{}", told.err);
}

#[test]
fn a_signal_lands_and_a_second_one_stops_the_motors() {
    let folder = tempfile::tempdir().unwrap();
    // The last line is answered when the drone is down, or not at all.
    let once = r#"
mkfifo "$1/in"
"$0" tello --drone 127.0.0.2 --lang en --save "$1/x.pcapng" < "$1/in" > "$1/out" 2> "$1/err" & console=$!
exec 3> "$1/in"
echo takeoff >&3
until grep -q ok "$1/out"; do :; done
kill -INT $console
until grep -q 'it lands first' "$1/err"; do :; done
AGAIN
wait $console; code=$?
exec 3>&-
cat "$1/out"; cat "$1/err" >&2
"$0" open "$1/x.pcapng" | grep -c emergency
(exit $code)
"#;
    let lands = once.replace("AGAIN", "");
    let Some(mut landing) = scene("--speed 10", &lands, folder.path()) else { return };
    let told = Program::run(&mut landing).expect(0);
    assert_eq!(told.text(), "ok\n0\n");
    assert!(told.err.contains("land: ok"), "{}", told.err);
    let folder = tempfile::tempdir().unwrap();
    let falls = once.replace("AGAIN", "kill -INT $console");
    let told = Program::run(&mut scene("--speed 1", &falls, folder.path()).unwrap()).expect(1);
    assert!(told.err.contains("emergency: the motors stop, it falls"), "{}", told.err);
    assert_eq!(told.text(), "ok\n3\n", "it may be lost, and is sent more than once");
}

#[test]
fn what_is_wrong_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
echo 'battery?' | "$0" tello --drone 127.0.0.3 --bind 0 --lang en
"$0" echo udp://0.0.0.0:8890 --quiet 2>/dev/null & taken=$!
until grep -q ':22BA ' /proc/net/udp; do :; done
echo 'battery?' | "$0" tello --drone 127.0.0.2 --bind 0 --lang en
kill -INT $taken; wait $taken
echo 'battery?' | "$0" tello --drone 127.0.0.2 --bind 0 --lang zh --state-port 8891
"$0" echo udp://0.0.0.0:9000 --quiet 2>/dev/null & taken=$!
until grep -q ':2328 ' /proc/net/udp; do :; done
"$0" tello --drone 127.0.0.2 < /dev/null
code=$?
kill -INT $taken; wait $taken
(exit $code)
"#;
    let Some(mut scene) = scene("--speed 10 --faults battery=15", script, folder.path()) else { return };
    let told = Program::run(&mut scene).expect(2);
    for words in [
        "warning: no drone at 127.0.0.3:8889: the port is refused there; is the address right?",
        "warning: port 8890 is taken: no battery and height until the other Tello program ends",
        "cannot bind udp://0.0.0.0:9000: the address is in use; sockscope (process ",
    ] {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
}

#[test]
fn state_is_written_for_a_spreadsheet() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
(echo takeoff; until [ -f "$1/x.csv" ]; do :; done; until grep -q ',80,' "$1/x.csv"; do :; done; echo land) | "$0" tello --drone 127.0.0.2 --csv "$1/x.csv"
head -n 1 "$1/x.csv"; tail -n 1 "$1/x.csv"
"$0" tello --drone 127.0.0.2 --csv "$1/x.csv" < /dev/null
"#;
    let Some(mut scene) = scene("--speed 10", script, folder.path()) else { return };
    let told = Program::run(&mut scene).expect(2);
    let rows: Vec<_> = told.text().lines().skip(2).map(str::to_owned).collect();
    assert!(rows[0].starts_with("seconds,bat,h,tof,time,pitch"), "{rows:?}");
    assert_eq!(rows[0].split(',').count(), rows[1].split(',').count());
    assert!(told.err.contains("x.csv") && told.err.contains("exists"), "{}", told.err);
}

/// The console in a window, in Chinese, with a drone by these options. It is no faster than in truth: what lands by itself
/// after 15 s must not do so while a machine is busy.
fn window(folder: &Path, sim: &str, options: &str) -> Option<Window> {
    let script = format!(r#"LC_ALL=zh_CN.UTF-8 "$0" tello --drone 127.0.0.2 {options}"#);
    let scene = scene(sim, &script, folder)?;
    let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_str().unwrap().replace('\'', "'\\''"));
    let line: Vec<_> = std::iter::once(scene.get_program()).chain(scene.get_args()).map(quoted).collect();
    Window::open(folder, 100, 30, &line.join(" "))
}

#[test]
fn a_person_flies_in_chinese_and_ctrl_c_lands() {
    let folder = tempfile::tempdir().unwrap();
    let Some(window) = window(folder.path(), "", "--keep-alive") else { return };
    window.sees("end 或 Ctrl-C 退出，飞行中先降落");
    window.sees("command: ok");
    window.sees("tello 87%>");
    window.types("takeo");
    window.key("Tab");
    window.key("Enter");
    window.sees("takeoff: ok");
    // Height, and what is left of the fifteen seconds.
    window.sees("cm 1");
    window.types("forward ");
    window.sees("forward x   x is 20 to 500 cm");
    window.enters("50");
    window.sees("forward 50: ok");
    window.enters("up 5");
    let screen = window.sees("未发送: 5 is out of range; x is 20 to 500 cm");
    let place = |part: &str| screen.find(part).unwrap_or_else(|| panic!("{part}: {screen}"));
    // Each answer stands below its command.
    assert!(place("> takeoff") < place("takeoff: ok") && place("takeoff: ok") < place("> forward 50"));
    window.types("in the middle of a line");
    window.key("C-c");
    window.sees("先降落；再按 Ctrl-C 为紧急停止");
    window.sees("land: ok");
    window.sees("over 0");
}

#[test]
fn an_answer_that_is_lost_is_told_and_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let Some(window) = window(folder.path(), "--faults lose=50%,binary --seed 5", "") else { return };
    window.sees("tello 87%>");
    // Of some questions, half of the answers are lost; each is told what came of it.
    for _ in 0..6 {
        window.enters("battery?");
        window.enters("wifi?");
    }
    window.sees("未收到回复，重发");
    window.sees("battery?: 8");
    window.enters("end");
    window.sees("over ");
}

#[test]
fn the_panel_stays_above_what_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let Some(window) = window(folder.path(), "", "--watch") else { return };
    window.sees("电量 87%");
    for _ in 0..40 {
        window.enters("battery?");
    }
    let screen = window.sees("battery?: 87");
    let rows: Vec<_> = screen.lines().collect();
    assert!(
        rows[0].starts_with("电量 87%") && rows[1].starts_with("电量") && rows[2].starts_with("高度"),
        "{screen}"
    );
    assert!(rows[5].starts_with("───"), "{screen}");
    window.enters("watch");
    window.enters("end");
    window.sees("over 0");
}
