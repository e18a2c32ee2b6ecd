//! Why a proxy does not connect.

use super::Kind;

/// Longest head of an HTTP answer, in bytes, with those of interim answers before it.
pub const LONGEST_HEAD: usize = 64 << 10;

/// Why a proxy does not connect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The target cannot be said in this protocol: the proxy was not asked.
    #[error("{what}")]
    Target {
        /// What cannot be said.
        what: String,
        /// What would help.
        remedy: &'static str,
    },
    /// It answered with a code that is not success.
    #[error("the proxy says: {words} ({} code {code})", .kind.name())]
    Code {
        /// Which protocol's code.
        kind: Kind,
        /// The code.
        code: u8,
        /// What the code means.
        words: &'static str,
    },
    /// It does not know this name and password (RFC 1929).
    #[error("the proxy does not take this name and password (code {code})")]
    Login {
        /// Its code, not 0.
        code: u8,
    },
    /// It takes no way to log in that was offered (RFC 1928 section 3).
    #[error("the proxy takes no way to log in that was offered: {offered}")]
    NoMethod {
        /// What was offered.
        offered: &'static str,
    },
    /// An HTTP status other than 2xx.
    #[error("the proxy says: {line}")]
    Status {
        /// The status line; control characters and what is not text are escaped.
        line: String,
        /// Its three digits.
        code: u16,
    },
    /// It answered in another language.
    #[error("no {} proxy answers like this: {what}", .kind.name())]
    Answer {
        /// The language it should speak.
        kind: Kind,
        /// What is wrong.
        what: String,
    },
    /// The head of its answer does not end.
    #[error("the head of the proxy's answer is longer than {LONGEST_HEAD} bytes")]
    TooLong,
    /// It closed the connection in the middle.
    #[error("the proxy closed the connection before it had answered")]
    Ended,
}

impl Refused {
    /// What would help, as a phrase that can follow a semicolon; may be empty.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Target { remedy, .. } => remedy,
            Self::NoMethod { .. } | Self::Login { .. } | Self::Status { code: 407, .. } => {
                "give name and password in the proxy's URL: user:password@host"
            }
            Self::Answer { .. } => "check the port and the kind of the proxy",
            _ => "",
        }
    }
}
