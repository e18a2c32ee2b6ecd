//! The program under test.

use std::process::Command;

/// `sockscope` with these arguments, in a plain environment: no colours, no locale, UTC.
pub(crate) fn sockscope(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    for name in ["NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(name);
    }
    command.env("TZ", "UTC").args(args);
    command
}
