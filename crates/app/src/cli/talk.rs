//! `sockscope talk`: a two-way console.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sockscope::bus::Bus;
use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::endpoint::{Endpoint, Role};
use sockscope::core::framing::{FRAMINGS, FramingSpec};
use sockscope::core::payload::Eol;
use sockscope::core::problem::Problem;
use sockscope::core::script::Script;
use sockscope::plan::{Place, Plan};

use super::args::{self, BothFlags, Ends};
use super::look::{self, Look};
use super::serve::Frames;
use crate::console::{Console, Names};
use crate::exit::Verdict;
use crate::runner::load;
use crate::talk::{Begin, Shown, Ways, reachable};
use crate::{out, signals, talk};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to connect or send to: tcp://127.0.0.1:7000; without it and without --listen, sessions are opened
    /// with /open and /listen
    #[arg(value_name = "ENDPOINT")]
    endpoint: Option<String>,
    /// Where to listen, and talk with whoever comes: udp://:9000; may be repeated
    #[arg(long, value_name = "ENDPOINT")]
    listen: Vec<String>,
    /// What to call the sessions, in their order; may be repeated
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// Charset to send text in and to show it in: gbk, utf-8, …, or auto to guess what comes
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    /// Play this script first (docs/scripts.md), and stay with what it opened; with piped input, lines come after it
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// A value for an argument of the script: addr=tcp://192.168.1.10:502; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "script")]
    arg: Vec<String>,
    /// Line end behind each line: none, lf, cr, crlf; unless said, at a terminal lf on streams, in a pipe that of
    /// the line itself, and none on datagrams
    #[arg(long, value_name = "END")]
    eol: Option<String>,
    /// Lines are sent just as they stand: no escapes, no fields, no words
    #[arg(long)]
    plain: bool,
    /// After the end of piped input: how long to wait for more datagrams, or messages of a WebSocket
    #[arg(long, value_name = "TIME", value_parser = args::duration, default_value = "1s")]
    wait: Duration,
    /// Seed of {random:N}; chosen and told when absent
    #[arg(long, value_name = "N", value_parser = args::number)]
    seed: Option<u64>,
    #[command(flatten)]
    frames: Frames,
    #[command(flatten)]
    ends: Ends,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    flags: BothFlags,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let opens = args.opens()?;
    let ways = args.ways()?;
    let script = args.script.as_deref().map(|path| args.load(path)).transpose()?;
    let viewing = ways.viewing;
    let stop = signals::stop()?;
    let framings = FRAMINGS.iter().map(begun).collect();
    let names = Arc::new(Mutex::new(Names { framings, ..Names::default() }));
    let (console, lines) = if args.look.is_data() || !Console::is_at_hand() {
        (None, Console::piped()?)
    } else {
        let colour = args.look.is_colourful();
        let words = Box::new(Arc::clone(&names));
        let look =
            crate::console::Look { words, history: "history", colour, urgent: false, prompt: String::new() };
        let (console, lines) = Console::open(look)?;
        (Some(console), lines)
    };
    let rows = args.look.is_rows();
    let (bus, saving) = match (&console, rows) {
        (None, false) => args.look.bus(viewing.as_ref(), look::WIDE)?,
        _ => args.look.record(Bus::new(), viewing.as_ref())?,
    };
    let shown = Shown {
        layout: args.look.layout(viewing.as_ref(), look::WIDE),
        palette: args.look.palette(out::is_terminal()),
        inks: args.look.palette(if console.is_some() { out::is_terminal() } else { out::talk_is_terminal() }),
        rows,
        bus,
    };
    let (utc_offset, limits) = (ways.utc_offset, args.ends.limits());
    let begin = Begin { opens, ways, script, interactive: console.is_some(), names };
    let ended = talk::run(begin, shown, console, lines, &stop, |guide| {
        let mut plan = Plan::new(Place::Guided(guide));
        (plan.limits, plan.utc_offset) = (limits, utc_offset);
        plan
    });
    saving.end(ended)
}

impl Args {
    /// The sessions of the command line, in order.
    fn opens(&self) -> Result<Vec<(Option<String>, Endpoint, Role)>, Problem> {
        let mut opens = Vec::new();
        let mut names = self.name.iter();
        if let Some(text) = &self.endpoint {
            let endpoint = self.flags.endpoint(text, Role::Send)?;
            reachable(&endpoint)?;
            opens.push((names.next().cloned(), endpoint, Role::Send));
        }
        for text in &self.listen {
            opens.push((names.next().cloned(), self.flags.endpoint(text, Role::Listen)?, Role::Listen));
        }
        if let Some(name) = names.next() {
            return Err(Problem::whole(name, "there are more names than sessions", "leave it out"));
        }
        for (at, (name, ..)) in opens.iter().enumerate() {
            let Some(name) = name else { continue };
            crate::console::check_name(name)?;
            if opens[..at].iter().any(|(other, ..)| other.as_ref() == Some(name)) {
                return Err(Problem::whole(
                    name,
                    format!("two sessions are called {name}"),
                    "call one otherwise",
                ));
            }
        }
        Ok(opens)
    }

    /// The script, and what to call it.
    fn load(&self, path: &Path) -> anyhow::Result<(Script, String)> {
        Ok((load(path, &self.arg)?, path.display().to_string()))
    }

    fn ways(&self) -> Result<Ways, Problem> {
        let label = self.encoding.as_deref();
        let charset = match label {
            None | Some("auto") => Charset::UTF_8,
            Some(label) => Charset::find(label)?,
        };
        Ok(Ways {
            charset,
            viewing: label.map(|label| Viewing::find(label, &look::locale())).transpose()?,
            locale: look::locale(),
            eol: self.eol.as_deref().map(Eol::find).transpose()?,
            plain: self.plain,
            framing: self.frames.framing()?,
            wait: self.wait,
            seed: (self.seed.unwrap_or_else(look::seed), self.seed.is_some()),
            utc_offset: look::utc_offset(),
        })
    }
}

/// A framing as one begins to write it: with a colon where something must follow.
fn begun(framing: &FramingSpec) -> String {
    let colon = framing.syntax.get(framing.name.len()..).is_some_and(|rest| rest.starts_with(':'));
    format!("{}{}", framing.name, if colon { ":" } else { "" })
}
