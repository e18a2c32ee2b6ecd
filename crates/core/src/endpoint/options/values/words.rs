//! Options that are names, files, headers and counts.

use std::fmt;

use crate::endpoint::host::{self, Host};
use crate::problem::Problem;

/// A header of an HTTP request (RFC 9110 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Header {
    /// Its name, a token.
    pub name: String,
    /// Its value, without spaces around it and without control characters.
    pub value: String,
}

impl fmt::Display for Header {
    /// As `header=` takes it: `Name: value`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.value)
    }
}

pub(in super::super) fn header(text: &str) -> Result<Header, Problem> {
    let Some((name, value)) = text.split_once(':') else {
        return Err(Problem::whole(text, format!("{text:?} has no \":\""), "write Name: value"));
    };
    let name = token("header", name).map_err(|problem| problem.inside(text, 0))?;
    let lower = name.to_ascii_lowercase();
    if matches!(lower.as_str(), "connection" | "upgrade") || lower.starts_with("sec-websocket-") {
        let what = format!("{name} is a header that the handshake writes itself");
        let remedy =
            if lower.ends_with("-protocol") { "choose subprotocols with protocol=" } else { "leave it out" };
        return Err(Problem::new(text, 0..name.len(), what, remedy));
    }
    plain(text)?;
    Ok(Header { name, value: value.trim_matches(' ').to_owned() })
}

/// A token (RFC 9110 section 5.6.2).
pub(in super::super) fn token(what: &str, text: &str) -> Result<String, Problem> {
    const REMEDY: &str = "write letters, digits and !#$%&'*+-.^_`|~";
    if text.is_empty() {
        return Err(Problem::whole(text, format!("the name of the {what} is missing"), REMEDY));
    }
    match text.char_indices().find(|(_, c)| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(*c)) {
        None => Ok(text.to_owned()),
        Some((at, c)) => {
            let said = format!("{:?} cannot stand in the name of a {what}", c.to_string());
            Err(Problem::new(text, at..at + c.len_utf8(), said, REMEDY))
        }
    }
}

/// An origin (RFC 6454 section 7.1): `scheme://host[:port]`, or `null`.
pub(in super::super) fn origin(text: &str) -> Result<String, Problem> {
    plain(text)?;
    let host = text.split_once("://").map_or("", |(_, host)| host);
    if text != "null" && (host.is_empty() || host.contains(['/', ' ', '?', '#']) || !text.is_ascii()) {
        let remedy = "write a scheme, a host and perhaps a port, like https://example.com, or null";
        return Err(Problem::whole(text, format!("{text:?} is not an origin"), remedy));
    }
    Ok(text.to_owned())
}

/// The path of a file, which is not looked at.
pub(in super::super) fn file(text: &str) -> Result<String, Problem> {
    plain(text)?;
    match text {
        "" => Err(Problem::whole(text, "the name of the file is missing", "write one like cert.pem")),
        text => Ok(text.to_owned()),
    }
}

/// The name of a protocol inside TLS, 1 to 255 bytes (RFC 7301 section 3.1).
pub(in super::super) fn alpn(text: &str) -> Result<String, Problem> {
    plain(text)?;
    match text.len() {
        1..=255 => Ok(text.to_owned()),
        bytes => {
            let what = format!("the name of the protocol has {bytes} bytes");
            Err(Problem::whole(text, what, "it has 1 to 255, like h2 or http/1.1"))
        }
    }
}

/// A host's name, never an address (RFC 6066 section 3).
pub(in super::super) fn sni(text: &str) -> Result<String, Problem> {
    match host::host_and_port(text)? {
        (Host::Name(name), None) => Ok(name),
        _ => Err(Problem::whole(text, format!("{text:?} is not a name"), "write one like example.com")),
    }
}

/// Permissions, up to `0o777`.
pub(in super::super) fn mode(text: &str) -> Result<u32, Problem> {
    const REMEDY: &str = "write octal digits, from 000 to 777";
    let digits = text.strip_prefix("0o").unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::whole(text, format!("mode {text:?} is not a number"), REMEDY));
    }
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if mode <= 0o777 => Ok(mode),
        _ => Err(Problem::whole(text, format!("mode {text} is out of range"), REMEDY)),
    }
}

/// How many connections may wait: the kernel takes an `int`.
pub(in super::super) fn backlog(text: &str) -> Result<u32, Problem> {
    const REMEDY: &str = "backlog goes from 0 to 2147483647";
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::whole(text, format!("backlog {text:?} is not a number"), REMEDY));
    }
    let count = text.parse::<i32>().ok().and_then(|count| u32::try_from(count).ok());
    count.ok_or_else(|| Problem::whole(text, format!("backlog {text} is out of range"), REMEDY))
}

/// Checks that there is no control character, which could not be sent or shown.
fn plain(text: &str) -> Result<(), Problem> {
    match text.char_indices().find(|(_, c)| c.is_control()) {
        None => Ok(()),
        Some((at, c)) => {
            let what = format!("{:?} is a control character", c.to_string());
            Err(Problem::new(text, at..at + c.len_utf8(), what, "leave it out"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told<T: fmt::Debug>(result: Result<T, Problem>, span: std::ops::Range<usize>, what: &str) {
        let problem = result.unwrap_err();
        assert_eq!((problem.to_string(), problem.span), (what.to_owned(), span));
    }

    #[test]
    fn headers() {
        for (text, shown) in
            [("X-A: b c", "X-A: b c"), ("X-A:b", "X-A: b"), ("x: a: 你 ", "x: a: 你"), ("x:", "x: ")]
        {
            assert_eq!(header(text).unwrap().to_string(), shown);
            assert_eq!(header(shown), header(text));
        }
        told(header("X-A"), 0..3, "\"X-A\" has no \":\"; write Name: value");
        told(
            header("a b: c"),
            1..2,
            "\" \" cannot stand in the name of a header; write letters, digits and !#$%&'*+-.^_`|~",
        );
        told(
            header(": c"),
            0..0,
            "the name of the header is missing; write letters, digits and !#$%&'*+-.^_`|~",
        );
        told(header("a: b\r\nc: d"), 4..5, "\"\\r\" is a control character; leave it out");
        told(
            header("Upgrade: x"),
            0..7,
            "Upgrade is a header that the handshake writes itself; leave it out",
        );
        told(
            header("Sec-WebSocket-Protocol: x"),
            0..22,
            "Sec-WebSocket-Protocol is a header that the handshake writes itself; choose subprotocols with protocol=",
        );
    }

    #[test]
    fn names_and_files() {
        assert_eq!(file("证书 1.pem"), Ok("证书 1.pem".to_owned()));
        told(file(""), 0..0, "the name of the file is missing; write one like cert.pem");
        assert_eq!(sni("example.com"), Ok("example.com".to_owned()));
        told(sni("192.0.2.1"), 0..9, "\"192.0.2.1\" is not a name; write one like example.com");
        told(sni("a.example:1"), 0..11, "\"a.example:1\" is not a name; write one like example.com");
        assert_eq!(alpn("http/1.1"), Ok("http/1.1".to_owned()));
        told(
            alpn(&"x".repeat(256)),
            0..256,
            "the name of the protocol has 256 bytes; it has 1 to 255, like h2 or http/1.1",
        );
        for right in ["null", "https://example.com", "http://[::1]:80"] {
            assert_eq!(origin(right), Ok(right.to_owned()));
        }
        told(
            origin("https://a/b"),
            0..11,
            "\"https://a/b\" is not an origin; write a scheme, a host and perhaps a port, like \
             https://example.com, or null",
        );
    }

    #[test]
    fn counts() {
        assert_eq!((mode("600"), mode("0660"), mode("0o7"), mode("0")), (Ok(0o600), Ok(0o660), Ok(7), Ok(0)));
        told(mode("888"), 0..3, "mode 888 is out of range; write octal digits, from 000 to 777");
        told(mode("1777"), 0..4, "mode 1777 is out of range; write octal digits, from 000 to 777");
        told(mode("u+w"), 0..3, "mode \"u+w\" is not a number; write octal digits, from 000 to 777");
        assert_eq!((backlog("0"), backlog("2147483647")), (Ok(0), Ok(0x7fff_ffff)));
        told(
            backlog("2147483648"),
            0..10,
            "backlog 2147483648 is out of range; backlog goes from 0 to 2147483647",
        );
        told(backlog("-1"), 0..2, "backlog \"-1\" is not a number; backlog goes from 0 to 2147483647");
    }
}
