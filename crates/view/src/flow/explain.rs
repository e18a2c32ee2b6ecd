//! One conversation told to who learns TCP, packet by packet, in English or Chinese.

mod data;
mod ends;
mod line;
mod marks;
mod open;
mod run;
mod sends;
mod state;

use sockscope_core::facts::Stamp;
use sockscope_core::lang::Lang;

use super::{Head, Mark, Seen, SeenTcp, Segment, Side, Tcp};
use line::Line;
use run::Run;
pub use sends::Sent;
use sends::{Carries, Sends};
use state::State;

/// Lines are no wider than this many columns.
pub const WIDTH: usize = 100;

/// Plain data and acknowledgments in a row are told one by one up to this many, and together beyond.
pub const FOLD: usize = 8;

/// Tells a conversation as its packets come, in a memory that does not grow with it.
///
/// Each packet is an arrow, client on the left, server on the right, with sentences below. Sequence numbers are counted
/// from the SYN, so the first byte is number 1; the initial numbers themselves are told once.
#[derive(Debug)]
pub struct Explain {
    lang: Lang,
    start: Option<Stamp>,
    state: State,
    sends: Sends,
    run: Run,
}

impl Explain {
    /// Tells one conversation. `sends`: what the programs are known to have sent, from a recording of their
    /// messages, in order; empty where that is not known.
    pub fn new(lang: Lang, sends: Vec<Sent>) -> Self {
        let sends = Sends::new(sends);
        Self { lang, start: None, state: State::default(), sends, run: Run::default() }
    }

    /// Tells its next packet.
    pub fn take(&mut self, segment: &Segment<'_>, seen: &Seen, out: &mut Vec<u8>) {
        let start = match self.start {
            Some(start) => start,
            None => self.begin(segment, seen, out),
        };
        let mut line = Line::new(self.lang, segment, seen.from, start);
        let plain = match (&segment.head, &seen.tcp) {
            (Head::Tcp(head), Some(tcp)) => self.segment(segment, seen, (head, tcp), &mut line),
            _ => Some(self.datagram(segment, seen.from, &mut line)),
        };
        self.run.take(self.lang, plain.is_some(), line.end(), out);
        if let Some(carries) = plain {
            self.run.count(segment, seen, carries);
        }
    }

    /// The recording is over.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.run.flush(self.lang, out);
        if self.start.is_some() {
            let text = self.state.ending(self.lang);
            line::wrapped(&text, 2, out);
            let left = self.sends.left(self.lang);
            line::wrapped(&left, 2, out);
        }
    }

    /// Who talks, and what there is to know first.
    fn begin(&mut self, segment: &Segment<'_>, seen: &Seen, out: &mut Vec<u8>) -> Stamp {
        let (client, server) = match seen.from {
            Side::Client => (segment.source, segment.destination),
            Side::Server => (segment.destination, segment.source),
        };
        line::head(self.lang, client, server, out);
        let text = match &segment.head {
            Head::Udp => self.lang.pick(
                "UDP: each datagram stands for itself. Nothing is acknowledged, put in order or sent again; a \
                 datagram that gets lost is lost.",
                "UDP：每个数据报各自独立，没有确认、不保证顺序、也不会重传；丢了就是丢了。",
            ),
            Head::Tcp(head) => state::beginning(self.lang, head),
        };
        line::wrapped(text, 2, out);
        self.state.udp = segment.head == Head::Udp;
        self.start = Some(segment.time);
        segment.time
    }

    /// Tells a segment; of plain data and plain acknowledgments how they carry what the program sent.
    fn segment(
        &mut self,
        segment: &Segment<'_>,
        seen: &Seen,
        both: (&Tcp, &SeenTcp),
        line: &mut Line,
    ) -> Option<Carries> {
        let (head, tcp) = both;
        line.arrow(&line::label(head, tcp, segment.len));
        self.state.open(seen.from, head, tcp, line);
        self.state.data(seen.from, segment, tcp, line);
        let mut carries = Carries::default();
        if segment.len > 0 && !tcp.marks.has(Mark::Retransmission) {
            carries = self.sends.tell(seen.from, tcp.seq, segment.len, line);
        }
        self.state.acknowledged(seen.from, tcp, line);
        marks::tell(seen.from, tcp, line);
        self.state.ends(seen.from, head, tcp, line);
        self.state.remember(seen.from, head, tcp);
        let plain = tcp.marks.is_empty() && tcp.step.is_none() && !tcp.fin && !tcp.rst;
        plain.then_some(carries)
    }

    fn datagram(&mut self, segment: &Segment<'_>, from: Side, line: &mut Line) -> Carries {
        line.arrow(&format!("{} B", segment.len));
        let len = segment.len;
        let who = subject(self.lang, from);
        line.say(|lang| match lang {
            Lang::En => format!("{who} sends a datagram of {}.", bytes(lang, len.into())),
            Lang::Zh => format!("{who}发出一个 {len} 字节的数据报。"),
        });
        Carries::default()
    }
}

/// One side, as a sentence begins with it.
fn subject(lang: Lang, side: Side) -> &'static str {
    match side {
        Side::Client => lang.pick("The client", "客户端"),
        Side::Server => lang.pick("The server", "服务器"),
    }
}

/// One side inside a sentence.
fn object(lang: Lang, side: Side) -> &'static str {
    match side {
        Side::Client => lang.pick("the client", "客户端"),
        Side::Server => lang.pick("the server", "服务器"),
    }
}

/// A number with commas: `500,000`.
fn number(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<_> =
        digits.as_bytes().rchunks(3).rev().map(|three| String::from_utf8_lossy(three)).collect();
    groups.join(",")
}

/// So many bytes.
fn bytes(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En if n == 1 => "1 byte".to_owned(),
        Lang::En => format!("{} bytes", number(n)),
        Lang::Zh => format!("{} 字节", number(n)),
    }
}

/// A time in milliseconds, to the microsecond.
fn millis(time: std::time::Duration) -> String {
    let micros = time.as_micros();
    format!("{}.{:03} ms", micros / 1000, micros % 1000)
}
