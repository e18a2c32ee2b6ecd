//! What to run, typed and complete. Whoever wants something done says it in these words only.

use std::time::Duration;

use sockscope_core::ending::Limits;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::Purpose;
use sockscope_core::payload::Template;
use sockscope_core::session::Only;

use crate::source::Lines;

/// One run: sockets to listen on or one to send from, and what to do with what comes.
#[derive(Debug)]
pub struct Plan {
    /// Where to listen, or where to send.
    pub place: Place,
    /// Room for one received message in bytes; what is longer is cut, and that is told.
    pub buffer: usize,
    /// Hear only this peer.
    pub only: Option<Only>,
    /// What to answer.
    pub answer: Answer,
    /// When it is over.
    pub limits: Limits,
    /// Seed of the random bytes in payloads.
    pub seed: u64,
    /// Local time less UTC in seconds, for times in payloads.
    pub utc_offset: i32,
}

/// Where a run takes place.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one in a run")]
pub enum Place {
    /// On these endpoints, heard by [`Purpose::Listen`] or [`Purpose::Echo`].
    Listen(Vec<Endpoint>, Purpose),
    /// Toward this endpoint, with what to send there.
    Send(Endpoint, Down),
}

/// What is sent.
#[derive(Debug)]
pub enum Down {
    /// One payload, as often as said.
    Repeat {
        /// The payload; its fields are computed at each send.
        template: Template,
        /// Time from one to the next.
        every: Duration,
        /// How often; without end for `None`.
        count: Option<u64>,
    },
    /// One message a line.
    Lines(Lines),
}

/// What is answered to each received message.
#[derive(Debug)]
pub enum Answer {
    /// Nothing.
    Nothing,
    /// The message itself.
    Echo,
    /// A payload of one's own; its fields are computed for each answer.
    Payload(Template),
}

/// Room for one received message that cuts nothing, in bytes.
pub const WHOLE: usize = 65_536;
