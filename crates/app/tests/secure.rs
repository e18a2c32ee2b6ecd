//! The whole program over TLS and WebSocket, at both ends.

#![cfg(all(feature = "tls", feature = "ws"))]

mod common;

use common::sockscope;
use sockscope_testkit::program::Program;

/// An echo that shows its certificate, and the endpoint to reach it by.
fn echo(scheme: &str) -> (Program, String) {
    let program = Program::start(&mut sockscope(&[
        "echo",
        &format!("{scheme}://127.0.0.1:0"),
        "--self-signed",
        "--raw",
    ]));
    let line = program.says("echoing on");
    let at = line.split_whitespace().last().unwrap().to_owned();
    (program, at)
}

#[test]
fn what_a_websocket_is_asked_for_still_comes() {
    for scheme in ["ws", "wss"] {
        let mut args = vec!["listen".to_owned(), format!("{scheme}://127.0.0.1:0"), "--once".to_owned()];
        args.extend(["--rule", r#""ask" => "late" after 100ms"#].map(str::to_owned));
        args.extend((scheme == "wss").then(|| "--self-signed".to_owned()));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let server = Program::start(&mut sockscope(&args));
        let at = server.says("listening on").split_whitespace().last().unwrap().to_owned();
        let mut send = vec!["send", &at, "ask", "--raw", "--wait", "60s", "--answers", "1"];
        send.extend((scheme == "wss").then_some("--insecure"));
        assert_eq!(Program::run(&mut sockscope(&send)).expect(0).text(), "late", "{scheme}");
        server.finish().expect(0);
    }
}

#[test]
fn what_only_sends_ends_in_order_too() {
    for scheme in ["tls", "wss"] {
        let mut program = Program::start(&mut sockscope(&[
            "listen",
            &format!("{scheme}://127.0.0.1:0"),
            "--self-signed",
            "--raw",
            "--count",
            "1",
        ]));
        let at = program.says("listening on").split_whitespace().last().unwrap().to_owned();
        let told = Program::run(&mut sockscope(&["send", &at, "--insecure", "你好"])).expect(0);
        assert!(!told.err.contains("not read"), "{scheme}: {}", told.err);
        assert!(told.err.contains("NOT VERIFIED (--insecure)"), "{}", told.err);
        program.close_input();
        assert_eq!(program.finish().expect(0).text(), "你好");
    }
}

#[test]
fn a_certificate_that_is_not_trusted_is_refused_in_one_line() {
    let (_echo, at) = echo("tls");
    let told = Program::run(&mut sockscope(&["send", &at, "x"])).expect(1);
    let line = format!(
        "sockscope: cannot shake hands with {at}: nobody who is trusted has signed its certificate; trust its issuer, or \
         itself, with --ca FILE, or take any with --insecure\n"
    );
    assert_eq!(told.err, line);
}

#[test]
fn json_lines_tell_of_both_certificates() {
    let listen = ["listen", "tls://127.0.0.1:0", "--self-signed", "--json", "--count", "1"];
    let mut program = Program::start(&mut sockscope(&listen));
    let at = program.says("listening on").split_whitespace().last().unwrap().to_owned();
    let told = Program::run(&mut sockscope(&["send", &at, "--insecure", "--json", "x"])).expect(0).text();
    program.close_input();
    let heard = program.finish().expect(0).text();
    let first =
        |text: &str| -> serde_json::Value { serde_json::from_str(text.lines().next().unwrap()).unwrap() };
    let (own, tls) = (&first(&heard)["connection"]["shown"], &first(&told)["connection"]["tls"]);
    assert_eq!((&tls["version"], &tls["verified"]), (&"TLS 1.3".into(), &false.into()));
    assert_eq!(own["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(*own, tls["certificate"], "what one side shows the other sees");
}
