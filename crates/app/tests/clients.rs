//! Other people's programs fly the simulator as they are, on their true ports: from one network to the drone's.

mod common;

use common::sockscope;
use sockscope_testkit::peers;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::space;

/// Flies with a program of `tests/clients`, which needs a module of Python, a simulator ten times as fast as in truth; what
/// the program told, and what a judge says of the drone that it saw. `input` is what is typed.
fn fly(program: &str, module: &str, sim: &str, input: &str) -> Option<(Finished, String)> {
    let python = peers::python_with(module, &[])?;
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"
"$0" tello sim --netns --speed 10 --quiet {sim} --save "$1/x.pcapng" & sim=$!
until grep -qs '010AA8C0:22B9 ' /proc/$sim/net/udp || ! kill -0 $sim; do :; done
({input}) | timeout 60 "$2" -u "$3"
code=$?
kill -INT $sim; wait $sim || exit 99
# What was set up is gone.
! ip link show dev tello 2>/dev/null || exit 98
"$0" tello judge "$1/x.pcapng" {sim} --drone 192.168.10.1 --lang en > "$1/judge"
exit $code
"#
    );
    let sockscope = sockscope(&[]).get_program().to_owned();
    let client = format!("{}/tests/clients/{program}", env!("CARGO_MANIFEST_DIR"));
    let (own, path) = (folder.path().to_str().unwrap(), python.get_program().to_str().unwrap());
    let mut scene = space::alone("sh", &["-c", &text, sockscope.to_str().unwrap(), own, path, &client])?;
    let told = Program::run(&mut scene).expect(0);
    Some((told, std::fs::read_to_string(folder.path().join("judge")).unwrap()))
}

/// The rules that the drone broke, but for that it was ten times as fast.
fn broken(judged: &str) -> Vec<&str> {
    let (_, drone) = judged.split_once("drone").expect(judged);
    drone.lines().filter(|line| line.contains("FAIL") && !line.contains("takes-time")).collect()
}

#[test]
fn djitellopy_flies_all_that_it_can_and_sees_the_picture() {
    let Some((told, judged)) = fly("dji.py", "djitellopy", "--sdk 3.0", ":") else { return };
    assert!(told.text().ends_with("flown\n"), "{}{}", told.text(), told.err);
    assert_eq!(broken(&judged), [""; 0]);
}

#[test]
fn tello_asyncio_flies_all_that_it_can_and_sees_the_picture() {
    let Some((told, judged)) = fly("aio.py", "tello_asyncio", "--sdk 3.0", ":") else { return };
    assert!(told.text().ends_with("flown\n"), "{}{}", told.text(), told.err);
    assert_eq!(broken(&judged), [""; 0]);
}

#[test]
fn the_tutorials_console_flies_as_it_is() {
    let lines = "for line in command battery? takeoff 'forward 50' 'flip l' speed? land end; do echo \"$line\"; sleep 1; done";
    let Some((told, judged)) = fly("console.py", "socket", "--sdk 1.3", lines) else { return };
    assert_eq!(told.text(), "ok\n87\r\n\nok\nok\nok\n100.0\r\n\nok\n", "{}", told.err);
    assert_eq!(broken(&judged), [""; 0]);
}
