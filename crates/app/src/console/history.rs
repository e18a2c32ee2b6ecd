//! Where the lines that were typed are kept: a private file in the folder for state.

use std::ffi::OsString;
use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Lines that are kept.
pub(super) const LINES: usize = 1_000;

/// The file: `sockscope/` and its name in `$XDG_STATE_HOME`, or in `~/.local/state` (XDG Base Directory
/// Specification 0.8, where a relative path counts as none).
pub(super) fn path(file: &str, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("sockscope").join(file))
}

/// Makes sure that the file is there, can be written, and is nobody else's to read.
pub(super) fn prepare(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn with(variables: &'static [(&str, &str)]) -> Option<PathBuf> {
        path("history", |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_folder_is_the_one_for_state() {
        let state = with(&[("XDG_STATE_HOME", "/s"), ("HOME", "/h")]);
        assert_eq!(state, Some("/s/sockscope/history".into()));
        for odd in [&[("XDG_STATE_HOME", ""), ("HOME", "/h")][..], &[("XDG_STATE_HOME", "s"), ("HOME", "/h")]]
        {
            assert_eq!(with(odd), Some("/h/.local/state/sockscope/history".into()));
        }
        assert_eq!(with(&[]), None);
    }

    #[test]
    fn the_file_is_private_even_if_it_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/history");
        prepare(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::write(&path, "#V2\nold\n").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        prepare(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_to_string(&path).unwrap(), "#V2\nold\n");
        assert!(prepare(&path.join("below a file")).is_err());
    }
}
