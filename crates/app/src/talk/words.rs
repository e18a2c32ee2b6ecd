//! Lines, carried out: payloads become messages, words become orders.

use std::path::Path;
use std::sync::Arc;

use sockscope::core::charset::{Charset, Unmappable, Viewing};
use sockscope::core::endpoint::{Role, Shape};
use sockscope::core::event::SocketId;
use sockscope::core::framing::Framing;
use sockscope::core::moment::Now;
use sockscope::core::payload::{Context, Eol, Payload, Template};
use sockscope::core::problem::Problem;
use sockscope::guide::Order;

use super::desk::{Desk, reachable};
use super::record;
use super::repeat::Repeat;
use super::session::{Recipient, Target};
use crate::console::{self, Closing, Place, Said, To, Which};

/// The largest file that is sent at once, in bytes.
const LARGEST: u64 = 64 << 20;

impl Desk {
    /// Carries out a line; `end` is what ended it.
    pub(super) fn line(&mut self, now: Now, line: &str, end: Eol) {
        self.finish.stays();
        let said = if self.ways.plain { Ok(Said::Send(Payload::plain(line))) } else { console::read(line) };
        let done = said.and_then(|said| self.carry_out(now, said, line, end));
        if let Err(problem) = done {
            self.wrong(&problem);
        }
    }

    fn carry_out(&mut self, now: Now, said: Said, line: &str, end: Eol) -> Result<(), Problem> {
        let wrong = |why: String| problem(line, &why);
        match said {
            Said::Send(payload) => self.speak(now, &payload, line, end)?,
            Said::File(path) => self.file(&path).map_err(wrong)?,
            Said::Repeat { every, count, payload } => {
                let template = self.template(&payload, line, end)?;
                let name = self.current.clone().unwrap_or_default();
                self.repeats.push(Repeat::new(&name, template, every, count, now.moment));
            }
            Said::Stop => self.stop(),
            Said::Open(place) => self.open_place(now, place, Role::Send, line)?,
            Said::Listen(place) => self.open_place(now, place, Role::Listen, line)?,
            Said::Close(which, how) => self.close(&which, how).map_err(wrong)?,
            Said::Use(name) => self.go_to(name).map_err(wrong)?,
            Said::To(to) => self.aim(to).map_err(wrong)?,
            Said::Charset(charset) => self.charset(charset),
            Said::Eol(eol) => self.ways.eol = Some(eol),
            Said::Frame(spec) => self.frame(spec.as_deref(), line)?,
            Said::Info(which) => self.info(now.moment, &which).map_err(wrong)?,
            Said::Mark(text) => self.orders.push_back(Order::Mark(text)),
            Said::Zero => self.zero(now.moment),
            Said::Quit => self.quit(),
            Said::Script(..) => return Err(problem(line, "scripts do not run here yet")),
            said => self.show(now, said).map_err(wrong)?,
        }
        Ok(())
    }

    /// What changes only what is shown.
    fn show(&mut self, now: Now, said: Said) -> Result<(), String> {
        match said {
            Said::Sessions => self.tell_sessions(),
            Said::Peers => self.tell_peers(now.moment)?,
            Said::View(views) => self.board.borrow_mut().view(&views),
            Said::Filter(filter) => {
                let words = filter.as_ref().map_or("all is shown".to_owned(), |filter| {
                    format!("shown: {filter}; everything is still kept and saved; /filter off shows all")
                });
                self.board.borrow_mut().filter(filter);
                self.board.borrow_mut().note(&words);
            }
            Said::Find(needle) => {
                let words = self.board.borrow_mut().find(&needle);
                self.board.borrow_mut().note(&words);
            }
            Said::Save(path) => self.save(path.as_deref())?,
            Said::Clear => self.board.borrow_mut().clear(),
            Said::Help(word) => self.help(word),
            // All others have been carried out.
            _ => {}
        }
        Ok(())
    }

    fn save(&mut self, path: Option<&Path>) -> Result<(), String> {
        let mut board = self.board.borrow_mut();
        match path {
            Some(path) => {
                board.save(path)?;
                board.note(&format!(
                    "{} gets everything from now on, as JSON lines; /save off ends it",
                    path.display()
                ));
            }
            None => match board.saved() {
                Some(ended) => board.note(&ended?),
                None => return Err("nothing is being saved; /save talk.jsonl begins".to_owned()),
            },
        }
        Ok(())
    }

    /// Sends a payload to whom lines go.
    fn speak(&mut self, now: Now, payload: &Payload, line: &str, end: Eol) -> Result<(), Problem> {
        let template = self.template(payload, line, end)?;
        let utc_offset_s = self.ways.utc_offset;
        let mut context = Context {
            counter: self.counter,
            time: now.stamp,
            utc_offset_s,
            rng: &mut self.rng,
            groups: None,
        };
        let mut bytes = Vec::new();
        template.render(&mut context, &mut bytes)?;
        self.counter += 1;
        self.deliver(bytes).map_err(|why| problem(line, &why))
    }

    /// A payload ready to be sent in the session that lines go to.
    fn template(&mut self, payload: &Payload, line: &str, end: Eol) -> Result<Template, Problem> {
        let Some(session) = self.session() else { return Err(problem(line, &self.nowhere())) };
        let eol = if payload.is_bytes() { Eol::None } else { self.eol(session, end) };
        let template = payload.compile(self.ways.charset, &Unmappable::Refuse, eol)?;
        if template.is_random() && !self.ways.seed.1 {
            self.ways.seed.1 = true;
            self.board.borrow_mut().note(&format!("random bytes from --seed {}", self.ways.seed.0));
        }
        Ok(template)
    }

    fn nowhere(&self) -> String {
        match self.sessions.as_slice() {
            [] => "there is no session to send to; /open tcp://HOST:PORT or /listen udp://:PORT".to_owned(),
            [first, ..] => format!("lines go to no session; /use {}", first.name),
        }
    }

    /// Sends bytes to whom lines go, or has them wait for somebody.
    fn deliver(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let Some(session) = self.session() else { return Err(self.nowhere()) };
        if session.connects() && bytes.is_empty() && session.is_stream() {
            return Err(
                "that is no byte at all, and a stream has no empty messages; /eol lf sends line ends"
                    .to_owned(),
            );
        }
        if !session.must_wait() {
            let to = session.recipients()?;
            self.send(to, bytes);
            return Ok(());
        }
        let (name, len, open) = (session.name.clone(), bytes.len(), session.open);
        if let Some(session) = self.named(&name) {
            session.waiting.push_back(bytes);
        }
        if self.interactive {
            let until = if open { "somebody has come" } else { "it is open" };
            self.board.borrow_mut().note(&format!("{len} B for {name} wait until {until}"));
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), String> {
        let (shown, told) =
            (path.display(), |error| format!("cannot read {}: {}", path.display(), record::words(&error)));
        let about = std::fs::metadata(path).map_err(told)?;
        if !about.is_file() {
            return Err(format!("{shown} is no file"));
        }
        if about.len() > LARGEST {
            return Err(format!(
                "{shown} has {} B, and at most 64 MiB go at once; `sockscope send --file` sends more",
                about.len()
            ));
        }
        let bytes = std::fs::read(path).map_err(told)?;
        if bytes.is_empty() {
            return Err(format!("{shown} is empty"));
        }
        self.deliver(bytes)
    }

    /// Orders bytes to be sent.
    pub(super) fn send(&mut self, to: Vec<Recipient>, bytes: Vec<u8>) {
        for (socket, _) in &to {
            *self.pending.entry(*socket).or_default() += bytes.len() as u64;
        }
        self.orders.push_back(Order::Send { to, bytes });
    }

    fn open_place(&mut self, now: Now, place: Place, role: Role, line: &str) -> Result<(), Problem> {
        let at = line.len() - line.trim_end().len();
        let whole = |problem: Problem| Problem { input: String::new(), span: 0..0, ..problem };
        let _ = at;
        place.endpoint.check(role).map_err(whole)?;
        if role == Role::Send {
            reachable(&place.endpoint).map_err(whole)?;
        }
        if let Some(name) = &place.name
            && self.named(name).is_some()
        {
            return Err(problem(
                line,
                &format!("there is a session {name} already; /close {name} or another name"),
            ));
        }
        self.by_hand = true;
        self.open(place.name, place.endpoint, role, now.moment);
        Ok(())
    }

    /// The sockets that are meant, and whether they are one peer's.
    pub(super) fn sockets(&mut self, which: &Which) -> Result<(String, Vec<SocketId>), String> {
        let name = match which {
            Which::Current => self.current.clone().ok_or_else(|| self.nowhere())?,
            Which::Session(name) => name.clone(),
            Which::Peer(number) => {
                let (name, socket) = self.peer(*number)?;
                return Ok((name, vec![socket]));
            }
        };
        let nobody = self.no_session(&name);
        let session = self.named(&name).ok_or(nobody)?;
        Ok((name, session.sockets.clone()))
    }

    /// The session and the socket of a peer.
    fn peer(&self, number: u32) -> Result<(String, SocketId), String> {
        let found = self.sessions.iter().find_map(|session| {
            let party = session.peers.get(&number)?;
            Some((session.name.clone(), party.socket?))
        });
        found.ok_or_else(|| format!("there is no #{number}; /peers tells who is there"))
    }

    fn no_session(&self, name: &str) -> String {
        let known = self.sessions.iter().map(|session| session.name.as_str());
        match sockscope::core::near::nearest(name, known) {
            Some(near) => format!("there is no session {name}; did you mean {near}?"),
            None => format!("there is no session {name}; /sessions lists them"),
        }
    }

    fn close(&mut self, which: &Which, how: Closing) -> Result<(), String> {
        let (name, sockets) = self.sockets(which)?;
        let Some(session) = self.named(&name) else { return Ok(()) };
        let connects = session.connects();
        let peers = || session.peers.values().filter_map(|party| party.socket).collect::<Vec<_>>();
        if !connects && (how != Closing::Whole || matches!(which, Which::Peer(_))) {
            return Err(format!(
                "{} has no connections: there is only /close {name}",
                session.endpoint.scheme.name
            ));
        }
        let mut meant = sockets;
        if session.listens() && how == Closing::Half && !matches!(which, Which::Peer(_)) {
            meant = peers();
        }
        let open = session.open;
        for socket in meant {
            match how {
                Closing::Half => self.half(socket),
                _ => self.orders.push_back(Order::Close { socket, reset: how == Closing::Reset }),
            }
        }
        if !open && how != Closing::Half {
            // What never was open is not told to be closed.
            self.gone(&name, sockscope::core::event::End::Asked, sockscope::core::moment::Moment::default());
        }
        Ok(())
    }

    fn go_to(&mut self, name: String) -> Result<(), String> {
        if self.named(&name).is_none() {
            return Err(self.no_session(&name));
        }
        self.current = Some(name);
        Ok(())
    }

    /// Lets lines go to these peers.
    fn aim(&mut self, to: To) -> Result<(), String> {
        let target = match to {
            To::Session(name) => return self.go_to(name),
            To::Peer(number) => {
                self.current = Some(self.peer(number)?.0);
                Target::Peer(number)
            }
            To::Last => Target::Last,
            To::All => Target::All,
            To::Others => Target::Others,
        };
        let name = self.current.clone().ok_or_else(|| self.nowhere())?;
        let Some(session) = self.named(&name) else { return Ok(()) };
        if session.connects() && !session.listens() && target == Target::Others {
            return Err(format!("{name} is one connection: there is nobody else"));
        }
        session.to = target;
        Ok(())
    }

    fn charset(&mut self, charset: Option<Charset>) {
        let viewing = match charset {
            Some(charset) => {
                self.ways.charset = charset;
                Viewing::Chosen(charset)
            }
            None => Viewing::Auto(sockscope::core::charset::Guess::new(&self.ways.locale)),
        };
        self.board.borrow_mut().charset(viewing);
        if charset.is_none() {
            let words =
                format!("each message is shown in the likeliest charset, and sent in {}", self.ways.charset);
            self.board.borrow_mut().note(&words);
        }
    }

    fn frame(&mut self, spec: Option<&str>, line: &str) -> Result<(), Problem> {
        let at = spec.map_or(0, |spec| line.rfind(spec).unwrap_or(0));
        let parsed = spec.map(Framing::parse).transpose().map_err(|problem| problem.inside(line, at))?;
        let framing = parsed.map(Arc::new);
        let name = self.current.clone().ok_or_else(|| problem(line, &self.nowhere()))?;
        let Some(session) = self.named(&name) else { return Ok(()) };
        if session.endpoint.scheme.shape != Shape::Stream {
            let why = format!(
                "only streams have frames; {} keeps the bounds of messages by itself",
                session.endpoint.scheme.name
            );
            return Err(problem(line, &why));
        }
        session.framing.clone_from(&framing);
        let sockets = session.sockets.clone();
        let orders = sockets.into_iter().map(|socket| Order::Frame { socket, framing: framing.clone() });
        self.orders.extend(orders);
        Ok(())
    }
}

/// A problem with a line as a whole: what, and behind a semicolon the remedy.
fn problem(_line: &str, why: &str) -> Problem {
    let (what, remedy) = why.split_once("; ").unwrap_or((why, ""));
    Problem::whole("", what, remedy)
}
