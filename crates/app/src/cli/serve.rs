//! What `listen` and `echo` have in common: where to listen, whom to let in, how to show and when to end.

use std::sync::Arc;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use sockscope::bus::Sink;
use sockscope::core::charset::{Charset, Viewing};
use sockscope::core::cidr::{Access, Net};
use sockscope::core::ending::Limits;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::Purpose;
use sockscope::core::framing::{Check, Framing};
use sockscope::core::problem::Problem;
use sockscope::core::quantity;
use sockscope::drive;
use sockscope::plan::{Answer, Gate, Place, Plan};

use super::args::{self, Ends, Flags};
use super::look::{self, Look};
use super::many::Many;
use crate::exit::Verdict;
use crate::signals;

#[derive(clap::Args)]
pub(crate) struct Serve {
    /// Where to listen: udp://127.0.0.1:8080, tcp://:7000 for all addresses, port 0 for any free one,
    /// unix:///tmp/a.sock, unix://@name
    #[arg(required = true, value_name = "ENDPOINT")]
    endpoints: Vec<String>,
    /// Charset of the text: gbk, utf-8, …, or auto to guess
    #[arg(long, short, value_name = "CHARSET")]
    encoding: Option<String>,
    #[command(flatten)]
    frames: Frames,
    #[command(flatten)]
    peers: Peers,
    /// Look for messages without rest rather than sleep until one comes: answers leave sooner, and one CPU is busy all
    /// the time
    #[arg(long)]
    spin: bool,
    #[command(flatten)]
    pub(super) many: Many,
    #[command(flatten)]
    ends: Ends,
    #[command(flatten)]
    pub(super) look: Look,
    #[command(flatten)]
    flags: Flags<true>,
}

/// Which peers are welcome.
#[derive(clap::Args)]
#[command(next_help_heading = "Peers of a listener (tcp, unix, tls, ws)")]
pub(crate) struct Peers {
    /// How many at once; who comes beyond is turned away
    #[arg(long, value_name = "N", value_parser = args::count)]
    max_peers: Option<u64>,
    /// Let in only these: 192.168.1.0/24, ::1; may be repeated
    #[arg(long, value_name = "NET", value_parser = net)]
    allow: Vec<Net>,
    /// Turn these away, whatever --allow says; may be repeated
    #[arg(long, value_name = "NET", value_parser = net)]
    deny: Vec<Net>,
    /// Send a peer away that does nothing for this long
    #[arg(long, value_name = "TIME", value_parser = args::duration)]
    idle_peer: Option<Duration>,
    /// End with the last peer that was there
    #[arg(long)]
    once: bool,
    /// Hold this much for a peer that does not read; beyond, it misses what others say, and that is told
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = size)]
    queue: usize,
}

/// How streams are cut.
#[derive(clap::Args)]
#[command(next_help_heading = "Frames in a stream")]
pub(crate) struct Frames {
    /// Cut streams into frames, and send frames: line, delimiter:HEX, fixed:N, length:offset=4,width=2,
    /// varint, slip, cobs, netstring, quiet:20ms (docs/framing.md)
    #[arg(long, value_name = "FRAMING")]
    frame: Option<String>,
    /// With --frame: every frame ends with this checksum, such as crc16-modbus
    #[arg(long, value_name = "CHECKSUM", requires = "frame")]
    check: Option<String>,
    /// With --frame: the longest frame; 1MiB unless said otherwise
    #[arg(long, value_name = "SIZE", requires = "frame", value_parser = size)]
    max_frame: Option<usize>,
}

impl Serve {
    /// Charset to send text in.
    pub(crate) fn charset(&self) -> Result<Charset, Problem> {
        match self.encoding.as_deref() {
            None | Some("auto") => Ok(Charset::UTF_8),
            Some(label) => Charset::find(label),
        }
    }

    /// Where to listen.
    pub(crate) fn endpoints(&self) -> Result<Vec<Endpoint>, Problem> {
        self.flags.endpoints(&self.endpoints)
    }

    /// Whether nothing is to be said but warnings and errors.
    pub(crate) fn is_quiet(&self) -> bool {
        self.look.is_quiet()
    }

    /// How text is shown, where that was said.
    pub(super) fn viewing(&self) -> Result<Option<Viewing>, Problem> {
        let label = self.encoding.as_deref();
        label.map(|label| Viewing::find(label, &look::locale())).transpose()
    }

    /// When to end.
    pub(super) fn limits(&self) -> Limits {
        self.ends.limits()
    }

    /// Runs it. `transfer` shows what passes in the place of rows; `more` adds to the plan what the command has of
    /// its own.
    pub(crate) fn run(
        &mut self,
        purpose: Purpose,
        answer: Answer,
        transfer: Option<impl Sink + 'static>,
        more: impl FnOnce(&mut Plan),
    ) -> anyhow::Result<Verdict> {
        let viewing = self.viewing()?;
        let mut plan = Plan::new(Place::Listen(self.endpoints()?, purpose));
        plan.framing = self.frames.framing()?;
        plan.answer = answer;
        plan.gate = self.peers.gate();
        plan.limits = self.limits();
        plan.spin = self.spin;
        plan.utc_offset = look::utc_offset();
        more(&mut plan);
        // A command that waits with select(2) could not tell descriptors beyond 1023 apart.
        if !matches!(plan.answer, Answer::Command(_)) {
            open_many();
        }
        let stop = signals::stop()?;
        if transfer.is_some() {
            self.look.hide_rows();
        }
        let (mut bus, saving) = self.look.bus(viewing.as_ref(), look::WIDE)?;
        if let Some(transfer) = transfer {
            bus = bus.before(transfer);
        }
        let (mut bus, counts) = self.many.count(bus);
        let outcome = drive::run(plan, &mut bus, &stop);
        let verdict = saving.end(outcome);
        let counts = counts.map(|counts| (None, counts.tally()));
        self.many.tell(&self.look, counts.as_slice())?;
        verdict
    }
}

impl Peers {
    fn gate(&self) -> Gate {
        let access = Access { allow: self.allow.clone(), deny: self.deny.clone() };
        let max_peers = self.max_peers.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        Gate {
            access,
            max_peers,
            idle_peer: self.idle_peer,
            once: self.once,
            queue: self.queue,
            ..Gate::default()
        }
    }
}

impl Frames {
    /// Whether frames were asked for.
    pub(crate) fn any(&self) -> bool {
        self.frame.is_some()
    }

    /// The framing that was asked for.
    pub(crate) fn framing(&self) -> Result<Option<Arc<Framing>>, Problem> {
        let Some(text) = &self.frame else { return Ok(None) };
        let mut framing = Framing::parse(text)?;
        if let Some(check) = &self.check {
            framing = framing.with_check(Check::parse(check)?);
        }
        if let Some(most) = self.max_frame {
            framing = framing.with_max(most);
        }
        Ok(Some(Arc::new(framing)))
    }
}

/// Lets this process have as many peers as the system allows it: the soft limit of open files is raised to the
/// hard one (getrlimit(2)). Where that cannot be, what runs out is told when it does.
fn open_many() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

fn net(text: &str) -> Result<Net, String> {
    Net::parse(text).map_err(|problem| problem.to_string())
}

/// A size in bytes, at least one.
pub(crate) fn size(text: &str) -> Result<usize, String> {
    let size = quantity::size(text).map_err(|problem| problem.to_string())?;
    match usize::try_from(size) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err("write a size of at least one byte, such as 64KiB".to_owned()),
    }
}
