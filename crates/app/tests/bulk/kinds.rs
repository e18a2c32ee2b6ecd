//! The kinds of connection, and this program at either end of one.

use std::path::Path;

use sockscope_testkit::program::{Finished, Program};

use crate::bytes::MUCH;
use crate::common::sockscope;

/// Messages of this many bytes, where there are messages.
pub(crate) const CUT: usize = 60_000;

/// A kind of connection.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) is: Is,
    /// What a listener needs besides.
    listens: &'static [&'static str],
    /// What a client needs besides.
    connects: &'static [&'static str],
}

/// What goes through it, and how one direction ends.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Is {
    /// A stream, each direction of which ends by itself.
    Stream,
    /// The same with packets.
    Packets,
    /// Messages, and no direction ends by itself: their number tells when all have come.
    Counted,
}

const KINDS: [Kind; 8] = [
    Kind { name: "tcp", is: Is::Stream, listens: &[], connects: &[] },
    Kind { name: "unix", is: Is::Stream, listens: &[], connects: &[] },
    Kind { name: "abstract", is: Is::Stream, listens: &[], connects: &[] },
    Kind { name: "unixpacket", is: Is::Packets, listens: &[], connects: &[] },
    Kind { name: "unixgram", is: Is::Counted, listens: &["--unlink"], connects: &[] },
    Kind { name: "tls", is: Is::Stream, listens: &["--self-signed"], connects: &["--insecure"] },
    Kind { name: "ws", is: Is::Counted, listens: &[], connects: &[] },
    Kind { name: "wss", is: Is::Counted, listens: &["--self-signed"], connects: &["--insecure"] },
];

/// The kinds that are in this build.
pub(crate) fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| match kind.name {
        "tls" => cfg!(feature = "tls"),
        "ws" => cfg!(feature = "ws"),
        "wss" => cfg!(all(feature = "tls", feature = "ws")),
        _ => true,
    })
}

/// What this program sends.
#[derive(Clone, Copy)]
pub(crate) enum From<'a> {
    /// A file, and it ends by itself.
    File(&'a str),
    /// A file in messages of so many bytes, and the program ends when it is stopped.
    Cut(&'a str, usize),
    /// What the test writes, until it ends that.
    Input,
}

impl Kind {
    pub(crate) fn scheme(&self) -> &'static str {
        if self.name == "abstract" { "unix" } else { self.name }
    }

    /// Whether it is reached by host and port.
    pub(crate) fn is_inet(&self) -> bool {
        matches!(self.name, "tcp" | "tls" | "ws" | "wss")
    }

    pub(crate) fn has_tls(&self) -> bool {
        matches!(self.name, "tls" | "wss")
    }

    /// A place for `whose` to listen at, in a folder that is there.
    pub(crate) fn place(&self, folder: &Path, whose: &str) -> String {
        match self.name {
            "abstract" => format!("@{}.{whose}", folder.file_name().unwrap().display()),
            name if self.is_inet() => panic!("the system chooses ports for {name}"),
            name => folder.join(format!("{name}.{whose}")).display().to_string(),
        }
    }

    /// An endpoint for this program to listen on.
    pub(crate) fn endpoint(&self, folder: &Path) -> String {
        let place = if self.is_inet() { "127.0.0.1:0".to_owned() } else { self.place(folder, "ours") };
        format!("{}://{place}", self.scheme())
    }

    /// This program at one end: `listen` or `send`.
    pub(crate) fn ours(&self, command: &str, endpoint: &str, from: From<'_>) -> Program {
        let mut args = words(&[command, endpoint, "--raw"]);
        let listens = command == "listen";
        args.extend(if listens { words(self.listens) } else { words(self.connects) });
        args.extend(if listens { words(&["--once"]) } else { words(&["--wait", "60s"]) });
        let count = MUCH.div_ceil(CUT).to_string();
        match from {
            From::File(path) | From::Cut(path, _) => args.extend(words(&["--file", path])),
            From::Input if listens => args.extend(words(&["--file", "-"])),
            From::Input => {}
        }
        match (from, self.is) {
            (From::File(_), Is::Packets) => args.extend(words(&["--cut", &CUT.to_string()])),
            (From::File(_), Is::Counted) => {
                let number = if listens { "--count" } else { "--answers" };
                args.extend(words(&["--cut", &CUT.to_string(), number, &count]));
            }
            (From::Cut(_, cut), _) => args.extend(words(&["--cut", &cut.to_string()])),
            _ => {}
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Program::start(&mut sockscope(&args))
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The endpoint that a listener says it is on.
pub(crate) fn told(listener: &Program) -> String {
    let line = listener.says("listening on ");
    line.trim().rsplit("listening on ").next().unwrap().to_owned()
}

/// The place in an endpoint.
pub(crate) fn place(endpoint: &str) -> &str {
    endpoint.split_once("://").unwrap().1
}

pub(crate) fn whole(program: Program) -> Finished {
    program.finish().expect(0)
}
