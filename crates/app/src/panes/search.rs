//! A search through the packets of the list.

use sockscope::core::charset::Charset;
use sockscope::core::filter::Needle;
use sockscope::core::pattern::{Pattern, Verdict};
use sockscope::core::problem::Problem;

use super::look::Look;
use super::packets::Packets;
use super::rows;

/// What is looked for.
#[derive(Debug, Clone)]
enum What {
    /// Text: in a payload in its charset, or in what the row says, where case does not matter.
    Text(Needle, String),
    /// Bytes, anywhere in the packet.
    Bytes(Pattern),
}

/// A search, and how far it is.
#[derive(Debug, Clone)]
pub(super) struct Search {
    text: String,
    what: What,
    /// The row to look at next, and where it began.
    pub(super) next: u64,
    start: u64,
    back: bool,
    /// It went on at the other end.
    pub(super) round: bool,
    /// It is on its way.
    pub(super) runs: bool,
}

/// What a row was found to have.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It, in this byte of the packet if that is known.
    Yes(Option<usize>),
    No,
}

/// What bytes begin with.
const HEX: &str = "hex:";

impl Search {
    /// Reads what to look for.
    ///
    /// # Errors
    ///
    /// Bytes that are not written as such.
    pub(super) fn new(text: &str) -> Result<Self, Problem> {
        let what = match text.strip_prefix(HEX) {
            Some(bytes) => {
                let words = "contains hex ";
                let read = Pattern::parse(&format!("{words}{bytes}"), Charset::UTF_8);
                What::Bytes(read.map_err(|mut problem| {
                    let place = |at: usize| (at + HEX.len()).saturating_sub(words.len()).min(text.len());
                    problem.span = place(problem.span.start)..place(problem.span.end);
                    problem.input = text.to_owned();
                    problem
                })?)
            }
            None => What::Text(Needle::Text(text.to_owned()), text.to_lowercase()),
        };
        Ok(Self { text: text.to_owned(), what, next: 0, start: 0, back: false, round: false, runs: false })
    }

    /// What is looked for, as it was typed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Begins behind this row, or before it.
    pub(super) fn begin(&mut self, row: u64, back: bool) {
        (self.next, self.start, self.back, self.round, self.runs) = (row, row, back, false, true);
    }

    /// Goes to the next row of so many; `false` where all were looked at, or where more rows have to come first.
    pub(super) fn step(&mut self, rows: u64, more: bool) -> bool {
        let end = if self.back { self.next == 0 } else { self.next + 1 >= rows };
        if end && !self.back && more {
            return false;
        }
        if end && (self.round || rows == 0) {
            self.runs = false;
            return false;
        }
        self.round |= end;
        self.next = match (end, self.back) {
            (true, true) => rows - 1,
            (true, false) => 0,
            (false, true) => self.next - 1,
            (false, false) => self.next + 1,
        };
        // The row that it began in is the last one.
        let past = if self.back { self.next < self.start } else { self.next > self.start };
        if self.round && past {
            self.runs = false;
        }
        self.runs
    }

    /// Whether a packet has it.
    pub(super) fn look(&self, packets: &mut Packets, look: &Look, packet: u64) -> Result<Found, String> {
        let Some(raw) = packets.read(packet)? else { return Ok(Found::No) };
        match &self.what {
            What::Bytes(pattern) => Ok(match pattern.test(&raw.bytes, true) {
                Verdict::Match { used, .. } => Found::Yes(Some(used.start)),
                _ => Found::No,
            }),
            What::Text(needle, lower) => {
                let decoded = raw.decode();
                if needle.is_in(decoded.payload, look.charset_of(decoded.payload)) {
                    return Ok(Found::Yes(Some(decoded.payload_at as usize)));
                }
                // Its payload was looked through already.
                let said = rows::said(packets, look, packet, 0, None);
                let has = |text: &str| text.to_lowercase().contains(lower);
                let fields = [said.source.as_str(), &said.destination, said.protocol, &said.info];
                Ok(if fields.into_iter().any(has) { Found::Yes(None) } else { Found::No })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(start: u64, rows: u64, back: bool) -> Vec<u64> {
        let mut search = Search::new("x").unwrap();
        search.begin(start, back);
        std::iter::from_fn(|| search.step(rows, false).then_some(search.next)).collect()
    }

    #[test]
    fn every_row_is_looked_at_once_the_one_it_began_in_last() {
        assert_eq!(order(2, 5, false), [3, 4, 0, 1, 2]);
        assert_eq!(order(2, 5, true), [1, 0, 4, 3, 2]);
        assert_eq!(order(4, 5, false), [0, 1, 2, 3, 4]);
        assert_eq!(order(0, 5, true), [4, 3, 2, 1, 0]);
        assert_eq!(order(0, 1, false), [0]);
        assert!(order(0, 0, false).is_empty());
    }

    #[test]
    fn it_waits_for_rows_that_are_not_known_yet() {
        let mut search = Search::new("x").unwrap();
        search.begin(1, false);
        assert!(!search.step(2, true) && search.runs);
        assert!(search.step(3, true) && search.next == 2);
    }

    #[test]
    fn bytes_that_are_none_are_told_where_they_stand() {
        let problem = Search::new("hex:0d 0x").unwrap_err();
        assert_eq!((problem.input.as_str(), &problem.input[problem.span.clone()]), ("hex:0d 0x", "0x"));
        assert!(Search::new("hex:0d 0? *").is_ok());
    }
}
