//! What a conversation said, put together.

use std::net::SocketAddr;

use sockscope::core::facts::Stamp;
use sockscope::view::flow::follow::{self, Piece, What, Why};
use sockscope::view::flow::{Head, Segment, Side};
use sockscope::view::list::Reader;
use sockscope::view::palette::Palette;
use sockscope::view::text;

use super::line::Paint;
use super::look::Look;
use super::packets::{Packets, Raw, STEP};

/// The most bytes that are kept of a conversation.
const KEPT: u64 = 16 << 20;

/// Goes through all packets for one conversation.
#[derive(Debug)]
pub(super) struct Follow {
    ends: (SocketAddr, SocketAddr),
    /// The packet whose conversation it is, from 1.
    wanted: u64,
    stream: Option<u32>,
    reader: Reader,
    inner: follow::Follow,
    /// How many packets were looked at.
    pub(super) looked: u64,
    last: (Stamp, u64),
    talk: Talk,
}

/// A conversation: what one side said, then what the other one did.
#[derive(Debug, Default, Clone)]
pub(super) struct Talk {
    /// Who opened it, and with whom; of TCP.
    ends: Option<(SocketAddr, SocketAddr, bool)>,
    turns: Vec<Turn>,
    bytes: [u64; 2],
    /// Bytes that are not kept.
    left: u64,
}

#[derive(Debug, Clone)]
enum Turn {
    Said(Side, Vec<u8>),
    /// Something is not as it was.
    Note(Side, String),
}

/// Two ends of a packet, and whether it is of TCP.
fn ends(segment: &Segment<'_>) -> (SocketAddr, SocketAddr, bool) {
    (segment.source, segment.destination, matches!(segment.head, Head::Tcp(_)))
}

impl Follow {
    /// Follows the conversation of a packet, if it is part of one.
    pub(super) fn new(packets: &mut Packets, raw: &Raw) -> Option<Self> {
        let time = raw.time.unwrap_or(Stamp(0));
        let whole = packets.whole(raw.number - 1);
        let decoded = whole.as_ref().map_or_else(|| raw.decode(), |whole| whole.decode());
        let segment = decoded.segment(raw.number, time)?;
        let (source, destination, tcp) = ends(&segment);
        Some(Self {
            ends: (source, destination),
            wanted: raw.number,
            stream: None,
            reader: Reader::default(),
            inner: follow::Follow::default(),
            looked: 0,
            last: (time, raw.number),
            talk: Talk { ends: Some((source, destination, tcp)), ..Talk::default() },
        })
    }

    /// Looks at some more packets; whether there are others.
    pub(super) fn step(&mut self, packets: &mut Packets) -> Result<bool, String> {
        let end = packets.len().min(self.looked + STEP);
        while self.looked < end {
            let Some(raw) = packets.read(self.looked)? else { break };
            self.looked += 1;
            if !self.take(&raw) {
                return Ok(false);
            }
        }
        Ok(self.looked < packets.len() || packets.is_more())
    }

    /// Takes a packet; whether the conversation may go on behind it.
    fn take(&mut self, raw: &Raw) -> bool {
        let decoded = raw.decode();
        let time = raw.time.unwrap_or(Stamp(0));
        let (one, other) = self.ends;
        let ours = |segment: &Segment<'_>| {
            let pair = (segment.source, segment.destination);
            pair == (one, other) || pair == (other, one)
        };
        if decoded.fragment.is_none() && !decoded.segment(raw.number, time).is_some_and(|part| ours(&part)) {
            return true;
        }
        let Self { reader, stream, inner, talk, wanted, last, .. } = self;
        let mut goes_on = true;
        reader.take(&raw.packet(), &decoded, |segment, seen| {
            if !ours(segment) {
                return;
            }
            if *stream != Some(seen.stream) {
                goes_on = stream.is_none() || segment.number <= *wanted;
                if !goes_on {
                    return;
                }
                // The ports had another conversation before.
                *stream = Some(seen.stream);
                *inner = follow::Follow::default();
                let (from, to, tcp) = ends(segment);
                let (client, server) = if seen.from == Side::Client { (from, to) } else { (to, from) };
                *talk = Talk { ends: Some((client, server, tcp)), ..Talk::default() };
            }
            *last = (time, segment.number);
            let stream = matches!(segment.head, Head::Tcp(_));
            inner.take(seen.from, segment, &mut |piece| talk.add(&piece, stream));
        });
        goes_on
    }

    /// What was said, as far as it went.
    pub(super) fn end(mut self) -> Talk {
        let talk = &mut self.talk;
        self.inner.end(self.last.0, self.last.1, &mut |piece| talk.add(&piece, true));
        self.talk
    }
}

impl Talk {
    fn add(&mut self, piece: &Piece<'_>, stream: bool) {
        let note = match piece.what {
            What::Bytes(bytes) => return self.say(piece.from, bytes, stream),
            What::Gap(len, why) => {
                let why = match why {
                    Why::NotCaptured => "were not captured",
                    Why::NotSeen => "are not in the recording",
                    Why::Cut => "were cut off when it was recorded",
                };
                format!("{len} bytes {why}")
            }
            What::Differs(len) => {
                format!("{len} bytes came again with other values; the first ones are shown")
            }
            What::Late(len) => format!("{len} bytes came after they were told as missing"),
        };
        self.turns.push(Turn::Note(piece.from, note));
    }

    fn say(&mut self, from: Side, bytes: &[u8], stream: bool) {
        self.bytes[from as usize] += bytes.len() as u64;
        let room = KEPT.saturating_sub(self.bytes.iter().sum::<u64>() - self.left - bytes.len() as u64);
        let kept = (bytes.len() as u64).min(room) as usize;
        self.left += (bytes.len() - kept) as u64;
        if kept == 0 && !bytes.is_empty() {
            return;
        }
        match self.turns.last_mut() {
            Some(Turn::Said(side, said)) if stream && *side == from => said.extend_from_slice(&bytes[..kept]),
            _ => self.turns.push(Turn::Said(from, bytes[..kept].to_vec())),
        }
    }

    /// Its title.
    pub(super) fn title(&self, look: &Look) -> String {
        let [client, server] = self.bytes;
        let ends = self.ends.map(|(client, server, tcp)| {
            format!("{} {client} → {server}: ", if tcp { "TCP" } else { "UDP" })
        });
        let ends = ends.unwrap_or_default();
        format!("{ends}{client} bytes →, {server} bytes ←, as {}", look.charset_name())
    }

    /// Its lines.
    pub(super) fn lines(&self, look: &Look) -> Vec<(Paint, String)> {
        let mut lines = Vec::new();
        for turn in &self.turns {
            match turn {
                Turn::Said(side, bytes) => lines.extend(spoken(*side, bytes, look)),
                Turn::Note(side, words) => {
                    lines.push((Paint::Warning, format!("{} [{words}]", arrow(*side))))
                }
            }
        }
        if self.left > 0 {
            let words = format!(
                "[{} more bytes are not kept here; sockscope open FILE --follow shows all]",
                self.left
            );
            lines.push((Paint::Warning, words));
        }
        if lines.is_empty() {
            lines.push((Paint::Note, "nothing was said".to_owned()));
        }
        lines
    }
}

fn arrow(side: Side) -> &'static str {
    if side == Side::Client { "→" } else { "←" }
}

/// What one side said, a line for each of its lines.
fn spoken(side: Side, bytes: &[u8], look: &Look) -> Vec<(Paint, String)> {
    let mut out = Vec::new();
    text::show(look.charset_of(bytes), bytes, None, &Palette::plain(), &mut out);
    let shown = String::from_utf8_lossy(&out).into_owned();
    let paint = if side == Side::Client { Paint::Tx } else { Paint::Rx };
    let mut start = arrow(side);
    let mut lines = Vec::new();
    for line in lines_of(&shown) {
        lines.push((paint, format!("{start} {line}")));
        start = " ";
    }
    lines
}

/// Escaped text after each of its line feeds.
fn lines_of(shown: &str) -> Vec<&str> {
    let (mut lines, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in shown.char_indices() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (true, 'n') => {
                lines.push(&shown[from..=at]);
                (from, escaped) = (at + 1, false);
            }
            _ => escaped = false,
        }
    }
    if from < shown.len() || lines.is_empty() {
        lines.push(&shown[from..]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_line_feeds_and_not_at_backslashes() {
        assert_eq!(lines_of("a\\r\\nb\\\\nc\\n"), ["a\\r\\n", "b\\\\nc\\n"]);
        assert_eq!(lines_of("你好"), ["你好"]);
        assert_eq!(lines_of(""), [""]);
    }
}
