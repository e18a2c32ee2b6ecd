//! The desk as a playbook: lines and events at times, and the orders and words that follow. No sockets.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use sockscope::core::batch::Batch;
use sockscope::core::charset::Charset;
use sockscope::core::endpoint::{Endpoint, Role};
use sockscope::core::event::{
    Break, Closed, End, Ended, Event, Interfaces, Messages, Opened, Purpose, SocketId, Totals, Trouble,
    Warning,
};
use sockscope::core::facts::{Direction, Facts, Peer, Stamp, Unit};
use sockscope::core::moment::{Moment, Now};
use sockscope::core::payload::Eol;
use sockscope::guide::Order;
use sockscope::view::palette::Palette;
use sockscope::view::rows::Layout;

use super::board::{Board, Look, Shared, Watch};
use super::desk::{Begin, Desk, Ways};
use crate::console::Typed;
use crate::paper::Paper;

mod lines;
mod peers;
mod pipes;
mod scripts;
mod showing;

/// What was said and shown, and the prompt.
#[derive(Default)]
struct Seen {
    said: String,
    prompt: String,
}

struct Sheet(Rc<RefCell<Seen>>);

impl Paper for Sheet {
    fn rows(&mut self, rows: &[u8]) -> io::Result<()> {
        self.say(rows)
    }

    fn told(&mut self, rows: &[u8]) -> io::Result<()> {
        self.say(rows)
    }

    fn say(&mut self, words: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().said += std::str::from_utf8(words).unwrap();
        Ok(())
    }

    fn prompt(&mut self, words: &str) {
        words.clone_into(&mut self.0.borrow_mut().prompt);
    }
}

/// A desk that is played with.
struct Play {
    desk: Desk,
    board: Shared,
    seen: Rc<RefCell<Seen>>,
    ms: u64,
    seq: u64,
}

fn ways() -> Ways {
    Ways {
        charset: Charset::UTF_8,
        viewing: None,
        locale: String::new(),
        eol: None,
        plain: false,
        framing: None,
        wait: Duration::from_secs(1),
        seed: (1, true),
        utc_offset: 0,
    }
}

fn open(text: &str, role: Role) -> (Option<String>, Endpoint, Role) {
    (None, Endpoint::parse(text).unwrap(), role)
}

fn inet(port: u16) -> Peer {
    Peer::Inet(([127, 0, 0, 1], port).into())
}

/// An order in a few words.
fn short(order: &Order) -> String {
    match order {
        Order::Send { to, bytes } => {
            let to: Vec<String> = to
                .iter()
                .map(|(socket, peer)| match peer {
                    Some(peer) => format!("{} {peer}", socket.0),
                    None => socket.0.to_string(),
                })
                .collect();
            format!("send {} {}", to.join("+"), bytes.escape_ascii())
        }
        Order::End(socket) => format!("end {}", socket.0),
        Order::Close { socket, reset } => format!("{} {}", if *reset { "reset" } else { "close" }, socket.0),
        Order::Frame { socket, framing } => {
            format!("frame {} {}", socket.0, framing.as_ref().map_or("none".into(), |f| f.to_string()))
        }
        Order::Tell(socket) => format!("tell {}", socket.0),
        Order::Mark(text) => format!("mark {text}"),
        Order::Finish(end) => format!("finish {}", end.word()),
        Order::Reach { .. } | Order::Listen { .. } => order.to_string(),
    }
}

impl Play {
    fn begin(interactive: bool, opens: &[(&str, Role)], ways: Ways) -> Self {
        let seen = Rc::<RefCell<Seen>>::default();
        let look = Look {
            layout: Layout::default(),
            palette: Palette::plain(),
            inks: Palette::plain(),
            talk: None,
            rows: true,
            warnings: true,
            failures: interactive,
        };
        let board = Rc::new(RefCell::new(Board::new(Box::new(Sheet(Rc::clone(&seen))), look)));
        let opens = opens.iter().map(|(text, role)| open(text, *role)).collect();
        let begin = Begin { opens, ways, script: None, interactive, names: Default::default() };
        let desk = Desk::new(begin, Rc::clone(&board));
        seen.borrow_mut().said.clear();
        Self { desk, board, seen, ms: 0, seq: 0 }
    }

    /// A person at a console who connects to `endpoint`, which is socket 1 and open.
    fn connected(endpoint: &str) -> Self {
        let mut play = Self::begin(true, &[(endpoint, Role::Send)], ways());
        play.orders();
        play.reached("tcp1", 1);
        play
    }

    /// A person at a console who listens at `endpoint`, which is socket 1.
    fn listening(endpoint: &str, name: &str) -> Self {
        let mut play = Self::begin(true, &[(endpoint, Role::Listen)], ways());
        play.orders();
        play.desk.begun(name, SocketId(1));
        play.opened(1, Purpose::Listen, None, None, None);
        play
    }

    fn now(&self) -> Now {
        Now { moment: Moment(self.ms * 1_000_000), stamp: Stamp(self.ms * 1_000_000) }
    }

    /// All orders that are there now.
    fn orders(&mut self) -> Vec<String> {
        let mut orders = Vec::new();
        loop {
            self.desk.turn(self.now());
            match self.desk.order() {
                Some(order) => orders.push(short(&order)),
                None => return orders,
            }
        }
    }

    /// Types a line; the orders that follow.
    #[track_caller]
    fn line(&mut self, line: &str) -> Vec<String> {
        assert!(self.desk.listens(), "no line is taken now");
        self.desk.typed(self.now(), Typed::Line(line.to_owned(), Eol::Lf));
        self.orders()
    }

    fn typed(&mut self, typed: Typed) -> Vec<String> {
        self.desk.typed(self.now(), typed);
        self.orders()
    }

    fn after(&mut self, ms: u64) -> Vec<String> {
        self.ms += ms;
        self.orders()
    }

    fn happens(&mut self, event: &Event<'_>) -> Vec<String> {
        use sockscope::bus::Sink;
        self.seq += 1;
        Watch(Rc::clone(&self.board)).event(self.seq, event).unwrap();
        self.desk.happened(self.now(), event);
        self.orders()
    }

    /// A connection toward somebody is open.
    fn reached(&mut self, name: &str, socket: u32) -> Vec<String> {
        self.desk.begun(name, SocketId(socket));
        self.opened(socket, Purpose::Talk, None, None, Some(inet(7000)))
    }

    fn opened(
        &mut self,
        socket: u32,
        purpose: Purpose,
        parent: Option<u32>,
        number: Option<u32>,
        remote: Option<Peer>,
    ) -> Vec<String> {
        self.happens(&Event::Opened(Opened {
            socket: SocketId(socket),
            time: Stamp(0),
            purpose,
            endpoint: "tcp://127.0.0.1:7000",
            local: Some(inet(9000)),
            remote,
            granted: &[],
            parent: parent.map(SocketId),
            number: number.and_then(std::num::NonZeroU32::new),
            name: None,
            unit: Unit::Chunk,
            connection: None,
        }))
    }

    /// Peer `number` came through listener 1 as a socket of its own.
    fn joined(&mut self, socket: u32, number: u32) -> Vec<String> {
        self.opened(socket, Purpose::Accept, Some(1), Some(number), Some(inet(5000 + number as u16)))
    }

    fn message(&mut self, direction: Direction, socket: u32, number: u32, bytes: &[u8]) -> Vec<String> {
        let mut facts = Facts::default();
        facts.number = std::num::NonZeroU32::new(number);
        facts.peer = Some(inet(5000 + number as u16));
        let mut batch = Batch::new();
        batch.push(bytes, facts);
        self.happens(&Event::Messages(Messages {
            socket: SocketId(socket),
            direction,
            unit: Unit::Datagram,
            batch: &batch,
            range: 0..1,
            local: Some(inet(9000)),
            interfaces: &Interfaces::default(),
        }))
    }

    /// Something came; the orders that follow.
    fn heard(&mut self, socket: u32, number: u32, text: &str) -> Vec<String> {
        self.message(Direction::Rx, socket, number, text.as_bytes())
    }

    fn sent(&mut self, socket: u32, number: u32, text: &str) -> Vec<String> {
        self.message(Direction::Tx, socket, number, text.as_bytes())
    }

    fn ended(&mut self, socket: u32, direction: Direction) -> Vec<String> {
        let (socket, time) = (SocketId(socket), Stamp(0));
        self.happens(&Event::Ended(Ended { socket, time, direction, peer: None, number: None }))
    }

    fn closed(&mut self, socket: u32, why: End) -> Vec<String> {
        let (socket, time, totals) = (SocketId(socket), Stamp(0), Totals::default());
        self.happens(&Event::Closed(Closed {
            socket,
            time,
            why,
            totals,
            pace: None,
            inside: Default::default(),
        }))
    }

    fn warned(&mut self, socket: u32, what: Trouble) -> Vec<String> {
        self.happens(&Event::Warning(Warning { socket: SocketId(socket), time: Stamp(0), what }))
    }

    /// What was said since the last look.
    fn said(&self) -> String {
        std::mem::take(&mut self.seen.borrow_mut().said)
    }

    fn prompt(&self) -> String {
        self.seen.borrow().prompt.clone()
    }
}

fn not_opened() -> Trouble {
    Trouble::NotOpened {
        what: "tcp://127.0.0.1:7000".into(),
        why: "cannot connect: refused".into(),
        refused: true,
    }
}

fn broken() -> End {
    End::Broken(Break::Reset)
}
