//! A moment's rest where messages come one by one but fast: to be woken for each costs more than to receive it.
//!
//! Who has just taken a few messages looks again a moment later, instead of going to sleep until the next one comes,
//! and finds many at once. A message that comes after a silence is taken at once all the same. Only where nobody
//! waits for an answer, and where the kernel has room for what comes meanwhile.

use std::time::Duration;

use sockscope_net::wait::{self, Interest};

use super::Run;
use crate::error::Error;
use crate::plan::Answer;
use crate::stop::Stop;

/// How long: a person sees no delay, and a receive buffer of a megabyte does not fill.
const LULL: Duration = Duration::from_micros(200);

impl Run<'_, '_> {
    /// A socket has given all that it had.
    pub(super) fn may_fill(&mut self, key: usize) {
        let answers = !matches!(self.answering.answer(), Answer::Nothing) || self.tell.guide().is_some();
        if answers || self.sender.is_some() {
            return;
        }
        if self.ports.port(key).is_some_and(|port| port.transport.has_room()) {
            self.filling.push(key);
        }
    }

    /// Rests for a moment, no longer than `timeout`, then looks again at the sockets that may have filled.
    pub(super) fn lull(&mut self, timeout: Option<Duration>, stop: &Stop) -> Result<(), Error> {
        let lull = timeout.map_or(LULL, |timeout| timeout.min(LULL));
        if wait::wait_for(stop.fd(), Interest::READ, Some(lull)).map_err(Error::Wait)? {
            stop.heard();
        }
        self.more.append(&mut self.filling);
        Ok(())
    }
}
