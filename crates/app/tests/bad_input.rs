//! Every bad input gets one clear line: what was wrong, where, what would be right. The texts stand in
//! `snapshots/`, to be read as a newcomer reads them.

mod common;

use std::net::UdpSocket;
use std::path::Path;
use std::process::Command;

use common::sockscope;
use insta::assert_snapshot;
use sockscope_testkit::program::Program;
use sockscope_testkit::space;

/// A port that hears and says nothing, so that what is wrong is never that nobody listens.
fn silent() -> (UdpSocket, String) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("udp://{}", socket.local_addr().unwrap());
    (socket, endpoint)
}

/// What is told when these arguments are wrong, as a person sees it; `PORT` stands for a port that hears.
fn wrong(lines: &[&[&str]]) -> String {
    let (_socket, endpoint) = silent();
    let port = endpoint.rsplit(':').next().unwrap();
    let told = lines.iter().map(|args| {
        let real: Vec<String> = args.iter().map(|arg| arg.replace("PORT", port)).collect();
        let real: Vec<&str> = real.iter().map(String::as_str).collect();
        // Whatever features this was built with, the snapshots are those of a plain build.
        told(args, &mut sockscope(&real), b"", 2).replace(port, "PORT").replace(" tls ws wss", "")
    });
    told.collect()
}

/// Runs a command that must fail with `code` before anything is sent, and checks the shape of what it says.
fn told(args: &[&str], command: &mut Command, input: &[u8], code: i32) -> String {
    let told = Program::fed(command, input).expect(code);
    assert_eq!(told.text(), "", "{args:?}");
    let mut lines = told.err.lines();
    let first = lines.next().unwrap_or_default();
    let words = first.strip_prefix("sockscope: ").unwrap_or_else(|| panic!("{args:?}: {}", told.err));
    assert!(!words.starts_with(char::is_uppercase), "{args:?}: lower case: {first}");
    assert!(!words.ends_with('.') || words.ends_with("..."), "{args:?}: no full stop: {first}");
    // Its place, or how it is written right.
    let shaped = |line: &str| line.starts_with("  ") || line.starts_with("Usage: ");
    assert!(lines.all(shaped), "{args:?}: one line and what helps: {}", told.err);
    let args: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
    format!("$ sockscope {}\n{}[{code}]\n\n", args.join(" "), told.err)
}

fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=:/.?,&[]%".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) { arg.to_owned() } else { format!("'{arg}'") }
}

#[test]
fn endpoints() {
    let told = wrong(&[
        &["listen", "upd://127.0.0.1:8080"],
        &["listen", "zmq://127.0.0.1:8080"],
        &["listen", "nats://127.0.0.1:4222/subject"],
        &["listen", "127.0.0.1:8080"],
        &["listen", "8080"],
        &["listen", ""],
        &["listen", "udp:127.0.0.1:8080"],
        &["listen", "unix:/run/app.sock"],
        &["listen", "unix://app.sock"],
        &["listen", "unix://@"],
        &["listen", "udp://127.0.0.1:99999"],
        &["listen", "udp://127.0.0.1:http"],
        &["listen", "udp://1.2.3.4.5:8080"],
        &["listen", "udp://256.0.0.1:8080"],
        &["listen", "udp://::1:8080"],
        &["listen", "udp://[::1:8080"],
        &["listen", "udp://bad_host!:8080"],
        &["listen", "udp://127.0.0.1:8080/path"],
        &["listen", "udp://127.0.0.1:8080?speed=9"],
        &["listen", "udp://127.0.0.1:8080?tll=9"],
        &["listen", "udp://127.0.0.1:8080?ttl=4&ttl=5"],
        &["listen", "udp://127.0.0.1:8080?ttl=many"],
        &["listen", "udp://127.0.0.1:8080?bind=:9"],
        &["listen", "udp://192.0.2.77:0"],
        &["send", "udp://127.0.0.1", "x"],
        &["send", "udp://127.0.0.1:0", "x"],
        &["send", "tcp://127.0.0.1", "x"],
        &["send", "udp://127.0.0.1:PORT", "--bind", "nowhere", "x"],
        &["send", "udp://127.0.0.1:PORT", "--bind", "[::1]:0", "x"],
    ]);
    assert_snapshot!(told);
}

#[test]
fn payloads() {
    let told = wrong(&[
        &["send", "udp://127.0.0.1:PORT", "--hex", "c4 e"],
        &["send", "udp://127.0.0.1:PORT", "--hex", "c4 eg"],
        &["send", "udp://127.0.0.1:PORT", "--hex", "你好"],
        &["send", "udp://127.0.0.1:PORT", "C:\\quick"],
        &["send", "udp://127.0.0.1:PORT", "\\x4"],
        &["send", "udp://127.0.0.1:PORT", "\\u{110000}"],
        &["send", "udp://127.0.0.1:PORT", "{cuonter}"],
        &["send", "udp://127.0.0.1:PORT", "{weight}"],
        &["send", "udp://127.0.0.1:PORT", "{counter"],
        &["send", "udp://127.0.0.1:PORT", "{counter:u17}"],
        &["send", "udp://127.0.0.1:PORT", "{random:99999}"],
        &["send", "udp://127.0.0.1:PORT", "-e", "gbk", "x😀y"],
        &["send", "udp://127.0.0.1:PORT", "-e", "gbx", "x"],
        &["send", "udp://127.0.0.1:PORT", "-e", "", "x"],
        &["send", "udp://127.0.0.1:PORT", "--file", "/nowhere/at/all"],
        &["send", "udp://127.0.0.1:PORT", "--file", "/"],
        &["listen", "udp://127.0.0.1:0", "--reply", "{cuonter}"],
        &["listen", "udp://127.0.0.1:0", "-e", "gbk", "--reply", "😀"],
        &["listen", "udp://127.0.0.1:0", "-e", "gbx"],
        &["echo", "udp://127.0.0.1:0", "-e", "gbx"],
        &["text", "--to", "gbx", "x"],
        &["text", "--to", "gbk", "😀"],
        &["text", "--from", "gbk", "--hex", "c"],
        &["text", "x"],
    ]);
    assert_snapshot!(told);
}

#[test]
fn values() {
    let told = wrong(&[
        &["listen", "udp://127.0.0.1:0", "--count", "0"],
        &["listen", "udp://127.0.0.1:0", "--count", "many"],
        &["listen", "udp://127.0.0.1:0", "--idle", "5x"],
        &["listen", "udp://127.0.0.1:0", "--for", "-1s"],
        &["listen", "udp://127.0.0.1:0", "--for", "soon"],
        &["listen", "udp://127.0.0.1:0", "--buffer", "4KB"],
        &["listen", "udp://127.0.0.1:0", "--buffer", "0"],
        &["listen", "udp://127.0.0.1:0", "--buffer", "1MiB"],
        &["listen", "udp://127.0.0.1:0", "--rcvbuf", "much"],
        &["listen", "udp://127.0.0.1:0", "--rcvbuf", "9GiB"],
        &["listen", "udp://127.0.0.1:0", "--ttl", "300"],
        &["listen", "udp://127.0.0.1:0", "--join", "127.0.0.1"],
        &["listen", "udp://127.0.0.1:0", "--source", "192.0.2.1"],
        &["listen", "udp://127.0.0.1:0", "--peer", "someone"],
        &["listen", "udp://127.0.0.1:0", "--dump", "hex"],
        &["listen", "udp://127.0.0.1:0", "--color", "red"],
        &["listen", "udp://127.0.0.1:0", "--reuse=maybe"],
        &["send", "udp://127.0.0.1:PORT", "--every", "fast", "x"],
        &["send", "udp://127.0.0.1:PORT", "--eol", "crcr", "x"],
        &["send", "udp://127.0.0.1:PORT", "--unmappable", "drop", "x"],
        &["send", "udp://127.0.0.1:PORT", "--seed", "x", "{random:4}"],
        &["demo", "--lang", "fr"],
        &["completions", "tcsh"],
        &["man", "everything"],
    ]);
    assert_snapshot!(told);
}

#[test]
fn usage() {
    let told = wrong(&[
        &["lissen", "udp://127.0.0.1:0"],
        &["listen"],
        &["send"],
        &["send", "udp://127.0.0.1:PORT", "--lnies"],
        &["listen", "udp://127.0.0.1:0", "--encodng", "gbk"],
        &["listen", "udp://127.0.0.1:0", "--encoding"],
        &["listen", "udp://127.0.0.1:0", "--json", "--raw"],
        &["listen", "udp://127.0.0.1:0", "--echo", "--reply", "x"],
        &["listen", "udp://127.0.0.1:0", "--loopback"],
        &["listen", "udp://127.0.0.1:0", "--ttl", "4", "--ttl", "5"],
        &["listen", "udp://127.0.0.1:0?ttl=4", "--ttl", "5"],
        &["send", "udp://127.0.0.1:PORT", "x", "y"],
        &["send", "udp://127.0.0.1:PORT", "x", "--lines"],
        &["send", "udp://127.0.0.1:PORT", "--file", "f", "x"],
        &["send", "udp://127.0.0.1:PORT", "--hex", "--plain", "00"],
        &["send", "udp://127.0.0.1:PORT", "x", "--answers", "1"],
        &["send", "udp://127.0.0.1:PORT", "--lines", "--every", "1s"],
        &["send", "udp://127.0.0.1:PORT", "--lines", "--count", "2"],
        &["send", "udp://127.0.0.1:PORT", "x", "--notation"],
        &["text", "--list", "x"],
        &["schema", "--fields", "--markdown"],
    ]);
    assert_snapshot!(told);
}

#[test]
fn input() {
    let (_socket, endpoint) = silent();
    let cases: [(&[&str], &[u8]); 5] = [
        (&["--lines", "-e", "gbk"], b"\xff\xfe\n"),
        (&["--lines", "-e", "gbk"], "好\nno 😀\n".as_bytes()),
        (&["--lines", "--hex"], b"c4 e3\nc4 e\n"),
        (&["--lines", "--notation"], b"{cuonter}\n"),
        (&["--whole", "--hex"], b"\xc4\xe3"),
    ];
    let mut all = String::new();
    for (args, input) in cases {
        let line = [&["send", &endpoint], args].concat();
        let told = Program::fed(&mut sockscope(&line), input).expect(2);
        // Before reading, the socket was opened, and what was good before the bad line may have been sent.
        let words: Vec<&str> = told.err.lines().skip_while(|line| !line.starts_with("sockscope: ")).collect();
        all += &format!(
            "$ sockscope send ENDPOINT {} < '{}'\n{}\n\n",
            args.join(" "),
            input.escape_ascii(),
            words.join("\n")
        );
    }
    let told = Program::fed(&mut sockscope(&["text", "--to", "gbk"]), b"a\xff").expect(2);
    all += &format!("$ sockscope text --to gbk\n{}", told.err);
    assert_snapshot!(all);
}

#[test]
fn a_payload_too_long_for_a_datagram_names_the_limit() {
    for (host, longest) in [("127.0.0.1", 65_507), ("[::1]", 65_527)] {
        let Ok(socket) = UdpSocket::bind(format!("{host}:0")) else { continue };
        let endpoint = format!("udp://{}", socket.local_addr().unwrap());
        for more in [1, 100, 100_000] {
            let payload = vec![b'x'; longest + more];
            let told = Program::fed(&mut sockscope(&["send", &endpoint, "--whole"]), &payload).expect(1);
            let all = told.text() + &told.err;
            assert!(all.contains(&format!("at most {longest} bytes")), "{host} {more}: {all}");
            assert!(told.err.contains("sent 0 datagrams (0 B)"), "{host} {more}: {all}");
        }
    }
}

#[test]
fn a_port_in_use_names_its_holder() {
    let (_held, endpoint) = silent();
    let line = ["listen", "udp://127.0.0.1:PORT"];
    let text = told(&line, &mut sockscope(&["listen", &endpoint]), b"", 2);
    let holder = format!("(process {})", std::process::id());
    assert!(text.contains("the address is in use; ") && text.contains(&holder), "{text}");
}

#[test]
fn what_the_system_does_not_allow() {
    let bin = env!("CARGO_BIN_EXE_sockscope");
    let cases: [(&[&str], i32); 4] = [
        (&["send", "udp://192.0.2.1:9", "x"], 1),
        (&["send", "udp://127.255.255.255:9", "x"], 2),
        (&["send", "udp://nosuch.invalid:9", "x"], 2),
        (&["listen", "udp://127.0.0.1:0", "--iface", "nope"], 2),
    ];
    let mut all = String::new();
    for (args, code) in cases {
        let Some(mut command) = space::alone(bin, args) else { return };
        all += &told(args, &mut command, b"", code);
    }
    // The resolver's words and the names of interfaces are those of the machine.
    let all = between(&all, "cannot find nosuch.invalid: ", ";", "RESOLVER");
    let told = between(&all, "this machine has ", "\n", "INTERFACES");
    assert_snapshot!(told);
}

#[test]
fn a_low_port_is_not_for_everybody() {
    // Where it was built nobody else may be able to read.
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("sockscope");
    std::fs::copy(env!("CARGO_BIN_EXE_sockscope"), &bin).unwrap();
    for path in [folder.path(), Path::new(&bin)] {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, open).unwrap();
    }
    let args = ["listen", "udp://:80"];
    let Some(mut command) = space::alone_as_nobody(&bin, &args) else { return };
    let told = told(&args, &mut command, b"", 2);
    assert_snapshot!(told);
}

/// The text with `word` in place of what stands between two marks, where the first one is there.
fn between(text: &str, from: &str, to: &str, word: &str) -> String {
    let Some(start) = text.find(from).map(|at| at + from.len()) else { return text.to_owned() };
    let end = start + text[start..].find(to).unwrap();
    format!("{}{word}{}", &text[..start], &text[end..])
}
