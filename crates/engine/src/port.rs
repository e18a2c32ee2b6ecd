//! One open socket with its accounts: what is sent through it, what waits, what comes back as an error.

mod failing;

use std::io;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use sockscope_core::batch::Batch;
use sockscope_core::ending::Ending;
use sockscope_core::event::{Break, End, Event, Fault, Pace, Purpose, SocketId};
use sockscope_core::facts::{Clock, Direction, Peer, Unit};
use sockscope_core::framing::{Cutter, Framing};
use sockscope_core::moment::{Moment, Now};
use sockscope_core::session::{Only, Session};
use sockscope_net::transport::Transport;
use sockscope_net::wait::Interest;

use crate::error::Error;
use crate::queue::Queue;
use crate::reach::Reach;
use crate::tell::Teller;
use failing::Next;
pub(crate) use failing::{broken, why};

/// How long to wait for room to send before trying again, where nothing tells when there is some: the
/// queue of a network device (`ENOBUFS`, udp(7)), or that of a Unix-domain peer.
pub(crate) const ROOM: Duration = Duration::from_millis(1);

/// One open socket and its accounts.
pub(crate) struct Port {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) session: Session,
    pub(crate) purpose: Purpose,
    /// As it was asked for; of a peer that came, that of its listener.
    pub(crate) endpoint: Arc<str>,
    /// The listener that accepted it.
    pub(crate) parent: Option<SocketId>,
    pub(crate) number: Option<NonZeroU32>,
    /// What a person calls it.
    pub(crate) name: Option<Arc<str>>,
    /// That it is open has been told.
    pub(crate) told: bool,
    /// It is open, and more addresses of its name are there to be tried should this one refuse at once.
    pub(crate) others: Option<Box<Reach>>,
    /// It is not open yet.
    pub(crate) reach: Option<Box<Reach>>,
    pub(crate) queue: Queue,
    /// When to try again what nothing else tells that it could be sent.
    pub(crate) retry: Option<Moment>,
    /// How messages are put into its stream, and got out of it.
    pub(crate) framing: Option<Arc<Framing>>,
    pub(crate) cutter: Option<Box<Cutter>>,
    /// The peer will send no more.
    pub(crate) heard_all: bool,
    /// This side is to send no more once what waits has gone, or has been told so already.
    pub(crate) ends: Ends,
    /// Another socket that what is received here is sent to: of a command that was started for it.
    pub(crate) pair: Option<usize>,
    /// When something last went either way.
    pub(crate) last: Moment,
    /// What the poller waits for.
    pub(crate) interest: Interest,
    /// What opening waits for.
    pub(crate) interest_wanted: Option<Interest>,
    /// The transport itself holds something back that is to be sent.
    pub(crate) holds: bool,
    /// Its pair cannot take more just now.
    pub(crate) full: bool,
    /// Nobody here listens to it any more: it closes once what waits has gone.
    pub(crate) hangs_up: bool,
    /// Who was heard, where whatever there is to send goes to all of them; without connections only.
    pub(crate) known: Vec<Peer>,
    /// Messages left out because the peer does not read, since that was last told.
    pub(crate) missed: (u64, u64),
}

/// How far the sending half is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ends {
    /// It goes on.
    No,
    /// It is to end once what waits has gone.
    Soon,
    /// It has ended.
    Done,
}

/// What became of an attempt to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It goes on.
    Open,
    /// The connection is broken: the port has to be closed.
    Broken(Break),
    /// The port is to be closed.
    Closed(End),
}

impl Port {
    pub(crate) fn new(
        transport: Box<dyn Transport>,
        id: SocketId,
        purpose: Purpose,
        endpoint: &Arc<str>,
        only: Option<Only>,
        now: Moment,
    ) -> Self {
        let session = Session::new(id, only, transport.rcvbuf());
        let session = if purpose == Purpose::Capture { session.capturing() } else { session };
        let session = if transport.merges() { session.merging() } else { session };
        Self {
            transport,
            session,
            purpose,
            endpoint: Arc::clone(endpoint),
            parent: None,
            number: None,
            name: None,
            told: false,
            others: None,
            reach: None,
            queue: Queue::default(),
            retry: None,
            framing: None,
            cutter: None,
            heard_all: false,
            ends: Ends::No,
            pair: None,
            last: now,
            interest: Interest::default(),
            interest_wanted: None,
            holds: false,
            full: false,
            hangs_up: false,
            known: Vec::new(),
            missed: (0, 0),
        }
    }

    /// Another socket takes the place of this one, which was never open or of no use: what waits, how it is framed
    /// and whether it is to end stay as they are.
    pub(crate) fn change(
        &mut self,
        transport: Box<dyn Transport>,
        id: SocketId,
        only: Option<Only>,
        now: Moment,
    ) {
        let fresh = Self::new(transport, id, self.purpose, &self.endpoint, only, now);
        let before = std::mem::replace(self, fresh);
        self.name = before.name;
        self.queue = before.queue;
        self.ends = before.ends.min(Ends::Soon);
        self.frame(before.framing.as_ref());
    }

    /// Cuts its stream into frames from now on, and makes frames of what is sent.
    pub(crate) fn frame(&mut self, framing: Option<&Arc<Framing>>) {
        let framing = framing.filter(|_| self.transport.unit() == Unit::Chunk);
        self.cutter = framing.map(|framing| Box::new(Cutter::new(Arc::clone(framing))));
        self.framing = framing.cloned();
    }

    /// What its messages are called.
    pub(crate) fn unit(&self) -> Unit {
        if self.framing.is_some() { Unit::Frame } else { self.transport.unit() }
    }

    /// Whether it is a connection, which has ends.
    pub(crate) fn is_connection(&self) -> bool {
        self.transport.connection().is_some()
    }

    /// The other side of a connection.
    pub(crate) fn peer(&self) -> Option<Peer> {
        self.transport.remote()
    }

    /// Sends messages, or puts what there is no room for into the queue. What cannot be sent is told.
    pub(crate) fn send(
        &mut self,
        batch: &mut Batch,
        range: Range<usize>,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<Way, Error> {
        if self.framing.is_some() {
            self.enqueue_frames(batch, range, tell, ending)?;
            return self.flush(tell, ending);
        }
        if self.reach.is_some() || !self.queue.is_empty() {
            self.queue.push(batch, range, 0);
            return Ok(Way::Open);
        }
        let mut next = range.start;
        while next < range.end {
            let now = tell.now();
            for index in next..range.end {
                batch.facts_mut(index).time = Some((now.stamp, Clock::User));
            }
            match self.transport.send(batch, next..range.end, 0) {
                Ok(sent) => {
                    let trains = batch.mark_trains(next, self.transport.trains());
                    self.sent(batch, next..next + sent.messages, trains, now, tell, ending)?;
                    next += sent.messages;
                    if sent.bytes > 0 {
                        self.queue.push(batch, next..range.end, sent.bytes);
                        return Ok(Way::Open);
                    }
                }
                Err(error) if self.has_no_room(&error, tell) => {
                    self.queue.push(batch, next..range.end, 0);
                    return Ok(Way::Open);
                }
                Err(error) => match self.failed(&error, batch, next, tell, ending)? {
                    Next::Again => {}
                    Next::Skip => next += 1,
                    Next::Broken(how) => {
                        self.queue.push(batch, next..range.end, 0);
                        return Ok(Way::Broken(how));
                    }
                },
            }
        }
        Ok(Way::Open)
    }

    /// Puts messages as frames into the queue; what no frame can carry is told.
    fn enqueue_frames(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<(), Error> {
        let Some(framing) = self.framing.clone() else { return Ok(()) };
        for index in range {
            let wrapped = self.queue.push_framed(batch, index, |bytes, out| framing.wrap(bytes, out));
            if let Err(problem) = wrapped {
                let message = batch.message(index);
                let peer = message.facts.peer.or(self.peer());
                let warning =
                    self.session.not_sent(tell.now(), peer, message.bytes.len(), problem.to_string());
                tell.event(&Event::Warning(warning))?;
                ending.failed();
            }
        }
        Ok(())
    }

    /// Sends what waits, as far as there is room.
    pub(crate) fn flush(&mut self, tell: &mut Teller<'_, '_>, ending: &mut Ending) -> Result<Way, Error> {
        self.retry = None;
        while self.reach.is_none() && !self.queue.is_empty() {
            let now = tell.now();
            let (batch, range, gone) = self.queue.waiting();
            match self.transport.send(batch, range.clone(), gone) {
                Ok(sent) => {
                    let done = range.start..range.start + sent.messages;
                    self.queue.went(sent.messages, sent.bytes);
                    let mut queue = std::mem::take(&mut self.queue);
                    for index in done.clone() {
                        queue.shown().facts_mut(index).time = Some((now.stamp, Clock::User));
                    }
                    let trains = queue.shown().mark_trains(done.start, self.transport.trains());
                    let told = self.sent(queue.shown(), done, trains, now, tell, ending);
                    self.queue = queue;
                    told?;
                }
                Err(error) if self.has_no_room(&error, tell) => return Ok(Way::Open),
                Err(error) => {
                    let queue = std::mem::take(&mut self.queue);
                    let next = self.failed(&error, queue.waiting().0, range.start, tell, ending);
                    self.queue = queue;
                    match next? {
                        Next::Again => {}
                        Next::Skip => self.queue.skip(),
                        Next::Broken(how) => return Ok(Way::Broken(how)),
                    }
                }
            }
        }
        self.queue.tidy();
        Ok(Way::Open)
    }

    /// Whether the error means that there is no room to send just now.
    fn has_no_room(&mut self, error: &io::Error, tell: &Teller<'_, '_>) -> bool {
        let full = error.raw_os_error() == Some(nix::errno::Errno::ENOBUFS as i32);
        let waits = error.kind() == io::ErrorKind::WouldBlock;
        if full || waits && self.is_unix_without_peer() {
            self.retry = Some(tell.now().moment + ROOM);
        }
        full || waits
    }

    /// Whether waiting for room to send would not wait: poll(2) looks at the queue of the peer that a Unix-domain
    /// socket is connected to, and this one has none.
    fn is_unix_without_peer(&self) -> bool {
        self.transport.remote().is_none() && matches!(self.transport.local(), Some(Peer::Unix(_)))
    }

    /// Tells what has gone, handed to the kernel at `now`, `in_trains` of it in trains.
    fn sent(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        in_trains: u64,
        now: Now,
        tell: &mut Teller<'_, '_>,
        ending: &mut Ending,
    ) -> Result<(), Error> {
        let bytes = batch.range(range.clone()).map(|m| m.bytes.len()).sum();
        self.session.sent(now.stamp, range.len(), bytes, in_trains);
        self.last = now.moment;
        ending.sent(now.moment);
        tell.messages(self, Direction::Tx, batch, range)
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
    pub(crate) fn close(&self, end: End, pace: Option<Pace>, tell: &mut Teller<'_, '_>) -> Result<(), Error> {
        let closed = self.session.close(tell.now(), end, pace, self.transport.inside());
        tell.event(&Event::Closed(closed))
    }
}
