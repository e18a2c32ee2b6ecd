//! URLs that name places: `udp://host:port?option=value`.
//!
//! [`Endpoint::parse`] reads one, its `Display` writes the canonical form, which reads the same again.
//! [`SCHEMES`] and [`OPTIONS`] are the tables behind both.

mod host;
mod near;
mod options;
mod percent;
mod schemes;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

pub use host::Host;
pub use options::{Bind, Join, OPTIONS, OptionSpec, Options, Role, option};
pub use schemes::{Place, SCHEMES, Scheme, Shape, scheme};

use crate::problem::Problem;
use percent::Decoded;

/// A place to listen at or to send to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// How to talk.
    pub scheme: &'static Scheme,
    /// With which host.
    pub host: Host,
    /// On which port; 0 is any free port when listening. `None` where it was left out.
    pub port: Option<u16>,
    /// With which socket options.
    pub options: Options,
}

impl Endpoint {
    /// Reads an endpoint, in the grammar of RFC 3986: `udp://host:port?option=value&option=value`.
    ///
    /// Names are not resolved. In brackets a zone is read as `%eth0` and as `%25eth0` (RFC 6874). Elsewhere `%`
    /// and two hexadecimal digits stand for a byte, and any other `%` for itself; so a zone of an option, such
    /// as `12` or `ab0`, is written `%2512`, `%25ab0`. The canonical form always has `%25`.
    ///
    /// ```
    /// use sockscope_core::endpoint::{Endpoint, Host};
    ///
    /// let endpoint = Endpoint::parse("udp://*:5000?join=239.1.2.3%eth0&reuse")?;
    /// assert_eq!((endpoint.host.clone(), endpoint.port), (Host::Any, Some(5000)));
    /// assert_eq!(endpoint.to_string(), "udp://:5000?join=239.1.2.3%25eth0&reuse=yes");
    ///
    /// let problem = Endpoint::parse("udp://127.0.0.1:70000").unwrap_err();
    /// assert_eq!(problem.to_string(), "port 70000 is out of range; ports go from 0 to 65535");
    /// # Ok::<(), sockscope_core::problem::Problem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it, pointing at the spot.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (name, after) = split_scheme(text)?;
        let scheme = scheme(name).map_err(|problem| problem.inside(text, 0))?;
        let from = text.len() - after.len();
        let end = from + after.find(['/', '?', '#']).unwrap_or(after.len());
        let at = options_start(scheme, text, end)?;
        let place = unescape(&text[from..end]).map_err(|problem| problem.inside(text, from))?;
        let (host, port) =
            host::host_and_port(&place.text).map_err(|problem| place.problem(problem, text, from))?;
        let options = Options::read(&text[at..]).map_err(|problem| problem.inside(text, at))?;
        Ok(Self { scheme, host, port, options })
    }

    /// Checks what no single part shows: that the options apply to `role` and go together, and that an
    /// address to send from is of the family that is sent to.
    ///
    /// # Errors
    ///
    /// The first option that does not fit.
    pub fn check(&self, role: Role) -> Result<(), Problem> {
        self.options.check(role)?;
        let own = self.options.bind.as_ref().and_then(|bind| bind.address.ip());
        match (own, self.host.ip()) {
            (Some(own), Some(to)) if own.is_ipv4() != to.is_ipv4() => {
                let bind =
                    format!("bind={}", self.options.bind.as_ref().map(Bind::to_string).unwrap_or_default());
                let what = format!("{bind} is {}, but {} is {}", family(own), self.host, family(to));
                Err(Problem::whole(&bind, what, "use addresses of one family"))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme.name)?;
        match (&self.host, self.port) {
            (Host::Any, Some(port)) => write!(f, ":{port}")?,
            (host, Some(port)) => write!(f, "{host}:{port}")?,
            (host, None) => host.fmt(f)?,
        }
        self.options.write(f)
    }
}

impl FromStr for Endpoint {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

/// The word before `://` and what follows.
fn split_scheme(text: &str) -> Result<(&str, &str), Problem> {
    let word_end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
    let (word, rest) = text.split_at(word_end.unwrap_or(text.len()));
    match rest.strip_prefix("://") {
        Some(after) if !word.is_empty() => Ok((word, after)),
        _ if text.is_empty() => Err(Problem::whole(text, "the endpoint is empty", "write udp://host:port")),
        Some(after) => Err(no_scheme(text, after)),
        None => match rest.strip_prefix(':') {
            Some(after) if schemes::is_known(word) => {
                scheme(word).map_err(|problem| problem.inside(text, 0))?;
                Err(no_scheme(text, after.trim_start_matches('/')))
            }
            _ => Err(no_scheme(text, text)),
        },
    }
}

/// The problem with an endpoint that lacks its scheme, with a guess at the whole.
fn no_scheme(text: &str, place: &str) -> Problem {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let meant = match place {
        "" => "host:port".to_owned(),
        port if digits(port) => format!(":{port}"),
        ip if ip.parse::<Ipv6Addr>().is_ok() => format!("[{ip}]:port"),
        place => place.to_owned(),
    };
    Problem::new(text, 0..0, format!("{text:?} has no scheme"), format!("write udp://{meant}"))
}

/// Undoes percent-encoding in `host:port`, unless a zone is written plainly, as in `[fe80::1%12]`.
fn unescape(raw: &str) -> Result<Decoded<'_>, Problem> {
    let zone = raw.strip_prefix('[').and_then(|rest| rest.split_once('%')).map(|(_, zone)| zone);
    match zone {
        Some(zone) if !zone.starts_with("25") || zone.starts_with("25]") => Ok(Decoded::literal(raw)),
        _ => Decoded::read(raw),
    }
}

/// Where the options begin in `text`, which must have nothing else from `end` on.
fn options_start(scheme: &Scheme, text: &str, end: usize) -> Result<usize, Problem> {
    let rest = &text[end..];
    if let Some(hash) = rest.find('#') {
        let span = end + hash..text.len();
        let what = format!("{} has no fragment, but there is {:?}", scheme.name, &text[span.clone()]);
        return Err(Problem::new(text, span, what, "leave it out, or write %23 for a \"#\" in an option"));
    }
    let question = rest.find('?').map_or(text.len(), |at| end + at);
    if question > end {
        let what = format!("{} has no path, but there is {:?}", scheme.name, &text[end..question]);
        return Err(Problem::new(text, end..question, what, "leave it out"));
    }
    Ok((question + 1).min(text.len()))
}

fn family(ip: IpAddr) -> &'static str {
    if ip.is_ipv4() { "IPv4" } else { "IPv6" }
}
