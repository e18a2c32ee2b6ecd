//! The file that a receiver saves into: what it has, to be gone on with.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use sha2::Sha256;
use sockscope::core::problem::Problem;
use sockscope::error::{Error, words};

use super::check::Check;

/// The file that a receiver saves into.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(super) path: PathBuf,
    pub(super) file: File,
    /// Bytes that are there.
    pub(super) have: u64,
    /// Of them.
    pub(super) hash: Sha256,
    /// It was made here, and nobody has said yet that bytes will come: it goes when this does.
    fresh: bool,
}

impl Saved {
    /// Opens a file, or makes it, and makes the checksum of what it has.
    pub(crate) fn open(path: &str) -> Result<Self, Error> {
        let there = fs::metadata(path);
        if there.as_ref().is_ok_and(|data| !data.is_file()) {
            let what = format!("{path} is no file that could be gone on with");
            return Err(Problem::whole(path, what, "choose another name, or leave out --resume").into());
        }
        let opened = OpenOptions::new().append(true).create(true).open(path);
        let file = opened.map_err(|error| unwritable(path, &error))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let what = format!("another sockscope saves into {path} just now");
                return Err(Problem::whole(path, what, "wait for its end, or choose another name").into());
            }
            // Some file systems have no locks.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let have = file.metadata().map_err(|error| unwritable(path, &error))?.len();
        let hash = Check::new(Path::new(path), have, have)?.all()?.whole;
        Ok(Self { path: path.into(), file, have, hash, fresh: there.is_err() && have == 0 })
    }

    /// The bytes to come will be saved: what was made for them stays.
    pub(super) fn keep(&mut self) {
        self.fresh = false;
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        if self.fresh {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What to say where it cannot be written.
pub(super) fn unwritable(path: &str, error: &std::io::Error) -> Problem {
    Problem::whole("", format!("cannot write {path}: {}", words(error)), "")
}

#[cfg(test)]
mod tests {
    use super::super::check::sum;
    use super::*;

    #[test]
    fn a_file_is_made_and_goes_again_unless_it_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let text = path.to_str().unwrap();
        drop(Saved::open(text).unwrap());
        assert!(!path.exists());
        let mut saved = Saved::open(text).unwrap();
        assert_eq!((saved.have, sum(&saved.hash)), (0, sockscope::core::resume::Sum::EMPTY));
        assert!(Saved::open(text).unwrap_err().to_string().starts_with("another sockscope saves into"));
        saved.keep();
        drop(saved);
        assert!(path.exists());
    }

    #[test]
    fn what_is_no_file_or_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().to_str().unwrap();
        let told = Saved::open(text).unwrap_err().to_string();
        assert_eq!(
            told,
            format!(
                "{text} is no file that could be gone on with; choose another name, or leave out --resume"
            )
        );
        let told = Saved::open(&format!("{text}/no/such")).unwrap_err().to_string();
        assert_eq!(told, format!("cannot write {text}/no/such: not found"));
    }
}
