//! Holds the conversation of a script: what happened and the time go in, what to do comes out.

use super::Script;
use super::session::{Happening, Session, SessionId};
use super::step::{Act, Do, Step, Verdict};
use super::unmet::{How, Unmet, Wanted};
use crate::charset::{Charset, Piece};
use crate::facts::Peer;
use crate::moment::{Moment, Now};
use crate::payload::{Context, Groups, Template};
use crate::rng::Rng;

/// A script that is being played.
///
/// Tell it what happens with [`Player::happened`], then ask [`Player::next`] until it has no act, and again at
/// [`Player::wakeup`].
#[derive(Debug)]
pub struct Player {
    script: Script,
    /// The step that is being done.
    pub(super) at: usize,
    /// When it began, once it has.
    begun: Option<Moment>,
    /// It has asked for what it wants, and waits.
    asked: bool,
    /// When it has waited long enough.
    deadline: Option<Moment>,
    /// How often each loop, innermost last, is still to be done.
    loops: Vec<u32>,
    sessions: Vec<Session>,
    /// The last opening of each name.
    current: Vec<Option<usize>>,
    groups: Groups,
    /// How often each step has sent.
    counters: Vec<u64>,
    rng: Rng,
    utc_offset_s: i32,
    finished: bool,
    /// Steps that were done, those of a loop each time.
    done: u64,
}

/// How a step goes on.
pub(super) enum Flow {
    /// It is done, perhaps with an act.
    Done(Option<Act>),
    /// It wants this and waits.
    Ask(Act),
    /// It waits.
    Wait,
    /// It cannot be met.
    Fail(Box<Unmet>),
}

/// Most steps without an act in a row: a long loop lets others have their turn.
const BREATH: usize = 10_000;

/// Most bytes that may lie unread in all sessions together.
const UNREAD: usize = 64 << 20;

impl Player {
    /// A player at the first line. `seed`: where random bytes begin unless the script says so. `utc_offset_s`: how
    /// far local time is ahead of UTC, seconds.
    pub fn new(script: Script, seed: u64, utc_offset_s: i32) -> Self {
        Self {
            at: 0,
            begun: None,
            asked: false,
            deadline: None,
            loops: Vec::new(),
            sessions: Vec::new(),
            current: vec![None; script.sessions.len()],
            groups: Groups::default(),
            counters: vec![0; script.steps.len()],
            rng: Rng::new(script.seed.unwrap_or(seed)),
            utc_offset_s,
            finished: false,
            done: 0,
            script,
        }
    }

    /// Takes in what happened. Happenings of sessions that are closed or unknown say nothing.
    pub fn happened(&mut self, happening: &Happening<'_>) {
        if let Some(session) = self.sessions.get_mut(happening.session.0 as usize) {
            session.happened(happening.peer, happening.what);
        }
    }

    /// What to do now; `None` when there is nothing to do until something happens or [`Player::wakeup`].
    /// [`Act::Finish`] comes last and once.
    pub fn next(&mut self, now: Now) -> Option<Act> {
        for _ in 0..BREATH {
            if self.finished {
                return None;
            }
            let Some(step) = self.script.steps.get(self.at).cloned() else {
                return Some(self.finish(Verdict::Met));
            };
            let begun = *self.begun.get_or_insert(now.moment);
            self.deadline = Some(begun + step.limit);
            match self.step(&step, now) {
                Flow::Done(act) => {
                    self.done += u64::from(!step.is_loop());
                    self.advance();
                    if act.is_some() {
                        return act;
                    }
                }
                Flow::Ask(act) => {
                    self.asked = true;
                    return Some(act);
                }
                Flow::Wait => return None,
                Flow::Fail(unmet) => return Some(self.finish(Verdict::Unmet(unmet))),
            }
        }
        self.deadline = Some(now.moment);
        None
    }

    /// When to ask again though nothing has happened.
    pub fn wakeup(&self) -> Option<Moment> {
        self.deadline.filter(|_| !self.finished)
    }

    /// How many statements were done, those that are repeated each time, `repeat` and `done` themselves not.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// The file and the line of the statement that is being done; `None` behind the last one.
    pub fn place(&self) -> Option<(&str, usize)> {
        Some((&self.script.file, self.script.steps.get(self.at)?.line))
    }

    /// The name of a session in the script.
    pub fn name(&self, session: SessionId) -> Option<&str> {
        let wanted = session.0 as usize;
        let place = self.current.iter().position(|current| *current == Some(wanted))?;
        Some(&self.script.sessions[place])
    }

    fn finish(&mut self, verdict: Verdict) -> Act {
        self.finished = true;
        Act::Finish(verdict)
    }

    fn advance(&mut self) {
        self.at += 1;
        self.begun = None;
        self.asked = false;
        self.deadline = None;
    }

    fn step(&mut self, step: &Step, now: Now) -> Flow {
        if self.sessions.iter().map(|session| session.unread).sum::<usize>() > UNREAD {
            let what = format!("more than {} MiB came that no line of the script has read", UNREAD >> 20);
            return self.fail(step, None, How::Other { what });
        }
        match &step.what {
            Do::Open { session, listen, refused, .. } => self.open(step, *session, *listen, *refused, now),
            Do::Frame { session, framing } => {
                let (session, framing) = (self.id(*session), framing.clone());
                Flow::Done(Some(Act::Frame { session, framing }))
            }
            Do::Send { session, .. } | Do::SendFile { session, .. } => self.send(step, *session, now),
            Do::Expect { session, what } => self.expect(step, *session, what, now),
            Do::End { session } => self.end(step, *session, now),
            Do::Close { session } => {
                self.session_mut(*session).leave();
                Flow::Done(Some(Act::Close { session: self.id(*session) }))
            }
            Do::Wait if self.late(now) => Flow::Done(None),
            Do::Wait => Flow::Wait,
            Do::Repeat { times } => {
                self.loops.push(*times);
                Flow::Done(None)
            }
            Do::Done { start } => self.again(*start),
            Do::Say { template } => match self.render(template, now) {
                Ok(bytes) => Flow::Done(Some(Act::Say(shown(step.charset, &bytes)))),
                Err(what) => self.fail(step, None, How::Other { what }),
            },
        }
    }

    /// At the end of a loop.
    fn again(&mut self, start: usize) -> Flow {
        let left = self.loops.pop().map_or(0, |left| left - 1);
        if left > 0 {
            self.loops.push(left);
            self.at = start - 1;
        }
        Flow::Done(None)
    }

    fn open(&mut self, step: &Step, name: usize, listen: bool, refused: bool, now: Now) -> Flow {
        if self.asked {
            let session = self.session(name);
            return match (&session.gone, session.opened) {
                (Some((_, why)), _) => {
                    let why = why.clone();
                    self.fail(step, Some(name), How::Failed { why })
                }
                (None, true) => Flow::Done(None),
                (None, false) if self.late(now) => {
                    self.fail(step, Some(name), How::NotOpen { within: step.limit })
                }
                (None, false) => Flow::Wait,
            };
        }
        let Do::Open { place, .. } = &step.what else { return Flow::Done(None) };
        let endpoint = match place.endpoint(|other| self.port(other)) {
            Ok(endpoint) => Box::new(endpoint),
            Err(problem) => return self.fail(step, Some(name), How::Other { what: problem.to_string() }),
        };
        self.current[name] = Some(self.sessions.len());
        self.sessions.push(Session::new(listen));
        let act =
            Act::Open { session: self.id(name), name: self.script.sessions[name].clone(), endpoint, listen };
        if refused { Flow::Done(Some(act)) } else { Flow::Ask(act) }
    }

    fn send(&mut self, step: &Step, name: usize, now: Now) -> Flow {
        let session = self.session(name);
        if let Some(why) = &session.unsent {
            let what = format!("{} could not send: {why}", self.script.sessions[name]);
            return self.fail(step, Some(name), How::Other { what });
        }
        if let Some(why) = session.deaf(session.sending) {
            let why = why.to_owned();
            return self.fail(step, Some(name), How::Closed { why });
        }
        if self.asked {
            return match session.sending {
                None => Flow::Done(None),
                Some(_) if self.late(now) => self.fail(step, Some(name), How::NotSent { within: step.limit }),
                Some(_) => Flow::Wait,
            };
        }
        let Some(peer) = session.partner() else { return self.lonely(step, name, now) };
        let id = self.id(name);
        let act = match &step.what {
            Do::SendFile { path, .. } => Act::SendFile { session: id, peer, path: path.clone() },
            Do::Send { template, .. } => match self.render(template, now) {
                Ok(bytes) => Act::Send { session: id, peer, bytes },
                Err(what) => return self.fail(step, Some(name), How::Other { what }),
            },
            _ => return Flow::Done(None),
        };
        self.session_mut(name).sending = Some(peer);
        Flow::Ask(act)
    }

    fn end(&mut self, step: &Step, name: usize, now: Now) -> Flow {
        let Some(peer) = self.session(name).partner() else { return self.lonely(step, name, now) };
        Flow::Done(Some(Act::End { session: self.id(name), peer }))
    }

    /// A listening session that nobody has spoken to yet waits for somebody.
    fn lonely(&self, step: &Step, name: usize, now: Now) -> Flow {
        if !self.late(now) {
            return Flow::Wait;
        }
        self.fail(step, Some(name), How::Nobody { within: step.limit })
    }

    /// The message of this send. `counter` counts how often this line has sent.
    fn render(&mut self, template: &Template, now: Now) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let mut context = Context {
            counter: self.counters[self.at],
            time: now.stamp,
            utc_offset_s: self.utc_offset_s,
            rng: &mut self.rng,
            groups: Some(&self.groups),
        };
        template.render(&mut context, &mut bytes).map_err(|problem| problem.to_string())?;
        self.counters[self.at] += 1;
        Ok(bytes)
    }

    pub(super) fn late(&self, now: Now) -> bool {
        self.deadline.is_some_and(|deadline| now.moment >= deadline)
    }

    pub(super) fn captured(&mut self, groups: Groups) {
        self.groups = groups;
    }

    pub(super) fn session(&self, name: usize) -> &Session {
        &self.sessions[self.id(name).0 as usize]
    }

    pub(super) fn session_mut(&mut self, name: usize) -> &mut Session {
        let id = self.id(name).0 as usize;
        &mut self.sessions[id]
    }

    /// The session that a name stands for. Reading has made sure that it was opened before.
    fn id(&self, name: usize) -> SessionId {
        let place = self.current[name].expect("a session is opened before it is used");
        SessionId(u32::try_from(place).unwrap_or(u32::MAX))
    }

    fn port(&self, name: usize) -> Option<u16> {
        let local = self.sessions.get(self.current[name]?)?.local;
        local.and_then(Peer::inet).map(|address| address.port())
    }

    pub(super) fn fail(&self, step: &Step, name: Option<usize>, how: How) -> Flow {
        let wanted = Wanted::Words;
        Flow::Fail(Box::new(self.unmet(step, name, wanted, Vec::new(), false, how)))
    }

    pub(super) fn unmet(
        &self,
        step: &Step,
        name: Option<usize>,
        wanted: Wanted,
        got: Vec<u8>,
        whole: bool,
        how: How,
    ) -> Unmet {
        Unmet {
            file: self.script.file.clone(),
            line: step.line,
            source: step.source.clone(),
            session: name.map(|name| self.script.sessions[name].clone()),
            charset: step.charset,
            wanted,
            got,
            whole,
            how,
        }
    }
}

/// Bytes as text; those that are none as `\xHH`.
fn shown(charset: Charset, bytes: &[u8]) -> String {
    let mut text = String::new();
    charset.decode(bytes, |piece| match piece {
        Piece::Text(piece) => text.push_str(piece),
        Piece::Invalid(bytes) => bytes.iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}"))),
    });
    text
}
