//! Events as JSON lines. [`schema`](crate::schema) is the table of what they hold.

mod connection;
mod object;
mod repeated;
mod trouble;

use base64_simd::STANDARD;
use sockscope_core::batch::Message;
use sockscope_core::charset::{Charset, Piece, Viewing};
use sockscope_core::event::{
    Closed, Ended, Event, Granted, Mark, Messages, Opened, Pace, Purpose, SocketId, State, Totals, Warning,
};
use sockscope_core::facts::{Stamp, Unit};
use sockscope_core::framing::Frame;

use crate::time::Utc;
use crate::{Render, hex};
pub use object::Object;
use object::escaped;
use repeated::Repeated;

pub(crate) use object::quoted;

/// Shows every event as one JSON object on a line of its own.
#[derive(Debug, Clone)]
pub struct Json {
    charset: Option<Viewing>,
    utc: Utc,
    repeated: Repeated,
}

impl Json {
    /// JSON lines; with text beside the bytes if a charset is given.
    pub fn new(charset: Option<Viewing>) -> Self {
        Self { charset, utc: Utc::default(), repeated: Repeated::default() }
    }
}

impl Render for Json {
    fn event(&mut self, seq: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        match event {
            Event::Opened(opened) => self.opened(seq, opened, out),
            Event::Messages(messages) => {
                for (number, message) in (seq..).zip(messages.iter()) {
                    self.message(number, messages, message, out);
                }
            }
            Event::Ended(ended) => self.ended(seq, ended, out),
            Event::State(state) => self.state(seq, state, out),
            Event::Warning(warning) => self.warning(seq, warning, out),
            Event::Mark(mark) => self.mark(seq, mark, out),
            Event::Closed(closed) => self.closed(seq, closed, out),
        }
    }
}

impl Json {
    fn opened(&mut self, seq: u64, opened: &Opened<'_>, out: &mut Vec<u8>) {
        self.line("socket", seq, opened.time, opened.socket, out, |line| {
            line.text("state", "open");
            let captures = opened.purpose == Purpose::Capture;
            line.text("kind", if captures { "capture" } else { scheme(opened.endpoint) });
            line.text("purpose", opened.purpose.word());
            line.text("endpoint", opened.endpoint);
            line.text("unit", opened.unit.word());
            if let Unit::Wire(link) = opened.unit {
                line.number("link_type", link.into());
            }
            line.known("name", opened.name);
            line.fact("number", opened.number.map(u32::from));
            line.fact("parent", opened.parent.map(|parent| parent.0));
            line.peer("local", opened.local);
            line.peer("remote", opened.remote);
            if !opened.granted.is_empty() {
                granted(opened.granted, line.key("granted"));
            }
            connection::connection(line, opened.connection);
        });
    }

    fn message(&mut self, seq: u64, messages: &Messages<'_>, message: Message<'_>, out: &mut Vec<u8>) {
        let Message { bytes, facts } = message;
        let charset = self.charset;
        out.reserve(256 + bytes.len() * 3);
        let time = facts.time.map(|(stamp, _)| stamp);
        let Self { repeated, utc, .. } = self;
        whole(utc, "message", seq, time, out, |line| {
            repeated.append(messages, message, line);
            line.number("len", bytes.len() as u64);
            line.fact("wire_len", facts.cut_from);
            line.fact("drops", facts.drops);
            line.fact("train", facts.train.map(|count| u32::from(count.get())));
            if facts.outgoing == Some(true) {
                line.flag("outgoing", true);
            }
            if let Some(after) = facts.answer_after {
                line.micros("rtt_us", after);
            }
            if let Some(found) = facts.frame {
                line.object("frame", |object| frame(object, found));
            }
            data(bytes, line.key("data"));
            if let Some(asked) = &charset {
                let (charset, guess) = asked.resolve(bytes);
                text(line, bytes, charset, guess);
            }
        });
    }

    fn ended(&mut self, seq: u64, ended: &Ended, out: &mut Vec<u8>) {
        self.line("socket", seq, ended.time, ended.socket, out, |line| {
            line.text("state", "half_closed");
            line.text("dir", ended.direction.word());
            line.fact("number", ended.number.map(u32::from));
            line.peer("peer", ended.peer);
        });
    }

    fn state(&mut self, seq: u64, state: &State<'_>, out: &mut Vec<u8>) {
        self.line("state", seq, state.time, state.socket, out, |line| {
            line.peer("peer", state.peer);
            connection::connection(line, Some(state.connection));
            connection::inside(line, &state.inside);
            line.number("queued", state.queued);
            line.object("totals", |object| totals(object, &state.totals));
        });
    }

    fn warning(&mut self, seq: u64, warning: &Warning, out: &mut Vec<u8>) {
        self.line("warning", seq, warning.time, warning.socket, out, |line| {
            line.text("code", warning.what.code());
            trouble::fields(line, &warning.what);
        });
    }

    fn closed(&mut self, seq: u64, closed: &Closed, out: &mut Vec<u8>) {
        self.line("socket", seq, closed.time, closed.socket, out, |line| {
            line.text("state", "closed");
            line.text("why", closed.why.word());
            line.object("totals", |object| totals(object, &closed.totals));
            if let Some(measured) = &closed.pace {
                line.object("pace", |object| pace(object, measured));
            }
            connection::inside(line, &closed.inside);
        });
    }

    fn mark(&mut self, seq: u64, mark: &Mark<'_>, out: &mut Vec<u8>) {
        whole(&mut self.utc, "mark", seq, Some(mark.time), out, |line| line.text("text", mark.text));
    }

    /// One line about a socket, with what `fields` appends.
    fn line(
        &mut self,
        kind: &'static str,
        seq: u64,
        time: Stamp,
        socket: SocketId,
        out: &mut Vec<u8>,
        fields: impl FnOnce(&mut Object<'_>),
    ) {
        whole(&mut self.utc, kind, seq, Some(time), out, |line| {
            line.number("socket", socket.0.into());
            fields(line);
        });
    }
}

/// One line: the envelope, and what `fields` appends.
#[inline]
fn whole(
    utc: &mut Utc,
    kind: &'static str,
    seq: u64,
    time: Option<Stamp>,
    out: &mut Vec<u8>,
    fields: impl FnOnce(&mut Object<'_>),
) {
    let mut line = Object::begin(out);
    line.number("v", crate::schema::VERSION);
    line.word("type", kind);
    line.number("seq", seq);
    let t = line.key("t");
    match time {
        Some(stamp) => {
            t.push(b'"');
            utc.rfc3339_nanos(stamp, t);
            t.push(b'"');
        }
        None => t.extend_from_slice(b"null"),
    }
    fields(&mut line);
    line.end();
    out.push(b'\n');
}

/// What stands before `://`.
fn scheme(endpoint: &str) -> &str {
    endpoint.split_once("://").map_or(endpoint, |(scheme, _)| scheme)
}

fn granted(granted: &[Granted], out: &mut Vec<u8>) {
    for (number, one) in granted.iter().enumerate() {
        out.push(if number == 0 { b'[' } else { b',' });
        let mut object = Object::begin(out);
        object.text("option", one.option);
        object.text("asked", &one.asked);
        object.text("got", &one.got);
        object.text("why", one.why);
        object.end();
    }
    out.push(b']');
}

fn frame(object: &mut Object<'_>, frame: Frame) {
    object.number("wire_len", frame.wire.into());
    if frame.checked {
        object.flag("checked", true);
    }
    if let Some(flaw) = frame.flaw {
        object.text("flaw", flaw.code());
        object.text("why", &flaw.to_string());
    }
}

/// The bytes in padded base64 (RFC 4648 section 4), in quotes.
#[inline]
pub(crate) fn data(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    STANDARD.encode_append(bytes, out);
    out.push(b'"');
}

/// The bytes as text, those that did not decode as `\xHH`.
fn text(line: &mut Object<'_>, bytes: &[u8], charset: Charset, guess: bool) {
    let mut invalid = 0;
    let out = line.key("text");
    out.push(b'"');
    charset.decode(bytes, |piece| match piece {
        Piece::Text(text) => escaped(text, out),
        Piece::Invalid(bytes) => {
            invalid += bytes.len() as u64;
            for byte in bytes {
                out.extend_from_slice(b"\\\\x");
                hex::byte(*byte, out);
            }
        }
    });
    out.push(b'"');
    line.text("charset", charset.name());
    if guess {
        line.flag("guess", true);
    }
    if invalid > 0 {
        line.number("invalid", invalid);
    }
}

fn totals(object: &mut Object<'_>, totals: &Totals) {
    object.number("rx_messages", totals.rx_messages);
    object.number("rx_bytes", totals.rx_bytes);
    object.number("tx_messages", totals.tx_messages);
    object.number("tx_bytes", totals.tx_bytes);
    object.number("cut", totals.cut);
    object.number("dropped", totals.dropped);
    if totals.dropped_at_least {
        object.flag("at_least", true);
    }
    if totals.in_trains > 0 {
        object.number("in_trains", totals.in_trains);
    }
    object.number("ignored", totals.ignored);
    object.number("faults", totals.faults);
    object.number("not_sent", totals.not_sent);
    object.number("flawed", totals.flawed);
    object.number("peers", totals.peers);
}

fn pace(object: &mut Object<'_>, pace: &Pace) {
    object.micros("asked_us", pace.asked);
    object.micros("min_us", pace.min);
    object.micros("mean_us", pace.mean);
    object.micros("max_us", pace.max);
    object.number("missed", pace.missed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_told_and_lost_bytes_are_counted() {
        let mut out = Vec::new();
        let mut line = Object::begin(&mut out);
        text(&mut line, b"a\xffb\\\x1b", Charset::UTF_8, true);
        line.end();
        let want = r#"{"text":"a\\xffb\\\u001b","charset":"utf-8","guess":true,"invalid":1}"#;
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }

    #[test]
    fn the_kind_is_the_scheme() {
        assert_eq!(scheme("udp://127.0.0.1:8080"), "udp");
        assert_eq!(scheme("odd"), "odd");
    }
}
