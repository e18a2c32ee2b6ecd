//! What was typed, turned into a plan. Parser types stop here.

mod addrs;
mod args;
mod demo;
mod echo;
mod generate;
mod listen;
mod look;
mod send;
mod text;

use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::exit::Verdict;
use crate::{examples, out};

/// Talk to anything on UDP and see every byte, with everything the kernel knows about it.
#[derive(Parser)]
#[command(name = "sockscope", version, disable_help_subcommand = true)]
#[command(
    after_help = "Exit status: 0 done, 1 the answer is no (refused, lost, no answer), 2 could not try."
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// See it all by itself in some seconds: text as bytes, sent, received and explained
    Demo(demo::Args),
    /// Bind and show every message of every peer
    Listen(listen::Args),
    /// Send, and tell what really left
    Send(send::Args),
    /// Answer every message with itself
    Echo(echo::Args),
    /// Turn text into bytes of a charset and back
    Text(text::Args),
    /// Show this machine's interfaces and addresses
    Addrs(addrs::Args),
    /// Print the schema of the JSON lines
    Schema(generate::SchemaArgs),
    /// Print completions for a shell
    Completions(generate::CompletionsArgs),
    /// Print the manual page
    Man(generate::ManArgs),
}

/// Parses the command line and does what it says.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return told(&error),
    };
    match Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()).task {
        Task::Demo(args) => demo::run(args),
        Task::Listen(args) => listen::run(args),
        Task::Send(args) => send::run(args),
        Task::Echo(args) => echo::run(args),
        Task::Text(args) => text::run(&args),
        Task::Addrs(args) => addrs::run(&args),
        Task::Schema(args) => generate::schema(&args),
        Task::Completions(args) => generate::completions(&args),
        Task::Man(args) => generate::man(&args),
    }
}

/// The whole command line as the parser knows it, with the examples of each command.
fn command() -> Command {
    let cli = Cli::command();
    let names: Vec<String> = cli.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    names.into_iter().fold(cli, |cli, name| {
        cli.mut_subcommand(&name, |task| match examples::help(&name) {
            Some(text) => task.after_help(text),
            None => task,
        })
    })
}

/// Help and version go to standard output, a usage error to standard error.
fn told(error: &clap::Error) -> anyhow::Result<Verdict> {
    if !error.use_stderr() {
        let colour = out::is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let text = error.render();
        let text = if colour { text.ansi().to_string() } else { text.to_string() };
        out::result(text.as_bytes())?;
        return Ok(Verdict::Done);
    }
    out::talk(&usage(&error.render().to_string()));
    std::process::exit(2)
}

/// A usage error in the form of every other error: one line, then how it is written right.
fn usage(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    lines.map(|line| line.replacen("error: ", "sockscope: ", 1) + "\n").collect()
}
