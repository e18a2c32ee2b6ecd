//! Arguments that several commands share, and their values.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use sockscope::core::charset::Unmappable;
use sockscope::core::ending::Limits;
use sockscope::core::endpoint::{Endpoint, OPTIONS, OptionSpec, Role};
use sockscope::core::lang::Lang;
use sockscope::core::problem::Problem;
use sockscope::core::quantity;
use sockscope::core::session::Only;

/// What ends a run.
#[derive(clap::Args)]
#[command(next_help_heading = "When to end")]
pub(crate) struct Ends {
    /// End after N received messages
    #[arg(long, value_name = "N", value_parser = count)]
    count: Option<u64>,
    /// End when nothing has come for this long: 500ms, 2s, 1m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    idle: Option<Duration>,
    /// End after this time in all
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    total: Option<Duration>,
}

impl Ends {
    pub(crate) fn limits(&self) -> Limits {
        Limits { count: self.count, idle: self.idle, total: self.total, ..Limits::default() }
    }
}

/// The options of an endpoint, each as a flag, straight from their table.
#[derive(Debug, Default)]
pub(crate) struct Flags<const LISTEN: bool>(Vec<(&'static str, String)>);

impl<const LISTEN: bool> Flags<LISTEN> {
    fn role() -> Role {
        if LISTEN { Role::Listen } else { Role::Send }
    }

    fn specs() -> impl Iterator<Item = &'static OptionSpec> {
        let usable = |spec: &OptionSpec| spec.built_in().next().is_some();
        OPTIONS.iter().filter(move |spec| spec.roles.contains(&Self::role()) && usable(spec))
    }

    /// An endpoint as it was typed, with these options added and the whole checked.
    pub(crate) fn endpoint(&self, text: &str) -> Result<Endpoint, Problem> {
        endpoint(text, &self.0, Self::role())
    }

    /// Several endpoints as they were typed.
    pub(crate) fn endpoints(&self, texts: &[String]) -> Result<Vec<Endpoint>, Problem> {
        texts.iter().map(|text| self.endpoint(text)).collect()
    }
}

/// The options of endpoints of both roles, for a command that opens and listens.
#[derive(Debug, Default)]
pub(crate) struct BothFlags(Vec<(&'static str, String)>);

impl BothFlags {
    fn specs() -> impl Iterator<Item = &'static OptionSpec> {
        OPTIONS.iter().filter(|spec| spec.built_in().next().is_some())
    }

    /// An endpoint as it was typed, with these options added and the whole checked.
    pub(crate) fn endpoint(&self, text: &str, role: Role) -> Result<Endpoint, Problem> {
        endpoint(text, &self.0, role)
    }
}

fn endpoint(text: &str, given: &[(&'static str, String)], role: Role) -> Result<Endpoint, Problem> {
    let mut endpoint = Endpoint::parse(text)?;
    for (name, value) in given {
        endpoint.options.set(name, value).map_err(|problem| named(problem, name))?;
    }
    endpoint.check(role)?;
    Ok(endpoint)
}

fn augment(command: Command, specs: impl Iterator<Item = &'static OptionSpec>) -> Command {
    specs.fold(command, |command, spec| {
        let arg = Arg::new(spec.name)
            .long(spec.name)
            .value_name(spec.value)
            .help(sentence(spec.help))
            .help_heading(heading(spec))
            .action(if spec.repeatable { ArgAction::Append } else { ArgAction::Set });
        command.arg(if spec.flag {
            arg.num_args(0..=1).require_equals(true).default_missing_value("yes")
        } else {
            arg
        })
    })
}

fn given(
    matches: &ArgMatches,
    specs: impl Iterator<Item = &'static OptionSpec>,
) -> Vec<(&'static str, String)> {
    let given = specs.flat_map(|spec| {
        let values = matches.get_many::<String>(spec.name).into_iter().flatten();
        values.map(|value| (spec.name, value.clone()))
    });
    given.collect()
}

impl Args for BothFlags {
    fn augment_args(command: Command) -> Command {
        augment(command, Self::specs())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for BothFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(given(matches, Self::specs())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Options of the same schemes stand together in help.
fn heading(spec: &OptionSpec) -> String {
    let schemes: Vec<_> = spec.built_in().collect();
    format!("Options of {} (also in the endpoint: …?name=value&…)", schemes.join(", "))
}

fn named(mut problem: Problem, name: &str) -> Problem {
    let colon = if problem.what.starts_with(name) { "" } else { &format!("{name}: ") };
    problem.what = format!("--{colon}{}", problem.what);
    problem
}

impl<const LISTEN: bool> Args for Flags<LISTEN> {
    fn augment_args(command: Command) -> Command {
        augment(command, Self::specs())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const LISTEN: bool> FromArgMatches for Flags<LISTEN> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(given(matches, Self::specs())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A whole number.
pub(crate) fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("write a whole number from 0 to {}", u64::MAX))
}

/// How many: at least one.
pub(crate) fn count(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("write a whole number, at least 1".to_owned()),
    }
}

/// The help of an option as the other flags have theirs: with a capital.
fn sentence(help: &str) -> String {
    let mut chars = help.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A duration such as `500ms`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    quantity::duration(text).map_err(|problem| problem.to_string())
}

/// A size such as `64KiB`, at least one byte and at most one datagram.
pub(crate) fn buffer(text: &str) -> Result<usize, String> {
    let size = quantity::size(text).map_err(|problem| problem.to_string())?;
    match usize::try_from(size) {
        Ok(size) if (1..=sockscope::plan::WHOLE).contains(&size) => Ok(size),
        _ => Err("a buffer has 1 to 65536 bytes; no datagram is longer".to_owned()),
    }
}

/// A peer such as `192.168.10.1:8889`, the port being optional.
pub(crate) fn peer(text: &str) -> Result<Only, String> {
    if let Ok(address) = text.parse::<std::net::SocketAddr>() {
        return Ok(Only { ip: address.ip(), port: Some(address.port()) });
    }
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse().map_err(|_| "a peer is an address with or without a port: 192.168.10.1:8889")?;
    Ok(Only { ip, port: None })
}

/// A language by its word.
pub(crate) fn lang() -> impl TypedValueParser<Value = Lang> {
    PossibleValuesParser::new(Lang::ALL.map(|(word, _)| word)).map(|word| {
        Lang::ALL.into_iter().find(|(known, _)| *known == word).map_or(Lang::En, |(_, lang)| lang)
    })
}

/// What to do with characters that a charset lacks.
pub(crate) fn unmappable(text: &str) -> Result<Unmappable, String> {
    match text.split_once('=') {
        Some(("replace", with)) => Ok(Unmappable::Replace(with.to_owned())),
        None if text == "refuse" => Ok(Unmappable::Refuse),
        None if text == "skip" => Ok(Unmappable::Skip),
        _ => Err("write refuse, skip or replace=TEXT".to_owned()),
    }
}
