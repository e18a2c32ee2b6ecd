//! Why TLS failed, in words, and what would help.

mod alert;
mod untrusted;

use rustls::{Connection, Error, HandshakeType, PeerIncompatible};

use super::facts::Known;
use super::wire::Wire;

/// What it means that TCP ends where TLS has not (RFC 8446 section 6.1).
pub(super) const CUT_OFF: &str = "it ended without saying so (close_notify): what came may be cut off";

/// Characters of what a peer said first that are told.
const TOLD: usize = 40;

/// Why a handshake failed, and what would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) cause: String,
    pub(super) remedy: &'static str,
}

impl Reason {
    fn new(cause: impl Into<String>, remedy: &'static str) -> Self {
        Self { cause: cause.into(), remedy }
    }
}

/// Which side we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

/// Why the handshake failed.
pub(super) fn of(wire: &Wire, known: &Known) -> Reason {
    let side = match wire.session {
        Connection::Client(_) => Side::Client,
        Connection::Server(_) => Side::Server,
    };
    let first = wire.first.as_slice();
    match &wire.fault {
        _ if !first.is_empty() && !is_tls(first) => plain(first, side),
        None => closed(first, side, known),
        Some(fault) => broken(fault, side, known),
    }
}

/// What broke an open connection.
pub(super) fn open(error: &Error) -> String {
    let Reason { cause, remedy } = match error {
        Error::AlertReceived(alert) => alert::reason(*alert, Side::Client, false),
        Error::DecryptError => Reason::new("a record was damaged or forged on its way", ""),
        error => Reason::new(lower(error), ""),
    };
    if remedy.is_empty() { cause } else { format!("{cause}; {remedy}") }
}

/// Whether these bytes can begin a record (RFC 8446 section 5.1): kinds 20 to 24, version 3.x.
fn is_tls(first: &[u8]) -> bool {
    matches!(first[0], 20..=24) && first.get(1).is_none_or(|major| *major == 3)
}

fn plain(first: &[u8], side: Side) -> Reason {
    let said = shown(first);
    match side {
        Side::Client => Reason::new(
            format!("it does not speak TLS: it answered {said}"),
            "is it tcp:// or ws:// there, or another port?",
        ),
        Side::Server => {
            Reason::new(format!("it does not speak TLS: it sent {said}"), "here it must: tls:// or wss://")
        }
    }
}

/// The first line of what came, as text where it is, else in hex.
fn shown(first: &[u8]) -> String {
    let line = first.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or(first);
    let text = String::from_utf8_lossy(line);
    let readable = !line.is_empty() && !text.chars().any(|c| c.is_control() && c != '\t');
    let garbled = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    // A character may be cut off at the end.
    if readable && garbled <= 1 {
        let more = if text.chars().count() > TOLD || line.len() < first.len() { "…" } else { "" };
        let told: String = text.chars().take(TOLD).collect();
        return format!("\"{}{more}\"", told.escape_debug());
    }
    let hex: Vec<String> = first.iter().take(TOLD / 3).map(|byte| format!("{byte:02x}")).collect();
    format!("the bytes {}{}", hex.join(" "), if first.len() > TOLD / 3 { " …" } else { "" })
}

fn closed(first: &[u8], side: Side, known: &Known) -> Reason {
    match side {
        Side::Client if first.is_empty() => Reason::new(
            "it closed the connection without an answer",
            "does it speak TLS on that port? it may also know no such name (--sni)",
        ),
        Side::Client if !known.shows => Reason::new(
            "it closed the connection during the handshake",
            "it may want a client certificate (--cert and --key)",
        ),
        _ => Reason::new("it closed the connection during the handshake", ""),
    }
}

fn broken(fault: &Error, side: Side, known: &Known) -> Reason {
    match fault {
        Error::InvalidCertificate(error) => untrusted::reason(error, side, known),
        Error::NoCertificatesPresented if side == Side::Server => Reason::new(
            "it showed no certificate, and --client-ca asks for one",
            "the client needs a certificate that one of that file has signed",
        ),
        Error::AlertReceived(alert) => alert::reason(*alert, side, known.shows),
        Error::PeerIncompatible(why) => incompatible(why, side),
        Error::NoApplicationProtocol => Reason::new(
            "it offers none of the protocols of --alpn",
            "take one that it offers, or leave --alpn out",
        ),
        Error::InappropriateHandshakeMessage { got_type: HandshakeType::ClientHello, .. }
            if side == Side::Client =>
        {
            Reason::new("it sends back what it is sent, as an echo does", "is it tcp:// there?")
        }
        error => Reason::new(lower(error), ""),
    }
}

fn incompatible(why: &PeerIncompatible, side: Side) -> Reason {
    use PeerIncompatible as Why;
    let both = "both sides need TLS 1.2 or 1.3";
    match why {
        Why::ServerDoesNotSupportTls12Or13
        | Why::Tls12NotOffered
        | Why::Tls12NotOfferedOrEnabled
        | Why::SupportedVersionsExtensionRequired
        | Why::ServerTlsVersionIsDisabledByOurConfig => {
            Reason::new("there is no common version: it speaks an older one", both)
        }
        Why::NoCipherSuitesInCommon => {
            Reason::new("there is no common cipher", "its choice of ciphers is too narrow or too old")
        }
        Why::NoKxGroupsInCommon | Why::NamedGroupsExtensionRequired | Why::KeyShareExtensionRequired => {
            Reason::new(
                "there is no common group for the key exchange",
                "its choice of groups is too narrow or too old",
            )
        }
        Why::NoSignatureSchemesInCommon if side == Side::Server => Reason::new(
            "it takes no signature that our certificate's key can make",
            "choose a certificate with another kind of key",
        ),
        Why::ExtendedMasterSecretExtensionRequired => {
            Reason::new("it lacks the extended master secret (RFC 7627)", "it is too old to be safe")
        }
        why => Reason::new(format!("it does not fit: {why:?}"), ""),
    }
}

/// rustls's own words.
fn lower(error: &Error) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_said_first_is_shown_safely() {
        for (first, told) in [
            (&b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n"[..], "\"HTTP/1.1 400 Bad Request…\""),
            (b"220 mail.example ESMTP", "\"220 mail.example ESMTP\""),
            ("你好".as_bytes(), "\"你好\""),
            (b"\x1b[31mred", "the bytes 1b 5b 33 31 6d 72 65 64"),
            (b"\r\n", "the bytes 0d 0a"),
            (&[0xff; 20], "the bytes ff ff ff ff ff ff ff ff ff ff ff ff ff …"),
        ] {
            assert_eq!(shown(first), told);
        }
        let long = shown(&[b'x'; 96]);
        assert_eq!(long.chars().count(), TOLD + 3, "{long}");
    }

    #[test]
    fn records_of_tls_are_known_by_their_head() {
        assert!(is_tls(&[22, 3, 1, 0]) && is_tls(&[21]) && is_tls(&[23, 3]));
        assert!(!is_tls(b"GET / HTTP/1.1") && !is_tls(&[22, 4]) && !is_tls(&[0]));
    }
}
