//! The end that has the file.

use super::course::Course;
use super::{Act, Done, Failure, Line, PATIENCE, Sum};
use crate::moment::Moment;

/// The end that has the file: hears what happens, says what to do.
#[derive(Debug)]
pub struct Sender {
    size: u64,
    stage: Stage,
    course: Course,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// For the connection, then for the line of the receiver.
    Waits,
    /// The receiver has so many bytes with this checksum; those of the file are being made.
    Checks { have: u64, sum: Sum },
    /// Bytes are on their way, up to `next`.
    Sends { done: Done, next: u64 },
    /// All is said.
    Over,
}

impl Sender {
    /// Whoever is to send a file of so many bytes.
    pub fn new(size: u64) -> Self {
        Self { size, stage: Stage::Waits, course: Course::default() }
    }

    /// What to do next.
    pub fn act(&mut self) -> Option<Act> {
        self.course.next()
    }

    /// How it ended, as soon as that is known.
    pub fn result(&self) -> Option<Result<Done, Failure>> {
        self.course.result
    }

    /// When it is [`due`](Self::due), if nothing happens until then.
    pub fn wakeup(&self) -> Option<Moment> {
        self.course.wakeup
    }

    /// The connection is open.
    pub fn opened(&mut self, now: Moment) {
        self.course.wakeup = Some(now + PATIENCE);
    }

    /// The receiver said something.
    pub fn heard(&mut self, now: Moment, bytes: &[u8]) {
        if matches!(self.stage, Stage::Over) {
            return;
        }
        match self.course.collector.take(bytes) {
            Ok(None) => {}
            Ok(Some((line, used))) if used == bytes.len() => self.line(now, line),
            Ok(Some(_)) => self.fail(Failure::Odd("it says more than one line at once")),
            Err(flaw) => self.fail(Failure::of_receiver(flaw)),
        }
    }

    fn line(&mut self, now: Moment, line: Line) {
        match (self.stage, line) {
            (Stage::Waits, Line::Have { len, .. }) if len > self.size => self.differs(now, len),
            (Stage::Waits, Line::Have { len, sum }) => {
                self.course.wakeup = None;
                self.stage = Stage::Checks { have: len, sum };
                self.course.act(Act::Check { len });
            }
            (Stage::Sends { done, next }, Line::Whole) if next == done.size => self.leave(now, Ok(done)),
            (Stage::Sends { done, next }, Line::Damaged) if next == done.size => {
                self.leave(now, Err(Failure::PeerDamaged));
            }
            (Stage::Waits, Line::From { .. }) => {
                self.fail(Failure::Odd("it is to send too; one end must receive"));
            }
            _ => self.fail(Failure::Odd("its line comes at the wrong time")),
        }
    }

    /// The checksums that were asked for are made: of the first bytes of the file, and of the whole.
    pub fn checked(&mut self, now: Moment, first: Sum, whole: Sum) {
        let Stage::Checks { have, sum } = self.stage else { return };
        if first != sum {
            return self.differs(now, have);
        }
        let done = Done { from: have, size: self.size, sum: whole };
        self.stage = Stage::Sends { done, next: have };
        self.course.act(Act::Say(Line::From { from: have, size: self.size, sum: whole }));
        self.course.act(Act::Send { from: have, size: self.size });
    }

    /// So many bytes of the file have gone.
    pub fn gone(&mut self, bytes: u64) {
        if let Stage::Sends { next, .. } = &mut self.stage {
            *next += bytes;
        }
    }

    /// The file is another one since its checksum was made.
    pub fn changed(&mut self) {
        self.fail(Failure::Changed);
    }

    /// The peer will say no more.
    pub fn ended(&mut self) {
        match self.stage {
            Stage::Waits | Stage::Checks { .. } => self.fail(Failure::NoReceiver),
            Stage::Sends { done, next } => self.fail(Failure::SendingBroke { done: next, size: done.size }),
            Stage::Over => {}
        }
    }

    /// The connection is closed.
    pub fn closed(&mut self) {
        self.ended();
        self.course.finish();
    }

    /// Time has passed.
    pub fn due(&mut self, now: Moment) {
        match self.stage {
            _ if !self.course.is_due(now) => {}
            Stage::Waits => self.fail(Failure::Silent),
            _ => self.course.finish(),
        }
    }

    fn differs(&mut self, now: Moment, have: u64) {
        self.course.act(Act::Say(Line::Differs));
        self.leave(now, Err(Failure::PeerDiffers { have }));
    }

    fn leave(&mut self, now: Moment, result: Result<Done, Failure>) {
        self.stage = Stage::Over;
        self.course.leave(now, result);
    }

    fn fail(&mut self, failure: Failure) {
        self.stage = Stage::Over;
        self.course.fail(failure);
    }
}
