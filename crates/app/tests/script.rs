//! `sockscope script` as a person has it: real peers at the other end, the examples among what is played.

mod common;
#[path = "script/held.rs"]
mod held;

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::thread;

use held::{Folder, MODBUS, MODEM, examples, plain, server};
use insta::assert_snapshot;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::Program;

#[test]
fn the_modem_is_talked_to() {
    let Some((server, addr)) = server(MODEM, &["OK"]) else { return };
    let told = Folder::new().example("modem.script", &[&addr]).expect(0);
    assert!(told.err.contains("\nsignal 18 of 31\n"), "{}", told.err);
    assert!(told.err.lines().last().unwrap().starts_with("8 steps met in "), "{}", told.err);
    assert!(told.text().contains("->  modem ") && told.text().contains(r"AT+CSQ\r"), "{}", told.text());
    server.finish().expect(0);
}

#[test]
fn a_modem_that_says_one_byte_differently_is_shown() {
    let script = "arg addr\nopen modem {arg:addr}\nsend \"ATE0\\r\"\nexpect \"\\r\\nOK\\r\\n\" within 1s\n";
    let Some((_server, addr)) = server(MODEM, &["OC"]) else { return };
    let told = Folder::new().plays(script, &[&addr]).expect(1);
    assert_snapshot!("a_modem_that_says_one_byte_differently", plain(&told.err));
}

#[test]
fn a_device_is_read() {
    let Some((server, addr)) = server(MODBUS, &["42"]) else { return };
    Folder::new().example("modbus.script", &[&addr, "--quiet"]).expect(0);
    server.finish().expect(0);
    let Some((_server, addr)) = self::server(MODBUS, &["43"]) else { return };
    let told = Folder::new().example("modbus.script", &[&addr]).expect(1);
    assert_snapshot!("a_register_with_another_value", plain(&told.err));
}

#[test]
fn a_display_that_talks_gbk_is_understood_and_its_errors_are_readable() {
    for (degrees, code) in [("温度=21度\r\n", 0), ("湿度=21度\r\n", 1)] {
        let display = UdpSocket::bind("127.0.0.1:0").unwrap();
        display.set_read_timeout(Some(PATIENCE)).unwrap();
        let addr = format!("addr=udp://{}", display.local_addr().unwrap());
        let bytes = encoded(degrees);
        let answers = thread::spawn(move || {
            let mut asked = [0; 100];
            let (len, from) = display.recv_from(&mut asked).unwrap();
            display.send_to(&bytes, from).unwrap();
            asked[..len].to_vec()
        });
        let told = Folder::new().example("gbk.script", &[&addr]).expect(code);
        assert_eq!(answers.join().unwrap(), b"\xb2\xe9\xd1\xaf\xce\xc2\xb6\xc8\r\n");
        assert!(told.text().contains("查询温度"), "{}", told.text());
        match code {
            0 => assert!(told.err.contains("\n温度是 21 度\n"), "{}", told.err),
            _ => assert_snapshot!("gbk_that_differs", plain(&told.err)),
        }
    }
    let exact = "arg addr\nencoding gbk\nopen 显示 {arg:addr}\nsend \"?\"\nexpect \"温度=22度\" within 5s\n";
    let display = UdpSocket::bind("127.0.0.1:0").unwrap();
    let addr = format!("addr=udp://{}", display.local_addr().unwrap());
    let answers = thread::spawn(move || {
        let (_, from) = display.recv_from(&mut [0; 9]).unwrap();
        display.send_to(b"\xce\xc2\xb6\xc8=21\xb6\xc8", from).unwrap();
    });
    let told = Folder::new().plays(exact, &[&addr]).expect(1);
    answers.join().unwrap();
    assert_snapshot!("gbk_side_by_side", plain(&told.err));
}

/// Text in GBK, as far as these tests need it.
fn encoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for c in text.chars() {
        match c {
            '温' => bytes.extend(b"\xce\xc2"),
            '湿' => bytes.extend(b"\xca\xaa"),
            '度' => bytes.extend(b"\xb6\xc8"),
            c => bytes.push(u8::try_from(c).unwrap()),
        }
    }
    bytes
}

#[test]
fn every_example_is_listed_without_being_played() {
    for name in examples() {
        let told = Folder::new().example(&name, &["--dry-run"]).expect(0);
        assert!(told.err.is_empty() && told.text().contains("  open "), "{name}: {}", told.text());
    }
    let told = Folder::new().example("echo.script", &["--dry-run"]).expect(0);
    assert_snapshot!("steps", told.text());
}

#[test]
fn both_ends_are_held_by_one_script() {
    let told = Folder::new().example("echo.script", &[]).expect(0);
    assert!(told.err.contains("\nthree times there and back\n"), "{}", told.err);
    assert!(told.err.ends_with(" s\n") && told.err.contains("16 steps met in "), "{}", told.err);
    Folder::new()
        .plays(
            r#"
listen srv tcp://127.0.0.1:0
open one tcp://127.0.0.1:{port:srv}
open two tcp://127.0.0.1:{port:srv}
send one "one\n"
expect srv "one\n"
send srv "for one\n"
send two "two\n"
expect srv "two\n"
send srv "for two\n"
expect one "for one\n"
expect two "for two\n"
expect one nothing for 50ms
end two
expect srv end
send srv "still heard"
expect two "still heard"
close srv
expect one end
"#,
            &[],
        )
        .expect(0);
}

#[test]
fn a_session_is_opened_again_under_its_name() {
    let script = r#"
listen srv tcp://127.0.0.1:0
repeat 3
    open cli tcp://127.0.0.1:{port:srv}
    send cli "{counter}\n"
    expect srv re /^\d\n/ within 1s
    send srv "ok"
    expect cli "ok"
    close cli
    expect srv end
done
close srv
listen srv udp://127.0.0.1:0
open cli udp://127.0.0.1:{port:srv}
send cli "x"
expect srv "x"
"#;
    let told = Folder::new().plays(script, &[]).expect(0);
    assert_eq!(told.text().matches("->  cli ").count(), 4, "{}", told.text());
}

#[test]
fn an_end_and_a_reset_are_told_apart() {
    for (reset, word, code) in [(true, "reset", 0), (false, "end", 0), (true, "end", 1), (false, "reset", 1)]
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = format!("addr=tcp://{}", listener.local_addr().unwrap());
        let peer = thread::spawn(move || {
            let (mut peer, _) = listener.accept().unwrap();
            if !reset {
                peer.read_exact(&mut [0; 2]).unwrap();
            } else {
                // What is not read resets the connection when it is closed (RFC 9293 section 3.10.4).
                peer.read_exact(&mut [0]).unwrap();
            }
        });
        let script = format!("arg addr\nopen a {{arg:addr}}\nsend \"hi\"\nexpect {word} within 500ms\n");
        let told = Folder::new().plays(&script, &[&addr]).expect(code);
        peer.join().unwrap();
        if code == 1 {
            let why = if reset { "a is closed: reset by the peer" } else { "did not happen within 500 ms" };
            assert!(told.err.contains(why), "{}", told.err);
        }
    }
}

#[test]
fn nobody_there_is_what_was_expected_or_not() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let script = format!("open a tcp://{nobody}\nexpect a refused within 5s\nclose a\n");
    Folder::new().plays(&script, &[]).expect(0);
    let told = Folder::new().plays(&format!("open a tcp://{nobody}\n"), &[]).expect(1);
    assert!(
        told.err.ends_with(
            "a could not be opened: refused; nobody listens on that port; is the server running?\n"
        )
    );

    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let nobody = socket.local_addr().unwrap();
    drop(socket);
    let script = format!("open a udp://{nobody}\nsend \"x\"\nexpect refused within 5s\n");
    Folder::new().plays(&script, &[]).expect(0);

    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let script = format!("listen a udp://{}\n", taken.local_addr().unwrap());
    let told = Folder::new().plays(&script, &[]).expect(1);
    assert!(told.err.contains("a could not be opened: cannot bind udp://127.0.0.1:"), "{}", told.err);
    let told = Folder::new().plays("open a udp://no-such-host.invalid:1\n", &[]).expect(1);
    assert!(told.err.contains("a could not be opened: cannot find no-such-host.invalid"), "{}", told.err);
}

#[test]
fn silence_is_told() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let addr = socket.local_addr().unwrap();
    let script = format!("open a udp://{addr}\nsend \"x\"\nexpect \"温度\" within 300ms\n");
    let told = Folder::new().plays(&script, &[]).expect(1);
    assert_snapshot!("nothing_came", plain(&told.err));
    let told =
        Folder::new().plays("listen s tcp://127.0.0.1:0\ntimeout 200ms\nsend s \"x\"\n", &[]).expect(1);
    assert!(told.err.contains("nobody has spoken to s for 200 ms"), "{}", told.err);
}

#[test]
fn files_go_whole_and_in_pieces() {
    let folder = Folder::new();
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    folder.file("large.bin", &content);
    folder.file("small.bin", &content[..1_000]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = format!("addr=tcp://{}", listener.local_addr().unwrap());
    let peer = thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        let mut got = Vec::new();
        peer.read_to_end(&mut got).unwrap();
        peer.write_all(b"done").unwrap();
        got
    });
    let script = "arg addr\nopen a {arg:addr}\nsend file large.bin\nend\nexpect \"done\" within 30s\n";
    folder.plays(script, &[&addr, "--quiet"]).expect(0);
    assert!(peer.join().unwrap() == content, "3 MB arrive as they are");

    let hex: String = content[..1_000].iter().map(|byte| format!("{byte:02x} ")).collect();
    let ends = "listen s udp://127.0.0.1:0\nopen c udp://127.0.0.1:{port:s}\nsend c file";
    folder.plays(&format!("{ends} small.bin\nexpect s hex {hex}\n"), &[]).expect(0);
    let large = folder.path("large.bin");
    let told = folder.plays(&format!("{ends} {large}\n"), &[]).expect(1);
    assert!(
        told.err.contains("c could not send: one datagram to there holds at most 65507 bytes"),
        "{}",
        told.err
    );
    let told = folder.plays(&format!("{ends} \"nothing here.bin\"\n"), &[]).expect(1);
    assert!(told.err.contains("c could not send: cannot read nothing here.bin: not found"), "{}", told.err);
}

#[test]
fn frames_are_cut_and_made() {
    let ends = "listen s tcp://127.0.0.1:0\nframe s line\nopen c tcp://127.0.0.1:{port:s}\nframe c line\n";
    let script = format!(
        "{ends}send c \"one\"\nsend c \"两\"\nexpect s \"one\"\nexpect s \"两\"\nframe s none\nframe c none\n\
         send s \"a\\nb\"\nexpect c \"a\\nb\"\n"
    );
    Folder::new().plays(&script, &[]).expect(0);
    let wrong = "listen s tcp://127.0.0.1:0\nframe s netstring,check=crc16-modbus\n";
    let told = Folder::new().plays(wrong, &[]).expect(2);
    assert!(told.err.starts_with("sockscope: talk.script:2: unknown framing"), "{}", told.err);
    let broken = "listen s tcp://127.0.0.1:0\nframe s line:check=crc16-modbus\n\
        open c tcp://127.0.0.1:{port:s}\nsend c \"abcd\\n\"\nexpect s contains \"ab\"\n";
    let told = Folder::new().plays(broken, &[]).expect(1);
    assert!(told.err.contains("the frame that came is broken: check "), "{}", told.err);
}

#[test]
fn a_script_that_is_none_is_told_with_its_line() {
    let wrong = "# a\n# b\n\nopen a udp://127.0.0.1:1\n\nsend a \"x\"\nexpekt a \"温度\"\n";
    let told = Folder::new().plays(wrong, &[]).expect(2);
    assert_snapshot!("line_seven", told.err);
    assert!(told.out.is_empty());
    let told = Folder::new().run("no-such.script", &[]).expect(2);
    assert_eq!(told.err, "sockscope: cannot read no-such.script: not found\n");
    let folder = Folder::new();
    folder.file("gbk.script", b"# a\nsay \"\xce\xc2\"\n");
    let told = folder.run("gbk.script", &[]).expect(2);
    assert!(told.err.starts_with("sockscope: gbk.script:2: the line is not UTF-8; "), "{}", told.err);
    let told = Folder::new().example("modem.script", &["adr=udp://h:1"]).expect(2);
    assert!(told.err.contains("has no argument \"adr\"; did you mean addr?"), "{}", told.err);
    let told = Folder::new().example("modem.script", &["verbose"]).expect(2);
    assert!(told.err.contains("\"verbose\" is no argument for a script; write NAME=value"), "{}", told.err);
}

#[test]
fn a_seed_repeats_what_was_sent_at_random() {
    let ends = "listen s udp://127.0.0.1:0\nopen c udp://127.0.0.1:{port:s}\n";
    let script = format!("{ends}send c hex {{random:8}}\nexpect s hex ?? ?? ?? ?? ?? ?? ?? ??\n");
    let raw = |args: &[&str]| Folder::new().plays(&script, &[&["--raw"], args].concat()).expect(0);
    let (one, two) = (raw(&["--seed", "7"]), raw(&["--seed", "7"]));
    assert_eq!((one.out.len(), &one.out), (8, &two.out));
    assert!(!one.err.contains("--seed"));
    let free = raw(&[]);
    assert!(free.err.starts_with("random bytes from --seed "), "{}", free.err);
}

#[test]
fn what_a_script_says_is_told_and_escaped() {
    let script = "say \"a\\x1b[31m温\"\n";
    assert!(Folder::new().plays(script, &[]).expect(0).err.starts_with("a\\x1b[31m温\n1 step met in "));
    assert_eq!(Folder::new().plays(script, &["--quiet"]).expect(0).err, "");
    let json = Folder::new().plays(script, &["--json"]).expect(0);
    let line: serde_json::Value = serde_json::from_str(json.text().lines().next().unwrap()).unwrap();
    assert_eq!((&line["type"], &line["text"]), (&"mark".into(), &"a\u{1b}[31m温".into()));
}

#[test]
fn a_script_that_is_stopped_was_not_met() {
    let folder = Folder::new();
    let program = folder.start("listen s tcp://127.0.0.1:0\nwait 1h\n", &[]);
    program.says("listening on tcp://");
    program.interrupt();
    let told = Program::finish(program).expect(1);
    assert!(
        told.err.ends_with("talk.script:2: stopped here, before the end of the script\n"),
        "{}",
        told.err
    );
}
