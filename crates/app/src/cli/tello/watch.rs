//! `sockscope tello state` and `sockscope tello video`: what a drone tells and shows, without flying it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sockscope::bus::Bus;
use sockscope::core::lang::Lang;
use sockscope::core::moment::{Moment, Now};
use sockscope::drive;
use sockscope::plan::{Place, Plan};
use sockscope::stop::Stop;
use sockscope::view::json::Object;
use sockscope_tello::client::{Client, Ports};
use sockscope_tello::onlooker::{Enough, Onlooker, Seen};
use sockscope_tello::pilot::Ways;
use sockscope_tello::sdk::VIDEO_PORT;
use sockscope_tello::state::State;
use sockscope_tello::telemetry::{self, Plots};
use sockscope_tello::video::Receiver;

use super::link::Link;
use super::of_file;
use super::snapshot::Snapshot;
use crate::cli::args;
use crate::cli::save::Save;
use crate::exit::Verdict;
use crate::{out, signals};

#[derive(clap::Args)]
pub(crate) struct StateArgs {
    #[command(flatten)]
    link: Link,
    /// One JSON object for each state; else a line a second, or at a terminal plots of the last minute
    #[arg(long)]
    json: bool,
    /// Write each state to a new file, a row for each
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    /// End after so many states
    #[arg(long, value_name = "N", value_parser = args::count)]
    count: Option<u64>,
    /// End after so long
    #[arg(long = "for", value_name = "TIME", value_parser = args::duration)]
    time: Option<Duration>,
    #[command(flatten)]
    save: Save,
}

#[derive(clap::Args)]
pub(crate) struct VideoArgs {
    #[command(flatten)]
    link: Link,
    /// Take video at this port
    #[arg(long, value_name = "PORT", default_value_t = VIDEO_PORT)]
    video_port: u16,
    /// Write the stream to a new file, from the first key frame on; - for standard output, to a player: ffplay -
    #[arg(long, short, value_name = "FILE.h264")]
    output: Option<PathBuf>,
    /// Write the first picture to a new file, and end unless told when to
    #[arg(long, value_name = "FILE.png")]
    snapshot: Option<PathBuf>,
    /// End after so many frames
    #[arg(long, value_name = "N", value_parser = args::count)]
    count: Option<u64>,
    /// End after so long
    #[arg(long = "for", value_name = "TIME", value_parser = args::duration)]
    time: Option<Duration>,
    #[command(flatten)]
    save: Save,
}

pub(crate) fn state(args: &StateArgs) -> anyhow::Result<Verdict> {
    let mut csv = args.csv.as_deref().map(csv).transpose()?;
    let mut told = Told::new(args.json, args.link.lang());
    let limits = Limits::new(args.count, args.time);
    let mut count = 0;
    let lang = args.link.lang();
    let eyes = move |now: Now, seen: Seen<'_>| match seen {
        Seen::State(state) => {
            count += 1;
            let since = told.since(now.moment);
            let kept = csv
                .as_mut()
                .map_or(Ok(()), |file| file.write_all(telemetry::csv_row(since, state).as_bytes()));
            let shown = told.state(now.moment, state);
            match (kept, shown) {
                (Ok(()), Ok(())) => limits.reached(count, since),
                (Err(error), _) => {
                    out::talk(&format!("the CSV file ends here: {error}\n"));
                    Enough::Failed
                }
                // Nobody is left to read it.
                (_, Err(_)) => Enough::Yes,
            }
        }
        Seen::Tick => limits.over(told.since(now.moment), count),
        other => trouble(&other, lang),
    };
    run(&args.link, Box::new(eyes), None, &args.save)
}

pub(crate) fn video(args: &VideoArgs) -> anyhow::Result<Verdict> {
    let mut output = match args.output.as_deref() {
        None => None,
        Some(path) if path == Path::new("-") => Some(out::stream()?),
        Some(path) => Some(begin(path)?),
    };
    let mut snapshot = args.snapshot.as_deref().map(Snapshot::begin).transpose()?;
    let ends = args.count.is_none() && args.time.is_none();
    let lang = args.link.lang();
    let limits = Limits::new(args.count, args.time);
    let mut receiver = Receiver::default();
    let (mut begun, mut told, mut has_key, mut sets) = (None, 0, false, Vec::new());
    let eyes = move |now: Now, seen: Seen<'_>| match seen {
        Seen::Video(bytes) => {
            receiver.take(now.moment, bytes);
            while let Some(picture) = receiver.picture() {
                if picture.sets {
                    sets.extend_from_slice(&picture.bytes);
                    continue;
                }
                has_key |= picture.key;
                let ahead = std::mem::take(&mut sets);
                if has_key
                    && let Some(taken) = snapshot.take_if(|snapshot| snapshot.take(&ahead, &picture.bytes))
                    && ends
                {
                    out::talk(&format!("{}\n", receiver.report()));
                    return taken.end();
                }
                // A decoder can do nothing with what comes before.
                if has_key
                    && let Some(file) = &mut output
                    && let Err(error) = file.write_all(&ahead).and_then(|()| file.write_all(&picture.bytes))
                {
                    out::talk(&format!("the stream ends here: {error}\n"));
                    return if error.kind() == std::io::ErrorKind::BrokenPipe {
                        Enough::Yes
                    } else {
                        Enough::Failed
                    };
                }
            }
            let enough =
                limits.reached(receiver.report().frames, now.moment - *begun.get_or_insert(now.moment));
            if enough != Enough::No {
                out::talk(&format!("{}\n", receiver.report()));
            }
            enough
        }
        Seen::Tick => {
            let since = now.moment - *begun.get_or_insert(now.moment);
            let report = receiver.report();
            let enough = limits.over(since, report.frames);
            if since.as_secs() > told || enough != Enough::No {
                told = since.as_secs();
                out::talk(&format!("{report}\n"));
            }
            enough
        }
        Seen::State(_) => Enough::No,
        other => trouble(&other, lang),
    };
    run(&args.link, Box::new(eyes), Some(args.video_port), &args.save)
}

/// Looks until it is enough.
fn run(
    link: &Link,
    eyes: sockscope_tello::onlooker::Eyes,
    video: Option<u16>,
    save: &Save,
) -> anyhow::Result<Verdict> {
    let onlooker = Onlooker::new(eyes, link.doctor()?, video.is_some(), signals::asked()?);
    let ports = Ports { video, ..link.ports(None) };
    let ways = Ways { sdk: link.sdk, ..Ways::default() };
    let client = Client::new(onlooker, &[link.drone], &ways, ports)?;
    let (mut bus, saving) = save.bus(Bus::new(), None, false)?;
    saving.end(drive::run(Plan::new(Place::Guided(Box::new(client))), &mut bus, &Stop::new()?))
}

/// Tells what is wrong; it goes on.
fn trouble(seen: &Seen<'_>, lang: Lang) -> Enough {
    let words = match seen {
        Seen::Wrong(diagnosis) => diagnosis.words(lang),
        Seen::Trouble(words) => words.clone(),
        Seen::State(_) | Seen::Video(_) | Seen::Tick => return Enough::No,
    };
    out::talk(&format!("{}: {words}\n", lang.pick("warning", "警告")));
    Enough::No
}

/// When it is enough.
#[derive(Clone, Copy)]
struct Limits {
    count: Option<u64>,
    time: Option<Duration>,
}

impl Limits {
    fn new(count: Option<u64>, time: Option<Duration>) -> Self {
        Self { count, time }
    }

    fn reached(self, count: u64, since: Duration) -> Enough {
        match self.count {
            Some(most) if count >= most => Enough::Yes,
            _ => self.over(since, count),
        }
    }

    /// Whether the time is over; what came decides whether all is well.
    fn over(self, since: Duration, count: u64) -> Enough {
        match self.time {
            Some(time) if since >= time && (count == 0 || self.count.is_some_and(|most| count < most)) => {
                Enough::Failed
            }
            Some(time) if since >= time => Enough::Yes,
            _ => Enough::No,
        }
    }
}

/// A new file.
pub(super) fn begin(path: &Path) -> anyhow::Result<File> {
    File::create_new(path).map_err(of_file("begin", path))
}

/// A new file for state.
pub(super) fn csv(path: &Path) -> anyhow::Result<File> {
    let mut file = begin(path)?;
    file.write_all(telemetry::csv_head().as_bytes()).map_err(of_file("write", path))?;
    Ok(file)
}

/// How states are told.
struct Told {
    json: bool,
    lang: Lang,
    plots: Option<Plots>,
    begun: Option<Moment>,
    next: Option<Moment>,
    rows: usize,
}

impl Told {
    fn new(json: bool, lang: Lang) -> Self {
        let plots = (!json && out::is_terminal()).then(Plots::default);
        Self { json, lang, plots, begun: None, next: None, rows: 0 }
    }

    fn since(&mut self, now: Moment) -> Duration {
        now - *self.begun.get_or_insert(now)
    }

    fn state(&mut self, now: Moment, state: &State) -> anyhow::Result<()> {
        if self.json {
            let mut line = Vec::new();
            let mut object = Object::begin(&mut line);
            object.text("type", "state");
            let numbers = telemetry::KEYS.iter().filter_map(|key| Some((*key, state.number(key)?)));
            for (key, number) in [("seconds", self.since(now).as_secs_f64())].into_iter().chain(numbers) {
                object.key(key).extend_from_slice(number.to_string().as_bytes());
            }
            object.end();
            line.push(b'\n');
            return Ok(out::result(&line)?);
        }
        if let Some(plots) = &mut self.plots {
            plots.take(now, state);
        }
        if self.next.is_some_and(|next| now < next) {
            return Ok(());
        }
        let Some(plots) = &self.plots else {
            self.next = Some(now + Duration::from_secs(1));
            return Ok(out::result(format!("{}\n", telemetry::line(state, self.lang)).as_bytes())?);
        };
        self.next = Some(now + Duration::from_millis(500));
        // Over what was there: CUU and ED (ECMA-48).
        let back = if self.rows > 0 { format!("\x1b[{}A\x1b[J", self.rows) } else { String::new() };
        let rows = plots.rows(out::columns().unwrap_or(80), self.lang);
        self.rows = rows.len();
        Ok(out::result(format!("{back}{}\n", rows.join("\n")).as_bytes())?)
    }
}
