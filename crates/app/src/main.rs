//! The command line of sockscope.

#![forbid(unsafe_code)]

mod cli;
mod cockpit;
mod console;
mod examples;
mod exit;
mod measure;
mod opened;
mod out;
mod panes;
mod paper;
mod pieces;
mod replay;
mod resume;
mod runner;
mod sift;
mod signals;
mod talk;
mod tally;
mod transfer;

fn main() -> std::process::ExitCode {
    exit::code(cli::run())
}
