//! HTTP/1.1 CONNECT (RFC 9110 section 9.3.6, RFC 9112) with Basic authentication (RFC 7617).

use super::handshake::Target;
use super::refused::{LONGEST_HEAD, Refused};
use super::socks4::no_host;
use super::socks5::no_zone;
use super::{Kind, User};
use crate::endpoint::Host;

/// How every answer begins (RFC 9112 section 4).
const BEGIN: &[u8] = b"HTTP/1.";

/// Reads heads of answers, up to the final one.
#[derive(Debug, Default)]
pub(super) struct Http {
    /// All bytes so far, of all heads.
    seen: usize,
    /// The line that is being read.
    line: Vec<u8>,
    /// The status of the head that is being read, once its line is over.
    status: Option<u16>,
}

impl Http {
    /// Writes the request.
    pub(super) fn begin(user: Option<&User>, target: &Target, out: &mut Vec<u8>) -> Result<Self, Refused> {
        let place = match &target.host {
            Host::Any => return Err(no_host()),
            Host::V6(_, Some(zone)) => return Err(no_zone(zone)),
            Host::V4(ip) => format!("{ip}:{}", target.port),
            Host::V6(ip, None) => format!("[{ip}]:{}", target.port),
            Host::Name(name) => format!("{}:{}", registered(name), target.port),
        };
        out.extend(format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n").bytes());
        if let Some(user) = user {
            let both = format!("{}:{}", user.name, user.password.as_deref().unwrap_or_default());
            out.extend(format!("Proxy-Authorization: Basic {}\r\n", base64(both.as_bytes())).bytes());
        }
        out.extend(b"\r\n");
        Ok(Self::default())
    }

    /// Takes the next byte; true after the last one of the head of a 2xx.
    pub(super) fn take(&mut self, byte: u8) -> Result<bool, Refused> {
        self.seen += 1;
        if self.seen > LONGEST_HEAD {
            return Err(Refused::TooLong);
        }
        if byte != b'\n' {
            self.line.push(byte);
            return if self.status.is_none() { self.check_begin() } else { Ok(false) };
        }
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        match self.status {
            None => {
                self.status = Some(status(line)?);
                Ok(false)
            }
            Some(_) if !line.is_empty() => Ok(false),
            // An interim answer, before the final one (RFC 9110 section 15.2).
            Some(100..=199) => {
                self.status = None;
                Ok(false)
            }
            Some(_) => Ok(true),
        }
    }

    /// What is not HTTP is known by its first bytes, and may never end its line.
    fn check_begin(&self) -> Result<bool, Refused> {
        let known = self.line.len().min(BEGIN.len());
        if self.line[..known] == BEGIN[..known] {
            return Ok(false);
        }
        Err(answer(format!("it begins with \"{}\"", shown(&self.line))))
    }
}

/// The status of a status line: 2xx, or 1xx but 101.
fn status(line: &[u8]) -> Result<u16, Refused> {
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let code = match line.strip_prefix(BEGIN) {
        Some([minor, b' ', a, b, c, rest @ ..])
            if digits(&[*minor, *a, *b, *c]) && matches!(rest.first(), None | Some(b' ')) =>
        {
            [a, b, c].iter().fold(0, |code, digit| code * 10 + u16::from(**digit - b'0'))
        }
        _ => return Err(answer(format!("its first line is \"{}\"", shown(line)))),
    };
    match code {
        // Nobody asked to switch protocols (101).
        100 | 102..=299 => Ok(code),
        _ => Err(Refused::Status { line: shown(line), code }),
    }
}

fn answer(what: String) -> Refused {
    Refused::Answer { kind: Kind::Http, what }
}

/// Bytes from the wire as text: control characters escaped; all that is not ASCII too, if it is not UTF-8.
fn shown(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.escape_ascii().to_string() };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// A name as it stands in a request: what is not ASCII as escaped UTF-8 (RFC 3986 section 3.2.2).
fn registered(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for digit in 0..4 {
            let six = bits >> (18 - 6 * digit) & 0x3f;
            out.push(if digit <= three.len() { char::from(DIGITS[six as usize]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        // RFC 4648 section 10, RFC 7617 section 2.
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("test:123\u{a3}", "dGVzdDoxMjPCow=="),
            ("\u{3ff}\u{3ff}", "z7/Pvw=="),
        ] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }

    #[test]
    fn what_came_is_shown_without_control_characters() {
        assert_eq!(shown("禁止\t\u{1b}[2J".as_bytes()), "禁止\\t\\u{1b}[2J");
        assert_eq!(shown(b"\xbd\xfb \r"), "\\xbd\\xfb \\r");
    }
}
