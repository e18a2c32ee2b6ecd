//! Where the bytes of a recording come from.

use std::fs::File;
use std::io::{self, Seek};
use std::os::unix::fs::FileExt;

use sockscope_view::recording::Flaw;

use super::gzip::Gunzip;
use super::spool::Spool;
use crate::error::Error;

/// Where the bytes of a recording come from.
#[derive(Debug)]
pub(super) enum Source {
    /// A plain file, read where it lies. It may grow.
    Plain(File),
    /// Anything else, kept as it is read.
    Spool(Box<Spool>),
}

impl Source {
    /// Reads `file`, where it lies if it is a `whole` plain one.
    pub(super) fn new(mut file: File, whole: bool, name: &str) -> Result<Self, Error> {
        let mut first = [0; 2];
        let unreadable = |error| Error::Read { what: name.to_owned(), error };
        if !whole {
            return Ok(Self::Spool(Box::new(Spool::new(Box::new(file), name)?)));
        }
        let len = read_at(&file, &mut first, 0).map_err(unreadable)?;
        if !Gunzip::is(&first[..len]) {
            return Ok(Self::Plain(file));
        }
        file.rewind().map_err(unreadable)?;
        Ok(Self::Spool(Box::new(Spool::new(Box::new(file), name)?)))
    }

    /// Reads what lies at `at`, as far as it is there at once; nothing where it ends.
    #[inline]
    pub(super) fn read(&mut self, buffer: &mut [u8], at: u64, name: &str) -> Result<usize, Error> {
        let file = match self {
            Self::Plain(file) => file,
            Self::Spool(spool) => spool.reach(at.saturating_add(1))?,
        };
        read_at(file, buffer, at).map_err(|error| Error::Read { what: name.to_owned(), error })
    }

    /// Whether it has so many bytes; of what is kept as it is read, once all these were read or it has ended.
    pub(super) fn reaches(&mut self, end: u64) -> Result<bool, Error> {
        match self {
            Self::Plain(_) => Ok(self.size().is_none_or(|size| size >= end)),
            Self::Spool(spool) => {
                spool.reach(end)?;
                Ok(spool.len() >= end)
            }
        }
    }

    /// How many bytes it has, where that is known.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::Plain(file) => file.metadata().map(|data| data.len()).ok(),
            Self::Spool(spool) => spool.is_whole().then(|| spool.len()),
        }
    }

    /// Whether nothing can come any more behind its end.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Spool(spool) => spool.is_whole(),
        }
    }

    /// What was wrong with how it is packed, once.
    pub(super) fn flaw(&mut self) -> Option<Flaw> {
        match self {
            Self::Plain(_) => None,
            Self::Spool(spool) => spool.flaw(),
        }
    }
}

/// pread(2), whatever interrupts it.
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    loop {
        match file.read_at(buffer, at) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
