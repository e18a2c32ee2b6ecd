//! Why WebSocket failed, in words.

use std::io;

use tungstenite::Error;
use tungstenite::error::{CapacityError, ProtocolError};
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode as Code;

use super::LONGEST;

/// What it means that the connection below ends where WebSocket has not (RFC 6455 section 7.1.1).
const CUT_OFF: &str = "it ended without saying so (a close frame): what came may be cut off";

/// The close code to answer with, the kind of the error, and words for it.
pub(super) fn of(error: &Error) -> (Option<Code>, io::ErrorKind, String) {
    let broken = |code, words: String| (Some(code), io::ErrorKind::InvalidData, words);
    match error {
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            (None, io::ErrorKind::UnexpectedEof, CUT_OFF.to_owned())
        }
        Error::Capacity(CapacityError::MessageTooLong { size, .. }) => {
            let most = sockscope_core::quantity::show_size(LONGEST as u64);
            broken(
                Code::Size,
                format!("a message of {size} bytes is longer than {most}, the most that is taken"),
            )
        }
        Error::Utf8(_) => broken(Code::Invalid, "a text message is not UTF-8".to_owned()),
        error => broken(Code::Protocol, lower(error)),
    }
}

/// How the peer closed; nothing where that was in order (RFC 6455 section 7.4.1).
pub(super) fn close(frame: &CloseFrame) -> Option<String> {
    let words = match frame.code {
        Code::Normal | Code::Away | Code::Status => return None,
        Code::Protocol => " (protocol error)",
        Code::Unsupported => " (it does not take this kind of message)",
        Code::Invalid => " (a message does not hold what its kind says)",
        Code::Policy => " (against its rules)",
        Code::Size => " (a message is too long for it)",
        Code::Extension => " (it wants an extension)",
        Code::Error => " (it has a trouble of its own)",
        Code::Restart => " (it starts anew)",
        Code::Again => " (try again later)",
        _ => "",
    };
    let why = if frame.reason.is_empty() { String::new() } else { format!(": {:?}", frame.reason.as_str()) };
    Some(format!("it closed with code {}{words}{why}", u16::from(frame.code)))
}

/// As an error of input and output.
pub(super) fn io(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        error => {
            let (_, kind, words) = of(&error);
            io::Error::new(kind, words)
        }
    }
}

fn lower(error: &Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("WebSocket protocol error: ").unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
