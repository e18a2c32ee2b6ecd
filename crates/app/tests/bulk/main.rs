//! 64 MiB of random bytes through every kind of connection, in both directions at once, against this program
//! itself and against others.

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use common::sockscope;
use sockscope_testkit::peers::{self, python};
use sockscope_testkit::program::{Finished, Program};

/// How much goes each way, in bytes.
const MUCH: usize = 64 << 20;
/// Messages of this many bytes, where there are messages.
const CUT: &str = "60000";

/// Two files of random bytes, one for each direction, in a folder of their own.
struct Bytes {
    folder: tempfile::TempDir,
}

impl Bytes {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, seed) in [("up", 1), ("down", 2)] {
            let mut state: u64 = seed;
            let mut bytes = Vec::with_capacity(MUCH);
            while bytes.len() < MUCH {
                // xorshift64* (Vigna 2016): every byte differs from run to run of the sequence, none is text.
                state ^= state >> 12;
                state ^= state << 25;
                state ^= state >> 27;
                bytes.extend_from_slice(&state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes());
            }
            File::create(folder.path().join(name)).unwrap().write_all(&bytes).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn same(&self, sent: &str, received: &[u8], who: &str) {
        let sent = fs::read(self.path(sent)).unwrap();
        assert_eq!(received.len(), sent.len(), "{who}: length");
        let differs = sent.iter().zip(received).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{who}: first differing byte");
    }
}

/// A scheme, and how its endpoints look.
struct Kind {
    scheme: &'static str,
    cut: bool,
}

const KINDS: [Kind; 5] = [
    Kind { scheme: "tcp", cut: false },
    Kind { scheme: "unix", cut: false },
    Kind { scheme: "abstract", cut: false },
    Kind { scheme: "unixpacket", cut: true },
    Kind { scheme: "unixgram", cut: true },
];

impl Kind {
    /// An endpoint to listen on.
    fn endpoint(&self, folder: &Path) -> String {
        match self.scheme {
            "tcp" => "tcp://127.0.0.1:0".to_owned(),
            "abstract" => format!("unix://@{}", name(folder)),
            scheme => format!("{scheme}://{}/{scheme}", folder.display()),
        }
    }

    fn ours(&self, command: &str, endpoint: &str, file: &str) -> Program {
        let mut args = vec![command, endpoint, "--raw", "--file", file];
        if self.cut {
            args.extend(["--cut", CUT]);
        }
        match command {
            "listen" => args.push("--once"),
            _ => args.extend(["--wait", "60s"]),
        }
        Program::start(&mut sockscope(&args))
    }
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

/// The endpoint that a listener says it is on.
fn told(listener: &Program) -> String {
    let line = listener.says("listening on ");
    line.trim().rsplit("listening on ").next().unwrap().to_owned()
}

fn whole(program: Program) -> Finished {
    program.finish().expect(0)
}

#[test]
fn between_two_of_ours() {
    let bytes = Bytes::new();
    for kind in KINDS.iter().filter(|kind| kind.scheme != "unixgram") {
        let listener = kind.ours("listen", &kind.endpoint(bytes.folder.path()), &bytes.text("down"));
        let client = kind.ours("send", &told(&listener), &bytes.text("up"));
        let (client, listener) = (whole(client), whole(listener));
        bytes.same("down", &client.out, kind.scheme);
        bytes.same("up", &listener.out, kind.scheme);
    }
}

/// Connects or listens (arguments: family, kind, `listen` or `connect`, place), sends a file and receives at the
/// same time, in messages of the given size where there are messages; writes what came to standard output.
const PYTHON: &str = r#"
import socket, sys, threading
family, kind, role, place, path, cut = sys.argv[1:]
cut = int(cut)
s = socket.socket(getattr(socket, family), getattr(socket, kind))
if family == 'AF_INET':
    host, port = place.split(':')
    at = (host, int(port))
else:
    at = '\0' + place[1:] if place.startswith('@') else place
if role == 'listen':
    s.bind(at)
    s.listen(1)
    print('listening on', '%s:%d' % s.getsockname() if family == 'AF_INET' else place, file=sys.stderr, flush=True)
    s, _ = s.accept()
else:
    s.connect(at)
def send():
    with open(path, 'rb') as f:
        while True:
            piece = f.read(cut)
            if not piece: break
            s.sendall(piece)
    s.shutdown(socket.SHUT_WR)
t = threading.Thread(target=send)
t.start()
out = sys.stdout.buffer
while True:
    got = s.recv(1 << 20)
    if not got: break
    out.write(got)
out.flush()
t.join()
"#;

fn family(kind: &Kind) -> [&'static str; 2] {
    match kind.scheme {
        "tcp" => ["AF_INET", "SOCK_STREAM"],
        "unixpacket" => ["AF_UNIX", "SOCK_SEQPACKET"],
        _ => ["AF_UNIX", "SOCK_STREAM"],
    }
}

#[test]
fn with_python_at_either_end() {
    let bytes = Bytes::new();
    for kind in KINDS.iter().filter(|kind| kind.scheme != "unixgram") {
        let [family, socket] = family(kind);
        let cut = if kind.cut { CUT } else { "100000" };

        let listener = kind.ours("listen", &kind.endpoint(bytes.folder.path()), &bytes.text("down"));
        let endpoint = told(&listener);
        let place = endpoint.split_once("://").unwrap().1;
        let args = [family, socket, "connect", place, &bytes.text("up"), cut];
        let Some(mut theirs) = python(PYTHON, &args) else { return };
        let theirs = whole(Program::start(&mut theirs));
        bytes.same("down", &theirs.out, kind.scheme);
        bytes.same("up", &whole(listener).out, kind.scheme);

        let place = match kind.scheme {
            "tcp" => "127.0.0.1:0".to_owned(),
            "abstract" => format!("@{}.theirs", name(bytes.folder.path())),
            scheme => bytes.text(&format!("{scheme}.theirs")),
        };
        let args = [family, socket, "listen", &place, &bytes.text("down"), cut];
        let theirs = Program::start(&mut python(PYTHON, &args).unwrap());
        let scheme = if kind.scheme == "abstract" { "unix" } else { kind.scheme };
        let client = kind.ours("send", &format!("{scheme}://{}", told(&theirs)), &bytes.text("up"));
        bytes.same("down", &whole(client).out, kind.scheme);
        bytes.same("up", &whole(theirs).out, kind.scheme);
    }
}

/// How another program connects, by the place to connect to.
type Client = fn(&str) -> Vec<String>;

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn with_socat_ncat_and_nc() {
    let bytes = Bytes::new();
    let clients: [(&str, &str, Client); 7] = [
        ("socat", "tcp", |place| words(&format!("-t 60 - TCP4:{place}"))),
        ("socat", "unix", |place| words(&format!("-t 60 - UNIX-CONNECT:{place}"))),
        ("socat", "abstract", |place| words(&format!("-t 60 - ABSTRACT-CONNECT:{}", &place[1..]))),
        ("ncat", "tcp", |place| words(&place.replace(':', " "))),
        ("ncat", "unix", |place| words(&format!("-U {place}"))),
        ("nc", "tcp", |place| words(&format!("-N {}", place.replace(':', " ")))),
        ("nc", "unix", |place| words(&format!("-N -U {place}"))),
    ];
    for (program, scheme, args) in clients {
        let kind = KINDS.iter().find(|kind| kind.scheme == scheme).unwrap();
        let listener = kind.ours("listen", &kind.endpoint(bytes.folder.path()), &bytes.text("down"));
        let endpoint = told(&listener);
        let place = endpoint.split_once("://").unwrap().1;
        let args = args(place);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let Some(command) = peers::command(program, &args) else { continue };
        let theirs = Program::start_with(&mut { command }, File::open(bytes.path("up")).unwrap().into());
        bytes.same("down", &whole(theirs).out, program);
        bytes.same("up", &whole(listener).out, program);
    }
}
