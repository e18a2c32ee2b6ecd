//! `sockscope tello fly`: a script, checked and flown.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use sockscope_tello::fly::Script;
use sockscope_tello::fly::plan::Plan;
use sockscope_tello::fly::svg::{self, Track};
use sockscope_tello::sdk::Sdk;

use super::sdk;
use crate::exit::Verdict;
use crate::out;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The script: a command a line, wait, until, expect, repeat and end, say (docs/tello.md)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the drone understands: 1.3, 2.0 or 3.0
    #[arg(long, value_name = "SDK", default_value = "2.0", value_parser = sdk)]
    sdk: Sdk,
    /// Check it and tell where it would lead, and fly nothing
    #[arg(long)]
    dry_run: bool,
    /// Draw the way as a picture
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let name = args.file.display();
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("cannot read {name}"))?;
    let script = match Script::read(&text, args.sdk) {
        Ok(script) => script,
        Err(problems) => {
            // Each is told with its place; the last one ends it.
            let mut problems = problems.into_iter().map(anyhow::Error::from);
            let last = problems.next_back().context("a script is wrong somewhere")?;
            problems.for_each(|problem| out::error(&problem));
            return Err(last);
        }
    };
    let plan = Plan::of(&script, 1);
    told(&plan)?;
    if let Some(path) = &args.plot {
        let track = Track { label: name.to_string(), points: plan.points.clone() };
        std::fs::write(path, svg::draw(&name.to_string(), &[track]))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(Verdict::Done)
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
