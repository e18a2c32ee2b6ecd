//! Proxies that a connection is made through: `socks5://user:password@host:port`.
//!
//! [`Proxy::parse`] reads one; a [`Handshake`] says what to send to it and understands what it answers.

mod handshake;
mod http;
mod refused;
mod socks4;
mod socks5;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod url_tests;

use std::fmt;

pub use handshake::{Handshake, Step, Target};
pub use refused::{LONGEST_HEAD, Refused};

use crate::endpoint::Host;
use crate::endpoint::host::host_and_port;
use crate::endpoint::percent::Decoded;
use crate::problem::Problem;

/// A proxy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Proxy {
    /// What is spoken with it.
    pub kind: Kind,
    /// Where it is; never [`Host::Any`].
    pub host: Host,
    /// On which port, never 0: 1080 for SOCKS where none was written (IANA), 80 for HTTP (RFC 9110 section
    /// 4.2.1).
    pub port: u16,
    /// Who asks, where it must be known.
    pub user: Option<User>,
}

/// What is spoken with a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// SOCKS4, and its extension 4A for names.
    Socks4,
    /// SOCKS5 (RFC 1928).
    Socks5,
    /// HTTP/1.1 CONNECT (RFC 9110 section 9.3.6).
    Http,
}

impl Kind {
    /// The word before `://`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Socks4 => "socks4",
            Self::Socks5 => "socks5",
            Self::Http => "http",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Socks4 | Self::Socks5 => 1080,
            Self::Http => 80,
        }
    }
}

/// Name and password for a proxy. At most 255 bytes each (RFC 1929 section 2), without control characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct User {
    /// The name: for SOCKS4 the user id, not empty there nor for SOCKS5; without `:` for HTTP (RFC 7617
    /// section 2).
    pub name: String,
    /// The password; `None` where none was written, and never for SOCKS4.
    pub password: Option<String>,
}

impl fmt::Debug for User {
    /// Without the password, since this ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "…");
        f.debug_struct("User").field("name", &self.name).field("password", &password).finish()
    }
}

impl Proxy {
    /// Reads a proxy's URL: `KIND://[USER[:PASSWORD]@]HOST[:PORT]`, where KIND is `socks5`, `socks4` or
    /// `http`. `socks5h` and `socks4a` mean the same: names are always resolved by the proxy. `%` and two
    /// hexadecimal digits stand for a byte in name and password.
    ///
    /// ```
    /// use sockscope_core::proxy::{Kind, Proxy};
    ///
    /// let proxy = Proxy::parse("socks5://me:p%40ss@proxy.example")?;
    /// assert_eq!((proxy.kind, proxy.port), (Kind::Socks5, 1080));
    /// assert_eq!(proxy.to_string(), "socks5://me:p%40ss@proxy.example:1080");
    /// # Ok::<(), sockscope_core::problem::Problem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it, pointing at the spot.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let Some((word, rest)) = text.split_once("://") else {
            let what = format!("{text:?} has no scheme");
            return Err(Problem::new(text, 0..0, what, format!("write socks5://{text}, or {OTHERS}")));
        };
        let kind = kind(word).map_err(|problem| problem.inside(text, 0))?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let start = text.find("://").unwrap_or(0) + 3;
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => {
                (Some(User::read(user, kind).map_err(|problem| problem.inside(text, start))?), place)
            }
            None => (None, rest),
        };
        let at = start + rest.len() - place.len();
        let (host, port) = host_and_port(place).map_err(|problem| problem.inside(text, at))?;
        if host == Host::Any {
            let (what, remedy) =
                ("the host of the proxy is missing", "write it, like socks5://127.0.0.1:1080");
            return Err(Problem::new(text, at..at + place.len(), what, remedy));
        }
        let port = port.unwrap_or(kind.default_port());
        if port == 0 {
            let what = "port 0 cannot be connected to";
            return Err(Problem::new(text, at..at + place.len(), what, "ports go from 1 to 65535"));
        }
        Ok(Self { kind, host, port, user })
    }
}

impl fmt::Display for Proxy {
    /// As [`Proxy::parse`] reads it, with its password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.kind.name())?;
        if let Some(user) = &self.user {
            f.write_str(&escape(&user.name))?;
            if let Some(password) = &user.password {
                write!(f, ":{}", escape(password))?;
            }
            f.write_str("@")?;
        }
        match &self.host {
            // Options are encoded as a whole, so the zone must not be already.
            Host::V6(ip, Some(zone)) => write!(f, "[{ip}%{zone}]:{}", self.port),
            Host::Name(name) => write!(f, "{name}:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}

const OTHERS: &str = "socks4:// or http:// for the others";

fn kind(word: &str) -> Result<Kind, Problem> {
    match word.to_ascii_lowercase().as_str() {
        "socks4" | "socks4a" => Ok(Kind::Socks4),
        "socks5" | "socks5h" => Ok(Kind::Socks5),
        "http" => Ok(Kind::Http),
        _ => Err(Problem::whole(
            word,
            format!("unknown kind of proxy {word:?}"),
            "write socks5, socks4 or http",
        )),
    }
}

impl User {
    fn read(text: &str, kind: Kind) -> Result<Self, Problem> {
        let (name, password) = match text.split_once(':') {
            Some((name, password)) => (name, Some((password, name.len() + 1))),
            None => (text, None),
        };
        let whole = |what: &str, remedy: &str| Err(Problem::whole(text, what, remedy));
        let part = |raw: &str, at| Self::part(raw).map_err(|problem: Problem| problem.inside(text, at));
        let user = Self {
            name: part(name, 0)?,
            password: password.map(|(password, at)| part(password, at)).transpose()?,
        };
        match (kind, &user.password) {
            (Kind::Socks4 | Kind::Socks5, _) if user.name.is_empty() => {
                whole("the user of the proxy is missing", "write user:password@host, or leave the \"@\" out")
            }
            (Kind::Socks4, Some(_)) => whole("socks4 has no password", "write user@host, or use socks5"),
            (Kind::Socks5, Some(password)) if password.is_empty() => {
                whole("the password of the proxy is missing", "write user:password@host")
            }
            (Kind::Socks5, None) => whole("the password of the proxy is missing", "write user:password@host"),
            (Kind::Http, _) if user.name.contains(':') => {
                whole("the user of an http proxy cannot have a \":\"", "choose another")
            }
            _ => Ok(user),
        }
    }

    fn part(raw: &str) -> Result<String, Problem> {
        let decoded = Decoded::read(raw)?;
        match decoded.text.len() {
            0..=255 => Ok(decoded.text),
            bytes => {
                let what = format!("a name or password of {bytes} bytes is too long");
                Err(Problem::whole(raw, what, "255 is the most (RFC 1929)"))
            }
        }
    }
}

/// Escapes what would end a name or a password.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' | ':' | '@' | '/' => out.push_str(&format!("%{:02X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}
