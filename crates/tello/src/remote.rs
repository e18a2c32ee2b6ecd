//! A drone in a program: calls that return when the drone has done what was asked, or say why it has not.

use std::collections::HashMap;
use std::fmt;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use sockscope::bus::Bus;
use sockscope::core::event::End;
use sockscope::core::lang::Lang;
use sockscope::core::moment::{Moment, Now};
use sockscope::core::problem::Problem;
use sockscope::drive;
use sockscope::error::Error;
use sockscope::plan::{Place, Plan};
use sockscope::stop::Stop;

use crate::client::{Client, Crew, Ports, Seat, Trouble};
use crate::command::Command;
use crate::pilot::{Act, Flying, Id, Verdict, Ways};
use crate::sdk::Sdk;
use crate::state::State;

/// Why a drone did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The line is no command, or an argument is out of its range; nothing was sent.
    Wrong(Problem),
    /// It was refused, in these words: `error Motor stop`.
    Refused(String),
    /// It was not answered in time. A move may have been done all the same.
    NoAnswer,
    /// Nobody can tell what came of it, in these words.
    Unsure(String),
    /// The sockets are gone, for this reason.
    Gone(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(problem) => write!(f, "{problem}"),
            Self::Refused(words) => write!(f, "the drone refused: {words}"),
            Self::NoAnswer => f.write_str("the drone did not answer"),
            Self::Unsure(words) | Self::Gone(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for Failure {}

/// A drone that is flown by calls. It is kept in the air while the program thinks (a command every 8 s), and landed when this
/// is dropped in the air.
///
/// ```no_run
/// use sockscope_tello::Tello;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tello = Tello::connect("192.168.10.1:8889".parse()?)?;
/// println!("battery {} %", tello.send("battery?")?);
/// tello.send("takeoff")?;
/// for _ in 0..4 {
///     tello.send("forward 100")?;
///     tello.send("cw 90")?;
/// }
/// if let Some(state) = tello.state() {
///     println!("{:?} cm high", state.height);
/// }
/// tello.send("land")?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Tello {
    sdk: Sdk,
    asks: Sender<Ask>,
    wake: UnixStream,
    seen: Arc<Mutex<Seen>>,
    thread: Option<JoinHandle<()>>,
}

/// What is known of it.
#[derive(Debug, Default)]
struct Seen {
    state: Option<State>,
    flying: Option<Flying>,
    gone: Option<String>,
}

/// What is asked of the thread that has the sockets.
#[derive(Debug)]
enum Ask {
    Do(Command, Sender<Verdict>),
    Leave,
}

impl Tello {
    /// Enters SDK mode of the drone at this address, as a Tello EDU (SDK 2.0) understands it.
    ///
    /// # Errors
    ///
    /// It does not answer, or sockets are not to be had.
    pub fn connect(drone: SocketAddr) -> Result<Self, Failure> {
        Self::connect_with(drone, Ways::default(), Ports::default())
    }

    /// The same by these ways and ports.
    ///
    /// # Errors
    ///
    /// As [`Tello::connect`].
    pub fn connect_with(drone: SocketAddr, ways: Ways, ports: Ports) -> Result<Self, Failure> {
        let gone = |error: std::io::Error| Failure::Gone(error.to_string());
        let (asks, asked) = channel();
        let (wake, woken) = UnixStream::pair().map_err(gone)?;
        woken.set_nonblocking(true).map_err(gone)?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let sdk = ways.sdk;
        let hand = Hand {
            asked,
            woken,
            seen: Arc::clone(&seen),
            waiting: HashMap::new(),
            airborne: false,
            leaving: false,
            over: None,
        };
        let told = Arc::clone(&seen);
        let run = move || {
            if let Err(error) = fly(hand, drone, &ways, ports) {
                told.lock().unwrap_or_else(PoisonError::into_inner).gone = Some(error.to_string());
            }
        };
        let thread = thread::Builder::new().name("tello".into()).spawn(run).map_err(gone)?;
        let tello = Self { sdk, asks, wake, seen, thread: Some(thread) };
        tello.send("command")?;
        Ok(tello)
    }

    /// Sends a command and waits until it is answered; returns the answer: `ok`, `87`. The line is checked before; `rc` and
    /// `emergency` are never answered, and return at once with nothing.
    ///
    /// # Errors
    ///
    /// The line is wrong, or the drone did not do it.
    pub fn send(&self, line: &str) -> Result<String, Failure> {
        let command = Command::find(line, self.sdk).map_err(Failure::Wrong)?;
        command.check(self.sdk).map_err(Failure::Wrong)?;
        let (tell, verdict) = channel();
        self.ask(Ask::Do(command, tell));
        match verdict.recv() {
            Ok(Verdict::Done(reply)) => Ok(reply.text().to_owned()),
            Ok(Verdict::Sent | Verdict::Landed) => Ok(String::new()),
            Ok(Verdict::Refused(reply)) => Err(Failure::Refused(reply.to_string())),
            Ok(Verdict::NoAnswer) => Err(Failure::NoAnswer),
            Ok(verdict @ (Verdict::Dropped | Verdict::Unsure(_))) => {
                Err(Failure::Unsure(verdict.words(Lang::En)))
            }
            Err(_) => Err(Failure::Gone(self.gone())),
        }
    }

    /// The last state that the drone told.
    pub fn state(&self) -> Option<State> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).state.clone()
    }

    /// Whether it flies, by the time of its motors.
    pub fn flying(&self) -> Flying {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).flying.unwrap_or(Flying::Unknown)
    }

    fn ask(&self, ask: Ask) {
        // Whoever is gone says why.
        let _ = self.asks.send(ask);
        let _ = (&self.wake).write(&[0]);
    }

    fn gone(&self) -> String {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.gone.clone().unwrap_or_else(|| "the drone's sockets are closed".to_owned())
    }
}

impl Drop for Tello {
    fn drop(&mut self) {
        self.ask(Ask::Leave);
        self.thread.take().into_iter().for_each(|thread| {
            // A thread that panicked has said so.
            let _ = thread.join();
        });
    }
}

fn fly(hand: Hand, drone: SocketAddr, ways: &Ways, ports: Ports) -> Result<(), Error> {
    let client = Client::new(hand, &[drone], ways, ports)?;
    let stop = Stop::new().map_err(Error::Output)?;
    drive::run(Plan::new(Place::Guided(Box::new(client))), &mut Bus::new(), &stop).map(drop)
}

/// Who does what is asked.
#[derive(Debug)]
struct Hand {
    asked: Receiver<Ask>,
    woken: UnixStream,
    seen: Arc<Mutex<Seen>>,
    waiting: HashMap<Id, Sender<Verdict>>,
    airborne: bool,
    leaving: bool,
    over: Option<End>,
}

impl Hand {
    fn leave(&mut self, now: Now, seat: &mut Seat) {
        self.leaving = true;
        if self.airborne || seat.pilot.flying(now.moment) == Flying::Yes {
            seat.pilot.order(now.moment, Command::read("land", Sdk::V1_3).expect("a row of the table"));
        } else {
            self.over = Some(End::Done);
        }
    }
}

impl Crew for Hand {
    fn turn(&mut self, now: Now, fleet: &mut [Seat]) {
        while self.woken.read(&mut [0; 64]).is_ok_and(|got| got > 0) {}
        let Some(seat) = fleet.first_mut() else { return };
        while let Ok(ask) = self.asked.try_recv() {
            match ask {
                Ask::Do(command, tell) => {
                    self.waiting.insert(seat.pilot.order(now.moment, command), tell);
                }
                Ask::Leave => self.leave(now, seat),
            }
        }
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).flying = Some(seat.pilot.flying(now.moment));
    }

    fn act(&mut self, _now: Now, _drone: usize, act: &Act) {
        match act {
            Act::Send { line, .. } => self.airborne |= matches!(line.as_str(), "takeoff" | "throwfly"),
            Act::Done { id, line, verdict, .. } => {
                match (line.as_str(), verdict) {
                    ("takeoff" | "throwfly", Verdict::Refused(_)) | ("land" | "emergency", _) => {
                        self.airborne = false
                    }
                    _ => {}
                }
                if self.leaving && line == "land" {
                    self.over = Some(End::Done);
                }
                if let Some(tell) = self.waiting.remove(id) {
                    // Whoever asked may be gone.
                    let _ = tell.send(verdict.clone());
                }
            }
            Act::Stray(..) => {}
        }
    }

    fn state(&mut self, _now: Now, _drone: usize, state: &State) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).state = Some(state.clone());
    }

    fn trouble(&mut self, _now: Now, trouble: &Trouble) {
        if let Trouble::PortTaken(..) = trouble {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).gone = Some(trouble.to_string());
        }
    }

    fn over(&self) -> Option<End> {
        self.over
    }

    fn wakeup(&self) -> Option<Moment> {
        None
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.woken.as_fd())
    }
}
