//! A room to talk in: everybody hears who says what, who comes and who goes.

use std::fmt::Write;

use sockscope_core::batch::Batch;
use sockscope_core::facts::{Facts, Peer};

use super::Run;
use crate::error::Error;
use crate::plan::Answer;
use crate::port::Port;

impl Run<'_, '_> {
    /// Somebody says something.
    pub(super) fn chat(&mut self, key: usize, batch: &Batch) -> Result<(), Error> {
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let user = user(port);
        let mut out = Batch::new();
        for message in batch.iter() {
            let said = format!("{user} {}", plain(message.bytes));
            out.push(said.as_bytes(), *message.facts);
        }
        self.tell_others(key, &mut out)
    }

    /// Somebody has come: all hear that, the new one hears who is there.
    pub(super) fn chat_joined(&mut self, key: usize) -> Result<(), Error> {
        if !matches!(self.answering.answer(), Answer::Chat) {
            return Ok(());
        }
        let Some(port) = self.ports.port(key) else { return Ok(()) };
        let joined = format!("<announce> {} is connected as {}.", host(port), user(port));
        let mut there = Vec::new();
        for other in self.ports.accepted() {
            if let Some(port) = self.ports.port(other).filter(|_| other != key) {
                there.push(format!("{} as {}", host(port), user(port)));
            }
        }
        let there = if there.is_empty() { "nobody".to_owned() } else { there.join(", ") };
        self.announce(&joined)?;
        self.announce(&format!("<announce> already connected: {there}."))
    }

    /// Somebody has left.
    pub(super) fn chat_left(&mut self, port: &Port) -> Result<(), Error> {
        if !matches!(self.answering.answer(), Answer::Chat) || !port.told || self.over.is_some() {
            return Ok(());
        }
        self.announce(&format!("<announce> {} is disconnected.", user(port)))
    }

    fn announce(&mut self, words: &str) -> Result<(), Error> {
        let mut out = Batch::new();
        out.push(words.as_bytes(), Facts::default());
        self.tell_others(usize::MAX, &mut out)
    }
}

fn user(port: &Port) -> String {
    format!("<user{}>", port.number.map_or(0, |number| number.get()))
}

/// Where somebody comes from, without the port, which says nothing to the others.
fn host(port: &Port) -> String {
    match port.peer() {
        Some(Peer::Inet(address)) => address.ip().to_string(),
        Some(peer) => peer.to_string(),
        None => "somebody".to_owned(),
    }
}

/// Text as it is; what could take over a terminal, and what is no text, as octal escapes.
fn plain(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let octal = |out: &mut String, bytes: &[u8]| {
        bytes.iter().for_each(|byte| write!(out, "\\{byte:03o}").expect("a string takes it"));
    };
    for part in bytes.utf8_chunks() {
        for c in part.valid().chars() {
            if c.is_control() && c != '\t' {
                octal(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                out.push(c);
            }
        }
        octal(&mut out, part.invalid());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_and_what_is_none_is_escaped() {
        assert_eq!(plain("你好\ta".as_bytes()), "你好\ta");
        assert_eq!(plain(b"\x1b[2J\xc4\xe3\r"), "\\033[2J\\304\\343\\015");
        assert_eq!(plain("\u{9b}x".as_bytes()), "\\302\\233x");
    }
}
