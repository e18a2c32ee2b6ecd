//! `sockscope listen` with rules: a device to try a program with.

mod common;
#[path = "script/held.rs"]
#[expect(dead_code, reason = "no Python here")]
mod held;

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use common::sockscope;
use held::Folder;
use sockscope_testkit::PATIENCE;
use sockscope_testkit::program::Program;

const MODEM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/modem.rules");

/// Unit 1 has two registers; what is asked for beyond is an error. The transaction's number comes back.
const MODBUS: [&str; 2] = [
    r"re /(?s-u)^(..)\x00\x00\x00\x06\x01\x03\x00\x00\x00\x02$/ => hex {group:1} 00 00 00 07 01 03 04 00 2a 00 07",
    r"re /(?s-u)^(?<number>..)\x00\x00\x00.(?<unit>.)(?:\x03)/ => hex {group:number} 00 00 00 03 {group:unit} 83 02",
];

fn listen(place: &str, args: &[&str]) -> Program {
    Program::start(&mut sockscope(&[&["listen", place], args].concat()))
}

fn addr(device: &Program) -> String {
    format!("addr=tcp://127.0.0.1:{}", device.port())
}

fn stream(device: &Program) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", device.port())).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Says something on a stream, and reads an answer of this length.
fn asks(mut stream: &TcpStream, words: &[u8], len: usize) -> Vec<u8> {
    stream.write_all(words).unwrap();
    let mut answer = vec![0; len];
    stream.read_exact(&mut answer).unwrap();
    answer
}

fn datagrams(device: &Program) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.connect(("127.0.0.1", device.port())).unwrap();
    socket
}

fn heard(socket: &UdpSocket) -> Vec<u8> {
    let mut bytes = [0; 2_000];
    let len = socket.recv(&mut bytes).unwrap();
    bytes[..len].to_vec()
}

#[test]
fn the_modem_of_the_examples_meets_its_script() {
    let modem = listen("tcp://127.0.0.1:0", &["--rule-file", MODEM]);
    let told = Folder::new().example("modem.script", &[&addr(&modem)]).expect(0);
    assert!(told.err.contains("\nsignal 18 of 31\n"), "{}", told.err);
    let answer = asks(&stream(&modem), b"AT+NAME=valve_1\r", 24);
    assert_eq!(answer, b"\r\n+NAME: valve_1\r\n\r\nOK\r\n"[..24]);
    assert_eq!(asks(&stream(&modem), b"ATX\r", 9), b"\r\nERROR\r\n");
    modem.interrupt();
    modem.finish().expect(0);
}

#[test]
fn a_modbus_device_of_two_rules_meets_the_script() {
    let device = listen("tcp://127.0.0.1:0", &["--rule", MODBUS[0], "--rule", MODBUS[1]]);
    Folder::new().example("modbus.script", &[&addr(&device)]).expect(0);
    let other = asks(&stream(&device), b"\xab\x0a\x00\x00\x00\x06\x09\x03\x00\x01\x00\x01", 9);
    assert_eq!(other, b"\xab\x0a\x00\x00\x00\x03\x09\x83\x02");
}

#[test]
fn an_answer_waits_as_long_as_it_is_told_to() {
    let device = listen(
        "udp://127.0.0.1:0",
        &["--rule", "\"slow\" => \"late\" after 300ms", "--rule", "hex * => \"now\""],
    );
    let socket = datagrams(&device);
    let since = Instant::now();
    socket.send(b"slow").unwrap();
    socket.send(b"x").unwrap();
    assert_eq!((heard(&socket), heard(&socket)), (b"now".to_vec(), b"late".to_vec()));
    assert!(since.elapsed() >= Duration::from_millis(300), "{:?}", since.elapsed());
}

#[test]
fn once_is_once_and_each_peer_has_its_own() {
    let rules = [
        "--rule",
        "hex * => \"first\" once",
        "--rule",
        "hex * => \"hello\" once per peer",
        "--rule",
        "hex * => \"{counter}\"",
    ];
    let device = listen("udp://127.0.0.1:0", &rules);
    let (one, two) = (datagrams(&device), datagrams(&device));
    let ask = |socket: &UdpSocket| {
        socket.send(b"?").unwrap();
        String::from_utf8(heard(socket)).unwrap()
    };
    let answers = [ask(&one), ask(&one), ask(&two), ask(&one), ask(&two)];
    assert_eq!(answers, ["first", "hello", "hello", "1", "2"]);
}

#[test]
fn a_rule_can_close_and_can_be_silent() {
    let rules = [
        "--rule",
        "\"hush\" => nothing",
        "--rule",
        "\"bye\" => close",
        "--rule",
        "re /.*/ => \"{group:0}!\"",
        "--frame",
        "line",
    ];
    let device = listen("tcp://127.0.0.1:0", &rules);
    let stream = stream(&device);
    // What is answered to the second line shows that there was no answer to the first.
    assert_eq!(asks(&stream, "hush\n温度\n".as_bytes(), 8), "温度!\n".as_bytes());
    (&stream).write_all(b"bye\n").unwrap();
    let mut rest = Vec::new();
    (&stream).read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty(), "{rest:?}");
}

#[test]
fn text_of_rules_is_in_the_charset() {
    let device = listen("udp://127.0.0.1:0", &["-e", "gbk", "--rule", "re /温度/ => text \"温度=21度\""]);
    let socket = datagrams(&device);
    socket.send(b"? \xce\xc2\xb6\xc8").unwrap();
    assert_eq!(heard(&socket), b"\xce\xc2\xb6\xc8=21\xb6\xc8");
    let folder = Folder::new();
    folder.file("gbk.rules", "re /^查询/ => \"温度=21度\\r\\n\" # its only word\n".as_bytes());
    let path = folder.path("gbk.rules");
    let device = listen("udp://127.0.0.1:0", &["-e", "gbk", "--rule-file", &path]);
    let addr = format!("addr=udp://127.0.0.1:{}", device.port());
    let told = folder.example("gbk.script", &[&addr]).expect(0);
    assert!(told.err.contains("温度是 21 度"), "{}", told.err);
}

#[test]
fn a_rule_that_is_none_is_told_with_its_line() {
    let folder = Folder::new();
    folder.file("wrong.rules", b"# a\n\"a\" => \"b\"\n\"c\" -> \"d\"\n");
    let path = folder.path("wrong.rules");
    let told = Program::run(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--rule-file", &path])).expect(2);
    assert!(told.err.contains("wrong.rules:3: "), "{}", told.err);
    let told =
        Program::run(&mut sockscope(&["listen", "udp://127.0.0.1:0", "--rule", "\"a\" => \"{group:1}\""]));
    assert!(told.expect(2).err.lines().count() == 3, "the place is shown");
}
