//! The way down: from what was typed to the socket.

use std::net::SocketAddr;
use std::os::fd::BorrowedFd;

use sockscope_core::batch::Batch;
use sockscope_core::ending::Ending;
use sockscope_core::endpoint::Endpoint;
use sockscope_core::event::{End, Fault, Pace, Purpose, Trouble};
use sockscope_core::facts::{Facts, Peer};
use sockscope_core::moment::Moment;
use sockscope_core::payload::Template;
use sockscope_core::schedule::Schedule;
use sockscope_core::session::Only;
use sockscope_net::open;

use crate::answer::Fields;
use crate::error::Error;
use crate::plan::Down;
use crate::port::Port;
use crate::source::Lines;
use crate::tell::Teller;

/// Most messages made at once from one payload.
const BATCH: u64 = 256;

/// Sends what a plan says toward one endpoint.
pub(crate) struct Sender {
    endpoint: Endpoint,
    addresses: Vec<SocketAddr>,
    /// Which of the addresses is used.
    at: usize,
    /// Something was sent, so the address is kept.
    settled: bool,
    hears: bool,
    only: Option<Only>,
    source: Source,
    fields: Fields,
    out: Batch,
}

enum Source {
    Repeat { template: Template, schedule: Schedule, at_once: bool },
    Lines { lines: Lines, asked: bool },
}

impl Sender {
    /// Finds the addresses of the endpoint and opens a socket toward the first.
    pub(crate) fn open(
        endpoint: Endpoint,
        down: Down,
        fields: Fields,
        hears: bool,
        only: Option<Only>,
        tell: &mut Teller<'_, '_>,
    ) -> Result<(Self, Port), Error> {
        let addresses = open::addresses(&endpoint)?;
        let source = match down {
            Down::Repeat { template, every, count } => Source::Repeat {
                template,
                schedule: Schedule::new(every, count, tell.now().moment),
                at_once: every.is_zero(),
            },
            Down::Lines(lines) => Source::Lines { lines, asked: false },
        };
        let settled = addresses.len() == 1;
        let out = Batch::new();
        let mut sender = Self { endpoint, addresses, at: 0, settled, hears, only, source, fields, out };
        let port = sender.reach(1, tell)?;
        Ok((sender, port))
    }

    /// Opens a socket toward the current address, or the first after it that can be reached.
    fn reach(&mut self, id: u32, tell: &mut Teller<'_, '_>) -> Result<Port, Error> {
        loop {
            let remote = self.addresses[self.at];
            match open::toward(&self.endpoint, remote, !self.hears) {
                Ok(transport) => {
                    let port = Port::new(transport, id, self.only);
                    tell.opened(&port, Purpose::Send, &self.endpoint.to_string())?;
                    return Ok(port);
                }
                Err(_) if self.at + 1 < self.addresses.len() => self.at += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Sends what is due now. Returns whether there was something.
    pub(crate) fn turn(
        &mut self,
        port: &mut Port,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<bool, Error> {
        self.out.clear();
        let unmapped = self.fill(port.transport.remote(), tell)?;
        if let Some((count, charset)) = unmapped {
            tell.trouble(port, Trouble::Unmappable { count, charset })?;
        }
        if self.out.is_empty() {
            return Ok(false);
        }
        let first = usize::from(!self.settled);
        if !self.settled {
            self.settle(port, tell, ending)?;
        }
        let rest = first..self.out.len();
        port.send(&mut self.out, rest, tell, ending)?;
        Ok(true)
    }

    /// Puts into `out` what is due; returns how many characters its charset lacked.
    fn fill(
        &mut self,
        remote: Option<Peer>,
        tell: &mut Teller<'_, '_>,
    ) -> Result<Option<(u64, &'static str)>, Error> {
        let now = tell.now();
        let mut facts = Facts::default();
        facts.peer = remote;
        match &mut self.source {
            Source::Repeat { template, schedule, at_once } => {
                let most = if *at_once { BATCH } else { 1 };
                let mut made = 0;
                while made < most && schedule.due().is_some_and(|due| due <= now.moment) {
                    self.fields.render(template, now.stamp, facts, &mut self.out)?;
                    schedule.turn(now.moment);
                    made += 1;
                }
                let unmapped = template.unmapped() * made;
                Ok((unmapped > 0).then(|| (unmapped, template.charset().name())))
            }
            Source::Lines { lines, .. } => {
                let out = &mut self.out;
                self.fields.with(now.stamp, |context| lines.fill(out, facts, context))?;
                Ok(lines.unmapped())
            }
        }
    }

    /// Sends the first message alone and looks whether the address refuses it at once, as an address of
    /// this machine does; then the next address of the name is tried with the same message.
    fn settle(
        &mut self,
        port: &mut Port,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<(), Error> {
        self.settled = true;
        loop {
            port.send(&mut self.out, 0..1, tell, ending)?;
            let faults = port.faults(tell)?;
            let Some(fault) = faults.into_iter().find(|fault| worth_another(*fault)) else { return Ok(()) };
            let Some(next) = self.addresses.get(self.at + 1).copied() else {
                ending.failed();
                return Ok(());
            };
            let failed = Peer::Inet(self.addresses[self.at]);
            let trouble = Trouble::NextAddress { failed, why: fault.to_string(), next: Peer::Inet(next) };
            tell.trouble(port, trouble)?;
            port.close(End::Failed, None, tell)?;
            self.at += 1;
            *port = self.reach(port.session.socket().0 + 1, tell)?;
            for index in 0..self.out.len() {
                self.out.facts_mut(index).peer = port.transport.remote();
            }
        }
    }

    /// Asks for the next line, where a person types them; once for each.
    pub(crate) fn ask(&mut self) {
        if let Source::Lines { lines, asked } = &mut self.source
            && !*asked
        {
            lines.ask();
            *asked = true;
        }
    }

    /// Reads what there is to read.
    pub(crate) fn read(&mut self) -> Result<(), Error> {
        match &mut self.source {
            Source::Lines { lines, asked } => {
                *asked = false;
                lines.read()
            }
            Source::Repeat { .. } => Ok(()),
        }
    }

    /// What must be readable before there is more to send; `None` when nothing is waited for.
    pub(crate) fn awaits(&self) -> Option<BorrowedFd<'_>> {
        match &self.source {
            Source::Lines { lines, .. } if !lines.ended() => Some(lines.fd()),
            _ => None,
        }
    }

    /// When the next message is due.
    pub(crate) fn due(&self) -> Option<Moment> {
        match &self.source {
            Source::Repeat { schedule, .. } => schedule.due(),
            Source::Lines { .. } => None,
        }
    }

    /// Whether everything was sent.
    pub(crate) fn done(&self) -> bool {
        match &self.source {
            Source::Repeat { schedule, .. } => schedule.due().is_none(),
            Source::Lines { lines, .. } => lines.ended(),
        }
    }

    /// Asked and measured interval, where there is one.
    pub(crate) fn pace(&self) -> Option<Pace> {
        match &self.source {
            Source::Repeat { schedule, at_once: false, .. } => schedule.pace(),
            _ => None,
        }
    }
}

/// Whether another address of the same name may do better.
fn worth_another(fault: Fault) -> bool {
    matches!(fault, Fault::Refused | Fault::HostUnreachable | Fault::NetUnreachable)
}
