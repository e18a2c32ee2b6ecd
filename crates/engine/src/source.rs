//! Lines from a file, a pipe or a keyboard, each one message.

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};

use sockscope_core::batch::Batch;
use sockscope_core::charset::{Charset, Unmappable};
use sockscope_core::facts::Facts;
use sockscope_core::payload::{Context, Eol, Payload};
use sockscope_core::problem::Problem;

use crate::error::Error;

/// Most messages put into one batch: with their facts they lie in a processor's first cache.
const BATCH: usize = 128;
/// Bytes asked for in one read.
const CHUNK: usize = 256 << 10;
/// A line longer than this fits in no datagram by far: reading on would only fill the memory.
const LONGEST_LINE: usize = 1 << 20;

/// How the bytes of a line become the bytes of a message.
#[derive(Debug, Clone)]
pub enum Coding {
    /// As they are.
    Bytes,
    /// UTF-8 text, put into a charset.
    Text(Charset, Unmappable),
    /// Text in the payload notation.
    Notation(Charset, Unmappable),
    /// Bytes in hex.
    Hex(Charset),
}

/// What a person at a keyboard is told between two lines.
#[derive(Debug)]
pub enum Ask<'a> {
    /// The next line is awaited.
    Next,
    /// That line cannot be sent; another one is awaited.
    Bad(&'a Problem),
}

/// Somebody who shows a person what is asked.
type Asked = dyn FnMut(Ask<'_>);

/// Lines, read as they come.
pub struct Lines {
    file: File,
    name: String,
    coding: Coding,
    eol: Vec<u8>,
    /// The end goes only behind lines that have one.
    own: bool,
    asked: Option<Box<Asked>>,
    /// What was read lies in `buffer[taken..filled]`.
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    ended: bool,
    number: u64,
    unmapped: u64,
    /// A bad line was met behind good ones; those go first.
    bad: Option<Problem>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("name", &self.name)
            .field("coding", &self.coding)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// Lines of `file`, which errors call `name`. Each line's end is taken off and `eol` put in its place.
    pub fn new(file: File, name: impl Into<String>, coding: Coding, eol: Eol) -> Result<Self, Problem> {
        let mut end = Vec::new();
        let charset = match &coding {
            Coding::Bytes => Charset::UTF_8,
            Coding::Text(charset, _) | Coding::Notation(charset, _) | Coding::Hex(charset) => *charset,
        };
        charset
            .encode(eol.text(), &Unmappable::Refuse, &mut end)
            .map_err(|lacks| Problem::whole("", lacks.to_string(), ""))?;
        Ok(Self {
            file,
            name: name.into(),
            coding,
            eol: end,
            own: false,
            asked: None,
            buffer: Vec::new(),
            taken: 0,
            filled: 0,
            ended: false,
            number: 0,
            unmapped: 0,
            bad: None,
        })
    }

    /// The same, where the end is that of the lines themselves: what ends without one is sent without one.
    pub fn as_they_end(mut self) -> Self {
        self.own = true;
        self
    }

    /// The lines come from a person: `ask` is called before each, and a bad one does not end the run.
    pub fn asking(mut self, ask: impl FnMut(Ask<'_>) + 'static) -> Self {
        self.asked = Some(Box::new(ask));
        self
    }

    /// Whether all lines were given out.
    pub(crate) fn ended(&self) -> bool {
        self.ended && self.taken == self.filled && self.bad.is_none()
    }

    /// What to wait on before [`Lines::read`].
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Asks for a line, where a person types them.
    pub(crate) fn ask(&mut self) {
        if let Some(ask) = &mut self.asked {
            ask(Ask::Next);
        }
    }

    /// Reads once; may wait if called before something can be read.
    pub(crate) fn read(&mut self) -> Result<(), Error> {
        self.buffer.copy_within(self.taken..self.filled, 0);
        (self.taken, self.filled) = (0, self.filled - self.taken);
        if self.filled > LONGEST_LINE {
            let what = format!("line {} of {} is longer than 1 MiB", self.number + 1, self.name);
            return Err(Problem::whole("", what, "no datagram is; is this text in lines?").into());
        }
        if self.buffer.len() < self.filled + CHUNK {
            self.buffer.resize(self.filled + CHUNK, 0);
        }
        match self.file.read(&mut self.buffer[self.filled..]) {
            Ok(0) => self.ended = true,
            Ok(got) => self.filled += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Read { what: self.name.clone(), error }),
        }
        Ok(())
    }

    /// Moves whole lines into `batch`, as many as it takes at once. A bad line is an error once all lines
    /// before it were given out.
    pub(crate) fn fill(
        &mut self,
        batch: &mut Batch,
        facts: Facts,
        context: &mut Context<'_>,
    ) -> Result<(), Error> {
        if let Some(problem) = self.bad.take() {
            return Err(problem.into());
        }
        if matches!(self.coding, Coding::Bytes) {
            self.fill_plain(batch, facts, context);
        }
        while batch.len() < BATCH && self.taken < self.filled {
            let rest = &self.buffer[self.taken..self.filled];
            let (len, step) = match memchr::memchr(b'\n', rest) {
                Some(at) => (at, at + 1),
                None if self.ended => (rest.len(), rest.len()),
                None => break,
            };
            let start = self.taken;
            self.taken += step;
            self.number += 1;
            let line = start..start + len;
            let end = if self.own && step == len { &[][..] } else { &self.eol[..] };
            match self.message(line, end, batch, facts, context) {
                Ok(unmapped) => self.unmapped += unmapped,
                Err(problem) => match &mut self.asked {
                    Some(ask) => ask(Ask::Bad(&problem)),
                    None if batch.is_empty() => return Err(problem.into()),
                    None => {
                        self.bad = Some(problem);
                        break;
                    }
                },
            }
            context.counter += 1;
        }
        Ok(())
    }

    /// Moves whole lines whose bytes go as they are into `batch`, as many as it takes: with the end that they have they
    /// are one row of messages. What is left is for whoever looks closer.
    fn fill_plain(&mut self, batch: &mut Batch, facts: Facts, context: &mut Context<'_>) {
        let rest = &self.buffer[self.taken..self.filled];
        let before = batch.len();
        let ends = memchr::memchr_iter(b'\n', rest).take(BATCH - before).map(|at| at + 1);
        if self.own || self.eol == b"\n" {
            batch.push_row(rest, ends, facts);
            self.taken += batch.range(before..batch.len()).map(|message| message.bytes.len()).sum::<usize>();
        } else if self.eol.is_empty() {
            let mut start = 0;
            for end in ends {
                batch.push(&rest[start..end - 1], facts);
                start = end;
            }
            self.taken += start;
        }
        let added = (batch.len() - before) as u64;
        self.number += added;
        context.counter += added;
    }

    /// Characters skipped or replaced since the last call.
    pub(crate) fn unmapped(&mut self) -> Option<(u64, &'static str)> {
        let count = std::mem::take(&mut self.unmapped);
        match &self.coding {
            Coding::Text(charset, _) | Coding::Notation(charset, _) if count > 0 => {
                Some((count, charset.name()))
            }
            _ => None,
        }
    }

    /// Appends the message of one line with this end; returns how many characters were skipped or replaced.
    fn message(
        &self,
        line: std::ops::Range<usize>,
        end: &[u8],
        batch: &mut Batch,
        facts: Facts,
        context: &mut Context<'_>,
    ) -> Result<u64, Problem> {
        let bytes = &self.buffer[line];
        let write = |buffer: &mut Vec<u8>| {
            let count = match &self.coding {
                Coding::Bytes => {
                    buffer.extend_from_slice(bytes);
                    0
                }
                Coding::Text(charset, unmappable) => {
                    let text = self.text(bytes)?;
                    charset.encode(text, unmappable, buffer).map_err(|lacks| self.lacks(text, &lacks))?
                }
                Coding::Notation(charset, unmappable) => {
                    let text = self.text(bytes)?;
                    let template = Payload::text(text)
                        .and_then(|payload| payload.compile(*charset, unmappable, Eol::None))
                        .map_err(|problem| self.on_line(problem))?;
                    template.render(context, buffer)?;
                    template.unmapped()
                }
                Coding::Hex(charset) => {
                    let template = Payload::hex(self.text(bytes)?)
                        .and_then(|payload| payload.compile(*charset, &Unmappable::Refuse, Eol::None))
                        .map_err(|problem| self.on_line(problem))?;
                    template.render(context, buffer)?;
                    0
                }
            };
            buffer.extend_from_slice(end);
            Ok(count)
        };
        batch.try_push_with(facts, write)
    }

    fn text<'a>(&self, bytes: &'a [u8]) -> Result<&'a str, Problem> {
        std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let what = format!(
                "line {} of {} is no UTF-8 text: byte 0x{:02x} at column {}",
                self.number,
                self.name,
                bytes[at],
                at + 1
            );
            Problem::whole("", what, "send the bytes as they are by leaving out --encoding")
        })
    }

    fn lacks(&self, text: &str, lacks: &sockscope_core::charset::Lacks) -> Problem {
        let span = lacks.at..lacks.at + lacks.character.len_utf8();
        let remedy = "pass --unmappable skip or replace=?, or choose another --encoding";
        self.on_line(Problem::new(text, span, lacks.to_string(), remedy))
    }

    fn on_line(&self, mut problem: Problem) -> Problem {
        if self.asked.is_none() {
            problem.what = format!("line {} of {}: {}", self.number, self.name, problem.what);
        }
        problem
    }
}
