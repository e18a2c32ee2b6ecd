//! Socket options, as an endpoint or the command line gives them.

mod query;
mod table;
mod values;

use std::net::IpAddr;

pub use table::{OPTIONS, OptionSpec};
pub use values::{Bind, Join};

use super::near::nearest;
use crate::problem::Problem;

/// Socket options that were asked for. What was not asked for is `None` and stays as the system has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Address and port of its own to send from.
    pub bind: Option<Bind>,
    /// Time to live and hop limit of what is sent, 1 to 255, also to groups.
    pub ttl: Option<u8>,
    /// Type of service or traffic class of what is sent.
    pub tclass: Option<u8>,
    /// Whether it may send to broadcast addresses.
    pub broadcast: Option<bool>,
    /// Groups to join, each once.
    pub join: Vec<Join>,
    /// The only senders to hear in the joined groups, each once.
    pub source: Vec<IpAddr>,
    /// Receive buffer in bytes, up to 2^31 - 1.
    pub rcvbuf: Option<u32>,
    /// Send buffer in bytes, up to 2^31 - 1.
    pub sndbuf: Option<u32>,
    /// The only interface to use.
    pub iface: Option<String>,
    /// Whether others may listen on the same port.
    pub reuse: Option<bool>,
    /// Whether what is sent to groups is heard on this machine too.
    pub loopback: Option<bool>,
    /// Whether to use one plain system call a message.
    pub portable: Option<bool>,
}

/// What a socket is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// To hear whoever sends, and perhaps answer.
    Listen,
    /// To send to the endpoint, and perhaps hear answers.
    Send,
}

impl Role {
    /// The word for it in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Listen => "listening",
            Self::Send => "sending",
        }
    }
}

/// The row of the option called `name`.
///
/// # Errors
///
/// No such option; says which there are.
pub fn option(name: &str) -> Result<&'static OptionSpec, Problem> {
    let names = || OPTIONS.iter().map(|spec| spec.name);
    OPTIONS.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let hint = nearest(name, names()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        let all = names().collect::<Vec<_>>().join(" ");
        Problem::whole(name, format!("unknown option {name:?}"), format!("{hint}options of udp: {all}"))
    })
}

impl Options {
    /// Sets one option from text, which is not percent-decoded. Giving the same value again changes nothing.
    ///
    /// # Errors
    ///
    /// Unknown name, bad value (pointing into `value`), or a second, different value of an option that is not
    /// repeatable. The options are unchanged then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let spec = option(name)?;
        let mut alone = Self::default();
        (spec.set)(&mut alone, value)?;
        let (before, now) = ((spec.show)(self), (spec.show)(&alone));
        match before.first() {
            Some(first) if !spec.repeatable && before != now => {
                let what = format!("{name} is given twice: {first} and {value}");
                Err(Problem::whole(value, what, "give it once"))
            }
            _ => (spec.set)(self, value),
        }
    }

    /// These options and those of the command line together.
    ///
    /// # Errors
    ///
    /// An option that is not repeatable has different values in both.
    pub fn merge(mut self, flags: &Self) -> Result<Self, Problem> {
        for spec in OPTIONS {
            for value in (spec.show)(flags) {
                self.set(spec.name, &value)?;
            }
        }
        Ok(self)
    }

    /// Checks that every option applies to `role` and that they go together.
    ///
    /// # Errors
    ///
    /// The first option that does not fit.
    pub fn check(&self, role: Role) -> Result<(), Problem> {
        for spec in OPTIONS.iter().filter(|spec| !spec.roles.contains(&role)) {
            if let Some(value) = (spec.show)(self).first() {
                let what = format!("{} does not apply to {}", spec.name, role.word());
                let remedy = if spec.name == "bind" { BIND_REMEDY } else { "leave it out" };
                return Err(Problem::whole(&format!("{}={value}", spec.name), what, remedy));
            }
        }
        self.check_sources()
    }

    /// Every source needs a group of its family: the kernel joins (group, source) pairs (ip(7),
    /// `MCAST_JOIN_SOURCE_GROUP`).
    fn check_sources(&self) -> Result<(), Problem> {
        let joined = |v4: bool| self.join.iter().any(|join| join.group.is_ipv4() == v4);
        match self.source.iter().find(|source| !joined(source.is_ipv4())) {
            None => Ok(()),
            Some(source) => {
                let (family, example) =
                    if source.is_ipv4() { ("IPv4", "232.1.2.3") } else { ("IPv6", "ff35::1") };
                let source = format!("source={source}");
                let what = format!("{source} needs an {family} group to join");
                Err(Problem::whole(&source, what, format!("add join=GROUP, like join={example}")))
            }
        }
    }
}

const BIND_REMEDY: &str = "a listener's own address is the endpoint's host and port";

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Options {
        let mut options = Options::default();
        for (name, value) in pairs {
            options.set(name, value).unwrap();
        }
        options
    }

    #[test]
    fn every_row_reads_and_shows_its_example() {
        for spec in OPTIONS {
            let mut options = Options::default();
            assert!((spec.show)(&options).is_empty(), "{} has no value at first", spec.name);
            options.set(spec.name, spec.example).unwrap();
            assert_eq!((spec.show)(&options), [spec.example], "{}", spec.name);
            options.set(spec.name, spec.example).unwrap();
            assert_eq!((spec.show)(&options), [spec.example], "{} again", spec.name);
        }
    }

    #[test]
    fn every_row_is_in_order() {
        for (i, spec) in OPTIONS.iter().enumerate() {
            assert!(OPTIONS[..i].iter().all(|other| other.name != spec.name), "{} twice", spec.name);
            assert!(spec.help.len() > 20 && !spec.help.contains('\n') && !spec.help.ends_with('.'));
            assert!(!spec.roles.is_empty());
            assert_eq!(spec.flag, spec.value == "yes|no", "{}", spec.name);
            assert!((spec.set)(&mut Options::default(), "\u{0}").is_err(), "{}", spec.name);
        }
    }

    #[test]
    fn a_second_value_is_refused_and_changes_nothing() {
        let mut options = given(&[("ttl", "4"), ("rcvbuf", "4MiB")]);
        options.set("rcvbuf", "4096k").unwrap();
        let problem = options.set("ttl", "5").unwrap_err();
        assert_eq!(problem.to_string(), "ttl is given twice: 4 and 5; give it once");
        assert_eq!(problem.place().unwrap(), "  5\n  ^");
        assert_eq!(options, given(&[("ttl", "4"), ("rcvbuf", "4MiB")]));
    }

    #[test]
    fn flags_join_the_options_of_the_endpoint() {
        let query = given(&[("ttl", "4"), ("join", "239.1.2.3")]);
        let flags = given(&[("ttl", "4"), ("join", "239.1.2.4%eth0"), ("reuse", "yes")]);
        let both = query.clone().merge(&flags).unwrap();
        assert_eq!(
            both,
            given(&[("ttl", "4"), ("join", "239.1.2.3"), ("join", "239.1.2.4%eth0"), ("reuse", "yes")])
        );
        let problem = query.merge(&given(&[("ttl", "9")])).unwrap_err();
        assert_eq!(problem.to_string(), "ttl is given twice: 4 and 9; give it once");
    }

    #[test]
    fn unknown_options_are_told_with_the_nearest() {
        let problem = option("tll").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "unknown option \"tll\"; did you mean ttl? options of udp: bind ttl tclass broadcast join source \
             rcvbuf sndbuf iface reuse loopback portable"
        );
    }

    #[test]
    fn roles_are_checked() {
        let problem = given(&[("bind", ":9000")]).check(Role::Listen).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "bind does not apply to listening; a listener's own address is the endpoint's host and port"
        );
        assert_eq!(problem.place().unwrap(), "  bind=:9000\n  ^^^^^^^^^^");
        given(&[("bind", ":9000")]).check(Role::Send).unwrap();
        let problem = given(&[("broadcast", "no")]).check(Role::Listen).unwrap_err();
        assert_eq!(problem.to_string(), "broadcast does not apply to listening; leave it out");
    }

    #[test]
    fn a_source_needs_a_group_of_its_family() {
        let problem = given(&[("source", "192.0.2.1"), ("join", "ff35::1")]).check(Role::Listen).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "source=192.0.2.1 needs an IPv4 group to join; add join=GROUP, like join=232.1.2.3"
        );
        let problem = given(&[("source", "2001:db8::1")]).check(Role::Listen).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "source=2001:db8::1 needs an IPv6 group to join; add join=GROUP, like join=ff35::1"
        );
        given(&[("source", "192.0.2.1"), ("join", "232.1.2.3")]).check(Role::Listen).unwrap();
    }
}
