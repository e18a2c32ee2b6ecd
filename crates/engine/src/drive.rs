//! The one loop: carries out what a plan says, feeds what arrives and the time, tells everything.

mod chat;
mod close;
mod doors;
mod hear;
mod lull;
mod next;
mod orders;
mod reach;
mod send;

use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use sockscope_core::batch::Batch;
use sockscope_core::ending::{Ending, Limits, Sends};
use sockscope_core::event::{End, Purpose, Totals};
use sockscope_core::framing::Framing;
use sockscope_core::moment::{Moment, Now};
use sockscope_core::session::Only;
use sockscope_net::wait::{Interest, Poller, Ready};

use crate::answer::Answering;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::error::Error;
use crate::fields::Fields;
use crate::idle::Idle;
use crate::plan::{Gate, Place, Plan};
use crate::ports::{Entry, Ports};
use crate::sender::Sender;
use crate::shard::Whole;
use crate::stop::Stop;
use crate::tell::Teller;

/// Messages taken from the kernel in one call.
const SLOTS: usize = 64;
/// Packets of an interface that are taken at once.
const PACKETS: usize = 512;
/// Memory for received messages at most, in bytes.
const UP_MEMORY: usize = 4 << 20;
/// Most that is read from a stream at once, in bytes.
const CHUNK: usize = 256 << 10;
/// Batches taken from one socket before the others, the keyboard and the clock get their turn.
const TURNS: usize = 16;
/// When nothing has come for this long after messages did, the kernel is asked whether it dropped some:
/// after the last message nothing else would tell.
const TAIL: Duration = Duration::from_millis(100);

/// Keys of what is waited for besides sockets.
const STOP: u64 = u64::MAX;
const INPUT: u64 = u64::MAX - 1;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Why it ended.
    pub end: End,
    /// What went through all sockets together.
    pub totals: Totals,
}

/// Runs a plan to its end. Everything that happens goes to `bus`.
pub fn run(plan: Plan, bus: &mut Bus<'_>, stop: &Stop) -> Result<Outcome, Error> {
    let mut run = Run::new(plan.limits, &plan, bus);
    let shards = run.whole.is_some();
    let result = run.open(plan).and_then(|()| run.all(stop));
    match result {
        Ok(end) => run.close(if shards { stop.end_all(end) } else { end }),
        Err(error) => {
            if shards {
                stop.end_all(End::Failed);
            }
            // What was done until then is told all the same; the first error is the one that counts.
            let _ = run.close(End::Failed);
            Err(error)
        }
    }
}

/// A run under way.
struct Run<'a, 'b> {
    ports: Ports,
    tell: Teller<'a, 'b>,
    ending: Ending,
    answering: Answering,
    sender: Option<Sender>,
    /// What a guide sends at once.
    guided: Batch,
    gate: Gate,
    half_close: bool,
    only: Option<Only>,
    framing: Option<Arc<Framing>>,
    /// What comes is wanted also where the run only sends.
    hears: bool,
    up: Up,
    idle: Idle,
    poller: Option<Poller>,
    ready: Vec<Ready>,
    /// Sockets that the poller does not know yet.
    fresh: Vec<usize>,
    /// Sockets that may have more to give without waiting.
    more: Vec<usize>,
    /// Sockets that have given all they had, and may be let fill for a moment.
    filling: Vec<usize>,
    rhythm: next::Rhythm,
    /// Sockets that are not open yet, or that want to be tried again at some time.
    timed: Vec<usize>,
    /// Messages came since the kernel was last asked for drops.
    tail: bool,
    /// What went through sockets that are closed.
    totals: Totals,
    /// The poller knows where input comes from.
    watched: bool,
    /// Commands that were started and have not ended yet.
    children: Vec<Child>,
    /// The run is over because of what happened to a connection.
    over: Option<End>,
    /// What this run shares with others, where it is one of several shards.
    whole: Option<Arc<Whole>>,
}

/// Room for what is received, made when it is first needed.
struct Up {
    buffer: usize,
    datagrams: Batch,
    chunks: Batch,
    frames: Batch,
    packets: Batch,
}

impl<'a, 'b> Run<'a, 'b> {
    fn new(limits: Limits, plan: &Plan, bus: &'a mut Bus<'b>) -> Self {
        let hears = !matches!(plan.place, Place::Reach(_, Purpose::Send)) || limits.wait.is_some();
        let whole = match &plan.place {
            Place::Shard(shard) => Some(Arc::clone(&shard.whole)),
            _ => None,
        };
        let limits = if whole.is_some() { Limits { count: None, ..limits } } else { limits };
        let clock = whole.as_ref().map_or_else(Clock::start, |whole| whole.clock);
        let tell = Teller::new(bus, hears, clock);
        let sends = match &plan.place {
            Place::Reach(_, Purpose::Send) => Sends::Ends,
            Place::Reach(..) => Sends::Stays,
            Place::Listen(..) if plan.down.is_some() => Sends::Stays,
            #[cfg(target_os = "linux")]
            Place::Capture { .. } => Sends::Never,
            Place::Listen(..) | Place::Shard(_) | Place::Guided(_) => Sends::Never,
        };
        let ending = Ending::new(limits, sends, tell.now().moment);
        Self {
            ports: Ports::default(),
            ending,
            answering: Answering::default(),
            sender: None,
            guided: Batch::new(),
            gate: plan.gate.clone(),
            half_close: plan.half_close,
            only: plan.only,
            framing: plan.framing.clone(),
            up: Up {
                buffer: plan.buffer.max(1),
                datagrams: Batch::new(),
                chunks: Batch::new(),
                frames: Batch::new(),
                packets: Batch::new(),
            },
            idle: Idle::new(plan.gate.idle_peer),
            poller: None,
            ready: Vec::new(),
            fresh: Vec::new(),
            more: Vec::new(),
            filling: Vec::new(),
            rhythm: next::Rhythm::new(plan.spin),
            timed: Vec::new(),
            tail: false,
            totals: Totals::default(),
            watched: false,
            children: Vec::new(),
            over: None,
            hears,
            tell,
            whole,
        }
    }

    fn open(&mut self, plan: Plan) -> Result<(), Error> {
        self.answering = Answering::new(plan.answer, plan.seed, plan.utc_offset);
        let fields = Fields::new(plan.seed, plan.utc_offset);
        let now = self.tell.now().moment;
        self.sender = plan.down.map(|down| Sender::new(down, fields, now));
        match plan.place {
            Place::Listen(endpoints, purpose) => {
                endpoints.into_iter().try_for_each(|endpoint| self.listen(endpoint, purpose, None).map(drop))
            }
            Place::Shard(shard) => self.take_up(shard),
            Place::Reach(endpoint, purpose) => {
                let key = self.reach(endpoint, purpose, None)?;
                if let Some(sender) = &mut self.sender {
                    sender.toward(key);
                }
                Ok(())
            }
            #[cfg(target_os = "linux")]
            Place::Capture { wishes, give_up_rights } => self.captures(&wishes, give_up_rights),
            Place::Guided(guide) => {
                self.tell.follow(guide);
                Ok(())
            }
        }
    }

    /// Turn after turn, to the end.
    fn all(&mut self, stop: &Stop) -> Result<End, Error> {
        loop {
            if let Some(end) = self.step(stop)? {
                return Ok(end);
            }
        }
    }

    /// One turn: do what is ordered, send what is due, take in what is there, and wait if there was
    /// nothing to do.
    fn step(&mut self, stop: &Stop) -> Result<Option<End>, Error> {
        if stop.asked() {
            return Ok(Some(stop.why()));
        }
        let ordered = self.orders()?;
        let sent = self.guided()? | self.send()?;
        let heard = self.take_ready()?;
        let now = self.tell.turn();
        let timed = self.timers(now.moment)?;
        let owes = self.ending.room() == 0 && self.owes();
        self.ending.owes(owes);
        if let Some(whole) = &self.whole {
            self.ending.met(whole.last());
        }
        if self.over.is_none() && self.ending.over(now.moment).is_some() {
            // An error that has come back by now still changes the verdict.
            self.faults()?;
        }
        if let Some(end) = self.over.or_else(|| self.ending.over(now.moment)) {
            return Ok(Some(end));
        }
        if !ordered && !sent && !heard && !timed {
            self.rest(now, stop)?;
        }
        Ok(None)
    }

    /// Takes what is ready; returns whether there was something.
    fn take_ready(&mut self) -> Result<bool, Error> {
        let mut ready = std::mem::take(&mut self.ready);
        for key in self.more.drain(..) {
            if !ready.iter().any(|one| one.key == key as u64) {
                ready.push(Ready { key: key as u64, read: true, write: false, failed: false });
            }
        }
        let any = !ready.is_empty();
        for one in ready.drain(..) {
            match one.key {
                STOP => {}
                INPUT => self.input()?,
                key => self.socket(key as usize, one)?,
            }
        }
        self.ready = ready;
        Ok(any)
    }

    /// One socket is ready for something.
    fn socket(&mut self, key: usize, ready: Ready) -> Result<(), Error> {
        match self.ports.get_mut(key) {
            Some(Entry::Door(_)) => self.accept(key),
            Some(Entry::Port(port)) if port.reach.is_some() => self.advance(key),
            Some(Entry::Port(_)) => self.pass(key, ready),
            None => Ok(()),
        }
    }

    /// Shows what was held back, then waits until something can be done.
    fn rest(&mut self, now: Now, stop: &Stop) -> Result<(), Error> {
        self.tell.idle()?;
        self.tell.rests();
        if let Some(sender) = &mut self.sender {
            sender.ask();
        }
        let tail = self.tail.then_some(TAIL);
        let hangs = self.hangs().then_some(Duration::ZERO);
        let timeout = [self.wakeup().map(|at| at - now.moment), tail, hangs].into_iter().flatten().min();
        if !self.filling.is_empty() {
            return self.lull(timeout, stop);
        }
        let Some(timeout) = self.spin(timeout) else { return Ok(()) };
        if self.wait_in_call(timeout)? {
            return Ok(());
        }
        self.watch(stop)?;
        let poller = self.poller.as_mut().expect("made by watch");
        poller.wait(timeout, &mut self.ready).map_err(Error::Wait)?;
        if self.ready.iter().any(|ready| ready.key == STOP) {
            stop.heard();
        }
        if self.ready.is_empty() && hangs.is_some() {
            return self.hang_up();
        }
        if self.ready.is_empty() && self.tail {
            self.tail = false;
            self.drops()?;
        }
        Ok(())
    }

    /// When something is due that no descriptor tells of.
    fn wakeup(&mut self) -> Option<Moment> {
        let due = if self.can_send() { self.sender.as_ref().and_then(Sender::due) } else { None };
        let guide = self.tell.guide().and_then(|guide| guide.wakeup());
        let fixed = [due, guide, self.ending.wakeup(), self.answering.wakeup(), self.idle.wakeup()];
        let timed = self.timed.iter().filter_map(|key| self.ports.timer(*key)).min();
        fixed.into_iter().flatten().chain(timed).min()
    }

    /// Tells the poller what to wait for.
    fn watch(&mut self, stop: &Stop) -> Result<(), Error> {
        let poller = match &mut self.poller {
            Some(poller) => poller,
            none => {
                let mut poller = Poller::new().map_err(Error::Wait)?;
                poller.add(stop.fd(), STOP, Interest::READ).map_err(Error::Wait)?;
                none.insert(poller)
            }
        };
        for key in self.fresh.drain(..) {
            let Some((fd, interest)) = self.ports.watched(key) else { continue };
            poller.add(fd, key as u64, interest).map_err(Error::Wait)?;
        }
        self.watch_input()
    }
}

/// What a person calls a socket: nothing, where the name is empty.
fn named(name: Option<&str>) -> Option<Arc<str>> {
    name.filter(|name| !name.is_empty()).map(Arc::from)
}
