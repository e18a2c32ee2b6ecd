//! `sockscope script`: hold the conversation of a script, and check it.

use std::path::Path;

use sockscope::bus::Bus;
use sockscope::core::charset::Viewing;
use sockscope::core::event::End;
use sockscope::core::problem::Problem;
use sockscope::core::script::{Player, Script};
use sockscope::drive;
use sockscope::plan::{Place, Plan};

use super::args;
use super::look::{self, Look};
use crate::exit::Verdict;
use crate::runner::{Runner, load, told};
use crate::{out, signals};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The script: one statement a line (docs/scripts.md)
    #[arg(required = true, value_name = "FILE")]
    file: String,
    /// Values for the arguments of the script: addr=tcp://192.168.1.10:502
    #[arg(value_name = "NAME=VALUE")]
    values: Vec<String>,
    /// Read the script and list its steps, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Charset that rows are shown in; that of the script unless said otherwise
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    /// Seed of {random:N}, unless the script has one; chosen and told when absent
    #[arg(long, value_name = "N", value_parser = args::number)]
    seed: Option<u64>,
    #[command(flatten)]
    look: Look,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let script = load(Path::new(&args.file), &args.values)?;
    if args.dry_run {
        out::result(told::steps(&script).as_bytes())?;
        return Ok(Verdict::Done);
    }
    let seed = args.seed.unwrap_or_else(look::seed);
    if script.is_random() && script.seed().or(args.seed).is_none() {
        out::talk(&format!("random bytes from --seed {seed}\n"));
    }
    let viewing = args.viewing(&script)?;
    let (runner, report) = Runner::new(Player::new(script, seed, look::utc_offset()));
    let stop = signals::stop()?;
    let (bus, saving) = args.look.bus(viewing.as_ref(), look::WIDE)?;
    let voice = told::Voice::new(bus, !args.look.is_rows(), args.look.is_quiet());
    let ended = drive::run(Plan::new(Place::Guided(Box::new(runner))), &mut Bus::new().with(voice), &stop);
    let told = !args.look.is_quiet() || ended.as_ref().is_ok_and(|outcome| outcome.end != End::Done);
    if told && ended.is_ok() {
        out::talk(&told::ending(&report.borrow(), &args.look.palette(out::talk_is_terminal())));
    }
    // What was stopped half-way was not met.
    saving.end(ended.map(|outcome| if outcome.end == End::Stopped { Verdict::No } else { outcome.into() }))
}

impl Args {
    /// What rows are shown in.
    fn viewing(&self, script: &Script) -> Result<Option<Viewing>, Problem> {
        let label = self.encoding.as_deref().or(script.charset().map(|charset| charset.name()));
        label.map(|label| Viewing::find(label, &look::locale())).transpose()
    }
}
