//! Hex dumps: the output of xxd, hexdump -C, od -A x -t x1z, tcpdump -X, tshark -x.
//!
//! A dump says everything twice: offsets count the bytes, and the text column spells them. Both are
//! checked, so that what was taken for a dump and is none, or was cut, is a problem and not wrong bytes.

mod line;

use super::hex::pairs;
use crate::problem::Problem;
use line::{Gap, Line};

/// What a dump may stand for, with its `*` lines; more is taken for a slip.
const MOST_BYTES: usize = 64 << 20;

const WHOLE: &str = "paste one dump, whole and as the tool printed it";

/// The bytes of a dump; `None` if `input` is none.
///
/// What tells a dump is its first line: an offset with a colon, one of zeros and a wide gap, or one whose
/// offsets or text column turn out to fit.
pub(super) fn read(input: &str) -> Result<Option<Vec<u8>>, Problem> {
    let Some(first) = Line::all(input).next() else { return Ok(None) };
    let narrow = first.gap == Gap::Narrow;
    if first.gap == Gap::Bare || (narrow && first.digits.len() < 6) {
        return Ok(None);
    }
    let zero = first.digits.bytes().all(|b| b == b'0');
    let claims = match first.gap {
        Gap::Colon => true,
        Gap::Wide => zero,
        // 000000 010203 may be two pixels; 00000000 0a0b0c0d two words. No tool prints such lines.
        _ => zero && first.digits.len() <= 7 && matches!(first.group(), 2 | 4 | 8 | 16),
    };
    // Seven digits, od's and hexdump's way, are no bytes in any case.
    if zero && first.group() != 2 && ((claims && narrow) || first.digits.len() == 7) {
        return Err(words(input, &first));
    }
    match Dump::read(input, &first) {
        Ok(dump) if dump.confirmed || first.gap == Gap::Colon => Ok(Some(dump.bytes)),
        Ok(dump) if claims && first.gap == Gap::Wide && first.group() == 2 => Ok(Some(dump.bytes)),
        Ok(_) if claims => Err(doubtful(input, &first)),
        Err(problem) if claims => Err(problem),
        _ => Ok(None),
    }
}

fn words(input: &str, first: &Line<'_>) -> Problem {
    let what = "this looks like a dump of words, in which the order of the bytes is lost";
    let remedy = "paste the output of xxd, hexdump -C or od -A x -t x1z";
    Problem::new(input, first.span.clone(), what, remedy)
}

fn doubtful(input: &str, first: &Line<'_>) -> Problem {
    let what = format!("{} may be an offset or bytes", first.digits);
    let remedy = "leave the offset out, or put a space between its bytes";
    Problem::new(input, first.span.clone(), what, remedy)
}

/// A dump, as far as it is read.
struct Dump<'a> {
    input: &'a str,
    bytes: Vec<u8>,
    /// The offset of the first byte.
    first: u64,
    radix: u32,
    /// How many bytes the last line had, for a `*` to repeat.
    last: usize,
    /// `true` behind a `*`: the last line repeats up to the next offset.
    repeats: bool,
    /// `true` behind the bare offset at the end.
    ended: bool,
    /// `true` if a second offset or a text column fitted the bytes.
    confirmed: bool,
}

impl<'a> Dump<'a> {
    fn read(input: &'a str, head: &Line<'a>) -> Result<Self, Problem> {
        // od counts in octal unless told otherwise, with seven digits.
        let radix = if head.gap == Gap::Narrow && head.digits.len() == 7 { 8 } else { 16 };
        let first = head.offset(radix).unwrap_or(0);
        let (last, repeats, ended, confirmed) = (0, false, false, false);
        let mut dump = Self { input, bytes: Vec::new(), first, radix, last, repeats, ended, confirmed };
        for line in Line::all(input) {
            dump.take(&line)?;
        }
        match dump.repeats {
            true => Err(Problem::new(input, input.len()..input.len(), "the dump ends after its *", WHOLE)),
            false => Ok(dump),
        }
    }

    fn take(&mut self, line: &Line<'a>) -> Result<(), Problem> {
        if line.rest.trim() == "*" && line.digits.is_empty() && self.last > 0 {
            self.repeats = true;
            return Ok(());
        }
        let Some(offset) = line.offset(self.radix) else {
            return Err(self.wrong(line, "this line of the dump has no offset"));
        };
        self.reach(line, offset)?;
        if self.ended {
            return Err(self.wrong(line, "the dump goes on after its end"));
        }
        if line.gap == Gap::Bare {
            self.ended = true;
            self.confirmed = self.last > 0;
            return Ok(());
        }
        let before = self.bytes.len();
        let spelled = line.read(self.input, &mut self.bytes)?;
        self.confirmed |= spelled || self.last > 0;
        self.last = self.bytes.len() - before;
        Ok(())
    }

    /// Checks that `offset` is where the bytes so far end, after repeating the last line if a `*` said so.
    fn reach(&mut self, line: &Line<'a>, offset: u64) -> Result<(), Problem> {
        let end = self.first + self.bytes.len() as u64;
        let gap = offset.checked_sub(end).and_then(|gap| usize::try_from(gap).ok());
        match gap {
            Some(0) if !self.repeats => Ok(()),
            Some(gap) if self.repeats && gap % self.last == 0 => {
                if self.bytes.len().saturating_add(gap) > MOST_BYTES {
                    let what = format!("with its * the dump stands for more than {} MiB", MOST_BYTES >> 20);
                    return Err(self.wrong(line, what));
                }
                let row = self.bytes.len() - self.last..self.bytes.len();
                (0..gap / self.last).for_each(|_| self.bytes.extend_from_within(row.clone()));
                self.repeats = false;
                Ok(())
            }
            _ => {
                let what = match self.radix {
                    8 => format!(
                        "the offset {} does not follow; the bytes before it end at {end:07o}",
                        line.digits
                    ),
                    _ => format!(
                        "the offset {} does not follow: the bytes before it end at {end:04x}",
                        line.digits
                    ),
                };
                Err(self.wrong(line, what))
            }
        }
    }

    fn wrong(&self, line: &Line<'_>, what: impl Into<String>) -> Problem {
        Problem::new(self.input, line.span.clone(), what, WHOLE)
    }
}
