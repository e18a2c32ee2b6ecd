//! The opening handshake: one head of HTTP each way (RFC 6455 section 4).

use std::fmt;
use std::io::{self, Read, Write};

use tungstenite::protocol::Role;

use super::below::Below;
use crate::error::words;
use crate::wait::Interest;

/// Longest head that is read, in bytes.
const HEAD: usize = 64 << 10;

/// One side of it.
pub(super) trait Handshake: fmt::Debug + Send {
    /// Which side.
    fn role(&self) -> Role;

    /// Goes on, as far as there is something to read and room to write.
    fn go_on(&mut self, below: &mut Below) -> Result<Step, Reason>;
}

/// How far it is.
#[derive(Debug)]
pub(super) enum Step {
    /// It waits for this.
    Waits(Interest),
    /// Messages can pass.
    Done {
        /// What came behind the peer's head.
        early: Vec<u8>,
        /// The subprotocol that was agreed on.
        subprotocol: Option<String>,
    },
}

/// Why it failed, and what would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) cause: String,
    pub(super) remedy: String,
}

impl Reason {
    pub(super) fn new(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { cause: cause.into(), remedy: remedy.into() }
    }
}

/// What is written, as far as it has gone.
#[derive(Debug, Default)]
pub(super) struct Out {
    bytes: Vec<u8>,
    gone: usize,
}

impl Out {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, gone: 0 }
    }

    /// Writes the rest; returns whether all has gone.
    pub(super) fn go_on(&mut self, below: &mut Below) -> Result<bool, Reason> {
        while self.gone < self.bytes.len() {
            match below.write(&self.bytes[self.gone..]) {
                Ok(count) => self.gone += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(broken(&error)),
            }
        }
        below.flush().map_err(|error| broken(&error))
    }
}

/// Reads more of a head into `head`; returns whether something came.
pub(super) fn read(below: &mut Below, head: &mut Vec<u8>) -> Result<bool, Reason> {
    let mut room = [0; 4096];
    match below.read(&mut room) {
        Ok(0) if head.is_empty() => {
            Err(Reason::new("it closed the connection without an answer", "does it speak WebSocket?"))
        }
        Ok(0) => Err(Reason::new("it closed the connection in the middle of the handshake", "")),
        Ok(_) if head.len() > HEAD => {
            Err(Reason::new(format!("its head is longer than {HEAD} bytes"), "does it speak WebSocket?"))
        }
        Ok(count) => {
            head.extend_from_slice(&room[..count]);
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(broken(&error)),
    }
}

fn broken(error: &io::Error) -> Reason {
    Reason::new(format!("{} during the handshake", words(error)), "")
}

/// The first line of a head, safe to be shown.
pub(super) fn first_line(head: &[u8]) -> String {
    let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    let told: String = text.chars().take(80).collect();
    let more = if told.len() < text.len() { "…" } else { "" };
    format!("{}{more}", told.escape_debug())
}
