//! Servers: who comes, who goes, who is turned away, who is slow, and what is left when nothing is.

mod common;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::time::Duration;

use common::sockscope;
use sockscope_testkit::program::Program;

/// Long enough for a machine under load; reached only when the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

fn serve(args: &[&str]) -> (Program, u16) {
    let program = Program::start(&mut sockscope(&[&["listen", "tcp://127.0.0.1:0"], args].concat()));
    let port = program.port();
    (program, port)
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// All that comes until the other side ends.
fn rest(mut stream: &TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// One line; more must not be there.
fn line(mut stream: &TcpStream) -> String {
    let (mut all, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    while !all.ends_with(b"\n") {
        let got = stream.read(&mut buffer).unwrap();
        assert_ne!(got, 0, "the end came first");
        all.extend_from_slice(&buffer[..got]);
    }
    String::from_utf8(all).unwrap()
}

#[test]
fn many_peers_come_and_go_and_each_gets_its_own_answer() {
    let (program, port) = serve(&["--reply", "got {counter}", "--frame", "line"]);
    let peers: Vec<TcpStream> = (0..20).map(|_| connect(port)).collect();
    for (number, mut peer) in (1..).zip(peers.iter().rev()) {
        peer.write_all("你好\n".as_bytes()).unwrap();
        assert_eq!(line(peer), format!("got {number}\n"));
    }
    drop(peers);
    for number in 1..=20 {
        program.says(&format!("#{number} 127.0.0.1:"));
    }
    program.says("#7 127.0.0.1:");
    program.interrupt();
    let told = program.finish().expect(0);
    assert_eq!(told.text().matches("6 B frame  你好").count(), 20, "{}", told.text());
    assert!(told.err.contains("received 20 frames (120 B)"), "{}", told.err);
    assert!(told.err.contains("from 20 peers"), "{}", told.err);
    assert_eq!(told.err.matches(" joined\n").count(), 20, "{}", told.err);
}

#[test]
fn what_one_says_all_others_hear_and_not_itself() {
    let (program, port) = serve(&["--broadcast"]);
    let (mut one, two, three) = (connect(port), connect(port), connect(port));
    program.says("#3 ");
    one.write_all(b"to all\n").unwrap();
    assert_eq!((line(&two), line(&three)), ("to all\n".to_owned(), "to all\n".to_owned()));
    (&two).write_all(b"back\n").unwrap();
    assert_eq!(line(&one), "back\n", "the first thing that the first one hears");
    program.interrupt();
    program.finish().expect(0);
}

#[test]
fn a_peer_that_does_not_read_holds_up_nobody_and_is_told_what_it_missed() {
    let (program, port) = serve(&["--broadcast", "--queue", "64KiB", "--frame", "line"]);
    let (mut loud, slow, quick) = (connect(port), connect(port), connect(port));
    program.says("#3 ");
    let piece = [vec![b'x'; 60_000], vec![b'\n']].concat();
    for _ in 0..400 {
        loud.write_all(&piece).unwrap();
        assert_eq!(line(&quick).len(), piece.len(), "whoever reads hears all of it");
    }
    drop(slow);
    let row = program.shows("it missed");
    assert!(row.contains("does not read"), "{row}");
    program.interrupt();
    program.finish().expect(0);
}

#[test]
fn networks_and_numbers_decide_who_may_come_in() {
    let (program, port) = serve(&["--deny", "127.0.0.0/8"]);
    assert_eq!(rest(&connect(port)), "");
    program.shows("turned away 127.0.0.1:");
    program.interrupt();
    program.finish().expect(0);

    let (program, port) = serve(&["--allow", "127.0.0.0/8", "--max-peers", "1", "--echo"]);
    let mut first = connect(port);
    first.write_all(b"a\n").unwrap();
    assert_eq!(line(&first), "a\n");
    assert_eq!(rest(&connect(port)), "", "one is there already");
    first.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(&first), "");
    program.says("#1 127.0.0.1:");
    drop(first);
    program.says("left: both sides ended");
    let mut next = connect(port);
    next.write_all(b"b\n").unwrap();
    assert_eq!(line(&next), "b\n");
    program.interrupt();
    program.finish().expect(0);
}

#[test]
fn a_peer_that_does_nothing_is_sent_away_and_a_busy_one_stays() {
    let (program, port) = serve(&["--idle-peer", "600ms", "--echo"]);
    let (idle, mut busy) = (connect(port), connect(port));
    let until_gone = std::thread::spawn(move || rest(&idle));
    while !until_gone.is_finished() {
        busy.write_all(b"x\n").unwrap();
        assert_eq!(line(&busy), "x\n");
    }
    assert_eq!(until_gone.join().unwrap(), "");
    program.says("#1 127.0.0.1:");
    program.interrupt();
    let told = program.finish().expect(0);
    assert!(told.err.contains("idle for too long"), "{}", told.err);
}

#[test]
fn a_command_is_started_for_each_peer_and_knows_whom_it_talks_to() {
    let (program, port) =
        serve(&["--exec", "echo you are $SOCKSCOPE_REMOTE_ADDR:$SOCKSCOPE_REMOTE_PORT; cat"]);
    let (one, mut two) = (connect(port), connect(port));
    let me = |stream: &TcpStream| format!("you are {}\n", stream.local_addr().unwrap());
    assert_eq!((line(&one), line(&two)), (me(&one), me(&two)));
    two.write_all("你好\n".as_bytes()).unwrap();
    assert_eq!(line(&two), "你好\n");
    two.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(&two), "", "the command has ended at the end of its input");
    drop(one);
    program.interrupt();
    program.finish().expect(0);
}

#[test]
fn without_descriptors_it_goes_on_with_those_that_are_there() {
    let mut limited = Command::new("sh");
    let ours = env!("CARGO_BIN_EXE_sockscope");
    limited.args(["-c", &format!("ulimit -n 24; exec {ours} echo tcp://127.0.0.1:0")]);
    let program = Program::start(&mut limited);
    let port = program.port();
    let peers: Vec<TcpStream> = (0..40).map(|_| connect(port)).collect();
    program.shows("no file descriptors are left");
    let mut first = &peers[0];
    first.write_all(b"still here\n").unwrap();
    assert_eq!(line(first), "still here\n");
    // As soon as some leave, others come in from the backlog; each is served.
    let mut waiting = peers.into_iter();
    for mut peer in waiting.by_ref() {
        peer.write_all(b"x\n").unwrap();
        assert_eq!(line(&peer), "x\n");
    }
    program.interrupt();
    let told = program.finish().expect(0);
    assert!(told.err.contains("from 40 peers"), "{}", told.err);
}

#[test]
fn it_takes_as_many_peers_as_the_system_allows() {
    let mut limited = Command::new("sh");
    let ours = env!("CARGO_BIN_EXE_sockscope");
    limited.args(["-c", &format!("ulimit -Sn 24; exec {ours} echo tcp://127.0.0.1:0")]);
    let program = Program::start(&mut limited);
    let port = program.port();
    let peers: Vec<TcpStream> = (0..40).map(|_| connect(port)).collect();
    for mut peer in &peers {
        peer.write_all(b"x\n").unwrap();
        assert_eq!(line(peer), "x\n");
    }
    program.interrupt();
    let told = program.finish().expect(0);
    assert!(!told.text().contains("no file descriptors"), "{}", told.text());
}

#[test]
fn a_reset_an_end_and_a_refusal_have_words_of_their_own() {
    let (program, port) = serve(&["--echo"]);
    let stream = socket2_reset(connect(port));
    program.says("#1 ");
    drop(stream);
    let row = program.shows("!!");
    assert!(row.contains("reset"), "{row}");
    drop(connect(port));
    program.says("left: both sides ended");
    program.interrupt();
    program.finish().expect(0);

    let refused = Program::run(&mut sockscope(&["send", &format!("tcp://127.0.0.1:{port}"), "x"])).expect(1);
    assert_eq!(refused.text(), "");
    assert_eq!(
        refused.err,
        format!(
            "sockscope: cannot connect to tcp://127.0.0.1:{port}: refused; nobody listens on that port; is the server running?\n"
        )
    );
}

/// Closing it resets the connection.
fn socket2_reset(stream: TcpStream) -> TcpStream {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    stream
}

#[test]
fn every_address_of_a_name_is_tried_and_each_try_is_shown() {
    let (program, port) = serve(&["--echo"]);
    // A name with an IPv6 address first, on which nobody listens, and one of IPv4.
    let names = "printf '::1 twofold\\n127.0.0.1 twofold\\n' > /tmp/hosts.$$ && mount --bind /tmp/hosts.$$ /etc/hosts";
    let ours = env!("CARGO_BIN_EXE_sockscope");
    let send = format!(
        "{names} && rm -f /tmp/hosts.$$; exec {ours} send tcp://twofold:{port} --wait 60s --answers 1 x"
    );
    let Some(mut unshare) = sockscope_testkit::peers::command("unshare", &["-m", "sh", "-c", &send]) else {
        return;
    };
    let told = Program::run(&mut unshare).expect(0);
    assert!(told.text().contains("next address of the name, 127.0.0.1"), "{}", told.text());
    assert!(told.err.contains(&format!("connected to tcp://127.0.0.1:{port}")), "{}", told.err);
    program.interrupt();
    program.finish().expect(0);
}
