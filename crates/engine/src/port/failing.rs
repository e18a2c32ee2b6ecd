//! What an error in sending means, and how it is told.

use std::io;

use sockscope_core::batch::Batch;
use sockscope_core::ending::Ending;
use sockscope_core::event::{Break, Event, Fault};

use super::Port;
use crate::error::Error;
use crate::tell::Teller;

impl Port {
    /// Decides what an error in sending the message at `index` means.
    pub(super) fn failed(
        &mut self,
        error: &io::Error,
        batch: &Batch,
        index: usize,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<Next, Error> {
        ending.failed();
        if error.raw_os_error() == Some(nix::errno::Errno::EMSGSIZE as i32) {
            self.too_long(batch, index, tell)?;
            return Ok(Next::Skip);
        }
        if self.is_connection() {
            return Ok(Next::Broken(broken(error)));
        }
        // The error of an earlier message fails the next call; this message has not been sent.
        if !self.faults(tell)?.is_empty() {
            return Ok(Next::Again);
        }
        self.not_sent(batch, index, error, tell)?;
        Ok(Next::Skip)
    }

    /// Tells that a message could not be sent, and why. What is not allowed ends the run: it would meet
    /// every message.
    fn not_sent(
        &mut self,
        batch: &Batch,
        index: usize,
        error: &io::Error,
        tell: &mut Teller<'_, '_>,
    ) -> Result<(), Error> {
        let message = batch.message(index);
        let peer = message.facts.peer.or(self.peer());
        if error.kind() == io::ErrorKind::PermissionDenied {
            return Err(sockscope_net::error::not_allowed(peer, error).into());
        }
        let why = sockscope_net::error::words(error);
        let warning = self.session.not_sent(tell.now(), peer, message.bytes.len(), why);
        tell.event(&Event::Warning(warning))
    }

    /// Tells that a message is too long, and what would not be. The kernel says so twice: as the error of
    /// the call, and with the path's MTU among the errors that came back.
    fn too_long(&mut self, batch: &Batch, index: usize, tell: &mut Teller<'_, '_>) -> Result<(), Error> {
        let message = batch.message(index);
        let peer = message.facts.peer.or(self.peer());
        let (len, longest) = (message.bytes.len(), self.transport.longest().unwrap_or(usize::MAX));
        let unit = self.transport.unit().word();
        let mut why = format!("one {unit} to there holds at most {longest} bytes");
        while let Some(report) = self.transport.fault().map_err(Error::Wait)? {
            match report.fault {
                Fault::TooLong { mtu } if len <= longest => why = format!("the path's MTU is {mtu} bytes"),
                Fault::TooLong { .. } => {}
                fault => {
                    let warning = self.session.fault(tell.now(), report.peer, fault, report.reporter);
                    tell.event(&Event::Warning(warning))?;
                }
            }
        }
        let warning = self.session.not_sent(tell.now(), peer, len, why);
        tell.event(&Event::Warning(warning))
    }
}

/// What to do after an error in sending.
pub(super) enum Next {
    Again,
    Skip,
    Broken(Break),
}

/// How a connection broke.
pub(crate) fn broken(error: &io::Error) -> Break {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Break::Reset,
        io::ErrorKind::BrokenPipe => Break::BrokenPipe,
        io::ErrorKind::TimedOut => Break::TimedOut,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Break::Unreachable,
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Break::Protocol,
        _ => Break::Other,
    }
}

/// What a protocol above the connection had to say about an error; else nothing, since the break has its
/// own words.
pub(crate) fn why(error: &io::Error) -> String {
    match broken(error) {
        Break::Protocol | Break::Other => sockscope_net::error::words(error),
        _ => String::new(),
    }
}
