//! `sockscope echo`: answer every message with itself.

use sockscope::core::event::Purpose;
use sockscope::plan::Answer;

use super::serve::Serve;
use crate::exit::Verdict;
use crate::transfer::Transfer;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    serve: Serve,
}

pub(crate) fn run(mut args: Args) -> anyhow::Result<Verdict> {
    args.serve.run(Purpose::Echo, Answer::Echo, None::<Transfer>, |_| {})
}
