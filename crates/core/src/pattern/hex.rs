//! Hex with digits left open: `00 ?? 5?`, and gaps: `..` or `*`.

use super::bytes::{Bytes, Cell, Reach};
use crate::problem::Problem;

/// Whether the text has anything that a payload in hex has not.
pub(super) fn is_open(text: &str) -> bool {
    text.contains(['?', '*']) || text.contains("..")
}

/// Reads hex with open digits and gaps.
pub(super) fn read(text: &str) -> Result<Bytes, Problem> {
    let mut runs = vec![Vec::new()];
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let run = runs.last_mut().expect("there is always a run");
        match c {
            '*' => {
                runs.push(Vec::new());
                at += 1;
            }
            '.' if rest.starts_with("..") => {
                runs.push(Vec::new());
                at += rest.len() - rest.trim_start_matches('.').len();
            }
            c if c.is_whitespace() || matches!(c, ':' | '-' | ',') => at += c.len_utf8(),
            '0' if rest.starts_with("0x") || rest.starts_with("0X") => at += 2,
            c if digit(c).is_some() => {
                run.push(cell(text, at)?);
                at += 2;
            }
            '{' => {
                let end = at + rest.find('}').map_or(rest.len(), |end| end + 1);
                let what = "a field cannot stand beside open digits: what would it cover?";
                return Err(Problem::new(text, at..end, what, "write ?? for its bytes too"));
            }
            c => {
                let what = format!("{c:?} is no hex digit");
                let remedy =
                    "write bytes like 0c, ?? for any byte, 5? for half of one, * or .. for any number";
                return Err(Problem::new(text, at..at + c.len_utf8(), what, remedy));
            }
        }
    }
    Ok(Bytes { runs, reach: Reach::Exact })
}

/// The cell of the two digits at `at`.
fn cell(text: &str, at: usize) -> Result<Cell, Problem> {
    let mut digits = text[at..].chars().map_while(digit);
    let (high, low) = (digits.next(), digits.next());
    match (high, low) {
        (Some((high, high_mask)), Some((low, low_mask))) => {
            Ok(Cell::new(high << 4 | low, high_mask << 4 | low_mask))
        }
        _ => {
            let what = format!("half a hex byte \"{}\"", &text[at..=at]);
            Err(Problem::new(text, at..at + 1, what, "each byte needs two digits; ?? is any byte"))
        }
    }
}

/// Value and mask of a digit.
fn digit(c: char) -> Option<(u8, u8)> {
    match c {
        '?' => Some((0, 0)),
        c => c.to_digit(16).map(|value| (value as u8, 15)),
    }
}
