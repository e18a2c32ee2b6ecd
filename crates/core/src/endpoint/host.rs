//! The part of an endpoint that names a host and a port.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::percent::encode;
use crate::problem::Problem;

/// Which host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// All addresses of both families: `udp://:8080` or `udp://*:8080`.
    Any,
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address and its zone, an interface's name or number (RFC 4007 section 11):
    /// `[fe80::1%eth0]`.
    V6(Ipv6Addr, Option<String>),
    /// A name to resolve, as it was written.
    Name(String),
}

impl Host {
    /// The address, where the host is given by one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Any | Self::Name(_) => None,
            Self::V4(ip) => Some((*ip).into()),
            Self::V6(ip, _) => Some((*ip).into()),
        }
    }

    /// The zone of an IPv6 address, an interface's name or number.
    pub fn zone(&self) -> Option<&str> {
        match self {
            Self::V6(_, zone) => zone.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Display for Host {
    /// As in an endpoint: IPv6 in brackets, its zone after `%25` (RFC 6874), `*` for all addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::V4(ip) => ip.fmt(f),
            Self::V6(ip, None) => write!(f, "[{ip}]"),
            Self::V6(ip, Some(zone)) => write!(f, "[{ip}%25{}]", encode(zone)),
            Self::Name(name) => f.write_str(&encode(name)),
        }
    }
}

/// Reads `host:port`, `host` or `:port`, percent-encoding already undone.
pub(crate) fn host_and_port(text: &str) -> Result<(Host, Option<u16>), Problem> {
    if text.is_empty() {
        return Err(Problem::whole(
            text,
            "host and port are missing",
            "write host:port, or :port for all addresses",
        ));
    }
    let colon = colon(text)?;
    let host = host(&text[..colon]).map_err(|problem| problem.inside(text, 0))?;
    let port = match text.get(colon + 1..) {
        Some(digits) => Some(port(digits).map_err(|problem| problem.inside(text, colon + 1))?),
        None => None,
    };
    Ok((host, port))
}

/// Reads an interface's name or number: what Linux takes for one (dev_valid_name, netdevice(7)).
pub(crate) fn interface(text: &str) -> Result<String, Problem> {
    let fault = |what: &str| {
        Err(Problem::whole(text, format!("interface {text:?} {what}"), "write a name like eth0"))
    };
    if text.is_empty() || text == "." || text == ".." {
        return fault("is no name");
    }
    if text.len() > 15 {
        return fault("is longer than the 15 bytes that an interface's name may have");
    }
    match text.find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | ':' | '[' | ']')) {
        Some(_) => fault("has a character that no interface's name has"),
        None => Ok(text.to_owned()),
    }
}

/// Where the host ends: at the colon before the port, or at the end.
fn colon(text: &str) -> Result<usize, Problem> {
    if text.starts_with('[') {
        let close = text
            .find(']')
            .ok_or_else(|| Problem::new(text, 0..1, "\"[\" is not closed", "write [address], like [::1]"))?;
        let end = close + 1;
        return match text[end..].chars().next() {
            None | Some(':') => Ok(end),
            Some(_) => Err(Problem::new(
                text,
                end..text.len(),
                format!("{:?} after \"]\"", &text[end..]),
                "write [address]:port",
            )),
        };
    }
    match text.find(':') {
        Some(first) if text[first + 1..].contains(':') => Err(many_colons(text, first)),
        first => Ok(first.unwrap_or(text.len())),
    }
}

/// The problem with more colons than the one before a port: most often IPv6 without brackets.
fn many_colons(text: &str, first: usize) -> Problem {
    let (address, zone_and_port) = text.split_at(text.find('%').unwrap_or(text.len()));
    let is_v6 = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    let remedy = match text.rsplit_once(':') {
        Some((zoned, port)) if is_v6(address) && zone_and_port.contains(':') => {
            format!("write [{zoned}]:{port}")
        }
        Some((head, port)) if is_v6(head) && is_v6(text) && port.parse::<u16>().is_ok() => {
            format!("write [{head}]:{port}, or [{text}] without a port")
        }
        _ if is_v6(address) => format!("write [{text}]"),
        Some((head, port)) if is_v6(head) => format!("write [{head}]:{port}"),
        _ => {
            let second = first + 1 + text[first + 1..].find(':').unwrap_or(0);
            return Problem::new(
                text,
                second..second + 1,
                "a second \":\"",
                "write host:port, or [address]:port for IPv6",
            );
        }
    };
    Problem::whole(text, "an IPv6 address stands in brackets", remedy)
}

fn host(text: &str) -> Result<Host, Problem> {
    if text.is_empty() || text == "*" {
        return Ok(Host::Any);
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return bracketed(inner).map_err(|problem| problem.inside(text, 1));
    }
    if ends_in_number(text) {
        return text.parse().map(Host::V4).map_err(|_| {
            let what = format!("{text:?} is not an IPv4 address");
            Problem::whole(text, what, "write four numbers from 0 to 255, like 192.0.2.1")
        });
    }
    name(text)?;
    Ok(Host::Name(text.to_owned()))
}

fn bracketed(text: &str) -> Result<Host, Problem> {
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    let ip = address.parse().map_err(|_| {
        let what = format!("{address:?} is not an IPv6 address");
        Problem::new(text, 0..address.len(), what, "brackets hold one, like [2001:db8::1] or [fe80::1%eth0]")
    })?;
    let zone = zone.map(|zone| interface(zone).map_err(|problem| problem.inside(text, address.len() + 1)));
    Ok(Host::V6(ip, zone.transpose()?))
}

fn port(digits: &str) -> Result<u16, Problem> {
    const RANGE: &str = "ports go from 0 to 65535";
    if digits.is_empty() {
        return Err(Problem::whole(digits, "a port is missing after \":\"", RANGE));
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::whole(digits, format!("port {digits:?} is not a number"), RANGE));
    }
    digits.parse().map_err(|_| Problem::whole(digits, format!("port {digits} is out of range"), RANGE))
}

/// Whether resolvers would take this for an IPv4 address in one of its old forms (inet_aton(3)), such as
/// `1.2.3` or `0x7f.1`: never a name, since a slip in an address would then ask name servers about it.
fn ends_in_number(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let last = text.rsplit('.').next().unwrap_or(text);
    let hex = last.strip_prefix("0x").or(last.strip_prefix("0X"));
    let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    !last.is_empty() && number(last)
        || hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Checks a name: labels of letters and digits of any script, `-` and `_`, lengths as in RFC 1035 section
/// 2.3.4 where it is ASCII.
fn name(text: &str) -> Result<(), Problem> {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !in_name(*c)) {
        return Err(not_in_name(text, at..at + c.len_utf8(), c));
    }
    let mut at = 0;
    for label in text.strip_suffix('.').unwrap_or(text).split('.') {
        let span = at..at + label.len();
        at = span.end + 1;
        if label.is_empty() {
            return Err(Problem::new(
                text,
                span,
                format!("a part of the name {text:?} is empty"),
                "write one dot between parts",
            ));
        }
        if label.is_ascii() && label.len() > 63 {
            return Err(Problem::new(text, span, "a part of a name has at most 63 characters", ""));
        }
    }
    if text.is_ascii() && text.len() > 254 {
        return Err(Problem::whole(text, "a name has at most 253 characters", ""));
    }
    Ok(())
}

fn in_name(c: char) -> bool {
    matches!(c, '-' | '_' | '.') || c.is_alphanumeric() && ascii_twin(c).is_none()
}

fn not_in_name(text: &str, span: Range<usize>, c: char) -> Problem {
    let remedy = match (ascii_twin(c), c) {
        (Some(twin), _) => format!("write {:?}", twin.to_string()),
        (None, '@') => "an endpoint has no user".to_owned(),
        (None, '%') => "only IPv6 in brackets has a zone; choose an interface with iface=".to_owned(),
        _ => "write letters, digits, \"-\" and \".\"".to_owned(),
    };
    Problem::new(text, span, format!("{:?} cannot stand in a host name", c.to_string()), remedy)
}

/// The ASCII character that an input method for Chinese or Japanese writes this wide one for.
fn ascii_twin(c: char) -> Option<char> {
    match c {
        '。' => Some('.'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}
