//! `sockscope listen`: bind and show every message of every peer.

use sockscope::core::charset::{Charset, Unmappable, Viewing};
use sockscope::core::event::Purpose;
use sockscope::core::payload::{Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::core::session::Only;
use sockscope::drive;
use sockscope::plan::{Answer, Place, Plan, WHOLE};

use super::args::{self, Ends, Flags};
use super::look::{self, Look};
use crate::exit::Verdict;
use crate::signals;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen: udp://127.0.0.1:8080, udp://:8080 for all addresses, port 0 for any free one
    #[arg(required = true, value_name = "ENDPOINT")]
    endpoints: Vec<String>,
    /// Charset of the text: gbk, utf-8, …, or auto to guess
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    /// Answer every message with this text (with escapes and fields, like `send`)
    #[arg(long, value_name = "TEXT", conflicts_with = "echo")]
    reply: Option<String>,
    /// Answer every message with itself
    #[arg(long)]
    echo: bool,
    /// Hear only this peer: an address, with or without a port
    #[arg(long, value_name = "ADDR", value_parser = args::peer)]
    peer: Option<Only>,
    /// Room for one message in bytes; longer ones are cut, and that is told
    #[arg(long, value_name = "SIZE", value_parser = args::buffer, default_value_t = WHOLE, hide_default_value = true)]
    buffer: usize,
    /// Seed of the random bytes in a reply
    #[arg(long, value_name = "N", value_parser = args::number, default_value_t = 0)]
    seed: u64,
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
        place: Place::Listen(args.flags.endpoints(&args.endpoints)?, Purpose::Listen),
        buffer: args.buffer,
        only: args.peer,
        answer: answer(&args)?,
        limits: args.ends.limits(),
        seed: args.seed,
        utc_offset: look::utc_offset(),
    };
    let stop = signals::stop()?;
    let mut bus = args.look.bus(viewing.as_ref(), look::WIDE)?;
    Ok(drive::run(plan, &mut bus, &stop)?.into())
}

fn answer(args: &Args) -> anyhow::Result<Answer> {
    if args.echo {
        return Ok(Answer::Echo);
    }
    let Some(text) = &args.reply else { return Ok(Answer::Nothing) };
    let charset = match args.encoding.as_deref() {
        None | Some("auto") => Charset::UTF_8,
        Some(label) => Charset::find(label)?,
    };
    let payload = Payload::text(text)?;
    let template = payload.compile(charset, &Unmappable::Refuse, Eol::None).map_err(|problem| Problem {
        remedy: "leave it out, or choose another --encoding".to_owned(),
        ..problem
    })?;
    Ok(Answer::Payload(template))
}
