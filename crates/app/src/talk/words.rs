//! Lines, carried out: payloads become messages, words become orders.

use std::path::Path;

use sockscope::core::charset::Unmappable;
use sockscope::core::endpoint::Role;
use sockscope::core::moment::Now;
use sockscope::core::payload::{Context, Eol, Payload, Template};
use sockscope::core::problem::Problem;
use sockscope::guide::Order;

use super::desk::Desk;
use super::record;
use super::repeat::Repeat;
use super::session::Recipient;
use crate::console::{self, Said};

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
        let wrong = |why: String| problem(&why);
        match said {
            Said::Send(payload) => self.speak(now, &payload, end)?,
            Said::File(path) => self.file(&path).map_err(wrong)?,
            Said::Repeat { every, count, payload } => {
                let template = self.template(&payload, end)?;
                let name = self.current.clone().unwrap_or_default();
                self.repeats.push(Repeat::new(&name, template, every, count, now.moment));
            }
            Said::Stop => self.stop(),
            Said::Open(place) => self.open_place(now, place, Role::Send)?,
            Said::Listen(place) => self.open_place(now, place, Role::Listen)?,
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
            Said::Script(path, values) => self.play_file(&path, &values)?,
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
    fn speak(&mut self, now: Now, payload: &Payload, end: Eol) -> Result<(), Problem> {
        let template = self.template(payload, end)?;
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
        self.deliver(bytes).map_err(|why| problem(&why))
    }

    /// A payload ready to be sent in the session that lines go to.
    fn template(&mut self, payload: &Payload, end: Eol) -> Result<Template, Problem> {
        let Some(session) = self.session() else { return Err(problem(&self.nowhere())) };
        let eol = if payload.is_bytes() { Eol::None } else { self.eol(session, end) };
        let template = payload.compile(self.ways.charset, &Unmappable::Refuse, eol)?;
        if template.is_random() {
            self.tell_seed();
        }
        Ok(template)
    }

    /// Tells where random bytes come from, once, unless the person has said so.
    pub(super) fn tell_seed(&mut self) {
        if !std::mem::replace(&mut self.ways.seed.1, true) {
            self.board.borrow_mut().note(&format!("random bytes from --seed {}", self.ways.seed.0));
        }
    }

    /// Why a line has nowhere to go.
    pub(super) fn nowhere(&self) -> String {
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
        let order = self.sending(to, bytes);
        self.orders.push_back(order);
    }

    /// The order to send bytes, which are on their way from now on.
    pub(super) fn sending(&mut self, to: Vec<Recipient>, bytes: Vec<u8>) -> Order {
        for (socket, _) in &to {
            *self.pending.entry(*socket).or_default() += bytes.len() as u64;
        }
        Order::Send { to, bytes }
    }
}

/// A problem that no place in the line is to blame for: what, and behind a semicolon the remedy.
pub(super) fn problem(why: &str) -> Problem {
    let (what, remedy) = why.split_once("; ").unwrap_or((why, ""));
    Problem::whole("", what, remedy)
}
