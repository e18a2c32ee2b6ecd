//! What a line at the console asks for, typed and complete: whoever carries it out parses nothing.

use std::path::PathBuf;
use std::time::Duration;

use sockscope::core::charset::Charset;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::filter::{Filter, Needle};
use sockscope::core::payload::{Eol, Payload};

use super::words::Word;

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Send this. The empty line is the empty payload: an empty datagram, or the line end alone.
    Send(Payload),
    /// Send the bytes of a file.
    File(PathBuf),
    /// Send again and again: at once, and then at each interval.
    Repeat {
        /// The interval.
        every: Duration,
        /// How often in all; without end when absent.
        count: Option<u64>,
        /// What.
        payload: Payload,
    },
    /// End what repeats.
    Stop,
    /// Connect, or send to.
    Open(Place),
    /// Bind, and hear or accept.
    Listen(Place),
    /// Close a session, or a peer's connection.
    Close(Which, Closing),
    /// Let the lines go to the session of this name.
    Use(String),
    /// Tell the sessions.
    Sessions,
    /// Tell the peers of the session.
    Peers,
    /// Let the lines go to these peers of the session.
    To(To),
    /// Send text in this charset and show it so; `None` is `auto`: show each message in the likeliest one, and
    /// send as before.
    Charset(Option<Charset>),
    /// Put this behind each payload.
    Eol(Eol),
    /// Cut the stream of the session into frames; what stands here is the framing as it was written. `None`
    /// is chunks as they come.
    Frame(Option<String>),
    /// Change how messages are shown; never empty.
    View(Vec<View>),
    /// Put a line of one's own between what is shown and recorded; may be empty.
    Mark(String),
    /// Show only this; `None` shows all again.
    Filter(Option<Filter>),
    /// Show once more the messages that have this.
    Find(Needle),
    /// Record into this file from now on; `None` ends the recording.
    Save(Option<PathBuf>),
    /// Tell what is known of it.
    Info(Which),
    /// Count from zero again.
    Zero,
    /// Run a script, with its arguments in order.
    Script(PathBuf, Vec<(String, String)>),
    /// Clear the screen.
    Clear,
    /// Tell all words, or all about one.
    Help(Option<&'static Word>),
    /// End everything.
    Quit,
}

/// Where to open a session, and what to call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its name; chosen by whoever opens it when absent.
    pub(crate) name: Option<String>,
    /// The endpoint; whether it is fit to connect or to listen is not checked yet.
    pub(crate) endpoint: Endpoint,
}

/// A session, or one of its peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Which {
    /// The session that lines go to.
    Current,
    /// The session of this name.
    Session(String),
    /// The peer of this number.
    Peer(u32),
}

/// How to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// In order, both ways.
    Whole,
    /// Only one's own direction: the other side may go on (shutdown(2), `SHUT_WR`).
    Half,
    /// By a reset, so that the other side gets an error (`SO_LINGER` 0, socket(7)).
    Reset,
}

/// Which peers of a session lines go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum To {
    /// Whoever sent last.
    Last,
    /// All.
    All,
    /// All but whoever sent last.
    Others,
    /// The peer of this number.
    Peer(u32),
    /// The session of this name, and its peers as before.
    Session(String),
}

/// One change of how messages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Hex at the end of the row.
    Narrow,
    /// A dump below the row.
    Wide,
    /// No hex.
    None,
    /// Long payloads whole.
    Full,
    /// Long payloads folded.
    Folded,
    /// With interface, ttl and traffic class.
    Verbose,
    /// Without.
    Brief,
}

impl View {
    /// Every change with its word.
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("narrow", Self::Narrow),
        ("wide", Self::Wide),
        ("none", Self::None),
        ("full", Self::Full),
        ("folded", Self::Folded),
        ("verbose", Self::Verbose),
        ("brief", Self::Brief),
    ];
}
