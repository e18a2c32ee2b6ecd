//! What passes, written into a file, all of it, from the word on: as JSON lines, or as a recording.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sockscope::bus::Sink;

use sockscope::core::charset::Viewing;
use sockscope::core::event::{Event, SocketId};
use sockscope::core::problem::Problem;
use sockscope::record::{self, Saved};
use sockscope::view::Render;
use sockscope::view::json::Json;
use sockscope::view::pcapng::Recorder;

use crate::cli;

/// What passes on its way into a file, if there is one.
#[derive(Debug)]
pub(super) struct Record {
    json: Json,
    /// The lines that told of the sockets that are open: a file that begins later begins with them.
    opened: BTreeMap<SocketId, Vec<u8>>,
    /// The same for a recording.
    recorder: Recorder,
    file: Option<Target>,
    line: Vec<u8>,
}

#[derive(Debug)]
enum Target {
    Lines(Lines),
    Packets(Box<Packets>),
}

/// A recording, and what it has to tell.
#[derive(Debug)]
struct Packets {
    record: record::Record,
    saved: Rc<RefCell<Saved>>,
    trouble: Rc<RefCell<Option<String>>>,
}

#[derive(Debug)]
struct Lines {
    path: PathBuf,
    file: BufWriter<std::fs::File>,
    lines: u64,
}

impl Record {
    /// Nothing is written yet.
    pub(super) fn new(charset: Option<Viewing>) -> Self {
        let recorder = Recorder::new(cli::about(charset.as_ref()));
        Self { json: Json::new(charset), opened: BTreeMap::new(), recorder, file: None, line: Vec::new() }
    }

    /// Shows text in this charset from now on.
    pub(super) fn charset(&mut self, charset: Option<Viewing>) {
        self.json = Json::new(charset);
    }

    /// Writes into a new file from now on.
    ///
    /// # Errors
    ///
    /// Why not, with what would help.
    pub(super) fn begin(&mut self, path: &Path) -> Result<(), String> {
        let shown = path.display();
        let is = |wanted: &str| path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case(wanted));
        if is("pcap") {
            return Err(format!("{shown}: recordings are written as pcapng; name it .pcapng"));
        }
        if let Some(target) = &self.file {
            return Err(format!("{} is being written; /save off ends that first", target.path().display()));
        }
        if is("pcapng") {
            let packets =
                Packets::begin(path, self.recorder.clone()).map_err(|problem| problem.to_string())?;
            self.file = Some(Target::Packets(Box::new(packets)));
            return Ok(());
        }
        let file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error
            .kind()
        {
            io::ErrorKind::AlreadyExists => {
                format!("{shown} is there already and stays as it is; choose another name")
            }
            _ => format!("cannot write {shown}: {}", words(&error)),
        })?;
        let mut lines = Lines { path: path.to_owned(), file: BufWriter::new(file), lines: 0 };
        for line in self.opened.values() {
            lines.write(line).map_err(|error| format!("cannot write {shown}: {}", words(&error)))?;
        }
        self.file = Some(Target::Lines(lines));
        Ok(())
    }

    /// Writes no more; what was written, in words.
    ///
    /// # Errors
    ///
    /// What was held back could not be written.
    pub(super) fn end(&mut self) -> Option<Result<String, String>> {
        Some(match self.file.take()? {
            Target::Lines(mut lines) => {
                let path = lines.path.display();
                let told = |error: io::Error| format!("cannot write {path}: {}", words(&error));
                lines.file.flush().map_err(told).map(|()| format!("{path} has {} lines", lines.lines))
            }
            Target::Packets(mut packets) => packets.idle().map(|()| cli::recorded(&packets.saved.borrow())),
        })
    }

    /// Takes an event.
    ///
    /// # Errors
    ///
    /// It could not be written; nothing will be any more.
    pub(super) fn event(&mut self, seq: u64, event: &Event<'_>) -> Result<(), String> {
        let is_bound = matches!(event, Event::Opened(_) | Event::Ended(_) | Event::Closed(_));
        if is_bound {
            self.line.clear();
            self.recorder.event(seq, event, &mut self.line);
        }
        self.line.clear();
        if is_bound || matches!(self.file, Some(Target::Lines(_))) {
            self.json.event(seq, event, &mut self.line);
        }
        match event {
            Event::Opened(opened) => {
                self.opened.insert(opened.socket, self.line.clone());
            }
            Event::Closed(closed) => {
                self.opened.remove(&closed.socket);
            }
            _ => {}
        }
        let line = std::mem::take(&mut self.line);
        let result = self.with(|target| match target {
            Target::Lines(lines) => lines.tried(|lines| lines.write(&line)),
            Target::Packets(packets) => packets.event(seq, event),
        });
        self.line = line;
        result
    }

    /// Writes what was held back.
    ///
    /// # Errors
    ///
    /// As [`Record::event`].
    pub(super) fn idle(&mut self) -> Result<(), String> {
        self.with(|target| match target {
            Target::Lines(lines) => lines.tried(|lines| lines.file.flush()),
            Target::Packets(packets) => packets.idle(),
        })
    }

    fn with(&mut self, write: impl FnOnce(&mut Target) -> Result<(), String>) -> Result<(), String> {
        let Some(target) = &mut self.file else { return Ok(()) };
        let result = write(target);
        if result.is_err() {
            self.file = None;
        }
        result
    }
}

impl Target {
    fn path(&self) -> PathBuf {
        match self {
            Self::Lines(lines) => lines.path.clone(),
            Self::Packets(packets) => packets.saved.borrow().path.clone(),
        }
    }
}

impl Packets {
    fn begin(path: &Path, recorder: Recorder) -> Result<Self, Problem> {
        let trouble = Rc::<RefCell<Option<String>>>::default();
        let tell = {
            let trouble = Rc::clone(&trouble);
            move |words: &str| *trouble.borrow_mut() = Some(words.to_owned())
        };
        let target = record::Target { path: path.to_owned(), ..record::Target::default() };
        let (record, saved) = record::Record::open(target, recorder, tell)?;
        Ok(Self { record, saved, trouble })
    }

    fn event(&mut self, seq: u64, event: &Event<'_>) -> Result<(), String> {
        self.record.event(seq, event).map_err(|error| words(&error))?;
        self.trouble.take().map_or(Ok(()), Err)
    }

    fn idle(&mut self) -> Result<(), String> {
        self.record.idle().map_err(|error| words(&error))?;
        self.trouble.take().map_or(Ok(()), Err)
    }
}

impl Lines {
    /// Tells in words what went wrong.
    fn tried(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> Result<(), String> {
        write(self).map_err(|error| {
            let (path, lines) = (self.path.display(), self.lines);
            format!("cannot write {path} any more, after {lines} lines: {}", words(&error))
        })
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.write_all(lines)?;
        self.lines += lines.iter().filter(|byte| **byte == b'\n').count() as u64;
        Ok(())
    }
}

/// An error without its number.
pub(super) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}
