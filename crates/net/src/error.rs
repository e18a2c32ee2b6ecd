//! What could not be done, to what, why, and what would help.

use std::io;
use std::time::Duration;

use sockscope_core::endpoint::Endpoint;
use sockscope_core::facts::Peer;

/// Something that could not be done with a socket.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} {what}: {cause}{}", remedy_clause(.remedy))]
pub struct Error {
    /// What was tried, as a verb: `bind`, `resolve`.
    pub operation: &'static str,
    /// What it was tried on: an address or a name.
    pub what: String,
    /// The cause in words.
    pub cause: String,
    /// What would help, or empty.
    pub remedy: String,
    /// Whether the other side said no, or it could not be tried at all.
    pub kind: Kind,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It could not be tried: usage, permission, address in use.
    CouldNotTry,
    /// It was tried, and the answer is no: unreachable, refused.
    No,
}

impl Error {
    /// A system call failed.
    pub(crate) fn system(operation: &'static str, what: impl ToString, error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::TimedOut => Kind::No,
            _ => Kind::CouldNotTry,
        };
        Self { operation, what: what.to_string(), cause: words(error), remedy: String::new(), kind }
    }

    /// Something else is wrong.
    pub(crate) fn other(operation: &'static str, what: impl ToString, cause: impl Into<String>) -> Self {
        let (what, cause) = (what.to_string(), cause.into());
        Self { operation, what, cause, remedy: String::new(), kind: Kind::CouldNotTry }
    }

    /// Whether nobody listens there (`ECONNREFUSED`).
    pub fn is_refused(&self) -> bool {
        self.cause == REFUSED
    }

    /// Whether no address was found for a name: `what` is the name.
    pub fn is_lookup(&self) -> bool {
        self.operation == FIND
    }

    /// Why it failed and what would help, for whoever knows what address was tried.
    pub fn why(&self) -> String {
        if self.is_lookup() {
            return self.to_string();
        }
        let operation = self.operation.trim_end_matches(" to");
        format!("cannot {operation}: {}{}", self.cause, remedy_clause(&self.remedy))
    }

    /// The same, when it was the other side that said no.
    pub(crate) fn no(mut self) -> Self {
        self.kind = Kind::No;
        self
    }

    /// The same with advice.
    pub(crate) fn advise(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

/// What the resolver does.
pub(crate) const FIND: &str = "find";
/// The cause where nobody listens.
const REFUSED: &str = "refused";

/// The resolver has not answered for as long as `patience`.
pub fn not_found(endpoint: &Endpoint, patience: Duration) -> Error {
    let time = sockscope_core::quantity::show_duration(patience);
    let host = endpoint.options.proxy.first().map_or(&endpoint.host, |proxy| &proxy.host);
    Error::other(FIND, host, format!("the resolver has said nothing for {time}"))
        .advise(
            "does its server answer? (resolvectl status, or /etc/resolv.conf); or give the address itself",
        )
        .no()
}

/// `remote` has not answered for as long as `patience`. `connected`: it took the connection, and then did
/// not go on with the handshake.
pub fn no_answer(endpoint: &Endpoint, remote: Option<Peer>, patience: Duration, connected: bool) -> Error {
    let what =
        remote.map_or_else(|| endpoint.to_string(), |peer| format!("{}://{peer}", endpoint.scheme.name));
    let time = sockscope_core::quantity::show_duration(patience);
    let (operation, cause, remedy) = if connected {
        ("shake hands with", "it took the connection and then said nothing", "does it speak this protocol?")
    } else {
        ("connect to", "no answer", "the host is down or something on the way drops what is sent")
    };
    Error::other(operation, what, format!("{cause} for {time}"))
        .advise(format!("{remedy}; --connect-timeout waits longer"))
        .no()
}

/// The kernel does not allow sending to `peer`.
pub fn not_allowed(peer: Option<Peer>, error: &io::Error) -> Error {
    let to = peer.map_or_else(|| "the peer".to_owned(), |peer| peer.to_string());
    Error::system("send to", to, error)
        .advise("if this is a broadcast address, allow it with --broadcast; else a firewall forbids it")
}

fn remedy_clause(remedy: &str) -> String {
    if remedy.is_empty() { String::new() } else { format!("; {remedy}") }
}

/// A system error as a phrase: lower case, without its number.
pub fn words(error: &io::Error) -> String {
    let known = match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::AddrInUse => "the address is in use",
        io::ErrorKind::AddrNotAvailable => "no interface of this machine has that address",
        io::ErrorKind::NetworkUnreachable => "the network is unreachable",
        io::ErrorKind::HostUnreachable => "there is no route to the host",
        io::ErrorKind::ConnectionRefused => REFUSED,
        io::ErrorKind::ConnectionReset => "reset by the peer",
        io::ErrorKind::BrokenPipe => "broken pipe: the peer no longer reads",
        io::ErrorKind::TimedOut => "timed out",
        io::ErrorKind::NotFound => "not found",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lower_case_line_with_the_remedy() {
        let denied = io::Error::from_raw_os_error(libc::EACCES);
        let error = Error::system("bind", "udp://:80", &denied).advise("use a port above 1023");
        assert_eq!(error.to_string(), "cannot bind udp://:80: permission denied; use a port above 1023");
        let odd = io::Error::from_raw_os_error(libc::EMSGSIZE);
        assert_eq!(words(&odd), "message too long");
        let unreachable = io::Error::from_raw_os_error(libc::ENETUNREACH);
        assert_eq!(Error::system("reach", "x", &unreachable).kind, Kind::No);
    }
}
