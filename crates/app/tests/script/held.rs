//! Where scripts are kept while a test plays them, and the devices they talk to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sockscope_testkit::peers::python;
use sockscope_testkit::program::{Finished, Program};
use tempfile::TempDir;

use super::common::sockscope;

/// A modem for one caller: echo off, and a signal of 18. Its argument is what it says when all is well.
pub(crate) const MODEM: &str = r#"
import socket, sys
server = socket.create_server(('127.0.0.1', 0))
print('port', server.getsockname()[1])
modem, _ = server.accept()
ok = b'\r\n' + sys.argv[1].encode() + b'\r\n'
heard = b''
while True:
    got = modem.recv(100)
    if not got:
        break
    heard += got
    while b'\r' in heard:
        command, heard = heard.split(b'\r', 1)
        if command == b'AT+CSQ':
            # In two parts, as a serial line brings it.
            modem.sendall(b'\r\n+CSQ: 1')
            modem.sendall(b'8,99\r\n' + ok)
        else:
            modem.sendall(ok)
"#;

/// A Modbus-TCP device for one caller, with two registers; the argument is the value of the first.
pub(crate) const MODBUS: &str = r#"
import socket, struct, sys
server = socket.create_server(('127.0.0.1', 0))
print('port', server.getsockname()[1])
device, _ = server.accept()
registers = [int(sys.argv[1]), 7]
while True:
    head = device.recv(7, socket.MSG_WAITALL)
    if len(head) < 7:
        break
    number, protocol, length, unit = struct.unpack('>HHHB', head)
    function, first, count = struct.unpack('>BHH', device.recv(length - 1, socket.MSG_WAITALL))
    values = registers[first:first + count]
    if len(values) == count:
        answer = struct.pack('>BB', function, 2 * count) + struct.pack(f'>{count}H', *values)
    else:
        answer = struct.pack('>BB', function | 0x80, 2)
    device.sendall(struct.pack('>HHHB', number, protocol, len(answer) + 1, unit) + answer)
"#;

/// A Python server under way, and the argument that leads a script to it.
pub(crate) fn server(script: &str, args: &[&str]) -> Option<(Program, String)> {
    let program = Program::start(&mut python(script, args)?);
    let port = program.shows("port ").replace("port ", "");
    Some((program, format!("addr=tcp://127.0.0.1:{port}")))
}

/// The folder of the examples.
fn shelf() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// The names of all example scripts.
pub(crate) fn examples() -> Vec<String> {
    let names = fs::read_dir(shelf()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: Vec<String> = names.filter(|name| name.ends_with(".script")).collect();
    assert!(found.len() >= 4, "{found:?}");
    found
}

/// A folder with scripts in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Puts a file there.
    pub(crate) fn file(&self, name: &str, content: &[u8]) {
        fs::write(self.0.path().join(name), content).unwrap();
    }

    /// Where a file there is.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// Plays a script of these lines to its end; it is called `talk.script`.
    pub(crate) fn plays(&self, script: &str, args: &[&str]) -> Finished {
        self.file("talk.script", script.as_bytes());
        self.run("talk.script", args)
    }

    /// Begins to play it.
    pub(crate) fn start(&self, script: &str, args: &[&str]) -> Program {
        self.file("talk.script", script.as_bytes());
        Program::start(&mut self.command("talk.script", args))
    }

    /// Plays an example.
    pub(crate) fn example(&self, name: &str, args: &[&str]) -> Finished {
        fs::copy(shelf().join(name), self.0.path().join(name)).unwrap();
        self.run(name, args)
    }

    /// Plays a script that is there.
    pub(crate) fn run(&self, name: &str, args: &[&str]) -> Finished {
        Program::run(&mut self.command(name, args))
    }

    fn command(&self, name: &str, args: &[&str]) -> Command {
        let mut command = sockscope(&[&["script", name], args].concat());
        command.current_dir(self.0.path());
        command
    }
}

/// What was said without what differs from run to run: ports and times.
pub(crate) fn plain(said: &str) -> String {
    let mut plain = String::new();
    let mut rest = said;
    while let Some(at) = rest.find("127.0.0.1:") {
        let port = at + "127.0.0.1:".len();
        let digits = rest[port..].bytes().take_while(u8::is_ascii_digit).count();
        plain += &rest[..port];
        plain += "PORT";
        rest = &rest[port + digits..];
    }
    plain += rest;
    let timed = plain.lines().map(|line| match line.split_once(" in ") {
        Some((before, time)) if time.ends_with(" ms") => format!("{before} in TIME"),
        _ => line.to_owned(),
    });
    timed.map(|line| line + "\n").collect()
}
