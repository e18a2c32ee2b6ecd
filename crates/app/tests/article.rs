//! The article's steps, with the article's own programs at the other end: Python's socket module.

mod common;

use std::net::UdpSocket;

use common::sockscope;
use sockscope_testkit::peers::python;
use sockscope_testkit::program::Program;
use sockscope_testkit::terminal::at_terminal;

/// The article's receiver, which prints its port first and then each of `argv[1]` messages.
const RECEIVER: &str = "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print('port', s.getsockname()[1])
for _ in range(int(sys.argv[1])):
    data, addr = s.recvfrom(int(sys.argv[2]))
    sys.stdout.buffer.write(('%s:%s\\n' % (addr, data.decode(sys.argv[3]))).encode())
    sys.stdout.buffer.flush()
s.close()
";

/// The article's sender: `argv[2]` in the charset `argv[3]`, to the port `argv[1]`. Prints its own port.
const SENDER: &str = "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(sys.argv[2].encode(sys.argv[3]), ('127.0.0.1', int(sys.argv[1])))
print('port', s.getsockname()[1])
";

/// A receiver for `count` messages, and its endpoint.
fn receiver(count: &str, room: &str, charset: &str) -> Option<(Program, String)> {
    let receiver = Program::start(&mut python(RECEIVER, &[count, room, charset])?);
    let port = receiver.shows("port ").replace("port ", "");
    Some((receiver, format!("udp://127.0.0.1:{port}")))
}

/// Sends with Python; returns its port.
fn sender(port: u16, text: &str, charset: &str) -> Option<String> {
    let mut command = python(SENDER, &[&port.to_string(), text, charset])?;
    Some(Program::run(&mut command).expect(0).text().trim().replace("port ", ""))
}

#[test]
fn python_reads_what_is_sent_in_gbk() {
    let Some((receiver, endpoint)) = receiver("1", "1024", "GBK") else { return };
    let sent = Program::run(&mut sockscope(&["send", &endpoint, "--encoding", "gbk", "你好"])).expect(0);
    assert!(sent.text().contains("4 B  你好"), "{}", sent.text());
    assert!(sent.text().contains("c4 e3 ba c3"), "{}", sent.text());
    assert!(sent.err.contains("sent 1 datagram (4 B)"), "{}", sent.err);
    let heard = receiver.finish().expect(0).text();
    assert!(heard.contains("('127.0.0.1', "), "{heard}");
    assert!(heard.ends_with("):你好\n"), "{heard}");
}

#[test]
fn what_python_sends_in_gbk_is_shown_with_its_sender_and_bytes() {
    let args = ["listen", "udp://127.0.0.1:0", "--encoding", "gbk", "--count", "1"];
    let listener = Program::start(&mut sockscope(&args));
    let Some(from) = sender(listener.port(), "你好", "GBK") else { return };
    let heard = listener.finish().expect(0);
    let row = heard.text();
    assert!(row.contains(&format!("<-  127.0.0.1:{from} ")), "{row} is not from {from}");
    assert!(row.contains("4 B  你好") && row.contains("c4 e3 ba c3"), "{row}");
    assert!(heard.err.contains("received 1 datagram (4 B)"), "{}", heard.err);
    assert!(heard.err.contains("stopped after --count"), "{}", heard.err);
}

#[test]
fn lines_typed_at_the_prompt_arrive_each_by_itself() {
    let Some((receiver, endpoint)) = receiver("2", "1024", "GBK") else { return };
    let mut command = sockscope(&["send", &endpoint, "--encoding", "gbk"]);
    let (program, mut keyboard) = at_terminal(&mut command);
    program.prompts("send> ");
    keyboard.types("你好\n");
    receiver.shows("):你好");
    keyboard.types("再见\n");
    receiver.shows("):再见");
    keyboard.ctrl_d();
    let sent = program.finish().expect(0);
    assert_eq!(sent.err.matches("send> ").count(), 3, "{}", sent.err);
    assert!(sent.err.contains("sent 2 datagrams (8 B)"), "{}", sent.err);
    assert_eq!(receiver.finish().expect(0).text().lines().count(), 3);
}

#[test]
fn a_bad_line_at_the_prompt_is_told_and_the_next_one_is_asked_for() {
    let Some((receiver, endpoint)) = receiver("1", "1024", "GBK") else { return };
    let (program, mut keyboard) = at_terminal(&mut sockscope(&["send", &endpoint, "--encoding", "gbk"]));
    program.prompts("send> ");
    keyboard.types("a😀\n");
    program.says("gbk has no '😀'");
    keyboard.types("good\n");
    receiver.shows("):good");
    keyboard.ctrl_d();
    assert!(program.finish().expect(0).err.contains("sent 1 datagram (4 B)"));
}

#[test]
fn a_wrong_charset_shows_rubbish_and_loses_no_byte() {
    for (charset, shown) in [("utf-8", "\\xc4\\xe3\\xba\\xc3"), ("latin1", "ÄãºÃ"), ("big5", "斕疑")] {
        let args = ["listen", "udp://127.0.0.1:0", "--encoding", charset, "--count", "1"];
        let listener = Program::start(&mut sockscope(&args));
        let Some(_) = sender(listener.port(), "你好", "GBK") else { return };
        let row = listener.finish().expect(0).text();
        assert!(row.contains(shown) && row.contains("c4 e3 ba c3"), "{charset}: {row}");
    }
}

#[test]
fn each_end_has_a_charset_of_its_own() {
    for (ours, theirs) in [("gbk", "GBK"), ("utf-8", "UTF-8"), ("big5", "BIG5"), ("utf-16le", "UTF-16LE")] {
        let Some((receiver, endpoint)) = receiver("1", "1024", theirs) else { return };
        Program::run(&mut sockscope(&["send", &endpoint, "-e", ours, "你好"])).expect(0);
        assert!(receiver.finish().expect(0).text().ends_with("):你好\n"), "{ours}");
    }
}

#[test]
fn a_buffer_too_short_tells_what_was_lost() {
    let args = ["listen", "udp://127.0.0.1:0", "--buffer", "4", "--count", "1"];
    let listener = Program::start(&mut sockscope(&args));
    let Some(_) = sender(listener.port(), "hello, sockscope", "ASCII") else { return };
    let heard = listener.finish().expect(0);
    assert!(heard.text().contains("4 B  hell"), "{}", heard.text());
    assert!(heard.text().contains("cut: 16 B on the wire, 12 B lost"), "{}", heard.text());
    assert!(heard.err.contains(", 1 cut"), "{}", heard.err);
}

#[test]
fn a_python_buffer_too_short_loses_the_rest_without_a_word() {
    let Some((receiver, endpoint)) = receiver("2", "4", "ASCII") else { return };
    Program::run(&mut sockscope(&["send", &endpoint, "hello"])).expect(0);
    Program::run(&mut sockscope(&["send", &endpoint, "x"])).expect(0);
    let text = receiver.finish().expect(0).text();
    let heard: Vec<&str> = text.lines().skip(1).map(|line| line.rsplit(':').next().unwrap()).collect();
    assert_eq!(heard, ["hell", "x"], "the rest of the first is not in the second");
}

#[test]
fn a_bound_port_is_kept_or_refused() {
    let Some((receiver, endpoint)) = receiver("1", "1024", "ASCII") else { return };
    let free = UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
    let bind = format!(":{free}");
    Program::run(&mut sockscope(&["send", &endpoint, "--bind", &bind, "x"])).expect(0);
    let heard = receiver.finish().expect(0).text();
    assert!(heard.contains(&format!("('127.0.0.1', {free}):x")), "{heard}");
    let held = UdpSocket::bind("0.0.0.0:0").unwrap();
    let bind = format!(":{}", held.local_addr().unwrap().port());
    let refused = Program::run(&mut sockscope(&["send", &endpoint, "--bind", &bind, "x"])).expect(2);
    assert!(refused.err.contains("the address is in use"), "{}", refused.err);
    assert_eq!(refused.text(), "", "nothing was sent");
}

#[test]
fn without_a_bound_port_the_system_picks_one() {
    let here = UdpSocket::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("udp://{}", here.local_addr().unwrap());
    let sent = Program::run(&mut sockscope(&["send", &endpoint, "x"])).expect(0);
    let from = here.recv_from(&mut [0; 8]).unwrap().1;
    assert_ne!(from.port(), 0);
    assert!(sent.err.contains(&format!("sending from {from} to ")), "{}", sent.err);
    assert!(sent.text().contains(&format!("{from} -> ")), "{}", sent.text());
}

#[test]
fn one_s_own_addresses_are_listed() {
    let text = Program::run(&mut sockscope(&["addrs"])).expect(0).text();
    let mut lines = text.lines().skip_while(|line| !line.starts_with("lo "));
    assert!(lines.next().unwrap().contains("loopback"), "{text}");
    assert!(lines.take_while(|line| line.starts_with(' ')).any(|line| line == "  127.0.0.1/8"), "{text}");
    let json = Program::run(&mut sockscope(&["addrs", "lo", "--json"])).expect(0).text();
    let lines = json.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let found: Vec<_> = lines.filter(|line| line["address"] == "127.0.0.1").collect();
    assert_eq!(found.len(), 1, "{json}");
    assert_eq!((&found[0]["iface"], &found[0]["prefix"]), (&"lo".into(), &8.into()));
}
