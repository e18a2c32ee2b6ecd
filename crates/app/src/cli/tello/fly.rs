//! `sockscope tello fly`: a script, checked and flown.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use sockscope::bus::Bus;
use sockscope::core::lang::Lang;
use sockscope::drive;
use sockscope::plan::{Place, Plan as Run};
use sockscope::stop::Stop;
use sockscope_tello::client::{Client, Ports};
use sockscope_tello::fly::Script;
use sockscope_tello::fly::crew::{News, Party};
use sockscope_tello::fly::flight::Report;
use sockscope_tello::fly::plan::Plan;
use sockscope_tello::fly::rehearsal::rehearse;
use sockscope_tello::fly::svg::{self, Track};
use sockscope_tello::pilot::Ways;
use sockscope_tello::sdk::{STATE_PORT, Sdk};
use sockscope_tello::sim::Drone;
use sockscope_tello::sim::faults::Faults;

use super::{drone, of_file, sdk};
use crate::cli::save::Save;
use crate::exit::Verdict;
use crate::{out, signals};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The script: a command a line, wait, until, expect, repeat and end, say (docs/tello.md)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The drone, or several with commas between: 192.168.10.1, 10.0.0.7:8889
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', value_parser = drone, default_value = "192.168.10.1")]
    drones: Vec<SocketAddr>,
    /// What the drone understands: 1.3, 2.0 or 3.0
    #[arg(long, value_name = "SDK", default_value = "2.0", value_parser = sdk)]
    sdk: Sdk,
    /// Check it and tell where it would lead, and fly nothing
    #[arg(long)]
    dry_run: bool,
    /// Fly it with a simulated drone first, which takes no time; with a true one only if all went well
    #[arg(long, conflicts_with = "dry_run")]
    sim: bool,
    /// Send commands from this port; any that is free when absent
    #[arg(long, value_name = "PORT")]
    bind: Option<u16>,
    /// Take state at this port
    #[arg(long, value_name = "PORT", default_value_t = STATE_PORT)]
    state_port: u16,
    /// Draw the way as a picture
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    save: Save,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let script = args.script()?;
    if args.dry_run {
        let plans: Vec<_> = (1..=args.drones.len()).map(|number| Plan::of(&script, number)).collect();
        plans.iter().try_for_each(told)?;
        args.draw(plans.into_iter().map(|plan| plan.points))?;
        return Ok(Verdict::Done);
    }
    if args.sim {
        args.rehearse(&script)?;
    }
    let many = args.drones.len() > 1;
    let (mut party, reports) =
        Party::new(script, args.drones.len(), Box::new(move |drone, news| tell(many, drone, &news)));
    party.stopped_by(signals::asked()?);
    let ports = Ports { local: args.bind, state: args.state_port, ..Ports::default() };
    let ways = Ways { sdk: args.sdk, ..Ways::default() };
    let client = Client::new(party, &args.drones, &ways, ports)?;
    let (mut bus, saving) = args.save.bus(Bus::new(), None, false)?;
    let ended = drive::run(Run::new(Place::Guided(Box::new(client))), &mut bus, &Stop::new()?);
    for (drone, report) in args.drones.iter().zip(reports.borrow().iter()) {
        out::talk(&summary(many.then_some(*drone), report));
    }
    args.draw(reports.borrow().iter().map(|report| report.track.clone()))?;
    saving.end(ended)
}

impl Args {
    /// The script, checked. Each line that is wrong is told.
    fn script(&self) -> anyhow::Result<Script> {
        let text = std::fs::read_to_string(&self.file).map_err(of_file("read", &self.file))?;
        Script::read(&text, self.sdk).map_err(|problems| {
            let mut problems = problems.into_iter().map(anyhow::Error::from);
            let last = problems.next_back().expect("something is wrong");
            problems.for_each(|problem| out::error(&problem));
            last
        })
    }

    /// Flies it with simulated drones.
    fn rehearse(&self, script: &Script) -> anyhow::Result<()> {
        for number in 1..=self.drones.len() {
            let mut drone = Drone::new(self.sdk, number, Faults::default(), 1.0, number as u64);
            let (report, _) = rehearse(script, self.sdk, number, &mut drone, &mut |_, _, _, _| {});
            if let Some((line, why)) = report.failed {
                bail!("the simulated drone fails in line {line}: {why}; nothing flew");
            }
            let words =
                format!("simulated: {} steps in {:.0} s\n", report.steps.len(), report.took.as_secs_f64());
            out::talk(&words);
        }
        Ok(())
    }

    /// Draws where drones went.
    fn draw(&self, ways: impl Iterator<Item = Vec<sockscope_tello::fly::plan::Point>>) -> anyhow::Result<()> {
        let Some(path) = &self.plot else { return Ok(()) };
        let track = |(drone, points): (&SocketAddr, _)| Track { label: drone.ip().to_string(), points };
        let tracks: Vec<_> = self.drones.iter().zip(ways).map(track).collect();
        let picture = svg::draw(&self.file.display().to_string(), &tracks);
        std::fs::write(path, picture).map_err(of_file("write", path))
    }
}

/// Tells where a script would lead.
fn told(plan: &Plan) -> anyhow::Result<()> {
    let far = plan.points.iter().map(|point| point.place[0].hypot(point.place[1])).fold(0.0, f64::max);
    let high = plan.points.iter().map(|point| point.place[2]).fold(0.0, f64::max);
    let seconds = Duration::as_secs_f64(&plan.takes);
    let line = format!("takes about {seconds:.0} s, leads {far:.0} cm away and {high:.0} cm up\n");
    out::result(line.as_bytes())?;
    for warning in &plan.warnings {
        out::talk(&format!("warning: {warning}\n"));
    }
    Ok(())
}

/// Tells what happens, each answer behind its command.
fn tell(many: bool, drone: Option<usize>, news: &News<'_>) {
    let name = drone.filter(|_| many).map(|drone| format!("#{} ", drone + 1)).unwrap_or_default();
    let line = match news {
        News::Done(line, verdict, took) => {
            format!("{line:<26} {}  ({:.1} s)", verdict.words(Lang::En), took.as_secs_f64())
        }
        News::Say(words) => (*words).to_owned(),
        News::Again(line) => format!("{line:<26} no answer yet, sent again"),
        News::Stray(reply, stray) => format!("{:<26} {}", "", stray.words(reply, Lang::En)),
        News::Trouble(trouble) => return out::talk(&format!("{name}warning: {trouble}\n")),
        News::Failed(line, why) => {
            return out::talk(&format!("{name}line {line}: {why}; it lands, if it flies\n"));
        }
    };
    // Nobody left to read it is no reason to let a drone fall.
    let _ = out::result(format!("{name}{line}\n").as_bytes());
}

/// What became of a flight.
fn summary(drone: Option<SocketAddr>, report: &Report) -> String {
    let name = drone.map(|drone| format!("{}: ", drone.ip())).unwrap_or_default();
    let steps = report.steps.len();
    match &report.failed {
        None => format!("{name}flown to its end: {steps} steps in {:.1} s\n", report.took.as_secs_f64()),
        Some((0, why)) => format!("{name}not flown: {why}\n"),
        Some((line, why)) => format!("{name}failed in line {line}: {why}\n"),
    }
}
