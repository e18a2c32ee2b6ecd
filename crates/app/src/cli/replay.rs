//! `sockscope replay`: a recording's payloads sent again.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use clap::ValueEnum;
use sockscope::clock::Clock;
use sockscope::core::capture_filter::Filter;
use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::endpoint::{self, Endpoint};
use sockscope::core::event::End;
use sockscope::core::facts::Direction;
use sockscope::core::problem::Problem;
use sockscope::core::replay::{Pace, Timing, Ways};
use sockscope::drive;
use sockscope::plan::{Place, Plan};
use sockscope::view::flow::Transport;

use super::args::{self, Flags};
use super::look::{self, Look};
use crate::exit::Verdict;
use crate::replay::told::{self, Words};
use crate::replay::{self, Choice, Edits, Gaps, Part, Replayer, Sieve, Source, Talk};
use crate::sift::Sift;
use crate::{out, signals};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The recording, pcap or pcapng, packed with gzip or not; - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Where to send: udp://127.0.0.1:8080
    #[arg(value_name = "ENDPOINT", required_unless_present = "list")]
    endpoint: Option<String>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    when: When,
    /// Send something else as message N: text in the notation of send, or hex:BYTES; may be repeated
    #[arg(long, value_name = "N=PAYLOAD")]
    set: Vec<String>,
    /// Send it all N times
    #[arg(long, value_name = "N", default_value = "1", value_parser = args::count)]
    repeat: u64,
    /// Show what would be sent, with its numbers, and send nothing
    #[arg(long, conflicts_with_all = ["expect", "wait", "repeat", "json", "raw", "save"])]
    list: bool,
    /// Expect the answers that were recorded: the first that differs, is missing or too much ends it
    #[arg(long)]
    expect: bool,
    /// With --expect: how much later than recorded an answer may come
    #[arg(long, value_name = "TIME", requires = "expect", default_value = "2s", value_parser = args::duration)]
    expect_wait: Duration,
    /// Show the answers that come until this long after the last message; having none is a failure
    #[arg(long, value_name = "TIME", conflicts_with = "expect", value_parser = args::duration)]
    wait: Option<Duration>,
    /// End after this time in all
    #[arg(long = "for", value_name = "TIME", value_parser = args::duration)]
    total: Option<Duration>,
    /// Charset that text is shown in, and that of --set
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    /// Seed of {random:N} in --set; chosen and told when absent
    #[arg(long, value_name = "N", value_parser = args::number)]
    seed: Option<u64>,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    flags: Flags<false>,
}

/// What is taken of the recording.
#[derive(clap::Args)]
#[command(
    next_help_heading = "What to send; unless said, what the client said in the first conversation with payload"
)]
struct Which {
    /// What the client said in this conversation, by its number among those of its transport: udp:3, tcp:0
    #[arg(long, value_name = "CONVERSATION", value_parser = talk)]
    conversation: Option<Talk>,
    /// What this address sent: 10.0.0.1, 10.0.0.1:9000
    #[arg(long, value_name = "ADDR[:PORT]", value_parser = from, conflicts_with = "direction")]
    from: Option<(IpAddr, Option<u16>)>,
    /// What went this way, as the recording has it of each packet
    #[arg(long, value_name = "WAY")]
    direction: Option<Way>,
    /// Only of these packets, by their numbers: 3-17, 3-, 5
    #[arg(long, value_name = "FROM-TO", value_parser = range)]
    range: Option<RangeInclusive<u64>>,
    /// Only of packets that this lets pass: 'udp port 9000' (docs/capture-filters.md)
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// Where bytes are missing in the recording
    #[arg(long, value_enum, default_value_t = GapsArg::Refuse, value_name = "HOW")]
    gaps: GapsArg,
}

/// When messages are sent.
#[derive(clap::Args)]
#[command(next_help_heading = "When to send")]
struct When {
    /// With the pauses of the recording, or as fast as it goes
    #[arg(long, value_enum, default_value_t = TimingArg::Original, value_name = "HOW")]
    timing: TimingArg,
    /// So many times as fast as recorded: 10, 0.5
    #[arg(long, value_name = "TIMES", value_parser = speed, conflicts_with = "timing")]
    speed: Option<Timing>,
    /// No pause is longer than this
    #[arg(long, value_name = "TIME", value_parser = args::duration)]
    most_wait: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    /// What was received
    In,
    /// What was sent
    Out,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GapsArg {
    /// Send nothing
    Refuse,
    /// Send what is there
    Skip,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TimingArg {
    /// As recorded
    Original,
    /// As fast as it goes
    None,
}

pub(crate) fn run(args: Args) -> anyhow::Result<Verdict> {
    let endpoint = args.endpoint.as_deref().map(|text| args.reachable(text)).transpose()?;
    let label = args.encoding.as_deref();
    let viewing = label.map(|label| Viewing::find(label, &look::locale())).transpose()?;
    let charset = match label {
        None | Some("auto") => Charset::UTF_8,
        Some(label) => Charset::find(label)?,
    };
    let (seed, utc_offset) = (args.seed.unwrap_or_else(look::seed), look::utc_offset());
    let mut edits = Edits::read(&args.set, charset, seed, utc_offset)?;
    let source = Source::open(&args.file, args.which.sieve()?, args.choice(), args.which.gaps())?;
    edits.check(source.survey.messages)?;
    out::talk(&told::notes(&args.file, &source.notes));
    if !args.look.is_quiet() {
        out::talk(&told::taken(&args.file, &source.survey));
        if edits.is_random() && args.seed.is_none() {
            out::talk(&format!("random bytes from --seed {seed}\n"));
        }
    }
    let Some(endpoint) = endpoint.filter(|_| !args.list) else {
        let layout = args.look.layout(viewing.as_ref(), look::SLIM);
        let palette = args.look.palette(out::is_terminal());
        replay::list(source, &mut edits, layout, palette, Clock::start().now().stamp)?;
        return Ok(Verdict::Done);
    };
    args.play(source, endpoint, edits, charset, viewing.as_ref())
}

impl Args {
    /// Where to send, if that can be.
    fn reachable(&self, text: &str) -> Result<Endpoint, Problem> {
        let endpoint = self.flags.endpoint(text)?;
        let has_port = endpoint.scheme.place != endpoint::Place::File;
        if has_port && endpoint.port_or_default().is_none_or(|port| port == 0) {
            let remedy = format!("write {}://HOST:PORT with a port from 1 to 65535", endpoint.scheme.name);
            return Err(Problem::whole(text, "there is no port to send to", remedy));
        }
        Ok(endpoint)
    }

    fn choice(&self) -> Choice {
        let part = match (self.which.from, self.which.direction) {
            (Some((ip, port)), _) => Part::From(ip, port),
            (_, Some(Way::In)) => Part::Way(Direction::Rx),
            (_, Some(Way::Out)) => Part::Way(Direction::Tx),
            _ => Part::Client,
        };
        Choice { talk: self.which.conversation, part, answers: self.expect }
    }

    /// Plays it to its end.
    fn play(
        self,
        source: Source,
        endpoint: Endpoint,
        edits: Edits,
        charset: Charset,
        viewing: Option<&Viewing>,
    ) -> anyhow::Result<Verdict> {
        let pace = self.when.pace();
        let words = Words {
            name: self.file.clone(),
            endpoint: endpoint.to_string(),
            charset,
            pace,
            expects: self.expect,
            rounds: self.repeat,
            utc_offset: look::utc_offset(),
        };
        let expect = self.expect.then_some(self.expect_wait);
        let ways = Ways { pace, expect, bounded: false, wait: self.wait };
        let (replayer, survey, outcome) = Replayer::new(source, endpoint, ways, self.repeat, edits);
        let mut plan = Plan::new(Place::Guided(Box::new(replayer)));
        plan.limits.total = self.total;
        let stop = signals::stop()?;
        let (mut bus, saving) = self.look.bus(viewing, look::SLIM)?;
        let ended = drive::run(plan, &mut bus, &stop);
        let done = ended.as_ref().is_ok_and(|outcome| outcome.end == End::Done);
        if ended.is_ok() && (!self.look.is_quiet() || !done) {
            let palette = self.look.palette(out::talk_is_terminal());
            out::talk(&words.ending(&outcome.borrow(), &survey, &palette));
        }
        // What was expected and not seen to its end was not met.
        saving.end(ended.map(|outcome| if self.expect && !done { Verdict::No } else { outcome.into() }))
    }
}

impl Which {
    fn sieve(&self) -> Result<Sieve, Problem> {
        let filter = self.filter.as_deref().map(Filter::parse).transpose()?;
        Ok(Sieve { range: self.range.clone().unwrap_or(1..=u64::MAX), sift: filter.map(Sift::new) })
    }

    fn gaps(&self) -> Gaps {
        if self.gaps == GapsArg::Skip { Gaps::Skip } else { Gaps::Refuse }
    }
}

impl When {
    fn pace(&self) -> Pace {
        let timing = match (self.speed, self.timing) {
            (Some(speed), _) => speed,
            (None, TimingArg::Original) => Timing::default(),
            (None, TimingArg::None) => Timing::None,
        };
        Pace { timing, most: self.most_wait }
    }
}

fn speed(text: &str) -> Result<Timing, String> {
    Timing::speed(text).map_err(|problem| problem.to_string())
}

fn talk(text: &str) -> Result<Talk, String> {
    let (transport, number) = text.split_once(':').ok_or("write its transport too: udp:3, tcp:0")?;
    let transport = match transport {
        "udp" => Transport::Udp,
        "tcp" => Transport::Tcp,
        _ => return Err("write udp:3 or tcp:0".to_owned()),
    };
    let number = number.parse().map_err(|_| "write a number from 0: udp:3, tcp:0")?;
    Ok((transport, number))
}

fn from(text: &str) -> Result<(IpAddr, Option<u16>), String> {
    if let Ok(place) = text.parse::<SocketAddr>() {
        return Ok((place.ip(), Some(place.port())));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let ip = bare.parse().map_err(|_| "write an address, with or without a port: 10.0.0.1, [::1]:9000")?;
    Ok((ip, None))
}

fn range(text: &str) -> Result<RangeInclusive<u64>, String> {
    let wrong = || "write the first and the last packet: 3-17, 3-, 5".to_owned();
    let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0).ok_or_else(wrong);
    let (first, last) = match text.split_once('-') {
        Some((first, "")) => (number(first)?, u64::MAX),
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    if first > last {
        return Err(format!("packet {last} is before packet {first}; write the first one first"));
    }
    Ok(first..=last)
}
