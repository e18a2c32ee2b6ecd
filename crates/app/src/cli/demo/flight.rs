//! The drone of the demo: a simulated one and a client, with real sockets between them.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use sockscope::bus::Bus;
use sockscope::core::ending::Limits;
use sockscope::core::lang::Lang;
use sockscope::core::moment::Now;
use sockscope::drive;
use sockscope::error::Error;
use sockscope::plan::{Place, Plan};
use sockscope::stop::Stop;
use sockscope_tello::client::{Client, Ports};
use sockscope_tello::fly::Script;
use sockscope_tello::fly::crew::{News, Party};
use sockscope_tello::fly::flight::Report;
use sockscope_tello::fly::map;
use sockscope_tello::pilot::Ways;
use sockscope_tello::sdk::Sdk;
use sockscope_tello::sim::faults::Faults;
use sockscope_tello::sim::{Drone, Simulator};

use super::{Catch, Note, PATIENCE};

/// Up, round a square, and down again.
const SCRIPT: &str = "takeoff\nrepeat 4\nforward 100\ncw 90\nend\nland\n";

/// So many times as fast as in truth.
const PACE: f64 = 10.0;

/// Where the flight is drawn, in characters.
const MAP: (usize, usize) = (24, 10);

/// What was flown: a row for each command, and the way from above.
pub(super) struct Flown {
    pub(super) rows: Vec<String>,
    pub(super) map: Vec<String>,
}

/// Flies it.
pub(super) fn flown(lang: Lang, rows: sockscope::view::rows::Rows) -> anyhow::Result<Flown> {
    // A drone tells its state to a port that is known before anybody speaks.
    let state = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let drone = Drone::new(Sdk::V2_0, 0, Faults::default(), PACE, 1).telling(state);
    let (catch, seen) = Catch::new(rows);
    let land = Stop::new()?;
    let (asked, waker) = (land.flag(), land.waker()?);
    let there = thread::spawn(move || {
        let anywhere = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
        let simulator = Simulator::new(vec![(anywhere, drone)], Box::new(|_: Now, _, _| {}));
        let mut plan = Plan::new(Place::Guided(Box::new(simulator.map_err(Error::from)?)));
        plan.limits = Limits { total: Some(PATIENCE), ..Limits::default() };
        drive::run(plan, &mut Bus::new().with(catch), &land).map(|_| ())
    });
    let Ok(Note::Open(endpoint)) = seen.recv() else {
        return match there.join() {
            Ok(Err(error)) => Err(error.into()),
            _ => bail!("the simulated drone did not open"),
        };
    };
    let address = endpoint.trim_start_matches("udp://").parse().context("where the drone is")?;
    let flown = fly(lang, address, state);
    asked.store(true, std::sync::atomic::Ordering::Relaxed);
    let _ = std::io::Write::write(&mut &waker, &[0]);
    there.join().map_err(|_| anyhow::anyhow!("the simulated drone broke down"))??;
    flown
}

/// The client's side.
fn fly(lang: Lang, drone: SocketAddr, state: u16) -> anyhow::Result<Flown> {
    let script = Script::read(SCRIPT, Sdk::V2_0).ok().context("the script of the demo")?;
    let told = Arc::new(Mutex::new(Vec::new()));
    let rows = Arc::clone(&told);
    let tell = move |_: Option<usize>, news: News<'_>| {
        if let News::Done(line, verdict, took) = news {
            rows.lock().unwrap_or_else(PoisonError::into_inner).push(row(
                lang,
                line,
                &verdict.words(lang),
                took,
            ));
        }
    };
    let (party, reports) = Party::new(script, 1, Box::new(tell));
    let ports = Ports { state, at: Ipv4Addr::LOCALHOST.into(), ..Ports::default() };
    let client = Client::new(party, &[drone], &Ways::default(), ports)?;
    let mut plan = Plan::new(Place::Guided(Box::new(client)));
    plan.limits = Limits { total: Some(PATIENCE), ..Limits::default() };
    drive::run(plan, &mut Bus::new(), &Stop::new()?)?;
    let reports = reports.borrow();
    let Some(Report { failed: None, track, .. }) = reports.first() else { bail!("the drone did not fly") };
    let home = track.last().map(|point| point.place.map(f64::round));
    ensure!(home == Some([0.0; 3]), "the drone did not come home");
    let map = map::draw(&[track], MAP.0, MAP.1);
    let rows = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Flown { rows, map })
}

fn row(lang: Lang, line: &str, words: &str, took: Duration) -> String {
    let seconds = lang.pick("s", "秒");
    format!("{line:<12} {words:<5} {:.2} {seconds}", took.as_secs_f64())
}
