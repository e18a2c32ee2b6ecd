//! Waiting for the next message where one has just come and was answered: who asks one by one waits for each answer.
//!
//! Where one socket of datagrams is all there is, the call that receives also waits, for a moment: that saves the call that
//! would only wait. Whoever wants no wait at all has a CPU look without rest.

use std::time::Duration;

use sockscope_net::transport::MOMENT;

use super::hear::Turn;
use super::{Run, SLOTS};
use crate::error::Error;
use crate::plan::Answer;

/// How often whoever looks without rest looks for anything but messages.
const LOOKS: u32 = 256;

/// What is known of the rhythm in which messages come.
#[derive(Debug, Default)]
pub(super) struct Rhythm {
    /// The plan wants no rest.
    spins: bool,
    /// A message was answered, and none has been waited for in vain since.
    pub(super) brisk: bool,
    /// How many messages are asked for at once: asking for more than there are costs a look.
    room: usize,
    looks: u32,
}

impl Rhythm {
    pub(super) fn new(spins: bool) -> Self {
        Self { spins, ..Self::default() }
    }
}

impl Run<'_, '_> {
    /// The one socket of datagrams that is all there is to wait for, besides a stop.
    fn only_one(&mut self) -> Option<usize> {
        let alone = self.ports.len() == 1 && self.sender.is_none() && self.tell.guide().is_none();
        if !alone || !self.more.is_empty() || !self.filling.is_empty() {
            return None;
        }
        let (key, port) = self.ports.ports().next()?;
        (port.transport.unit().is_droppable() && port.queue.is_empty()).then_some(key)
    }

    /// Waits for the next message in the call that receives it; returns whether it did.
    pub(super) fn wait_in_call(&mut self, timeout: Option<Duration>) -> Result<bool, Error> {
        let answers = !matches!(self.answering.answer(), Answer::Nothing);
        if self.rhythm.spins
            || !self.rhythm.brisk
            || !answers
            || timeout.is_some_and(|timeout| timeout < MOMENT)
        {
            return Ok(false);
        }
        let Some(key) = self.only_one() else { return Ok(false) };
        self.rhythm.brisk = false;
        let most = self.rhythm.room.clamp(1, SLOTS);
        match self.receive_next(key, most)? {
            Some(turn) => {
                // Those asked for were there: there may be more the next time.
                self.rhythm.room = if turn == Turn::More { most * 2 } else { 1 };
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Looks at once again, where the plan wants no rest; returns how long a wait for all else may be, if it is due.
    pub(super) fn spin(&mut self, timeout: Option<Duration>) -> Option<Option<Duration>> {
        if !self.rhythm.spins {
            return Some(timeout);
        }
        self.rhythm.looks = (self.rhythm.looks + 1) % LOOKS;
        match self.only_one() {
            Some(key) if self.rhythm.looks != 0 => {
                self.more.push(key);
                None
            }
            _ => Some(Some(Duration::ZERO)),
        }
    }
}
