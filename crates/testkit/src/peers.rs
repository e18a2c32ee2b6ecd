//! Other people's programs. One that is missing is a failure where `CI=true` is set, and a printed,
//! counted skip elsewhere.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

static SKIPS: AtomicUsize = AtomicUsize::new(0);

/// Where a program is, or `None` after telling that a test is skipped for want of it.
///
/// # Panics
///
/// It is missing and `CI=true` is set.
pub fn peer(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        skip(&format!("{name} is not installed"));
    }
    found
}

/// A program with arguments, or `None` as [`peer`] says.
pub fn command(name: &str, args: &[&str]) -> Option<Command> {
    peer(name).map(|path| crate::program::command(path, args))
}

/// Python with a script, unbuffered, or `None` as [`peer`] says.
pub fn python(script: &str, args: &[&str]) -> Option<Command> {
    let mut command = command("python3", &["-u", "-c", script])?;
    command.args(args);
    Some(command)
}

/// Python from a folder of its own that has this module (`scripts/test` makes it), unbuffered, or `None` as [`peer`] says.
pub fn python_with(module: &str, args: &[&str]) -> Option<Command> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/python/bin/python");
    let has = Command::new(&own).args(["-c", &format!("import {module}")]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        skip(&format!("{module} for Python is not installed (scripts/test does it)"));
        return None;
    }
    let mut command = crate::program::command(own, &["-u"]);
    command.args(args);
    Some(command)
}

/// Tells that the test at hand is skipped, with a running number.
///
/// # Panics
///
/// `CI=true` is set: nothing is skipped there.
pub fn skip(why: &str) {
    assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "{why}, and CI=true allows no skip");
    let number = SKIPS.fetch_add(1, Ordering::Relaxed) + 1;
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // Past the capture of the test harness: a skip is seen also when every test passes.
    let _ = writeln!(io::stderr().lock(), "skipped {number}: {test}: {why}");
}
