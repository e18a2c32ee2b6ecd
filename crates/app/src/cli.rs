//! What was typed, turned into a plan. Parser types stop here.

mod addrs;
mod args;
#[cfg(target_os = "linux")]
mod capture;
mod demo;
mod echo;
mod generate;
mod listen;
mod look;
mod nc;
pub(crate) mod open;
mod replay;
mod save;
mod script;
mod send;
mod serve;
mod talk;
mod tello;
mod text;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::exit::Verdict;
use crate::{examples, out};
pub(crate) use save::{about, told as recorded};

/// One thing the program does.
struct Task {
    name: &'static str,
    about: &'static str,
    /// Adds its arguments; only called for the task that was typed, since there are many.
    args: fn(Command) -> Command,
    run: fn(&ArgMatches) -> anyhow::Result<Verdict>,
}

/// Everything the program does, in the order of the help.
const TASKS: &[Task] = &[
    Task {
        name: "demo",
        about: "See it all by itself in some seconds: text as bytes, sent, received and explained",
        args: demo::Args::augment_args,
        run: |typed| demo::run(from(typed)?),
    },
    Task {
        name: "listen",
        about: "Bind or accept, and show every message of every peer",
        args: listen::Args::augment_args,
        run: |typed| listen::run(from(typed)?),
    },
    Task {
        name: "send",
        about: "Send, and tell what really left",
        args: send::Args::augment_args,
        run: |typed| send::run(from(typed)?),
    },
    Task {
        name: "talk",
        about: "Talk both ways, with one or many, in a console",
        args: talk::Args::augment_args,
        run: |typed| talk::run(&from(typed)?),
    },
    Task {
        name: "script",
        about: "Hold a conversation that is written down, and check it",
        args: script::Args::augment_args,
        run: |typed| script::run(&from(typed)?),
    },
    Task {
        name: "echo",
        about: "Answer every message with itself",
        args: echo::Args::augment_args,
        run: |typed| echo::run(from(typed)?),
    },
    Task {
        name: "nc",
        about: "Send standard input, write what comes: with the options of nc and ncat",
        args: nc::Args::augment_args,
        run: |typed| nc::run(from(typed)?),
    },
    #[cfg(target_os = "linux")]
    Task {
        name: "capture",
        about: "See and record the packets of an interface",
        args: capture::Args::augment_args,
        run: |typed| capture::run(from(typed)?),
    },
    Task {
        name: "open",
        about: "A recording as a list, a packet field by field, a conversation told",
        args: open::Args::augment_args,
        run: |typed| open::run(&from(typed)?),
    },
    Task {
        name: "replay",
        about: "Send a recording's payloads again, in time",
        args: replay::Args::augment_args,
        run: |typed| replay::run(from(typed)?),
    },
    Task {
        name: "tello",
        about: "Fly a Tello drone by a script, or be one",
        args: tello::Args::augment_args,
        run: |typed| tello::run(&from(typed)?),
    },
    Task {
        name: "text",
        about: "Turn text into bytes of a charset and back",
        args: text::Args::augment_args,
        run: |typed| text::run(&from(typed)?),
    },
    Task {
        name: "addrs",
        about: "Show this machine's interfaces and addresses",
        args: addrs::Args::augment_args,
        run: |typed| addrs::run(&from(typed)?),
    },
    Task {
        name: "schema",
        about: "Print the schema of the JSON lines",
        args: generate::SchemaArgs::augment_args,
        run: |typed| generate::schema(&from(typed)?),
    },
    Task {
        name: "completions",
        about: "Print completions for a shell",
        args: generate::CompletionsArgs::augment_args,
        run: |typed| generate::completions(&from(typed)?),
    },
    Task {
        name: "man",
        about: "Print the manual page",
        args: generate::ManArgs::augment_args,
        run: |typed| generate::man(&from(typed)?),
    },
];

/// The arguments of a task out of what was typed.
fn from<A: FromArgMatches>(typed: &ArgMatches) -> anyhow::Result<A> {
    Ok(A::from_arg_matches(typed)?)
}

/// Parses the command line and does what it says.
pub(crate) fn run() -> anyhow::Result<Verdict> {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return told(&error),
    };
    let typed = matches.subcommand();
    let task = typed.and_then(|(name, typed)| Some((TASKS.iter().find(|task| task.name == name)?, typed)));
    let (task, typed) = task.expect("the parser lets nothing else through");
    (task.run)(typed)
}

/// The whole command line as the parser knows it, with the examples of each command.
fn command() -> Command {
    let cli = Command::new("sockscope")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Talk to anything on UDP, TCP or Unix-domain sockets and see every byte, with everything the kernel knows about it")
        .after_help("Exit status: 0 done, 1 the answer is no (refused, lost, no answer), 2 could not try.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true);
    TASKS.iter().fold(cli, |cli, task| {
        cli.subcommand(
            Command::new(task.name)
                .about(task.about)
                .defer(task.args)
                .after_help(examples::help(task.name).unwrap_or_default()),
        )
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
    let text = error.render().to_string();
    let whole = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    out::talk(&if whole { text } else { usage(&text) });
    std::process::exit(2)
}

/// A usage error in the form of every other error: one line, then how it is written right.
fn usage(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    lines.map(|line| line.replacen("error: ", "sockscope: ", 1) + "\n").collect()
}
