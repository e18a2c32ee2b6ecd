//! How a run ends: after so many, after so long, by a signal, by a reader who has had enough.

mod common;

use std::net::UdpSocket;

use common::sockscope;
use sockscope_testkit::program::{Program, command};

const HERE: &str = "udp://127.0.0.1:0";

fn send(port: u16, text: &str) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(text.as_bytes(), ("127.0.0.1", port)).unwrap();
}

#[test]
fn after_so_many_messages_and_not_one_more() {
    for word in ["listen", "echo"] {
        let program = Program::start(&mut sockscope(&[word, HERE, "--count", "3"]));
        let port = program.port();
        program.pause();
        (0..5).for_each(|number| send(port, &format!("number {number}")));
        program.resume();
        let told = program.finish().expect(0);
        assert_eq!(told.text().matches("<-").count(), 3, "{}", told.text());
        assert!(told.text().contains("number 2") && !told.text().contains("number 3"), "{}", told.text());
        assert!(told.err.contains("received 3 datagrams (24 B)"), "{}", told.err);
        assert!(told.err.contains("stopped after --count"), "{}", told.err);
    }
}

#[test]
fn after_so_long_without_a_message_and_after_so_long_in_all() {
    for (args, why) in [(["--idle", "200ms"], "; idle"), (["--for", "200ms"], "; time is up")] {
        for word in ["listen", "echo"] {
            let told = Program::run(&mut sockscope(&[&[word, HERE], &args[..]].concat())).expect(0);
            assert!(told.err.contains("received 0 datagrams (0 B)"), "{}", told.err);
            assert!(told.err.trim_end().ends_with(why), "{}", told.err);
        }
    }
}

#[test]
fn a_sender_ends_after_so_long_too() {
    let here = UdpSocket::bind("127.0.0.1:0").unwrap();
    let there = format!("udp://{}", here.local_addr().unwrap());
    let told =
        Program::run(&mut sockscope(&["send", &there, "x", "--every", "1h", "--for", "200ms"])).expect(0);
    assert!(told.err.contains("sent 1 datagram (1 B)"), "{}", told.err);
    assert!(told.err.contains("time is up"), "{}", told.err);
}

#[test]
fn signals_end_a_run_in_order_with_its_summary() {
    for word in ["listen", "echo"] {
        for signal in [Program::interrupt, Program::terminate] {
            let program = Program::start(&mut sockscope(&[word, HERE]));
            send(program.port(), "last words");
            program.shows("last words");
            signal(&program);
            let told = program.finish().expect(0);
            assert!(told.err.contains("received 1 datagram (10 B)"), "{}", told.err);
            assert!(told.err.contains("stopped by a signal"), "{}", told.err);
        }
    }
}

#[test]
fn a_signal_ends_a_sender_with_its_summary() {
    let here = UdpSocket::bind("127.0.0.1:0").unwrap();
    let there = format!("udp://{}", here.local_addr().unwrap());
    for args in [&["tick", "--every", "1h"][..], &["--lines"]] {
        let mut program = Program::start(&mut sockscope(&[&["send", &there], args].concat()));
        if args == ["--lines"] {
            program.write(b"tick\n");
        }
        here.recv(&mut [0; 8]).unwrap();
        program.shows("tick");
        program.interrupt();
        // Its standard input is still open: nothing but the signal ends it.
        program.says("stopped by a signal");
        assert!(program.finish().expect(0).err.contains("sent 1 datagram (4 B)"));
    }
}

#[test]
fn a_reader_who_has_had_enough_is_no_error() {
    for how in [&[][..], &["--json"], &["--raw"]] {
        for word in ["listen", "echo"] {
            let args = [&[word, HERE], how].concat();
            let (program, out) = Program::start_unread(&mut sockscope(&args));
            let port = program.port();
            drop(out);
            send(port, "nobody reads this");
            let told = program.finish().expect(0);
            let words: Vec<&str> = told.err.lines().skip(1).collect();
            assert!(words.iter().all(|line| line.starts_with("received ")), "{words:?}");
        }
    }
}

#[test]
fn an_output_that_takes_no_more_is_an_error_in_words() {
    let script = "exec \"$0\" \"$@\" >/dev/full";
    for args in
        [&["listen", HERE, "--for", "100ms", "--json"][..], &["addrs"], &["schema"], &["text", "--list"]]
    {
        let args = [&["-c", script, env!("CARGO_BIN_EXE_sockscope")], args].concat();
        let told = Program::run(&mut command("sh", &args)).expect(2);
        let words = "sockscope: cannot write the output: no space left on device\n";
        assert!(told.err.ends_with(words), "{args:?}: {}", told.err);
    }
}

#[test]
fn what_prints_and_ends_survives_a_closed_pipe_too() {
    let lines = [&["demo"][..], &["addrs"], &["schema"], &["text", "--list"], &["man"], &["--help"]];
    for args in lines {
        let (program, out) = Program::start_unread(&mut sockscope(args));
        drop(out);
        assert_eq!(program.finish().expect(0).err, "", "{args:?}");
    }
}
