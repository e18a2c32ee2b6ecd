//! `sockscope listen`: bind or accept, and show every message of every peer.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use sockscope::core::charset::{Charset, Unmappable};
use sockscope::core::event::Purpose;
use sockscope::core::payload::{Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::core::rule::{Rule, Rules};
use sockscope::core::session::Only;
use sockscope::error::Error;
use sockscope::plan::{Answer, Down, Place, WHOLE};

use super::args;
use super::look;
use super::serve::{self, Serve};
use crate::exit::Verdict;
use crate::out;
use crate::resume::{self, Receiver, Saved};
use crate::transfer::Transfer;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    serve: Serve,
    #[command(flatten)]
    answers: Answers,
    /// Send the bytes of a file to the peers that are there, `-` for standard input; then end the sending half;
    /// --count ends nothing before the file has gone, and a WebSocket, which has no halves, only then
    #[arg(long, value_name = "PATH", conflicts_with = "shards")]
    file: Option<String>,
    /// With --file: cut it into messages of this many bytes
    #[arg(long, value_name = "SIZE", requires = "file", value_parser = serve::size)]
    cut: Option<usize>,
    /// Save the bytes that one peer sends into a new file, tell their SHA-256, and end when it does
    #[arg(long, value_name = "PATH", conflicts_with = "shards")]
    save_payload: Option<String>,
    /// With --save-payload: go on where the file ends, once the sender, with --resume too, has found its beginning
    /// right (docs/files.md)
    #[arg(long, requires = "save_payload", conflicts_with_all = ["Answers", "file", "frame", "count", "max_peers",
        "encoding", "peer", "buffer", "seed", "raw"])]
    resume: bool,
    /// Hear only this peer: an address, with or without a port
    #[arg(long, value_name = "ADDR", value_parser = args::peer, conflicts_with = "shards")]
    peer: Option<Only>,
    /// Room for one message in bytes; longer ones are cut, and that is told
    #[arg(long, value_name = "SIZE", value_parser = args::buffer, default_value_t = WHOLE, hide_default_value = true)]
    buffer: usize,
    /// Seed of the random bytes in answers; chosen and told when absent
    #[arg(long, value_name = "N", value_parser = args::number)]
    seed: Option<u64>,
}

/// What is answered.
#[derive(clap::Args)]
#[group(multiple = false)]
#[command(next_help_heading = "What to answer")]
struct Answers {
    /// Answer every message with this text (with escapes and fields, like `send`)
    #[arg(long, value_name = "TEXT")]
    reply: Option<String>,
    /// Answer every message with itself
    #[arg(long)]
    echo: bool,
    /// Answer what fits: 'PATTERN => ANSWER' (docs/rules.md); the first rule that fits counts; may be
    /// repeated
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// The same, one rule a line
    #[arg(long, value_name = "PATH")]
    rule_file: Option<String>,
    /// What one peer says all others hear
    #[arg(long, conflicts_with = "shards")]
    broadcast: bool,
    /// Start this command for each peer: it reads what the peer sends, and the peer gets what it writes
    #[arg(long, value_name = "COMMAND", conflicts_with = "shards")]
    exec: Option<String>,
}

pub(crate) fn run(mut args: Args) -> anyhow::Result<Verdict> {
    if let (true, Some(path)) = (args.resume, &args.save_payload) {
        return resume(&mut args.serve, path);
    }
    let seed = args.seed.unwrap_or_else(look::seed);
    let (answer, random) = args.answers.answer(args.serve.charset()?, seed)?;
    if random && args.seed.is_none() {
        out::talk(&format!("random bytes from --seed {seed}\n"));
    }
    if let Some(shards) = args.serve.many.shards {
        return sharded(&args, shards, seed);
    }
    let transfer = args.save_payload.as_deref().map(save).transpose()?.map(Transfer::received);
    let saves = transfer.is_some();
    let down = args.file.as_deref().map(|path| file(path, args.cut)).transpose()?;
    args.serve.run(Purpose::Listen, answer, transfer, |plan| {
        plan.down = down;
        if saves {
            // The bytes of two peers in one file would be nobody's.
            (plan.gate.once, plan.gate.max_peers) = (true, Some(1));
        }
        plan.only = args.peer;
        plan.buffer = args.buffer;
        plan.seed = seed;
    })
}

/// Hears with several sockets. Each has random bytes of its own.
fn sharded(args: &Args, shards: usize, seed: u64) -> anyhow::Result<Verdict> {
    let charset = args.serve.charset()?;
    let seeds = (0..shards).map(|number| seed.wrapping_add(number as u64));
    let answers = seeds.map(|seed| args.answers.answer(charset, seed).map(|(answer, _)| answer));
    args.serve.run_shards(Purpose::Listen, answers.collect::<Result<_, _>>()?, |plan, number| {
        plan.buffer = args.buffer;
        plan.seed = seed.wrapping_add(number as u64);
        plan.utc_offset = look::utc_offset();
    })
}

/// Goes on with a file.
fn resume(serve: &mut Serve, path: &str) -> anyhow::Result<Verdict> {
    let endpoints = serve.endpoints()?;
    endpoints.iter().try_for_each(resume::check)?;
    let (receiver, shared) = Receiver::new(Saved::open(path)?, path, endpoints, serve.is_quiet());
    serve.run(Purpose::Listen, Answer::Nothing, Some(shared.clone()), |plan| {
        plan.place = Place::Guided(Box::new(receiver));
        plan.gate.max_peers = Some(1);
    })?;
    Ok(shared.tell())
}

/// A new file to save into.
fn save(path: &str) -> Result<File, Problem> {
    File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Problem::whole(path, format!("{path} is there already"), "choose another name, or remove it")
        }
        _ => Problem::whole(path, format!("cannot write {path}: {}", sockscope::error::words(&error)), ""),
    })
}

/// The bytes of a file, or of standard input, to be sent.
fn file(path: &str, cut: Option<usize>) -> anyhow::Result<Down> {
    let (file, name) = match path {
        "-" => (File::from(io::stdin().as_fd().try_clone_to_owned()?), "standard input".to_owned()),
        path => {
            let file = File::open(path).map_err(|error| Error::Read { what: path.to_owned(), error })?;
            (file, path.to_owned())
        }
    };
    Ok(Down::Bytes { file, name, cut, crlf: false })
}

impl Answers {
    /// What to answer, and whether random bytes are in it.
    fn answer(&self, charset: Charset, seed: u64) -> anyhow::Result<(Answer, bool)> {
        if self.echo {
            return Ok((Answer::Echo, false));
        }
        if self.broadcast {
            return Ok((Answer::Others, false));
        }
        if let Some(command) = &self.exec {
            return Ok((Answer::Command(words(command)?), false));
        }
        let mut rules = Vec::new();
        for text in &self.rules {
            rules.push(Rule::parse(text, charset)?);
        }
        if let Some(path) = &self.rule_file {
            let text =
                std::fs::read_to_string(path).map_err(|error| Error::Read { what: path.clone(), error })?;
            rules.extend(Rules::read(&text, path, charset)?);
        }
        if !rules.is_empty() {
            let random = rules.iter().any(Rule::is_random);
            return Ok((Answer::Rules(Rules::new(rules, seed, look::utc_offset())), random));
        }
        let Some(text) = &self.reply else { return Ok((Answer::Nothing, false)) };
        let payload = Payload::text(text)?;
        let template = payload.compile(charset, &Unmappable::Refuse, Eol::None).map_err(|problem| {
            Problem { remedy: "leave it out, or choose another --encoding".to_owned(), ..problem }
        })?;
        let random = template.is_random();
        Ok((Answer::Payload(template), random))
    }
}

/// The words of a command: a shell takes what it alone can.
fn words(command: &str) -> Result<Vec<String>, Problem> {
    if command.trim().is_empty() {
        return Err(Problem::whole(command, "there is no command to start", "write --exec 'cat -n'"));
    }
    let shell = |c: char| "|&;<>()$`\\\"'*?[]#~=%{}\n".contains(c);
    if command.contains(shell) {
        return Ok(vec!["/bin/sh".to_owned(), "-c".to_owned(), command.to_owned()]);
    }
    Ok(command.split_whitespace().map(str::to_owned).collect())
}
