//! Other people's programs at either end.

use std::fs::File;
use std::thread;

use sockscope_testkit::program::Program;
use sockscope_testkit::{peers, place};

use crate::bytes::{Bytes, MUCH};
use crate::kinds::{CUT, From, Kind, kinds, told};

/// How another program does it: whose, through what, with which arguments, and how it ends. In the arguments
/// stand `{place}`, `{port}` of 127.0.0.1, `{name}` without its `@`, `{pem}`, and `{ours}`, the path of our own
/// socket where a client of datagrams has to know it.
type Row = (&'static str, &'static str, &'static str, End);

/// How a conversation ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// Each side ends its half when it has sent all.
    Halves,
    /// The other program ends with the first half that does, its own or this side's, whatever is under way in the
    /// other: both stay open until all has come.
    Held,
    /// It ends without saying so in TLS (`close_notify`), which for this side is no end in order: it stays open until
    /// all has come, of which it keeps some back until this side has ended.
    Last,
    /// Datagrams of at most so many bytes have no end: both are stopped once all has come.
    Stopped(usize),
}
use End::{Halves, Held, Last, Stopped};

// `nc -uU` is not here: it reads datagrams into what is left of its buffer, which cuts them.
const CLIENTS: [Row; 13] = [
    ("socat", "tcp", "-t 60 - TCP4:{place}", Halves),
    ("socat", "unix", "-t 60 - UNIX-CONNECT:{place}", Halves),
    ("socat", "abstract", "-t 60 - ABSTRACT-CONNECT:{name}", Halves),
    ("socat", "unixpacket", "-t 60 -b 60000 - UNIX-CONNECT:{place},type=5", Halves),
    ("socat", "unixgram", "-t 60 -b 60000 - UNIX-SENDTO:{place},bind={place}.theirs", Stopped(CUT)),
    ("socat", "tls", "-t 60 - OPENSSL:{place},verify=0", Halves),
    ("ncat", "tcp", "127.0.0.1 {port}", Halves),
    ("ncat", "unix", "-U {place}", Halves),
    ("ncat", "unixgram", "-uU {place}", Stopped(8000)),
    ("ncat", "tls", "--ssl 127.0.0.1 {port}", Last),
    ("nc", "tcp", "-N 127.0.0.1 {port}", Halves),
    ("nc", "unix", "-N -U {place}", Halves),
    ("openssl", "tls", "s_client -quiet -connect {place}", Held),
];

const LISTENERS: [Row; 13] = [
    ("socat", "tcp", "-t 60 - TCP4-LISTEN:{port},bind=127.0.0.1", Halves),
    ("socat", "unix", "-t 60 - UNIX-LISTEN:{place}", Halves),
    ("socat", "abstract", "-t 60 - ABSTRACT-LISTEN:{name}", Halves),
    ("socat", "unixpacket", "-t 60 -b 60000 - UNIX-LISTEN:{place},type=5", Halves),
    ("socat", "unixgram", "-t 60 -b 60000 - UNIX-SENDTO:{ours},bind={place}", Stopped(CUT)),
    ("socat", "tls", "-t 60 - OPENSSL-LISTEN:{port},bind=127.0.0.1,cert={pem},verify=0", Halves),
    ("ncat", "tcp", "-l 127.0.0.1 {port}", Halves),
    ("ncat", "unix", "-lU {place}", Halves),
    ("ncat", "unixgram", "-luU {place}", Stopped(8000)),
    ("ncat", "tls", "-l --ssl --ssl-cert {pem} --ssl-key {pem} 127.0.0.1 {port}", Held),
    ("nc", "tcp", "-N -l 127.0.0.1 {port}", Held),
    ("nc", "unix", "-N -lU {place}", Held),
    ("openssl", "tls", "s_server -quiet -naccept 1 -accept 127.0.0.1:{port} -cert {pem} -key {pem}", Held),
];

/// What stands for the names in arguments.
struct Names<'a> {
    place: &'a str,
    ours: &'a str,
    bytes: &'a Bytes,
}

impl Names<'_> {
    /// The other program, or nothing after telling that it is skipped. It sends `up`.
    fn start(&self, (program, _, args, end): Row) -> Option<Program> {
        let pem = if args.contains("{pem}") { self.bytes.pem()? } else { String::new() };
        let words = [
            ("{place}", self.place),
            ("{port}", self.place.rsplit(':').next().unwrap()),
            ("{name}", self.place.trim_start_matches('@')),
            ("{ours}", self.ours),
            ("{pem}", &pem),
        ];
        let fill = |arg: &str| words.iter().fold(arg.to_owned(), |arg, (name, word)| arg.replace(name, word));
        let args: Vec<String> = args.split(' ').map(fill).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = peers::command(program, &args)?;
        if end != Halves {
            return Some(Program::start(&mut command));
        }
        let file = File::open(self.bytes.path("up")).unwrap();
        Some(Program::start_with(&mut command, file.into()))
    }
}

fn kind_of(row: Row) -> Option<&'static Kind> {
    kinds().find(|kind| kind.name == row.1)
}

/// What this side sends, which is `down`.
fn source(file: &str, end: End) -> From<'_> {
    match end {
        Halves | Last => From::File(file),
        Held => From::Input,
        Stopped(cut) => From::Cut(file, cut),
    }
}

/// Both send, and both get all.
fn exchange(bytes: &Bytes, row: Row, mut ours: Program, mut theirs: Program) {
    let (program, kind, _, end) = row;
    let who = format!("{program}, {kind}");
    if end != Halves {
        thread::scope(|scope| {
            if end == Held {
                scope.spawn(|| ours.write(bytes.of("down")));
            }
            theirs.write(bytes.of("up"));
        });
        bytes.same("up", &ours.holds(MUCH), &who);
        bytes.same("down", &theirs.holds(MUCH), &who);
    }
    match end {
        Halves | Held => {}
        Last => theirs.close_input(),
        Stopped(_) => {
            ours.interrupt();
            ours.finish().expect(0);
            return;
        }
    }
    let ours = ours.finish().expect(0);
    assert_eq!(ours.err.contains("(close_notify)"), end == Last, "{who}: {}", ours.err);
    bytes.same("up", &ours.out, &who);
    bytes.same("down", &theirs.finish().expect(0).out, &who);
}

#[test]
fn with_others_that_connect() {
    let bytes = Bytes::new();
    for row in CLIENTS {
        let Some(kind) = kind_of(row) else { continue };
        let ours = kind.ours("listen", &kind.endpoint(bytes.folder()), source(&bytes.text("down"), row.3));
        let at = told(&ours);
        let names = Names { place: crate::kinds::place(&at), ours: "", bytes: &bytes };
        let Some(theirs) = names.start(row) else { continue };
        exchange(&bytes, row, ours, theirs);
    }
}

#[test]
fn with_others_that_listen() {
    let bytes = Bytes::new();
    for row in LISTENERS {
        let Some(kind) = kind_of(row) else { continue };
        let port = place::free_port();
        let there =
            if kind.is_inet() { format!("127.0.0.1:{port}") } else { kind.place(bytes.folder(), row.0) };
        let ours = if kind.name == "unixgram" {
            kind.place(bytes.folder(), &format!("ours.{}", row.0))
        } else {
            String::new()
        };
        let Some(theirs) = (Names { place: &there, ours: &ours, bytes: &bytes }).start(row) else { continue };
        if kind.is_inet() {
            place::wait_port(port)
        } else {
            place::wait_unix(&there)
        }
        let bind = if ours.is_empty() { String::new() } else { format!("?bind={ours}") };
        let at = format!("{}://{there}{bind}", kind.scheme());
        let client = kind.ours("send", &at, source(&bytes.text("down"), row.3));
        if !ours.is_empty() {
            place::wait_unix(&ours);
        }
        exchange(&bytes, row, client, theirs);
    }
}
