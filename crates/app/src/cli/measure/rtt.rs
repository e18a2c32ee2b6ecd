//! `sockscope measure rtt`: round trips.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use sockscope::bus::Bus;
use sockscope::core::endpoint::Shape;
use sockscope::core::framing::Framing;
use sockscope::core::measure::rtt::{SMALLEST, Ways};
use sockscope::core::rng::Rng;
use sockscope::drive;
use sockscope::plan::{Place, Plan};

use crate::cli::args::{self, Flags};
use crate::cli::look;
use crate::cli::save::Save;
use crate::exit::Verdict;
use crate::measure::{Meter, told};
use crate::{out, signals};

const SECOND: u64 = 1_000_000_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Who answers: sockscope echo, or anything else that gives back what it gets
    #[arg(value_name = "ENDPOINT")]
    endpoint: String,
    /// Messages a second: 1000/s, 1000; the next one waits for no answer
    #[arg(long, value_name = "N/s", default_value = "100/s", value_parser = rate)]
    rate: Duration,
    /// Length of each message in bytes, at least 48
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = size)]
    size: usize,
    /// End after so many messages
    #[arg(long, value_name = "N", value_parser = args::count)]
    count: Option<u64>,
    /// End after so long; 10s where no --count is given
    #[arg(long = "for", value_name = "TIME", value_parser = args::duration)]
    total: Option<Duration>,
    /// How long answers are waited for after the last message; one that takes longer is late
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = args::duration)]
    wait: Duration,
    /// Ping-pong: the next message goes when the answer is there; this hides delay
    #[arg(long, conflicts_with = "rate")]
    closed: bool,
    /// JSON lines: one a second, and one at the end
    #[arg(long)]
    json: bool,
    /// Only the report at the end
    #[arg(long, short)]
    quiet: bool,
    /// Seed of the number that marks this run's messages; chosen and told when absent
    #[arg(long, value_name = "N", value_parser = args::number)]
    seed: Option<u64>,
    #[command(flatten)]
    save: Save,
    #[command(flatten)]
    flags: Flags<false>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let endpoint = args.flags.endpoint(&args.endpoint)?;
    let stream = endpoint.scheme.shape == Shape::Stream;
    let framing = stream.then(|| Framing::parse(&format!("fixed:{}", args.size))).transpose()?;
    let seed = args.seed.unwrap_or_else(look::seed);
    if args.seed.is_none() && !args.quiet {
        out::talk(&format!("messages marked from --seed {seed}\n"));
    }
    let ways = Ways {
        every: args.rate,
        count: args.count,
        total: args.total.or_else(|| args.count.is_none().then_some(Duration::from_secs(10))),
        wait: args.wait,
        closed: args.closed,
        size: args.size,
    };
    let rows = if args.quiet { told::Rows::None } else { told::Rows::new(args.json) };
    let asked = endpoint.to_string();
    let (meter, course) = Meter::new(ways, Rng::new(seed).next_u64(), endpoint, framing.map(Arc::new), rows);
    let stop = signals::stop()?;
    let (mut bus, saving) = args.save.bus(Bus::new(), None, true)?;
    let ended = drive::run(Plan::new(Place::Guided(Box::new(meter))), &mut bus, &stop);
    let course: &RefCell<_> = Rc::as_ref(&course);
    let course = course.borrow();
    if ended.is_ok() {
        match course.rtt.other() {
            None => out::talk(&told::nobody(&asked, course.trouble.as_deref())),
            Some(_) => out::result(&told::report(&course, &ways, args.json))?,
        }
    }
    let answered = course.rtt.report().counts.answered > 0;
    saving.end(ended.map(|_| if answered && course.trouble.is_none() { Verdict::Done } else { Verdict::No }))
}

/// Time from one message to the next.
fn rate(text: &str) -> Result<Duration, String> {
    let wrong = || "write how many a second, from 1 to 1000000: 1000/s".to_owned();
    let number = text.strip_suffix("/s").unwrap_or(text).parse::<u64>().map_err(|_| wrong())?;
    if !(1..=1_000_000).contains(&number) {
        return Err(wrong());
    }
    Ok(Duration::from_nanos(SECOND / number))
}

fn size(text: &str) -> Result<usize, String> {
    let size = args::buffer(text)?;
    if size < SMALLEST {
        return Err(format!(
            "a message has {SMALLEST} bytes at least: its header, and the other side's times"
        ));
    }
    Ok(size)
}
