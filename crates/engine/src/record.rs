//! A recording of what passes, written as it passes: into one file, or into one after the other.
//!
//! Whole blocks are written at once, whenever nothing more is there to be taken in, so that a file can be read while
//! it is written, and to its end whatever becomes of this program. What cannot be written any more is counted, and
//! told; what goes on goes on.

mod file;
mod name;

use std::cell::RefCell;
use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use sockscope_core::event::{Event, Messages};
use sockscope_core::facts::Stamp;
use sockscope_core::problem::Problem;
use sockscope_view::Render;
use sockscope_view::pcapng::Recorder;

use crate::bus::Sink;
use crate::error::words;
use file::File;
pub use file::is_there;
use name::Names;

/// So much is collected before it is written, in bytes, while more comes.
const FULL: usize = 256 << 10;

/// Where to record, and how.
#[derive(Debug, Default)]
pub struct Target {
    /// The file, or what to call the stream.
    pub path: PathBuf,
    /// A stream to write to instead, such as standard output.
    pub stream: Option<fs::File>,
    /// Goes on behind what the file holds, instead of refusing one that is there.
    pub append: bool,
    /// When to begin the next file.
    pub rotate: Option<Rotate>,
    /// How many files to keep; the oldest is removed for a new one.
    pub keep: Option<usize>,
}

/// When one file of several is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotate {
    /// At so many bytes.
    Size(u64),
    /// After so long, by the times of what is recorded.
    Time(Duration),
}

/// What was recorded.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    /// The file, or the last of them.
    pub path: PathBuf,
    /// How many files were written.
    pub files: u64,
    /// How many of them were removed again, since only so many are kept.
    pub removed: u64,
    /// How many packets.
    pub packets: u64,
    /// How many of them were cut to the length asked for.
    pub cut: u64,
    /// Bytes in all files.
    pub bytes: u64,
    /// Bytes of a block without an end that stood at the end of the file and were cut off.
    pub mended: u64,
    /// Packets that could not be written, and why.
    pub lost: Option<(u64, String)>,
}

/// A sink that records.
pub struct Record {
    recorder: Recorder,
    names: Names,
    file: Option<File>,
    rotate: Option<Rotate>,
    /// When the file is full, where that depends on the time.
    until: Option<Stamp>,
    /// Length of the head that the file begins with.
    head: u64,
    buffer: Vec<u8>,
    saved: Rc<RefCell<Saved>>,
    tell: Box<dyn FnMut(&str)>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("saved", &self.saved).finish_non_exhaustive()
    }
}

impl Record {
    /// Opens the file. Returns what was recorded so far as well, to be looked at in the end. `tell` is told at once
    /// when nothing can be written any more.
    ///
    /// # Errors
    ///
    /// The file is there already, cannot be written, or is no recording to be gone on with.
    pub fn open(
        target: Target,
        recorder: Recorder,
        tell: impl FnMut(&str) + 'static,
    ) -> Result<(Self, Rc<RefCell<Saved>>), Problem> {
        let mut names = Names::new(&target)?;
        let path = names.next();
        let (file, mended) = match target.stream {
            Some(stream) => (File::stream(stream), 0),
            None => File::open(&path, target.append)?,
        };
        let saved = Saved { path, files: 1, mended, ..Saved::default() };
        let saved = Rc::new(RefCell::new(saved));
        let mut buffer = Vec::new();
        recorder.head(&mut buffer);
        let head = file.len() + buffer.len() as u64;
        let record = Self {
            recorder,
            names,
            file: Some(file),
            rotate: target.rotate,
            until: None,
            head,
            buffer,
            saved: Rc::clone(&saved),
            tell: Box::new(tell),
        };
        Ok((record, saved))
    }

    /// Writes what was collected.
    fn flush(&mut self) {
        let (end, packets) = (self.buffer.len(), self.recorder.packets());
        self.write(end, packets);
    }

    /// Writes the first `end` bytes of what was collected, which end with packet `packets` of all.
    fn write(&mut self, end: usize, packets: u64) {
        let Some(file) = &mut self.file else { return self.buffer.clear() };
        if end == 0 {
            return;
        }
        let result = file.write(&self.buffer[..end]);
        self.buffer.drain(..end);
        match result {
            Ok(()) => {
                let mut saved = self.saved.borrow_mut();
                saved.bytes += end as u64;
                saved.packets = packets;
            }
            Err((some, error)) => {
                self.saved.borrow_mut().packets += some;
                self.fail(&words(&error));
            }
        }
    }

    fn fail(&mut self, why: &str) {
        let mut saved = self.saved.borrow_mut();
        let why = format!("{}: {why}", saved.path.display());
        (self.tell)(&format!("nothing more can be recorded in {why}"));
        saved.lost = Some((self.recorder.packets() - saved.packets, why));
        (self.file, self.buffer) = (None, Vec::new());
    }

    /// Begins the next file. What was collected goes into it, behind its head.
    fn turn(&mut self) {
        let rest = std::mem::take(&mut self.buffer);
        self.recorder.head(&mut self.buffer);
        self.head = self.buffer.len() as u64;
        self.buffer.extend_from_slice(&rest);
        let path = self.names.next();
        self.saved.borrow_mut().path.clone_from(&path);
        match File::open(&path, false) {
            Ok((file, _)) => {
                self.file = Some(file);
                self.until = None;
                let mut saved = self.saved.borrow_mut();
                saved.files += 1;
                saved.removed += self.names.prune();
            }
            Err(problem) => self.fail(&problem.what),
        }
    }

    /// Takes one message, into the next file where this one is full.
    fn message(&mut self, seq: u64, messages: Messages<'_>) {
        let time = messages.iter().next().and_then(|message| message.facts.time).map(|(time, _)| time);
        if let (Some(time), Some(Rotate::Time(every))) = (time, self.rotate) {
            let every = u64::try_from(every.as_nanos()).unwrap_or(u64::MAX);
            let until = *self.until.get_or_insert(Stamp(time.0.saturating_add(every)));
            if time >= until {
                self.flush();
                self.turn();
                self.until = Some(Stamp(time.0.saturating_add(every)));
            }
        }
        let (start, packets) = (self.buffer.len(), self.recorder.packets());
        self.recorder.event(seq, &Event::Messages(messages), &mut self.buffer);
        let Some(Rotate::Size(most)) = self.rotate else { return };
        let before = self.file.as_ref().map_or(0, File::len) + start as u64;
        let after = before + (self.buffer.len() - start) as u64;
        // The first message of a file stays there, however long it is.
        if after > most && before > self.head {
            self.write(start, packets);
            self.turn();
        }
    }
}

impl Sink for Record {
    fn event(&mut self, seq: u64, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Messages(messages) if self.file.is_none() => {
                if let Some((lost, _)) = &mut self.saved.borrow_mut().lost {
                    *lost += messages.range.len() as u64;
                }
            }
            Event::Messages(messages) if self.rotate.is_some() => {
                for (number, index) in messages.range.clone().enumerate() {
                    self.message(seq + number as u64, Messages { range: index..index + 1, ..*messages });
                }
            }
            _ => self.recorder.event(seq, event, &mut self.buffer),
        }
        if self.buffer.len() >= FULL || self.file.is_none() {
            self.flush();
        }
        self.saved.borrow_mut().cut = self.recorder.cut();
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        self.flush();
        Ok(())
    }
}
