//! One side of a recording, and what the other side answered, in the order in which they were recorded.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::net::{IpAddr, SocketAddr};

use sockscope::core::facts::{Direction, Stamp};
use sockscope::core::replay::{Recorded, What};
use sockscope::error::Error;
use sockscope::view::flow::follow::{self, Follow, Piece, Why};
use sockscope::view::flow::{Segment, Side, Tracker, Transport};

use super::packets::{About, Packets};

/// A conversation: which transport, and its number there.
pub(crate) type Talk = (Transport, u32);

/// Whose part is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Who began the conversation.
    Client,
    /// Whoever has this address, and this port where there is one.
    From(IpAddr, Option<u16>),
    /// Whoever sent what went this way.
    Way(Direction),
}

/// What is read of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    /// This conversation; else all in which somebody has that part.
    pub(crate) talk: Option<Talk>,
    pub(crate) part: Part,
    /// What the other side said is read too.
    pub(crate) answers: bool,
}

/// Something read of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) talk: Talk,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) packet: u64,
    pub(super) time: Option<Stamp>,
    pub(super) what: Read,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read {
    /// What is sent, or answered.
    Part(What),
    /// So many bytes are not there, of the answers where that is said.
    Gap { len: u64, why: Why, answer: bool },
    /// So many bytes were sent again with other values.
    Differs(u64),
}

/// Reads a side of a recording, one thing at a time.
#[derive(Debug)]
pub(super) struct Reader {
    packets: Packets,
    choice: Choice,
    tracker: Tracker,
    lines: HashMap<Talk, Line>,
    out: VecDeque<Found>,
    over: bool,
}

/// A conversation that is read.
#[derive(Debug)]
struct Line {
    sender: Side,
    from: SocketAddr,
    to: SocketAddr,
    follow: Option<Box<Follow>>,
    /// Whether the message before was one that counts.
    counted: Option<bool>,
}

impl Reader {
    pub(super) fn new(packets: Packets, choice: Choice) -> Self {
        let (tracker, lines, out) = (Tracker::default(), HashMap::new(), VecDeque::new());
        Self { packets, choice, tracker, lines, out, over: false }
    }

    /// From the beginning once more.
    pub(super) fn again(self) -> Self {
        let choice = self.choice;
        Self::new(self.into_packets(), choice)
    }

    /// The packets, from the beginning.
    pub(super) fn into_packets(self) -> Packets {
        self.packets.again()
    }

    /// The packets that were read.
    pub(super) fn packets(&self) -> &Packets {
        &self.packets
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> Result<Option<Found>, Error> {
        let Self { packets, choice, tracker, lines, out, over } = self;
        while out.is_empty() && !*over {
            let more = packets.next(&mut |segment, about| {
                let seen = tracker.take(segment);
                let talk = (seen.transport, seen.stream);
                if let Some(line) = line(lines, choice, talk, seen.from, segment, about) {
                    line.take(choice, talk, seen.from, segment, about, out);
                    if seen.tcp.is_some_and(|tcp| tcp.fin) && seen.from == line.sender && about.inside {
                        out.push_back(line.found(talk, about, Read::Part(What::End)));
                    }
                }
            })?;
            if !more {
                *over = true;
                finish(lines, choice, packets.count, packets.last, out);
            }
        }
        Ok(out.pop_front())
    }
}

/// The line of a conversation, if it is one that is read.
fn line<'a>(
    lines: &'a mut HashMap<Talk, Line>,
    choice: &Choice,
    talk: Talk,
    from: Side,
    segment: &Segment<'_>,
    about: &About,
) -> Option<&'a mut Line> {
    if choice.talk.is_some_and(|wanted| wanted != talk) {
        return None;
    }
    if let Entry::Vacant(fresh) = lines.entry(talk) {
        let sender = choice.part.side(from, segment, about)?;
        let (own, other) = match sender == from {
            true => (segment.source, segment.destination),
            false => (segment.destination, segment.source),
        };
        let follow = (talk.0 == Transport::Tcp).then(Box::default);
        fresh.insert(Line { sender, from: own, to: other, follow, counted: None });
    }
    lines.get_mut(&talk)
}

/// What is held back of streams when the recording is over.
fn finish(
    lines: &mut HashMap<Talk, Line>,
    choice: &Choice,
    packet: u64,
    time: Stamp,
    out: &mut VecDeque<Found>,
) {
    let about = About { packet, time: Some(time), direction: None, inside: true, passes: true };
    let mut talks: Vec<_> = lines.iter_mut().collect();
    talks.sort_by_key(|((_, stream), _)| *stream);
    for (talk, line) in talks {
        if let Some(mut follow) = line.follow.take() {
            follow.end(time, packet, &mut |piece| line.piece(choice, *talk, &piece, &about, out));
        }
    }
}

impl Part {
    /// Which side of a conversation has this part, as far as this packet tells.
    fn side(self, from: Side, segment: &Segment<'_>, about: &About) -> Option<Side> {
        let (own, other) = match self {
            Self::Client => return Some(Side::Client),
            Self::From(ip, port) => {
                let is = |place: SocketAddr| place.ip() == ip && port.is_none_or(|port| place.port() == port);
                (is(segment.source), is(segment.destination))
            }
            Self::Way(way) => {
                (about.direction == Some(way), about.direction.is_some_and(|direction| direction != way))
            }
        };
        if own { Some(from) } else { other.then_some(from.other()) }
    }
}

impl Line {
    fn take(
        &mut self,
        choice: &Choice,
        talk: Talk,
        from: Side,
        segment: &Segment<'_>,
        about: &About,
        out: &mut VecDeque<Found>,
    ) {
        // A datagram that was captured twice, as it left and as it came, counts once.
        if let (Part::Way(way), None, Some(direction)) = (choice.part, &self.follow, about.direction)
            && (direction == way) != (from == self.sender)
        {
            return;
        }
        let mut follow = self.follow.take();
        let mut give = |piece: Piece<'_>| self.piece(choice, talk, &piece, about, out);
        match &mut follow {
            Some(follow) => follow.take(from, segment, &mut give),
            // One of UDP keeps nothing from one packet to the next.
            None => Follow::with_bound(0).take(from, segment, &mut give),
        }
        self.follow = follow;
    }

    fn piece(
        &mut self,
        choice: &Choice,
        talk: Talk,
        piece: &Piece<'_>,
        about: &About,
        out: &mut VecDeque<Found>,
    ) {
        let own = piece.from == self.sender;
        let counts = match (own, self.counted) {
            (true, _) => about.passes,
            (false, counted) => choice.answers && counted.unwrap_or(about.inside),
        };
        if own && matches!(piece.what, follow::What::Bytes(_)) {
            self.counted = Some(counts);
        }
        if !counts {
            return;
        }
        let read = match piece.what {
            follow::What::Bytes(bytes) if own => Read::Part(What::Message(bytes.to_vec())),
            follow::What::Bytes(bytes) => Read::Part(What::Answer(bytes.to_vec())),
            follow::What::Gap(len, why) => Read::Gap { len, why, answer: !own },
            follow::What::Differs(len) => Read::Differs(len),
            // What came late was told as a gap.
            follow::What::Late(_) => return,
        };
        out.push_back(self.found(talk, about, read));
    }

    fn found(&self, talk: Talk, about: &About, what: Read) -> Found {
        Found { talk, from: self.from, to: self.to, packet: about.packet, time: about.time, what }
    }
}

impl Found {
    /// For the player, if it is something for it.
    pub(super) fn recorded(self) -> Option<Recorded> {
        let Self { packet, time, what: Read::Part(what), .. } = self else { return None };
        Some(Recorded { packet, time, what })
    }
}
