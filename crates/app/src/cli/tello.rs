//! `sockscope tello`: fly a Tello drone, or be one.

mod commands;
mod fly;
mod judge;
mod netns;
mod sim;

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
    /// Be a drone, or many: answer, move and tell state as the hardware does
    Sim(sim::Args),
    /// Say who kept to the protocol in a recording, client and drone
    Judge(judge::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    match &args.what {
        What::Commands(args) => commands::run(args),
        What::Fly(args) => fly::run(args),
        What::Judge(args) => judge::run(args),
        What::Sim(args) => sim::run(args),
    }
}

/// An SDK by its number.
fn sdk(text: &str) -> Result<sockscope_tello::sdk::Sdk, String> {
    text.parse().map_err(|problem: sockscope::core::problem::Problem| problem.to_string())
}
