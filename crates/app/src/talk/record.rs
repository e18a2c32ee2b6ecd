//! What passes, written into a file as JSON lines, all of it, from the word on.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sockscope::core::charset::Viewing;
use sockscope::core::event::{Event, SocketId};
use sockscope::view::Render;
use sockscope::view::json::Json;

/// JSON lines on their way into a file, if there is one.
#[derive(Debug)]
pub(super) struct Record {
    json: Json,
    /// The lines that told of the sockets that are open: a file that begins later begins with them.
    opened: BTreeMap<SocketId, Vec<u8>>,
    file: Option<Target>,
    line: Vec<u8>,
}

#[derive(Debug)]
struct Target {
    path: PathBuf,
    file: BufWriter<std::fs::File>,
    lines: u64,
}

impl Record {
    /// Nothing is written yet.
    pub(super) fn new(charset: Option<Viewing>) -> Self {
        Self { json: Json::new(charset), opened: BTreeMap::new(), file: None, line: Vec::new() }
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
        if is("pcapng") || is("pcap") {
            return Err(format!(
                "{shown}: recordings of packets come in a later version; name it .jsonl to write JSON lines"
            ));
        }
        if let Some(target) = &self.file {
            return Err(format!("{} is being written; /save off ends that first", target.path.display()));
        }
        let file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error
            .kind()
        {
            io::ErrorKind::AlreadyExists => {
                format!("{shown} is there already and stays as it is; choose another name")
            }
            _ => format!("cannot write {shown}: {}", words(&error)),
        })?;
        let mut target = Target { path: path.to_owned(), file: BufWriter::new(file), lines: 0 };
        for line in self.opened.values() {
            target.write(line).map_err(|error| format!("cannot write {shown}: {}", words(&error)))?;
        }
        self.file = Some(target);
        Ok(())
    }

    /// Writes no more; what was written: where, and how many lines.
    ///
    /// # Errors
    ///
    /// What was held back could not be written.
    pub(super) fn end(&mut self) -> Option<Result<(PathBuf, u64), String>> {
        let mut target = self.file.take()?;
        let told = |error: io::Error| format!("cannot write {}: {}", target.path.display(), words(&error));
        Some(target.file.flush().map_err(told).map(|()| (target.path, target.lines)))
    }

    /// Takes an event.
    ///
    /// # Errors
    ///
    /// It could not be written; nothing will be any more.
    pub(super) fn event(&mut self, seq: u64, event: &Event<'_>) -> Result<(), String> {
        let wanted = self.file.is_some();
        if !wanted && !matches!(event, Event::Opened(_) | Event::Closed(_)) {
            return Ok(());
        }
        self.line.clear();
        self.json.event(seq, event, &mut self.line);
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
        let result = self.with(|target| target.write(&line));
        self.line = line;
        result
    }

    /// Writes what was held back.
    ///
    /// # Errors
    ///
    /// As [`Record::event`].
    pub(super) fn idle(&mut self) -> Result<(), String> {
        self.with(|target| target.file.flush())
    }

    fn with(&mut self, write: impl FnOnce(&mut Target) -> io::Result<()>) -> Result<(), String> {
        let Some(target) = &mut self.file else { return Ok(()) };
        let Err(error) = write(target) else { return Ok(()) };
        let told = format!(
            "cannot write {} any more, after {} lines: {}",
            target.path.display(),
            target.lines,
            words(&error)
        );
        self.file = None;
        Err(told)
    }
}

impl Target {
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
