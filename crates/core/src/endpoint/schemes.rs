//! The schemes: one table for parsing, help, documents and tests.

use crate::near::nearest;
use crate::problem::Problem;

/// What the part of an endpoint before `://` means.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The word before `://`.
    pub name: &'static str,
    /// What travels.
    pub shape: Shape,
    /// What follows `://`.
    pub place: Place,
    /// Features of the build that it needs.
    pub features: &'static [&'static str],
    /// Whether this build can open it.
    pub built_in: bool,
    /// The port where none is written; `None` where a port must be.
    pub port: Option<u16>,
    /// An endpoint of this scheme.
    pub example: &'static str,
    /// One line that says what it is.
    pub help: &'static str,
}

impl Scheme {
    /// Whether it is inside TLS.
    pub fn is_tls(&self) -> bool {
        self.features.contains(&"tls")
    }
}

/// What travels through a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Packets with bounds, each by itself, that may be lost.
    Datagram,
    /// Bytes in order, without bounds.
    Stream,
    /// Packets with bounds, in order, on a connection (`SOCK_SEQPACKET`, unix(7)).
    Packet,
    /// Messages with bounds that a protocol above a stream makes.
    Messages,
}

/// How an endpoint names its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `host:port`.
    HostPort,
    /// `host:port/path`, the path as the protocol sends it.
    HostPortPath,
    /// `/path` of a file, or `@name` of an abstract socket (unix(7), Linux).
    File,
}

/// All schemes.
pub static SCHEMES: &[Scheme] = &[
    Scheme {
        name: "udp",
        shape: Shape::Datagram,
        place: Place::HostPort,
        features: &[],
        built_in: true,
        port: None,
        example: "udp://127.0.0.1:8080",
        help: "UDP datagrams, unicast, broadcast or multicast, IPv4 or IPv6 (udp(7))",
    },
    Scheme {
        name: "tcp",
        shape: Shape::Stream,
        place: Place::HostPort,
        features: &[],
        built_in: true,
        port: None,
        example: "tcp://127.0.0.1:7000",
        help: "a TCP stream (tcp(7))",
    },
    Scheme {
        name: "tls",
        shape: Shape::Stream,
        place: Place::HostPort,
        features: &["tls"],
        built_in: cfg!(feature = "tls"),
        port: None,
        example: "tls://example.com:443",
        help: "a TCP stream inside TLS (RFC 8446)",
    },
    Scheme {
        name: "ws",
        shape: Shape::Messages,
        place: Place::HostPortPath,
        features: &["ws"],
        built_in: cfg!(feature = "ws"),
        port: Some(80),
        example: "ws://127.0.0.1:8000/feed",
        help: "WebSocket messages (RFC 6455)",
    },
    Scheme {
        name: "wss",
        shape: Shape::Messages,
        place: Place::HostPortPath,
        features: &["tls", "ws"],
        built_in: cfg!(all(feature = "tls", feature = "ws")),
        port: Some(443),
        example: "wss://example.com/feed",
        help: "WebSocket messages inside TLS (RFC 6455)",
    },
    Scheme {
        name: "nats",
        shape: Shape::Messages,
        place: Place::HostPortPath,
        features: &[],
        built_in: false,
        port: Some(4222),
        example: "nats://127.0.0.1:4222/subject",
        help: "messages of a NATS server's subject",
    },
    Scheme {
        name: "unix",
        shape: Shape::Stream,
        place: Place::File,
        features: &[],
        built_in: true,
        port: None,
        example: "unix:///run/app.sock",
        help: "a Unix-domain stream (unix(7))",
    },
    Scheme {
        name: "unixgram",
        shape: Shape::Datagram,
        place: Place::File,
        features: &[],
        built_in: true,
        port: None,
        example: "unixgram:///run/app.sock",
        help: "Unix-domain datagrams (unix(7))",
    },
    Scheme {
        name: "unixpacket",
        shape: Shape::Packet,
        place: Place::File,
        features: &[],
        built_in: true,
        port: None,
        example: "unixpacket://@app",
        help: "Unix-domain packets in order on a connection (unix(7))",
    },
];

/// The scheme called `name`, in any case, that this build can open.
///
/// # Errors
///
/// No such scheme, or not built in.
pub fn scheme(name: &str) -> Result<&'static Scheme, Problem> {
    let found = SCHEMES.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let hint = nearest(name, names()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        Problem::whole(name, format!("unknown scheme {name:?}"), format!("{hint}built in: {}", built_in()))
    })?;
    match found.features {
        _ if found.built_in => Ok(found),
        [] => Err(Problem::whole(
            name,
            format!("{:?} is not built in yet", found.name),
            format!("built in: {}", built_in()),
        )),
        features => Err(Problem::whole(
            name,
            format!("{:?} is not in this build", found.name),
            format!("build it with --features {}", features.join(",")),
        )),
    }
}

/// Whether `name` is a scheme, built in or not.
pub(super) fn is_known(name: &str) -> bool {
    names().any(|known| known.eq_ignore_ascii_case(name))
}

fn names() -> impl Iterator<Item = &'static str> {
    SCHEMES.iter().map(|scheme| scheme.name)
}

fn built_in() -> String {
    let names: Vec<_> = SCHEMES.iter().filter(|scheme| scheme.built_in).map(|scheme| scheme.name).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoint;

    #[test]
    fn every_example_is_read_or_said_to_come() {
        for row in SCHEMES {
            let read = Endpoint::parse(row.example);
            assert!(row.example.starts_with(&format!("{}://", row.name)), "{}", row.example);
            match row.built_in {
                true => assert_eq!(read.unwrap().to_string(), row.example),
                false => {
                    let problem = read.unwrap_err();
                    let told = match row.features {
                        [] => format!("{:?} is not built in yet; built in: {}", row.name, built_in()),
                        all => format!(
                            "{:?} is not in this build; build it with --features {}",
                            row.name,
                            all.join(",")
                        ),
                    };
                    assert_eq!(problem.to_string(), told);
                    assert_eq!(problem.span, 0..row.name.len());
                }
            }
        }
    }

    #[test]
    fn names_and_help_are_in_order() {
        for (i, row) in SCHEMES.iter().enumerate() {
            assert!(SCHEMES[..i].iter().all(|other| other.name != row.name), "{} twice", row.name);
            assert!(!row.help.is_empty() && !row.help.contains('\n') && !row.help.ends_with('.'));
        }
    }

    #[test]
    fn an_unknown_scheme_is_told_with_the_nearest() {
        let known = format!("built in: {}", built_in());
        let problem = scheme("upd").unwrap_err();
        assert_eq!(problem.to_string(), format!("unknown scheme \"upd\"; did you mean udp? {known}"));
        assert_eq!(scheme("gopher").unwrap_err().to_string(), format!("unknown scheme \"gopher\"; {known}"));
        assert!(known.starts_with("built in: udp tcp"), "{known}");
        assert!(known.ends_with("unix unixgram unixpacket"), "{known}");
    }

    #[test]
    fn what_needs_a_feature_is_there_with_it_and_not_without() {
        for (name, there) in
            [("tls", cfg!(feature = "tls")), ("ws", cfg!(feature = "ws")), ("udp", true), ("tcp", true)]
        {
            assert_eq!(scheme(name).is_ok(), there, "{name}");
        }
        assert_eq!(scheme("wss").is_ok(), cfg!(feature = "tls") && cfg!(feature = "ws"));
    }
}
