//! A scanner with the bytes before it.

use std::ops::Range;

use sockscope_view::recording::{Flaw, Item, Note, Scanner, Step};

use super::Recording;
use crate::error::Error;

/// Bytes read at once.
const PART: usize = 256 << 10;

/// A scanner with the bytes before it.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) scanner: Scanner,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins, and how much of it is filled.
    from: u64,
    filled: usize,
    /// Nothing follows behind what is filled, and nothing will.
    last: bool,
}

/// What comes next.
pub(super) enum Next {
    /// This, at a place in the file, of these bytes of the window.
    Item(u64, Item, Range<usize>),
    /// Nothing more is there, but more may come.
    Waiting,
    /// Nothing.
    End,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { scanner: Scanner::new(), buffer: Vec::new(), from: 0, filled: 0, last: false }
    }

    /// Bytes that came with an item, until the next one.
    #[inline]
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// Goes on. `last` says that what is not there now is not waited for.
    #[inline]
    pub(super) fn next(&mut self, recording: &mut Recording, last: bool) -> Result<Next, Error> {
        loop {
            let at = self.scanner.at();
            let start = self.start(at);
            let step = self.scanner.step(&self.buffer[start..self.filled], self.last);
            match step.map_err(|problem| named(problem, recording))? {
                Step::Took { len, item } => {
                    if let Item::Note(Note { flaw: Flaw::Long(len), .. }) = item {
                        self.reach(recording, at + len)?;
                    }
                    return Ok(Next::Item(at, item, start..start + len));
                }
                Step::Skip(_) => {}
                Step::Need(len) => {
                    if self.fill(recording, at, len)? {
                        continue;
                    }
                    self.last = last || recording.source.is_whole();
                    if let Some(flaw) = recording.source.flaw() {
                        let at = self.from + self.filled as u64;
                        return Ok(Next::Item(at, Item::Note(Note { at, flaw }), 0..0));
                    }
                    if !self.last {
                        return Ok(Next::Waiting);
                    }
                }
                Step::End => return Ok(Next::End),
            }
        }
    }

    /// Where in the buffer a place of the file is; what lies beyond begins the buffer anew.
    #[inline]
    fn start(&mut self, at: u64) -> usize {
        let start = at - self.from;
        if start <= self.filled as u64 {
            return start as usize;
        }
        (self.from, self.filled) = (at, 0);
        0
    }

    /// Reads on until `len` bytes from `at` on are there; whether they are.
    fn fill(&mut self, recording: &mut Recording, at: u64, len: usize) -> Result<bool, Error> {
        let start = self.start(at);
        self.buffer.copy_within(start..self.filled, 0);
        (self.from, self.filled) = (at, self.filled - start);
        // Twice what is wanted, so that whatever is moved was read past at least once.
        let room = PART.max(2 * len);
        if self.buffer.len() != room {
            self.buffer.resize(room.max(self.filled), 0);
            self.buffer.shrink_to(room);
        }
        if let Some(size) = recording.size() {
            self.scanner.set_size(size);
        }
        while self.filled < len {
            let place = self.from + self.filled as u64;
            let read = recording.source.read(&mut self.buffer[self.filled..], place, &recording.name)?;
            if read == 0 {
                return Ok(false);
            }
            self.filled += read;
        }
        Ok(true)
    }

    /// Finds out whether the file is as long as a block in it says.
    fn reach(&mut self, recording: &mut Recording, end: u64) -> Result<(), Error> {
        if !recording.source.reaches(end)?
            && let Some(size) = recording.size()
        {
            self.scanner.set_size(size);
        }
        Ok(())
    }

    /// What is there of a block that is not there in whole, as a note; nothing is taken.
    pub(super) fn unfinished(&self) -> Option<Note> {
        let start = usize::try_from(self.scanner.at().checked_sub(self.from)?).ok()?;
        let bytes = self.buffer.get(start..self.filled)?;
        match self.scanner.clone().step(bytes, true) {
            Ok(Step::Took { item: Item::Note(note), .. }) => Some(note),
            _ => None,
        }
    }
}

/// The problem with the recording's name.
fn named(mut problem: sockscope_core::problem::Problem, recording: &Recording) -> Error {
    problem.what = format!("cannot read {}: {}", recording.name, problem.what);
    problem.into()
}
