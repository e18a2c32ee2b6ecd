//! `sockscope nc`: what fingers know from nc and ncat, as a plan like any other. Where these two disagree,
//! ncat is followed.

mod dump;
mod hosts;
mod place;
mod probe;
mod refused;
mod tls;
mod watch;

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use sockscope::bus::Bus;
use sockscope::core::ending::Limits;
use sockscope::core::endpoint::{Endpoint, Shape};
use sockscope::core::event::{End, Purpose};
use sockscope::core::framing::Framing;
use sockscope::core::problem::Problem;
use sockscope::drive;
use sockscope::plan::{Answer, Down, Gate, Place, Plan};
use sockscope::view::raw::Raw;

use super::args;
use super::save::Save;
use crate::exit::Verdict;
use crate::out::Stream;
use crate::signals;
use dump::Files;
use hosts::Hosts;
use place::Where;
use refused::Refused;
use tls::Tls;
use watch::Watch;

#[derive(clap::Args)]
#[command(override_usage = "sockscope nc [OPTIONS] [HOST] [PORT]\n       sockscope nc -U [OPTIONS] PATH")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Where,
    /// Tell on standard error what opens, comes and goes; more of them, more of it
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(flatten)]
    talk: Talk,
    #[command(flatten)]
    serve: Serve,
    #[command(flatten)]
    hosts: Hosts,
    #[command(flatten)]
    tls: Tls,
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    save: Save,
    #[command(flatten)]
    refused: Refused,
}

/// What goes through, and when it ends.
#[derive(clap::Args)]
#[command(next_help_heading = "What goes through, and when it ends")]
struct Talk {
    /// Line feeds of standard input become carriage return and line feed
    #[arg(short = 'C', long)]
    crlf: bool,
    /// Send standard input, show nothing of what comes, and end with the input
    #[arg(long, conflicts_with_all = ["recv_only", "z"])]
    send_only: bool,
    /// Show what comes, send nothing
    #[arg(long, conflicts_with = "z")]
    recv_only: bool,
    /// Go on sending nothing when standard input ends, instead of ending the sending half
    #[arg(long)]
    no_shutdown: bool,
    /// End the sending half when standard input ends, which is what happens anyway
    #[arg(short = 'N', conflicts_with = "no_shutdown")]
    shutdown: bool,
    /// End this long after standard input has: 2s, or -1 to wait for the peer, which is what happens anyway
    #[arg(short, value_name = "TIME", allow_hyphen_values = true, value_parser = quit)]
    q: Option<Quit>,
    /// End when nothing has gone either way for this long; that is exit status 1
    #[arg(short, long, value_name = "TIME", value_parser = args::duration)]
    idle_timeout: Option<Duration>,
    /// Longest wait for a connection; 10s unless told otherwise
    #[arg(short, long, value_name = "TIME", value_parser = args::duration)]
    wait: Option<Duration>,
    /// Only see whether somebody is there; the port may be a range such as 20-25, or there may be several
    #[arg(short, conflicts_with_all = ["listen", "exec", "sh_exec"])]
    z: bool,
    /// Start this program, which talks with the peer instead of the standard streams
    #[arg(short, long, value_name = "PROGRAM")]
    exec: Option<String>,
    /// The same with a command for /bin/sh
    #[arg(short = 'c', long, value_name = "COMMAND", conflicts_with = "exec")]
    sh_exec: Option<String>,
}

/// What only a listener has.
#[derive(clap::Args)]
#[command(next_help_heading = "With --listen")]
struct Serve {
    /// Go on when a peer has left, and let in several at once
    #[arg(short, long, requires = "listen")]
    keep_open: bool,
    /// How many peers at once, with --keep-open; who comes beyond is turned away
    #[arg(short, long, value_name = "N", requires = "listen", value_parser = args::count)]
    max_conns: Option<u64>,
    /// What one peer says all others hear; standard input and output are left alone
    #[arg(long, visible_alias = "broadcast", requires = "listen", conflicts_with_all = ["exec", "sh_exec", "udp"])]
    broker: bool,
    /// The same line by line, each with the number of who says it
    #[arg(long, requires = "listen", conflicts_with_all = ["exec", "sh_exec", "udp", "broker"])]
    chat: bool,
}

/// How long to stay after the input has ended.
#[derive(Debug, Clone, Copy)]
enum Quit {
    Never,
    After(Duration),
}

fn quit(text: &str) -> Result<Quit, String> {
    if text == "-1" { Ok(Quit::Never) } else { args::duration(text).map(Quit::After) }
}

pub(crate) fn run(args: Args) -> anyhow::Result<Verdict> {
    args.refused.check()?;
    if args.talk.z {
        return probe::run(&args);
    }
    let endpoint = args.endpoint(args.place.port()?)?;
    let watch = Watch::default();
    let plan = args.plan(endpoint)?;
    let stop = signals::stop()?;
    let alone = !args.serve.many();
    let watched = if alone { watch.stopping(stop.flag()) } else { watch.clone() };
    let mut bus = args.files.bus(Bus::new().with(watched))?;
    if args.shows() {
        bus = bus.with(Stream::stdout(Raw)?);
    }
    let (mut bus, saving) = args.save.bus(args.told(bus)?, None, args.verbose == 0)?;
    saving.end(drive::run(plan, &mut bus, &stop).map(|outcome| match outcome.end {
        End::Idle => Verdict::No,
        _ if alone && watch.failed() => Verdict::No,
        _ => outcome.into(),
    }))
}

impl Args {
    /// The endpoint at a port, with all its options.
    fn endpoint(&self, port: u16) -> Result<Endpoint, Problem> {
        let mut endpoint = self.place.endpoint(port, self.tls.wanted())?;
        self.tls.set(&mut endpoint, self.place.listen)?;
        if let (Some(wait), false) = (self.talk.wait, self.place.listen) {
            endpoint.options.connect_timeout = Some(wait);
        }
        endpoint.check(self.place.role())?;
        if (self.answers()?.is_some()) && endpoint.scheme.shape == Shape::Datagram {
            let remedy = "leave out --udp, or answer with sockscope listen --reply";
            return Err(Problem::whole("", "a program needs a connection to talk through", remedy));
        }
        Ok(endpoint)
    }

    fn plan(&self, endpoint: Endpoint) -> anyhow::Result<Plan> {
        let datagrams = endpoint.scheme.shape == Shape::Datagram;
        let place = match self.place.listen {
            true => Place::Listen(vec![endpoint], Purpose::Listen),
            false => Place::Reach(endpoint, Purpose::Talk),
        };
        let mut plan = Plan::new(place);
        plan.gate = self.gate()?;
        plan.half_close = !self.talk.no_shutdown;
        if let Some(answer) = self.answers()? {
            plan.framing = if self.serve.chat { Some(Arc::new(Framing::parse("line")?)) } else { None };
            plan.answer = answer;
        } else if !self.talk.recv_only {
            let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
            let name = "standard input".to_owned();
            plan.down = Some(Down::Bytes { file, name, cut: None, crlf: self.talk.crlf });
        }
        plan.limits = self.limits(datagrams);
        Ok(plan)
    }

    fn limits(&self, datagrams: bool) -> Limits {
        let listens = self.place.listen;
        let at_once = self.talk.send_only || (datagrams && !listens);
        let linger = match self.talk.q {
            Some(Quit::After(time)) => Some(time),
            Some(Quit::Never) => None,
            None => at_once.then_some(Duration::ZERO),
        };
        // Of a listener, it is the peers that are idle.
        let idle = self.talk.idle_timeout.filter(|_| !listens || datagrams);
        Limits { idle, linger, ..Limits::default() }
    }

    fn gate(&self) -> anyhow::Result<Gate> {
        let many = self.serve.many();
        let max_peers = self.serve.max_conns.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        Ok(Gate {
            access: self.hosts.access()?,
            max_peers,
            idle_peer: self.talk.idle_timeout,
            once: !many,
            first: !many,
            hang_up: true,
            ..Gate::default()
        })
    }

    /// What is done with what comes, besides showing it.
    fn answers(&self) -> Result<Option<Answer>, Problem> {
        let command = match (&self.talk.exec, &self.talk.sh_exec) {
            (Some(program), _) => program.split_whitespace().map(str::to_owned).collect(),
            (_, Some(command)) => vec!["/bin/sh".to_owned(), "-c".to_owned(), command.clone()],
            _ if self.serve.broker => return Ok(Some(Answer::Others)),
            _ if self.serve.chat => return Ok(Some(Answer::Chat)),
            _ => return Ok(None),
        };
        if let Some(program) = self.talk.exec.as_ref().filter(|program| program.contains(['"', '\'', '\\'])) {
            let remedy = "write --sh-exec, which reads them as the shell does";
            return Err(Problem::whole(program, "--exec takes no quotes", remedy));
        }
        if command.is_empty() {
            return Err(Problem::whole("", "there is no program to start", "write --exec /bin/cat"));
        }
        Ok(Some(Answer::Command(command)))
    }

    /// Whether what comes goes to standard output.
    fn shows(&self) -> bool {
        let busy = self.talk.exec.is_some() || self.talk.sh_exec.is_some();
        !(busy || self.talk.send_only || self.serve.broker || self.serve.chat)
    }

    /// With what is said on standard error.
    fn told<'a>(&self, bus: Bus<'a>) -> io::Result<Bus<'a>> {
        Ok(bus.with(Stream::stderr(watch::Words::new(self.verbose))?))
    }
}

impl Serve {
    /// Whether several peers may come.
    fn many(&self) -> bool {
        self.keep_open || self.broker || self.chat
    }
}
