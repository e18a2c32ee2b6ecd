//! What a recording has for a replay: looked through once before anything is sent, so that nothing is found out half-way.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use sockscope::core::facts::Stamp;
use sockscope::core::problem::Problem;
use sockscope::core::replay::What;
use sockscope::error::Error;
use sockscope::view::flow::follow::Why;
use sockscope::view::flow::{Side, Tracker, Transport};

use super::packets::Packets;
use super::reader::{Choice, Found, Part, Read, Reader, Talk};

/// Conversations that are named where there are too many.
const NAMED: usize = 5;

/// What to do where bytes are not in the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gaps {
    /// Send nothing.
    Refuse,
    /// Send what is there.
    Skip,
}

/// What a recording has for a replay.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The conversations that messages are from.
    pub(crate) talks: BTreeSet<(u8, u32)>,
    /// Other conversations with payload.
    pub(crate) others: u64,
    /// Who sent the first message, and to whom.
    pub(crate) ends: Option<(SocketAddr, SocketAddr)>,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    pub(crate) answers: u64,
    /// Time of the first and the last message.
    times: Option<(Stamp, Stamp)>,
    /// Messages of them without a time.
    pub(crate) untimed: u64,
    /// Bytes that are not there, and are skipped.
    pub(crate) gaps: u64,
    /// Bytes that were sent again with other values.
    pub(crate) differing: u64,
    /// Fragments of datagrams that are not whole.
    pub(crate) lost: u64,
}

impl Survey {
    /// From the first message to the last, as recorded.
    pub(crate) fn took(&self) -> Duration {
        self.times
            .map_or(Duration::ZERO, |(first, last)| Duration::from_nanos(last.0.saturating_sub(first.0)))
    }

    /// The names of the conversations, as many as are named.
    pub(crate) fn names(&self) -> String {
        let more = self.talks.len().saturating_sub(NAMED);
        let names: Vec<_> =
            self.talks.iter().take(NAMED).map(|(kind, number)| format!("{}:{number}", word(*kind))).collect();
        names.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
    }

    /// Whether what is sent again are datagrams.
    pub(crate) fn is_bounded(&self) -> bool {
        !self.has_stream()
    }

    fn has_stream(&self) -> bool {
        self.talks.iter().any(|(kind, _)| *kind == TCP)
    }

    fn take(&mut self, found: &Found, gaps: Gaps) -> Result<(), Problem> {
        match &found.what {
            Read::Part(What::Message(bytes)) => {
                self.talks.insert((kind(found.talk.0), found.talk.1));
                self.ends.get_or_insert((found.from, found.to));
                self.messages += 1;
                self.bytes += bytes.len() as u64;
                self.untimed += u64::from(found.time.is_none());
                if let Some(time) = found.time {
                    let (first, last) = self.times.unwrap_or((time, time));
                    self.times = Some((first, last.max(time)));
                }
            }
            Read::Part(What::Answer(_)) => self.answers += 1,
            Read::Part(What::End) => {}
            Read::Differs(len) => self.differing += len,
            Read::Gap { len, why, answer } => {
                if *answer || gaps == Gaps::Refuse {
                    return Err(gap(found, *len, *why, *answer));
                }
                self.gaps += len;
            }
        }
        Ok(())
    }
}

const UDP: u8 = 0;
const TCP: u8 = 1;

fn kind(transport: Transport) -> u8 {
    if transport == Transport::Udp { UDP } else { TCP }
}

fn word(kind: u8) -> &'static str {
    if kind == UDP { Transport::Udp.word() } else { Transport::Tcp.word() }
}

/// That bytes are missing.
fn gap(found: &Found, len: u64, why: Why, answer: bool) -> Problem {
    let bytes = if len == 1 { "1 byte is".to_owned() } else { format!("{len} bytes are") };
    let what = if answer { "the answers" } else { "what is to be sent" };
    let why = match why {
        Why::NotCaptured => "they were acknowledged, and not captured",
        Why::NotSeen => "they never came, or too late",
        Why::Cut => "packets were recorded up to a length only",
    };
    let place = format!("{bytes} missing in {what} at packet {}: {why}", found.packet);
    let remedy = if answer {
        "leave out --expect, or take a part with --range"
    } else {
        "--gaps skip sends what is there"
    };
    Problem::whole("", place, remedy)
}

/// Finds the first conversation whose client sends payload, where none was named, and what else there is. Everything
/// that is wrong with the recording is in the notes of the packets then.
pub(super) fn choose(packets: &mut Packets, choice: &mut Choice) -> Result<u64, Error> {
    let mut tracker = Tracker::default();
    let mut talks: BTreeSet<(u8, u32)> = BTreeSet::new();
    let mut first: Option<Talk> = None;
    while packets.next(&mut |segment, about| {
        let seen = tracker.take(segment);
        if segment.payload.is_empty() {
            return;
        }
        talks.insert((kind(seen.transport), seen.stream));
        if about.passes && seen.from == Side::Client {
            first.get_or_insert((seen.transport, seen.stream));
        }
    })? {}
    if choice.talk.is_none() && choice.part == Part::Client {
        choice.talk = first;
    }
    Ok(talks.len() as u64)
}

/// Looks through all that will be sent. `all`: how many conversations have payload.
///
/// # Errors
///
/// There is nothing to send; it is of several conversations of which one is a stream; bytes are missing.
pub(super) fn survey(reader: &mut Reader, choice: &Choice, gaps: Gaps, all: u64) -> Result<Survey, Error> {
    let mut survey = Survey::default();
    while let Some(found) = reader.next()? {
        survey.take(&found, gaps)?;
    }
    let packets = reader.packets();
    survey.lost = packets.lost;
    survey.others = all.saturating_sub(survey.talks.len() as u64);
    if survey.messages == 0 {
        return Err(nothing(packets, choice, all).into());
    }
    if survey.talks.len() > 1 && survey.has_stream() {
        let what = format!(
            "this is of several conversations, and one of TCP cannot be mixed with others: {}",
            survey.names()
        );
        return Err(Problem::whole("", what, "choose one with --conversation").into());
    }
    Ok(survey)
}

/// That there is nothing to send.
fn nothing(packets: &Packets, choice: &Choice, all: u64) -> Problem {
    let name = packets.name();
    let what = match (choice.talk, all) {
        (_, 0) => format!("{name} has no payload of UDP or TCP in {}", counted(packets.count, "packet")),
        (Some((transport, number)), _) => {
            format!("{name} has nothing to send of conversation {}:{number}", transport.word())
        }
        (None, _) => format!("{name} has nothing to send of what was chosen"),
    };
    let remedy = match all {
        0 => String::new(),
        1 => "it has one conversation with payload".to_owned(),
        all => format!("it has {all} conversations with payload"),
    };
    Problem::whole("", what, remedy)
}

/// A number of things.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
