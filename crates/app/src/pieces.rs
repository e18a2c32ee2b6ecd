//! A file that is sent: on a stream piece by piece, as room is made, and else as one message.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sockscope::error::Error;

/// Bytes that are read and sent at once on a stream.
pub(crate) const PIECE: u64 = 64 << 10;

/// A file on its way.
#[derive(Debug)]
pub(crate) struct Pieces {
    path: PathBuf,
    file: File,
    /// Bytes that are wanted and were not taken yet.
    left: u64,
    /// It is one message.
    whole: bool,
    /// Something of it was taken.
    begun: bool,
}

impl Pieces {
    /// All of a file. `whole`: its bounds count, so that it goes as one message.
    pub(crate) fn open(path: &Path, whole: bool) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| unreadable(path, error))?;
        Ok(Self { path: path.to_owned(), file, left: u64::MAX, whole, begun: false })
    }

    /// The bytes of a file from `from` up to `to`, for a stream.
    pub(crate) fn between(path: &Path, from: u64, to: u64) -> Result<Self, Error> {
        let mut pieces = Self::open(path, false)?;
        pieces.file.seek(SeekFrom::Start(from)).map_err(|error| unreadable(path, error))?;
        pieces.left = to.saturating_sub(from);
        Ok(pieces)
    }

    /// The next piece; `None` when all was taken. An empty file is one empty message where bounds count, and
    /// nothing on a stream.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.whole && self.begun {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let most = if self.whole { u64::MAX } else { PIECE.min(self.left) };
        (&self.file).take(most).read_to_end(&mut bytes).map_err(|error| unreadable(&self.path, error))?;
        self.begun = true;
        self.left -= bytes.len() as u64;
        Ok(Some(bytes).filter(|bytes| self.whole || !bytes.is_empty()))
    }

    /// Whether it ended before all was taken that is wanted of it.
    pub(crate) fn is_short(&self) -> bool {
        self.left > 0
    }
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::Read { what: path.display().to_string(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(content: &[u8], whole: bool) -> Vec<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        std::fs::write(&path, content).unwrap();
        let mut pieces = Pieces::open(&path, whole).unwrap();
        let mut sent = Vec::new();
        let mut lengths = Vec::new();
        while let Some(piece) = pieces.next().unwrap() {
            lengths.push(piece.len());
            sent.extend(piece);
        }
        assert_eq!(sent, content);
        lengths
    }

    #[test]
    fn a_stream_takes_pieces_and_all_else_one_message() {
        let content: Vec<u8> = (0..150_000).map(|at| (at % 251) as u8).collect();
        assert_eq!(all(&content, false), [65_536, 65_536, 18_928]);
        assert_eq!(all(&content, true), [150_000]);
        assert_eq!((all(b"", false), all(b"", true)), (vec![], vec![0]));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let why = Pieces::open(Path::new("/no/such"), true).unwrap_err();
        assert_eq!(why.to_string(), "cannot read /no/such: not found");
    }

    #[test]
    fn a_part_is_taken_and_what_is_missing_of_it_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        std::fs::write(&path, "0123456789").unwrap();
        let mut pieces = Pieces::between(&path, 3, 7).unwrap();
        assert_eq!(pieces.next().unwrap().unwrap(), b"3456");
        assert_eq!((pieces.next().unwrap(), pieces.is_short()), (None, false));
        let mut pieces = Pieces::between(&path, 8, 12).unwrap();
        assert_eq!(pieces.next().unwrap().unwrap(), b"89");
        assert_eq!((pieces.next().unwrap(), pieces.is_short()), (None, true));
    }
}
