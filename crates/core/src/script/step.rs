//! What a script consists of, and what it asks for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::place::Place;
use super::session::SessionId;
use super::unmet::Unmet;
use crate::charset::Charset;
use crate::endpoint::Endpoint;
use crate::framing::Framing;
use crate::pattern::Pattern;
use crate::payload::Template;

/// One statement made ready, and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) line: usize,
    /// The line, its arguments filled in, without blanks around.
    pub(super) source: String,
    pub(super) charset: Charset,
    /// How long it may take.
    pub(super) limit: Duration,
    pub(super) what: Do,
}

/// What a step does. Sessions go by their place in the script's list of names.
#[derive(Debug, Clone)]
pub(super) enum Do {
    Open {
        session: usize,
        place: Place,
        listen: bool,
        /// The next step wants it to be refused, and waits itself.
        refused: bool,
    },
    Frame {
        session: usize,
        framing: Option<Arc<Framing>>,
    },
    Send {
        session: usize,
        template: Box<Template>,
    },
    SendFile {
        session: usize,
        path: PathBuf,
    },
    Expect {
        session: usize,
        what: Awaited,
    },
    End {
        session: usize,
    },
    Close {
        session: usize,
    },
    Wait,
    Repeat {
        times: u32,
    },
    /// `start`: the first step of the body.
    Done {
        start: usize,
    },
    Say {
        template: Box<Template>,
    },
}

/// What is waited for.
#[derive(Debug, Clone)]
pub(super) enum Awaited {
    Bytes(Box<Pattern>),
    /// No byte, as long as the limit.
    Nothing,
    End,
    Reset,
    Refused,
}

impl Step {
    pub(super) fn is_random(&self) -> bool {
        match &self.what {
            Do::Send { template, .. } | Do::Say { template } => template.is_random(),
            _ => false,
        }
    }

    /// Whether it only says what is done how often.
    pub(super) fn is_loop(&self) -> bool {
        matches!(self.what, Do::Repeat { .. } | Do::Done { .. })
    }
}

/// What a script wants to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Open a session: listen at the endpoint, or connect or send to it. [`super::What::Opened`] or
    /// [`super::What::Failed`] is awaited.
    Open {
        /// What it is called from here on.
        session: SessionId,
        /// Its name in the script, for people.
        name: String,
        /// Where.
        endpoint: Box<Endpoint>,
        /// Listen.
        listen: bool,
    },
    /// Cut the session's streams, and wrap what it sends, with this framing from now on.
    Frame {
        /// Which session.
        session: SessionId,
        /// How; not at all for `None`.
        framing: Option<Arc<Framing>>,
    },
    /// Send a payload. [`super::What::Sent`] is awaited, or [`super::What::Unsent`].
    Send {
        /// In which session.
        session: SessionId,
        /// To which peer, as the happenings named it; 0 in a session with one.
        peer: u64,
        /// The payload.
        bytes: Vec<u8>,
    },
    /// Send what is in a file, as it is. [`super::What::Sent`] is awaited, or [`super::What::Unsent`], as when the
    /// file cannot be read.
    SendFile {
        /// In which session.
        session: SessionId,
        /// To which peer.
        peer: u64,
        /// The file.
        path: PathBuf,
    },
    /// Say to the peer that nothing more will be sent (shutdown(2), `SHUT_WR`).
    End {
        /// In which session.
        session: SessionId,
        /// To which peer.
        peer: u64,
    },
    /// Close the session, with all of its peers.
    Close {
        /// Which session.
        session: SessionId,
    },
    /// Tell the person. Parts may come from the wire: escape what does not print.
    Say(String),
    /// The script has ended; nothing follows.
    Finish(Verdict),
}

/// How a script ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Every expectation was met.
    Met,
    /// The first one that was not.
    Unmet(Box<Unmet>),
}
