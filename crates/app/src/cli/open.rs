//! `sockscope open`: a recording as a list, a packet field by field, a conversation, numbers, a story.

use std::io::{self, IsTerminal};
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use sockscope::core::capture_filter::Filter;
use sockscope::core::charset::Viewing;
use sockscope::core::lang::Lang;
use sockscope::recording::{Index, Recording, Walk};
use sockscope::view::flow::Transport;
use sockscope::view::list::{Clock, Layout};

use super::args;
use super::look::{self, Colour};
use crate::exit::Verdict;
use crate::sift::Sift;
use crate::{opened, out, panes};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A recording: pcap or pcapng, packed with gzip or not; - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Show this packet alone: its layers field by field, and its bytes
    #[arg(long, value_name = "N", value_parser = args::count, group = "what")]
    packet: Option<u64>,
    /// Show what a conversation said, put together: tcp:0, udp:3, as --stats numbers them
    #[arg(long, value_name = "WHICH", group = "what")]
    follow: Option<Which>,
    /// Show conversations in numbers: bytes, rates, losses, round trips
    #[arg(long, group = "what")]
    stats: bool,
    /// Tell a conversation packet by packet, to learn from: the first of TCP, or this one
    #[arg(long, value_name = "WHICH", num_args = 0..=1, group = "what")]
    explain: Option<Option<Which>>,
    /// One JSON object a packet, as `sockscope schema` describes; with --stats one a conversation
    #[arg(long, conflicts_with_all = ["packet", "follow", "explain"])]
    json: bool,
    /// Show all of it as a list, rather than in panes on a terminal
    #[arg(long, group = "what")]
    list: bool,
    /// Only these packets: 'udp port 8080 and host 10.0.0.1' (docs/capture-filters.md)
    #[arg(long, short, value_name = "FILTER")]
    filter: Option<String>,
    /// In the list, tell which packets of another recording carry the same: a session recorded with --save and a
    /// capture that ran beside it, either way round; with --explain, which sends of the session a segment carries
    #[arg(long, value_name = "OTHER", conflicts_with_all = ["packet", "follow", "stats", "json"])]
    beside: Option<String>,
    /// Charset to show text in: gbk, utf-8, …, or auto to guess
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    /// How times are told
    #[arg(long, value_enum, default_value_t = Time::Relative, value_name = "HOW", hide_possible_values = false)]
    time: Time,
    /// Show all of a long payload instead of folding it
    #[arg(long)]
    full: bool,
    /// Language of --explain; that of the locale when absent
    #[arg(long, value_name = "LANG", value_parser = args::lang())]
    lang: Option<Lang>,
    /// Colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Time {
    /// Seconds since the first packet
    Relative,
    /// Time of day
    Absolute,
    /// Seconds since the packet before
    Delta,
}

/// A conversation by its transport and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Which(pub(crate) Transport, pub(crate) u32);

impl FromStr for Which {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (transport, number) = text.split_once(':').unwrap_or(("tcp", text));
        let transport = match transport {
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            _ => return Err("a conversation is tcp:0, udp:3, or a number for TCP".to_owned()),
        };
        let number = number.parse().map_err(|_| "a conversation has a number: tcp:0, udp:3")?;
        Ok(Self(transport, number))
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let label = args.encoding.as_deref();
    let viewing = label.map(|label| Viewing::find(label, &look::locale())).transpose()?;
    let filter = args.filter.as_deref().map(Filter::parse).transpose()?;
    let palette = args.color.palette(out::is_terminal());
    if args.is_panes() {
        let index = Index::new(Recording::open(&args.file)?);
        return panes::run(index, args.panes(viewing, filter));
    }
    let walk = Walk::new(Recording::open(&args.file)?);
    let sift = filter.map(Sift::new);
    let lang = args.lang.unwrap_or_else(look::lang);
    if let Some(number) = args.packet {
        return opened::sheet(walk, number, &palette);
    }
    if let Some(which) = args.follow {
        return opened::follow(walk, which, viewing, &palette);
    }
    if args.stats {
        return opened::stats(walk, sift, Duration::from_secs(1), args.json);
    }
    let beside = args.beside.as_deref().map(Recording::open);
    if let Some(which) = args.explain {
        return opened::explain(walk, which, lang, beside.transpose()?);
    }
    if args.json {
        return opened::lines(walk, sift);
    }
    let beside = beside.map(|other| anyhow::Ok(opened::Beside::read(other?)?)).transpose()?;
    opened::list(walk, sift, args.layout(viewing), palette, beside)
}

impl Args {
    /// Whether somebody is there to move about in it, and asks for nothing else.
    fn is_panes(&self) -> bool {
        let one = self.packet.is_some() || self.follow.is_some() || self.explain.is_some();
        let rows = self.list || self.stats || self.json || self.beside.is_some();
        !one && !rows && out::is_terminal() && io::stdin().is_terminal()
    }

    fn panes(&self, charset: Option<Viewing>, filter: Option<Filter>) -> panes::Look {
        let (clock, offset) = (self.layout(None).clock, look::utc_offset());
        let (colour, locale) = (self.color.is_wanted(true), look::locale());
        panes::Look { charset, clock, offset, colour, locale, filter }
    }

    fn layout(&self, charset: Option<Viewing>) -> Layout {
        let clock = match self.time {
            Time::Relative => Clock::Relative,
            Time::Absolute => Clock::OfDay(look::utc_offset()),
            Time::Delta => Clock::Delta,
        };
        let fold = (!self.full)
            .then(|| out::columns().map_or(FOLD, |columns| columns.saturating_sub(BESIDES).max(8)));
        Layout { charset, clock, fold }
    }
}

/// Columns of payload where there is no terminal.
const FOLD: usize = 64;
/// Columns of a row besides its payload.
const BESIDES: usize = 100;
