//! Values of options, from text and back.

pub(super) mod time;
pub(super) mod words;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use crate::endpoint::host::{self, Host};
use crate::endpoint::place;
use crate::problem::Problem;
use crate::quantity::{show_size, size};

pub(super) use crate::endpoint::host::interface;

/// What a socket is bound to that sends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bind {
    /// An address and port of its own.
    Inet {
        /// The address; [`Host::Any`] leaves it to the system. Never a name.
        address: Host,
        /// The port; 0 leaves it to the system.
        port: u16,
    },
    /// The absolute path of a file of its own, or `@name`, as in [`Endpoint::path`].
    ///
    /// [`Endpoint::path`]: crate::endpoint::Endpoint::path
    File(String),
}

impl Bind {
    /// Address and port, where these were given.
    pub fn inet(&self) -> Option<(&Host, u16)> {
        match self {
            Self::Inet { address, port } => Some((address, *port)),
            Self::File(_) => None,
        }
    }

    /// The path or `@name`, where this was given.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Inet { .. } => None,
            Self::File(path) => Some(path),
        }
    }
}

impl fmt::Display for Bind {
    /// As `bind=` takes it: `:9000`, `192.0.2.1`, `[fe80::1%eth0]:9000`, `/run/me.sock`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, port) = match self {
            Self::Inet { address, port } => (address, port),
            Self::File(path) => return f.write_str(path),
        };
        match address {
            Host::Any => {}
            // Not the host's own form: options are encoded as a whole, so the zone must not be already.
            Host::V6(ip, Some(zone)) => write!(f, "[{ip}%{zone}]")?,
            address => address.fmt(f)?,
        }
        match (address, port) {
            (Host::V4(_) | Host::V6(..), 0) => Ok(()),
            (_, port) => write!(f, ":{port}"),
        }
    }
}

/// A multicast group to join.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Join {
    /// The group.
    pub group: IpAddr,
    /// On which interface, by name or number; `None` leaves it to the system.
    pub iface: Option<String>,
}

impl fmt::Display for Join {
    /// As `join=` takes it: `239.1.2.3%eth0`, `ff02::1%eth0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.group.fmt(f)?;
        match &self.iface {
            Some(iface) => write!(f, "%{iface}"),
            None => Ok(()),
        }
    }
}

pub(super) fn bind(text: &str) -> Result<Bind, Problem> {
    if text.starts_with(['/', '@']) {
        place::name(text)?;
        return Ok(Bind::File(text.to_owned()));
    }
    let (address, port) = host::host_and_port(text)?;
    if let Host::Name(name) = &address {
        let what = format!("{name:?} is a name, and bind takes an address of this machine");
        return Err(Problem::new(
            text,
            0..name.len(),
            what,
            "write bind=192.0.2.1:9000, bind=[::1]:0 or bind=:9000",
        ));
    }
    Ok(Bind::Inet { address, port: port.unwrap_or(0) })
}

pub(super) fn join(text: &str) -> Result<Join, Problem> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let at = usize::from(bare.is_some());
    let bare = bare.unwrap_or(text);
    let address = bare.find('%').map_or(bare, |percent| &bare[..percent]);
    let spot = at..at + address.len();
    let group = ip(address).map_err(|problem| problem.inside(text, at))?;
    if !group.is_multicast() {
        let range = match group {
            IpAddr::V4(_) => "IPv4 groups go from 224.0.0.0 to 239.255.255.255",
            IpAddr::V6(_) => "IPv6 groups begin with ff",
        };
        return Err(Problem::new(text, spot, format!("{group} is not a multicast group"), range));
    }
    let iface = bare.get(address.len() + 1..).map(interface).transpose();
    Ok(Join { group, iface: iface.map_err(|problem| problem.inside(text, spot.end + 1))? })
}

pub(super) fn source(text: &str) -> Result<IpAddr, Problem> {
    let source = ip(text)?;
    if source.is_multicast() || source.is_unspecified() || source == IpAddr::V4(Ipv4Addr::BROADCAST) {
        return Err(Problem::whole(
            text,
            format!("{source} is not the address of one sender"),
            "write one, like 192.0.2.1",
        ));
    }
    Ok(source)
}

pub(super) fn ttl(text: &str) -> Result<u8, Problem> {
    const RANGE: &str = "ttl goes from 1 to 255";
    number("ttl", text, RANGE).and_then(|ttl| match ttl {
        0 => Err(Problem::whole(text, "ttl 0 is out of range", RANGE)),
        ttl => Ok(ttl),
    })
}

pub(super) fn tclass(text: &str) -> Result<u8, Problem> {
    const RANGE: &str = "tclass goes from 0 to 255, or 0x00 to 0xff";
    let Some(hex) = text.strip_prefix("0x").or(text.strip_prefix("0X")) else {
        return number("tclass", text, RANGE);
    };
    if hex.is_empty() || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::whole(text, format!("tclass {text:?} is not a number"), RANGE));
    }
    u8::from_str_radix(hex, 16)
        .map_err(|_| Problem::whole(text, format!("tclass {text} is out of range"), RANGE))
}

pub(super) fn yes(text: &str) -> Result<bool, Problem> {
    match text {
        "yes" | "true" | "1" | "on" => Ok(true),
        "no" | "false" | "0" | "off" => Ok(false),
        _ => Err(Problem::whole(text, format!("{text:?} is neither yes nor no"), "write yes or no")),
    }
}

/// A buffer size: the kernel takes it as an `int`.
pub(super) fn buffer(name: &str, text: &str) -> Result<u32, Problem> {
    let bytes = size(text)?;
    u32::try_from(bytes).ok().filter(|bytes| i32::try_from(*bytes).is_ok()).ok_or_else(|| {
        let what = format!("{name} {} is too large", show_size(bytes));
        Problem::whole(text, what, "the system takes at most 2147483647 bytes")
    })
}

fn ip(text: &str) -> Result<IpAddr, Problem> {
    text.parse().map_err(|_| {
        Problem::whole(text, format!("{text:?} is not an address"), "write one like 239.1.2.3 or ff02::1")
    })
}

fn number(name: &str, text: &str, range: &str) -> Result<u8, Problem> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::whole(text, format!("{name} {text:?} is not a number"), range));
    }
    text.parse().map_err(|_| Problem::whole(text, format!("{name} {text} is out of range"), range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told<T: fmt::Debug>(result: Result<T, Problem>, what: &str, carets: &str) {
        let problem = result.unwrap_err();
        assert_eq!(problem.to_string(), what);
        assert_eq!(problem.place().unwrap_or_default().lines().nth(1).unwrap_or_default(), carets);
    }

    #[test]
    fn own_addresses() {
        for (text, shown) in [
            (":9000", ":9000"),
            ("*:9000", ":9000"),
            ("*", ":0"),
            ("192.0.2.1:9000", "192.0.2.1:9000"),
            ("192.0.2.1", "192.0.2.1"),
            ("[::1]:0", "[::1]"),
            ("[fe80::1%eth0]:5", "[fe80::1%eth0]:5"),
            ("/run/me.sock", "/run/me.sock"),
            ("@me", "@me"),
        ] {
            assert_eq!(bind(text).unwrap().to_string(), shown);
            assert_eq!(bind(shown), bind(text));
        }
        told(
            bind("localhost:9000"),
            "\"localhost\" is a name, and bind takes an address of this machine; write bind=192.0.2.1:9000, \
             bind=[::1]:0 or bind=:9000",
            "  ^^^^^^^^^",
        );
        told(
            bind("::1:9"),
            "an IPv6 address stands in brackets; write [::1]:9, or [::1:9] without a port",
            "  ^^^^^",
        );
        told(bind(":99999"), "port 99999 is out of range; ports go from 0 to 65535", "   ^^^^^");
    }

    #[test]
    fn groups() {
        for (text, shown) in [
            ("239.1.2.3", "239.1.2.3"),
            ("239.1.2.3%eth0", "239.1.2.3%eth0"),
            ("ff02::1%eth0", "ff02::1%eth0"),
            ("[ff02::1%2]", "ff02::1%2"),
        ] {
            assert_eq!(join(text).unwrap().to_string(), shown);
        }
        told(
            join("192.0.2.1%eth0"),
            "192.0.2.1 is not a multicast group; IPv4 groups go from 224.0.0.0 to 239.255.255.255",
            "  ^^^^^^^^^",
        );
        told(join("[fe80::1]"), "fe80::1 is not a multicast group; IPv6 groups begin with ff", "   ^^^^^^^");
        told(join("all"), "\"all\" is not an address; write one like 239.1.2.3 or ff02::1", "  ^^^");
        told(join("ff02::1%"), "interface \"\" is no name; write a name like eth0", "          ^");
        told(
            join("[ff02::1%a b]"),
            "interface \"a b\" has a character that no interface's name has; write a name like eth0",
            "           ^^^",
        );
    }

    #[test]
    fn sources() {
        assert_eq!(source("192.0.2.1"), Ok("192.0.2.1".parse().unwrap()));
        told(
            source("239.1.2.3"),
            "239.1.2.3 is not the address of one sender; write one, like 192.0.2.1",
            "  ^^^^^^^^^",
        );
        told(source("::"), ":: is not the address of one sender; write one, like 192.0.2.1", "  ^^");
    }

    #[test]
    fn numbers() {
        assert_eq!((ttl("1"), ttl("255")), (Ok(1), Ok(255)));
        assert_eq!((tclass("0"), tclass("0xb8"), tclass("0XFF")), (Ok(0), Ok(184), Ok(255)));
        told(ttl("0"), "ttl 0 is out of range; ttl goes from 1 to 255", "  ^");
        told(ttl("256"), "ttl 256 is out of range; ttl goes from 1 to 255", "  ^^^");
        told(ttl("+4"), "ttl \"+4\" is not a number; ttl goes from 1 to 255", "  ^^");
        told(
            tclass("0x100"),
            "tclass 0x100 is out of range; tclass goes from 0 to 255, or 0x00 to 0xff",
            "  ^^^^^",
        );
        told(
            tclass("0xg"),
            "tclass \"0xg\" is not a number; tclass goes from 0 to 255, or 0x00 to 0xff",
            "  ^^^",
        );
    }

    #[test]
    fn yes_and_no() {
        for (word, value) in [("yes", true), ("true", true), ("1", true), ("on", true)] {
            assert_eq!(yes(word), Ok(value));
        }
        for (word, value) in [("no", false), ("false", false), ("0", false), ("off", false)] {
            assert_eq!(yes(word), Ok(value));
        }
        told(yes("maybe"), "\"maybe\" is neither yes nor no; write yes or no", "  ^^^^^");
    }

    #[test]
    fn buffers_and_interfaces() {
        assert_eq!(buffer("rcvbuf", "4MiB"), Ok(4 << 20));
        told(
            buffer("rcvbuf", "2GiB"),
            "rcvbuf 2GiB is too large; the system takes at most 2147483647 bytes",
            "  ^^^^",
        );
        told(
            interface("a-very-long-name"),
            "interface \"a-very-long-name\" is longer than the 15 bytes that an interface's name may have; write a \
             name like eth0",
            "  ^^^^^^^^^^^^^^^^",
        );
    }
}
