//! Help that is true: every example runs, completions and manual pages are ones that their readers take.

mod common;

use std::net::{TcpListener, TcpStream, UdpSocket};

use common::sockscope;
use sockscope_testkit::peers;
use sockscope_testkit::program::{Program, command};
use sockscope_testkit::space;

/// Every command, as the program itself lists them.
fn commands() -> Vec<String> {
    let help = Program::run(&mut sockscope(&["--help"])).expect(0).text();
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// The example lines of a command's help.
fn examples(command: &str) -> Vec<String> {
    let help = Program::run(&mut sockscope(&[command, "--help"])).expect(0).text();
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    lines.filter_map(|line| line.strip_prefix("  sockscope ")).map(str::to_owned).collect()
}

/// Words as a shell splits them: at spaces outside of single quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    assert!(!quoted, "{line}");
    words
}

/// An endpoint of an example with another port.
fn at_port(word: &str, port: u16) -> String {
    let is_endpoint = word.starts_with("udp://") || word.starts_with("tcp://");
    match is_endpoint.then(|| word.rfind(':')).flatten() {
        Some(colon) => format!("{}:{port}", &word[..colon]),
        None => word.to_owned(),
    }
}

/// What the program lists of its commands, or of those below one: names and what they do.
fn listed(above: &[&str]) -> Vec<(String, String)> {
    let help = Program::run(&mut sockscope(&[above, &["--help"]].concat())).expect(0).text();
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let row = |line: &str| {
        line.trim().split_once("  ").map(|(name, about)| (name.to_owned(), about.trim().to_owned()))
    };
    lines.take_while(|line| !line.is_empty()).filter_map(row).collect()
}

#[test]
fn help_begins_with_what_the_command_does() {
    for above in [&[][..], &["tello"]] {
        let all = listed(above);
        assert!(all.len() > 6, "{all:?}");
        for (name, about) in all {
            let help = Program::run(&mut sockscope(&[above, &[&name, "--help"]].concat())).expect(0).text();
            assert_eq!(help.lines().next(), Some(&*about), "{name}");
        }
    }
}

#[test]
fn every_command_has_three_examples_and_each_one_runs() {
    let names = commands();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        let lines = examples(&name);
        assert_eq!(lines.len(), 3, "{name}");
        lines.iter().for_each(|line| runs(line));
    }
}

/// Runs an example: a sender toward a port that is heard, a listener on a free port and not for long.
fn runs(line: &str) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let mut args = words(line);
    match args[0].as_str() {
        "nc" => return talks(&args),
        "capture" => return captures(&args),
        "open" => return opens(&args),
        "measure" => return measures(&args),
        _ => {}
    }
    let listens = matches!(args[0].as_str(), "listen" | "echo");
    let talks = args[0] == "talk";
    // Who connects needs somebody there, who takes connections until this ends.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = if line.contains("tcp://") { server.local_addr().unwrap().port() } else { port };
    for at in 1..args.len() {
        let port = if listens || args[at - 1] == "--listen" { 0 } else { port };
        args[at] = at_port(&args[at], port);
    }
    if listens || talks {
        args.extend(["--for".to_owned(), "300ms".to_owned()]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    // Where the files are that examples name.
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let told = Program::run(sockscope(&args).current_dir(root)).expect(0);
    assert!(listens || talks || !told.out.is_empty(), "{line} shows nothing");
    if args[0] == "send" {
        assert!(socket.recv(&mut [0; 1]).is_ok(), "{line} sent nothing");
    }
}

/// Runs an example of `measure` against somebody who answers, and not for long.
fn measures(args: &[String]) {
    let any = if args[2].starts_with("tcp://") { "tcp://127.0.0.1:0" } else { "udp://127.0.0.1:0" };
    let echo = Program::start(&mut sockscope(&["echo", any]));
    let args: Vec<String> = args.iter().map(|arg| at_port(arg, echo.port())).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let told = Program::run(&mut sockscope(&[&args[..], &["--wait", "5s"]].concat())).expect(0);
    assert!(told.text().contains("p99"), "{}", told.text());
    echo.interrupt();
    echo.finish().expect(0);
}

/// Runs an example of `capture` in a network of its own, which has no interface but one.
fn captures(args: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let lo = |arg: &String| if arg == "eth0,lo" { "lo".to_owned() } else { arg.clone() };
    let mut args: Vec<String> = args.iter().map(lo).collect();
    if let Some(at) = args.iter().position(|arg| arg == "5s") {
        args.drain(at - 1..=at);
    }
    args.extend(["--for".to_owned(), "300ms".to_owned()]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let program = sockscope(&[]).get_program().to_owned();
    let Some(mut command) = space::alone(program, &args) else { return };
    let told = Program::run(command.current_dir(&folder)).expect(0);
    assert!(told.err.contains("captured 0 packets"), "{}", told.err);
}

/// Runs an example of `open` where there are the recordings that it names.
fn opens(args: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["x.pcapng", "h.pcapng"] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = format!("tcp://{}", server.local_addr().unwrap());
        let sent = ["send", &place, "hello", "--quiet", "--save", name];
        Program::run(sockscope(&sent).current_dir(&folder)).expect(0);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let told = Program::run(sockscope(&args).current_dir(&folder)).expect(0);
    assert!(told.text().contains("127.0.0.1"), "{}", told.text());
}

/// Runs an example of `nc`: its last word is a port, at which somebody is, or comes when it listens.
fn talks(args: &[String]) {
    let (_, before) = args.split_last().unwrap();
    let mut args: Vec<&str> = before.iter().map(String::as_str).collect();
    if args.contains(&"-l") {
        args.extend(["0", "-v"]);
        let listener = Program::start(&mut sockscope(&args));
        let line = listener.says("listening on tcp://");
        drop(TcpStream::connect(line.replace("listening on tcp://", "")).unwrap());
        listener.finish().expect(0);
        return;
    }
    let (udp, tcp) = (UdpSocket::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let place = if args.contains(&"-u") { udp.local_addr() } else { tcp.local_addr() };
    let port = place.unwrap().port().to_string();
    args.push(&port);
    Program::fed(&mut sockscope(&args), b"typed\n").expect(0);
    assert!(!args.contains(&"-u") || udp.recv(&mut [0; 8]).is_ok(), "{args:?} sent nothing");
}

#[test]
fn short_help_and_versions_are_told() {
    for args in [&["-h"][..], &["--help"], &["--version"], &["send", "-h"], &["listen", "--help"]] {
        let told = Program::run(&mut sockscope(args)).expect(0);
        assert!(!told.out.is_empty() && told.err.is_empty(), "{args:?}");
    }
    let version = Program::run(&mut sockscope(&["--version"])).expect(0).text();
    assert_eq!(version, format!("sockscope {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_are_scripts_that_name_every_command() {
    let names = commands();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Program::run(&mut sockscope(&["completions", shell])).expect(0).text();
        for name in &names {
            assert!(script.contains(name.as_str()), "{shell} misses {name}");
        }
        let (program, out) = Program::start_unread(&mut sockscope(&["completions", shell]));
        drop(out);
        assert_eq!(program.finish().expect(0).err, "", "{shell} with a closed pipe");
        let check = match shell {
            "bash" => peers::command("bash", &["-n"]),
            "zsh" | "fish" if is_here(shell) => Some(command(shell, &["-n"])),
            _ => None,
        };
        if let Some(mut command) = check {
            let checked = Program::fed(&mut command, script.as_bytes()).expect(0);
            assert_eq!(checked.err, "", "{shell}");
        }
    }
}

/// Whether a program that the tests do not need is here all the same.
fn is_here(shell: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(shell).is_file())
}

#[test]
fn manual_pages_render() {
    for name in commands() {
        let page = Program::run(&mut sockscope(&["man", &name])).expect(0).out;
        assert!(page.starts_with(b".ie") || page.starts_with(b".TH"), "{name}");
        if !is_here("man") {
            continue;
        }
        let mut command = command("man", &["-l", "-"]);
        command.env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8");
        let shown = Program::fed(&mut command, &page).expect(0);
        assert_eq!(shown.err, "", "{name}");
        let text = shown.text();
        for part in ["NAME", "SYNOPSIS", "Examples:", &format!("sockscope-{name}")] {
            assert!(text.contains(part), "{name} misses {part}: {text}");
        }
    }
    let page = Program::run(&mut sockscope(&["man"])).expect(0).text();
    assert!(page.contains(".TH sockscope 1"), "{page}");
}

#[test]
fn the_demo_tells_its_story_in_both_languages() {
    for (lang, locale, words) in [
        (Some("en"), "", ["Text is never sent", "cut: 16 B on the wire, 12 B lost"]),
        (Some("zh"), "", ["发送的从来不是文字", "cut: 16 B on the wire, 12 B lost"]),
        (None, "zh_CN.UTF-8", ["发送的从来不是文字", "缓冲区 4 字节"]),
        (None, "en_GB.UTF-8", ["Text is never sent", "A buffer of 4 bytes"]),
    ] {
        let mut args = vec!["demo"];
        args.extend(lang.iter().flat_map(|lang| ["--lang", lang]));
        let story = Program::run(sockscope(&args).env("LANG", locale)).expect(0).text();
        for part in words.iter().chain(&["c4 e3 ba c3", "\\xc4\\xe3\\xba\\xc3", "4 B  你好"]) {
            assert!(story.contains(part), "{lang:?} {locale}: no {part} in {story}");
        }
        assert_eq!(story.matches("->  127.0.0.1:").count(), 5, "{story}");
        assert_eq!(story.matches("<-  127.0.0.1:").count(), 5, "{story}");
    }
}

#[test]
fn the_schema_and_the_fields_are_documents() {
    let schema = Program::run(&mut sockscope(&["schema"])).expect(0).text();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["oneOf"].as_array().unwrap().len() >= 4);
    let markdown = Program::run(&mut sockscope(&["schema", "--markdown"])).expect(0).text();
    assert!(markdown.contains("| `seq` |"), "{markdown}");
    let fields = Program::run(&mut sockscope(&["schema", "--fields"])).expect(0).text();
    for name in ["{counter}", "{time}", "{random}", "{len}", "crc16-modbus"] {
        assert!(fields.contains(name), "{name}: {fields}");
    }
}
