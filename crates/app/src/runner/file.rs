//! A file that is sent: on a stream piece by piece, as room is made, and else as one message.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sockscope::core::script::SessionId;
use sockscope::error::words;

/// Bytes that are read and sent at once on a stream.
const PIECE: u64 = 64 << 10;

/// A file on its way.
#[derive(Debug)]
pub(super) struct Pieces {
    pub(super) session: SessionId,
    pub(super) peer: u64,
    path: PathBuf,
    file: File,
    /// It is one message.
    whole: bool,
    /// Something of it was sent.
    begun: bool,
}

impl Pieces {
    /// A file for this peer. `whole`: its bounds count, so that it goes as one message.
    pub(super) fn open(path: &Path, session: SessionId, peer: u64, whole: bool) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self { session, peer, path: path.to_owned(), file, whole, begun: false })
    }

    /// The next piece; `None` when all was taken. An empty file is one empty message where bounds count, and
    /// nothing on a stream.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        if self.whole && self.begun {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let most = if self.whole { u64::MAX } else { PIECE };
        (&self.file).take(most).read_to_end(&mut bytes).map_err(|error| unreadable(&self.path, &error))?;
        self.begun = true;
        Ok(Some(bytes).filter(|bytes| self.whole || !bytes.is_empty()))
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot read {}: {}", path.display(), words(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(content: &[u8], whole: bool) -> Vec<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        std::fs::write(&path, content).unwrap();
        let mut pieces = Pieces::open(&path, SessionId(0), 0, whole).unwrap();
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
        let why = Pieces::open(Path::new("/no/such"), SessionId(0), 0, true).unwrap_err();
        assert_eq!(why, "cannot read /no/such: not found");
    }
}
