//! Socket options, as an endpoint or the command line gives them.

mod check;
mod query;
mod spec;
mod table;
#[cfg(test)]
mod tests;
mod values;

use std::net::IpAddr;
use std::time::Duration;

pub use spec::OptionSpec;
pub use table::OPTIONS;
pub use values::words::Header;
pub use values::{Bind, Join};

use super::{Place, Scheme};
use crate::near::nearest;
use crate::problem::Problem;
use crate::proxy::Proxy;

/// Socket options that were asked for. What was not asked for is `None` and stays as the system has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Address and port, or path, of its own to send from.
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
    /// Whether what comes may be taken as trains, whose messages share their facts.
    pub gro: Option<bool>,
    /// Whether runs of messages of one length may leave as trains.
    pub gso: Option<bool>,
    /// The only interface to use.
    pub iface: Option<String>,
    /// Whether others may listen on the same port.
    pub reuse: Option<bool>,
    /// Whether what is sent to groups is heard on this machine too.
    pub loopback: Option<bool>,
    /// Whether to use one plain system call a message.
    pub portable: Option<bool>,
    /// Whether what is small is sent at once.
    pub nodelay: Option<bool>,
    /// How long a peer may be silent before it is asked whether it is there: whole seconds, 1 to 32767.
    pub keepalive: Option<Duration>,
    /// How long closing waits for what is not sent yet: whole seconds, up to 2^31 - 1; zero is a reset.
    pub linger: Option<Duration>,
    /// How long what was sent may stay without acknowledgement: whole milliseconds, 1 to 2^31 - 1.
    pub user_timeout: Option<Duration>,
    /// How long to wait for a connection at each address; more than zero.
    pub connect_timeout: Option<Duration>,
    /// How many connections may wait to be accepted, up to 2^31 - 1.
    pub backlog: Option<u32>,
    /// Proxies to connect through, the first one first, each once.
    pub proxy: Vec<Proxy>,
    /// Permissions of the socket's file, up to `0o777`.
    pub mode: Option<u32>,
    /// Whether to remove the socket's file when done, and a stale one before.
    pub unlink: Option<bool>,
    /// Whether any certificate of the server will do.
    pub insecure: Option<bool>,
    /// PEM file of the certificates to trust.
    pub ca: Option<String>,
    /// PEM file of the certificates to show.
    pub cert: Option<String>,
    /// PEM file of the private key; with `cert` only.
    pub key: Option<String>,
    /// Whether to make a certificate for this run.
    pub self_signed: Option<bool>,
    /// Protocols to offer or to take inside TLS, each once, 1 to 255 bytes.
    pub alpn: Vec<String>,
    /// Name to ask the server for.
    pub sni: Option<String>,
    /// PEM file of the certificates that those of clients must be signed by.
    pub client_ca: Option<String>,
    /// File that the secrets of TLS sessions are added to.
    pub keylog: Option<String>,
    /// Origin to name in the handshake.
    pub origin: Option<String>,
    /// Subprotocols to offer or to take, each once.
    pub protocol: Vec<String>,
    /// Headers to add to the handshake's request, each once.
    pub header: Vec<Header>,
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
    among(name, OPTIONS.iter(), "options")
}

/// The row of the option called `name` that applies to `scheme`.
fn option_of(name: &str, scheme: &Scheme) -> Result<&'static OptionSpec, Problem> {
    if let Some(spec) = OPTIONS.iter().find(|spec| spec.name == name) {
        check::applies(spec, scheme).map_err(|problem| Problem::whole(name, problem.what, problem.remedy))?;
        return Ok(spec);
    }
    let own = OPTIONS.iter().filter(|spec| spec.schemes.contains(&scheme.name));
    among(name, own, &format!("options of {}", scheme.name)).map_err(|mut problem| {
        if scheme.place == Place::HostPortPath {
            problem.remedy += "; a query of the path is written %3Fname=value";
        }
        problem
    })
}

fn among(
    name: &str,
    specs: impl Iterator<Item = &'static OptionSpec> + Clone,
    title: &str,
) -> Result<&'static OptionSpec, Problem> {
    let names = || specs.clone().map(|spec| spec.name);
    specs.clone().find(|spec| spec.name == name).ok_or_else(|| {
        let hint = nearest(name, names()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        let all = names().collect::<Vec<_>>().join(" ");
        Problem::whole(name, format!("unknown option {name:?}"), format!("{hint}{title}: {all}"))
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
}
