//! A script from its file.

use std::path::Path;

use sockscope::core::problem::Problem;
use sockscope::core::script::{Args, Script};
use sockscope::error::Error;

/// Reads a script. `values`: its arguments, as `NAME=VALUE`.
///
/// # Errors
///
/// The file cannot be read; the script is wrong: in which line, where, and what would be right.
pub(crate) fn load(path: &Path, values: &[String]) -> anyhow::Result<Script> {
    let file = path.display().to_string();
    let values = Args::parse(values)?;
    let bytes = std::fs::read(path).map_err(|error| Error::Read { what: file.clone(), error })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = read.split(|byte| *byte == b'\n').count();
        let what = format!("{file}:{line}: the line is not UTF-8");
        Problem::whole("", what, "save the script as UTF-8; what it sends is up to its encoding")
    })?;
    Ok(Script::parse(&text, &file, &values)?)
}
