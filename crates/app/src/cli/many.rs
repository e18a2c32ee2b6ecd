//! Many peers at one UDP address: several sockets, each in a thread of its own, and who sent how much.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use sockscope::bus::Bus;
use sockscope::core::event::{Purpose, Totals};
use sockscope::core::problem::Problem;
use sockscope::core::tally::Tally;
use sockscope::drive::{self, Outcome};
use sockscope::error::Error;
use sockscope::plan::{Answer, Plan};
use sockscope::record::Saved;
use sockscope::shard::{self, Shard};
use sockscope::view::talk;
use sockscope::view::tally::Tallies;

use super::look::{self, Look};
use super::save;
use super::serve::Serve;
use crate::exit::Verdict;
use crate::tally::Counts;
use crate::{out, signals};

/// The most shards: more than there are processors to hear with.
const MOST: usize = 256;

#[derive(clap::Args)]
#[command(next_help_heading = "Many peers (udp)")]
pub(crate) struct Many {
    /// Hear with N sockets on the one address, each in a thread of its own: the kernel spreads the peers among them,
    /// each to the same one always. Shown batch by batch: in order within a shard, not across; sort by time. --save
    /// x.pcapng records x.0.pcapng, x.1.pcapng and so on (docs/scale.md)
    #[arg(long, value_name = "N", value_parser = shards)]
    pub(crate) shards: Option<usize>,
    /// Tell in the end which N peers sent the most, in a table that grows no further: where more than N came, counts
    /// are told as at least and at most. With --shards, a table of N in each
    #[arg(long, value_name = "N", value_parser = table, conflicts_with = "raw")]
    peers: Option<usize>,
}

/// What one shard came to.
struct Part {
    outcome: Result<Outcome, Error>,
    saved: Option<Saved>,
    counts: Option<(Option<String>, Tally)>,
}

impl Many {
    /// Counts what a bus tells, if that is asked for.
    pub(crate) fn count<'a>(&self, bus: Bus<'a>) -> (Bus<'a>, Option<Counts>) {
        let counts = self.peers.map(Counts::new);
        (counts.clone().into_iter().fold(bus, Bus::with), counts)
    }

    /// Tells who sent how much, if that is asked for.
    pub(crate) fn tell(&self, look: &Look, tables: &[(Option<String>, Tally)]) -> Result<(), Error> {
        let Some(most) = self.peers else { return Ok(()) };
        let (mut told, tallies) = (Vec::new(), Tallies::new(tables, most));
        match look.is_data() {
            true => tallies.json(&mut told),
            false => tallies.table(look::utc_offset(), &look.palette(out::is_terminal()), &mut told),
        }
        out::result(&told)
    }
}

impl Serve {
    /// Hears with as many shards as there are answers; each gets its own. `more` adds to the plan of each what the
    /// command has of its own.
    pub(crate) fn run_shards(
        &self,
        purpose: Purpose,
        answers: Vec<Answer>,
        more: impl Fn(&mut Plan, usize) + Sync,
    ) -> anyhow::Result<Verdict> {
        let endpoints = self.endpoints()?;
        let [endpoint] = &endpoints[..] else {
            let what = format!("--shards is for one endpoint, here are {}", endpoints.len());
            return Err(Problem::whole("", what, "start one for each").into());
        };
        let viewing = self.viewing()?;
        self.look.check_shards(answers.len())?;
        let (stop, seq) = (signals::stop()?, Arc::new(AtomicU64::new(0)));
        let shards = Shard::open(endpoint, purpose, answers.len(), self.limits())?;
        let jobs: Vec<_> = shards.into_iter().zip(answers).collect();
        let parts = shard::run(jobs, &stop, |number, (shard, answer)| {
            let mut plan = Plan { answer, ..shard.plan() };
            more(&mut plan, number);
            let (bus, saving) = self.look.bus_of_shard(viewing.as_ref(), number)?;
            let (mut bus, counts) = self.many.count(bus.numbered(Arc::clone(&seq)));
            let outcome = drive::run(plan, &mut bus, &stop);
            let counts = counts.map(|counts| (Some(format!("shard {number}")), counts.tally()));
            Ok::<_, anyhow::Error>(Part { outcome, saved: saving.saved(), counts })
        })?;
        self.tell_all(purpose, parts)
    }

    /// Tells what all shards came to, and what they recorded.
    fn tell_all(&self, purpose: Purpose, parts: Vec<Part>) -> anyhow::Result<Verdict> {
        let quiet = self.look.is_quiet();
        if !quiet {
            sum(purpose, &parts);
        }
        let mut whole = true;
        for saved in parts.iter().filter_map(|part| part.saved.as_ref()) {
            whole &= save::is_whole(saved, quiet);
        }
        self.look.joined().inspect(|words| out::talk(words));
        let (mut tables, mut failed) = (Vec::new(), None);
        for part in parts {
            tables.extend(part.counts);
            match part.outcome.map(Verdict::from) {
                Ok(verdict) => whole &= verdict == Verdict::Done,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        self.many.tell(&self.look, &tables)?;
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(if whole { Verdict::Done } else { Verdict::No }),
        }
    }
}

/// Tells what went through all shards together, unless all have failed.
fn sum(purpose: Purpose, parts: &[Part]) {
    let mut totals = Totals::default();
    let mut ended = None;
    for outcome in parts.iter().filter_map(|part| part.outcome.as_ref().ok()) {
        totals.add(&outcome.totals);
        ended = Some(outcome.end);
    }
    if let Some(end) = ended {
        let mut words = Vec::new();
        talk::together(parts.len(), purpose, end, &totals, &mut words);
        out::talk(&String::from_utf8_lossy(&words));
    }
}

fn shards(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(shards @ 1..=MOST) => Ok(shards),
        _ => Err(format!("write a number of shards from 1 to {MOST}, no more than there are processors")),
    }
}

fn table(text: &str) -> Result<usize, String> {
    const MOST: usize = 10_000_000;
    match text.parse() {
        Ok(peers @ 1..=MOST) => Ok(peers),
        _ => Err(format!("write a number of peers from 1 to {MOST}; each takes {} bytes", Tally::memory())),
    }
}
