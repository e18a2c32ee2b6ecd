//! One open socket with its accounts: what is sent through it and what comes back as an error.

use std::io;
use std::ops::Range;
use std::time::Duration;

use sockscope_core::batch::Batch;
use sockscope_core::ending::Ending;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::{End, Event, Fault, Purpose, SocketId, Trouble};
use sockscope_core::facts::{Clock, Direction};
use sockscope_core::session::{Only, Session};
use sockscope_net::open;
use sockscope_net::transport::Transport;
use sockscope_net::wait::{Watch, wait};

use crate::error::Error;
use crate::tell::Teller;

/// How long to wait for room to send before trying again: the queue of a network device, unlike that of
/// a socket, tells nobody when it has room (`ENOBUFS`, udp(7)).
const ROOM: Duration = Duration::from_millis(1);

/// One open socket and its accounts.
pub(crate) struct Port {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) session: Session,
}

impl Port {
    pub(crate) fn new(transport: Box<dyn Transport>, id: u32, only: Option<Only>) -> Self {
        let session = Session::new(SocketId(id), only, transport.rcvbuf());
        Self { transport, session }
    }

    /// Opens every address of every endpoint.
    pub(crate) fn listen(
        endpoints: &[Endpoint],
        purpose: Purpose,
        only: Option<Only>,
        tell: &mut Teller<'_, '_>,
    ) -> Result<Vec<Self>, Error> {
        let mut ports = Vec::new();
        for endpoint in endpoints {
            for opened in open::listen(endpoint)? {
                let port = Self::new(opened.transport, ports.len() as u32 + 1, only);
                tell.opened(&port, purpose, &endpoint.to_string())?;
                if opened.without_v6 {
                    tell.trouble(&port, Trouble::NoIpv6)?;
                }
                ports.push(port);
            }
        }
        Ok(ports)
    }

    /// Sends the messages of `range`, waiting where the kernel has no room. What cannot be sent is told.
    pub(crate) fn send(
        &mut self,
        batch: &mut Batch,
        range: Range<usize>,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<(), Error> {
        let mut next = range.start;
        while next < range.end {
            let now = tell.now();
            for index in next..range.end {
                batch.facts_mut(index).time = Some((now.stamp, Clock::User));
            }
            match self.transport.send(batch, next..range.end) {
                Ok(sent) => {
                    let bytes = batch.range(next..next + sent).map(|m| m.bytes.len()).sum();
                    self.session.sent(now.stamp, sent, bytes);
                    ending.sent(now.moment);
                    tell.messages(self, Direction::Tx, batch, next..next + sent)?;
                    next += sent;
                }
                Err(error) if is_full(&error) => self.wait_for_room()?,
                Err(error) if is_too_long(&error) => {
                    self.too_long(batch, next, tell)?;
                    ending.failed();
                    next += 1;
                }
                Err(error) => {
                    // The error of an earlier message fails the next call; this message has not been sent.
                    if self.faults(tell)?.is_empty() {
                        self.not_sent(batch, next, &error, tell)?;
                        next += 1;
                    }
                    ending.failed();
                }
            }
        }
        Ok(())
    }

    /// Tells every error that came back from the network.
    pub(crate) fn faults(&mut self, tell: &mut Teller<'_, '_>) -> Result<Vec<Fault>, Error> {
        let mut faults = Vec::new();
        while let Some(report) = self.transport.fault().map_err(Error::Wait)? {
            let warning = self.session.fault(tell.now(), report.peer, report.fault, report.reporter);
            tell.event(&Event::Warning(warning))?;
            faults.push(report.fault);
        }
        Ok(faults)
    }

    /// Asks the kernel how much it has dropped, and tells.
    pub(crate) fn drops(&mut self, tell: &mut Teller<'_, '_>) -> Result<(), Error> {
        let Some(counter) = self.transport.drops() else { return Ok(()) };
        match self.session.dropped(tell.now(), counter) {
            Some(warning) => tell.event(&Event::Warning(warning)),
            None => Ok(()),
        }
    }

    /// Tells the last word.
    pub(crate) fn close(
        &self,
        end: End,
        pace: Option<sockscope_core::event::Pace>,
        tell: &mut Teller<'_, '_>,
    ) -> Result<(), Error> {
        let closed = self.session.close(tell.now(), end, pace);
        tell.event(&Event::Closed(closed))
    }

    fn wait_for_room(&self) -> Result<(), Error> {
        let mut watches = [Watch::writable(self.transport.fd())];
        wait(&mut watches, Some(ROOM)).map_err(Error::Wait)?;
        Ok(())
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
        let peer = message.facts.peer.or(self.transport.remote());
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
        let peer = message.facts.peer.or(self.transport.remote());
        let (len, longest) = (message.bytes.len(), self.transport.longest());
        let mut why = format!("one datagram to there holds at most {longest} bytes");
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

fn is_too_long(error: &io::Error) -> bool {
    error.raw_os_error() == Some(nix::errno::Errno::EMSGSIZE as i32)
}

fn is_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
        || error.raw_os_error() == Some(nix::errno::Errno::ENOBUFS as i32)
}
