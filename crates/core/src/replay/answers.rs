//! The answers that were recorded, and those that come.

use std::collections::VecDeque;
use std::time::Duration;

use super::Spot;
use crate::moment::Moment;

/// Bytes of recorded answers that are held at once, and of those that came and that nobody has asked for yet.
const HELD: usize = 1 << 20;

/// What each answer counts besides its bytes.
const EACH: usize = 64;

/// An answer that is expected.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) spot: Spot,
    pub(super) bytes: Vec<u8>,
    /// When it may be missed.
    late: Moment,
}

/// What is expected, and what came.
#[derive(Debug)]
pub(super) struct Answers {
    bounded: bool,
    due: VecDeque<Answer>,
    /// How much of the first one has come.
    at: usize,
    /// What came and was not compared yet: whole messages, or pieces of a stream.
    came: VecDeque<Vec<u8>>,
    /// Bytes of both, counted with [`EACH`].
    held: [usize; 2],
    /// Answers that were as recorded.
    pub(super) met: u64,
}

impl Answers {
    pub(super) fn new(bounded: bool) -> Self {
        Self { bounded, due: VecDeque::new(), at: 0, came: VecDeque::new(), held: [0; 2], met: 0 }
    }

    /// Whether another one can be taken up.
    pub(super) fn has_room(&self) -> bool {
        self.held[0] < HELD
    }

    /// Whether more came than is held of what nobody asked for.
    pub(super) fn is_flooded(&self) -> bool {
        self.held[1] > HELD
    }

    /// Expects one. Nothing is expected of a piece without bytes.
    pub(super) fn expect(&mut self, spot: Spot, bytes: Vec<u8>, late: Moment) {
        if self.bounded || !bytes.is_empty() {
            self.held[0] += bytes.len() + EACH;
            self.due.push_back(Answer { spot, bytes, late });
        }
    }

    /// Something came.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.bounded || !bytes.is_empty() {
            self.held[1] += bytes.len() + EACH;
            self.came.push_back(bytes.to_vec());
        }
    }

    /// The one that is expected next.
    pub(super) fn due(&self) -> Option<&Answer> {
        self.due.front()
    }

    /// Whether something came that was not expected so far.
    pub(super) fn has_surplus(&self) -> bool {
        self.due.is_empty() && !self.came.is_empty()
    }

    /// When the next one may be missed, where something came last at `progress`.
    pub(super) fn late(&self, progress: Moment, patience: Duration) -> Option<Moment> {
        self.due().map(|answer| answer.late.max(progress + patience))
    }

    /// Compares as far as both are there; the byte of the expected one that differs, if one does.
    pub(super) fn compare(&mut self) -> Result<(), usize> {
        while let (Some(answer), Some(came)) = (self.due.front(), self.came.front()) {
            let wanted = &answer.bytes[self.at..];
            let same = wanted.iter().zip(came).take_while(|(wanted, came)| wanted == came).count();
            let ends = same == wanted.len() || (!self.bounded && same == came.len());
            if !ends || (self.bounded && came.len() != wanted.len()) {
                return Err(self.at + same);
            }
            self.consume(same);
        }
        Ok(())
    }

    /// So many bytes of both are alike.
    fn consume(&mut self, same: usize) {
        let (Some(answer), Some(came)) = (self.due.front(), self.came.front_mut()) else { return };
        self.at += same;
        if same == came.len() {
            self.held[1] -= same + EACH;
            self.came.pop_front();
        } else {
            self.held[1] -= same;
            came.drain(..same);
        }
        if self.at == answer.bytes.len() {
            self.held[0] -= self.at + EACH;
            (self.at, self.met) = (0, self.met + 1);
            self.due.pop_front();
        }
    }

    /// What has come of the one that is expected next, from its first byte on, or of what nobody expected.
    pub(super) fn came(&self) -> Vec<u8> {
        let mut came = self.due.front().map_or_else(Vec::new, |answer| answer.bytes[..self.at].to_vec());
        match (self.bounded, self.came.front()) {
            (true, Some(first)) => came.extend_from_slice(first),
            _ => self.came.iter().for_each(|piece| came.extend_from_slice(piece)),
        }
        came
    }
}
