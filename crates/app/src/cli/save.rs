//! What passes, kept as a recording.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use sockscope::bus::Bus;
use sockscope::core::charset::Viewing;
use sockscope::core::problem::Problem;
use sockscope::core::quantity;
use sockscope::record::{Record, Rotate, Saved, Target, is_there};
use sockscope::view::pcapng::{About, Recorder};
use sockscope::view::progress::size;

use crate::exit::Verdict;
use crate::out;

/// Where to record, and how.
#[derive(clap::Args)]
#[command(next_help_heading = "What to record")]
pub(crate) struct Save {
    /// Record what passes, with all facts, in a new file that Wireshark reads; - for standard output
    #[arg(long, value_name = "FILE.pcapng")]
    save: Option<PathBuf>,
    /// With --save: go on behind what the file holds
    #[arg(long, requires = "save")]
    append: bool,
    /// With --save: begin a new file, x-00001.pcapng and so on, before one is longer than this, or after this time:
    /// 100MiB, 1h
    #[arg(long, requires = "save", value_name = "SIZE|TIME", value_parser = rotate)]
    rotate: Option<Rotate>,
    /// With --rotate: keep only the last N files
    #[arg(long, requires = "rotate", value_name = "N", value_parser = super::args::count)]
    keep: Option<u64>,
    /// With --save: record at most this much of each packet, headers included
    #[arg(long, requires = "save", value_name = "SIZE", value_parser = snap)]
    snap: Option<u32>,
    #[arg(skip)]
    captured: bool,
}

/// A recording under way, to be told of when it has ended.
pub(crate) struct Saving {
    saved: Option<Rc<RefCell<Saved>>>,
    quiet: bool,
}

impl Save {
    /// Whether standard output is for the recording.
    pub(crate) fn is_output(&self) -> bool {
        self.save.as_ref().is_some_and(|path| path.as_os_str() == "-")
    }

    /// What is recorded are packets as they were.
    pub(crate) fn set_captured(&mut self) {
        self.captured = true;
    }

    /// The most that is recorded of a packet.
    pub(crate) fn snap(&self) -> Option<u32> {
        self.snap
    }

    /// Where a shard records, or the only one there is.
    fn path(&self, shard: Option<usize>) -> Option<PathBuf> {
        let path = self.save.as_deref()?;
        Some(shard.map_or_else(|| path.to_owned(), |shard| of_shard(path, &shard.to_string())))
    }

    /// How the recordings of all shards become one, if there are any.
    pub(crate) fn joined(&self) -> Option<String> {
        let path = self.save.as_deref()?;
        Some(format!("mergecap -w {} {} makes one of them\n", path.display(), of_shard(path, "*").display()))
    }

    /// Whether each of so many shards can have a recording of its own.
    ///
    /// # Errors
    ///
    /// A file is there already, or all would go to standard output.
    pub(crate) fn check(&self, shards: usize) -> Result<(), Problem> {
        if self.is_output() {
            let what = "standard output cannot be for the recordings of several shards";
            return Err(Problem::whole("", what, "save into files: --save x.pcapng"));
        }
        let paths = (0..shards).filter_map(|shard| self.path(Some(shard)));
        match paths.filter(|_| !self.append && self.rotate.is_none()).find(|path| path.is_file()) {
            Some(path) => Err(is_there(&path)),
            None => Ok(()),
        }
    }

    /// Records what a bus tells, if that is asked for.
    pub(crate) fn bus<'a>(
        &self,
        bus: Bus<'a>,
        asked: Option<&Viewing>,
        quiet: bool,
    ) -> anyhow::Result<(Bus<'a>, Saving)> {
        self.bus_of(bus, asked, quiet, None)
    }

    /// The same for the bus of one of several shards, where `shard` is its number.
    pub(crate) fn bus_of<'a>(
        &self,
        bus: Bus<'a>,
        asked: Option<&Viewing>,
        quiet: bool,
        shard: Option<usize>,
    ) -> anyhow::Result<(Bus<'a>, Saving)> {
        let Some(path) = &self.path(shard) else { return Ok((bus, Saving { saved: None, quiet })) };
        let target = Target {
            path: path.clone(),
            stream: self.is_output().then(out::stream).transpose()?,
            append: self.append,
            rotate: self.rotate,
            keep: self.keep.map(|keep| usize::try_from(keep).unwrap_or(usize::MAX)),
        };
        let recorder = Recorder::new(About { captured: self.captured, snap: self.snap, ..about(asked) });
        let (record, saved) =
            Record::open(target, recorder, |words| out::talk(&format!("sockscope: {words}\n")))?;
        let mended = saved.borrow().mended;
        if mended > 0 {
            out::talk(&format!(
                "{} ended inside a block: its last {mended} bytes were cut off\n",
                path.display()
            ));
        }
        Ok((bus.with(record), Saving { saved: Some(saved), quiet }))
    }
}

impl Saving {
    /// Tells what was recorded. A run whose recording is not whole did not do all it should.
    pub(crate) fn end(
        self,
        ended: Result<impl Into<Verdict>, impl Into<anyhow::Error>>,
    ) -> anyhow::Result<Verdict> {
        let quiet = self.quiet;
        let whole = self.saved().is_none_or(|saved| is_whole(&saved, quiet));
        let verdict = ended.map_err(Into::into)?.into();
        Ok(if whole { verdict } else { Verdict::No })
    }

    /// What was recorded, if anything was to be.
    pub(crate) fn saved(self) -> Option<Saved> {
        self.saved.map(|saved| saved.borrow().clone())
    }
}

/// Tells what was recorded; returns whether that is all.
pub(crate) fn is_whole(saved: &Saved, quiet: bool) -> bool {
    let whole = saved.lost.is_none();
    if !quiet || !whole {
        out::talk(&format!("{}\n", told(saved)));
    }
    whole
}

/// The recording of one shard: `x.0.pcapng` for `x.pcapng`.
fn of_shard(path: &Path, shard: &str) -> PathBuf {
    match path.extension() {
        Some(end) => path.with_extension(shard).with_added_extension(end),
        None => path.with_added_extension(shard),
    }
}

/// What a recording says of this program.
pub(crate) fn about(asked: Option<&Viewing>) -> About {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    About {
        os: format!("{} {}", std::env::consts::OS, release.trim()).trim().to_owned(),
        application: format!("sockscope {}", env!("CARGO_PKG_VERSION")),
        charset: asked.map(|viewing| match viewing {
            Viewing::Chosen(charset) => charset.name().to_owned(),
            Viewing::Auto(_) => "auto".to_owned(),
        }),
        ..About::default()
    }
}

/// What was recorded, as one line.
pub(crate) fn told(saved: &Saved) -> String {
    let packets = counted(saved.packets, "packet");
    let path = match saved.path.display().to_string() {
        dash if dash == "-" => "standard output".to_owned(),
        path => path,
    };
    let mut words = match &saved.lost {
        Some((lost, why)) => {
            format!("recorded only {packets}: {} could not be: {why}", counted(*lost, "packet"))
        }
        None => format!("recorded {packets}, {} in {path}", size(saved.bytes)),
    };
    if saved.files > 1 {
        words += &format!(", the last of {} files", saved.files);
    }
    if saved.removed > 0 {
        words += &format!(", of which {} were removed", saved.removed);
    }
    if saved.cut > 0 {
        words += &format!("; {} cut to the length asked for", counted(saved.cut, "packet"));
    }
    words
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A size or a time: bytes have a unit that no time has.
fn rotate(text: &str) -> Result<Rotate, String> {
    const SMALLEST: u64 = 4096;
    const SHORTEST: Duration = Duration::from_millis(100);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("write its unit too: 100MiB, 1h".to_owned());
    }
    if let Ok(time) = quantity::duration(text) {
        return if time >= SHORTEST {
            Ok(Rotate::Time(time))
        } else {
            Err("write a time of at least 100ms".to_owned())
        };
    }
    match quantity::size(text) {
        Ok(size @ SMALLEST..) => Ok(Rotate::Size(size)),
        Ok(_) => Err("write a size of at least 4KiB".to_owned()),
        Err(_) => Err("write a size such as 100MiB, or a time such as 1h".to_owned()),
    }
}

fn snap(text: &str) -> Result<u32, String> {
    let size = quantity::size(text).map_err(|problem| problem.to_string())?;
    match u32::try_from(size) {
        Ok(size @ 1..=262_144) => Ok(size),
        _ => Err("write a length from 1 to 262144 bytes".to_owned()),
    }
}
