//! What cannot be read twice, kept in a file without a name.

use std::env;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use sockscope_core::problem::Problem;
use sockscope_view::recording::Flaw;

use super::gzip::{Gunzip, Input};
use crate::error::{Error, words};

/// Bytes read and kept at once.
const PART: usize = 256 << 10;

/// What cannot be read twice, kept as far as it was read.
pub(super) struct Spool {
    name: String,
    input: Feed,
    file: File,
    len: u64,
    part: Vec<u8>,
}

/// Where it comes from.
enum Feed {
    Plain(Input),
    Packed(Box<Gunzip>),
    Ended(Option<Flaw>),
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool").field("name", &self.name).field("len", &self.len).finish_non_exhaustive()
    }
}

impl Spool {
    /// Keeps what `input` gives, unpacked. Waits for its first two bytes.
    pub(super) fn new(mut input: Input, name: &str) -> Result<Self, Error> {
        let mut first = Vec::new();
        let unreadable = |error| Error::Read { what: name.to_owned(), error };
        input.by_ref().take(2).read_to_end(&mut first).map_err(unreadable)?;
        let packed = Gunzip::is(&first);
        let input: Input = Box::new(io::Cursor::new(first).chain(input));
        let input = if packed { Feed::Packed(Box::new(Gunzip::new(input))) } else { Feed::Plain(input) };
        let file = nameless().map_err(|error| full(&error))?;
        Ok(Self { name: name.to_owned(), input, file, len: 0, part: vec![0; PART] })
    }

    /// How many bytes are kept.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Whether these are all.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.input, Feed::Ended(_))
    }

    /// What was wrong with how it is packed, once.
    pub(super) fn flaw(&mut self) -> Option<Flaw> {
        match &mut self.input {
            Feed::Ended(flaw) => flaw.take(),
            _ => None,
        }
    }

    /// Keeps `end` bytes, or all if they are fewer, and gives the file that they are in.
    pub(super) fn reach(&mut self, end: u64) -> Result<&File, Error> {
        while self.len < end && !self.is_whole() {
            let len = self.more().map_err(|error| Error::Read { what: self.name.clone(), error })?;
            self.file.write_all(&self.part[..len]).map_err(|error| full(&error))?;
            self.len += len as u64;
        }
        Ok(&self.file)
    }

    /// Reads once.
    fn more(&mut self) -> io::Result<usize> {
        loop {
            let (read, flaw) = match &mut self.input {
                Feed::Plain(input) => (input.read(&mut self.part), None),
                Feed::Packed(packed) => (packed.read(&mut self.part), packed.flaw()),
                Feed::Ended(_) => return Ok(0),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(0) => self.input = Feed::Ended(flaw),
                read => return read,
            }
        }
    }
}

/// Why no more can be kept.
fn full(error: &io::Error) -> Problem {
    let what = format!("cannot keep what is read in {}: {}", env::temp_dir().display(), words(error));
    Problem::whole("", what, "set TMPDIR to a folder with room")
}

/// A file for reading and writing that has no name any more, so that it goes when it is closed, however that comes.
fn nameless() -> io::Result<File> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("sockscope-{}-{number}", process::id()));
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            // Left behind by one that had this number before.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => {
                fs::remove_file(&path)?;
                return Ok(file);
            }
        }
    }
}
