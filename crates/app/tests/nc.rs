//! `sockscope nc` beside ncat: each scenario is played by both, in both roles, and has one outcome.

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::process::Command;
use std::time::Instant;

use common::sockscope;
use sockscope_testkit::program::{Finished, Program};
use sockscope_testkit::queue::{free_port, wait_bound};
use sockscope_testkit::{PATIENCE, peers, place};

/// Who plays a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Ours,
    Ncat,
}

const BOTH: [Who; 2] = [Who::Ours, Who::Ncat];

impl Who {
    /// The command, or nothing where ncat is missing, which is told.
    fn command(self, args: &[&str]) -> Option<Command> {
        match self {
            Self::Ours => Some(sockscope(&[&["nc"], args].concat())),
            Self::Ncat => peers::command("ncat", args),
        }
    }

    fn start(self, args: &[&str]) -> Option<Program> {
        self.command(args).map(|mut command| Program::start(&mut command))
    }

    /// Waits at a free port of the loopback.
    fn listens(self, args: &[&str]) -> Option<(Program, String)> {
        let port = place::free_port();
        let text = port.to_string();
        let program = self.start(&[&["-l"], args, &["127.0.0.1", &text]].concat())?;
        place::wait_port(port);
        Some((program, text))
    }

    fn reaches(self, args: &[&str], port: &str) -> Option<Program> {
        self.start(&[args, &["127.0.0.1", port]].concat())
    }
}

/// All ways to give two roles to two programs.
fn casts() -> impl Iterator<Item = (Who, Who)> {
    BOTH.into_iter().flat_map(|one| BOTH.map(|other| (one, other)))
}

/// What each side is started with, says and hears.
struct Scene {
    name: &'static str,
    listener: &'static [&'static str],
    client: &'static [&'static str],
    /// What the listener says at once, and whether it then ends its input.
    told: (&'static str, bool),
    /// What the client says after having heard it.
    said: &'static str,
    /// What the client and the listener write out.
    hear: (&'static str, &'static str),
}

const SCENES: [Scene; 6] = [
    Scene {
        name: "both ways",
        listener: &[],
        client: &[],
        told: ("from the listener\n", false),
        said: "from the client 你好\0\n",
        hear: ("from the listener\n", "from the client 你好\0\n"),
    },
    Scene {
        name: "the listener has ended its sending, and hears",
        listener: &[],
        client: &[],
        told: ("first\n", true),
        said: "late\n",
        hear: ("first\n", "late\n"),
    },
    Scene {
        name: "line feeds become carriage return and line feed",
        listener: &["-C"],
        client: &["--crlf"],
        told: ("a\nb\r\nc", false),
        said: "\n\n",
        hear: ("a\r\nb\r\nc", "\r\n\r\n"),
    },
    Scene {
        name: "the client only sends",
        listener: &["--recv-only"],
        client: &["--send-only"],
        told: ("nobody hears\n", false),
        said: "sent\n",
        hear: ("", "sent\n"),
    },
    Scene {
        name: "the client only hears",
        listener: &[],
        client: &["--recv-only"],
        told: ("heard\n", true),
        said: "",
        hear: ("heard\n", ""),
    },
    Scene {
        name: "at the family that is asked for, from an address",
        listener: &["-4", "-n"],
        client: &["-4", "-n", "-s", "127.0.0.1"],
        told: ("l", false),
        said: "c",
        hear: ("l", "c"),
    },
];

#[test]
fn each_scene_has_one_outcome_whoever_plays() {
    for scene in SCENES {
        for (one, other) in casts() {
            let Some((listener, port)) = one.listens(scene.listener) else { continue };
            let Some(client) = other.reaches(scene.client, &port) else { continue };
            play(&scene, &format!("{}: {one:?} and {other:?}", scene.name), listener, client);
        }
    }
}

fn play(scene: &Scene, name: &str, mut listener: Program, mut client: Program) {
    listener.write(scene.told.0.as_bytes());
    if scene.told.1 {
        listener.close_input();
    }
    client.holds(scene.hear.0.len());
    client.write(scene.said.as_bytes());
    listener.holds(scene.hear.1.len());
    let client = client.finish();
    let listener = listener.finish();
    assert_eq!(
        (client.text(), listener.text()),
        (scene.hear.0.to_owned(), scene.hear.1.to_owned()),
        "{name}"
    );
    assert_eq!((client.code, listener.code), (Some(0), Some(0)), "{name}\n{}{}", client.err, listener.err);
}

#[test]
fn unix_sockets_by_their_path() {
    let folder = tempfile::tempdir().unwrap();
    for (one, other) in casts() {
        let file = folder.path().join(format!("{one:?}{other:?}"));
        let path = file.to_str().unwrap();
        let Some(listener) = one.start(&["-lU", path]) else { continue };
        place::wait_unix(path);
        let Some(client) = other.start(&["-U", path]) else { continue };
        play(&SCENES[0], &format!("unix: {one:?} and {other:?}"), listener, client);
    }
}

#[test]
fn datagrams_are_those_of_the_first_peer() {
    for (one, other) in casts() {
        let port = free_port();
        let text = port.to_string();
        let Some(mut listener) = one.start(&["-u", "-l", "127.0.0.1", &text]) else { continue };
        wait_bound(port);
        let Some(mut client) = other.reaches(&["-u"], &text) else { continue };
        client.write(b"one");
        assert_eq!(listener.holds(3), b"one", "{one:?} and {other:?}");
        UdpSocket::bind("127.0.0.1:0").unwrap().send_to(b"another", ("127.0.0.1", port)).unwrap();
        listener.write(b"answer");
        assert_eq!(client.holds(6), b"answer", "{one:?} and {other:?}");
        client.write(b"two");
        assert_eq!(listener.holds(6), b"onetwo", "{one:?} and {other:?}");
        // The end of the input is the end.
        client.finish().expect(0);
    }
}

#[test]
fn with_keep_open_datagrams_of_all_are_heard_and_answered() {
    let port = free_port();
    let mut listener = Who::Ours.start(&["-u", "-l", "-k", "127.0.0.1", &port.to_string()]).unwrap();
    wait_bound(port);
    let peers = [0, 1].map(|_| UdpSocket::bind("127.0.0.1:0").unwrap());
    for (at, peer) in peers.iter().enumerate() {
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        peer.send_to(b"x", ("127.0.0.1", port)).unwrap();
        listener.holds(at + 1);
    }
    listener.write(b"to all");
    for peer in &peers {
        let mut bytes = [0; 16];
        let len = peer.recv(&mut bytes).unwrap();
        assert_eq!(&bytes[..len], b"to all");
    }
}

#[test]
fn a_client_reads_on_after_the_end_of_its_input() {
    for who in BOTH {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port().to_string();
        let Some(mut client) = who.reaches(&[], &port) else { continue };
        client.write(b"question");
        client.close_input();
        let (mut peer, _) = server.accept().unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut heard = Vec::new();
        peer.read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"question", "{who:?} ends its sending");
        peer.write_all(b"answer").unwrap();
        drop(peer);
        assert_eq!(client.finish().expect(0).text(), "answer", "{who:?}");
    }
}

#[test]
fn without_shutdown_the_sending_half_stays_open() {
    for who in BOTH {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port().to_string();
        let Some(mut client) = who.reaches(&["--no-shutdown"], &port) else { continue };
        client.write(b"question");
        client.close_input();
        let (mut peer, _) = server.accept().unwrap();
        let mut heard = [0; 8];
        peer.read_exact(&mut heard).unwrap();
        peer.write_all(b"answer").unwrap();
        client.holds(6);
        peer.set_nonblocking(true).unwrap();
        let error = peer.read(&mut heard).expect_err("no end has come");
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "{who:?}");
        drop(peer);
        client.finish().expect(0);
    }
}

#[test]
fn only_one_peer_comes_in_without_keep_open() {
    for who in BOTH {
        let Some((listener, port)) = who.listens(&[]) else { continue };
        let mut client = Who::Ours.reaches(&[], &port).unwrap();
        client.write(b"x");
        listener.holds(1);
        for other in BOTH {
            let Some(other) = other.reaches(&[], &port) else { continue };
            assert_eq!(other.finish().expect(1).text(), "", "nobody listens any more: {who:?}");
        }
        client.finish().expect(0);
        assert_eq!(listener.finish().expect(0).text(), "x", "{who:?}");
    }
}

#[test]
fn with_keep_open_input_goes_to_all() {
    for (one, other) in casts() {
        let Some((mut listener, port)) = one.listens(&["-k"]) else { continue };
        let mut clients = Vec::new();
        for count in 1..=3 {
            let Some(mut client) = other.reaches(&[], &port) else { continue };
            client.write(b"x");
            listener.holds(count);
            clients.push(client);
        }
        listener.write(b"to all");
        for client in clients {
            assert_eq!(client.holds(6), b"to all", "{one:?} and {other:?}");
            client.finish().expect(0);
        }
    }
}

#[test]
fn a_program_talks_with_the_peer() {
    for who in BOTH {
        let script = "echo $NCAT_REMOTE_ADDR $NCAT_REMOTE_PORT $NCAT_LOCAL_PORT $NCAT_PROTO; cat";
        let Some((listener, port)) = who.listens(&["-c", script]) else { continue };
        let own = free_port().to_string();
        let mut client = Who::Ours.reaches(&["-p", &own], &port).unwrap();
        let first = format!("127.0.0.1 {own} {port} TCP\n");
        client.write(b"and back");
        let all = format!("{first}and back");
        assert_eq!(String::from_utf8(client.holds(all.len())).unwrap(), all, "{who:?}");
        client.finish().expect(0);
        assert_eq!(listener.finish().expect(0).text(), "", "{who:?} writes nothing itself");
    }
    let (mut listener, port) = Who::Ours.listens(&[]).unwrap();
    let client = Who::Ours.reaches(&["-e", "cat -u"], &port).unwrap();
    listener.write(b"to the client's program");
    assert_eq!(listener.holds(23), b"to the client's program");
    listener.finish().expect(0);
    assert_eq!(client.finish().expect(0).text(), "");
}

/// Standard input from a file, standard output to the test.
fn from_file(args: &[&str], path: &std::path::Path) -> std::process::Child {
    let mut command = sockscope(&[&["nc"], args].concat());
    let file = fs::File::open(path).unwrap();
    command.stdin(file).stdout(std::process::Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_listener_gives_all_of_a_file_to_who_only_listens() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, vec![b'x'; 20_000_000]).unwrap();
    for more in [&[][..], &["--send-only"]] {
        let port = place::free_port();
        let listener = from_file(&[&["-l", "127.0.0.1", &port.to_string()], more].concat(), &file);
        place::wait_port(port);
        // Its input is at its end at once.
        let client = Program::run(&mut sockscope(&["nc", "127.0.0.1", &port.to_string()])).expect(0);
        assert_eq!(client.out.len(), 20_000_000, "{more:?}");
        assert!(listener.wait_with_output().unwrap().status.success(), "{more:?}");
    }
}

#[test]
fn a_program_that_writes_what_it_reads_never_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, vec![b'x'; 20_000_000]).unwrap();
    let (listener, port) = Who::Ours.listens(&["-e", "cat"]).unwrap();
    let client = from_file(&["127.0.0.1", &port], &file);
    let output = client.wait_with_output().unwrap();
    assert_eq!((output.stdout.len(), output.status.success()), (20_000_000, true));
    listener.finish().expect(0);
    let (listener, port) = Who::Ours.listens(&["-e", "cat"]).unwrap();
    let client = from_file(&["--send-only", "127.0.0.1", &port], &file);
    assert!(client.wait_with_output().unwrap().status.success());
    drop(listener);
}

#[test]
fn who_is_denied_hears_and_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hosts");
    fs::write(&file, "127.0.0.0/8\n").unwrap();
    let file = file.to_str().unwrap();
    for (rules, welcome) in [
        (["--deny", "127.0.0.1"], false),
        (["--allow", "127.0.0.2"], false),
        (["--allow", "::1,127.0.0.0/8"], true),
        (["--denyfile", file], false),
        (["--allowfile", file], true),
    ] {
        for who in BOTH {
            let Some((mut listener, port)) = who.listens(&[&["-k"], &rules[..]].concat()) else { continue };
            listener.write(b"hello");
            let client = Who::Ours.reaches(&[], &port).unwrap();
            if welcome {
                assert_eq!(client.holds(5), b"hello", "{who:?} {rules:?}");
            } else {
                assert_eq!(client.finish().text(), "", "{who:?} {rules:?}");
            }
        }
    }
}

#[test]
fn a_broker_passes_on_to_all_others() {
    for (one, other) in casts() {
        let Some((listener, port)) = one.listens(&["--broker"]) else { continue };
        let mut clients: Vec<Program> = (0..3).filter_map(|_| other.reaches(&[], &port)).collect();
        let Some(mut first) = clients.pop() else { continue };
        // Whoever has heard somebody is there; each says something until all have.
        first.write(b"a");
        let mut said = Vec::new();
        let end = Instant::now() + PATIENCE;
        while clients.iter().any(|client| client_has(client) == 0) {
            assert!(Instant::now() < end, "{one:?} and {other:?}");
            first.write(b"a");
            said.push(b'a');
        }
        for client in clients {
            assert!(client.finish().expect(0).out.iter().all(|byte| *byte == b'a'));
        }
        assert_eq!(first.finish().expect(0).text(), "", "{one:?}: nobody hears himself");
        drop(listener);
    }
}

/// How much a program has written so far.
fn client_has(client: &Program) -> usize {
    client.holds(0).len()
}

#[test]
fn in_a_chat_everybody_has_a_number() {
    let (listener, port) = Who::Ours.listens(&["--chat"]).unwrap();
    let first = Who::Ours.reaches(&[], &port).unwrap();
    first.shows("<announce> 127.0.0.1 is connected as <user1>.");
    first.shows("<announce> already connected: nobody.");
    let mut second = Who::Ours.reaches(&[], &port).unwrap();
    second.shows("<announce> already connected: 127.0.0.1 as <user1>.");
    second.write("你好\x1b[2J\n".as_bytes());
    assert_eq!(first.shows("<user2> 你"), "<user2> 你好\\033[2J");
    second.finish().expect(0);
    first.shows("<announce> <user2> is disconnected.");
    drop(listener);
}

#[test]
fn no_more_come_in_than_allowed() {
    for who in BOTH {
        let Some((mut listener, port)) = who.listens(&["-k", "-m", "1"]) else { continue };
        let mut first = Who::Ours.reaches(&[], &port).unwrap();
        first.write(b"x");
        listener.holds(1);
        let second = Who::Ours.reaches(&[], &port).unwrap();
        assert_eq!(second.finish().text(), "", "{who:?}");
        listener.write(b"hello");
        assert_eq!(first.holds(5), b"hello", "{who:?}");
    }
}

#[test]
fn files_hold_all_bytes_of_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let files = BOTH.map(|who| ["o", "x"].map(|what| folder.path().join(format!("{who:?}-{what}"))));
    for (who, [output, hex]) in BOTH.into_iter().zip(&files) {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port().to_string();
        let (output, hex) = (output.to_str().unwrap(), hex.to_str().unwrap());
        let Some(mut client) = who.reaches(&["-o", output, "-x", hex], &port) else { return };
        let (mut peer, _) = server.accept().unwrap();
        client.write(b"sixteen bytes, and \0\xff");
        peer.read_exact(&mut [0; 21]).unwrap();
        peer.write_all("你好\n".as_bytes()).unwrap();
        client.holds(7);
        drop(peer);
        client.finish().expect(0);
    }
    let [ours, theirs] = files.map(|files| files.map(|file| fs::read(file).unwrap()));
    assert_eq!(ours, theirs);
}

#[test]
fn times_and_refusals_have_their_exit_status() {
    let unused = place::free_port().to_string();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let there = silent.local_addr().unwrap().port().to_string();
    for (args, code) in [
        (&["127.0.0.1", &unused][..], 1),
        (&["-z", "127.0.0.1", &unused], 1),
        (&["-z", "127.0.0.1", &there], 0),
        (&["-z", "-u", "127.0.0.1", &unused], 1),
        (&["-i", "50ms", "127.0.0.1", &there], 1),
        (&["127.0.0.1", "port"], 2),
        (&["127.0.0.1", "65536"], 2),
        (&["--no-such-option"], 2),
        (&["--proxy-type", "nonsense", "--proxy", "127.0.0.1:1", "127.0.0.1", "1"], 2),
        (&[], 2),
    ] {
        for who in BOTH {
            let Some(program) = who.start(args) else { continue };
            // The input stays open: only what is asked for ends it.
            assert_eq!(ended(program).code, Some(code), "{who:?} {args:?}");
        }
    }
    let range = format!("{unused}-{unused}");
    Program::run(&mut sockscope(&["nc", "-z", "127.0.0.1", &range, &there])).expect(0);
    drop(silent);
}

/// Waits for the end of a program whose input has not ended.
fn ended(program: Program) -> Finished {
    let end = Instant::now() + PATIENCE;
    let status = format!("/proc/{}/stat", program.id());
    while fs::read_to_string(&status).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(Instant::now() < end, "it has not ended");
        std::thread::yield_now();
    }
    program.finish()
}

#[test]
fn after_the_input_q_says_how_long_to_stay() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    let client = Who::Ours.reaches(&["-q", "20ms"], &port).unwrap();
    let (peer, _) = server.accept().unwrap();
    client.finish().expect(0);
    drop(peer);
    // -1 is for ever, or until the peer has ended.
    let mut client = Who::Ours.reaches(&["-q", "-1", "-i", "50ms"], &port).unwrap();
    client.close_input();
    client.finish().expect(1);
}

#[test]
fn a_broken_connection_is_a_failure() {
    let (listener, port) = Who::Ours.listens(&[]).unwrap();
    let place = format!("127.0.0.1:{port}");
    let script = "import socket,struct,sys\ns=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n\
                  s.setsockopt(socket.SOL_SOCKET,socket.SO_LINGER,struct.pack('ii',1,0))\ns.close()";
    let Some(mut python) = peers::python(script, &[&port]) else { return };
    Program::run(&mut python).expect(0);
    let told = listener.finish().expect(1);
    assert!(told.err.contains("reset by the peer"), "{place}: {}", told.err);
}

#[test]
fn a_listener_tells_where_it_is_when_asked() {
    let quiet = Who::Ours.listens(&[]).unwrap().0;
    quiet.interrupt();
    assert_eq!(quiet.finish().err, "");
    let told = Program::start(&mut sockscope(&["nc", "-lvp", "0"]));
    told.says("listening on tcp://");
    let named = Program::start(&mut sockscope(&["nc", "-vl", "0"]));
    named.says("listening on tcp://");
}

#[test]
fn what_is_not_here_is_refused_by_its_name() {
    for (args, name) in [
        (&["-t", "h", "1"][..], "-t (--telnet)"),
        (&["--lua-exec", "x", "h", "1"], "--lua-exec"),
        (&["-X", "5", "h", "1"], "-X"),
        (&["--sctp", "h", "1"], "--sctp"),
        (&["-l", "-d", "1s"], "-d (--delay)"),
    ] {
        let told = Program::run(&mut sockscope(&[&["nc"], args].concat())).expect(2);
        assert!(told.err.starts_with(&format!("sockscope: {name} is not supported; ")), "{}", told.err);
    }
    for (args, words) in [
        (&["-u", "-l", "-e", "cat", "1"][..], "a program needs a connection"),
        (&["-n", "localhost", "1"], "is a name"),
        (&["-b", "127.0.0.1", "1"], "only datagrams are broadcast"),
        (&["-l", "--allow", "nonsense", "1"], "\"nonsense\" is not an address"),
        (&["-6", "127.0.0.1", "1"], "is not of the family asked for"),
        (&["127.0.0.1", "1", "2"], "\"2\" is too much"),
    ] {
        let told = Program::run(&mut sockscope(&[&["nc"], args].concat())).expect(2);
        assert!(told.err.contains(words), "{args:?}: {}", told.err);
    }
}
