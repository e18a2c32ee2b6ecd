//! `sockscope measure`: how long, how much, how many lost.

mod rtt;

use clap::Subcommand;

use crate::exit::Verdict;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Measure round trips: messages on a schedule that waits for no answer
    Rtt(rtt::Args),
}

pub(crate) fn run(args: Args) -> anyhow::Result<Verdict> {
    match args.what {
        What::Rtt(args) => rtt::run(&args),
    }
}
