//! Conversations in virtual time: what happens and when against what is wanted.

mod examples;
mod lines;
mod plays;
mod unmet;

use super::*;
use crate::facts::{Peer, Stamp};
use crate::moment::{Moment, Now};

const MS: u64 = 1_000_000;

fn at(ms: u64) -> Now {
    Now { moment: Moment(ms * MS), stamp: Stamp(1_234_567_890_000_000_000 + ms * MS) }
}

fn read(text: &str) -> Script {
    Script::parse(text, "test.script", &Args::default()).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A script that is played by hand.
struct Play {
    player: Player,
    now: u64,
}

impl Play {
    fn new(text: &str) -> Self {
        Self { player: Player::new(read(text), 7, 0), now: 0 }
    }

    /// Lets the script act, and says in words what it wants: `open 0 srv udp://… `, `send 0>1 "…"`.
    fn acts(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.player.next(at(self.now))).map(|act| word(&act)).collect()
    }

    /// Something happens in a session, with a peer; then the script acts.
    fn then(&mut self, session: u32, peer: u64, what: What<'_>) -> Vec<String> {
        self.player.happened(&Happening { session: SessionId(session), peer, what });
        self.acts()
    }

    fn opened(&mut self, session: u32) -> Vec<String> {
        let port = 7000 + u16::try_from(session).unwrap();
        self.then(session, 0, What::Opened { local: Some(Peer::Inet(([127, 0, 0, 1], port).into())) })
    }

    fn sent(&mut self, session: u32) -> Vec<String> {
        self.then(session, 0, What::Sent)
    }

    /// A chunk of a stream.
    fn chunk(&mut self, session: u32, bytes: &[u8]) -> Vec<String> {
        self.then(session, 0, What::Received { bytes, whole: false })
    }

    /// A datagram or a frame.
    fn message(&mut self, session: u32, peer: u64, bytes: &[u8]) -> Vec<String> {
        self.then(session, peer, What::Received { bytes, whole: true })
    }

    /// Time passes up to when the script wants to be asked again.
    fn wake(&mut self) -> Vec<String> {
        let wakeup = self.player.wakeup().expect("it waits");
        self.now = wakeup.0 / MS;
        self.acts()
    }
}

fn word(act: &Act) -> String {
    let payload = |bytes: &[u8]| bytes.escape_ascii().to_string();
    match act {
        Act::Open { session, name, endpoint, listen } => {
            format!("{} {} {name} {endpoint}", if *listen { "listen" } else { "open" }, session.0)
        }
        Act::Frame { session, framing } => {
            format!("frame {} {}", session.0, framing.as_ref().map_or("none".to_owned(), |f| f.to_string()))
        }
        Act::Send { session, peer, bytes } => format!("send {}>{peer} {}", session.0, payload(bytes)),
        Act::SendFile { session, peer, path } => format!("file {}>{peer} {}", session.0, path.display()),
        Act::End { session, peer } => format!("end {}>{peer}", session.0),
        Act::Close { session } => format!("close {}", session.0),
        Act::Say(text) => format!("say {text}"),
        Act::Finish(Verdict::Met) => "met".to_owned(),
        Act::Finish(Verdict::Unmet(unmet)) => format!("unmet {}: {}", unmet.line, unmet.headline()),
    }
}
