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
mod many;
mod measure;
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

/// A task. What it does is said again behind its arguments: groups of them say what they are, and would be the last to do so.
macro_rules! task {
    ($name:literal, $about:literal, $args:ty, $run:expr $(,)?) => {
        Task {
            name: $name,
            about: $about,
            args: |command| <$args as Args>::augment_args(command).about($about),
            run: $run,
        }
    };
}

/// Everything the program does, in the order of the help.
const TASKS: &[Task] = &[
    task!(
        "demo",
        "See it all by itself in some seconds: text as bytes, sent, received and explained",
        demo::Args,
        |typed| demo::run(from(typed)?),
    ),
    task!("listen", "Bind or accept, and show every message of every peer", listen::Args, |typed| {
        listen::run(from(typed)?)
    },),
    task!("send", "Send, and tell what really left", send::Args, |typed| send::run(from(typed)?),),
    task!("talk", "Talk both ways, with one or many, in a console", talk::Args, |typed| talk::run(&from(
        typed
    )?),),
    task!("script", "Hold a conversation that is written down, and check it", script::Args, |typed| {
        script::run(&from(typed)?)
    },),
    task!("echo", "Answer every message with itself", echo::Args, |typed| echo::run(from(typed)?),),
    task!(
        "nc",
        "Send standard input, write what comes: with the options of nc and ncat",
        nc::Args,
        |typed| nc::run(from(typed)?),
    ),
    #[cfg(target_os = "linux")]
    task!("capture", "See and record the packets of an interface", capture::Args, |typed| capture::run(
        from(typed)?
    ),),
    task!(
        "open",
        "A recording as a list, a packet field by field, a conversation told",
        open::Args,
        |typed| open::run(&from(typed)?),
    ),
    task!("replay", "Send a recording's payloads again, in time", replay::Args, |typed| replay::run(from(
        typed
    )?),),
    task!("measure", "Measure how long messages take", measure::Args, |typed| measure::run(from(typed)?),),
    task!("tello", "Fly a Tello drone, at a console or by a script, or be one", tello::Args, |typed| {
        tello::run(&from(typed)?)
    },),
    task!("text", "Turn text into bytes of a charset and back", text::Args, |typed| text::run(&from(typed)?),),
    task!("addrs", "Show this machine's interfaces and addresses", addrs::Args, |typed| addrs::run(&from(
        typed
    )?),),
    task!("schema", "Print the schema of the JSON lines", generate::SchemaArgs, |typed| generate::schema(
        &from(typed)?
    ),),
    task!("completions", "Print completions for a shell", generate::CompletionsArgs, |typed| {
        generate::completions(&from(typed)?)
    },),
    task!("man", "Print the manual page", generate::ManArgs, |typed| generate::man(&from(typed)?),),
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
