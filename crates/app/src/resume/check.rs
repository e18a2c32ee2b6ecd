//! Checksums of a file and of its first bytes, made piece by piece.

use std::path::Path;

use sha2::{Digest, Sha256};
use sockscope::core::resume::Sum;
use sockscope::error::Error;

use crate::pieces::Pieces;

/// Pieces that are read before others get their turn.
const AT_ONCE: usize = 16;

/// Checksums of a file and of its first bytes, on their way.
#[derive(Debug)]
pub(super) struct Check {
    pieces: Pieces,
    /// Bytes that come before `first` is taken.
    until: u64,
    hash: Sha256,
    first: Option<Sha256>,
}

/// What came out.
#[derive(Debug)]
pub(super) struct Checked {
    /// Of the first bytes, to go on from.
    pub(super) first: Sha256,
    /// Of the whole.
    pub(super) whole: Sha256,
    /// The file has fewer bytes than it had.
    pub(super) short: bool,
}

impl Check {
    /// Of the first `first` bytes of a file, and of its first `size`.
    pub(super) fn new(path: &Path, first: u64, size: u64) -> Result<Self, Error> {
        let pieces = Pieces::between(path, 0, size)?;
        Ok(Self { pieces, until: first, hash: Sha256::new(), first: None })
    }

    /// Makes some of it.
    pub(super) fn some(&mut self) -> Result<Option<Checked>, Error> {
        for _ in 0..AT_ONCE {
            let Some(bytes) = self.pieces.next()? else {
                let (first, whole) = (self.first.take().unwrap_or(self.hash.clone()), self.hash.clone());
                return Ok(Some(Checked { first, whole, short: self.pieces.is_short() }));
            };
            self.take(&bytes);
        }
        Ok(None)
    }

    /// Makes all of it at once.
    pub(super) fn all(mut self) -> Result<Checked, Error> {
        loop {
            if let Some(checked) = self.some()? {
                return Ok(checked);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let ends_here = usize::try_from(self.until).ok().filter(|until| *until < bytes.len());
        let (before, behind) = bytes.split_at(ends_here.unwrap_or(bytes.len()));
        self.hash.update(before);
        if ends_here.is_some() && self.first.is_none() {
            self.first = Some(self.hash.clone());
        }
        self.hash.update(behind);
        self.until -= before.len() as u64;
    }
}

/// The checksum of what went into it.
pub(super) fn sum(hash: &Sha256) -> Sum {
    Sum(hash.clone().finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Sum {
        Sum(Sha256::digest(bytes).into())
    }

    #[test]
    fn both_are_those_of_the_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        for first in [0, 1, 65_535, 65_536, 65_537, 1_048_576, 2_999_999, 3_000_000] {
            let checked = Check::new(&path, first as u64, bytes.len() as u64).unwrap().all().unwrap();
            assert_eq!(
                (sum(&checked.first), sum(&checked.whole)),
                (of(&bytes[..first]), of(&bytes)),
                "{first}"
            );
            assert!(!checked.short);
        }
        assert!(Check::new(&path, 5, 3_000_001).unwrap().all().unwrap().short);
        assert_eq!(of(b""), Sum::EMPTY);
    }
}
