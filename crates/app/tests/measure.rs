//! `sockscope measure rtt`: round trips, against whoever gives back what it gets.

mod common;

use std::net::UdpSocket;

use common::sockscope;
use serde_json::Value;
use sockscope_testkit::peers;
use sockscope_testkit::place;
use sockscope_testkit::program::Program;

/// Gives back datagrams; with a number, only so many, and then stays silent.
const UDP: &str = "
import socket, sys
most = int(sys.argv[1]) if len(sys.argv) > 1 else None
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print('listening on udp://127.0.0.1:%d' % s.getsockname()[1], file=sys.stderr, flush=True)
done = 0
while True:
    data, peer = s.recvfrom(65536)
    done += 1
    if most is None or done <= most:
        s.sendto(data, peer)
";

/// Gives back a stream in pieces that have nothing to do with messages.
const TCP: &str = "
import socket, sys
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen(1)
print('listening on tcp://127.0.0.1:%d' % s.getsockname()[1], file=sys.stderr, flush=True)
c, _ = s.accept()
while True:
    data = c.recv(37)
    if not data:
        break
    c.sendall(data)
";

fn measure(endpoint: &str, more: &[&str]) -> Program {
    let args = [&["measure", "rtt", endpoint, "--count", "50", "--rate", "500/s"], more].concat();
    Program::start(&mut sockscope(&args))
}

#[track_caller]
fn all_answered(endpoint: &str) {
    let told = measure(endpoint, &["--wait", "20s"]).finish().expect(0).text();
    assert!(told.starts_with("sent 50, answered 50, lost 0\nlate 0, out of order 0"), "{told}");
    // Fifty samples support p90, and no more.
    let row = told.lines().find(|line| line.starts_with("since due")).unwrap();
    assert_eq!(row.matches(" -").count(), 3, "{told}");
}

#[test]
fn every_kind_of_echo_is_measured() {
    for any in ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] {
        let echo = Program::start(&mut sockscope(&["echo", any]));
        all_answered(&format!("{}://127.0.0.1:{}", &any[..3], echo.port()));
    }
    let folder = tempfile::tempdir().unwrap();
    for scheme in ["unix", "unixpacket"] {
        let place = format!("{scheme}://{}/{scheme}", folder.path().display());
        let echo = Program::start(&mut sockscope(&["echo", &place]));
        echo.says("ing on ");
        all_answered(&place);
    }
}

#[test]
fn python_gives_back_datagrams_and_odd_pieces_of_a_stream() {
    for (script, scheme) in [(UDP, "udp"), (TCP, "tcp")] {
        let Some(mut python) = peers::python(script, &[]) else { return };
        let echo = Program::start(&mut python);
        all_answered(&format!("{scheme}://127.0.0.1:{}", echo.port()));
    }
}

#[test]
fn nobody_there_is_said_with_what_to_start() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = format!("udp://{}", silent.local_addr().unwrap());
    let told = measure(&place, &[]).finish().expect(1);
    assert!(told.err.contains(&format!("nobody answers at {place}; start there:")), "{}", told.err);
    assert_eq!(told.text(), "");
}

#[test]
fn a_peer_that_stops_midway_loses_the_rest() {
    // One answer is to the hello.
    let Some(mut python) = peers::python(UDP, &["21"]) else { return };
    let echo = Program::start(&mut python);
    let told = measure(&format!("udp://127.0.0.1:{}", echo.port()), &["--wait", "200ms"]).finish().expect(0);
    assert!(told.text().starts_with("sent 50, answered 20, lost 30\n"), "{}", told.text());
}

#[test]
fn a_refused_connection_is_a_no() {
    let port = place::free_port();
    let told = measure(&format!("tcp://127.0.0.1:{port}"), &[]).finish().expect(1);
    assert!(told.err.contains("nobody answers at") && told.err.contains("refused"), "{}", told.err);
}

#[test]
fn json_lines_tell_each_second_and_the_end() {
    let echo = Program::start(&mut sockscope(&["echo", "udp://127.0.0.1:0"]));
    let place = format!("udp://127.0.0.1:{}", echo.port());
    let args = ["measure", "rtt", &place, "--rate", "100/s", "--count", "150", "--json", "--wait", "20s"];
    let text = Program::run(&mut sockscope(&args)).expect(0).text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, seconds) = lines.split_last().unwrap();
    assert!(!seconds.is_empty() && seconds.iter().all(|line| line["state"] == "second"), "{text}");
    assert!(
        lines.iter().zip(0..).all(|(line, seq)| line["seq"] == seq && line["type"] == "measure"),
        "{text}"
    );
    assert_eq!((&last["state"], &last["sent"], &last["lost"]), (&"done".into(), &150.into(), &0.into()));
    assert_eq!((&last["loop"], &last["kernel_times"]), (&"open".into(), &150.into()));
    let due = &last["due"];
    assert!(due["p50_us"].as_f64() <= due["p99_us"].as_f64() && due["p99_9_us"].is_null(), "{text}");
}

#[test]
fn wrong_rates_and_sizes_are_told_with_what_is_right() {
    for (option, value, right) in [("--rate", "max", "1000/s"), ("--size", "47", "48 bytes at least")] {
        let args = ["measure", "rtt", "udp://127.0.0.1:9", option, value];
        let told = Program::run(&mut sockscope(&args)).expect(2);
        assert!(told.err.contains(right), "{}", told.err);
    }
}
