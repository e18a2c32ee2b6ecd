//! `sockscope tello`: fly a Tello drone, or be one.

mod commands;
mod console;
mod fly;
mod judge;
mod link;
mod netns;
mod probe;
mod sim;
mod sky;
mod snapshot;
mod watch;

use std::net::SocketAddr;

use clap::Subcommand;
use sockscope_tello::sdk::COMMAND_PORT;

use crate::exit::Verdict;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    console: console::Args,
}

#[derive(Subcommand)]
enum What {
    /// List the commands that a drone knows, with their ranges and answers
    Commands(commands::Args),
    /// Fly a script, checked before anything leaves the ground
    Fly(fly::Args),
    /// Be a drone, or many: answer, move and tell state as the hardware does
    Sim(sim::Args),
    /// Show what a drone tells of itself
    State(watch::StateArgs),
    /// Receive, count and check a drone's video
    Video(watch::VideoArgs),
    /// Say whether a drone or a simulator does what the protocol says
    Probe(probe::Args),
    /// Say who kept to the protocol in a recording, client and drone
    Judge(judge::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    match &args.what {
        None => console::run(&args.console),
        Some(What::Commands(args)) => commands::run(args),
        Some(What::Fly(args)) => fly::run(args),
        Some(What::State(args)) => watch::state(args),
        Some(What::Video(args)) => watch::video(args),
        Some(What::Probe(args)) => probe::run(args),
        Some(What::Judge(args)) => judge::run(args),
        Some(What::Sim(args)) => sim::run(args),
    }
}

/// An SDK by its number.
fn sdk(text: &str) -> Result<sockscope_tello::sdk::Sdk, String> {
    text.parse().map_err(|problem: sockscope::core::problem::Problem| problem.to_string())
}

/// An error of a file: what could not be done, with which, and why.
fn of_file(doing: &'static str, path: &std::path::Path) -> impl Fn(std::io::Error) -> anyhow::Error {
    move |error| anyhow::anyhow!("cannot {doing} {}: {error}", path.display())
}

/// A drone by its address, with a port or without.
fn drone(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse().map(|address| SocketAddr::new(address, COMMAND_PORT)))
        .map_err(|_| "a drone is an address with or without a port: 192.168.10.1".to_owned())
}
