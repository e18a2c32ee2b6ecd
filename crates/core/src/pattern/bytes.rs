//! Bytes to compare with, some of which may be left open.

use std::ops::Range;

use super::Verdict;
use crate::payload::Groups;

/// One byte to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What is wanted in the bits of `mask`; the others are 0.
    pub value: u8,
    /// Which bits are compared.
    pub mask: u8,
}

impl Cell {
    /// A cell in which only the bits of `mask` count.
    pub fn new(value: u8, mask: u8) -> Self {
        Self { value: value & mask, mask }
    }

    /// Whether `byte` will do.
    #[inline]
    pub fn admits(self, byte: u8) -> bool {
        byte & self.mask == self.value
    }
}

/// Runs of cells with any number of bytes between each two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bytes {
    /// At least one; the outer ones may be empty.
    pub(super) runs: Vec<Vec<Cell>>,
    /// Whether any bytes may come before and behind.
    pub(super) reach: Reach,
}

/// What may stand around the bytes of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing.
    Exact,
    /// Any bytes behind.
    Prefix,
    /// Any bytes before and behind.
    Contains,
}

impl Bytes {
    /// Cells without a gap.
    pub(super) fn solid(cells: Vec<Cell>) -> Self {
        Self { runs: vec![cells], reach: Reach::Exact }
    }

    /// The cells, where they are all of the pattern and begin at the first byte.
    pub(super) fn exact(&self) -> Option<&[Cell]> {
        match &self.runs[..] {
            [run] if self.reach != Reach::Contains => Some(run),
            _ => None,
        }
    }

    pub(super) fn test(&self, got: &[u8], complete: bool) -> Verdict {
        match self.place(got, complete) {
            Ok(used) => {
                let mut groups = Groups::default();
                groups.push(None, Some(&got[used.clone()]));
                Verdict::Match { used, groups }
            }
            Err(None) => Verdict::Partial,
            Err(Some(at)) => Verdict::Mismatch { at },
        }
    }

    /// Where in `got` it lies, or where it is known not to fit, if that is known.
    fn place(&self, got: &[u8], complete: bool) -> Result<Range<usize>, Option<usize>> {
        let (first, rest) = self.runs.split_first().expect("a pattern has a run");
        let start = match self.reach {
            Reach::Contains => find(first, got, 0).ok_or(complete.then_some(0))?,
            _ => head(first, got, complete)?,
        };
        let mut end = start + first.len();
        let mut last = Some(start);
        for run in rest {
            last = find(run, got, end);
            end = last.ok_or(complete.then_some(end))? + run.len();
        }
        if !complete || self.reach != Reach::Exact || end == got.len() {
            return Ok(start..end);
        }
        // All bytes are to be used: the last run stands at the very end, wherever it stood before.
        let Some(run) = rest.last() else { return Err(Some(end)) };
        let from = last.unwrap_or(end);
        let tail = got.len().checked_sub(run.len()).filter(|tail| *tail >= from);
        match tail.filter(|tail| fits(run, &got[*tail..])) {
            Some(_) => Ok(start..got.len()),
            None => Err(Some(end)),
        }
    }
}

/// Compares with the first bytes of `got`.
fn head(run: &[Cell], got: &[u8], complete: bool) -> Result<usize, Option<usize>> {
    match run.iter().zip(got).position(|(cell, byte)| !cell.admits(*byte)) {
        Some(at) => Err(Some(at)),
        None if got.len() >= run.len() => Ok(0),
        None => Err(complete.then_some(got.len())),
    }
}

/// The first place from `from` on where the run fits.
fn find(run: &[Cell], got: &[u8], from: usize) -> Option<usize> {
    let last = got.len().checked_sub(run.len())?;
    (from..=last).find(|&at| fits(run, &got[at..]))
}

fn fits(run: &[Cell], got: &[u8]) -> bool {
    got.len() >= run.len() && run.iter().zip(got).all(|(cell, byte)| cell.admits(*byte))
}
