//! The command line of sockscope.

#![forbid(unsafe_code)]

mod cli;
mod examples;
mod exit;
mod out;
mod signals;

fn main() -> std::process::ExitCode {
    exit::code(cli::run())
}
