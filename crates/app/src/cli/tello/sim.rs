//! `sockscope tello sim`: drones that are none.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, bail};
use sockscope::core::lang::Lang;
use sockscope::core::moment::Now;
use sockscope::drive;
use sockscope::plan::{Place, Plan};
use sockscope_tello::sdk::{COMMAND_PORT, Sdk};
use sockscope_tello::sim::faults::{FAULTS, Faults};
use sockscope_tello::sim::pads::Pads;
use sockscope_tello::sim::{Drone, Event, Film, Note, Simulator};
use sockscope_tello::video;

use super::sky::Sky;
use super::{netns, of_file, sdk};
use crate::cli::look;
use crate::cli::save::Save;
use crate::exit::Verdict;
use crate::{out, signals};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where it takes commands: an address of this machine, 127.0.0.1 when absent; with --netns 192.168.10.1
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<Ipv4Addr>,
    /// Give it a network of its own, joined to this one, so that any client flies it at 192.168.10.1 and its true
    /// ports; needs the right to make one (sudo), and is gone when it ends
    #[arg(long)]
    netns: bool,
    /// At which port; clients know 8889 only
    #[arg(long, value_name = "PORT", default_value_t = COMMAND_PORT)]
    port: u16,
    /// So many drones, each at the next address
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=250))]
    count: u32,
    /// What it understands: 1.3, 2.0 or 3.0, a RoboMaster TT
    #[arg(long, value_name = "SDK", default_value = "2.0", value_parser = sdk)]
    sdk: Sdk,
    /// Mission pads on the floor, each with cm ahead and to the left of the start: m1@0/0,m2@100/-50, or none; when
    /// absent, m1 to m4 lie in a row from the start on, 100 cm apart, and m5 to m8 in another to the left
    #[arg(long, value_name = "PADS")]
    pads: Option<String>,
    /// Show this film over and over instead of the built-in picture: an H.264 byte stream (Annex B)
    #[arg(long, value_name = "FILE.h264")]
    video: Option<PathBuf>,
    /// So many times as fast as in truth, its state excepted
    #[arg(long, value_name = "TIMES", default_value_t = 1.0)]
    speed: f64,
    /// What goes wrong, and how often: lose=10%,late=0.2/500ms,binary; --faults list tells all
    #[arg(long, value_name = "FAULTS")]
    faults: Option<String>,
    /// Seed of what goes wrong; chosen and told when absent
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Show the flight from above, in the terminal
    #[arg(long)]
    watch: bool,
    /// Say nothing of what passes
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    save: Save,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    if args.faults.as_deref() == Some("list") {
        out::result(faults(look::lang()).as_bytes())?;
        return Ok(Verdict::Done);
    }
    let faults = args.faults.as_deref().map(Faults::read).transpose()?.unwrap_or_default();
    let pads = args.pads.as_deref().map(Pads::read).transpose()?.unwrap_or_default();
    let seed = args.seed.unwrap_or_else(look::seed);
    if args.faults.is_some() && args.seed.is_none() && !args.quiet {
        out::talk(&format!("seed {seed}\n"));
    }
    let first = args.bind.unwrap_or(if args.netns { netns::DRONE } else { Ipv4Addr::LOCALHOST });
    let cable = args.netns.then(|| netns::enter(first, args.count)).transpose()?;
    if let Some(cable) = cable.as_ref().filter(|_| !args.quiet) {
        out::talk(&format!("fly it from here: this machine has the address {} beside it\n", cable.client));
    }
    let film = args.film()?;
    let mut drones = Vec::new();
    for number in 0..args.count {
        let address = u32::from(first).checked_add(number).context("there are not so many addresses")?;
        let address = SocketAddr::new(IpAddr::V4(address.into()), args.port);
        if !args.quiet {
            out::talk(&format!("drone {} at {address}, SDK {}\n", number + 1, args.sdk));
        }
        let drone =
            Drone::new(args.sdk, number as usize, faults.clone(), args.speed, seed).above(pads.clone());
        drones.push((address, film.iter().fold(drone, |drone, film| drone.showing(Film::clone(film)))));
    }
    let many = args.count > 1;
    let mut sky = args.watch.then(|| Sky::new(args.count as usize));
    let quiet = args.quiet || args.watch;
    let told = move |now: Now, drone: usize, event: Event<'_>| {
        if let (Some(sky), Event::Look(look)) = (&mut sky, &event) {
            sky.look(now.moment, drone, look);
        } else if !quiet {
            let name = if many { format!("#{} ", drone + 1) } else { String::new() };
            // Nobody left to read it is nobody's trouble.
            let _ = out::result(format!("{name}{}\n", words(&event)).as_bytes());
        }
    };
    let mut simulator = Simulator::new(drones, Box::new(told))?;
    if args.watch {
        simulator = simulator.watched();
    }
    let (mut bus, saving) = args.save.bus(sockscope::bus::Bus::new(), None, args.quiet)?;
    let stop = signals::stop()?;
    let ended = saving.end(drive::run(Plan::new(Place::Guided(Box::new(simulator))), &mut bus, &stop));
    cable.map_or(Ok(()), netns::Cable::pull)?;
    ended
}

impl Args {
    /// The film to be shown, if there is one.
    fn film(&self) -> anyhow::Result<Option<Film>> {
        let Some(path) = &self.video else { return Ok(None) };
        let stream = std::fs::read(path).map_err(of_file("read", path))?;
        let film = video::units(&stream);
        if film.is_empty() {
            bail!(
                "{} is no H.264 byte stream: ffmpeg -i film.mp4 -an -c:v copy -bsf h264_mp4toannexb film.h264 makes one",
                path.display()
            );
        }
        Ok(Some(film.into()))
    }
}

/// What is told of an event.
fn words(event: &Event<'_>) -> String {
    match event {
        Event::Heard(from, bytes) => format!("<- {from}  {}", bytes.escape_ascii()),
        Event::Said(to, bytes) => format!("-> {to}  {}", bytes.escape_ascii()),
        Event::Look(_) => String::new(),
        Event::Note(Note::Entered(from)) => format!("   {from} entered SDK mode"),
        Event::Note(Note::Binary(from)) => {
            format!("   {from} speaks the app's binary protocol, which is not understood here")
        }
        Event::Note(Note::Early(from)) => format!("   {from} spoke before command: no answer"),
        Event::Note(Note::Alone) => "   nobody said anything for 15 s: it lands".to_owned(),
        Event::Note(Note::Fault(name)) => format!("   fault {name}"),
    }
}

/// All faults, for people.
fn faults(lang: Lang) -> String {
    let row = |spec: &sockscope_tello::sim::faults::FaultSpec| {
        let value = if spec.value.is_empty() { String::new() } else { format!("={}", spec.value) };
        format!("{:<16}  {}\n", spec.name.to_owned() + &value, lang.pick(spec.en, spec.zh))
    };
    FAULTS.iter().map(row).collect()
}
