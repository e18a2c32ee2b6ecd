//! `sockscope tello probe`: whether a drone or a simulator does what the protocol says.

use sockscope::bus::Bus;
use sockscope::drive;
use sockscope::plan::{Place, Plan};
use sockscope::stop::Stop;
use sockscope_tello::probe::{Depth, Probe};

use super::link::Link;
use crate::cli::save::Save;
use crate::exit::Verdict;
use crate::{out, signals};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    link: Link,
    /// Fly too: take off, move a little, land; without it the motors never start
    #[arg(long)]
    fly: bool,
    /// With --fly: wait for the landing after 15 s without a command too
    #[arg(long, requires = "fly")]
    slow: bool,
    #[command(flatten)]
    save: Save,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let link = &args.link;
    let lang = link.lang();
    let depth = if args.fly { Depth::Flight } else { Depth::Ground };
    let (mut probe, report) = Probe::new(link.drone, link.sdk, depth, link.ports(None))?;
    if args.slow {
        probe = probe.slow();
    }
    probe.stopped_by(signals::asked()?);
    out::talk(lang.pick(
        "it takes a minute or two; Ctrl-C ends it, and lands first if it flies\n",
        "大约需要一两分钟；按 Ctrl-C 结束，飞行中先降落\n",
    ));
    let (mut bus, saving) = args.save.bus(Bus::new(), None, false)?;
    let ended = drive::run(Plan::new(Place::Guided(Box::new(probe))), &mut bus, &Stop::new()?);
    out::result(report.borrow().text(lang).as_bytes())?;
    saving.end(ended)
}
