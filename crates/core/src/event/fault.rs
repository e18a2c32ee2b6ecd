//! What came back from the network.

use std::fmt;

/// What an ICMP error says (RFC 792, RFC 1191, RFC 4443).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens on that port (ICMP type 3 code 3, ICMPv6 type 1 code 4).
    Refused,
    /// No way to the host (ICMP type 3 code 1, ICMPv6 type 1 code 3).
    HostUnreachable,
    /// No way to the network (ICMP type 3 code 0, ICMPv6 type 1 code 0).
    NetUnreachable,
    /// A router or host forbids it (ICMP type 3 codes 9, 10, 13, ICMPv6 type 1 code 1).
    Prohibited,
    /// Too long for the path (ICMP type 3 code 4, ICMPv6 type 2).
    TooLong {
        /// Largest packet the path takes, in bytes with headers.
        mtu: u32,
    },
    /// Time to live or hop limit ran out on the way (ICMP type 11, ICMPv6 type 3).
    TimeExceeded,
    /// Anything else.
    Other {
        /// ICMP type.
        kind: u8,
        /// ICMP code.
        code: u8,
    },
}

impl Fault {
    /// The word for it in JSON lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::HostUnreachable => "host_unreachable",
            Self::NetUnreachable => "net_unreachable",
            Self::Prohibited => "prohibited",
            Self::TooLong { .. } => "too_long",
            Self::TimeExceeded => "time_exceeded",
            Self::Other { .. } => "icmp",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("refused: nobody listens on that port (ICMP port unreachable)"),
            Self::HostUnreachable => f.write_str("host unreachable (ICMP)"),
            Self::NetUnreachable => f.write_str("network unreachable (ICMP)"),
            Self::Prohibited => f.write_str("forbidden on the way (ICMP administratively prohibited)"),
            Self::TooLong { mtu } => write!(f, "too long for the path: its MTU is {mtu} bytes (ICMP)"),
            Self::TimeExceeded => f.write_str("time to live ran out on the way (ICMP time exceeded)"),
            Self::Other { kind, code } => write!(f, "ICMP error type {kind} code {code}"),
        }
    }
}
