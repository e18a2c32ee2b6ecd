//! The desk: what is asked for in lines, and what happens, become orders. Knows no socket, terminal or clock.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::endpoint::{Endpoint, Place, Role, Shape};
use sockscope::core::event::{End, SocketId};
use sockscope::core::framing::Framing;
use sockscope::core::moment::{Moment, Now};
use sockscope::core::payload::Eol;
use sockscope::core::problem::Problem;
use sockscope::core::rng::Rng;
use sockscope::core::script::Script;
use sockscope::error::Error;
use sockscope::guide::Order;

use super::board;
use super::finish::Finish;
use super::repeat::Repeat;
use super::script::Playing;
use super::session::{Recipient, Session};
use crate::console::{self, Typed};

/// What is not sent yet in a socket before no more is read from a pipe, or repeated, in bytes.
pub(super) const FULL: u64 = 256 << 10;

/// What is asked for at the start.
pub(crate) struct Begin {
    /// Sessions: their name, if one was given, where, and whether to listen there.
    pub(crate) opens: Vec<(Option<String>, Endpoint, Role)>,
    pub(crate) ways: Ways,
    /// What to play, and its file.
    pub(crate) script: Option<(Script, String)>,
    /// Whether a person sits at the console: else lines come from a pipe or a file.
    pub(crate) interactive: bool,
    /// What the editor is to know.
    pub(crate) names: console::Shared,
}

/// How lines become messages.
pub(crate) struct Ways {
    /// The charset of what is sent.
    pub(crate) charset: Charset,
    /// The charset of what is shown, where one was asked for.
    pub(crate) viewing: Option<Viewing>,
    /// Where the person is at home, for guesses.
    pub(crate) locale: String,
    /// The line end that was asked for; else what fits.
    pub(crate) eol: Option<Eol>,
    /// Lines are payloads just as they stand, words among them.
    pub(crate) plain: bool,
    /// How streams are framed.
    pub(crate) framing: Option<Arc<Framing>>,
    /// How long to wait for datagrams after the end of the input.
    pub(crate) wait: Duration,
    /// Seed of random fields, and whether it was chosen by the person.
    pub(crate) seed: (u64, bool),
    /// Local time less UTC in seconds.
    pub(crate) utc_offset: i32,
}

/// The desk.
pub(super) struct Desk {
    pub(super) ways: Ways,
    pub(super) interactive: bool,
    pub(super) sessions: Vec<Session>,
    /// The session that lines go to.
    pub(super) current: Option<String>,
    pub(super) orders: VecDeque<Order>,
    /// The session that the last order was to open.
    asked: Option<String>,
    /// Whose a socket is, and the number of its peer.
    pub(super) owners: HashMap<SocketId, (String, Option<u32>)>,
    /// Bytes that were ordered to be sent and are not told to be sent.
    pub(super) pending: HashMap<SocketId, u64>,
    pub(super) repeats: Vec<Repeat>,
    /// Messages made of lines so far.
    pub(super) counter: u64,
    pub(super) rng: Rng,
    pub(super) board: board::Shared,
    pub(super) finish: Finish,
    /// A session was opened by a word, or by a script.
    pub(super) by_hand: bool,
    /// What is being played.
    pub(super) script: Option<Playing>,
    /// The next order is that of the script.
    pub(super) scripted: bool,
    /// When counters began.
    pub(super) since: Moment,
    names: console::Shared,
    /// How many sessions got a name from here.
    named: u32,
}

impl Desk {
    /// A desk where sessions are about to be opened.
    pub(super) fn new(begin: Begin, board: board::Shared) -> Self {
        let Begin { opens, ways, script, interactive, names } = begin;
        let rng = Rng::new(ways.seed.0);
        let mut desk = Self {
            ways,
            interactive,
            sessions: Vec::new(),
            current: None,
            orders: VecDeque::new(),
            asked: None,
            owners: HashMap::new(),
            pending: HashMap::new(),
            repeats: Vec::new(),
            counter: 0,
            rng,
            board,
            finish: Finish::default(),
            by_hand: false,
            script: None,
            scripted: false,
            since: Moment::default(),
            names,
            named: 0,
        };
        for (name, endpoint, role) in opens {
            desk.open(name, endpoint, role, Moment::default());
        }
        // Where both were asked for, the first is the one to talk to.
        desk.current = desk.sessions.first().map(|session| session.name.clone());
        if interactive {
            let words = if desk.sessions.is_empty() && script.is_none() { EMPTY } else { HINT };
            desk.board.borrow_mut().note(words);
        }
        if let Some((script, file)) = script {
            desk.play(script, &file);
        }
        desk.refresh();
        desk
    }

    /// The next thing to do.
    pub(super) fn order(&mut self) -> Option<Order> {
        let order = self.orders.pop_front()?;
        self.asked = match &order {
            Order::Reach { name, .. } | Order::Listen { name, .. } => Some(name.clone()),
            _ => None,
        };
        let scripted = std::mem::take(&mut self.scripted);
        if let Some(playing) = &mut self.script {
            playing.handed_out(scripted);
        }
        Some(order)
    }

    /// Something was typed.
    pub(super) fn typed(&mut self, now: Now, typed: Typed) {
        match typed {
            Typed::Line(line, end) => self.line(now, &line, end),
            Typed::Interrupt => self.interrupted(),
            Typed::Note(words) => self.board.borrow_mut().note(&words),
            Typed::End => self.input_ended(now.moment),
            Typed::Broken(why) => {
                let remedy = "`sockscope send` sends bytes as they are";
                self.alarm(&format!("{why}; {remedy}"));
                self.finish.failed.get_or_insert(End::Failed);
                self.input_ended(now.moment);
            }
        }
        self.refresh();
    }

    /// Whether another line can be taken: from a pipe only when what came before it is on its way.
    pub(super) fn listens(&self) -> bool {
        if self.interactive {
            return true;
        }
        let ready = |session: &Session| {
            let full = |socket: &SocketId| self.pending.get(socket).is_some_and(|bytes| *bytes > FULL);
            let someone = |recipients: Vec<Recipient>| recipients.iter().any(|(socket, _)| full(socket));
            session.open && session.waiting.is_empty() && !session.recipients().is_ok_and(someone)
        };
        // What a script brings about comes first.
        self.script.is_none() && !self.finish.input_ended() && self.session().is_none_or(ready)
    }

    /// An order could not be carried out.
    ///
    /// # Errors
    ///
    /// It was one of the command line, and nobody sits here: the run is over.
    pub(super) fn refused(&mut self, error: Error) -> Result<(), Error> {
        if self.script.as_mut().is_some_and(|playing| playing.refused(&error)) {
            if let Some(name) = self.asked.take() {
                self.gone(&name, End::NotOpened);
                self.refresh();
            }
            return Ok(());
        }
        let Some(name) = self.asked.take() else {
            self.alarm(&error.to_string());
            self.finish.failed.get_or_insert(End::Failed);
            return Ok(());
        };
        if !self.interactive && !self.by_hand {
            return Err(error);
        }
        self.alarm(&error.to_string());
        self.gone(&name, End::NotOpened);
        self.refresh();
        Ok(())
    }

    /// A session that is being opened has this socket.
    pub(super) fn begun(&mut self, name: &str, socket: SocketId) {
        self.owners.insert(socket, (name.to_owned(), None));
        if let Some(session) = self.named(name) {
            session.sockets.push(socket);
        }
        if let Some(playing) = &mut self.script {
            playing.begun(name, socket);
        }
    }

    /// Has a session opened, and lets lines go to it.
    pub(super) fn open(&mut self, name: Option<String>, endpoint: Endpoint, role: Role, now: Moment) {
        let name = name.unwrap_or_else(|| self.name(endpoint.scheme.name));
        let framing = self.ways.framing.clone().filter(|_| endpoint.scheme.shape == Shape::Stream);
        let order = self.seat(name.clone(), endpoint, role, framing, now);
        self.orders.push_back(order);
        self.current = Some(name);
    }

    /// Makes room for a session, and the order to open it.
    pub(super) fn seat(
        &mut self,
        name: String,
        endpoint: Endpoint,
        role: Role,
        framing: Option<Arc<Framing>>,
        now: Moment,
    ) -> Order {
        self.sessions.push(Session::new(name.clone(), endpoint.clone(), role, framing.clone(), now));
        self.board.borrow_mut().several(self.sessions.len() > 1);
        match role {
            Role::Send => Order::Reach { name, endpoint, framing },
            Role::Listen => Order::Listen { name, endpoint, framing },
        }
    }

    /// A name that no session has: `tcp1`.
    fn name(&mut self, scheme: &str) -> String {
        loop {
            self.named += 1;
            let name = format!("{scheme}{}", self.named);
            if self.sessions.iter().all(|session| session.name != name) {
                return name;
            }
        }
    }

    /// The session that lines go to.
    pub(super) fn session(&self) -> Option<&Session> {
        let name = self.current.as_ref()?;
        self.sessions.iter().find(|session| session.name == *name)
    }

    /// The session of a name.
    pub(super) fn named(&mut self, name: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.name == name)
    }

    /// What goes behind a line of text in a session; `own` is what ended the line that was read.
    pub(super) fn eol(&self, session: &Session, own: Eol) -> Eol {
        let fitting = match (session.is_stream(), self.interactive) {
            (false, _) => Eol::None,
            (true, true) => Eol::Lf,
            (true, false) => own,
        };
        self.ways.eol.unwrap_or(fitting)
    }

    /// Asks with the words that fit, and lets the editor know what it can complete.
    pub(super) fn refresh(&mut self) {
        if !self.interactive {
            return;
        }
        let session = self.session();
        let eol = session.map_or(Eol::None, |session| self.eol(session, Eol::Lf));
        let peer = |party: &super::session::Party| party.peer.map_or(String::new(), |peer| peer.to_string());
        let peers = session.map(|session| session.peers.iter().map(|(n, party)| (*n, peer(party))).collect());
        {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            names.sessions = self.sessions.iter().map(|session| session.name.clone()).collect();
            names.peers = peers.unwrap_or_default();
            (names.charset, names.eol) = (self.ways.charset, eol);
        }
        self.ask();
    }

    /// Asks with the words that fit.
    pub(super) fn ask(&self) {
        if self.interactive {
            let session = self.session();
            let eol = session.map_or(Eol::None, |session| self.eol(session, Eol::Lf));
            self.board.borrow_mut().prompt(&self.prompt(session, eol));
        }
    }

    fn prompt(&self, session: Option<&Session>, eol: Eol) -> String {
        let Some(session) = session else { return "no session> ".to_owned() };
        let eol = if eol == Eol::None { String::new() } else { format!(" {}", eol.name()) };
        let state = if session.open { String::new() } else { " (opening)".to_owned() };
        format!("{}{}{state} {}{eol}> ", session.name, session.target(), self.ways.charset)
    }

    /// Tells of something that went wrong: in a pipe as every command of this program does.
    pub(super) fn alarm(&self, words: &str) {
        let who = if self.interactive { "" } else { "sockscope: " };
        self.board.borrow_mut().alarm(&format!("{who}{words}"));
    }

    /// Tells what is wrong with a line, with its place.
    pub(super) fn wrong(&mut self, problem: &Problem) {
        self.alarm(&problem.to_string());
        if let Some(place) = problem.place() {
            self.board.borrow_mut().say(&place);
        }
        self.finish.failed.get_or_insert(End::Failed);
    }
}

/// Whether an endpoint can be reached: it may have no port.
///
/// # Errors
///
/// It has none, or not one that can be sent to.
pub(crate) fn reachable(endpoint: &Endpoint) -> Result<(), Problem> {
    let has_port = endpoint.scheme.place != Place::File;
    if !has_port || endpoint.port_or_default().is_some_and(|port| port != 0) {
        return Ok(());
    }
    let remedy = format!("write {}://HOST:PORT with a port from 1 to 65535", endpoint.scheme.name);
    Err(Problem::whole(&endpoint.to_string(), "there is no port to send to", remedy))
}

/// Said first where a session is being opened.
const HINT: &str = "a line is sent with Enter; /help tells the words, Tab completes them, Ctrl-D ends";

/// Said first where there is no session.
const EMPTY: &str = "no session yet: /open tcp://HOST:PORT connects, /listen udp://:PORT waits for whoever comes; \
                     /help tells all words";
