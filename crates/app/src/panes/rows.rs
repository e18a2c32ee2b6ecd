//! Packets as rows of the list, in columns that fit.

use std::collections::BTreeSet;

use sockscope::core::facts::Stamp;
use sockscope::view::dissect::{self, Decoded, Row, Told};
use sockscope::view::flow::Head;

use super::line::{Line, Paint, behind, columns};
use super::look::Look;
use super::packets::{Packets, Raw};

/// What a row says.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) number: u64,
    pub(super) time: String,
    pub(super) source: String,
    pub(super) destination: String,
    pub(super) protocol: &'static str,
    pub(super) length: String,
    pub(super) info: String,
    /// Worth a look.
    pub(super) paint: Paint,
}

/// What a row says of packet `number`, from 0; its payload in no more than `fold` columns. `before`: when the one
/// before it in the list was.
pub(super) fn said(
    packets: &mut Packets,
    look: &Look,
    number: u64,
    fold: usize,
    before: Option<Stamp>,
) -> Said {
    let first = packets.index().time(0);
    let raw = match packets.read(number) {
        Ok(Some(raw)) => raw,
        Ok(None) => return Said { number: number + 1, ..Said::default() },
        Err(error) => {
            return Said { number: number + 1, info: error, paint: Paint::Error, ..Said::default() };
        }
    };
    let time = look.time(raw.time, first, before);
    let length = raw.wire_len.to_string();
    let whole = packets.whole(number);
    let decoded = whole.as_ref().map_or_else(|| raw.decode(), |whole| whole.decode());
    let row = Row::of(&decoded);
    let (mut info, paint) = info(packets, look, &raw, &decoded, fold);
    if let Some(whole) = &whole {
        let numbers: Vec<_> = whole.packets.iter().map(u64::to_string).collect();
        info += &format!("  (put together from {})", numbers.join(", "));
    }
    Said {
        number: raw.number,
        time,
        source: row.source.to_string(),
        destination: row.destination.to_string(),
        protocol: row.protocol,
        length,
        info,
        paint,
    }
}

fn info(packets: &Packets, look: &Look, raw: &Raw, decoded: &Decoded<'_>, fold: usize) -> (String, Paint) {
    let known = packets.known();
    let words = known.words(raw.number);
    let segment = decoded.segment(raw.number, raw.time.unwrap_or(Stamp(0)));
    let told = segment.and_then(|segment| {
        let Head::Tcp(tcp) = &segment.head else { return None };
        let (seq, ack) = known.relative(&segment, tcp)?;
        Some(Told { seq, ack, words: &words })
    });
    let mut out = Vec::new();
    let look = dissect::Look { charset: look.charset.as_ref(), fold: Some(fold), told };
    dissect::info(decoded, &look, &mut out);
    let paint = match (decoded.stop, words.is_empty()) {
        (Some(_), _) | (None, false) => Paint::Warning,
        (None, true) => Paint::Plain,
    };
    (String::from_utf8_lossy(&out).into_owned(), paint)
}

/// The columns of the list on a screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Columns {
    number: usize,
    time: usize,
    source: usize,
    destination: usize,
    protocol: usize,
    length: usize,
    info: usize,
}

/// Columns of a protocol, and the least for what a packet says.
const PROTOCOL: usize = 8;
const INFO: usize = 16;
/// Columns of addresses where there is little room.
const SLIM: usize = 15;

impl Columns {
    /// Columns for these rows on a screen of that width, no narrower than those before where they fit.
    pub(super) fn fit(self, rows: &[Said], width: usize, most: u64) -> Self {
        let wide = |of: fn(&Said) -> &str, least: usize| {
            rows.iter().map(|row| columns(of(row))).max().unwrap_or(0).max(least)
        };
        let mut fit = Self {
            number: most.to_string().len().max(3),
            time: wide(|row| &row.time, 8),
            source: wide(|row| &row.source, self.source.max(11)),
            destination: wide(|row| &row.destination, self.destination.max(11)),
            protocol: PROTOCOL,
            length: wide(|row| &row.length, 4),
            info: 0,
        };
        let steps: [fn(&mut Self); 6] = [
            |fit| fit.source = fit.source.min(SLIM + 10),
            |fit| fit.destination = fit.destination.min(SLIM + 10),
            |fit| (fit.source, fit.destination) = (fit.source.min(SLIM), fit.destination.min(SLIM)),
            |fit| fit.length = 0,
            |fit| fit.time = 0,
            |fit| (fit.source, fit.destination) = (0, 0),
        ];
        for step in steps {
            if fit.used() + INFO <= width {
                break;
            }
            step(&mut fit);
        }
        fit.info = width.saturating_sub(fit.used());
        fit
    }

    /// Columns of all but the last one, and the spaces between them.
    fn used(&self) -> usize {
        let all = [self.time, self.source, self.destination, self.protocol, self.length];
        2 + self.number + all.iter().filter(|one| **one > 0).map(|one| one + 1).sum::<usize>()
    }

    /// The names of the columns.
    pub(super) fn head(&self, slide: usize) -> Line {
        let mut line = Line::of(Paint::Title, " ");
        line.right(Paint::Title, "No.", self.number);
        let names = [
            ("Time", self.time),
            ("Source", self.source),
            ("Destination", self.destination),
            ("Protocol", self.protocol),
        ];
        for (name, room) in names.into_iter().filter(|(_, room)| *room > 0) {
            line.put(Paint::Title, " ");
            line.cell(Paint::Title, name, room);
        }
        if self.length > 0 {
            line.put(Paint::Title, " ");
            line.right(Paint::Title, "Len", self.length);
        }
        let info = if slide > 0 { format!(" Info (from column {})", slide + 1) } else { " Info".to_owned() };
        line.put(Paint::Title, &info);
        line
    }

    /// A row, `slide` columns of what it says left out.
    pub(super) fn row(&self, said: &Said, chosen: bool, marked: &BTreeSet<u64>, slide: usize) -> Line {
        let mut line = Line::of(Paint::Plain, if chosen { ">" } else { " " });
        line.right(Paint::Plain, &said.number.to_string(), self.number);
        line.put(Paint::Warning, if marked.contains(&said.number) { "*" } else { " " });
        if self.time > 0 {
            line.right(Paint::Time, &said.time, self.time);
        }
        let cells = [
            (Paint::Peer, said.source.as_str(), self.source),
            (Paint::Peer, &said.destination, self.destination),
            (Paint::Length, said.protocol, self.protocol),
        ];
        let between = |line: &mut Line| {
            line.pad(Paint::Plain, line.columns() + usize::from(line.columns() > self.number + 2))
        };
        for (paint, text, room) in cells.into_iter().filter(|(.., room)| *room > 0) {
            between(&mut line);
            line.cell(paint, text, room);
        }
        if self.length > 0 {
            between(&mut line);
            line.right(Paint::Plain, &said.length, self.length);
        }
        between(&mut line);
        line.cell(said.paint, &behind(&said.info, slide), self.info);
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(source: &str) -> Vec<Said> {
        vec![Said {
            number: 7,
            time: "0.000123".into(),
            source: source.into(),
            destination: "10.0.0.2".into(),
            protocol: "UDP",
            length: "60".into(),
            info: "54321 → 8080  len 5  你好吗".into(),
            paint: Paint::Plain,
        }]
    }

    #[test]
    fn a_row_is_as_wide_as_the_screen_whatever_that_is() {
        for source in ["10.0.0.1", "2001:db8:1234:5678:9abc:def0:1234:5678"] {
            for width in 40..200 {
                let rows = rows(source);
                let columns = Columns::default().fit(&rows, width, 1_000_000);
                let line = columns.row(&rows[0], false, &BTreeSet::new(), 0);
                assert_eq!(line.columns(), width, "{}", line.text());
                assert!(columns.info >= 16, "{width}");
            }
        }
    }

    #[test]
    fn narrow_screens_leave_out_what_matters_least() {
        let rows = rows("10.0.0.1");
        let at = |width, slide| {
            let columns = Columns::default().fit(&rows, width, 9);
            columns.row(&rows[0], true, &[7].into(), slide).text()
        };
        assert_eq!(
            at(100, 0).trim_end(),
            ">  7*0.000123 10.0.0.1    10.0.0.2    UDP        60 54321 → 8080  len 5  你好吗"
        );
        assert_eq!(at(56, 0), ">  7*10.0.0.1    10.0.0.2    UDP      54321 → 8080  len…");
        assert_eq!(at(40, 0), ">  7*UDP      54321 → 8080  len 5  你好…");
        assert_eq!(at(40, 24).trim_end(), ">  7*UDP       吗");
    }
}
