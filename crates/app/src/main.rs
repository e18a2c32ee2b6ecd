//! The command line of sockscope.

#![forbid(unsafe_code)]

mod cli;
#[expect(dead_code, unused_imports, reason = "the command that talks comes next")]
mod console;
mod examples;
mod exit;
mod out;
mod signals;
mod transfer;

fn main() -> std::process::ExitCode {
    exit::code(cli::run())
}
