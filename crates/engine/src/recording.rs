//! Recordings in files: pcap and pcapng, also packed with gzip or from standard input.
//!
//! A [`Recording`] is either walked through from its beginning to its end ([`Walk`]), or indexed, so that any
//! packet of it can be read at once ([`Index`]). It is never written to.

mod gzip;
mod index;
mod source;
mod spool;
mod walk;
mod window;

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;

use crate::error::Error;
pub use index::{Index, NOTES, Progress, Taken};
use source::Source;
use spool::Spool;
pub use walk::{Piece, Walk};

/// A recording that is open for reading.
#[derive(Debug)]
pub struct Recording {
    name: String,
    source: Source,
}

impl Recording {
    /// Opens the file at `path`, or standard input where that is `-`.
    ///
    /// What is packed with gzip and what is no plain file is put, unpacked, into a file without a name in the folder
    /// for such files (`TMPDIR`, else `/tmp`) as it is read, which goes when this does.
    ///
    /// # Errors
    ///
    /// It cannot be read, or there is no room for that file. Whether it is a recording is found out later.
    pub fn open(path: &str) -> Result<Self, Error> {
        let (name, file) = match path {
            "-" => ("standard input", io::stdin().as_fd().try_clone_to_owned().map(File::from)),
            _ => (path, File::open(path)),
        };
        let read = |error| Error::Read { what: name.to_owned(), error };
        let file = file.map_err(read)?;
        let kind = file.metadata().map_err(read)?;
        if kind.is_dir() {
            return Err(read(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        // What standard input is may have been read from before.
        let whole = kind.is_file() && path != "-";
        let source = Source::new(file, whole, name)?;
        Ok(Self { name: name.to_owned(), source })
    }

    /// A recording that is read from anything, as it comes.
    ///
    /// # Errors
    ///
    /// As [`Recording::open`].
    pub fn from_reader(input: impl Read + Send + 'static, name: &str) -> Result<Self, Error> {
        Ok(Self {
            name: name.to_owned(),
            source: Source::Spool(Box::new(Spool::new(Box::new(input), name)?)),
        })
    }

    /// The file's path as it was given, or `standard input`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has, unpacked, where that is known already. A file may grow.
    pub fn size(&self) -> Option<u64> {
        self.source.size()
    }
}
