//! What a row of the table of options says, and what most rows have in common.

use std::fmt;
use std::time::Duration;

use super::{Options, Role};
use crate::endpoint::schemes::SCHEMES;
use crate::problem::Problem;
use crate::quantity::show_duration;

/// One option.
#[derive(Debug)]
pub struct OptionSpec {
    /// Its name in an endpoint and, after `--`, on the command line.
    pub name: &'static str,
    /// What stands for its value in help.
    pub value: &'static str,
    /// One sentence with unit and source, without a full stop.
    pub help: &'static str,
    /// A value, in canonical form.
    pub example: &'static str,
    /// Whether it is a yes or no, where the name alone means yes.
    pub flag: bool,
    /// Whether it may be given several times with different values.
    pub repeatable: bool,
    /// What sockets it applies to.
    pub roles: &'static [Role],
    /// Names of the schemes it applies to, in the order of their table.
    pub schemes: &'static [&'static str],
    /// Sets it from text. Overwrites; [`Options::set`] is what refuses a second value.
    pub set: fn(&mut Options, &str) -> Result<(), Problem>,
    /// Its values as text that `set` takes; none when it was not asked for.
    pub show: fn(&Options) -> Vec<String>,
}

impl OptionSpec {
    /// The schemes it applies to that this build can open, in order.
    pub fn built_in(&self) -> impl Iterator<Item = &'static str> {
        SCHEMES.iter().filter(|row| row.built_in && self.schemes.contains(&row.name)).map(|row| row.name)
    }
}

/// A row of an option that is given once; the other two follow it.
pub(super) const ONCE: OptionSpec = OptionSpec {
    name: "",
    value: "",
    help: "",
    example: "",
    flag: false,
    repeatable: false,
    roles: &[Role::Listen, Role::Send],
    schemes: &[],
    set: |_, _| Ok(()),
    show: |_| Vec::new(),
};

pub(super) const FLAG: OptionSpec = OptionSpec { value: "yes|no", example: "yes", flag: true, ..ONCE };

pub(super) const MANY: OptionSpec = OptionSpec { repeatable: true, ..ONCE };

pub(super) fn put<T>(slot: &mut Option<T>, value: Result<T, Problem>) -> Result<(), Problem> {
    *slot = Some(value?);
    Ok(())
}

pub(super) fn add<T: PartialEq>(list: &mut Vec<T>, value: Result<T, Problem>) -> Result<(), Problem> {
    let value = value?;
    if !list.contains(&value) {
        list.push(value);
    }
    Ok(())
}

pub(super) fn one(value: Option<impl fmt::Display>) -> Vec<String> {
    value.iter().map(ToString::to_string).collect()
}

pub(super) fn yes_or_no(value: Option<bool>) -> Vec<String> {
    one(value.map(|yes| if yes { "yes" } else { "no" }))
}

pub(super) fn all(values: &[impl fmt::Display]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

pub(super) fn time(value: Option<Duration>) -> Vec<String> {
    one(value.map(show_duration))
}
