//! What to run, typed and complete. Whoever wants something done says it in these words only.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use sockscope_core::cidr::Access;
use sockscope_core::ending::Limits;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::Purpose;
use sockscope_core::framing::Framing;
use sockscope_core::payload::Template;
use sockscope_core::rule::Rules;
use sockscope_core::session::Only;
#[cfg(target_os = "linux")]
pub use sockscope_net::capture::Wish;

use crate::guide::Guide;
use crate::shard::Shard;
use crate::source::Lines;

/// One run: where, what to send, and what to do with what comes.
#[derive(Debug)]
pub struct Plan {
    /// Where it takes place.
    pub place: Place,
    /// What to send: to the endpoint, or to every peer of a listener.
    pub down: Option<Down>,
    /// How the streams are cut into frames.
    pub framing: Option<Arc<Framing>>,
    /// Room for one received message in bytes; what is longer is cut, and that is told.
    pub buffer: usize,
    /// Hear only this peer.
    pub only: Option<Only>,
    /// What to answer.
    pub answer: Answer,
    /// Which peers of a listener are welcome.
    pub gate: Gate,
    /// The sending half of a connection ends once all was sent; else it stays open for nothing.
    pub half_close: bool,
    /// When it is over.
    pub limits: Limits,
    /// Whether to look for messages without rest rather than sleep until one comes: sooner, and one CPU is busy all the
    /// time.
    pub spin: bool,
    /// Seed of the random bytes in payloads.
    pub seed: u64,
    /// Local time less UTC in seconds, for times in payloads.
    pub utc_offset: i32,
}

impl Plan {
    /// A plan for a place, with nothing to send and nothing to answer, that ends when it is stopped.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            down: None,
            framing: None,
            buffer: WHOLE,
            only: None,
            answer: Answer::Nothing,
            gate: Gate::default(),
            half_close: true,
            limits: Limits::default(),
            spin: false,
            seed: 0,
            utc_offset: 0,
        }
    }
}

/// Where a run takes place.
#[derive(Debug)]
pub enum Place {
    /// On these endpoints, heard by [`Purpose::Listen`] or [`Purpose::Echo`].
    Listen(Vec<Endpoint>, Purpose),
    /// Toward this endpoint: only to send ([`Purpose::Send`]), or to talk both ways until both sides have
    /// ended ([`Purpose::Talk`]).
    Reach(Endpoint, Purpose),
    /// At interfaces, whose packets are seen as they are. The rights that only opening needed are given up then,
    /// where that is wished for; those over files stay.
    #[cfg(target_os = "linux")]
    Capture {
        /// Where, and what.
        wishes: Vec<Wish>,
        /// Whether this thread gives up rights.
        give_up_rights: bool,
    },
    /// On the sockets of one shard: its limits are those of all shards together, of which the first to end ends all.
    Shard(Shard),
    /// Wherever a guide says, while it goes on.
    Guided(Box<dyn Guide>),
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
    /// Bytes as they come.
    Bytes {
        /// Where they come from.
        file: File,
        /// What errors call it.
        name: String,
        /// One message is so many bytes, the last one perhaps fewer. `None` for streams: where they are cut
        /// means nothing.
        cut: Option<usize>,
        /// A line feed without a carriage return before it is given one.
        crlf: bool,
    },
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
    /// What the first rule that fits says.
    Rules(Rules),
    /// The message goes to every other peer.
    Others,
    /// The same with the peer's number before it, `<user1> `, and who comes and goes is told. What is no
    /// text, and control characters, go as octal escapes. Meant for frames that are lines.
    Chat,
    /// What a command writes that is started for each peer, and reads what the peer sends; a peer that
    /// came, or the one that was reached to talk.
    Command(Vec<String>),
}

/// Which peers of a listener are welcome, and for how long.
#[derive(Debug, Clone)]
pub struct Gate {
    /// By address.
    pub access: Access,
    /// How many at once; who comes beyond is turned away.
    pub max_peers: Option<usize>,
    /// A peer that does nothing for this long is sent away.
    pub idle_peer: Option<Duration>,
    /// The run ends with the last peer that was there.
    pub once: bool,
    /// Only the first peer is welcome: listening ends when it has come; without connections, nobody else
    /// is heard.
    pub first: bool,
    /// A peer that has ended its sending is sent away as soon as there is nothing to send, without waiting for
    /// more.
    pub hang_up: bool,
    /// Bytes held for one peer that does not read; beyond that it misses messages, which is told.
    pub queue: usize,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            access: Access::default(),
            max_peers: None,
            idle_peer: None,
            once: false,
            first: false,
            hang_up: false,
            queue: 1 << 20,
        }
    }
}

/// Room for one received message that cuts nothing, in bytes.
pub const WHOLE: usize = 65_536;
