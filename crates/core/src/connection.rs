//! What is known about a connection as a whole, besides the messages that pass.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::facts::Stamp;

/// How a connection came about and with whom it is. Each fact is optional: unknown is never zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Connection {
    /// From the first packet to the open connection, at the address that worked.
    pub connect: Option<Duration>,
    /// How often it was tried, at whatever address, the time that worked included.
    pub tries: Option<NonZeroU32>,
    /// Proxies it goes through, the nearest first, as `socks5://127.0.0.1:1080`.
    pub through: Vec<String>,
    /// The process at the other end of a Unix-domain socket (`SO_PEERCRED`, unix(7)). Linux.
    pub credentials: Option<Credentials>,
    /// What the TLS handshake agreed on.
    pub tls: Option<Tls>,
    /// The certificate that a listener shows to whoever comes.
    pub shown: Option<Certificate>,
    /// The WebSocket subprotocol that the server chose (RFC 6455 section 1.9).
    pub subprotocol: Option<String>,
}

/// Who a process is (`struct ucred`, unix(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credentials {
    /// Process number.
    pub pid: u32,
    /// Effective user.
    pub uid: u32,
    /// Effective group.
    pub gid: u32,
}

impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {} uid {} gid {}", self.pid, self.uid, self.gid)
    }
}

/// What a TLS handshake agreed on (RFC 8446, RFC 5246).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Tls {
    /// The protocol's version: `TLS 1.3`.
    pub version: String,
    /// The cipher suite, as IANA names it.
    pub cipher: String,
    /// The key exchange group, as IANA names it.
    pub group: Option<String>,
    /// The application protocol (RFC 7301).
    pub alpn: Option<String>,
    /// The name asked for (RFC 6066 section 3).
    pub sni: Option<String>,
    /// From the first byte of the handshake to its last.
    pub handshake: Option<Duration>,
    /// Whether the peer's certificate was verified; `None` where the peer shows none and none is asked for.
    pub verified: Option<bool>,
    /// The peer's certificate.
    pub certificate: Option<Certificate>,
}

/// What a certificate says (RFC 5280), as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Certificate {
    /// SHA-256 of the whole certificate, in hex.
    pub sha256: String,
    /// Whom it names.
    pub names: Vec<String>,
    /// The last moment at which it counts (RFC 5280 section 4.1.2.5); `None` where that is no time of ours.
    pub expires: Option<Stamp>,
    /// How many certificates were sent with it, itself included.
    pub chain: usize,
}

/// A connection at one moment, as the kernel tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Inside {
    /// TCP's own state (`TCP_INFO`, tcp(7)). Linux.
    pub tcp: Option<Tcp>,
    /// Bytes received and not read yet (`SIOCINQ`, tcp(7)).
    pub unread: Option<u64>,
    /// Bytes sent and not acknowledged, or not read by the peer of a Unix-domain socket yet (`SIOCOUTQ`, tcp(7)).
    pub unacknowledged: Option<u64>,
}

/// TCP's own state (`struct tcp_info`, linux/tcp.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Tcp {
    /// The state's name as RFC 9293 section 3.3.2 has it: `ESTABLISHED`.
    pub state: &'static str,
    /// Smoothed round-trip time.
    pub rtt: Duration,
    /// Its mean deviation.
    pub rtt_deviation: Duration,
    /// Congestion window in segments.
    pub cwnd: u32,
    /// Largest segment that is sent, in bytes.
    pub mss: u32,
    /// Segments sent again, since the connection was opened.
    pub retransmits: u32,
    /// Segments sent and not acknowledged.
    pub unacknowledged: u32,
    /// The peer's receive window in bytes, where the kernel tells.
    pub peer_window: Option<u32>,
}
