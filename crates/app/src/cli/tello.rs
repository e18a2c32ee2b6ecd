//! `sockscope tello`: fly a Tello drone, or be one.

mod commands;
mod fly;

use clap::Subcommand;

use crate::exit::Verdict;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List the commands that a drone knows, with their ranges and answers
    Commands(commands::Args),
    /// Fly a script, checked before anything leaves the ground
    Fly(fly::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    match &args.what {
        What::Commands(args) => commands::run(args),
        What::Fly(args) => fly::run(args),
    }
}

/// An SDK by its number.
fn sdk(text: &str) -> Result<sockscope_tello::sdk::Sdk, String> {
    text.parse().map_err(|problem: sockscope::core::problem::Problem| problem.to_string())
}
