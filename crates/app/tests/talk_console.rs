//! `sockscope talk` as a person at a terminal has it: in a window of tmux, with real peers.

mod common;

use std::net::UdpSocket;

use common::sockscope;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::Program;
use sockscope_testkit::window::Window;
use tempfile::TempDir;

fn window(folder: &TempDir, columns: u16, args: &str) -> Option<Window> {
    let program = env!("CARGO_BIN_EXE_sockscope");
    Window::open(folder.path(), columns, 24, &format!("{program} talk {args}"))
}

fn peer(port: u16) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.connect(("127.0.0.1", port)).unwrap();
    socket
}

fn heard(socket: &UdpSocket) -> String {
    let mut bytes = [0; 2_000];
    let len = socket.recv(&mut bytes).unwrap();
    String::from_utf8(bytes[..len].to_vec()).unwrap()
}

/// The port that the window says it listens on.
fn port(window: &Window) -> u16 {
    let screen = window.sees("listening on udp://127.0.0.1:");
    let at = screen.find("udp://127.0.0.1:").unwrap() + "udp://127.0.0.1:".len();
    let digits: String = screen[at..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[test]
fn chinese_is_typed_while_a_thousand_rows_a_second_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let Some(window) = window(&folder, 60, "--listen udp://127.0.0.1:0") else { return };
    let port = port(&window);
    let friend = peer(port);
    friend.send("我在这里".as_bytes()).unwrap();
    window.sees("我在这里");
    window.enters("/to #1");
    window.sees("udp1→#1 utf-8> ");
    let endpoint = format!("udp://127.0.0.1:{port}");
    let flood =
        Program::start(&mut sockscope(&["send", &endpoint, "--every", "1ms", "--quiet", "row {counter}"]));
    window.sees("#2 127.0.0.1:");
    let text = "你好，世界！这一行字要完整地到达。";
    for c in text.chars() {
        window.types(&c.to_string());
    }
    window.sees(&format!("utf-8> {text}"));
    window.showed(" rows not shown (");
    window.key("Enter");
    assert_eq!(heard(&friend), text);
    flood.interrupt();
    flood.finish().expect(0);
    window.key("C-d");
    window.sees("Ctrl-D again ends everything");
    window.key("C-d");
    window.sees("over 0");
}

#[test]
fn one_of_three_is_pinned_and_answered_at_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let Some(window) = window(&folder, 80, "--listen udp://127.0.0.1:0") else { return };
    let port = port(&window);
    let peers = [peer(port), peer(port), peer(port)];
    for (number, socket) in (1..).zip(&peers) {
        socket.send(format!("我是{number}").as_bytes()).unwrap();
        window.sees(&format!("我是{number}"));
        window.sees(&format!("udp1→last #{number} utf-8> "));
    }
    window.enters("/to #2");
    window.sees("udp1→#2 utf-8> ");
    window.enters("只给二号");
    assert_eq!(heard(&peers[1]), "只给二号");
    for other in [&peers[0], &peers[2]] {
        other.set_nonblocking(true).unwrap();
        assert!(other.recv(&mut [0; 8]).is_err(), "nobody else got it");
    }
    window.enters("/charset gbk");
    window.sees("udp1→#2 gbk> ");
    window.enters("/quit");
    window.sees("over 0");
}

#[test]
fn who_is_new_here_is_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let Some(window) = window(&folder, 80, "") else { return };
    window.sees("no session yet: /open tcp://HOST:PORT connects");
    window.enters("你好");
    window.sees("there is no session to send to; /open tcp://HOST:PORT");
    window.enters("/open tcp://127.0.0.1:1");
    window.sees("no connection with tcp://127.0.0.1:1: cannot connect: refused");
    window.enters("/hlep");
    window.sees("did you mean /help?");
    window.enters("/listen plc udp://127.0.0.1:0");
    window.sees("plc→last utf-8> ");
    window.enters("/quit");
    window.sees("over 0");
}
