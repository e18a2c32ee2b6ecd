//! `sockscope send`: send, and tell what really left.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::time::Duration;

use sockscope::core::charset::{Charset, Unmappable, Viewing};
use sockscope::core::ending::Limits;
use sockscope::core::endpoint::{self, Endpoint, Shape};
use sockscope::core::event::Purpose;
use sockscope::core::payload::{Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::drive;
use sockscope::error::Error;
use sockscope::plan::{Down, Place, Plan};
use sockscope::source::{Ask, Coding, Lines};

use super::args::{self, Flags};
use super::look::{self, Look};
use super::serve::{self, Frames};
use crate::exit::Verdict;
use crate::resume::{self, Sender};
use crate::transfer::Transfer;
use crate::{out, signals};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to send: udp://127.0.0.1:8080
    #[arg(value_name = "ENDPOINT")]
    endpoint: String,
    /// What to send: text with \r \n \t \0 \xHH \u{4f60} \\ and fields such as {counter} {crc16-modbus};
    /// without it, and at a terminal, you are asked for lines
    #[arg(value_name = "PAYLOAD", allow_negative_numbers = true)]
    payload: Option<String>,
    #[arg(hide = true, value_name = "MORE")]
    more: Vec<String>,
    /// The payload is hex, in any spelling: c4 e3, c4:e3, 0xc4,0xe3, c4e3, a hex dump
    #[arg(long)]
    hex: bool,
    /// The payload is text just as it stands, without escapes and fields
    #[arg(long, conflicts_with = "hex")]
    plain: bool,
    /// Send the bytes of a file
    #[arg(long, value_name = "PATH", conflicts_with = "payload")]
    file: Option<String>,
    /// With --file: send only what the receiver lacks, which has --resume too (docs/files.md)
    #[arg(long, requires = "file", conflicts_with_all = ["payload", "cut", "lines", "whole", "hex", "plain",
        "notation", "encoding", "unmappable", "eol", "every", "count", "wait", "seed", "frame", "raw"])]
    resume: bool,
    /// Cut a file, or standard input, into messages of this many bytes
    #[arg(long, value_name = "SIZE", value_parser = serve::size,
        conflicts_with_all = ["payload", "lines", "whole", "hex", "plain", "encoding", "every", "count"])]
    cut: Option<usize>,
    /// Each line of standard input (or of --file) is one message
    #[arg(long, conflicts_with_all = ["payload", "whole"])]
    lines: bool,
    /// With --lines or --cut by UDP: each message leaves alone; without it, runs of messages of one length leave as
    /// trains, many times faster: they share one time, and a capture on this machine shows a train as one packet
    /// (UDP_SEGMENT, udp(7))
    #[arg(long, conflicts_with = "payload")]
    one_by_one: bool,
    /// All of standard input is one message
    #[arg(long, conflicts_with = "payload")]
    whole: bool,
    /// With --lines: lines are text with escapes and fields, like PAYLOAD, not bytes as they are
    #[arg(long, conflicts_with_all = ["payload", "plain", "hex", "whole"])]
    notation: bool,
    /// Charset to send text in, and to show it in
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    /// Characters the charset lacks: refuse, skip, or replace=TEXT
    #[arg(long, value_name = "HOW", default_value = "refuse", value_parser = args::unmappable)]
    unmappable: Unmappable,
    /// Line ending put after each message: none, lf, cr, crlf; unless said, that of the line itself where lines go
    /// into a stream without frames, else none
    #[arg(long, value_name = "END")]
    eol: Option<String>,
    /// Send again at this interval, on a steady schedule
    #[arg(long, value_name = "TIME", value_parser = args::duration)]
    every: Option<Duration>,
    /// Send N times
    #[arg(long, value_name = "N", value_parser = args::count)]
    count: Option<u64>,
    /// Show the answers that come until this long after the last message; having none is a failure
    #[arg(long, value_name = "TIME", value_parser = args::duration)]
    wait: Option<Duration>,
    /// With --wait: end after N answers, and not before a file has gone
    #[arg(long, value_name = "N", requires = "wait", value_parser = args::count)]
    answers: Option<u64>,
    /// End after this time in all
    #[arg(long = "for", value_name = "TIME", value_parser = args::duration)]
    total: Option<Duration>,
    /// Seed of {random:N}; chosen and told when absent
    #[arg(long, value_name = "N", value_parser = args::number)]
    seed: Option<u64>,
    #[command(flatten)]
    frames: Frames,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    flags: Flags<false>,
}

pub(crate) fn run(args: Args) -> anyhow::Result<Verdict> {
    let mut endpoint = args.flags.endpoint(&args.endpoint)?;
    if let (Some(first), false) = (&args.payload, args.more.is_empty()) {
        let words = [std::slice::from_ref(first), &args.more].concat().join(" ");
        let what = format!("the payload is in {} pieces", args.more.len() + 1);
        return Err(Problem::whole(&words, what, format!("write it in quotes: '{words}'")).into());
    }
    let has_port = endpoint.scheme.place != endpoint::Place::File;
    if has_port && endpoint.port_or_default().is_none_or(|port| port == 0) {
        let remedy = format!("write {}://HOST:PORT with a port from 1 to 65535", endpoint.scheme.name);
        return Err(Problem::whole(&args.endpoint, "there is no port to send to", remedy).into());
    }
    if let (true, Some(path)) = (args.resume, args.file.clone()) {
        return resume(args, endpoint, &path);
    }
    let charset = args.encoding.as_deref().map(Charset::find).transpose()?;
    let viewing = args.encoding.as_deref().map(|label| Viewing::find(label, &look::locale())).transpose()?;
    let down = down(&args, charset, &endpoint)?;
    trains(&args, &down, &mut endpoint)?;
    let mut plan = Plan::new(Place::Reach(endpoint, Purpose::Send));
    plan.seed = seed(&args, &down);
    plan.down = Some(down);
    plan.framing = args.frames.framing()?;
    plan.limits = Limits { count: args.answers, total: args.total, wait: args.wait, ..Limits::default() };
    plan.utc_offset = look::utc_offset();
    let stop = signals::stop()?;
    let transfers = is_transfer(&plan) && !args.look.is_quiet();
    let mut args = args;
    if transfers {
        args.look.hide_rows();
    }
    let (mut bus, saving) = args.look.bus(viewing.as_ref(), look::SLIM)?;
    if transfers {
        bus = bus.before(Transfer::sent(length(&args)));
    }
    saving.end(drive::run(plan, &mut bus, &stop))
}

/// Sends what the receiver lacks of a file.
fn resume(mut args: Args, endpoint: Endpoint, path: &str) -> anyhow::Result<Verdict> {
    resume::check(&endpoint)?;
    let (sender, shared) = Sender::new(path, endpoint, args.look.is_quiet())?;
    let mut plan = Plan::new(Place::Guided(Box::new(sender)));
    plan.limits.total = args.total;
    args.look.hide_rows();
    let (bus, saving) = args.look.bus(None, look::SLIM)?;
    saving.end(drive::run(plan, &mut bus.before(shared.clone()), &signals::stop()?))?;
    Ok(shared.tell())
}

/// What to send, from wherever it comes.
fn down(args: &Args, charset: Option<Charset>, endpoint: &Endpoint) -> anyhow::Result<Down> {
    let eol = args.eol.as_deref().map(Eol::find).transpose()?;
    if is_plain_stream(args, endpoint) {
        let (file, name) = input(args.file.as_deref())?;
        return Ok(Down::Bytes { file, name, cut: args.cut, crlf: false });
    }
    if let Some(text) = &args.payload {
        let payload = match (args.hex, args.plain) {
            (true, _) => Payload::hex(text)?,
            (_, true) => Payload::plain(text),
            _ => Payload::text(text)?,
        };
        return repeat(args, &payload, charset, eol.unwrap_or_default());
    }
    if args.whole || (args.file.is_some() && !args.lines) {
        if let Some(flag) = [(args.plain, "--plain"), (args.notation, "--notation")].iter().find(|f| f.0) {
            let what = format!("{} is for text, and the bytes of a file go as they are", flag.1);
            return Err(Problem::whole("", what, "leave it out, or add --lines").into());
        }
        let bytes = whole(args)?;
        let payload = if args.hex { Payload::hex(&as_text(args, bytes)?)? } else { Payload::bytes(bytes) };
        return repeat(args, &payload, charset, eol.unwrap_or_default());
    }
    let repeats = [(args.every.is_some(), "--every"), (args.count.is_some(), "--count")];
    if let Some((_, flag)) = repeats.iter().find(|(given, _)| *given) {
        let what = format!("{flag} repeats one payload, and there is none");
        return Err(Problem::whole("", what, "give it as an argument, with --file or with --whole").into());
    }
    // Without bounds and without ends, lines of text would run into one another.
    let own = endpoint.scheme.shape == Shape::Stream && !args.frames.any() && !args.hex;
    Ok(Down::Lines(match eol {
        None if own => lines(args, charset, Eol::Lf)?.as_they_end(),
        eol => lines(args, charset, eol.unwrap_or_default())?,
    }))
}

/// Whether messages of one length may leave as trains: only where many are there at once, and nobody types them.
fn trains(args: &Args, down: &Down, endpoint: &mut Endpoint) -> Result<(), Problem> {
    let options = &mut endpoint.options;
    if args.one_by_one && options.gso == Some(true) {
        let what = "--one-by-one forbids trains, and gso asks for them";
        return Err(Problem::whole("--one-by-one", what, "leave one of them out"));
    }
    let many = matches!(down, Down::Lines(_) | Down::Bytes { .. });
    let typed = args.file.is_none() && io::stdin().is_terminal();
    let knows = cfg!(target_os = "linux") && endpoint.scheme.name == "udp" && options.portable != Some(true);
    if many && !typed && knows {
        options.gso.get_or_insert(!args.one_by_one);
    }
    Ok(())
}

/// Whether it is a file on its way, rather than messages.
fn is_transfer(plan: &Plan) -> bool {
    matches!(plan.down, Some(Down::Bytes { .. }))
}

/// How many bytes there will be, where that is known before.
fn length(args: &Args) -> Option<u64> {
    let data = std::fs::metadata(args.file.as_ref()?).ok()?;
    data.is_file().then_some(data.len())
}

/// Whether bytes can go as they come: to a stream, where no bounds are wanted.
fn is_plain_stream(args: &Args, endpoint: &Endpoint) -> bool {
    let shaped = args.lines || args.whole || args.hex || args.notation || args.plain;
    let shaped = shaped || args.eol.as_deref().is_some_and(|eol| eol != "none");
    let repeated = args.every.is_some() || args.count.is_some();
    let coded = args.encoding.is_some() && args.file.is_none();
    let typed = args.file.is_none() && io::stdin().is_terminal();
    (endpoint.scheme.shape == Shape::Stream || args.cut.is_some())
        && !(args.payload.is_some() || shaped || repeated || coded || typed || args.frames.any())
}

/// Where lines and bytes come from, and its name: a file, or standard input.
pub(super) fn input(file: Option<&str>) -> anyhow::Result<(File, String)> {
    Ok(match file {
        Some(path) => (open(path)?, path.to_owned()),
        None => (File::from(io::stdin().as_fd().try_clone_to_owned()?), "standard input".to_owned()),
    })
}

fn repeat(args: &Args, payload: &Payload, charset: Option<Charset>, eol: Eol) -> anyhow::Result<Down> {
    let template = payload.compile(charset.unwrap_or(Charset::UTF_8), &args.unmappable, eol)?;
    let count = match (args.every, args.count) {
        (None, None) => Some(1),
        (_, count) => count,
    };
    Ok(Down::Repeat { template, every: args.every.unwrap_or_default(), count })
}

/// Lines of a file or of standard input; at a terminal they are asked for.
fn lines(args: &Args, charset: Option<Charset>, eol: Eol) -> anyhow::Result<Lines> {
    let typed = args.file.is_none() && io::stdin().is_terminal();
    let coding = match (args.hex, args.notation || (typed && !args.plain), charset) {
        (true, ..) => Coding::Hex(charset.unwrap_or(Charset::UTF_8)),
        (_, true, _) => Coding::Notation(charset.unwrap_or(Charset::UTF_8), args.unmappable.clone()),
        (_, _, Some(charset)) if charset != Charset::UTF_8 => Coding::Text(charset, args.unmappable.clone()),
        _ => Coding::Bytes,
    };
    let (file, name) = input(args.file.as_deref())?;
    let lines = Lines::new(file, name, coding, eol)?;
    Ok(if typed { lines.asking(ask) } else { lines })
}

/// What the person at the terminal sees between two lines.
fn ask(ask: Ask<'_>) {
    match ask {
        Ask::Next => out::talk("send> "),
        Ask::Bad(problem) => out::error(&anyhow::Error::new(problem.clone())),
    }
}

fn whole(args: &Args) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match &args.file {
        Some(path) => open(path)?.read_to_end(&mut bytes).map_err(|error| unread(path, error))?,
        None => {
            io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unread("standard input", error))?
        }
    };
    Ok(bytes)
}

fn as_text(args: &Args, bytes: Vec<u8>) -> anyhow::Result<String> {
    let name = args.file.as_deref().unwrap_or("standard input");
    String::from_utf8(bytes)
        .map_err(|_| anyhow::anyhow!("{name} is no text; leave out --hex to send its bytes"))
}

fn open(path: &str) -> Result<File, Error> {
    File::open(path).map_err(|error| unread(path, error))
}

fn unread(what: &str, error: io::Error) -> Error {
    Error::Read { what: what.to_owned(), error }
}

/// The seed asked for, or one made up and told where random bytes will be sent.
fn seed(args: &Args, down: &Down) -> u64 {
    args.seed.unwrap_or_else(|| {
        let seed = look::seed();
        let random = match down {
            Down::Repeat { template, .. } => template.is_random(),
            // What the lines will hold is not known yet.
            Down::Lines(_) => args.notation,
            Down::Bytes { .. } => false,
        };
        if random {
            out::talk(&format!("random bytes from --seed {seed}\n"));
        }
        seed
    })
}
