//! `sockscope echo`: answer every message with itself.

use sockscope::core::charset::Viewing;
use sockscope::core::event::Purpose;
use sockscope::drive;
use sockscope::plan::{Answer, Place, Plan, WHOLE};

use super::args::{Ends, Flags};
use super::look::{self, Look};
use crate::exit::Verdict;
use crate::signals;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen: udp://127.0.0.1:9000, udp://:9000 for all addresses
    #[arg(required = true, value_name = "ENDPOINT")]
    endpoints: Vec<String>,
    /// Charset of the text shown: gbk, utf-8, …, or auto to guess
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    #[command(flatten)]
    ends: Ends,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    flags: Flags<true>,
}

pub(crate) fn run(args: Args) -> anyhow::Result<Verdict> {
    let viewing = args.encoding.as_deref().map(|label| Viewing::find(label, &look::locale())).transpose()?;
    let plan = Plan {
        place: Place::Listen(args.flags.endpoints(&args.endpoints)?, Purpose::Echo),
        buffer: WHOLE,
        only: None,
        answer: Answer::Echo,
        limits: args.ends.limits(),
        seed: 0,
        utc_offset: 0,
    };
    let stop = signals::stop()?;
    let mut bus = args.look.bus(viewing.as_ref(), look::WIDE)?;
    Ok(drive::run(plan, &mut bus, &stop)?.into())
}
