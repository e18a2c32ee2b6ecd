//! `-z`: whether somebody is there.

use std::time::Duration;

use sockscope::bus::Bus;
use sockscope::core::charset::{Charset, Unmappable};
use sockscope::core::ending::Limits;
use sockscope::core::endpoint::Endpoint;
use sockscope::core::event::{End, Purpose};
use sockscope::core::payload::{Eol, Payload};
use sockscope::core::problem::Problem;
use sockscope::drive;
use sockscope::plan::{Down, Place, Plan};
use sockscope::stop::Stop;

use super::Args;
use super::watch::Watch;
use crate::exit::Verdict;
use crate::{out, signals};

/// How long an error may take to come back for a datagram, as ncat waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks at every port; done if somebody is at one of them.
pub(super) fn run(args: &Args) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::No;
    for port in args.place.ports()? {
        let endpoint = args.endpoint(port)?;
        let stop = signals::stop()?;
        match look(args, endpoint, &stop) {
            Ok(Found::There) => verdict = Verdict::Done,
            Ok(Found::Nobody) => {}
            Ok(Found::Stopped) => return Ok(verdict),
            Err(error) if error.is_no() => out::error(&error.into()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(verdict)
}

enum Found {
    There,
    Nobody,
    /// A signal ended it.
    Stopped,
}

/// Looks at one port.
fn look(args: &Args, endpoint: Endpoint, stop: &Stop) -> Result<Found, sockscope::error::Error> {
    let watch = Watch::default();
    let (plan, watched) = match args.place.datagrams() {
        true => (asking(endpoint)?, watch.stopping(stop.flag())),
        false => (Plan::new(Place::Reach(endpoint, Purpose::Talk)), watch.probing(stop.flag())),
    };
    let mut bus = args.told(Bus::new().with(watched)).map_err(sockscope::error::Error::Output)?;
    let outcome = drive::run(plan, &mut bus, stop)?;
    Ok(match outcome.end {
        _ if watch.failed() => Found::Nobody,
        End::Stopped if !watch.opened() || args.place.datagrams() => Found::Stopped,
        End::Stopped | End::Ended | End::Done | End::NoAnswer => Found::There,
        _ => Found::Nobody,
    })
}

/// An empty datagram, and time for an error to come back. None may mean that somebody is there.
fn asking(endpoint: Endpoint) -> Result<Plan, Problem> {
    let template = Payload::plain("").compile(Charset::UTF_8, &Unmappable::Refuse, Eol::None)?;
    let mut plan = Plan::new(Place::Reach(endpoint, Purpose::Send));
    plan.down = Some(Down::Repeat { template, every: Duration::ZERO, count: Some(1) });
    plan.limits = Limits { wait: Some(PATIENCE), ..Limits::default() };
    Ok(plan)
}
