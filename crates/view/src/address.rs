//! Addresses as text.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};

use sockscope_core::facts::{Facts, Peer};

use crate::number::decimal;
use crate::text;

/// Appends a peer as it is written in an endpoint: `127.0.0.1:8080`, `[::1]:8080`, `/run/app.sock`, `@app`.
#[inline]
pub(crate) fn peer(peer: Peer, out: &mut Vec<u8>) {
    match peer.inet() {
        Some(SocketAddr::V4(address)) => {
            ip(IpAddr::V4(*address.ip()), out);
            port(address.port(), out);
        }
        Some(address) => write(address, out),
        // Whoever bound the name has chosen it.
        None => text::line(&peer.to_string(), out),
    }
}

/// Appends an address without a port.
#[inline]
pub(crate) fn ip(address: IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            decimal(a.into(), out);
            for octet in [b, c, d] {
                out.push(b'.');
                decimal(octet.into(), out);
            }
        }
        IpAddr::V6(address) => write(address, out),
    }
}

/// Appends this side of a message: the message's own address with the socket's port, or what of the two
/// is known. Returns whether anything is.
#[inline]
pub(crate) fn local(facts: &Facts, socket: Option<Peer>, out: &mut Vec<u8>) -> bool {
    match (facts.local, socket.and_then(Peer::inet)) {
        (Some(address), Some(own)) if address == own.ip() => peer(Peer::Inet(own), out),
        (Some(address), Some(own)) => peer(Peer::Inet(SocketAddr::new(address, own.port())), out),
        (Some(address), None) => ip(address, out),
        (None, _) => match socket {
            Some(own) => peer(own, out),
            None => return false,
        },
    }
    true
}

/// Whether a socket at `local` hears on all addresses of the machine.
#[inline]
pub(crate) fn is_all(local: Option<Peer>) -> bool {
    local.and_then(Peer::inet).is_some_and(|address| address.ip().is_unspecified())
}

#[inline]
fn port(port: u16, out: &mut Vec<u8>) {
    out.push(b':');
    decimal(port.into(), out);
}

fn write(value: impl std::fmt::Display, out: &mut Vec<u8>) {
    write!(out, "{value}").expect("a Vec takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_as_the_standard_library_writes_them() {
        for text in ["127.0.0.1:8080", "255.255.255.255:0", "[::1]:7", "[fe80::1%3]:65535", "0.0.0.0:1"] {
            let mut out = Vec::new();
            peer(Peer::Inet(text.parse().unwrap()), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn this_side_is_the_address_of_the_message_with_the_port_of_the_socket() {
        let all = Some(Peer::Inet("0.0.0.0:8080".parse().unwrap()));
        let mut facts = Facts::default();
        let shown = |facts: &Facts, socket| {
            let mut out = Vec::new();
            local(facts, socket, &mut out).then(|| String::from_utf8(out).unwrap())
        };
        assert_eq!(shown(&facts, None), None);
        assert_eq!(shown(&facts, all).unwrap(), "0.0.0.0:8080");
        facts.local = Some("192.168.10.2".parse().unwrap());
        assert_eq!(shown(&facts, all).unwrap(), "192.168.10.2:8080");
        assert_eq!(shown(&facts, None).unwrap(), "192.168.10.2");
        assert!(is_all(all) && !is_all(None));
    }
}
