//! SOCKS4 (Ying-Da Lee, «SOCKS: A protocol for TCP proxy across firewalls») and its extension 4A for names.

use std::net::Ipv4Addr;

use super::handshake::Target;
use super::refused::Refused;
use super::{Kind, User};
use crate::endpoint::Host;

const CONNECT: u8 = 1;
const GRANTED: u8 = 90;
/// An answer: version, code, port, address.
const LENGTH: usize = 8;

/// Waits for the answer.
#[derive(Debug, Default)]
pub(super) struct Socks4 {
    seen: usize,
}

impl Socks4 {
    /// Writes the request.
    pub(super) fn begin(user: Option<&User>, target: &Target, out: &mut Vec<u8>) -> Result<Self, Refused> {
        let (ip, name) = match &target.host {
            Host::V4(ip) if Self::is_mark(*ip) => {
                return Err(cannot(
                    format!("socks4 cannot say {ip}, which marks a name there"),
                    "use socks5",
                ));
            }
            Host::V4(ip) => (*ip, None),
            Host::Name(name) if name.contains('\0') => {
                return Err(cannot("a name ends at its first zero byte".to_owned(), "leave it out"));
            }
            Host::Name(name) => (Ipv4Addr::new(0, 0, 0, 1), Some(name)),
            Host::V6(..) => return Err(cannot("socks4 has no IPv6".to_owned(), "use socks5")),
            Host::Any => return Err(no_host()),
        };
        let user = user.map_or("", |user| &user.name);
        if user.contains('\0') {
            return Err(cannot("a user id ends at its first zero byte".to_owned(), "leave it out"));
        }
        out.extend([4, CONNECT]);
        out.extend(target.port.to_be_bytes());
        out.extend(ip.octets());
        for text in [Some(user), name.map(String::as_str)].into_iter().flatten() {
            out.extend(text.bytes());
            out.push(0);
        }
        Ok(Self::default())
    }

    /// Whether an address says that a name follows (4A): 0.0.0.x, x not 0.
    fn is_mark(ip: Ipv4Addr) -> bool {
        (1..=255).contains(&ip.to_bits())
    }

    /// Takes the next byte; true after the last one.
    pub(super) fn take(&mut self, byte: u8) -> Result<bool, Refused> {
        self.seen += 1;
        match self.seen {
            1 if byte != 0 => {
                let what = format!("it begins with the byte {byte:#04x}, not with 0x00");
                Err(Refused::Answer { kind: Kind::Socks4, what })
            }
            2 if byte != GRANTED => Err(Refused::Code { kind: Kind::Socks4, code: byte, words: words(byte) }),
            seen => Ok(seen == LENGTH),
        }
    }
}

fn words(code: u8) -> &'static str {
    match code {
        91 => "request rejected or failed",
        92 => "request rejected, since it cannot ask identd on this machine who the user is",
        93 => "request rejected, since identd on this machine says that the user is another",
        _ => "a code without a meaning",
    }
}

/// The target cannot be said.
pub(super) fn cannot(what: String, remedy: &'static str) -> Refused {
    Refused::Target { what, remedy }
}

/// The target has no host.
pub(super) fn no_host() -> Refused {
    cannot("there is no host to ask the proxy for".to_owned(), "write an address or a name")
}
