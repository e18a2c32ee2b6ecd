//! The end that is to have the file.

use super::course::Course;
use super::{Act, Done, Failure, Line, Sum};
use crate::moment::Moment;

/// The end that is to have the file: hears what happens, says what to do.
#[derive(Debug)]
pub struct Receiver {
    have: u64,
    sum: Sum,
    stage: Stage,
    course: Course,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// For somebody to come, then for the line of the sender.
    Waits,
    /// Bytes come; so many are there.
    Takes { done: Done, there: u64 },
    /// All is said.
    Over,
}

impl Receiver {
    /// Whoever has so many bytes with this checksum, and is to have more.
    pub fn new(have: u64, sum: Sum) -> Self {
        Self { have, sum, stage: Stage::Waits, course: Course::default() }
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
    pub fn opened(&mut self) {
        self.course.act(Act::Say(Line::Have { len: self.have, sum: self.sum }));
    }

    /// The sender said something. Returns what of it belongs into the file.
    pub fn heard<'a>(&mut self, now: Moment, bytes: &'a [u8]) -> &'a [u8] {
        let mut rest = bytes;
        if matches!(self.stage, Stage::Waits) {
            match self.course.collector.take(bytes) {
                Ok(None) => return &[],
                Ok(Some((line, used))) => {
                    self.line(now, line);
                    rest = &bytes[used..];
                }
                Err(flaw) => {
                    self.fail(Failure::of_sender(flaw));
                    return &[];
                }
            }
        }
        let Stage::Takes { done, there } = self.stage else { return &[] };
        if rest.len() as u64 > done.size - there {
            self.fail(Failure::Odd("it sends more bytes than it said"));
            return &[];
        }
        rest
    }

    fn line(&mut self, now: Moment, line: Line) {
        match line {
            Line::From { from, size, sum } if from == self.have && size >= from => {
                self.stage = Stage::Takes { done: Done { from, size, sum }, there: from };
                self.course.act(Act::Take { from, size });
                self.taken(0);
            }
            Line::From { .. } => self.fail(Failure::Odd("it does not go on where this file ends")),
            Line::Differs => self.leave(now, Err(Failure::Differs { have: self.have })),
            Line::Have { .. } => self.fail(Failure::Odd("it is to receive too; one end must send")),
            Line::Whole | Line::Damaged => self.fail(Failure::Odd("its line comes at the wrong time")),
        }
    }

    /// So many bytes are in the file, behind those before.
    pub fn taken(&mut self, bytes: u64) {
        let Stage::Takes { done, there } = &mut self.stage else { return };
        *there += bytes;
        if *there == done.size {
            self.course.act(Act::Check { len: done.size });
        }
    }

    /// The checksum that was asked for is made, of the whole.
    pub fn checked(&mut self, now: Moment, whole: Sum) {
        let Stage::Takes { done, .. } = self.stage else { return };
        let (line, result) = match whole == done.sum {
            true => (Line::Whole, Ok(done)),
            false => (Line::Damaged, Err(Failure::Damaged)),
        };
        self.course.act(Act::Say(line));
        self.leave(now, result);
    }

    /// The peer will send no more.
    pub fn ended(&mut self) {
        match self.stage {
            Stage::Waits => self.fail(Failure::NoSender),
            // All of it is there, and is being looked at.
            Stage::Takes { done, there } if there == done.size => {}
            Stage::Takes { done, there } => self.fail(Failure::Broke { done: there, size: done.size }),
            Stage::Over => {}
        }
    }

    /// The connection is closed.
    pub fn closed(&mut self) {
        self.ended();
        if self.course.result.is_some() {
            self.course.finish();
        }
    }

    /// Time has passed.
    pub fn due(&mut self, now: Moment) {
        if self.course.is_due(now) {
            self.course.finish();
        }
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
