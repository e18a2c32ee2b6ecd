//! The way down: from what was typed to batches.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};

use sockscope_core::batch::Batch;
use sockscope_core::event::Pace;
use sockscope_core::facts::{Facts, Peer};
use sockscope_core::moment::{Moment, Now};
use sockscope_core::payload::Template;
use sockscope_core::schedule::Schedule;

use crate::crlf::Crlf;
use crate::error::Error;
use crate::fields::Fields;
use crate::plan::Down;
use crate::source::Lines;

/// Most messages made at once from one payload.
const BATCH: u64 = 256;
/// Bytes asked for in one read.
const CHUNK: usize = 256 << 10;

/// Makes what a plan says to send.
pub(crate) struct Sender {
    /// The one socket to send through; else to every peer of a listener.
    pub(crate) to: Option<usize>,
    /// Something was sent, so the address is kept.
    pub(crate) settled: bool,
    /// That all was sent has been taken note of.
    pub(crate) finished: bool,
    /// That it has arrived, too.
    pub(crate) arrived: bool,
    /// It sends a file, which ends by itself, as what is typed or piped may never do.
    pub(crate) file: bool,
    source: Source,
    fields: Fields,
    pub(crate) out: Batch,
}

enum Source {
    Repeat {
        template: Template,
        schedule: Schedule,
        at_once: bool,
    },
    Lines {
        lines: Lines,
        asked: bool,
    },
    /// Bytes in messages of one size, or with line ends that are put right.
    Bytes(Bytes),
    /// Bytes of a stream: what one read gives goes as it is, from where it was read to. `fresh`: it has not
    /// been given out yet.
    Stream {
        file: File,
        name: String,
        fresh: bool,
        ended: bool,
    },
}

/// Bytes of a file or a pipe, on their way to become messages.
struct Bytes {
    file: File,
    name: String,
    cut: Option<usize>,
    crlf: Option<Crlf>,
    /// What was read and has not become a message yet.
    buffer: Vec<u8>,
    /// How much of it has.
    taken: usize,
    ended: bool,
}

impl Bytes {
    /// Whether a message can be made without reading on.
    fn has_message(&self) -> bool {
        let held = self.buffer.len() - self.taken;
        held > 0 && (self.ended || self.cut.is_none_or(|cut| held >= cut))
    }

    fn read(&mut self) -> Result<(), Error> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        let mut piece = vec![0; CHUNK];
        let got = match self.file.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            other => other.map_err(|error| Error::Read { what: self.name.clone(), error })?,
        };
        piece.truncate(got);
        if let Some(crlf) = &mut self.crlf {
            crlf.end_lines(&mut piece);
        }
        self.buffer.append(&mut piece);
        self.ended = got == 0;
        Ok(())
    }

    /// Makes messages of what there is.
    fn fill(&mut self, out: &mut Batch, facts: Facts) {
        while self.has_message() && out.len() < BATCH as usize {
            let rest = &self.buffer[self.taken..];
            let len = self.cut.unwrap_or(rest.len()).min(rest.len());
            out.push(&rest[..len], facts);
            self.taken += len;
        }
    }
}

impl Sender {
    pub(crate) fn new(down: Down, fields: Fields, now: Moment) -> Self {
        let file =
            matches!(&down, Down::Bytes { file, .. } if file.metadata().is_ok_and(|data| data.is_file()));
        let source = match down {
            Down::Repeat { template, every, count } => Source::Repeat {
                template,
                schedule: Schedule::new(every, count, now),
                at_once: every.is_zero(),
            },
            Down::Lines(lines) => Source::Lines { lines, asked: false },
            Down::Bytes { file, name, cut: None, crlf: false } => {
                Source::Stream { file, name, fresh: false, ended: false }
            }
            Down::Bytes { file, name, cut, crlf } => {
                let crlf = crlf.then(Crlf::default);
                Source::Bytes(Bytes { file, name, cut, crlf, buffer: Vec::new(), taken: 0, ended: false })
            }
        };
        let out = match source {
            Source::Stream { .. } => Batch::with_slots(1, CHUNK),
            _ => Batch::new(),
        };
        Self { to: None, settled: false, finished: false, arrived: false, file, source, fields, out }
    }

    /// Sends through this socket only.
    pub(crate) fn toward(&mut self, key: usize) {
        self.to = Some(key);
    }

    /// Puts into `out` what is due; returns how many characters its charset lacked.
    pub(crate) fn fill(
        &mut self,
        remote: Option<Peer>,
        now: Now,
    ) -> Result<Option<(u64, &'static str)>, Error> {
        if let Source::Stream { fresh, .. } = &mut self.source {
            if !std::mem::take(fresh) {
                self.out.clear();
            }
            return Ok(None);
        }
        self.out.clear();
        let mut facts = Facts::default();
        facts.peer = remote;
        match &mut self.source {
            Source::Repeat { template, schedule, at_once } => {
                let most = if *at_once { BATCH } else { 1 };
                let mut made = 0;
                while made < most && schedule.due().is_some_and(|due| due <= now.moment) {
                    self.fields.render(template, now.stamp, facts, &mut self.out)?;
                    schedule.turn(now.moment);
                    made += 1;
                }
                let unmapped = template.unmapped() * made;
                Ok((unmapped > 0).then(|| (unmapped, template.charset().name())))
            }
            Source::Lines { lines, .. } => {
                let out = &mut self.out;
                self.fields.with(now.stamp, |context| lines.fill(out, facts, context))?;
                Ok(lines.unmapped())
            }
            Source::Bytes(bytes) => {
                bytes.fill(&mut self.out, facts);
                Ok(None)
            }
            Source::Stream { .. } => Ok(None),
        }
    }

    /// Asks for the next line, where a person types them; once for each.
    pub(crate) fn ask(&mut self) {
        if let Source::Lines { lines, asked } = &mut self.source
            && !*asked
        {
            lines.ask();
            *asked = true;
        }
    }

    /// Reads what there is to read.
    pub(crate) fn read(&mut self) -> Result<(), Error> {
        match &mut self.source {
            Source::Lines { lines, asked } => {
                *asked = false;
                lines.read()
            }
            Source::Bytes(bytes) => bytes.read(),
            Source::Stream { file, name, fresh, ended } => {
                self.out.clear();
                let got = match file.read(self.out.free_mut()) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
                    other => other.map_err(|error| Error::Read { what: name.clone(), error })?,
                };
                (*fresh, *ended) = (got > 0, got == 0);
                if got > 0 {
                    self.out.fill(got, Facts::default());
                }
                Ok(())
            }
            Source::Repeat { .. } => Ok(()),
        }
    }

    /// Where lines or bytes come from.
    pub(crate) fn input(&self) -> Option<BorrowedFd<'_>> {
        match &self.source {
            Source::Lines { lines, .. } => Some(lines.fd()),
            Source::Bytes(bytes) => Some(bytes.file.as_fd()),
            Source::Stream { file, .. } => Some(file.as_fd()),
            Source::Repeat { .. } => None,
        }
    }

    /// Whether there is more to read from there.
    pub(crate) fn awaits(&self) -> bool {
        match &self.source {
            Source::Lines { lines, .. } => !lines.ended(),
            Source::Bytes(bytes) => !bytes.ended && !bytes.has_message(),
            Source::Stream { fresh, ended, .. } => !*ended && !*fresh,
            Source::Repeat { .. } => false,
        }
    }

    /// When the next message is due.
    pub(crate) fn due(&self) -> Option<Moment> {
        match &self.source {
            Source::Repeat { schedule, .. } => schedule.due(),
            Source::Lines { .. } | Source::Bytes(_) | Source::Stream { .. } => None,
        }
    }

    /// Whether everything was sent.
    pub(crate) fn done(&self) -> bool {
        match &self.source {
            Source::Repeat { schedule, .. } => schedule.due().is_none(),
            Source::Lines { lines, .. } => lines.ended(),
            Source::Bytes(bytes) => bytes.ended && !bytes.has_message(),
            Source::Stream { ended, .. } => *ended,
        }
    }

    /// Asked and measured interval, where there is one.
    pub(crate) fn pace(&self) -> Option<Pace> {
        match &self.source {
            Source::Repeat { schedule, at_once: false, .. } => schedule.pace(),
            _ => None,
        }
    }
}
