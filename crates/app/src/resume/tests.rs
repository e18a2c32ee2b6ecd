//! Both ends as playbooks: events at times, and the orders that follow. Files, but no sockets.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use sockscope::core::batch::Batch;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{
    Break, Closed, End, Ended, Event, Interfaces, Messages, Opened, Purpose, SocketId, Totals,
};
use sockscope::core::facts::{Direction, Facts, Stamp, Unit};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::resume::{Failure, Sum};
use sockscope::guide::{Guide, Order};
use tempfile::TempDir;

use super::*;

/// SHA-256 of "abc": FIPS 180-4, example B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A guide that is played with; what it orders to be sent has gone at once.
struct Play<G> {
    guide: G,
    shared: Shared,
    path: PathBuf,
    ms: u64,
    _folder: TempDir,
}

/// A file with these bytes.
fn file(bytes: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn sender(bytes: &str) -> Play<Sender> {
    let (folder, path) = file(bytes);
    let endpoint = Endpoint::parse("tcp://127.0.0.1:7000").unwrap();
    let (guide, shared) = Sender::new(path.to_str().unwrap(), endpoint, true).unwrap();
    Play { guide, shared, path, ms: 0, _folder: folder }
}

fn receiver(bytes: &str) -> Play<Receiver> {
    let (folder, path) = file(bytes);
    let endpoint = Endpoint::parse("tcp://127.0.0.1:7000").unwrap();
    let name = path.to_str().unwrap();
    let (guide, shared) = Receiver::new(Saved::open(name).unwrap(), name, vec![endpoint], true);
    Play { guide, shared, path, ms: 0, _folder: folder }
}

impl<G: Guide> Play<G> {
    fn now(&self) -> Now {
        Now { moment: Moment(0) + Duration::from_millis(self.ms), stamp: Stamp(self.ms) }
    }

    fn happens(&mut self, event: &Event<'_>) {
        let now = self.now();
        self.guide.event(now, event);
    }

    /// All that it orders until it wants nothing more just now, in a few words.
    fn orders(&mut self) -> String {
        let mut all = Vec::new();
        loop {
            let Some(order) = self.guide.next(self.now()).unwrap() else {
                if self.guide.wakeup() != Some(Moment(0)) {
                    return all.join(" | ");
                }
                continue;
            };
            all.push(match order {
                Order::Send { to, bytes } => {
                    assert_eq!(to, [(SocketId(2), None)]);
                    self.passes(Direction::Tx, &bytes);
                    format!("send {}", bytes.escape_ascii())
                }
                Order::End(socket) => format!("end {}", socket.0),
                Order::Finish(end) => format!("finish {}", end.word()),
                other => other.to_string(),
            });
        }
    }

    fn opens(&mut self, purpose: Purpose) {
        self.happens(&Event::Opened(Opened {
            socket: SocketId(2),
            time: Stamp(0),
            purpose,
            endpoint: "tcp://127.0.0.1:7000",
            local: None,
            remote: None,
            granted: &[],
            parent: (purpose == Purpose::Accept).then_some(SocketId(1)),
            number: None,
            name: None,
            unit: Unit::Chunk,
            connection: None,
        }));
    }

    fn passes(&mut self, direction: Direction, bytes: &[u8]) {
        let mut batch = Batch::new();
        batch.push(bytes, Facts::default());
        self.happens(&Event::Messages(Messages {
            socket: SocketId(2),
            direction,
            unit: Unit::Chunk,
            batch: &batch,
            range: 0..1,
            local: None,
            interfaces: &Interfaces::default(),
        }));
    }

    /// The peer says something; returns what is ordered then.
    fn hears(&mut self, bytes: &str) -> String {
        self.passes(Direction::Rx, bytes.as_bytes());
        self.orders()
    }

    fn ends(&mut self) -> String {
        let (socket, time, direction) = (SocketId(2), Stamp(0), Direction::Rx);
        self.happens(&Event::Ended(Ended { socket, time, direction, peer: None, number: None }));
        self.orders()
    }

    fn closes(&mut self, why: End) -> String {
        let (totals, inside) = (Totals::default(), Default::default());
        self.happens(&Event::Closed(Closed {
            socket: SocketId(2),
            time: Stamp(0),
            why,
            totals,
            pace: None,
            inside,
        }));
        self.orders()
    }

    fn result(&self) -> Option<Result<Done, Failure>> {
        self.shared.0.borrow().result
    }

    fn saved(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }
}

fn of(bytes: &str) -> String {
    let (_folder, path) = file(bytes);
    check::sum(&Saved::open(path.to_str().unwrap()).unwrap().hash).to_string()
}

#[test]
fn a_sender_waits_so_long_for_a_receiver() {
    let mut play = sender("abc");
    assert_eq!(play.orders(), "open  tcp://127.0.0.1:7000");
    play.ms = 100;
    play.opens(Purpose::Talk);
    assert_eq!((play.orders().as_str(), play.guide.wakeup()), ("", Some(Moment(5_100_000_000))));
    play.ms = 5099;
    assert_eq!(play.orders(), "");
    play.ms = 5100;
    assert_eq!(play.orders(), "finish failed");
    assert_eq!(play.result(), Some(Err(Failure::Silent)));
}

#[test]
fn a_sender_sends_what_is_missing_piece_by_piece() {
    let mut play = sender(&["abc", &"x".repeat(100_000)].concat());
    let whole = of(&play.saved());
    play.orders();
    play.opens(Purpose::Talk);
    let orders = play.hears(&format!("sockscope-resume/1 have=3 sha256={ABC}\n"));
    let orders: Vec<_> = orders.split(" | ").collect();
    assert_eq!(orders[0], format!("send sockscope-resume/1 from=3 size=100003 sha256={whole}\\n"));
    assert_eq!(orders[1..].iter().map(|o| o.len() - 5).collect::<Vec<_>>(), [65_536, 34_464]);
    assert_eq!(play.hears("sockscope-resume/1 whole\n"), "end 2");
    assert_eq!((play.ends().as_str(), play.closes(End::Ended).as_str()), ("", "finish done"));
    assert_eq!(play.result().unwrap().unwrap().sum.to_string(), whole);
}

#[test]
fn a_file_that_changes_meanwhile_is_not_called_damaged_by_the_way() {
    let mut play = sender("abcdef");
    play.orders();
    play.opens(Purpose::Talk);
    play.passes(Direction::Rx, format!("sockscope-resume/1 have=0 sha256={}\n", Sum::EMPTY).as_bytes());
    // The checksums are made, and the line is ordered.
    let line = loop {
        if let Some(Order::Send { bytes, .. }) = play.guide.next(play.now()).unwrap() {
            break bytes;
        }
    };
    fs::write(&play.path, "abcdeF").unwrap();
    play.passes(Direction::Tx, &line);
    play.orders();
    assert_eq!(play.hears("sockscope-resume/1 damaged\n"), "end 2");
    assert_eq!(play.result(), Some(Err(Failure::Changed)));

    let mut play = sender("abcdef");
    play.orders();
    play.opens(Purpose::Talk);
    fs::write(&play.path, "abc").unwrap();
    let orders = play.hears(&format!("sockscope-resume/1 have=0 sha256={}\n", Sum::EMPTY));
    assert_eq!((orders.as_str(), play.result()), ("finish failed", Some(Err(Failure::Changed))));
}

#[test]
fn what_the_peer_has_and_is_something_else_stays_there() {
    let mut play = sender("abd");
    play.orders();
    play.opens(Purpose::Talk);
    let orders = play.hears(&format!("sockscope-resume/1 have=3 sha256={ABC}\n"));
    assert_eq!(orders, "send sockscope-resume/1 differs\\n | end 2");
    assert_eq!(play.closes(End::Ended), "finish failed");
    assert_eq!(play.result(), Some(Err(Failure::PeerDiffers { have: 3 })));
}

#[test]
fn a_receiver_saves_what_is_missing_and_no_line() {
    let mut play = receiver("abc");
    assert_eq!(play.orders(), "listen  tcp://127.0.0.1:7000");
    play.opens(Purpose::Accept);
    assert_eq!(play.orders(), format!("send sockscope-resume/1 have=3 sha256={ABC}\\n"));
    assert_eq!(play.guide.wakeup(), None, "a sender may need long for its checksums");
    let line = format!("sockscope-resume/1 from=3 size=9 sha256={}\n", of("abc\ndef\nx"));
    assert_eq!(play.hears(&line[..30]), "");
    assert_eq!(play.hears(&format!("{}\nde", &line[30..])), "");
    assert_eq!(play.saved(), "abc\nde");
    assert_eq!(play.hears("f\nx"), "send sockscope-resume/1 whole\\n | end 2");
    assert_eq!(play.saved(), "abc\ndef\nx");
    assert_eq!(play.closes(End::Ended), "finish done");
    assert!(play.result().unwrap().is_ok());
}

#[test]
fn a_receiver_keeps_what_came_before_a_break() {
    let mut play = receiver("");
    play.orders();
    play.opens(Purpose::Accept);
    play.orders();
    assert_eq!(play.hears(&format!("sockscope-resume/1 from=0 size=3 sha256={ABC}\nab")), "");
    assert_eq!(play.closes(End::Broken(Break::Reset)), "finish failed");
    assert_eq!(
        (play.saved().as_str(), play.result()),
        ("ab", Some(Err(Failure::Broke { done: 2, size: 3 })))
    );

    let mut play = receiver("ab");
    play.orders();
    play.opens(Purpose::Accept);
    play.orders();
    let orders = play.hears(&format!("sockscope-resume/1 from=2 size=3 sha256={ABC}\nC"));
    assert_eq!(orders, "send sockscope-resume/1 damaged\\n | end 2");
    play.ms = 5000;
    assert_eq!(play.orders(), "finish failed", "nobody closes, and that is waited for no longer");
    assert_eq!(play.result(), Some(Err(Failure::Damaged)));
}

#[test]
fn a_receiver_whose_peer_says_something_else_touches_nothing() {
    for says in ["hello\n", "sockscope-resume/1 from=2 size=5 sha256=\n", "sockscope-resume/1 differs\n"] {
        let mut play = receiver("abc");
        play.orders();
        play.opens(Purpose::Accept);
        play.orders();
        let orders = play.hears(says);
        assert!(matches!(orders.as_str(), "finish failed" | "end 2"), "{orders}");
        assert!(play.result().unwrap().is_err());
        assert_eq!(play.saved(), "abc");
    }
}
