//! Names of files that follow one another: `x.pcapng`, or `x-00001.pcapng` and so on.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

use sockscope_core::problem::Problem;

use super::Target;

/// The names of the files of a recording, in order.
#[derive(Debug)]
pub(super) struct Names {
    path: PathBuf,
    /// The number of the next file, where there are several.
    number: Option<u64>,
    keep: Option<usize>,
    made: VecDeque<PathBuf>,
}

impl Names {
    /// The names for a recording.
    ///
    /// # Errors
    ///
    /// There are such files already, and they are not to be gone on with.
    pub(super) fn new(target: &Target) -> Result<Self, Problem> {
        let mut names = Self {
            path: target.path.clone(),
            number: target.rotate.map(|_| 1),
            keep: target.keep,
            made: VecDeque::new(),
        };
        if target.rotate.is_some()
            && let Some(last) = names.last()
        {
            if !target.append {
                let path = names.numbered(last);
                let path = path.display();
                let remedy = "choose another name, remove them, or add --append to count on";
                return Err(Problem::whole("", format!("{path} is there already"), remedy));
            }
            names.number = Some(last + 1);
        }
        Ok(names)
    }

    /// The name of the next file.
    pub(super) fn next(&mut self) -> PathBuf {
        let path = match &mut self.number {
            None => self.path.clone(),
            Some(number) => {
                *number += 1;
                let number = *number - 1;
                self.numbered(number)
            }
        };
        self.made.push_back(path.clone());
        path
    }

    /// Removes the files that are too many; returns how many there were.
    pub(super) fn prune(&mut self) -> u64 {
        let mut removed = 0;
        while self.keep.is_some_and(|keep| self.made.len() > keep.max(1)) {
            let Some(oldest) = self.made.pop_front() else { break };
            removed += u64::from(fs::remove_file(oldest).is_ok());
        }
        removed
    }

    fn parts(&self) -> (String, String) {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let ending = self.path.extension().map(|ending| format!(".{}", ending.to_string_lossy()));
        (stem, ending.unwrap_or_default())
    }

    fn numbered(&self, number: u64) -> PathBuf {
        let (stem, ending) = self.parts();
        self.path.with_file_name(format!("{stem}-{number:05}{ending}"))
    }

    /// The highest number of the files that are there.
    fn last(&self) -> Option<u64> {
        let (stem, ending) = self.parts();
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let files = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
        let number = |file: fs::DirEntry| {
            let name = file.file_name().into_string().ok()?;
            let number = name.strip_prefix(&stem)?.strip_prefix('-')?.strip_suffix(&ending)?;
            (number.len() >= 5 && number.bytes().all(|digit| digit.is_ascii_digit()))
                .then(|| number.parse().ok())?
        };
        files.flatten().filter_map(number).max()
    }
}
