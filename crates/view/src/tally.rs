//! Who sent how much, as a table for people and as a JSON line.

use sockscope_core::facts::Stamp;
use sockscope_core::tally::{Row, Tally};

use crate::json::Object;
use crate::number::{counted, decimal, spaces};
use crate::palette::Palette;
use crate::progress::size;
use crate::time::Local;
use crate::{address, schema};

/// The tables of a run: one, or one of each shard, with the shard's name.
#[derive(Debug)]
pub struct Tallies<'a> {
    tables: &'a [(Option<String>, Tally)],
    /// How many peers are told of.
    most: usize,
}

/// One row, and the shard that it is from.
type Told<'a> = (Option<&'a str>, Row);

impl<'a> Tallies<'a> {
    /// Tells of the `most` peers that sent the most, in any of the tables.
    pub fn new(tables: &'a [(Option<String>, Tally)], most: usize) -> Self {
        Self { tables, most }
    }

    fn rows(&self) -> Vec<Told<'a>> {
        let all = self
            .tables
            .iter()
            .flat_map(|(name, tally)| tally.rows().into_iter().map(move |row| (name.as_deref(), row)));
        let mut rows: Vec<_> = all.collect();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.most));
        rows
    }

    fn sum(&self, of: impl Fn(&Tally) -> u64) -> u64 {
        self.tables.iter().map(|(_, tally)| of(tally)).sum()
    }

    /// The most that a peer can have sent that is not among those told of.
    fn hidden(&self, left: &[Told<'_>]) -> u64 {
        let lost = self.tables.iter().map(|(_, tally)| tally.hidden());
        lost.chain(left.iter().map(|(_, row)| row.most)).max().unwrap_or(0)
    }

    /// Appends a table: a line a peer, and what is not in it. `offset`: local time less UTC in seconds.
    pub fn table(&self, offset: i32, palette: &Palette, out: &mut Vec<u8>) {
        let rows = self.rows();
        let (told, left) = rows.split_at(rows.len().min(self.most));
        let mut clock = Local::new(offset);
        let mut time = |stamp: Option<Stamp>| {
            let mut cell = Vec::new();
            stamp.inspect(|stamp| clock.time_of_day(*stamp, &mut cell));
            cell
        };
        let head =
            ["peer", "messages", "bytes", "first", "last", "shard"].map(|word| word.as_bytes().to_vec());
        let mut cells = vec![head];
        for (shard, row) in told {
            let mut peer = Vec::new();
            address::peer(row.peer, &mut peer);
            let shard = shard.unwrap_or_default().as_bytes().to_vec();
            cells.push([peer, between(row), bytes(row), time(row.first), time(row.last), shard]);
        }
        let shards = told.iter().any(|(shard, _)| shard.is_some());
        palette.note.paint(out, |out| self.sum_up(&rows, left, out));
        if !told.is_empty() {
            columns(&cells, if shards { 6 } else { 5 }, palette, out);
        }
    }

    /// What the table is, and what is not in it.
    fn sum_up(&self, rows: &[Told<'_>], left: &[Told<'_>], out: &mut Vec<u8>) {
        let replaced = self.sum(Tally::replaced);
        counted((rows.len() - left.len()) as u64, "peer", out);
        say(" of ", out);
        say(if replaced > 0 { "more than " } else { "" }, out);
        decimal(rows.len() as u64, out);
        say(", ", out);
        counted(self.sum(Tally::messages), "message", out);
        say(" of all\n", out);
        if replaced > 0 || !left.is_empty() {
            say("a peer that is not here sent at most ", out);
            counted(self.hidden(left), "message", out);
            out.push(b'\n');
        }
        if replaced > 0 {
            say("the table was full: peers lost their place ", out);
            counted(replaced, "time", out);
            say("; --peers with a larger number makes what is told exact (", out);
            decimal(Tally::memory() as u64, out);
            say(" B of memory a peer)\n", out);
        }
    }

    /// Appends the JSON line `peers`, as the [`schema`] says.
    pub fn json(&self, out: &mut Vec<u8>) {
        let rows = self.rows();
        let (told, left) = rows.split_at(rows.len().min(self.most));
        let mut line = Object::begin(out);
        line.number("v", schema::VERSION);
        line.text("type", "peers");
        line.number("messages", self.sum(Tally::messages));
        line.number("replaced", self.sum(Tally::replaced));
        line.number("hidden_max", self.hidden(left));
        if !told.is_empty() {
            let out = line.key("peers");
            for (number, (shard, row)) in told.iter().enumerate() {
                out.push(if number == 0 { b'[' } else { b',' });
                let mut object = Object::begin(out);
                object.peer("peer", Some(row.peer));
                object.known("shard", *shard);
                object.number("messages_min", row.least);
                object.number("messages_max", row.most);
                object.number("bytes_min", row.bytes);
                object.time_known("first", row.first);
                object.time_known("last", row.last);
                object.end();
            }
            out.push(b']');
        }
        line.end();
        out.push(b'\n');
    }
}

/// So many messages, or between so many.
fn between(row: &Row) -> Vec<u8> {
    let mut cell = Vec::new();
    decimal(row.least, &mut cell);
    if row.most > row.least {
        say(" to ", &mut cell);
        decimal(row.most, &mut cell);
    }
    cell
}

fn bytes(row: &Row) -> Vec<u8> {
    let least = if row.most > row.least { "at least " } else { "" };
    format!("{least}{}", size(row.bytes)).into_bytes()
}

/// Appends lines of cells, each column as wide as its widest cell.
fn columns(cells: &[[Vec<u8>; 6]], count: usize, palette: &Palette, out: &mut Vec<u8>) {
    let width = |column: usize| cells.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    for (number, row) in cells.iter().enumerate() {
        let ink = if number == 0 { &palette.note } else { &palette.text };
        ink.paint(out, |out| {
            for (column, cell) in row[..count].iter().enumerate() {
                out.extend_from_slice(cell);
                if column + 1 < count {
                    spaces(widths[column] + 2 - cell.len(), out);
                }
            }
        });
        out.push(b'\n');
    }
}

fn say(words: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(words.as_bytes());
}

#[cfg(test)]
mod tests {
    use sockscope_core::facts::Peer;

    use super::*;

    fn tally(most: usize, peers: &[u16]) -> Tally {
        let mut tally = Tally::new(most);
        for (number, port) in peers.iter().enumerate() {
            let peer = Peer::Inet(([127, 0, 0, 1], *port).into());
            tally.add(peer, 5, Some(Stamp(number as u64 * 1_000_000_000)));
        }
        tally
    }

    fn table(tables: &[(Option<String>, Tally)], most: usize) -> String {
        let mut out = Vec::new();
        Tallies::new(tables, most).table(0, &Palette::plain(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn who_fits_is_told_exactly() {
        let told = table(&[(None, tally(3, &[70, 80, 80]))], 3);
        let rows = "127.0.0.1:80  2         10 B   00:00:01.000000  00:00:02.000000\n\
                    127.0.0.1:70  1         5 B    00:00:00.000000  00:00:00.000000\n";
        assert!(told.starts_with("2 peers of 2, 3 messages of all\npeer "), "{told}");
        assert!(told.ends_with(rows), "{told}");
        assert_eq!(table(&[(None, Tally::new(3))], 3), "0 peers of 0, 0 messages of all\n");
    }

    #[test]
    fn what_is_not_told_has_a_bound() {
        let told = table(&[(None, tally(2, &[80, 80, 80, 70, 60]))], 2);
        for part in ["2 peers of more than 2", "at most 2 messages", "1 time;", "1 to 2", "at least 5 B"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }

    #[test]
    fn shards_are_told_together_each_peer_with_its_own() {
        let shards =
            [(Some("shard 0".into()), tally(2, &[70, 70])), (Some("shard 1".into()), tally(2, &[80, 90]))];
        let told = table(&shards, 2);
        assert!(told.starts_with(
            "2 peers of 3, 4 messages of all\na peer that is not here sent at most 1 message\n"
        ));
        let rows: Vec<_> = told.lines().skip(3).collect();
        assert!(rows[0].starts_with("127.0.0.1:70  2 ") && rows[0].ends_with("  shard 0"), "{told}");
        assert!(rows[1].starts_with("127.0.0.1:80  1 ") && rows[1].ends_with("  shard 1"), "{told}");
    }
}
