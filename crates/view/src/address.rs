//! Addresses as text.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};

use sockscope_core::facts::{Facts, Peer};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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

/// Appends a peer in at most `room` display columns, if that can be: of a longer name only the end is shown,
/// behind `…`. Returns the columns.
pub(crate) fn fitted(peer: Peer, room: usize, out: &mut Vec<u8>) -> usize {
    let start = out.len();
    self::peer(peer, out);
    if peer.inet().is_some() {
        return out.len() - start;
    }
    let name = String::from_utf8_lossy(&out[start..]).into_owned();
    let columns = name.width();
    if columns <= room {
        return columns;
    }
    out.truncate(start);
    let (mut left, mut from) = (room.saturating_sub(1), name.len());
    for (at, character) in name.char_indices().rev() {
        let Some(rest) = left.checked_sub(character.width().unwrap_or(0)) else { break };
        (left, from) = (rest, at);
    }
    out.extend_from_slice("…".as_bytes());
    out.extend_from_slice(&name.as_bytes()[from..]);
    room - left
}

/// Appends an address without a port.
#[inline]
pub(crate) fn ip(address: IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => {
            let mut text = [0; 16];
            let mut len = 0;
            for octet in address.octets() {
                let (word, columns) = &OCTETS[usize::from(octet)];
                text[len..len + 4].copy_from_slice(word);
                len += columns;
            }
            // A length that is known beforehand takes no call; what is too much goes again, the last dot too.
            let end = out.len() + len - 1;
            out.extend_from_slice(&text);
            out.truncate(end);
        }
        IpAddr::V6(address) => write(address, out),
    }
}

/// Each octet with a dot behind it, and its columns.
static OCTETS: [([u8; 4], usize); 256] = {
    let mut all = [([0; 4], 0); 256];
    let mut octet = 0;
    while octet < all.len() {
        let mut place = if octet < 10 {
            1
        } else if octet < 100 {
            10
        } else {
            100
        };
        let (word, len) = &mut all[octet];
        while place > 0 {
            word[*len] = b'0' + (octet / place % 10) as u8;
            *len += 1;
            place /= 10;
        }
        word[*len] = b'.';
        *len += 1;
        octet += 1;
    }
    all
};

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
    use sockscope_core::facts::UnixName;

    #[test]
    fn addresses_read_as_the_standard_library_writes_them() {
        for text in ["127.0.0.1:8080", "255.255.255.255:0", "[::1]:7", "[fe80::1%3]:65535", "0.0.0.0:1"] {
            let mut out = Vec::new();
            peer(Peer::Inet(text.parse().unwrap()), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn long_names_keep_their_end() {
        let shown = |path: &str, room| {
            let mut out = Vec::new();
            let columns = fitted(Peer::Unix(UnixName::of_path(path)), room, &mut out);
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.width(), columns);
            text
        };
        assert_eq!(shown("/run/app.sock", 13), "/run/app.sock");
        assert_eq!(shown("/run/app.sock", 12), "…un/app.sock");
        assert_eq!(shown("/run/你好", 5), "…你好");
        assert_eq!(shown("/run/你好", 4), "…好");
        assert_eq!(shown("@a\u{202e}", 20), "@a\\u{202e}");
        assert_eq!(shown("", 21), "(unnamed)");
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
