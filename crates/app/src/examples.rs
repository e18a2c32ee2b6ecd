//! Three examples of every command: shown by `--help`, run by a test.

/// One example: a command line, and what it is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Example {
    pub(crate) line: &'static str,
    pub(crate) does: &'static str,
}

const fn example(line: &'static str, does: &'static str) -> Example {
    Example { line, does }
}

/// The examples of each command, by its name.
pub(crate) const EXAMPLES: &[(&str, [Example; 3])] = &[
    (
        "demo",
        [
            example("sockscope demo", "the journey of a message, in the language of your locale"),
            example("sockscope demo --lang zh", "in Chinese"),
            example("sockscope demo --lang en --color never", "in English, without colours"),
        ],
    ),
    (
        "listen",
        [
            example("sockscope listen udp://127.0.0.1:8080 --encoding gbk", "show what comes, as GBK text"),
            example("sockscope listen udp://:8080 --json --count 3", "three messages as JSON lines"),
            example(
                "sockscope listen udp://:9000 udp://:9001 --reply 'ok\\r\\n'",
                "two ports, each message answered",
            ),
        ],
    ),
    (
        "send",
        [
            example("sockscope send udp://127.0.0.1:8080 --encoding gbk 你好", "send text in GBK"),
            example(
                "sockscope send udp://127.0.0.1:8080 --hex '01 03 00 00 00 0a {crc16-modbus}'",
                "send bytes with their checksum",
            ),
            example(
                "sockscope send udp://127.0.0.1:8080 --every 20ms --count 5 'message {counter}'",
                "send five on a steady schedule",
            ),
        ],
    ),
    (
        "talk",
        [
            example("sockscope talk tcp://127.0.0.1:7000", "connect, type lines, see what comes back"),
            example(
                "sockscope talk --listen udp://:9000 --encoding gbk",
                "talk with whoever sends, in GBK; /to #2 answers one of them",
            ),
            example(
                "sockscope talk udp://127.0.0.1:8080 --plain --eol crlf",
                "send lines just as they stand, each with a line end",
            ),
        ],
    ),
    (
        "script",
        [
            example("sockscope script examples/echo.script", "both ends of a conversation, checked"),
            example(
                "sockscope script examples/modem.script addr=tcp://192.168.1.10:7000 --dry-run",
                "the steps that another device would be asked, and nothing done",
            ),
            example("sockscope script examples/echo.script --json", "what passes as JSON lines"),
        ],
    ),
    (
        "echo",
        [
            example("sockscope echo udp://127.0.0.1:9000", "answer every message with itself"),
            example("sockscope echo udp://:9000 --quiet", "on all addresses, saying nothing"),
            example(
                "sockscope echo udp://127.0.0.1:9000 --count 1 --json",
                "answer one message, tell it as JSON",
            ),
        ],
    ),
    (
        "nc",
        [
            example("sockscope nc -l 127.0.0.1 7000", "wait for a TCP peer and talk with it"),
            example("sockscope nc -u 127.0.0.1 8080", "send what is typed as datagrams"),
            example("sockscope nc -z 127.0.0.1 20-25", "see whether somebody is at one of these ports"),
        ],
    ),
    (
        "capture",
        [
            example("sockscope capture lo 'udp port 8080'", "see what passes on the loopback"),
            example(
                "sockscope capture lo 'tcp port 7000' --save h.pcapng --for 5s",
                "five seconds of it, recorded for open and for Wireshark",
            ),
            example(
                "sockscope capture eth0,lo 'host 10.0.0.1 and not port 22' --json",
                "two interfaces, as JSON lines",
            ),
        ],
    ),
    (
        "open",
        [
            example("sockscope open x.pcapng --list", "every packet in a row"),
            example("sockscope open x.pcapng --packet 3", "one packet, field by field"),
            example("sockscope open h.pcapng --explain", "a TCP conversation told, to learn from"),
        ],
    ),
    (
        "replay",
        [
            example("sockscope replay examples/echo.pcapng udp://127.0.0.1:8080", "send it again, in time"),
            example(
                "sockscope replay examples/echo.pcapng udp://127.0.0.1:8080 --speed 10 --set 2=again",
                "ten times as fast, and the second message another one",
            ),
            example("sockscope replay examples/echo.pcapng --list", "what would be sent, with its numbers"),
        ],
    ),
    (
        "measure",
        [
            example("sockscope measure rtt udp://127.0.0.1:9000", "round trips for 10 s, 100 a second"),
            example(
                "sockscope measure rtt udp://127.0.0.1:9000 --rate 1000/s --for 2s",
                "a thousand a second, which lets high percentiles be told",
            ),
            example(
                "sockscope measure rtt tcp://127.0.0.1:9000 --closed --count 1000 --json",
                "ping-pong on a connection, as JSON lines",
            ),
        ],
    ),
    (
        "tello",
        [
            example(
                "sockscope tello sim --faults list",
                "what can go wrong with a simulated drone, on purpose",
            ),
            example(
                "sockscope tello fly examples/square.tello --dry-run",
                "check a script, and tell where it would lead",
            ),
            example("sockscope tello commands --sdk 2.0", "what a Tello EDU understands"),
        ],
    ),
    (
        "text",
        [
            example("sockscope text --to gbk --hex 你好", "the bytes of a text in GBK"),
            example("sockscope text --from gbk --hex 'c4 e3 ba c3'", "the text of bytes in GBK"),
            example("sockscope text --to gbk --dump 你好", "the same with offsets and as ASCII"),
        ],
    ),
    (
        "addrs",
        [
            example("sockscope addrs", "the interfaces and addresses of this machine"),
            example("sockscope addrs --json", "one JSON object per address"),
            example("sockscope addrs lo", "one interface"),
        ],
    ),
    (
        "schema",
        [
            example("sockscope schema", "JSON Schema of the lines that --json writes"),
            example("sockscope schema --markdown", "the same as tables to read"),
            example("sockscope schema --fields", "the payload fields and checksums"),
        ],
    ),
    (
        "completions",
        [
            example("sockscope completions bash", "for bash: source <(sockscope completions bash)"),
            example("sockscope completions zsh", "for zsh: put it as _sockscope into a folder of $fpath"),
            example("sockscope completions fish", "for fish: into ~/.config/fish/completions"),
        ],
    ),
    (
        "man",
        [
            example("sockscope man", "the manual page: sockscope man | man -l -"),
            example("sockscope man listen", "that of one command"),
            example("sockscope man send", "that of another"),
        ],
    ),
];

/// The examples of a command as the last part of its help.
pub(crate) fn help(command: &str) -> Option<String> {
    let (_, examples) = EXAMPLES.iter().find(|(name, _)| *name == command)?;
    let mut text = "Examples:".to_owned();
    for Example { line, does } in examples {
        text += &format!("\n  {line}\n      {does}");
    }
    Some(text)
}
