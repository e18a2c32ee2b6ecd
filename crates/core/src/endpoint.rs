//! URLs that name places: `udp://host:port?option=value`, `unix:///path`, `ws://host:port/path`.
//!
//! [`Endpoint::parse`] reads one, its `Display` writes the canonical form, which reads the same again.
//! [`SCHEMES`] and [`OPTIONS`] are the tables behind both.

pub(crate) mod host;
mod options;
pub(crate) mod percent;
mod place;
mod schemes;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

pub use host::Host;
pub use options::{Bind, Header, Join, OPTIONS, OptionSpec, Options, Role, option};
pub use place::LONGEST_PATH;
pub use schemes::{Place, SCHEMES, Scheme, Shape, scheme};

use crate::problem::Problem;
use percent::{Decoded, encode};
use place::Spots;

/// A place to listen at or to send to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// How to talk.
    pub scheme: &'static Scheme,
    /// With which host; [`Host::Any`] where the scheme has none.
    pub host: Host,
    /// On which port; 0 is any free port when listening. `None` where it was left out: see
    /// [`Endpoint::port_or_default`].
    pub port: Option<u16>,
    /// `""` where the scheme has no path. Of a Unix-domain socket the absolute path of its file, or `@name`
    /// of an abstract one, at most [`LONGEST_PATH`] bytes without the `@`. Of WebSocket the request target as
    /// it is sent, with its query: it begins with `/`, is ASCII, and has its escapes.
    pub path: String,
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
        let spots = Spots::find(scheme, text, from)?;
        let (host, port) = match scheme.place {
            Place::File => (Host::Any, None),
            Place::HostPort | Place::HostPortPath => {
                let place = unescape(&text[spots.host]).map_err(|problem| problem.inside(text, from))?;
                host::host_and_port(&place.text).map_err(|problem| place.problem(problem, text, from))?
            }
        };
        let at = spots.path.start;
        let path = match scheme.place {
            Place::HostPort => Ok(String::new()),
            Place::File => place::file(&text[spots.path]),
            Place::HostPortPath => place::request(&text[spots.path]),
        };
        let path = path.map_err(|problem| problem.inside(text, at))?;
        let at = spots.options;
        let options = Options::read(&text[at..], scheme).map_err(|problem| problem.inside(text, at))?;
        Ok(Self { scheme, host, port, path, options })
    }

    /// The port that was written, or else the one of the scheme (80 for `ws`, 443 for `wss`, RFC 6455
    /// section 3), or else `None`.
    pub fn port_or_default(&self) -> Option<u16> {
        self.port.or(self.scheme.port)
    }

    /// Checks what no single part shows: that the options apply to the scheme and to `role` and go together,
    /// and that an address to send from is of the family that is sent to.
    ///
    /// # Errors
    ///
    /// The first option that does not fit.
    pub fn check(&self, role: Role) -> Result<(), Problem> {
        self.options.check(self.scheme, role)?;
        self.check_abstract()?;
        let bind = self.options.bind.as_ref();
        let own = bind.and_then(|bind| bind.inet()?.0.ip());
        match (own, self.host.ip()) {
            (Some(own), Some(to)) if own.is_ipv4() != to.is_ipv4() => {
                let bind = format!("bind={}", bind.map(Bind::to_string).unwrap_or_default());
                let what = format!("{bind} is {}, but {} is {}", family(own), self.host, family(to));
                Err(Problem::whole(&bind, what, "use addresses of one family"))
            }
            _ => Ok(()),
        }
    }

    /// An abstract socket has no file to remove or to give permissions to (unix(7)).
    fn check_abstract(&self) -> Result<(), Problem> {
        let of_file = self.options.mode.map(|_| "mode").or(self.options.unlink.map(|_| "unlink"));
        match of_file {
            Some(name) if self.path.starts_with('@') => {
                let what = format!("{name} does not apply to {}", self.path);
                Err(Problem::whole(name, what, "an abstract socket has no file; leave it out"))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme.name)?;
        match (&self.host, self.port) {
            _ if self.scheme.place == Place::File => {}
            (Host::Any, Some(port)) => write!(f, ":{port}")?,
            (host, Some(port)) => write!(f, "{host}:{port}")?,
            (host, None) => host.fmt(f)?,
        }
        match self.scheme.place {
            Place::HostPort => {}
            Place::File => f.write_str(&encode(&self.path))?,
            Place::HostPortPath => f.write_str(&self.path.replace('?', "%3F"))?,
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
        Some(after) => Err(no_scheme(text, None, after)),
        None => match rest.strip_prefix(':') {
            Some(after) if schemes::is_known(word) => {
                let scheme = scheme(word).map_err(|problem| problem.inside(text, 0))?;
                Err(no_scheme(text, Some(scheme), after))
            }
            _ => Err(no_scheme(text, None, text)),
        },
    }
}

/// The problem with an endpoint that lacks its scheme or what ends it, with a guess at the whole.
fn no_scheme(text: &str, scheme: Option<&Scheme>, place: &str) -> Problem {
    let is_file = match scheme {
        Some(scheme) => scheme.place == Place::File,
        None => place.starts_with(['/', '@', '.']),
    };
    let remedy = match (scheme, is_file) {
        (Some(scheme), false) => format!("write {}://{}", scheme.name, meant(place.trim_start_matches('/'))),
        (None, false) => format!("write udp://{0} or tcp://{0}", meant(place)),
        (_, true) => {
            let name = scheme.map_or("unix", |scheme| scheme.name);
            let file = place.trim_start_matches('/');
            match place.starts_with(['/', '@']) {
                true if place.starts_with('@') => format!("write {name}://{place}"),
                true => format!("write {name}:///{file}"),
                false => format!("write {name}:// and the absolute path, like {name}:///run/app.sock"),
            }
        }
    };
    Problem::new(text, 0..0, format!("{text:?} has no scheme"), remedy)
}

/// What was most likely meant by a host and port that were not written in full.
fn meant(place: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match place {
        "" => "host:port".to_owned(),
        port if digits(port) => format!(":{port}"),
        ip if ip.parse::<Ipv6Addr>().is_ok() => format!("[{ip}]:port"),
        place => place.to_owned(),
    }
}

/// Undoes percent-encoding in `host:port`, unless a zone is written plainly, as in `[fe80::1%12]`.
fn unescape(raw: &str) -> Result<Decoded<'_>, Problem> {
    let zone = raw.strip_prefix('[').and_then(|rest| rest.split_once('%')).map(|(_, zone)| zone);
    match zone {
        Some(zone) if !zone.starts_with("25") || zone.starts_with("25]") => Ok(Decoded::literal(raw)),
        _ => Decoded::read(raw),
    }
}

fn family(ip: IpAddr) -> &'static str {
    if ip.is_ipv4() { "IPv4" } else { "IPv6" }
}
