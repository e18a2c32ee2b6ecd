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
    if let Some(shards) = args.serve.many.shards {
        let answers = (0..shards).map(|_| Answer::Echo).collect();
        return args.serve.run_shards(Purpose::Echo, answers, |_, _| {});
    }
    args.serve.run(Purpose::Echo, Answer::Echo, None::<Transfer>, |_| {})
}
