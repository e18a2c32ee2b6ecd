//! Plays one side of a recording.

use std::time::Duration;

use super::answers::Answers;
use super::pace::Course;
use super::{Act, Entry, Recorded, Report, Spot, Verdict, Ways, What};
use crate::facts::Stamp;
use crate::moment::Moment;
use crate::script::How;

/// How long nothing must come behind the last message where nothing else is said: what comes back of it, be it an
/// error or an answer too many, comes in this time in a network at hand.
const SETTLE: Duration = Duration::from_millis(200);

/// Plays one side of a recording.
#[derive(Debug)]
pub struct Player {
    pub(super) ways: Ways,
    course: Course,
    pub(super) answers: Answers,
    /// What comes next in the recording, if it was fed with it.
    ahead: Option<Entry>,
    /// When that is due.
    due: Option<Moment>,
    opened: bool,
    /// A message was handed out and has not gone yet.
    sending: Option<u64>,
    /// The message before: its number, and where it was.
    pub(super) last: Option<(u64, Spot)>,
    pub(super) round: u64,
    /// When that was sent; before the first one, when it was open.
    asked: Moment,
    /// When something last happened.
    progress: Moment,
    first: Option<Moment>,
    heard: u64,
    /// The other side will say nothing more, and why.
    silent: Option<How>,
    /// It is gone.
    gone: bool,
    /// Something of what was sent came back as an error.
    failed: bool,
    /// That nothing more will be sent was said.
    ended: bool,
    verdict: Option<Verdict>,
    told: bool,
    report: Report,
}

impl Player {
    /// One that plays in these ways.
    pub fn new(ways: Ways) -> Self {
        Self {
            ways,
            course: Course::new(ways.pace),
            answers: Answers::new(ways.bounded),
            ahead: None,
            due: None,
            opened: false,
            sending: None,
            last: None,
            round: 1,
            asked: Moment(0),
            progress: Moment(0),
            first: None,
            heard: 0,
            silent: None,
            gone: false,
            failed: false,
            ended: false,
            verdict: None,
            told: false,
            report: Report::default(),
        }
    }

    /// Whether it wants to be fed with what comes next.
    pub fn is_hungry(&self) -> bool {
        self.ahead.is_none() && self.verdict.is_none()
    }

    /// What comes next in the recording.
    pub fn feed(&mut self, entry: Entry) {
        self.ahead = Some(entry);
    }

    /// What was done so far.
    pub fn report(&self) -> Report {
        Report { shortened: self.course.shortened, met: self.answers.met, ..self.report }
    }

    /// It can be sent to.
    pub fn opened(&mut self, now: Moment) {
        (self.opened, self.asked, self.progress) = (true, now, now);
    }

    /// What was to be sent has gone.
    pub fn gone(&mut self, now: Moment) {
        if let Some(len) = self.sending.take() {
            self.report.sent += 1;
            self.report.bytes += len;
            self.report.took = now - *self.first.get_or_insert(now);
            (self.asked, self.progress) = (now, now);
        }
    }

    /// It could not be sent.
    pub fn unsent(&mut self, now: Moment) {
        if self.sending.take().is_some() {
            self.report.unsent += 1;
            self.failed = true;
            (self.asked, self.progress) = (now, now);
        }
    }

    /// Something of what was sent came back as an error.
    pub fn refused(&mut self, why: &str) {
        self.failed = true;
        self.silent.get_or_insert(How::Closed { why: why.to_owned() });
    }

    /// Something came.
    pub fn heard(&mut self, now: Moment, bytes: &[u8]) {
        (self.heard, self.progress) = (self.heard + 1, now);
        if self.ways.expect.is_some() && self.verdict.is_none() {
            self.answers.take(bytes);
            self.compare();
        }
    }

    /// The other side will say nothing more.
    pub fn ended(&mut self) {
        self.silent.get_or_insert(How::Ended);
    }

    /// The connection is gone, or was never there.
    pub fn closed(&mut self, why: &str) {
        self.gone = true;
        self.silent.get_or_insert(How::Closed { why: why.to_owned() });
    }

    /// When to ask again at the latest.
    pub fn wakeup(&self) -> Option<Moment> {
        if self.told || !self.opened || self.sending.is_some() {
            return None;
        }
        let late = self.ways.expect.and_then(|patience| self.answers.late(self.progress, patience));
        late.or(self.due)
            .or_else(|| self.ahead.as_ref().filter(|ahead| **ahead == Entry::End).map(|_| self.end()))
    }

    /// What to do now; nothing as well while it is hungry.
    pub fn next(&mut self, now: Moment) -> Option<Act> {
        loop {
            if self.verdict.is_none() {
                self.judge(now);
            }
            if let Some(verdict) = &self.verdict {
                return (!std::mem::replace(&mut self.told, true)).then(|| Act::Finish(verdict.clone()));
            }
            if !self.opened || self.sending.is_some() {
                return None;
            }
            match self.ahead.take()? {
                Entry::Recorded(Recorded { packet, time, what: What::Answer(bytes) }) => {
                    if !self.expect(packet, time, bytes) {
                        return None;
                    }
                }
                ahead if self.answers.due().is_some() => {
                    self.ahead = Some(ahead);
                    return None;
                }
                Entry::Again => {
                    self.course.again();
                    (self.last, self.round) = (None, self.round + 1);
                }
                Entry::End => {
                    self.ahead = Some(Entry::End);
                    if !std::mem::replace(&mut self.ended, true) {
                        self.progress = self.progress.max(now);
                        return Some(Act::End);
                    }
                    self.settle(now)?;
                }
                Entry::Recorded(recorded) => return self.turn(recorded, now),
            }
        }
    }

    /// Takes up an answer, if there is room for it.
    fn expect(&mut self, packet: u64, time: Option<Stamp>, bytes: Vec<u8>) -> bool {
        let Some(patience) = self.ways.expect else { return true };
        let spot = Spot { packet, time };
        if !self.answers.has_room() {
            self.ahead = Some(Entry::Recorded(Recorded { packet, time, what: What::Answer(bytes) }));
            return false;
        }
        let before = self.last.and_then(|(_, last)| last.time);
        let after = time.zip(before).map_or(0, |(time, before)| time.0.saturating_sub(before.0));
        self.answers.expect(spot, bytes, self.asked + Duration::from_nanos(after) + patience);
        self.compare();
        true
    }

    /// It is the turn of a message, or of the end of what is sent: once it is due.
    fn turn(&mut self, recorded: Recorded, now: Moment) -> Option<Act> {
        let due = *self.due.get_or_insert_with(|| self.course.due(recorded.time, now));
        if now < due && self.course.counts() {
            self.ahead = Some(Entry::Recorded(recorded));
            return None;
        }
        self.due = None;
        let spot = Spot::of(&recorded);
        match recorded.what {
            What::Message(bytes) => {
                if self.course.counts() {
                    self.report.late = self.report.late.max(now - due);
                }
                let number = self.last.map_or(1, |(number, _)| number + 1);
                self.first.get_or_insert(now);
                (self.last, self.sending) = (Some((number, spot)), Some(bytes.len() as u64));
                Some(Act::Send { number, bytes })
            }
            What::End | What::Answer(_) => {
                self.ended = true;
                Some(Act::End)
            }
        }
    }

    /// Compares what came with what is expected.
    fn compare(&mut self) {
        if let Err(at) = self.answers.compare() {
            self.verdict = Some(self.unmet(How::Differs { at }));
        }
    }

    /// Finds out whether it is over before its end.
    fn judge(&mut self, now: Moment) {
        if let Some(patience) = self.ways.expect {
            let late = self.answers.late(self.progress, patience);
            let how = match (&self.silent, late) {
                (Some(silent), Some(_)) => Some(silent.clone()),
                (None, Some(late)) if now >= late && self.opened => Some(How::Late { within: patience }),
                _ if self.answers.is_flooded() && self.answers.has_surplus() => Some(How::Unwanted),
                _ => None,
            };
            if let Some(how) = how {
                self.verdict = Some(self.unmet(how));
                return;
            }
        }
        if self.gone && self.is_cut_off() {
            let why = self.silent.clone().filter(|_| self.opened && self.ways.expect.is_some());
            self.verdict = Some(why.map_or(Verdict::Failed, |why| self.unmet(why)));
        }
    }

    /// Whether there is something to send, to somebody who is gone.
    fn is_cut_off(&self) -> bool {
        let next = matches!(&self.ahead, Some(Entry::Recorded(Recorded { what: What::Message(_), .. })));
        !self.opened || self.sending.is_some() || next
    }

    /// All was sent, and all answers that were expected came: it is over once no more can come.
    fn settle(&mut self, now: Moment) -> Option<()> {
        if self.ways.expect.is_some() && self.answers.has_surplus() {
            self.verdict = Some(self.unmet(How::Unwanted));
            return Some(());
        }
        let over = self.gone || (self.silent.is_some() && !self.failed);
        if now < self.end() && !over {
            return None;
        }
        let unanswered = self.ways.expect.is_none() && self.ways.wait.is_some() && self.heard == 0;
        self.verdict = Some(match (self.failed, unanswered) {
            (true, _) => Verdict::Failed,
            (_, true) => Verdict::NoAnswer,
            _ => Verdict::Done,
        });
        Some(())
    }

    /// When it is over, if nothing more comes.
    fn end(&self) -> Moment {
        match (self.ways.expect, self.ways.wait) {
            (None, Some(wait)) => self.asked + wait,
            (Some(patience), _) => self.progress + patience.min(SETTLE),
            (None, None) => self.progress + SETTLE,
        }
    }

    fn unmet(&self, how: How) -> Verdict {
        Verdict::Unmet(Box::new(self.differs(how)))
    }
}
