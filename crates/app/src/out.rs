//! The only file that writes to the terminal, but for the screens of the console and of panes.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;

use sockscope::bus::Sink;
use sockscope::core::event::Event;
use sockscope::error::Error;
use sockscope::view::Render;

use crate::exit;

/// Results are collected up to this many bytes and written at once; they never wait for more to come.
const FULL: usize = 256 << 10;

/// Bytes that are shown as they are go past the collection from this length on: copying costs more than a
/// write of their own.
const LARGE: usize = 16 << 10;

/// A view on one of the standard streams.
pub(crate) struct Stream<R> {
    render: R,
    buffer: Vec<u8>,
    file: File,
    /// How much is collected before it is written.
    full: usize,
}

impl<R: Render> Stream<R> {
    /// The view on standard output.
    pub(crate) fn stdout(render: R) -> io::Result<Self> {
        Self::on(render, io::stdout().as_fd(), FULL)
    }

    /// The view on standard error: what is said there is said at once.
    pub(crate) fn stderr(render: R) -> io::Result<Self> {
        Self::on(render, io::stderr().as_fd(), 1)
    }
}

/// Standard output for rows that were rendered elsewhere.
pub(crate) type Rows = Stream<()>;

impl Rows {
    /// Standard output.
    pub(crate) fn open() -> io::Result<Self> {
        Self::on((), io::stdout().as_fd(), FULL)
    }
}

impl<R> Stream<R> {
    fn on(render: R, fd: impl AsFd, full: usize) -> io::Result<Self> {
        let file = File::from(fd.as_fd().try_clone_to_owned()?);
        Ok(Self { render, buffer: Vec::new(), file, full })
    }

    /// Takes bytes as they are, behind what was collected.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() >= LARGE {
            self.flush()?;
            return self.write(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= self.full { self.flush() } else { Ok(()) }
    }

    /// Writes what was collected.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let buffer = std::mem::take(&mut self.buffer);
        let result = self.write(&buffer);
        self.buffer = buffer;
        self.buffer.clear();
        result
    }

    /// One at a time: what two threads have collected must not mix within a line.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _turn = io::stdout().lock();
        self.file.write_all(bytes)
    }
}

impl<R: Render> Sink for Stream<R> {
    fn event(&mut self, seq: u64, event: &Event<'_>) -> io::Result<()> {
        match self.render.plain(event) {
            Some(plain) => plain.slices().try_for_each(|bytes| self.put(bytes))?,
            None => self.render.event(seq, event, &mut self.buffer),
        }
        if self.buffer.len() >= self.full { self.flush() } else { Ok(()) }
    }

    fn idle(&mut self) -> io::Result<()> {
        self.flush()
    }
}

/// Standard output for bytes that others write: a recording.
pub(crate) fn stream() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Writes a finished result to standard output.
pub(crate) fn result(bytes: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// Writes talk to standard error. That it cannot be read any more is nobody's trouble.
pub(crate) fn talk(words: &str) {
    let _ = io::stderr().write_all(words.as_bytes());
}

/// Tells an error: one line, and its place where there is one.
pub(crate) fn error(error: &anyhow::Error) {
    talk(&format!("sockscope: {error}\n"));
    if let Some(place) = exit::problem(error).and_then(|problem| problem.place()) {
        talk(&format!("{place}\n"));
    }
}

/// Whether standard output is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Columns of the terminal that standard output is, if it is one.
pub(crate) fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(columns), _)| columns.into())
}

/// Lines of that terminal.
pub(crate) fn lines() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(_, terminal_size::Height(lines))| lines.into())
}

/// Columns of the terminal that standard error is; 80 where it is none.
pub(crate) fn talk_columns() -> usize {
    terminal_size::terminal_size_of(io::stderr())
        .map_or(80, |(terminal_size::Width(columns), _)| columns.into())
}

/// Whether standard error is a terminal.
pub(crate) fn talk_is_terminal() -> bool {
    io::stderr().is_terminal()
}
