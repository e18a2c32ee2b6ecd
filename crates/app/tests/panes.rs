//! `sockscope open` as a person at a terminal has it: in a window of tmux.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use sockscope_testkit::program::Program;
use sockscope_testkit::window::Window;
use tempfile::TempDir;

/// A packet of raw IPv4 with UDP from 10.0.0.1 to 10.0.0.2, port 7000, without checksums.
fn record(payload: &[u8]) -> Vec<u8> {
    let len = 28 + payload.len() as u16;
    let [high, low] = len.to_be_bytes();
    let ip = [&[0x45, 0, high, low, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2][..]].concat();
    let udp = [0x1b, 0x58, 0x1b, 0x59, 0, low - 20, 0, 0];
    let head = [1_767_323_045, 0, u32::from(len), u32::from(len)].map(u32::to_le_bytes).concat();
    [head, ip, udp.to_vec(), payload.to_vec()].concat()
}

/// A recording with 你好 in GBK and some more.
fn recording(folder: &TempDir, packets: usize) -> PathBuf {
    let path = folder.path().join("x.pcap");
    let head = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x65\0\0\0".to_vec();
    let others = (2..=packets).flat_map(|number| record(format!("packet {number}").as_bytes()));
    let all: Vec<u8> = head.into_iter().chain(record(b"\xc4\xe3\xba\xc3")).chain(others).collect();
    fs::write(&path, all).unwrap();
    path
}

fn window(folder: &TempDir, line: &str) -> Option<Window> {
    let program = env!("CARGO_BIN_EXE_sockscope");
    Window::open(folder.path(), 80, 24, &line.replace("OPEN", &format!("{program} open x.pcap -e gbk")))
}

/// In its folder, and the modes of the terminal before and behind are the same.
fn unchanged(line: &str) -> String {
    format!(
        "cd $HOME; stty -a > before; {line}; status=$?; stty -a > behind; cmp before behind && echo as before; (exit $status)"
    )
}

#[test]
fn a_recording_is_looked_at_and_left() {
    let folder = tempfile::tempdir().unwrap();
    recording(&folder, 100);
    let Some(window) = window(&folder, &unchanged("echo was here; OPEN")) else { return };
    let screen = window.sees("packet 1 of 100");
    assert!(
        screen.contains("len 4  你好") && screen.contains("? help") && !screen.contains("was here"),
        "{screen}"
    );
    window.key("End");
    window.sees(">100 ");
    window.key("Tab");
    window.sees("━━ Packet 100 ━");
    window.enters("fless 32");
    window.sees("filter: less 32 (1)");
    window.types("F");
    window.sees("→ 你好");
    window.types("qq");
    let screen = window.sees("over 0");
    assert!(screen.contains("was here\nas before\n"), "the old screen is back: {screen}");
}

#[test]
fn ctrl_c_and_signals_leave_the_terminal_as_it_was() {
    for signal in [None, Some("TERM"), Some("HUP")] {
        let folder = tempfile::tempdir().unwrap();
        recording(&folder, 3);
        let line = unchanged("sh -c 'echo $$ > pid; exec OPEN'");
        let Some(window) = window(&folder, &line) else { return };
        window.sees("packet 1 of 3");
        match signal {
            None => window.key("C-c"),
            Some(signal) => {
                let pid = fs::read_to_string(folder.path().join("pid")).unwrap();
                Program::run(Command::new("kill").args([&format!("-{signal}"), pid.trim()])).expect(0);
            }
        }
        window.sees("as before\nover 0");
    }
}

#[test]
fn ctrl_z_gives_the_shell_back_and_fg_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    recording(&folder, 3);
    // Only an interactive shell has jobs.
    let Some(window) = window(&folder, "cd $HOME; PS1='shell ' bash --norc --noprofile -i") else { return };
    window.sees("shell ");
    window.enters(&format!("{} open x.pcap", env!("CARGO_BIN_EXE_sockscope")));
    window.sees("packet 1 of 3");
    window.types("j");
    window.sees("packet 2 of 3");
    window.key("C-z");
    window.sees("Stopped");
    window.enters("fg");
    window.sees("packet 2 of 3");
    window.types("q");
    window.sees("shell ");
    window.enters("exit");
    window.sees("over 0");
}

#[test]
fn a_file_that_grows_is_followed_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = recording(&folder, 30);
    let Some(window) = window(&folder, "cd $HOME; OPEN") else { return };
    window.types("G");
    window.sees("> 30 ");
    OpenOptions::new().append(true).open(path).unwrap().write_all(&record(b"one more")).unwrap();
    window.sees("> 31 ");
    window.key("C-c");
    window.sees("over 0");
}
